"""One setting: what it is, what it does, its value, default and range, when a change is heard, and the form that changes it."""

from __future__ import annotations

import html
from functools import partial
from typing import Any

import streamlit as st

from dashboards.parts import block
from dashboards.queries import budgets
from dashboards.queries.names import area_names
from dashboards.screens.settings_acts import Sight, allowed, choice, desk_of, setting_name, shown, submit, t, why_inputs
from dashboards.view import View
from weisu.setting_changes import Told, change_settings
from weisu.setting_history import Change
from weisu.setting_items import COMPOSITE, ITEMS, Item
from weisu.settings import Settings, value_of
from weisu.texts import text

RATES = tuple(item for item in ITEMS if item.section == "rates")
LONGEST = 500
LONG = 40  # a text of more is no headline


def item_row(view: View, sight: Sight, item: Item, *, has_form: bool = True) -> None:
    """Draw one setting."""
    value, default = value_of(sight.settings, item.key), value_of(Settings(), item.key)
    with st.container(key=f"row-setting-{item.key.replace('.', '-')}"):
        left, middle, right = st.columns([6, 5, 1.4], vertical_alignment="center")
        left.html(
            f'<p class="setting"><b>{html.escape(setting_name(view, item.key))}</b> <code>{html.escape(item.key)}</code></p>'
            f'<p class="sub">{html.escape((" " if view.lang == "en" else "").join((text(f"settings.what.{item.key}", view.lang), _why(view, sight, item))))}</p>'
        )
        told = (t(view, "default", value=shown(view, item.key, default)), t(view, "range", allowed=allowed(view, item, type(default))),
                text(f"settings.effect.{item.effect}", view.lang))  # fmt: skip
        mark = " own" * (value != default) + " long" * (len(shown(view, item.key, value)) > LONG)
        middle.html(
            f'<p class="setting"><b class="now{mark}">{html.escape(shown(view, item.key, value))}</b></p>'
            f'<p class="sub">{html.escape(" · ".join(told))}</p>'
        )
        if item.is_fixed:
            right.html(f'<p class="sub">{html.escape(t(view, "fixed"))}</p>')
        elif has_form:
            with right.popover(t(view, "change"), key=f"pop-{item.key}", width="stretch"):
                _form(view, sight, item, value)


def rates_form(view: View, sight: Sight) -> None:
    """The weights of the rates, changed together: those of the composite add up to 1."""
    block(t(view, "change"), t(view, "rates_form"))
    key = f"rates-{sight.seen()[:12]}"
    with st.form(key, border=False):
        for place, item in zip(st.columns(len(RATES)), RATES, strict=True):
            with place:
                _input(view, item, value_of(sight.settings, item.key), f"{key}-{item.name}", setting_name(view, item.key))  # fmt: skip
        whole = sum(value_of(sight.settings, one) for one in COMPOSITE)
        st.html(f'<p class="sub">{html.escape(t(view, "rates_sum", sum=f"{whole:g}"))}</p>')
        why_inputs(view, key)
        submit(view, t(view, "save"), key, partial(_set, view, sight, {one.key: f"{key}-{one.name}" for one in RATES}), partial(_said, view, sight))  # fmt: skip


def _form(view: View, sight: Sight, item: Item, value: Any) -> None:
    key = f"set-{item.key}-{sight.seen()[:12]}"  # another file, another form: nothing typed on an old sight is sent
    with st.form(key, border=False):
        _input(view, item, value, f"{key}-value", t(view, "value"))
        why_inputs(view, key)
        submit(view, t(view, "save"), key, partial(_set, view, sight, {item.key: f"{key}-value"}), partial(_said, view, sight))  # fmt: skip


def _input(view: View, item: Item, value: Any, key: str, label: str) -> None:
    """The widget of a value's kind."""
    if item.choices:
        st.selectbox(label, item.choices, item.choices.index(value), key=key, format_func=lambda v: choice(view, v))
    elif isinstance(value, bool):
        st.toggle(label, value, key=key)
    elif isinstance(value, tuple):
        known = [area for area in area_names(view.marts) if area != "*"]
        st.multiselect(label, list(dict.fromkeys([*value, *known])), list(value), key=key, accept_new_options=True)
    elif isinstance(value, float):
        st.number_input(label, value=value, step=0.01, format="%g", key=key)
    elif isinstance(value, int):
        st.number_input(label, value=value, step=1, key=key)
    else:
        st.text_area(label, value, key=key, max_chars=LONGEST, height=80)


def _set(view: View, sight: Sight, keys: dict[str, str], told: Told) -> Change:
    given = {name: _given(st.session_state[key]) for name, key in keys.items()}
    return change_settings(desk_of(view), given, seen=sight.seen(), told=told)


def _given(value: Any) -> Any:
    """What a widget holds, as a setting is written."""
    if isinstance(value, list):
        return tuple(value)
    return " ".join(value.split()) if isinstance(value, str) else round(value, 9) if isinstance(value, float) else value


def _said(view: View, sight: Sight, made: Change) -> str:
    effects = dict.fromkeys(text(f"settings.effect.{item.effect}", view.lang) for item in ITEMS if item.key in made.after)  # fmt: skip
    return t(view, "saved", what=sight.name(view, made), effect=" · ".join(effects))


def _why(view: View, sight: Sight, item: Item) -> str:
    """What a budget means in alerts a week."""
    alerts = sight.settings.alerts
    if item.key == "alerts.budget" and (series := budgets.series_count(view.marts)):
        return t(view, "why.budget", series=view.n(series), false=view.n(round(series * budgets.FALSE_A_WEEK[alerts.budget], 1)))  # fmt: skip
    if item.key == "alerts.weekly_budget" and (districts := budgets.district_count(view.marts)):
        most = alerts.weekly_budget * (districts + 1)
        return t(view, "why.weekly_budget", districts=districts, most=view.n(most), real=view.n(budgets.alerts_a_week(view.marts, view.about.as_of_on)))  # fmt: skip
    return ""
