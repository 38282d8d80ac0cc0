"""The bar of acts: each asks once for a reason, is written append-only, and can be taken back."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from dashboards.acting import act_on, actor_input, actor_of, may_act, taken_back
from dashboards.overlay import Alert
from dashboards.view import View
from weisu import store
from weisu.errors import WeisuError

NEXT = {"new": "confirm", "confirmed": "send", "sent": "accept", "returned": "send", "accepted": "handle", "handled": "verify", "verified": "close",
        "dismissed": "reopen", "closed": "reopen", "suspected_artefact": "dismiss"}  # fmt: skip
NEEDS_UNIT = ("assign", "send")
NOTICE = "acts.notice"
INCOMPLETE = "acts.incomplete"


def act_bar(view: View, alert: Alert) -> None:
    """Draw one button per act that is possible now and that the reader may do; the expected next one first and filled."""
    _notice(view)
    first = NEXT.get(alert.state.status)
    acts = sorted((act for act in alert.state.allowed if may_act(view, alert, act)), key=lambda act: act != first)
    can_undo = alert.state.can_undo and may_act(view, alert, "undo")
    if not acts and not can_undo:
        return
    with st.container(horizontal=True, key="actions"):
        for act in acts:
            with st.popover(
                view.t(f"act.{act}"), type="primary" if act == first else "secondary", key=f"pop-{act}-{alert.alert_id}"
            ):
                _form(view, alert, act)
        if can_undo:
            with st.popover(view.t("act.undo"), type="tertiary", key=f"pop-undo-{alert.alert_id}"):
                _form(view, alert, "undo")


def _form(view: View, alert: Alert, act: str) -> None:
    key = f"{act}-{alert.alert_id}-{alert.state.last_act_id}"
    with st.form(f"form-{key}", border=False, clear_on_submit=False):
        st.html(f'<p class="sub">{_asked(view, alert, act)}</p>')
        st.text_area(view.t("acts.reason"), key=f"reason-{key}", height=80, max_chars=500)
        if act in NEEDS_UNIT:
            st.text_input(view.t("acts.unit"), value=alert.owner, key=f"unit-{key}")
        if act == "snooze":
            day = dt.timedelta(days=1)
            st.date_input(
                view.t("acts.until"), value=view.today + 7 * day, min_value=view.today + day, key=f"until-{key}"
            )
        actor_input(view, st, key=f"actor-{key}")
        st.form_submit_button(
            view.t("acts.do", act=view.t(f"act.{act}")),
            type="primary",
            key=f"do-{key}",
            on_click=_do,
            args=(view, alert, act, key),
        )
    if st.session_state.get(INCOMPLETE) == key:
        st.text(view.t("acts.incomplete"))


def _asked(view: View, alert: Alert, act: str) -> str:
    """What the form is for; an undo says what it takes back."""
    if act != "undo":
        return view.t(f"ask.{act}")
    return view.t("ask.undo", act=view.t(f"act.{taken_back(alert, act)}"))


def _do(view: View, alert: Alert, act: str, key: str) -> None:
    """Runs before the page is drawn anew, so that the act is on it at once."""
    reason, unit, until = (st.session_state.get(f"{name}-{key}") for name in ("reason", "unit", "until"))
    actor = actor_of(view, f"actor-{key}")
    st.session_state[INCOMPLETE] = None if (reason or "").strip() and actor else key
    if st.session_state[INCOMPLETE]:
        return
    try:
        act_on(view, alert, act, actor=actor, reason=reason or "", assignee=unit or "", until_on=until)
        st.session_state[NOTICE] = view.t("acts.done", act=view.t(f"act.{act}"))
    except store.ActConflict:
        st.session_state[NOTICE] = view.t("acts.conflict")
    except WeisuError as error:
        st.session_state[NOTICE] = str(error)


def _notice(view: View) -> None:
    if notice := st.session_state.pop(NOTICE, None):
        st.toast(notice)
