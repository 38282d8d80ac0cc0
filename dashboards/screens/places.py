"""地图 Map: counts on a grid or single places, clusters as circles, no tiles from outside."""

from __future__ import annotations

import datetime as dt

import polars as pl
import streamlit as st

from dashboards import filters
from dashboards.parts import (
    chart,
    empty,
    expected_column,
    expected_written,
    guarded,
    lead,
    small_title,
    table,
    written_column,
)
from dashboards.queries import alerts as alert_queries
from dashboards.queries import names
from dashboards.queries import places as queries
from dashboards.view import View
from weisu import charts, maps, numbers

SPANS = {"7": 7, "28": 28, "91": 91, "365": 365}
CIRCLES = 6  # the strongest clusters drawn; the table lists more


def show(view: View) -> None:
    """Draw the page."""
    with filters.row():
        span = filters.count_segment(view, "days", list(SPANS), "map.days", default="28")
        kind = filters.category(view, names.category_names(view.marts))
        area = filters.area(view, list(names.area_names(view.marts)))
        sight = filters.segment(view, "as", "map.sight", ["grid", "points"], "map")
    last = view.about.as_of_on
    first = last - dt.timedelta(days=SPANS[span] - 1)
    clusters = queries.clusters(view.marts, first, last, kind)
    with guarded(view, view.t("nav.map")):
        _conclusion(view, first, last, kind, clusters)
    left, right = st.columns([9, 4], gap="large")
    with left, guarded(view, view.t("nav.map")):
        _map(view, first, last, kind, area, sight, clusters)
    with right, guarded(view, view.t("map.ranking")):
        _ranking(view, first, last, kind)
    with guarded(view, view.t("map.clusters")):
        _clusters(view, clusters)


def _conclusion(view: View, first: dt.date, last: dt.date, kind: str, clusters: pl.DataFrame) -> None:
    rows = queries.by_area(view.marts, "district", kind, first, last)
    located, tickets = queries.located_share(view.marts, first, last)
    if rows.is_empty():
        return lead(view.t("map.lead_none"))
    top, total = rows.row(0, named=True), rows["value"].sum()
    if view.home != "*":  # one district alone is no share of the city
        return lead(view.t("map.lead_own", area=top["label"], n=view.n(top["value"])))
    sub = view.t(
        "map.sub",
        located=numbers.share(located / tickets if tickets else None, view.lang, base=tickets),
        clusters=clusters.height,
        drawn=min(CIRCLES, clusters.height),
    )
    return lead(
        view.t(
            "map.lead",
            area=top["label"],
            n=view.n(top["value"]),
            share=numbers.share(top["value"] / total, view.lang, base=total),
        ),
        sub,
    )


def _map(view: View, first: dt.date, last: dt.date, kind: str, area: str, sight: str, clusters: pl.DataFrame) -> None:
    ground = alert_queries.background(view.marts)
    spots = queries.spots(view.marts, first, last, kind, area)
    if ground.is_empty():
        return empty(view.t("empty.places"), view.t("empty.places_why"))
    if spots.is_empty():
        return empty(view.t("empty.filter"), "", view.t("empty.filter_todo"))
    plane = maps.plane_of(ground if area == "*" else spots)
    drawn = clusters.head(CIRCLES).select("lat", "lon", "radius_m").drop_nulls()
    look = {
        "lang": view.lang, "theme": view.theme, "plane": plane, "height": 560, "circles": [maps.Circle(*row) for row in drawn.iter_rows()],
        "areas": alert_queries.area_labels(view.marts, "district" if area == "*" else "street"),
    }  # fmt: skip
    if sight == "points":
        return chart(maps.ticket_map(spots, background=ground, **look), alt_text=view.t("nav.map"))
    size = _cell_km(plane)
    cells = queries.grid(view.marts, first, last, kind, area, cell_km=size, at_lat=plane.lat)
    return chart(
        maps.grid_map(cells, cell_km=size, breaks=maps.class_breaks(cells["value"]), **look), alt_text=view.t("nav.map")
    )


def _cell_km(plane: maps.Plane) -> float:
    """A round cell size that gives about 30 rows."""
    return next((size for size in (0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0) if size >= plane.half_km / 16), 10.0)


def _ranking(view: View, first: dt.date, last: dt.date, kind: str) -> None:
    small_title(view.t("map.ranking"))
    rows = queries.by_area(view.marts, "district", kind, first, last)
    if rows.is_empty():
        return empty(view.t("empty.rows"))
    chart(charts.bar_list(rows, lang=view.lang, theme=view.theme, limit=12), alt_text=view.t("map.ranking"))
    small_title(view.t("map.streets"))
    streets = queries.by_area(view.marts, "street", kind, first, last)
    return (
        chart(charts.bar_list(streets, lang=view.lang, theme=view.theme, limit=10), alt_text=view.t("map.streets"))
        if not streets.is_empty()
        else empty(view.t("empty.rows"))
    )


def _clusters(view: View, clusters: pl.DataFrame) -> None:
    small_title(view.t("map.clusters"), view.t("map.clusters_note"))
    if clusters.is_empty():
        return empty(view.t("map.no_cluster"))
    config = {
        "category_name": st.column_config.TextColumn(view.t("column.category")),
        "start_on": st.column_config.DateColumn(view.t("map.start")),
        "end_on": st.column_config.DateColumn(view.t("map.end")),
        "radius_m": st.column_config.NumberColumn(view.t("map.radius"), format="localized", step=1),
        "observed": st.column_config.NumberColumn(view.t("figure.observed")),
        "expected": expected_column(view),
        "relative_risk": written_column(view.t("map.relative_risk")),
        "recurrence_days": st.column_config.NumberColumn(view.t("map.recurrence"), format="localized", step=1),
    }
    risks = [numbers.ratio(risk, view.lang) for risk in clusters["relative_risk"]]
    return table(
        view,
        expected_written(view, clusters).with_columns(relative_risk=pl.Series(risks)),
        config,
        title=view.t("map.clusters"),
    )
