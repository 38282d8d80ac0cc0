"""Backtest of what looks at places: clusters planted for the scan, and the lists of similar places against the busiest ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from detectors.foresight.histories import Finds
from detectors.foresight.similar import Places, similar_hits
from detectors.space.config import ScanConfig
from detectors.space.scan import scan_days

if TYPE_CHECKING:
    import duckdb

CATEGORIES, PLANTS, JUDGED_DAYS = 4, 4, 60
SPREAD_METRES, OUTBREAK_DAYS, GRACE_DAYS = 300.0, 5, 3
LEAST_EVENTS = 300  # of a category whose scan is worth a test
METRES_PER_DEGREE = 111_195.0
BUDGETS = {"1/yr": 1 / 365, "1/30d": 1 / 30}
SIZES = (4, 8)  # events added
YEAR = 365.25
AGAIN_DAYS = 14  # a place or a caller that reports again within these counts once, as in the scan
POINTS = """
select category_l2_key as category, lat, lon, created_on - date '1970-01-01' as day
from marts.fct_tickets anti join marts.mart_artefact_tickets using (ticket_key)
where is_demand and lat is not null and lon is not null and category_l2_key is not null
qualify (place_key is null or coalesce(created_on - lag(created_on) over (
    partition by category_l2_key, place_key order by created_on, ticket_key) >= $again, true))
  and (person_hash is null or coalesce(created_on - lag(created_on) over (
    partition by category_l2_key, person_hash order by created_on, ticket_key) >= $again, true))
order by created_on, ticket_key
"""
FINDS = """
select category_l2_key as category, coalesce({column}, '') as place, created_on - date '1970-01-01' as day
from marts.fct_tickets where is_demand and category_l2_key is not null and {column} is not null order by created_on, ticket_key
"""


@dataclass(frozen=True)
class ScanResult:
    """Clusters of one size at one budget; alerts of the unaltered city count as false."""

    budget: str
    events: int
    planted: int
    detected_share: float
    median_delay_days: float | None
    false_alerts_per_category_year: float


def scan_backtest(con: duckdb.DuckDBPyConnection, rng: np.random.Generator) -> list[ScanResult]:
    """Clusters of 4 and 8 events in five days within some 300 m, planted where the city's own tickets lie; empty where too few have a place."""
    points = con.execute(POINTS, {"again": AGAIN_DAYS}).pl()
    busy = (
        points.group_by("category")
        .len()
        .filter(pl.col("len") >= LEAST_EVENTS)
        .sort("len", "category", descending=[True, False])
    )
    clean: list[np.ndarray] = []
    found: dict[int, list[np.ndarray]] = {size: [] for size in SIZES}
    for category in busy["category"].head(CATEGORIES):
        events = points.filter(pl.col("category") == category).select("lat", "lon", "day").to_numpy()
        last = int(points["day"].max())
        clean.append(_lowest_p(events, range(last - JUDGED_DAYS + 1, last + 1)))
        for size in SIZES:
            found[size] += [_planted_p(events, size, last, rng) for _ in range(PLANTS)]
    return [
        _result(name, limit, size, found[size], clean) for name, limit in BUDGETS.items() for size in SIZES if clean
    ]


def _planted_p(events: np.ndarray, size: int, last: int, rng: np.random.Generator) -> np.ndarray:
    """Lowest p of a cluster that holds three planted events or more, on each day of an outbreak and its grace."""
    start = int(rng.integers(last - JUDGED_DAYS + 1, last - OUTBREAK_DAYS - GRACE_DAYS + 1))
    lat, lon, _ = events[rng.integers(len(events))]
    shift = rng.normal(0, SPREAD_METRES / 2 / METRES_PER_DEGREE, (size, 2))
    days = np.sort(rng.integers(start, start + OUTBREAK_DAYS, size))
    added = np.column_stack([lat + shift[:, 0], lon + shift[:, 1] / np.cos(np.radians(lat)), days])
    is_planted = np.repeat([False, True], [len(events), size])
    return _lowest_p(np.vstack([events, added]), range(start, start + OUTBREAK_DAYS + GRACE_DAYS), is_planted)


def _lowest_p(events: np.ndarray, judged: range, wanted: np.ndarray | None = None) -> np.ndarray:
    """[day] the lowest p of the day's clusters, of those with three wanted events where some are named; 1 where there is none."""
    lowest = np.ones(len(judged))
    for cluster in scan_days(events[:, 0], events[:, 1], events[:, 2].astype(np.int64), judged, ScanConfig()):
        if wanted is None or wanted[cluster.members].sum() >= 3:
            at = cluster.as_of - judged.start
            lowest[at] = min(lowest[at], cluster.p_value)
    return lowest


def _result(name: str, limit: float, size: int, found: list[np.ndarray], clean: list[np.ndarray]) -> ScanResult:
    delays = [int(np.flatnonzero(p <= limit)[0]) for p in found if (p <= limit).any()]
    starts = [int(((p <= limit) & ~np.append([False], p[:-1] <= limit)).sum()) for p in clean]
    rate = float(np.mean(starts)) / JUDGED_DAYS * YEAR
    return ScanResult(
        name, size, len(found), len(delays) / len(found), float(np.median(delays)) if delays else None, rate
    )


def similar_backtest(con: duckdb.DuckDBPyConnection) -> dict[str, float] | None:
    """Hits among the first 20 places of the last year's lists, mean, beside the busiest places; None where no place is named or no list ended."""
    for column in ("estate_key", "community_key", "street_key"):
        rows = con.execute(FINDS.format(column=column)).pl()
        if rows["place"].n_unique() >= 40:
            break
    else:
        return None
    category, place = (rows[name].rank("dense").to_numpy().astype(np.int64) - 1 for name in ("category", "place"))
    many, day = int(place.max()) + 1, rows["day"].to_numpy().astype(np.int64)
    unknown, none = np.full(many, np.nan), np.full(many, -1)
    places = Places(none, none, built_year=unknown, lat=unknown, lon=unknown, population=unknown)
    lists, ours, popular = similar_hits(Finds(category, place, day), places, int(day.max()) - 364, int(day.max()))
    return {"lists": int(lists), "hits_among_20": float(ours), "busiest_hits": float(popular)} if lists else None
