"""Forecasts held against what came, from many past days on with their past alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.foresight.forecast import forecast_outlook
from detectors.foresight.scoring import LEVELS, last_weeks, seasonal_naive, weighted_interval_score
from detectors.series.features import Features

Floats = NDArray[np.floating]
HORIZON = 4
LEAST_REPORTS = 4  # in the year before: a series that is all but silent tells nothing
YEAR_DAYS = 364


@dataclass(frozen=True)
class RollingScores:
    """Mean weighted interval scores in counts a week (smaller is better), and the share of weeks inside the 95 % interval."""

    forecasts: int  # series × origins × weeks
    model: float
    seasonal_naive: float
    last_weeks: float
    covered_share: float

    @property
    def gain(self) -> float:
        """By what share the model is better than the better of the two plain forecasts."""
        return 1.0 - self.model / min(self.seasonal_naive, self.last_weeks)


def rolling_scores(
    counts: Floats, parent: NDArray[np.integer], origins: Sequence[int], weekly_features: Callable[[int, int], Features]
) -> RollingScores:
    """Forecast the four weeks after each origin by the model and by the two plain rules.

    Args:
        counts: [series, day], NaN = not observed; parent: as `forecast_outlook` wants it.
        origins: numbers of days known (the first forecast day is that index), each with four weeks after it.
        weekly_features: (first day index, weeks) -> design of so many weeks from that day on.

    Raises:
        ValueError: no origin has a series to forecast.
    """
    parts = [_one_origin(counts, parent, int(day), weekly_features) for day in origins]
    scores = np.concatenate([p for p in parts if p is not None] or [np.empty((0, 4))])
    if not len(scores):
        raise ValueError("no series has a year of history before any origin")
    return RollingScores(len(scores), *(float(v) for v in scores.mean(axis=0)))


def _one_origin(
    counts: Floats, parent: NDArray[np.integer], day: int, weekly_features: Callable[[int, int], Features]
) -> Floats | None:
    many, skipped = day // 7, day % 7
    known = np.isfinite(counts[:, max(0, day - YEAR_DAYS) : day + 7 * HORIZON]).all(axis=1)
    rows = np.flatnonzero(known & (np.nansum(counts[:, max(0, day - YEAR_DAYS) : day], axis=1) >= LEAST_REPORTS))
    if not len(rows) or day < YEAR_DAYS:
        return None
    place = np.full(len(counts) + 1, -1)
    place[rows] = np.arange(len(rows))
    weeks = counts[rows, skipped:day].reshape(len(rows), many, 7).sum(axis=2)
    came = counts[rows, day : day + 7 * HORIZON].reshape(len(rows), HORIZON, 7).sum(axis=2)
    found = forecast_outlook(weeks, weekly_features(skipped, many + HORIZON), place[parent[rows]], LEVELS).quantiles
    rivals = (found, seasonal_naive(weeks, HORIZON), last_weeks(weeks, HORIZON))
    scores = [weighted_interval_score(came, q).ravel() for q in rivals]
    inside = (came >= found[:, :, 0]) & (came <= found[:, :, -1])
    return np.column_stack([*scores, inside.ravel()])
