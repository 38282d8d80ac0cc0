"""办理质效 Performance: each unit, area and category beside what its own mix of tickets would give; never a bare ranking."""

from __future__ import annotations

import datetime as dt

import polars as pl
import streamlit as st

from dashboards import filters, session
from dashboards.parts import block, chart, empty, filled_table, guarded, lead, small_title, written_column
from dashboards.queries import performance as queries
from dashboards.view import View
from dashboards.why import Cell, why
from weisu import numbers
from weisu.access import EVERYTHING
from weisu.interval_chart import intervals
from weisu.texts import text

COMPARED = ("expected_value", "previous_value", "year_ago_value")
WRITTEN = ("value", "interval", "counts", *COMPARED)
WIDTH = 76  # px of a value
SHOWN = 30  # rows of the chart; the table holds all
ORDER = {
    code: i for i, code in enumerate(("reports", "expected_reports", "open_count", "overdue_count", *queries.SHARES))
}


def show(view: View) -> None:
    """Draw the page."""
    chosen = _filters(view)
    if chosen is None:
        lead(view.t("performance.lead_none"))
        return empty(view.t("empty.kpis"), view.t("empty.kpis_why"))
    period_type, start, group, code = chosen
    rows = queries.compared(view.marts, period_type, start, group, code)
    city = queries.city(view.marts, period_type, start).get(code)
    _conclusion(view, rows, city, group, code)
    if city:
        why(view, Cell(period_type, start), [city], key="city")
    if rows.is_empty():
        return empty(view.t("performance.none"), view.t("performance.none_why"))
    picked = 0
    left, right = st.columns([6, 7], gap="large")
    with left, guarded(view, view.t("performance.chart")):
        _chart(view, rows, code)
    with right, guarded(view, view.t("performance.table")):
        picked = _table(view, rows, code, queries.withheld(view.marts, period_type, start, group, code))
    with guarded(view, view.t("performance.sheet")):
        _sheet(view, period_type, start, group, rows.row(picked, named=True))
    return None


def _filters(view: View) -> tuple[str, dt.date, str, str] | None:
    with filters.row():
        period_type = filters.segment(view, "period", "filter.period", ["week", "month"], "period", default="month")
        starts = queries.periods(view.marts, period_type)
        if not starts:
            return None
        start = filters.start(view, period_type, starts)
        groups = queries.GROUPS if view.reader.sight == EVERYTHING else queries.GROUPS_OF_AREAS
        group = filters.segment(view, "by", "performance.by", groups, "performance.group")
        codes = queries.codes(view.marts, period_type, start, group) or [queries.SHARES[0]]
        code = session.choose(
            st.selectbox, "indicator", view.t("performance.indicator"), codes, width=240, format_func=view.kpi
        )
    return period_type, start, group, code


def _conclusion(view: View, rows: pl.DataFrame, city: dict | None, group: str, code: str) -> None:
    if city is None:
        return lead(view.t("performance.lead_none"))
    told = {verdict: rows.filter(pl.col("verdict") == verdict).height for verdict in ("worse", "better")}
    judged = rows["verdict"].count()
    values = {
        "kpi": view.kpi(code),
        "value": numbers.share(city["value"], view.lang, base=city["denominator"]),
        "before": numbers.share(city["previous_value"], view.lang),
        "year_ago": numbers.share(city["year_ago_value"], view.lang),
        "interval": numbers.share_interval(city["lower"], city["upper"]),
    }
    what = view.t(f"performance.of_{group}")
    if judged and not any(told.values()):
        said = view.t("performance.lead_calm", what=what, all=judged, **values)
    elif judged:
        said = view.t("performance.lead", n=told["worse"], better=told["better"], what=what, all=judged, **values)
    else:
        said = view.t("performance.lead_alone", **values)
    return lead(said, view.t("performance.sub", **values))


