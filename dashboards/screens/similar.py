"""What is like an issue or an alert: past cases with what was done, those not settled yet, and past alerts with their outcome."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import streamlit as st

from dashboards.board import status_text
from dashboards.overlay import Alert
from dashboards.parts import empty, expected_column, expected_written, filled_table, small_title, table
from dashboards.queries import alerts as alert_queries
from dashboards.queries import similar as queries
from dashboards.view import View
from weisu.lifecycle import standing


def similar_cases(view: View, matters: Sequence[str]) -> None:
    """Two short tables: the nearest settled cases, and the nearest unsettled ones."""
    small_title(view.t("similar.title"), view.t("similar.note"))
    if not queries.has_index(view.marts):
        return empty(view.t("similar.no_index"), view.t("similar.no_index_why"), view.t("similar.no_index_todo"))
    rows = queries.similar(view.marts, matters)
    if rows.is_empty():
        return empty(view.t("similar.none"), view.t("similar.none_why"))
    st.caption(view.t("similar.explained", floor=queries.FLOOR))
    _part(view, rows.filter("is_settled"), "settled")
    return _part(view, rows.filter(~pl.col("is_settled")), "unsettled")


def _part(view: View, rows: pl.DataFrame, kind: str) -> None:
    small_title(view.t(f"similar.{kind}"), view.t(f"similar.{kind}_note"))
    if rows.is_empty():
        return empty(view.t(f"similar.no_{kind}"))
    told = {code: view.t(f"similar.outcome_{code}") for code in queries.OUTCOMES}
    held = pl.col("outcome_code").replace_strict(told, default=None, return_dtype=pl.String)
    shown = rows.with_columns(held=held, said=pl.coalesce("title", "text"))
    return filled_table(view, shown, _columns(view, kind), most=220)


def _columns(view: View, kind: str) -> dict:
    said = {
        "likeness": st.column_config.NumberColumn(view.t("similar.likeness"), format="%.2f", width="small"),
        "created_on": st.column_config.DateColumn(view.t("column.created_on"), width="small"),
        "said": st.column_config.TextColumn(view.t("column.title"), width="medium"),
        "place": st.column_config.TextColumn(view.t("column.place"), width="medium"),
    }
    done = {
        "reply": st.column_config.TextColumn(view.t("similar.reply"), width="large"),
        "held": st.column_config.TextColumn(view.t("similar.held"), width="small"),
    }
    worked = {
        "unit": st.column_config.TextColumn(view.t("similar.unit"), width="small"),
        "days": st.column_config.NumberColumn(view.t(f"similar.days_{kind}"), format="%.1f", width="small"),
        "ticket_id": st.column_config.TextColumn(view.t("column.ticket_id")),
    }
    return {**said, **(done if kind == "settled" else {}), **worked}


def similar_alerts(view: View, alert: Alert, alerts: list[Alert]) -> None:
    """Alerts of the same category before this one, and what became of them."""
    now = {a.alert_id: a for a in alerts}
    rows = alert_queries.similar(view.marts, alert.alert_id, alert.row["category_key"], alert.row["raised_on"])
    small_title(view.t("detail.similar"), view.t("detail.similar_note"))
    if rows.is_empty():
        return empty(view.t("detail.similar_none"))
    outcome = [status_text(view, now[i]) + _last_reason(now[i]) for i in rows["alert_id"]]
    config = {
        "raised_on": st.column_config.DateColumn(view.t("column.raised_on"), width="small"),
        "area": st.column_config.TextColumn(view.t("column.area")),
        "level": st.column_config.NumberColumn(view.t("column.level"), width="small"),
        "observed": st.column_config.NumberColumn(view.t("figure.observed"), width="small"),
        "expected": expected_column(view),
        "outcome": st.column_config.TextColumn(view.t("column.outcome"), width="large"),
    }
    places = [view.area(key, name) for key, name in rows.select("area_key", "area").iter_rows()]
    said = rows.with_columns(outcome=pl.Series(outcome), area=pl.Series(places))
    return table(view, expected_written(view, said), config)


def _last_reason(alert: Alert) -> str:
    acts = standing(alert.history)
    return f" · {acts[-1].reason}" if acts and acts[-1].reason else ""
