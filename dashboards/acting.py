"""The one way from a page to the acts store: what the role does not allow is refused here, and what was done is logged.

The name of an act is the reader's own when there is a login; without one it is what was typed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards.overlay import Alert
from dashboards.view import View
from weisu import resolutions, store
from weisu.access import AccessError
from weisu.category_reviews import review_category
from weisu.cli.door import mask_typed
from weisu.lifecycle import standing
from weisu.resolutions import Resolution
from weisu.word_reviews import review_word

ACTOR = "kept.actor"


def may_act(view: View, alert: Alert, act: str) -> bool:
    """Whether the reader may do an act on an alert."""
    return view.reader.may(act, area_key=str(alert.row["area_key"]), taken_back=taken_back(alert, act))


def act_on(view: View, alert: Alert, act: str, *, actor: str, reason: str, assignee: str, until_on: dt.date | None) -> None:  # fmt: skip
    """Append an act to an alert.

    Raises:
        AccessError: not for this role, or not in this area.
        StoreError, ActConflict: as `weisu.store.append_act`.
    """
    view.reader.demand(act, area_key=str(alert.row["area_key"]), taken_back=taken_back(alert, act))
    made = store.append_act(view.engine, alert_id=alert.alert_id, act=act, actor=actor, reason=reason, now=view.read_clock(), seen=alert.state.last_act_id,
                            mask=mask_typed, assignee=assignee, until_on=until_on, base_status=alert.base_status)  # fmt: skip
    view.log("change", f"alert {alert.alert_id}", actor=actor, act=act, act_id=made.act_id)


def taken_back(alert: Alert, act: str) -> str | None:
    """What an "undo" would take back."""
    left = standing(alert.history) if act == "undo" else []
    return left[-1].act if left else None


def judge(view: View, ticket: Mapping[str, Any], *, kind: str, verdict: str, actor: str, note: str, seen: str | None) -> None:  # fmt: skip
    """Append a judgement of the words of one kind in a text.

    Raises:
        AccessError: not for this role, or a ticket that it does not see.
        StoreError, ActConflict: as `weisu.word_reviews.review_word`.
    """
    _demand_ticket(view, ticket["ticket_key"])
    made = review_word(view.engine, text_hash=ticket["text_hash"], term_kind=kind, verdict=verdict, ticket_key=ticket["ticket_key"], actor=actor,
                       note=note, now=view.read_clock(), seen=seen, mask=mask_typed)  # fmt: skip
    view.log("change", f"words {ticket['ticket_key']}", actor=actor, verdict=verdict, kind=kind, review_id=made.review_id)  # fmt: skip


def give_category(view: View, ticket_key: str, *, verdict: str, category_key: str, actor: str, note: str, seen: str | None) -> None:  # fmt: skip
    """Append a judgement of a ticket's category.

    Raises:
        AccessError: not for this role, or a ticket that it does not see.
        StoreError, ActConflict: as `weisu.category_reviews.review_category`.
    """
    _demand_ticket(view, ticket_key)
    made = review_category(view.engine, ticket_key=ticket_key, verdict=verdict, category_key=category_key, actor=actor, note=note,
                           now=view.read_clock(), seen=seen, mask=mask_typed)  # fmt: skip
    view.log("change", f"category {ticket_key}", actor=actor, verdict=verdict, category=category_key, review_id=made.review_id)  # fmt: skip


def decide_item(view: View, seen: Resolution, status: str, *, owner: str, due_on: dt.date | None, outcome: str, actor: str) -> None:  # fmt: skip
    """Append what was decided of an item, or what came of it, seen as it is.

    Raises:
        AccessError: not for this role.
        StoreError, ActConflict: as `weisu.resolutions.decide`.
    """
    view.reader.demand("approve_reports")
    resolutions.decide(view.engine, seen.resolution_id, status, by=actor, now=view.read_clock(), mask=mask_typed, owner=owner, due_on=due_on,
                       outcome=outcome, seen=seen.position)  # fmt: skip
    view.log("change", f"item {seen.resolution_id}", actor=actor, status=status)


def take_item_back(view: View, seen: Resolution, *, actor: str) -> None:
    """Take back what was said last of an item; errors as `decide_item`."""
    view.reader.demand("approve_reports")
    resolutions.take_back(view.engine, seen.resolution_id, by=actor, now=view.read_clock(), seen=seen.position)
    view.log("change", f"item {seen.resolution_id}", actor=actor, is_undo=True)


def add_item(view: View, *, text: str, owner: str, due_on: dt.date | None, actor: str) -> None:
    """Append an item that the committee decided by itself, beside those of the last month's report; errors as `decide_item`."""
    view.reader.demand("approve_reports")
    made = resolutions.add(view.engine, text=text, owner=owner, due_on=due_on, period=resolutions.meeting_period(view.today), by=actor, now=view.read_clock(), mask=mask_typed)  # fmt: skip
    view.log("change", f"item {made.resolution_id}", actor=actor, status=made.status)


def _demand_ticket(view: View, ticket_key: str) -> None:
    view.reader.demand("judge_texts")
    if not view.marts.has_ticket(ticket_key):
        raise AccessError("this ticket is not in the own area", where=ticket_key, todo="choose one of the list")


def actor_input(view: View, place: Any, *, key: str) -> None:
    """Ask who acts, where nobody signed in; else say under whose name it will be."""
    if view.reader.is_signed_in:
        place.text_input(view.t("acts.actor"), value=view.reader.name, key=key, disabled=True)
    else:
        place.text_input(view.t("acts.actor"), value=st.session_state.get(ACTOR, ""), key=key, max_chars=60)


def actor_of(view: View, key: str) -> str:
    """Who acts: the signed-in reader, whatever a form says; without a login the name that was typed, kept for the next form."""
    typed = str(st.session_state.get(key) or "").strip()
    if view.seated.is_signed_in:
        return view.seated.name
    if typed:
        st.session_state[ACTOR] = typed
    return typed
