"""Items for decision: what approved reports ask for, what was decided, what came of it; the next monthly report tells each."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import streamlit as st

from dashboards.acting import actor_input, actor_of, add_item, decide_item, take_item_back
from dashboards.parts import block, empty, filled_table, small_title
from dashboards.view import View
from weisu.errors import WeisuError
from weisu.resolutions import NEXT, Resolution, list_states, newest, standing

CHOSEN, PROBLEM, WHO, OWN_WHO = "items.chosen", "items.problem", "items-actor", "items-own-actor"
SHOWN, LONGEST = 200, 500


def show(view: View) -> None:
    """Draw the list, the chosen item and a place for an item of the committee's own."""
    block(view.t("items.title"), view.t("items.note"))
    if problem := st.session_state.pop(PROBLEM, None):
        empty(problem)
    found = newest(view.engine)[:SHOWN]
    if found:
        _table(view, found)
    else:
        empty(view.t("items.none"), view.t("items.none_sub"))
    if view.reader.may("approve_reports"):
        if found:
            _item(view, found)
        _own(view)


def _table(view: View, found: list[Resolution]) -> None:
    today = view.today
    rows = [
        {"period": one.period, "status": _status(view, one, is_overdue=one.is_overdue(today)), "due": one.due_on, "owner": one.owner or None,
         "text": one.text, "outcome": one.outcome or None, "by": one.actor, "at": view.local(one.recorded_at)}
        for one in found
    ]  # fmt: skip
    kinds = dict.fromkeys(rows[0], st.column_config.TextColumn) | {"due": st.column_config.DateColumn}
    widths = {"text": "large", "outcome": "medium"}
    columns = {
        name: kind(view.t(f"items.column.{name}"), width=widths.get(name, "small")) for name, kind in kinds.items()
    }
    filled_table(view, pl.DataFrame(rows, infer_schema_length=None), columns, most=320, title=view.t("items.title"))


def _status(view: View, one: Resolution, *, is_overdue: bool = False) -> str:
    said = view.t(f"items.status.{one.status}")
    return view.t("items.overdue", status=said) if is_overdue else said


def _item(view: View, found: list[Resolution]) -> None:
    """One item: its states so far, and the next one."""
    known = {one.resolution_id: one for one in found}
    chosen = st.selectbox(
        view.t("items.choose"), list(known), key=CHOSEN,
        format_func=lambda key: f"{known[key].period} · {_status(view, known[key])} · {known[key].text[:60]}",
    )  # fmt: skip
    one = known[chosen]
    states = [state for state in list_states(view.engine) if state.resolution_id == chosen]
    for state in states:
        told = [view.local(state.recorded_at), state.actor, _status(view, state), state.owner, str(state.due_on or ""), state.outcome]  # fmt: skip
        st.text(" · ".join(part for part in told if part), width="stretch")
    with st.form(f"item-{chosen}-{one.position}", border=True):
        first, second, third = st.columns(3)
        status = first.selectbox(view.t("items.next"), list(NEXT[one.status]), format_func=lambda name: view.t(f"items.do.{name}"))  # fmt: skip
        owner = second.text_input(view.t("items.column.owner"), value=one.owner, max_chars=120)
        due = third.date_input(view.t("items.column.due"), value=one.due_on)
        outcome = st.text_input(view.t("items.outcome"), max_chars=LONGEST, help=view.t("items.outcome_help"))
        actor_input(view, st, key=WHO)
        with st.container(horizontal=True):
            is_decided = st.form_submit_button(view.t("items.save"), type="primary")
            is_undone = st.form_submit_button(view.t("items.undo"), disabled=len(standing(states)) < 2)
    if is_decided:
        _do(lambda: decide_item(view, one, status, owner=owner, due_on=due, outcome=outcome, actor=actor_of(view, WHO)))
    if is_undone:
        _do(lambda: take_item_back(view, one, actor=actor_of(view, WHO)))


def _own(view: View) -> None:
    with st.expander(view.t("items.own")), st.form("item-own", border=False, clear_on_submit=True):
        small_title(view.t("items.own"), view.t("items.own_note"))
        words = st.text_area(view.t("items.column.text"), max_chars=LONGEST)
        left, right = st.columns(2)
        owner = left.text_input(view.t("items.column.owner"), max_chars=120)
        due = right.date_input(view.t("items.column.due"), value=None)
        actor_input(view, st, key=OWN_WHO)
        is_added = st.form_submit_button(view.t("items.add"), type="primary")
    if is_added:
        _do(lambda: add_item(view, text=words, owner=owner, due_on=due, actor=actor_of(view, OWN_WHO)))


def _do(act: Callable[[], None]) -> None:
    """Do it and draw the page anew; what was refused is told on it."""
    try:
        act()
    except WeisuError as error:
        st.session_state[PROBLEM] = str(error)
    st.rerun()
