"""The weights of the four degrees: the version in force, what is planned, and the form that adds a new version from a later day."""

from __future__ import annotations

import datetime as dt
import html
from functools import partial

import polars as pl
import streamlit as st

from dashboards import session
from dashboards.parts import block, table, written_column
from dashboards.screens.settings_acts import Sight, desk_of, file_name, submit, t, why_inputs
from dashboards.view import View
from weisu import rulebook
from weisu.setting_changes import Told, replace_list
from weisu.setting_history import Change
from weisu.texts import catalogue, text
from weisu.weight_rows import FILE, Standing, standing_weights, with_weights

DAY = dt.timedelta(days=1)
COLUMNS = ("weight", "in_force", "share", "since", "version", "author", "planned")


def weights_part(view: View, sight: Sight) -> None:
    """Draw one group of weights."""
    family = session.choose(st.selectbox, "family", t(view, "family"), rulebook.FAMILIES, width=320,
                            format_func=lambda f: t(view, f"family_of.{f}"))  # fmt: skip
    last = rulebook.published_until(view.workspace)
    standing = standing_weights(rulebook.history(view.workspace), view.today)
    found = {weight.rule_key: standing[weight.key] for weight in rulebook.seed_weights() if weight.rule_name == family}
    kind = "weight" if family in rulebook.WEIGHED else "rising" if family in rulebook.RISING else "points"
    block(t(view, f"family_of.{family}"), t(view, f"family_what.{kind}"))
    _table(view, family, found, has_shares=kind == "weight")
    block(t(view, "new_version"), t(view, "new_version_note"))
    note = t(view, "weights_note", day=view.day(last)) if last else t(view, "weights_note_none")
    st.html(f'<p class="sub">{html.escape(note)}</p>')
    _form(view, sight, family, found, first=(last or dt.date.min) + DAY)


def weight_name(view: View, family: str, key: str) -> str:
    """A weight in words."""
    if family in rulebook.RISING:
        return t(view, "begins", n=key)
    prefix = {"degree_weight": "degree", "intensity_points": "word_kind"}.get(family, "component")
    return view.t(f"{prefix}.{key}") if f"app.{prefix}.{key}" in catalogue() else text(f"settings.page.{key}", view.lang)  # fmt: skip


def _table(view: View, family: str, found: dict[str, Standing], *, has_shares: bool) -> None:
    whole = sum(one.now.rule_value for one in found.values())
    rows = [
        (weight_name(view, family, key), f"{one.now.rule_value:g}", f"{one.now.rule_value / whole:.0%}" if whole else None,
         view.day(one.now.valid_from) if one.now.valid_from > rulebook.BEGINNING else t(view, "from_beginning"), one.now.version, one.now.author,
         "；".join(t(view, "planned_one", day=view.day(w.valid_from), value=f"{w.rule_value:g}", version=w.version) for w in one.planned) or None)
        for key, one in found.items()
    ]  # fmt: skip
    names = [name for name in COLUMNS if has_shares or name != "share"]
    columns = {name: written_column(t(view, name)) if name in ("in_force", "share") else st.column_config.TextColumn(t(view, name)) for name in names}  # fmt: skip
    frame = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    table(view, frame.select(names), columns, title=t(view, f"family_of.{family}"))


def _form(view: View, sight: Sight, family: str, found: dict[str, Standing], *, first: dt.date) -> None:
    key = f"weights-{family}-{sight.seen(FILE)[:12]}"
    latest = {name: (one.planned or (one.now,))[-1].rule_value for name, one in found.items()}
    soonest = max(first, sight.settings.local_day(view.read_clock()))
    with st.form(key, border=False):
        for place, (name, value) in zip(st.columns(max(len(latest), 4)), latest.items(), strict=False):
            place.number_input(weight_name(view, family, name), value=value, step=0.05, format="%g", key=f"{key}-{name}")  # fmt: skip
        left, right, _ = st.columns([1, 1, 2])
        left.date_input(t(view, "valid_from"), value=soonest, min_value=soonest, key=f"{key}-from")
        right.text_input(t(view, "version_name"), key=f"{key}-version", max_chars=40)
        why_inputs(view, key)
        submit(view, t(view, "add_version"), key, partial(_add, view, sight, family, key, latest),
               lambda made: t(view, "saved", what=file_name(view, made.file), effect=text("settings.effect.build", view.lang)))  # fmt: skip


def _add(view: View, sight: Sight, family: str, key: str, latest: dict[str, float], told: Told) -> Change:
    given = {name: st.session_state[f"{key}-{name}"] for name in latest}
    differing = {f"{family}.{name}": round(value, 9) for name, value in given.items() if value != latest[name]}
    desk, on = desk_of(view), st.session_state[f"{key}-from"]
    content = with_weights(desk, differing, valid_from=on, version=st.session_state[f"{key}-version"] or "", told=told)
    return replace_list(desk, FILE, content, seen=sight.seen(FILE), told=told)
