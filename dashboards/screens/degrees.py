"""四度 Four degrees: ranked cells with four thin bars, a quadrant, what a cell is made of, and a weight sandbox."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import streamlit as st

from dashboards import filters
from dashboards.parts import block, chart, empty, guarded, lead, link, sentence, small_title, table
from dashboards.queries import degrees as queries
from dashboards.view import View
from weisu import charts

DEGREES = queries.DEGREES
TOP = 10
MIN_REPORTS = 5  # a cell with fewer does not make the headline


def show(view: View) -> None:
    """Draw the page."""
    filters = _filters(view)
    if filters is None:
        lead(view.t("degrees.lead_none"))
        return empty(view.t("empty.degrees"), view.t("empty.degrees_why"))
    period_type, start, area_level, category_level = filters
    cells = _named(view, queries.cells(view.marts, period_type, start, area_level, category_level))
    scored = cells.filter(pl.col("composite_score").is_not_null())
    _conclusion(view, cells, scored)
    if scored.is_empty():
        return empty(view.t("empty.degrees"), view.t("empty.degrees_why"))
    left, right = st.columns([9, 4], gap="medium")
    with left, guarded(view, view.t("degrees.table")):
        picked = _table(view, scored)
    with right, guarded(view, view.t("degrees.parts")):
        _cell(view, scored.row(picked or 0, named=True), period_type, start)
    left, right = st.columns([7, 6], gap="large")
    with left, guarded(view, view.t("degrees.quadrant")):
        _quadrant(view, scored)
    with right, guarded(view, view.t("degrees.sandbox")):
        _sandbox(view, scored)
    return None


def _filters(view: View) -> tuple[str, dt.date, str, int] | None:
    with filters.row():
        is_whole = view.reader.sight.has_texts  # else months of districts are the finest that is told
        kinds, levels = (["week", "month"] if is_whole else ["month"]), ["city", "district", "street"]
        period_type = filters.segment(view, "period", "filter.period", kinds, "period")
        starts = queries.periods(view.marts, period_type)
        if not starts:
            return None
        start = filters.start(view, period_type, starts)
        area = filters.segment(
            view, "level_of", "filter.area_level", levels if is_whole else levels[:2], "level_of", default="district"
        )
        category = filters.segment(view, "depth", "filter.category_level", [1, 2], "depth", default=2)
    return period_type, start, area, category


def _named(view: View, cells: pl.DataFrame) -> pl.DataFrame:
    """Add `cell`, area · category; streets with their district, for names repeat."""
    area = (
        pl.when(pl.col("area_key") == "*")
        .then(pl.lit(view.area("*")))
        .when(pl.col("area_level") == "street")
        .then(pl.col("area_key"))
        .otherwise(pl.col("area_name"))
    )
    mark = pl.when(pl.col("is_low_confidence")).then(pl.lit(" †")).otherwise(pl.lit(""))
    return cells.with_columns(cell=area + " · " + pl.col("category_name") + mark)


def _conclusion(view: View, cells: pl.DataFrame, scored: pl.DataFrame) -> None:
    if scored.is_empty():
        return lead(view.t("degrees.lead_none"))
    firm = scored.filter(pl.col("reports") >= MIN_REPORTS)
    top = (scored if firm.is_empty() else firm).row(0, named=True)
    severe = scored.filter(pl.col("level") == 4).height
    missing = cells.filter(pl.col("missing").fill_null("") != "").height
    return lead(
        view.t(
            "degrees.lead",
            least=view.n(min(MIN_REPORTS, top["reports"])),
            cell=top["cell"],
            q=view.n(top["composite_score"]),
            n=view.n(top["reports"]),
        ),
        view.t("degrees.sub", severe=severe, all=scored.height, missing=missing),
    )


def _table(view: View, cells: pl.DataFrame) -> int | None:
    small_title(view.t("degrees.table"), view.t("degrees.table_note"))
    number = st.column_config.NumberColumn
    config = {
        "rank": number("", width=36),
        "cell": st.column_config.TextColumn(view.t("degrees.cell"), width=225),
        "composite_score": number(view.t("degree.composite"), format="%.0f", width=64),
        "previous_composite_score": number(view.t("degrees.before"), format="%.0f", width=64),
        "level": number(view.t("degrees.level"), width=56, help=view.t("degrees.level_help")),
        **{f"{d}_score": _bar(view, view.t(f"degree.{d}")) for d in DEGREES},
        "reports": number(view.t("figure.observed"), width=64),
    }
    rows = cells.with_columns(rank=pl.int_range(1, pl.len() + 1))
    shape = {"height": min(25, cells.height) * 29 + 38, "row_height": 29, "key": "degree-table"}
    event = table(
        view, rows, config, title=view.t("degrees.table"), on_select="rerun", selection_mode="single-row", **shape
    )
    picked = event.selection.rows if event else []
    return picked[0] if picked and picked[0] < cells.height else None


def _bar(view: View, label: str) -> Any:
    return st.column_config.ProgressColumn(
        label, min_value=0, max_value=100, format="%.0f", width="small", color=view.theme.primary
    )


def _cell(view: View, row: dict[str, Any], period_type: str, start: dt.date) -> None:
    small_title(view.t("degrees.parts"), row["cell"])
    schema = {"label": pl.String, "value": pl.Float64}
    parts = pl.DataFrame(
        [(view.t(f"degree.{d}"), row[f"{d}_score"]) for d in DEGREES], schema=schema, orient="row"
    ).drop_nulls()
    chart(charts.bar_list(parts, lang=view.lang, theme=view.theme), alt_text=view.t("degrees.parts"))
    if row["missing"]:
        names = ("、" if view.lang == "zh" else ", ").join(
            view.t(f"degree.{d}") for d in row["missing"].split(",") if d in DEGREES
        )
        st.text(view.t("degrees.missing", names=names))
    _components(view, queries.components(view.marts, row["area_key"], row["category_key"], period_type, start))
    small_title(view.t("degrees.history"))
    past = queries.history(view.marts, row["area_key"], row["category_key"], period_type, start)
    chart(charts.sparkline(past, theme=view.theme, width="container", height=60), alt_text=view.t("degrees.history"))
    link(view, "trends", view.t("degrees.to_trends"), area=row["area_key"], category=row["category_key"])


def _components(view: View, rows: pl.DataFrame) -> None:
    named = [
        f"{view.t(f'degree.{d}')} · {_component(view, c)}" for d, c in rows.select("degree", "component").iter_rows()
    ]
    config = {
        "name": st.column_config.TextColumn(view.t("degrees.component"), width=135),
        "raw_value": st.column_config.NumberColumn(view.t("degrees.raw"), format="%.2f", width="small"),
        "normalised_value": _bar(view, "0–100"),
        "contribution": st.column_config.NumberColumn(view.t("degrees.contribution"), format="%.1f", width="small"),
    }
    table(view, rows.with_columns(name=pl.Series(named, dtype=pl.String)), config, title=view.t("degrees.parts"))


def _component(view: View, code: str) -> str:
    from weisu.texts import catalogue

    return view.t(f"component.{code}") if f"app.component.{code}" in catalogue() else code


def _quadrant(view: View, cells: pl.DataFrame) -> None:
    block(view.t("degrees.quadrant"), view.t("degrees.quadrant_note"))
    rows = cells.drop_nulls(["frequency_score", "intensity_score"]).with_columns(label=pl.col("cell"))
    if rows.is_empty():
        return empty(view.t("empty.rows"))
    axes = ("frequency_score", view.t("degree.frequency")), ("intensity_score", view.t("degree.intensity"))
    return chart(
        charts.quadrant(
            rows.select("label", "level", "reports", "frequency_score", "intensity_score"),
            x=axes[0],
            y=axes[1],
            theme=view.theme,
            height=380,
        ),
        alt_text=view.t("degrees.quadrant"),
    )


def _sandbox(view: View, cells: pl.DataFrame) -> None:
    block(view.t("degrees.sandbox"), view.t("degrees.sandbox_note"))
    weights = {}
    for place, degree in zip(st.columns(4), DEGREES, strict=True):
        with place:
            weights[degree] = st.slider(view.t(f"degree.{degree}"), 0, 100, 25, 5, key=f"weight-{degree}") / 100
    if not any(weights.values()):
        return empty(view.t("degrees.no_weight"))
    after = queries.reweigh(cells, weights)
    new = queries.changed_in_top(cells, after, top=TOP)
    sentence(view.t("degrees.changed", n=len(new), top=min(TOP, cells.height)))
    old_rank = {cell: i for i, cell in enumerate(cells.select("area_key", "category_key").iter_rows(), start=1)}
    rows = after.head(TOP).with_columns(rank=pl.int_range(1, pl.len() + 1))
    ranks = [old_rank[key] for key in rows.select("area_key", "category_key").iter_rows()]
    config = {
        "rank": st.column_config.NumberColumn(view.t("degrees.rank_now"), width=60),
        "old_rank": st.column_config.NumberColumn(view.t("degrees.rank_before"), width=60),
        "cell": st.column_config.TextColumn(view.t("degrees.cell"), width="medium"),
        "own_score": st.column_config.ProgressColumn(
            view.t("degree.composite"), min_value=0, max_value=100, format="%.0f", color=view.theme.primary
        ),
    }
    return table(
        view, rows.with_columns(old_rank=pl.Series(ranks)), config, title=view.t("degrees.sandbox"), row_height=29
    )
