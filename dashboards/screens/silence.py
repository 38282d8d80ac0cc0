"""静默 Silent areas: where peers would report and people do not, who reports readily, and how long routine demands wait."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboards import filters
from dashboards.parts import (
    block,
    chart,
    empty,
    expected_column,
    expected_written,
    filled_table,
    guarded,
    lead,
    link,
    small_title,
    written_column,
)
from dashboards.queries import silence as queries
from dashboards.view import View
from weisu import charts, numbers

CHARTED = 12
SUREST = 0.999
SURE = 0.01  # a gap with a greater p-value may be chance


def show(view: View) -> None:
    """Draw the page."""
    with filters.row():
        level = filters.segment(
            view, "level_of", "filter.area_level", ["district", "street"], "level_of", default="street"
        )
        depth = filters.segment(view, "depth", "filter.category_level", [1, 2], "depth", default=1)
    rows = queries.silent(view.marts, level, depth)
    _conclusion(view, rows, queries.judged(view.marts, level, depth))
    with guarded(view, view.t("silence.cells")):
        _cells(view, rows)
    with guarded(view, view.t("silence.rates")):
        _rates(view, queries.reporting_rates(view.marts, level))
    with guarded(view, view.t("silence.gaps")):
        _gaps(view, queries.routine_gaps(view.marts, level))


def _conclusion(view: View, rows: pl.DataFrame, judged: int) -> None:
    if rows.is_empty():
        return lead(view.t("silence.lead_none"), view.t("silence.judged", n=judged))
    top = rows.row(0, named=True)
    confirmed = rows.filter(pl.col("verdict") == "silent").height
    return lead(
        view.t(f"silence.lead_{top['verdict']}", n=confirmed, maybe=rows.height - confirmed),
        view.t(
            "silence.sub",
            area=top["area"],
            category=top["category"],
            observed=view.n(top["reports_13w"]),
            expected=view.n(top["expected_13w"]),
            n=judged,
        ),
    )


def _cells(view: View, rows: pl.DataFrame) -> None:
    block(view.t("silence.cells"), view.t("silence.cells_note"))
    if rows.is_empty():
        return empty(view.t("silence.none"), view.t("silence.none_why"))
    left, right = st.columns([8, 5], gap="large")
    with left:
        picked = _cell_table(view, rows)
    with right:
        small_title(view.t("silence.chart"), view.t("silence.chart_note"))
        shown = rows.head(CHARTED).select(
            label=pl.col("area") + " · " + pl.col("category"), value="reports_13w", expected="expected_13w"
        )
        made = charts.bar_list(shown, lang=view.lang, theme=view.theme, expected=True, limit=CHARTED)
        chart(made, alt_text=view.t("silence.chart_alt", n=shown.height))
        row = rows.row(picked, named=True)
        what = f"{row['area']} · {row['category']}"
        link(view, "trends", view.t("silence.to_trends", what=what), area=row["area_key"], category=row["category_key"])
    return None


def _cell_table(view: View, rows: pl.DataFrame) -> int:
    written = expected_written(view, rows, "expected_13w").with_columns(
        verdict=pl.Series([view.t(f"silence.verdict_{v}") for v in rows["verdict"]]),
        probability=pl.Series([_chance(view, p) for p in rows["probability"]], dtype=pl.String),
        staff=pl.Series([_staff(view, row) for row in rows.iter_rows(named=True)], dtype=pl.String),
        phone=pl.Series([_phone(view, row) for row in rows.iter_rows(named=True)], dtype=pl.String),
    )
    columns = {
        "area": st.column_config.TextColumn(view.t("column.area"), width=150),
        "category": st.column_config.TextColumn(view.t("column.category"), width="small"),
        "reports_13w": st.column_config.NumberColumn(view.t("silence.reports"), width="small"),
        "expected_13w": expected_column(view),
        "probability": written_column(view.t("silence.probability"), tip=view.t("silence.probability_help")),
        "verdict": st.column_config.TextColumn(view.t("trends.verdict"), width=88),
        "staff": written_column(view.t("silence.staff"), tip=view.t("silence.staff_help"), width=92),
        "phone": written_column(view.t("silence.phone"), tip=view.t("silence.phone_help"), width=116),
    }
    event = filled_table(
        view,
        written,
        columns,
        most=430,
        title=view.t("silence.chart"),
        on_select="rerun",
        selection_mode="single-row",
        key="silent",
    )
    picked = event.selection.rows if event else []
    return picked[0] if picked and picked[0] < rows.height else 0


def _rates(view: View, rows: pl.DataFrame) -> None:
    block(view.t("silence.rates"), view.t("silence.rates_note"))
    if rows.is_empty():
        return empty(view.t("silence.no_rates"), view.t("silence.no_rates_why"))
    columns = {
        "area": st.column_config.TextColumn(view.t("column.area"), width="medium"),
        "cases": st.column_config.NumberColumn(view.t("silence.cases"), width="small"),
        "duplicates": st.column_config.NumberColumn(view.t("silence.duplicates"), width="small"),
        "expected_duplicates": expected_column(view),
        "relative_rate": st.column_config.NumberColumn(
            view.t("silence.relative"), format="%.2f", width="small", help=view.t("silence.relative_help")
        ),
        "delay_days": st.column_config.NumberColumn(view.t("silence.delay"), format="%.0f", width="small"),
    }
    return filled_table(
        view, expected_written(view, rows, "expected_duplicates"), columns, most=330, title=view.t("silence.rates")
    )


def _gaps(view: View, rows: pl.DataFrame) -> None:
    block(view.t("silence.gaps"), view.t("silence.gaps_note"))
    if rows.is_empty():
        return empty(view.t("silence.no_gaps"), view.t("silence.no_gaps_why"))
    written = rows.with_columns(
        *(
            pl.Series(f"{kind}_days", [_median(view, row, kind) for row in rows.iter_rows(named=True)], dtype=pl.String)
            for kind in ("routine", "hot")
        ),
        sure=pl.Series([view.t("silence.sure" if p < SURE else "silence.chance") if p is not None else None for p in rows["p_value"]], dtype=pl.String),
    )  # fmt: skip
    columns = {
        "area": st.column_config.TextColumn(view.t("column.area"), width="medium"),
        "routine_days": written_column(view.t("silence.routine_days")),
        "hot_days": written_column(view.t("silence.hot_days")),
        "routine_gap_days": st.column_config.NumberColumn(view.t("silence.gap_days"), format="%.1f", width="small"),
        "sure": st.column_config.TextColumn(view.t("silence.test"), width="small"),
        "routine_tickets": st.column_config.NumberColumn(view.t("silence.routine_tickets"), width="small"),
        "hot_tickets": st.column_config.NumberColumn(view.t("silence.hot_tickets"), width="small"),
    }
    return filled_table(view, written, columns, most=330, title=view.t("silence.gaps"))


def _chance(view: View, probability: float | None) -> str:
    """A probability as a share; near one only that it is, for nothing here is certain."""
    most = probability is not None and probability > SUREST
    return f"> {numbers.share(SUREST, view.lang)}" if most else numbers.share(probability, view.lang)


def _staff(view: View, row: dict) -> str | None:
    if row["usual_official_reports_13w"] is None:
        return None
    return view.t(
        "silence.beside", own=view.n(row["official_reports_13w"]), usual=view.n(row["usual_official_reports_13w"])
    )


def _phone(view: View, row: dict) -> str | None:
    if row["phone_share_13w"] is None:
        return None
    own, usual = (numbers.share(row[name], view.lang) for name in ("phone_share_13w", "usual_phone_share_13w"))
    return view.t("silence.beside", own=own, usual=usual)


def _median(view: View, row: dict, kind: str) -> str | None:
    """Median days, or `> x` where half are not closed yet."""
    if row[f"{kind}_median_days"] is not None:
        return f"{row[f'{kind}_median_days']:.1f}"
    return None if row[f"{kind}_over_days"] is None else f"> {row[f'{kind}_over_days']:.1f}"
