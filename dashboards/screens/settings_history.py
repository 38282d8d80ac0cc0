"""The changes of a part of the page, newest first, and the form that takes one back."""

from __future__ import annotations

from functools import partial

import polars as pl
import streamlit as st

from dashboards.parts import block, empty, table
from dashboards.screens.settings_acts import Sight, desk_of, setting_name, shown, submit, t, why_inputs
from dashboards.view import View
from weisu.setting_changes import Told, undo_change
from weisu.setting_files import LISTS
from weisu.setting_history import Change
from weisu.setting_items import BY_KEY

NAMES = ("at", "who", "act_head", "what", "before", "after", "why_changed")
SHOWN = 200
TALLY = ("added", "removed", "changed")


def history_block(view: View, sight: Sight, changes: list[Change]) -> None:
    """Draw the table and the form."""
    block(t(view, "history"), t(view, "history_note"))
    if not changes:
        return empty(t(view, "history_none"), t(view, "history_none_why"))
    rows = [_row(view, sight, change) for change in changes[:SHOWN]]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(NAMES, pl.String), orient="row")
    table(view, frame, {name: st.column_config.TextColumn(t(view, name)) for name in NAMES}, title=t(view, "history"))
    open_ones = [change for change in changes[:SHOWN] if change.before and not _is_closed(change)]
    if open_ones:
        _undo_form(view, sight, {change.change_id: change for change in open_ones})
    return None


def _is_closed(change: Change) -> bool:
    return change.file not in LISTS and any(key not in BY_KEY or BY_KEY[key].is_fixed for key in change.before)


def _row(view: View, sight: Sight, change: Change) -> tuple[str | None, ...]:
    told = (view.local(change.changed_at), change.actor or None, t(view, f"act.{change.act}"), sight.name(view, change))
    if change.file in LISTS:
        has_tally = all(kind in change.after for kind in TALLY)
        counts = t(view, "tally", **{kind: change.after[kind] for kind in TALLY}) if has_tally else None
        return (*told, None, counts, change.reason or None)
    if not change.before:
        return (*told, None, t(view, "outside_text"), None)
    return (*told, _values(view, change.before), _values(view, change.after), change.reason or None)


def _values(view: View, values: dict[str, object]) -> str:
    if len(values) == 1:
        return " ".join(shown(view, key, value) for key, value in values.items())
    return "；".join(f"{setting_name(view, key)} {shown(view, key, value)}" for key, value in values.items())


def _undo_form(view: View, sight: Sight, by_id: dict[str, Change]) -> None:
    with st.expander(t(view, "undo")), st.form("setting-undo", border=False):
        st.html(f'<p class="sub">{t(view, "undo_note")}</p>')
        st.selectbox(t(view, "undo_which"), list(by_id), key="setting-undo-which",
                     format_func=lambda one: " · ".join(filter(None, _row(view, sight, by_id[one])[:4])))  # fmt: skip
        why_inputs(view, "setting-undo")
        submit(view, t(view, "undo_do"), "setting-undo", partial(_undo, view), lambda made: t(view, "undone", what=sight.name(view, made)))  # fmt: skip


def _undo(view: View, told: Told) -> Change:
    return undo_change(desk_of(view), st.session_state["setting-undo-which"], told=told)
