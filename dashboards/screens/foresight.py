"""前瞻 Foresight: what the next four weeks bring, where else it may happen, and what follows what."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboards import filters, session
from dashboards.parts import block, chart, empty, filled_table, guarded, lead, link, table, written_column
from dashboards.queries import foresight as queries
from dashboards.view import View
from weisu import charts, numbers

SHOWN = 25  # rows of the outlook
KNOWN = ("firm", "equipment", "built_year")  # what places can share


def show(view: View) -> None:
    """Draw the page."""
    with filters.row():
        level = filters.segment(
            view, "level_of", "filter.area_level", ["city", "district"], "level_of", default="district"
        )
        depth = filters.segment(view, "depth", "filter.category_level", [1, 2], "depth", default=2)
    rows = queries.outlook(view.marts, view.about.as_of_on, depth, level)
    _conclusion(view, rows)
    with guarded(view, view.t("foresight.outlook")):
        _outlook(view, rows)
    with guarded(view, view.t("foresight.places")):
        _places(view)
    with guarded(view, view.t("foresight.pairs")):
        _pairs(view)


def _conclusion(view: View, rows: pl.DataFrame) -> None:
    if rows.is_empty():
        return lead(view.t("foresight.lead_none"))
    risks = rows.filter("is_risk")
    if risks.is_empty():
        return lead(view.t("foresight.lead_calm"), view.t("foresight.calm_sub", n=rows.height))
    top = risks.row(0, named=True)
    return lead(
        view.t("foresight.lead", what=_named(view, top), ratio=numbers.ratio(top["ratio"], view.lang)),
        view.t("foresight.sub", expected=view.n(top["expected"]), usual=view.n(top["usual"]), n=risks.height, all=rows.height,
               interval=numbers.interval(top["lower"], top["upper"], view.lang)),
    )  # fmt: skip


def _named(view: View, row: dict) -> str:
    return f"{view.area(row['area_key'], row['area'])} · {row['category']}"


def _outlook(view: View, rows: pl.DataFrame) -> None:
    block(view.t("foresight.outlook"), view.t("foresight.outlook_note"))
    if rows.is_empty():
        return empty(view.t("foresight.no_outlook"), view.t("foresight.no_outlook_why"))
    shown = rows.head(SHOWN)
    labels = [_named(view, row) for row in shown.iter_rows(named=True)]
    left, right = st.columns([6, 5], gap="large")
    with left:
        _risk_table(view, shown.with_columns(what=pl.Series(labels)))
    with right:
        at = session.choose(
            st.selectbox, "series", view.t("foresight.series"), [str(i) for i in range(len(labels))],
            format_func=lambda i: labels[int(i)],
        )  # fmt: skip
        row = shown.row(int(at), named=True)
        weeks = queries.weeks_around(view.marts, view.about.as_of_on, row["area_key"], row["category_key"])
        made = charts.observed_expected(
            weeks, lang=view.lang, theme=view.theme, unit="week", height=330,
            window=(row["first_on"], weeks["date_on"].max()),
        )  # fmt: skip
        chart(made, alt_text=view.t("foresight.chart", what=labels[int(at)]))
        link(view, "trends", view.t("foresight.to_trends"), area=row["area_key"], category=row["category_key"])
    return None


def _risk_table(view: View, rows: pl.DataFrame) -> None:
    intervals = [numbers.interval(r["lower"], r["upper"], view.lang) for r in rows.iter_rows(named=True)]
    config = {
        "what": st.column_config.TextColumn(view.t("foresight.what"), width="large"),
        "expected": st.column_config.NumberColumn(view.t("foresight.ahead"), format="%.0f", width="small"),
        "interval": written_column(view.t("foresight.interval")),
        "usual": st.column_config.NumberColumn(view.t("foresight.usual"), format="%.0f", width="small"),
        "recent": st.column_config.NumberColumn(view.t("foresight.recent"), format="%.0f", width="small"),
        "ratio": st.column_config.NumberColumn(view.t("foresight.ratio"), format="%.2f", width="small"),
    }
    return filled_table(
        view,
        rows.with_columns(interval=pl.Series(intervals, dtype=pl.String)),
        config,
        most=430,
        title=view.t("foresight.ahead"),
    )


def _places(view: View) -> None:
    block(view.t("foresight.places"), view.t("foresight.places_note"))
    alerts = queries.alerts_with_places(view.marts)
    if alerts.is_empty():
        return empty(view.t("foresight.no_places"), view.t("foresight.no_places_why"))
    labels = {
        row["alert_id"]: f"{view.area(row['area_key'], row['area'])} · {row['category']} · {view.day(row['raised_on'])}"
        for row in alerts.iter_rows(named=True)
    }
    chosen = session.choose(
        st.selectbox, "like", view.t("foresight.alert"), list(labels), format_func=labels.__getitem__, width=520
    )
    rows = queries.similar_places(view.marts, chosen)
    shared = [_shared(view, value) for value in rows["shared"]]
    config = {
        "position": st.column_config.NumberColumn(view.t("foresight.position"), width="small"),
        "area": st.column_config.TextColumn(view.t("foresight.place"), width="medium"),
        "shared": st.column_config.TextColumn(view.t("foresight.shared"), width="medium"),
        "tickets": st.column_config.NumberColumn(view.t("foresight.tickets"), width="small"),
    }
    table(
        view,
        rows.with_columns(shared=pl.Series(shared, dtype=pl.String)),
        config,
        title=f"{view.t('foresight.places')} {labels[chosen]}",
    )
    return link(view, "alerts", view.t("foresight.to_alert"), alert=chosen)


def _shared(view: View, codes: str | None) -> str:
    known = [code for code in (codes or "").split(",") if code in KNOWN]
    return view.t("foresight.join").join(view.t(f"foresight.share_{code}") for code in known) or numbers.UNKNOWN


def _pairs(view: View) -> None:
    block(view.t("foresight.pairs"), view.t("foresight.pairs_note"))
    rows = queries.pairs(view.marts)
    if rows.is_empty():
        return empty(view.t("foresight.no_pairs"), view.t("foresight.no_pairs_why"))
    told = [view.t("foresight.pair", cause=r["cause"], effect=r["effect"], days=r["window_days"]) for r in rows.iter_rows(named=True)]  # fmt: skip
    spans = [numbers.interval(r["lower"], r["upper"], view.lang) for r in rows.iter_rows(named=True)]
    config = {
        "pair": st.column_config.TextColumn(view.t("foresight.pair_column"), width="large"),
        "lift": st.column_config.NumberColumn(view.t("foresight.lift"), format="%.2f", width="small"),
        "interval": written_column(view.t("foresight.interval")),
        "lift_before": st.column_config.NumberColumn(view.t("foresight.lift_before"), format="%.2f", width="small"),
        "observed": st.column_config.NumberColumn(view.t("figure.observed"), format="%.0f", width="small"),
        "expected": st.column_config.NumberColumn(view.t("figure.expected"), format="%.0f", width="small"),
        "episodes": st.column_config.NumberColumn(view.t("foresight.episodes"), width="small"),
    }
    return table(
        view,
        rows.with_columns(pair=pl.Series(told), interval=pl.Series(spans, dtype=pl.String)),
        config,
        title=view.t("foresight.pairs"),
    )
