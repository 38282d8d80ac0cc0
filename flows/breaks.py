"""Registered breaks in the data (reference/calendar.csv): what is expected after one starts from the level after it, with the season of before.

A merger of channels or a change of the taxonomy: for `RELEARN_DAYS` after it nothing is called surprising, then the history before it is raised or
lowered by observed over expected of those days.  An outage of the hotline itself (no category named): its days were not observed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from detectors.series import PeriodConfig, SeriesDays, cell_expectations, score_days
from detectors.series.alarms import NONE
from flows.counts import Counts

if TYPE_CHECKING:
    import duckdb

    from detectors.series import AlarmConfig, Features
    from detectors.series.periods import PeriodExpectations

RELEARN_DAYS = 56
LEAST_RATIO, MOST_RATIO = 0.1, 10.0
BREAKS = """
select date_on, kind, category_l1, district from staging.stg_reference__calendar
where kind in ('channel_merger', 'taxonomy') or (kind = 'outage' and category_l1 is null) order by all
"""


@dataclass(frozen=True)
class Break:
    """One registered day from which counts are not what they were; no category or district = all."""

    on: dt.date
    kind: str  # channel_merger, taxonomy, outage
    category_l1: str | None
    district: str | None

    def touches(self, keys: pl.DataFrame) -> np.ndarray:
        """Which series it changes: those inside what is named; a new taxonomy leaves all categories together as they were."""
        category, area = pl.col("category_key"), pl.col("area_key")
        hit = category.is_not_null()
        if self.kind == "taxonomy":
            hit = category != "*"
        if self.category_l1 is not None:
            hit = hit & ((category == self.category_l1) | category.str.starts_with(f"{self.category_l1}->"))
        if self.district is not None:
            hit = hit & ((area == self.district) | area.str.starts_with(f"{self.district}/"))
        return keys.select(hit=hit)["hit"].to_numpy()


def read_breaks(con: duckdb.DuckDBPyConnection) -> list[Break]:
    """The breaks that the city has registered, oldest first."""
    return [Break(*row) for row in con.execute(BREAKS).fetchall()]


def without_outages(counts: Counts, breaks: list[Break]) -> Counts:
    """Days on which the hotline was out are not observed."""
    values = counts.values.copy()
    for known in breaks:
        day = (known.on - counts.since).days
        if known.kind == "outage" and 0 <= day < values.shape[1]:
            values[known.touches(counts.keys), day] = np.nan
    return replace(counts, values=values)


def rebased(counts: Counts, breaks: list[Break], features: Features, *, until: int) -> Counts:
    """The history before each break at the level after it, as far as step `until` tells: what is judged from there on looks at nothing later."""
    values = counts.values.copy()
    for known in _lasting(counts, breaks):
        begin = (known.on - counts.since).days
        if begin + RELEARN_DAYS <= until:
            rows = np.flatnonzero(known.touches(counts.keys))
            values[rows, :begin] *= _ratio(values[rows], features, begin)[:, None]
    return replace(counts, values=values)


def scored_days(counts: Counts, features: Features, breaks: list[Break], first: int, config: AlarmConfig) -> SeriesDays:
    """Days from step `first` on (as `score_days`), each from the history rebased by what was known on it; none is an alarm while a level is learnt."""
    size = counts.values.shape[1]
    begins = {known: (known.on - counts.since).days for known in _lasting(counts, breaks)}
    learnt = sorted({begin + RELEARN_DAYS for begin in begins.values() if first < begin + RELEARN_DAYS < size})
    parts = []
    for start, end in pairwise([first, *learnt, size]):
        until = replace(features, values=features.values[:end], ordinals=features.ordinals[:end])
        level = rebased(counts, breaks, features, until=start).values[:, :end]
        parts.append(score_days(level, start, until, config))
    names = [part.name for part in fields(SeriesDays)]
    found = SeriesDays(*(np.concatenate([getattr(part, name) for part in parts], axis=1) for name in names))
    for known, begin in begins.items():
        learning = range(max(begin, first) - first, min(begin + RELEARN_DAYS, size) - first)
        at = np.ix_(np.flatnonzero(known.touches(counts.keys)), list(learning))
        found.score[at], found.is_alarm[at], found.state[at] = np.nan, False, NONE
    return found


def period_expectations(
    counts: Counts, features: Features, spans: np.ndarray, breaks: list[Break], config: PeriodConfig
) -> PeriodExpectations:
    """Expectations of periods (as `cell_expectations`), each from the history rebased by what was known when it began."""
    found = cell_expectations(counts.values, features, spans, config)
    values = counts.values.copy()
    for known in _lasting(counts, breaks):
        begin = (known.on - counts.since).days
        rows = np.flatnonzero(known.touches(counts.keys))
        learning = (spans[:, 1] > begin) & (spans[:, 0] < begin + RELEARN_DAYS)
        found.mid_p[np.ix_(rows, learning)] = np.nan
        found.is_low_confidence[np.ix_(rows, learning)] = True
        later = np.flatnonzero(spans[:, 0] >= begin + RELEARN_DAYS)
        if not len(rows) or not len(later):
            continue
        values[rows, :begin] *= _ratio(values[rows], features, begin)[:, None]
        again = cell_expectations(values[rows], features, spans[later], config)
        for name in ("expected", "dispersion", "mid_p"):
            getattr(found, name)[np.ix_(rows, later)] = getattr(again, name)
    return found


def _lasting(counts: Counts, breaks: list[Break]) -> list[Break]:
    """Mergers and taxonomies with a history before them."""
    days = range(1, counts.values.shape[1])
    return [known for known in breaks if known.kind != "outage" and (known.on - counts.since).days in days]


def _ratio(values: np.ndarray, features: Features, begin: int) -> np.ndarray:
    """Observed over expected of the days after a break, one report added to both; 1 where nothing was observed."""
    end = min(begin + RELEARN_DAYS, values.shape[1])
    found = cell_expectations(values, features, np.array([[begin, end]]))
    ratio = (found.observed[:, 0] + 1) / (found.expected[:, 0] + 1)
    return np.clip(np.nan_to_num(ratio, nan=1.0), LEAST_RATIO, MOST_RATIO)
