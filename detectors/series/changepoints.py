"""The long view: lasting changes of level in the residuals over the whole history, and what changed with them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import special

from detectors.series.breaks import BreakConfig
from detectors.series.features import Features
from detectors.series.irls import RegressionConfig
from detectors.series.regression import fit_counts, predict

Floats = NDArray[np.floating]
DAYS = 7
LEAST_RATE = 1.0 / 52.0  # events per week a ratio is taken against at least


@dataclass(frozen=True)
class ChangeConfig:
    """What counts as a lasting change."""

    least_weeks: int = 13  # shortest stretch between two changes
    penalty: float = 12.0  # cost of one more change, in units of the residuals' long-run variance
    least_count: float = 1.0  # mean events per week below which a series is left alone
    least_ratio: float = 1.3  # smaller changes (either way) are not reported
    p_value: float = 0.001
    regression: RegressionConfig = field(
        default_factory=lambda: RegressionConfig(
            outlier_high=4.0, outlier_low=4.0, window_outlier=50.0, breaks=BreakConfig(most=0)
        )
    )


@dataclass(frozen=True)
class ChangePoint:
    """One lasting change of a series.  Indices are steps of the input; means are per week, deseasonalised."""

    series: int
    index: int  # first step of the new level
    earliest: int
    latest: int
    before_mean: float
    after_mean: float
    ratio: float
    p: float


def change_points(counts: Floats, features: Features, config: ChangeConfig | None = None) -> list[ChangePoint]:
    """Lasting changes of level by PELT (Killick et al. 2012, via ruptures) on weekly seasonal residuals.

    Args:
        counts: [series, step], daily or weekly, NaN = not observed.
        features: design of the same steps; the trend column is left out, so that growth shows as changes.
    """
    config = config or ChangeConfig()
    counts = np.asarray(counts, float)
    per_week, begin = (DAYS, int(-(features.ordinals[0] - 1) % DAYS)) if features.step_days == 1 else (1, 0)
    if counts.shape[1] - begin < 2 * config.least_weeks * per_week:
        return []
    weekly, design, names = _weekly(counts, features, begin, per_week)
    season = _seasons(weekly, design, names, config)
    found = [c for s in range(len(counts)) for c in _segment(s, weekly[s], season[s], config)]
    return [_in_steps(c, begin, per_week) for c in found]


def _seasons(weekly: Floats, design: Floats, names: tuple[str, ...], config: ChangeConfig) -> Floats:
    """Seasonal factors [series, week]; fitted twice, the second time on counts brought to one level by the changes found first."""
    alive = _alive(weekly, config.least_weeks)
    factors = predict(fit_counts(alive, design, names, config.regression), design)
    levels = np.ones_like(weekly)
    for s in range(len(weekly)):
        for change in _segment(s, alive[s], factors[s], config):
            levels[s, change.index :] *= max(change.ratio, 1e-3)
    factors = predict(fit_counts(alive / levels, design, names, config.regression), design)
    return factors / factors.mean(axis=1, keepdims=True)


def _alive(weekly: Floats, least: int) -> Floats:
    """Long silences before a series began and after it ended tell nothing of its season."""
    alive = weekly.copy()
    for row in alive:
        active = np.flatnonzero(np.nan_to_num(row) > 0)
        if len(active) == 0:
            continue
        first, last = active[0], active[-1]
        row[: first if first >= least else 0] = np.nan
        row[last + 1 if len(row) - 1 - last >= least else len(row) :] = np.nan
    return alive


def _weekly(counts: Floats, features: Features, begin: int, per_week: int) -> tuple[Floats, Floats, tuple[str, ...]]:
    """Whole weeks from Monday on (a week with a step not observed is NaN), and their design without trend and weekdays."""
    weeks = (counts.shape[1] - begin) // per_week
    part = slice(begin, begin + weeks * per_week)
    weekly = counts[:, part].reshape(len(counts), weeks, per_week).sum(axis=2)
    kept = [i for i, n in enumerate(features.names) if n != "trend" and not n.startswith("weekday")]
    design = features.values[part].reshape(weeks, per_week, -1).mean(axis=1)
    padded = np.insert(design[:, kept], 1, 0.0, axis=1)  # a trend that is always 0
    return weekly, padded, ("one", "trend", *(features.names[i] for i in kept[1:]))


def _segment(series: int, weekly: Floats, season: Floats, config: ChangeConfig) -> list[ChangePoint]:
    import ruptures

    seen = np.isfinite(weekly)
    weeks = np.flatnonzero(seen)
    if len(weeks) < 2 * config.least_weeks or weekly[seen].mean() < config.least_count:
        return []
    level = weekly[seen] / (season[seen] / season[seen].mean())
    residual = 2.0 * np.sqrt(level + 0.375)
    spread = _long_run_variance(residual[_active(level)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ends = (
            ruptures.KernelCPD(kernel="linear", min_size=config.least_weeks)
            .fit(residual[:, None])
            .predict(pen=config.penalty * spread)
        )
    bounds = [0, *ends]
    made = [_change(series, weeks, level, residual, spread, bounds[i : i + 3]) for i in range(len(bounds) - 2)]
    return [c for c in made if c.p <= config.p_value and max(c.ratio, 1.0 / max(c.ratio, 1e-3)) >= config.least_ratio]


def _active(level: Floats) -> slice:
    """From the first to the last week with an event."""
    weeks = np.flatnonzero(level > 0)
    return slice(int(weeks[0]), int(weeks[-1]) + 1)


def _long_run_variance(residual: Floats) -> float:
    """Variance per step of means over four weeks, from differences of neighbouring blocks, so that changes do not inflate it."""
    if len(residual) < 8:
        return 1.0
    blocks = residual[: len(residual) // 4 * 4].reshape(-1, 4).mean(axis=1)
    slow = 4.0 * (1.4826 * np.median(np.abs(np.diff(blocks)))) ** 2 / 2.0
    fast = (1.4826 * np.median(np.abs(np.diff(residual)))) ** 2 / 2.0
    return float(max(slow, fast, 0.5))


def _change(
    series: int, weeks: NDArray[np.int64], level: Floats, residual: Floats, spread: float, bounds: list[int]
) -> ChangePoint:
    a, b, c = bounds
    before, after = float(level[a:b].mean()), float(level[b:c].mean())
    z = (residual[b:c].mean() - residual[a:b].mean()) / np.sqrt(spread * (1.0 / (b - a) + 1.0 / (c - b)))
    low, high = _interval(residual[a:c], b - a, spread)
    p = float(2.0 * special.ndtr(-abs(z)))
    return ChangePoint(
        series,
        int(weeks[b]),
        int(weeks[a + low]),
        int(weeks[a + high]),
        before,
        after,
        after / max(before, LEAST_RATE),
        p,
    )


def _interval(residual: Floats, at: int, spread: float) -> tuple[int, int]:
    """Positions whose two-level fit is within 3.84 of the best, around `at`: a 95 % likelihood interval."""
    n = len(residual)
    total = np.cumsum(residual)
    k = np.arange(1, n)
    gain = (total[:-1] - k * total[-1] / n) ** 2 * n / (k * (n - k)) / spread
    close = gain >= gain[at - 1] - 3.84
    low = high = at - 1
    while low > 0 and close[low - 1]:
        low -= 1
    while high < n - 2 and close[high + 1]:
        high += 1
    return low + 1, high + 1


def _in_steps(change: ChangePoint, begin: int, per_week: int) -> ChangePoint:
    index, earliest, latest = (begin + per_week * i for i in (change.index, change.earliest, change.latest))
    return ChangePoint(
        change.series, index, earliest, latest, change.before_mean, change.after_mean, change.ratio, change.p
    )
