"""What came of alerts, on the page of the models: the 28 days after each, and the signals that were held back."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboards.parts import block, empty, expected_column, expected_written, filled_table, sentence
from dashboards.queries import feedback as queries
from dashboards.view import View
from weisu import numbers

HELD_DAYS = 90
VERDICTS = ("lasting", "unclear", "not_lasting")


def effects(view: View) -> None:
    """The 28 days after each alert beside cells that looked alike."""
    block(view.t("outcomes.effects"), view.t("outcomes.effects_note"))
    rows = queries.effects(view.marts)
    if rows.is_empty():
        return empty(view.t("outcomes.no_effects"), view.t("outcomes.no_effects_why"))
    told = {verdict: rows.filter(pl.col("verdict") == verdict).height for verdict in VERDICTS}
    sentence(view.t("outcomes.effects_lead", all=rows.height, **told))
    columns = {
        "what": st.column_config.TextColumn(view.t("outcomes.what"), width="large"),
        "to_on": st.column_config.DateColumn(view.t("outcomes.to_on"), width="small"),
        "basis": st.column_config.TextColumn(view.t("outcomes.basis"), width="small"),
        "observed": st.column_config.NumberColumn(view.t("figure.observed"), format="%.0f", width="small"),
        "expected": expected_column(view),
        "ratio_before": _ratio(view, "before"),
        "ratio": _ratio(view, "after"),
        "control_ratio_before": _ratio(view, "control_before"),
        "control_ratio": _ratio(view, "control_after"),
        "verdict": st.column_config.TextColumn(view.t("trends.verdict"), help=view.t("outcomes.verdict_help")),
    }
    said = _named(view, expected_written(view, rows)).with_columns(
        basis=_told(view, rows["basis"], "outcomes.basis"), verdict=_told(view, rows["verdict"], "outcomes.verdict")
    )
    return filled_table(view, said, columns, most=430, title=view.t("outcomes.effects"))


def held_back(view: View) -> None:
    """Signals that the day's false discovery rate or the week's budget kept from the desk."""
    block(view.t("outcomes.held"), view.t("outcomes.held_note", days=HELD_DAYS))
    rows = queries.held_back(view.marts, view.about.as_of_on, HELD_DAYS)
    if rows.is_empty():
        return empty(view.t("outcomes.no_held"), view.t("outcomes.no_held_why"))
    columns = {
        "what": st.column_config.TextColumn(view.t("outcomes.what"), width="large"),
        "first_on": st.column_config.DateColumn(view.t("outcomes.first_on"), width="small"),
        "last_on": st.column_config.DateColumn(view.t("outcomes.last_on"), width="small"),
        "signals": st.column_config.TextColumn(view.t("models.signal"), width="small"),
        "observed": st.column_config.NumberColumn(view.t("figure.observed"), format="%.0f", width="small"),
        "expected": expected_column(view),
        "chance": st.column_config.TextColumn(view.t("outcomes.chance"), help=view.t("outcomes.chance_help")),
        "reason": st.column_config.TextColumn(view.t("outcomes.reason")),
        "told": st.column_config.TextColumn(view.t("outcomes.told"), width="small"),
    }
    said = _named(view, expected_written(view, rows)).with_columns(
        signals=pl.Series([_signals(view, codes) for codes in rows["signals"]], dtype=pl.String),
        chance=pl.Series([_chance(view, p) for p in rows["p_value"]], dtype=pl.String),
        reason=_told(view, rows["reason"], "outcomes.reason"),
        told=pl.Series([view.t("outcomes.told_later") if alert else None for alert in rows["alert_id"]], dtype=pl.String),
    )  # fmt: skip
    return filled_table(view, said, columns, most=330, title=view.t("outcomes.held"))


def _ratio(view: View, name: str) -> object:
    return st.column_config.NumberColumn(
        view.t(f"outcomes.{name}"), format="%.2f", width="small", help=view.t("outcomes.ratio_help")
    )


def _named(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    names = [
        f"{view.area(key, area)} · {category}"
        for key, area, category in rows.select("area_key", "area", "category").iter_rows()
    ]
    return rows.with_columns(what=pl.Series(names, dtype=pl.String))


def _told(view: View, codes: pl.Series, prefix: str) -> pl.Series:
    return pl.Series(codes.name, [view.t(f"{prefix}_{code}") for code in codes], dtype=pl.String)


def _signals(view: View, codes: str) -> str:
    return view.t("foresight.join").join(view.t(f"signal.{code}") for code in codes.split(","))


def _chance(view: View, p: float) -> str:
    """One in so many, as people say it."""
    return view.t("outcomes.one_in", n=numbers.number(round(1 / p), view.lang)) if p > 0 else numbers.UNKNOWN
