"""设置 Settings: what the city decided, what each value does and when it is heard, and the forms by which it is changed with author and reason."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboards import session
from dashboards.parts import block, empty, guarded, lead
from dashboards.screens.settings_acts import Sight, notice, sight_of, t
from dashboards.screens.settings_history import history_block
from dashboards.screens.settings_items import item_row, rates_form
from dashboards.screens.settings_lists import lists_part
from dashboards.screens.settings_weights import weights_part
from dashboards.view import View
from weisu.errors import WeisuError
from weisu.setting_files import LISTS
from weisu.setting_history import Change
from weisu.setting_items import ITEMS
from weisu.settings import SETTINGS_FILE, Settings, value_of

CITY = ("city", "publishing", "archive", "delivery", "open_data")
NAMED = ("city", "open_data")  # names and notes: each city has its own
PARTS = ("alerts", "rates", "weights", "lists", "city")


def show(view: View) -> None:
    """Draw the page."""
    view.reader.demand("change_settings")
    notice()
    try:
        sight = sight_of(view)
    except WeisuError as error:
        lead(t(view, "broken"))
        return empty(str(error), "", t(view, "broken_todo"))
    _conclusion(view, sight)
    part = session.choose(st.segmented_control, "part", t(view, "section"), PARTS, required=True, label_visibility="collapsed",
                          format_func=lambda p: t(view, f"part.{p}"))  # fmt: skip
    draw: dict[str, Callable[[View, Sight], None]] = {
        "alerts": _alerts, "rates": _rates, "weights": weights_part, "lists": lists_part, "city": _city,
    }  # fmt: skip
    with guarded(view, t(view, f"part.{part}")):
        draw[part](view, sight)
    with guarded(view, t(view, "history")):
        history_block(view, sight, [change for change in sight.changes if part_of(change) == part])
    return None


def part_of(change: Change) -> str:
    """Where on the page a change belongs; one of layout alone to the city."""
    if change.file in LISTS:
        return "weights" if change.file == "weights.csv" else "lists"
    sections = {key.partition(".")[0] for key in change.after or change.before}
    return next((section for section in ("alerts", "rates") if section in sections), "city")


def _conclusion(view: View, sight: Sight) -> None:
    rules = [item for item in ITEMS if item.section not in NAMED]
    changed = sum(value_of(sight.settings, item.key) != value_of(Settings(), item.key) for item in rules)
    filled = sum(bool(sight.contents[file].splitlines()[1:]) for file in LISTS)
    said = t(view, "lead", n=changed, m=filled) if changed else t(view, "lead_none", m=filled)
    last = sight.changes[0] if sight.changes else None
    who = (last.actor or t(view, "act.outside")) if last else ""
    tail = t(view, "sub_last", at=view.local(last.changed_at), who=who, what=sight.name(view, last)) if last else ""
    lead(said, (" " if view.lang == "en" else "").join((t(view, "sub"), tail)).strip())


def _alerts(view: View, sight: Sight) -> None:
    block(t(view, "group.alerts"), SETTINGS_FILE)
    for item in ITEMS:
        if item.section == "alerts":
            item_row(view, sight, item)


def _rates(view: View, sight: Sight) -> None:
    block(t(view, "group.rates"), SETTINGS_FILE)
    for item in ITEMS:
        if item.section == "rates":
            item_row(view, sight, item, has_form=False)
    rates_form(view, sight)


def _city(view: View, sight: Sight) -> None:
    for section in CITY:
        block(t(view, f"group.{section}"), SETTINGS_FILE)
        for item in ITEMS:
            if item.section == section:
                item_row(view, sight, item)
    block(t(view, "group.access"), SETTINGS_FILE)
    st.text(t(view, "access", mode=sight.settings.access.mode))
