"""举一反三: for each alert the places like its own that have no ticket of it yet; sense.similar_places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from detectors.foresight.histories import Finds, Histories
from detectors.foresight.similar import (
    Candidates,
    Ground,
    Places,
    SimilarConfig,
    candidates,
    learn_weights,
    rank_similar,
)
from detectors.judge.inputs import COMMUNITY, ESTATE, STREET
from detectors.judge.outputs import SUSPECTED_ARTEFACT, Alert
from flows.tickets import TicketTable

if TYPE_CHECKING:
    import duckdb

SCHEMA = {
    "alert_id": pl.String, "position": pl.Int32, "area_key": pl.String, "score": pl.Float64, "shared": pl.String, "tickets": pl.Int64,
}  # fmt: skip
LISTED = 20
LEAST_KNOWN_SHARE = 0.3  # of tickets that name a place of the level that lists are made of
SHARED = ("firm", "equipment", "built_year")
TRAITS = """
select dim_area.area_key, listed.property_firm, listed.equipment, listed.built_year, dim_area.lat, dim_area.lon, dim_area.population
from marts.dim_area left join (
    select area_key, max(property_firm) as property_firm, max(equipment) as equipment, max(built_year) as built_year
    from staging.stg_reference__areas group by area_key
) as listed using (area_key)
"""


def similar_rows(con: duckdb.DuckDBPyConnection, alerts: list[Alert], table: TicketTable, day: int) -> pl.DataFrame:
    """The first `LISTED` places of each alert that is no artefact, as known before `day`; estates where tickets name them, else communities, else streets."""
    level = _level(table)
    codes = np.flatnonzero(table.tree.level == level)
    if not len(codes) or not alerts:
        return pl.DataFrame(schema=SCHEMA)
    places, config = _places(con, table, codes), SimilarConfig()
    finds = _finds(table, codes, level)
    used, dense = np.unique(np.append(finds.category, [a.category for a in alerts]), return_inverse=True)  # few of all
    finds, column = replace(finds, category=dense[: len(finds)]), {code: k for k, code in enumerate(used.tolist())}
    ground, known = Ground(places, config), Histories(finds, len(places), config).before(day)
    weights = learn_weights(finds, ground, day)
    rows: list[tuple[object, ...]] = []
    among: dict[int, Candidates] = {}
    for alert in alerts:
        place = _place(alert, table, codes, level)
        if place is None or alert.signal_status == SUSPECTED_ARTEFACT:
            continue
        if alert.category not in among:
            among[alert.category] = candidates(known, ground, column[alert.category])
        ranked = rank_similar(among[alert.category], ground, place, weights)
        best = zip(ranked.place[:LISTED].tolist(), ranked.score[:LISTED].tolist(), strict=True)
        rows += [
            (
                alert.alert_id,
                n,
                table.names.areas[codes[other]],
                score,
                _shared(places, place, other),
                int(known.total[other]),
            )
            for n, (other, score) in enumerate(best, start=1)
        ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _level(table: TicketTable) -> int:
    areas = table.arrays.areas
    shares = (areas >= 0).mean(axis=0) if len(areas) else np.zeros(5)
    return next((level for level in (ESTATE, COMMUNITY) if shares[level] >= LEAST_KNOWN_SHARE), STREET)


def _finds(table: TicketTable, codes: np.ndarray, level: int) -> Finds:
    """Demand that names a category and a place, artefacts left out, by day."""
    tickets = table.arrays
    position = np.full(len(table.tree.level) + 1, -1)
    position[codes] = np.arange(len(codes))
    place = position[tickets.areas[:, level]]
    kept = np.flatnonzero((place >= 0) & (tickets.category >= 0) & tickets.is_demand & (table.marks == 0))
    kept = kept[np.argsort(tickets.day[kept], kind="stable")]
    return Finds(tickets.category[kept], place[kept], tickets.day[kept])


def _places(con: duckdb.DuckDBPyConnection, table: TicketTable, codes: np.ndarray) -> Places:
    keys = pl.DataFrame({"area_key": [table.names.areas[code] for code in codes]})
    known = keys.join(con.execute(TRAITS).pl(), on="area_key", how="left", maintain_order="left")
    numbers = {
        name: known[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        for name in ("built_year", "lat", "lon", "population")
    }
    firm, equipment = (
        known[name].rank("dense").fill_null(0).to_numpy().astype(np.int64) - 1
        for name in ("property_firm", "equipment")
    )
    return Places(firm, equipment, **numbers)


def _place(alert: Alert, table: TicketTable, codes: np.ndarray, level: int) -> int | None:
    """Where the alert's tickets lie most, None where none names a place of the level."""
    at = table.arrays.areas[alert.tickets, level]
    values, counts = np.unique(at[at >= 0], return_counts=True)
    return int(np.searchsorted(codes, values[counts.argmax()])) if len(values) else None


def _shared(places: Places, place: int, other: int) -> str:
    """What two places are known to share, joined by commas."""
    alike = (
        places.firm[place] == places.firm[other] >= 0,
        places.equipment[place] == places.equipment[other] >= 0,
        abs(places.built_year[place] - places.built_year[other]) <= 2,
    )
    return ",".join(name for name, holds in zip(SHARED, alike, strict=True) if holds)
