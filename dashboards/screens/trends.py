"""趋势 Trends: twelve small charts first, then one at length with change points, events and the next weeks."""

from __future__ import annotations

import datetime as dt

import polars as pl
import streamlit as st

from dashboards import filters, session
from dashboards.parts import block, chart, empty, guarded, lead, small_title, table
from dashboards.queries import alerts as alert_queries
from dashboards.queries import names
from dashboards.queries import trends as queries
from dashboards.view import View
from weisu import charts, numbers

SPANS = {"26": 26, "52": 52, "104": 104}
PANELS = 12


def show(view: View) -> None:
    """Draw the page."""
    areas = names.area_names(view.marts)
    if not areas:
        lead(view.t("trends.lead_none"))
        return empty(view.t("empty.series"), view.t("empty.series_why"))
    with filters.row():
        area = filters.area(view, list(areas), default=view.home)
        depth = filters.segment(
            view, "depth", "filter.category_level", [1, 2] if area == "*" else [2], "depth", default=2
        )
        span = filters.count_segment(view, "weeks", list(SPANS), "trends.weeks", default="52")
    known = queries.weeks(view.marts, area, depth, view.about.as_of_on - dt.timedelta(weeks=max(SPANS.values())))
    frame = known.filter(pl.col("date_on") >= view.about.as_of_on - dt.timedelta(weeks=SPANS[span]))
    if frame.is_empty():
        lead(view.t("trends.lead_none"))
        return empty(view.t("empty.series"), view.t("empty.series_why"), view.t("empty.series_todo"))
    recent = queries.recent_sums(known)
    order = recent["category_key"].head(PANELS).to_list()
    _conclusion(view, recent, view.area(area, areas[area]))
    with guarded(view, view.t("trends.multiples")):
        _multiples(view, frame, order)
    with guarded(view, view.t("trends.one")):
        _one(view, frame, order, area)
    return None


def _conclusion(view: View, recent: pl.DataFrame, area: str) -> None:
    out = recent.filter(pl.col("is_outside"))
    if out.is_empty():
        return lead(view.t("trends.lead_calm", area=area), view.t("trends.calm_sub", n=recent.height))
    top = out.row(0, named=True)
    what = view.t("trends.above" if top["observed"] > top["expected"] else "trends.below")
    ratio = numbers.ratio(top["observed"] / top["expected"] if top["expected"] else None, view.lang)
    observed, expected = view.n(top["observed"]), numbers.expected(top["expected"], view.lang)
    return lead(
        view.t("trends.lead", area=area, category=top["series"], what=what, ratio=ratio),
        view.t("trends.sub", observed=observed, expected=expected, out=out.height, n=recent.height),
    )


def _multiples(view: View, frame: pl.DataFrame, order: list[str]) -> None:
    block(view.t("trends.multiples"), view.t("trends.multiples_note"))
    rank = {key: i for i, key in enumerate(order)}
    rows = frame.filter(pl.col("category_key").is_in(order)).sort(
        pl.col("category_key").replace_strict(rank, return_dtype=pl.Int64), "date_on"
    )
    chart(
        charts.small_multiples(rows, lang=view.lang, theme=view.theme, columns=4, width=262),
        alt_text=view.t("trends.multiples"),
        is_fixed=True,
    )


def _one(view: View, frame: pl.DataFrame, order: list[str], area: str) -> None:
    block(view.t("trends.one"), view.t("trends.one_note"))
    series = dict(frame.select("category_key", "series").unique().iter_rows())
    keys = [*order, *sorted(set(series) - set(order))]
    key = session.choose(
        st.selectbox,
        "category",
        view.t("filter.category"),
        keys,
        width=320,
        label_visibility="collapsed",
        format_func=lambda k: series.get(k, k),
    )
    rows = frame.filter(pl.col("category_key") == key).sort("date_on")
    changes = alert_queries.changes(view.marts, area, key)
    first = rows["date_on"].min()
    shown = changes.filter(pl.col("changed_on") >= first)
    made = charts.observed_expected(rows, lang=view.lang, theme=view.theme, unit="week", height=340, changes=shown["changed_on"].to_list(),
                                    events=queries.events(view.marts, first, view.about.as_of_on) if rows.height <= 60 else None)  # fmt: skip
    chart(made.interactive(bind_y=False), alt_text=view.t("trends.one"))
    left, right = st.columns(2, gap="large")
    with left:
        _changes(view, changes)
    with right:
        _forecast(view, area, key)


def _changes(view: View, changes: pl.DataFrame) -> None:
    small_title(view.t("trends.changes"), view.t("trends.changes_note"))
    if changes.is_empty():
        return empty(view.t("trends.no_change"))
    config = {
        "changed_on": st.column_config.DateColumn(view.t("trends.changed_on"), width="small"),
        "earliest_on": st.column_config.DateColumn(view.t("trends.earliest"), width="small"),
        "latest_on": st.column_config.DateColumn(view.t("trends.latest"), width="small"),
        "before_mean": st.column_config.NumberColumn(view.t("trends.before"), format="%.1f", width="small"),
        "after_mean": st.column_config.NumberColumn(view.t("trends.after"), format="%.1f", width="small"),
        "driver": st.column_config.TextColumn(view.t("trends.driver")),
        "verdict": st.column_config.TextColumn(view.t("trends.verdict"), width="small"),
    }
    verdicts = [
        view.t(f"trends.verdict_{v}") if v in ("city", "reporting") else numbers.UNKNOWN for v in changes["verdict"]
    ]
    return table(
        view,
        changes.sort("changed_on", descending=True).with_columns(verdict=pl.Series(verdicts[::-1])),
        config,
        title=view.t("trends.changes"),
    )


def _forecast(view: View, area: str, key: str) -> None:
    small_title(view.t("trends.forecast"), view.t("trends.forecast_note"))
    rows = queries.forecast(view.marts, area, key)
    if rows.is_empty():
        return empty(view.t("trends.no_forecast"))
    config = {
        "date_on": st.column_config.DateColumn(view.t("trends.week"), width="small"),
        "expected": st.column_config.NumberColumn(view.t("figure.expected"), format="%.0f", width="small"),
        "lower": st.column_config.NumberColumn(view.t("trends.lower"), format="%.0f", width="small"),
        "upper": st.column_config.NumberColumn(view.t("trends.upper"), format="%.0f", width="small"),
        "usual": st.column_config.NumberColumn(view.t("trends.usual"), format="%.0f", width="small"),
    }
    return table(view, rows, config, title=view.t("trends.forecast"))
