"""Outbreaks planted in a city's own history: what a threshold finds of them, how late, and what it raises without them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from detectors.series import AlarmConfig, Features, SeriesDays, score_days
from detectors.series.alarms import BUDGETS, START, alarm_states

SHAPES = {
    "spike": np.array([1.0]),
    "week": np.full(7, 1 / 3),
    "ramp": np.linspace(0.1, 1.0, 14),
    "shift": np.full(28, 1 / 4),
}
BANDS = ((0.0, 0.2), (0.2, 1.0), (1.0, 5.0), (5.0, np.inf))  # mean events a day
SIZE_SD = 4.0  # events added on the peak day, in standard deviations of the series' day (at least 3 events)
GRACE_DAYS = 7  # after an outbreak's end in which an alarm still finds it
YEAR = 365.25
TRIED = np.round(np.arange(1.6, 5.01, 0.1), 2)  # thresholds
LOOSE = AlarmConfig(thresholds=(("1/yr", float(TRIED[0])),))  # every alarm that any of them could raise


@dataclass(frozen=True)
class Result:
    """One shape in one volume band at one budget."""

    budget: str
    shape: str
    volume: str  # mean events a day, from–to
    planted: int
    detected_share: float
    median_delay_days: float | None
    false_alerts_per_series_year: float


@dataclass(frozen=True)
class Planted:
    """Scores of the judged days [series, day], without outbreaks and with one of each shape, and where each begins."""

    clean: SeriesDays
    with_shape: dict[str, SeriesDays]
    starts: dict[str, np.ndarray]
    mean: np.ndarray  # events a day


def plant(
    counts: np.ndarray, first: int, features: Features, rng: np.random.Generator, report: Callable[[str], None]
) -> Planted:
    """Score the judged days as they were and with one outbreak of each shape in each series; every day is scored with its past alone.

    Args:
        counts: [series, day]; first: index of the first judged day.
        report: called with "clean" and each shape as its turn comes.
    """
    report("clean")
    clean = score_days(counts, first, features, LOOSE)
    spread, scored, begins = np.nanstd(counts[:, :first], axis=1), {}, {}
    for shape, profile in SHAPES.items():
        report(shape)
        changed = counts.copy()
        starts = rng.integers(first + 28, counts.shape[1] - len(profile), len(counts))
        for row, start in enumerate(starts):
            peak = max(3.0, SIZE_SD * float(spread[row]))
            changed[row, start : start + len(profile)] += rng.poisson(peak * profile)
        scored[shape], begins[shape] = score_days(changed, first, features, LOOSE), starts - first
    return Planted(clean, scored, begins, counts.mean(axis=1))


def results(planted: Planted) -> list[Result]:
    """The table at both budgets."""
    return [
        result
        for budget, threshold in BUDGETS.items()
        for shape in planted.with_shape
        for result in _bands(planted, budget, threshold, shape)
    ]


def recommended_threshold(planted: Planted, budget: str) -> float:
    """The lowest threshold that keeps the budget on this city's own unaltered year."""
    allowed = {"1/yr": 1.0, "1/90d": YEAR / 90.0}[budget]
    rates = [alerts_a_year(planted.clean, threshold).mean() for threshold in TRIED]
    within = [t for t, rate in zip(TRIED, rates, strict=True) if rate <= allowed]
    return float(within[0] if within else TRIED[-1])


def alerts_a_year(days: SeriesDays, threshold: float) -> np.ndarray:
    """[series] new alerts a year at a threshold."""
    states = alarm_states(_alarms(days, threshold), LOOSE.quiet_gap)
    return (states == START).sum(axis=1) / days.score.shape[1] * YEAR


def found_share(planted: Planted, threshold: float) -> float:
    """Share of all planted outbreaks found at a threshold."""
    return float(np.mean([np.isfinite(_delays(planted, threshold, shape)).mean() for shape in planted.with_shape]))


def _bands(planted: Planted, budget: str, threshold: float, shape: str) -> Iterator[Result]:
    delays, alerts = _delays(planted, threshold, shape), alerts_a_year(planted.clean, threshold)
    for low, high in BANDS:
        at = (planted.mean >= low) & (planted.mean < high)
        if not at.any():
            continue
        hit = delays[at][np.isfinite(delays[at])]
        delay = float(np.median(hit)) if len(hit) else None
        share = len(hit) / int(at.sum())
        yield Result(budget, shape, f"{low:g}–{high:g}", int(at.sum()), share, delay, float(alerts[at].mean()))


def _delays(planted: Planted, threshold: float, shape: str) -> np.ndarray:
    """[series] days to an alarm that the unaltered series does not have; NaN when there is none in the outbreak and a week."""
    new = _alarms(planted.with_shape[shape], threshold) & ~_alarms(planted.clean, threshold)
    length = len(SHAPES[shape]) + GRACE_DAYS
    delays = np.full(len(new), np.nan)
    for row, start in enumerate(planted.starts[shape]):
        if len(hit := np.flatnonzero(new[row, start : start + length])):
            delays[row] = hit[0]
    return delays


def _alarms(days: SeriesDays, threshold: float) -> np.ndarray:
    """[series, day] alarms at a threshold not below the loosest."""
    return days.is_alarm & (np.nan_to_num(days.score, nan=-np.inf) >= threshold)