def _chart(view: View, rows: pl.DataFrame, code: str) -> None:
    small_title(view.kpi(code), text(f"kpi.definition.{code}", view.lang))
    shown = rows.head(SHOWN).select(
        "value", "lower", "upper", label="name", expected="expected_value", verdict=pl.col("verdict").fill_null("usual")
    )
    alt_text = view.t("performance.chart_alt", kpi=view.kpi(code), n=shown.height)
    chart(intervals(shown, lang=view.lang, theme=view.theme), alt_text=alt_text)
    st.caption(view.t("performance.chart_note"))


def _table(view: View, rows: pl.DataFrame, code: str, withheld: int) -> int:
    small_title(view.t("performance.table"), view.t("performance.table_note", n=withheld) if withheld else "")
    columns = {
        "name": st.column_config.TextColumn(view.t("performance.who"), width=128),
        **_value_columns(view),
        "verdict": st.column_config.TextColumn(view.t("performance.verdict"), width=96),
    }
    verdicts = [view.t(f"performance.verdict_{v}") if v else None for v in rows["verdict"]]
    said = _written(view, rows.with_columns(kpi_code=pl.lit(code))).with_columns(
        verdict=pl.Series(verdicts, dtype=pl.String)
    )
    event = filled_table(
        view,
        said,
        columns,
        most=620,
        title=f"{view.t('performance.table')}：{view.kpi(code)}",
        on_select="rerun",
        selection_mode="single-row",
        key=f"performance-{code}",
    )
    picked = event.selection.rows if event else []
    return picked[0] if picked and picked[0] < rows.height else 0


def _sheet(view: View, period_type: str, start: dt.date, group: str, picked: dict) -> None:
    block(view.t("performance.sheet_of", who=picked["name"]), view.t("performance.sheet_note"))
    rows = queries.sheet(view.marts, period_type, start, group, picked["key"])
    rows = rows.sort(pl.col("kpi_code").replace_strict(ORDER, default=len(ORDER)))
    said = _written(view, rows).with_columns(
        kpi=pl.Series([view.kpi(code) for code in rows["kpi_code"]], dtype=pl.String),
        definition=pl.Series([text(f"kpi.definition.{code}", view.lang) for code in rows["kpi_code"]], dtype=pl.String),
    )
    columns = {
        "kpi": st.column_config.TextColumn(view.t("performance.indicator"), width="medium"),
        **_value_columns(view),
        "year_ago_value": written_column(view.t("performance.year_ago"), width=WIDTH),
        "definition": st.column_config.TextColumn(view.t("performance.definition"), width="large"),
    }
    filled_table(view, said, columns, most=900, title=view.t("performance.sheet_of", who=picked["name"]))


def _value_columns(view: View) -> dict[str, object]:
    return {
        "value": written_column(view.t("performance.value"), width=WIDTH),
        "interval": written_column(view.t("performance.interval"), width=108),
        "expected_value": written_column(view.t("performance.expected"), width=WIDTH),
        "counts": written_column(view.t("performance.counts"), width=WIDTH),
        "previous_value": written_column(view.t("performance.before"), width=WIDTH),
    }


def _written(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """Values as the house writes them; counts as `numerator / denominator`, none where the row is a count itself."""
    made = pl.DataFrame([_row(view, row) for row in rows.iter_rows(named=True)], dict.fromkeys(WRITTEN, pl.String))
    return rows.drop(*WRITTEN, strict=False).hstack(made)


def _row(view: View, row: dict) -> dict[str, str | None]:
    code, base = row["kpi_code"], row["denominator"]
    if code.endswith(("_share", "_rate")):
        value = numbers.share(row["value"], view.lang, base=base)
        span = numbers.share_interval(row["lower"], row["upper"]) if value != numbers.UNKNOWN else None
        counts = f"{view.n(row['numerator'])} / {view.n(base)}" if row["numerator"] is not None else view.n(base)
        return {"value": value, "interval": span, "counts": counts} | {n: _share(view, row[n]) for n in COMPARED}
    write = numbers.duration if code.endswith("_hours") else numbers.number
    told = {name: None if row[name] is None else write(row[name], view.lang) for name in ("value", *COMPARED)}
    return told | {"interval": None, "counts": None}


def _share(view: View, value: float | None) -> str | None:
    return None if value is None else numbers.share(value, view.lang)
