"""议题 Issues: what is one matter at one place, hottest first; then one with its days and its tickets."""

from __future__ import annotations

import altair as alt
import polars as pl
import streamlit as st

from dashboards import filters, session
from dashboards.parts import Figure, block, chart, empty, figures, filled_table, guarded, lead, small_title
from dashboards.queries import issues as queries
from dashboards.queries import names
from dashboards.screens.similar import similar_cases
from dashboards.view import View
from weisu import charts, numbers

SPANS = ("28", "90")
LISTED = 50


def show(view: View) -> None:
    """Draw the page."""
    with filters.row():
        area = filters.area(view, list(names.area_names(view.marts)))
        span = filters.count_segment(view, "days", SPANS, "issues.days", default="28")
    rows = queries.hot(view.marts, view.about.as_of_on, days=int(span), area=area)
    if rows.is_empty():
        lead(view.t("issues.lead_none", days=span))
        return empty(view.t("issues.none"), view.t("issues.none_why"), view.t("issues.none_todo"))
    top = rows.row(0, named=True)
    people = top["persons"] if top["persons"] is not None else top["reports"]
    word = "issues.lead" if top["persons"] is not None else "issues.lead_reports"
    lead(view.t(word, what=_named(top), n=view.n(people)), view.t("issues.sub", n=rows.height, days=span))
    with guarded(view, view.t("issues.hot")):
        _hot(view, rows)
    with guarded(view, view.t("issues.one")):
        _one(view, rows)
    return None


def _named(row: dict) -> str:
    return " · ".join(str(row[name]) for name in ("place", "category") if row[name])


def _hot(view: View, rows: pl.DataFrame) -> None:
    block(view.t("issues.hot"), view.t("issues.hot_note"))
    state = pl.when("is_open").then(pl.lit(view.t("issues.open"))).otherwise(pl.lit(view.t("issues.done")))
    config = {
        "place": st.column_config.TextColumn(view.t("column.place"), width="medium"),
        "category": st.column_config.TextColumn(view.t("column.category"), width="medium"),
        "persons": st.column_config.NumberColumn(view.t("issues.persons"), width="small"),
        "reports": st.column_config.NumberColumn(view.t("issues.reports"), width="small"),
        "last_week": st.column_config.NumberColumn(view.t("issues.last_week"), width="small"),
        "week_before": st.column_config.NumberColumn(view.t("issues.week_before"), width="small"),
        "intensity": st.column_config.NumberColumn(view.t("issues.intensity"), format="%.0f", width="small"),
        "first_on": st.column_config.DateColumn(view.t("issues.first_on"), width="small"),
        "last_on": st.column_config.DateColumn(view.t("issues.last_on"), width="small"),
        "state": st.column_config.TextColumn(view.t("column.status"), width="small"),
    }
    filled_table(view, rows.head(LISTED).with_columns(state=state), config, most=430)


def _one(view: View, rows: pl.DataFrame) -> None:
    block(view.t("issues.one"), view.t("issues.one_note"))
    labels = {row["issue_key"]: _named(row) for row in rows.head(LISTED).iter_rows(named=True)}
    key = session.choose(
        st.selectbox, "issue", view.t("issues.issue"), list(labels), format_func=labels.__getitem__, width=640
    )
    row = rows.filter(pl.col("issue_key") == key).row(0, named=True)
    growth = numbers.change(row["last_week"], row["week_before"], view.lang)
    figures(
        [
            Figure(view.t("issues.persons"), view.n(row["persons"])),
            Figure(view.t("issues.reports"), view.n(row["reports"])),
            Figure(view.t("issues.last_week"), growth),
        ]
    )
    chart(_days(view, queries.days_of(view.marts, key)), alt_text=view.t("issues.chart", what=labels[key]))
    tickets = queries.tickets_of(view.marts, key)
    small_title(view.t("detail.tickets"), view.t("detail.masked", n=tickets.height))
    config = {
        "created_on": st.column_config.DateColumn(view.t("column.created_on"), width="small"),
        "person": st.column_config.NumberColumn(view.t("issues.person"), width="small"),
        "channel": st.column_config.TextColumn(view.t("column.channel"), width="small"),
        "title": st.column_config.TextColumn(view.t("column.title"), width="medium"),
        "text": st.column_config.TextColumn(view.t("column.text"), width="large"),
        "ticket_id": st.column_config.TextColumn(view.t("column.ticket_id")),
    }
    filled_table(view, tickets, config, most=430)
    with guarded(view, view.t("similar.title")):
        similar_cases(view, [key])


def _days(view: View, days: pl.DataFrame) -> alt.Chart:
    scale = alt.Scale(type="utc")
    bars = alt.Chart(charts.iso_days(days)).mark_bar(width=5, color=view.theme.ink)
    told = bars.encode(
        x=alt.X("date_on:T", title=None, scale=scale, axis=alt.Axis(format="%Y-%m-%d", labelOverlap="greedy")),
        y=alt.Y("reports:Q", title=view.t("issues.reports"), axis=alt.Axis(tickMinStep=1)),
        tooltip=["date_on:T", "reports:Q", "persons:Q"],
    )
    return charts.dress(told, view.theme, width="container", height=150)
