"""Score, threshold, state: the daily result of a batch of series."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detectors.series.accumulate import AccumulatorConfig, carry_over, chance_gain, window_scores, with_misfit
from detectors.series.features import Features
from detectors.series.irls import RegressionConfig
from detectors.series.scores import mid_p, normal_score, upper_bound
from detectors.series.sequential import Expectations, SeriesConfig, expect_days

Floats = NDArray[np.floating]
NONE, START, ONGOING = "none", "start", "ongoing"
ROWS = 500  # series judged at once (memory)
BUDGETS = {"1/yr": 2.78, "1/90d": 2.12}  # thresholds of the daily score, set on simulated series
WEEKLY_BUDGETS = {"1/yr": 1.65, "1/90d": 0.9}  # the same for weekly series


@dataclass(frozen=True)
class AlarmConfig:
    """What becomes of a score."""

    series: SeriesConfig = field(default_factory=SeriesConfig)
    budget: str = "1/yr"  # false alerts per series: 1/yr or 1/90d
    quiet_gap: int = 7  # an alarm after more steps than this without one is a new alert
    least_count: int = 3  # fewer events than this inside the winning window never raise an alarm
    least_history: int = 28  # fewer observed steps before it leave a step not assessed
    interval_z: float = 1.96
    thresholds: tuple[tuple[str, float], ...] = tuple(BUDGETS.items())

    @property
    def threshold(self) -> float:
        """Score from which on a day is an alarm."""
        return dict(self.thresholds)[self.budget]


def weekly_config(budget: str = "1/yr") -> AlarmConfig:
    """The same detector for weekly series."""
    windows = AccumulatorConfig(windows=(1, 2, 3, 4), misfit=0.0, level_share=1.0)
    series = SeriesConfig(refit_every=4, history=313, regression=RegressionConfig(window=4), accumulator=windows)
    return AlarmConfig(series, budget, quiet_gap=2, least_history=8, thresholds=tuple(WEEKLY_BUDGETS.items()))


@dataclass(frozen=True)
class SeriesDays:
    """All arrays [series, step] from `first` on; NaN = not assessed; score higher = more unusual (standard normal units)."""

    expected: Floats
    lower: Floats
    upper: Floats
    score: Floats
    is_alarm: NDArray[np.bool_]
    state: NDArray[np.str_]


def score_days(counts: Floats, first: int, features: Features, config: AlarmConfig | None = None) -> SeriesDays:
    """Score every step from `first` on, each with data before it (and itself) only.

    Args:
        counts: [series, step], NaN = not observed (not assessed).
        first: index of the first step to score; earlier steps are history.
        features: design of the same steps.

    Raises:
        ValueError: shapes disagree, `first` is out of range, or a count is negative.
    """
    config = config or AlarmConfig()
    counts = np.asarray(counts, float)
    _check(counts, first, features)
    lead = max(config.series.accumulator.windows) + config.quiet_gap + 1
    warm = max(0, first - lead)
    past = expect_days(counts, warm, features, config.series)
    parts = [
        _judge(counts, past.rows(slice(i, i + ROWS)), first, config, i) for i in range(0, max(len(counts), 1), ROWS)
    ]
    return SeriesDays(*(np.concatenate([getattr(p, name) for p in parts]) for name in SeriesDays.__dataclass_fields__))


def _check(counts: Floats, first: int, features: Features) -> None:
    if counts.ndim != 2 or counts.shape[1] != len(features.values):
        raise ValueError(f"counts {counts.shape} do not match {len(features.values)} steps of features")
    if not 0 <= first < counts.shape[1]:
        raise ValueError(f"first {first} is outside 0..{counts.shape[1] - 1}")
    if np.any(counts < 0):
        raise ValueError("counts must not be negative")


def _judge(counts: Floats, past: Expectations, first: int, config: AlarmConfig, row: int) -> SeriesDays:
    """Scores, alarms and states of a few series, from row `row` on."""
    rows = counts[row : row + ROWS]
    now = rows[:, past.first :]
    score, total = score_windows(now, past, config.series)
    history = np.cumsum(np.isfinite(rows), axis=1)[:, past.first :] - np.isfinite(now)
    score = np.where(history >= config.least_history, score, np.nan)
    is_alarm = np.nan_to_num(score, nan=-np.inf) >= config.threshold
    is_alarm &= total >= config.least_count
    state = alarm_states(is_alarm, config.quiet_gap)
    lower, upper = (upper_bound(past.expected, past.variance, z * config.interval_z) for z in (-1.0, 1.0))
    return SeriesDays(*(a[:, first - past.first :] for a in (past.expected, lower, upper, score, is_alarm, state)))


def score_windows(counts: Floats, past: Expectations, config: SeriesConfig) -> tuple[Floats, Floats]:
    """The calibrated score and the observed sum of the window that gave it, both [series, step]."""
    acc = config.accumulator
    spread, level_sd = with_misfit(past.expected, past.variance, past.level_sd, acc)
    mu = carry_over(counts, past.expected, spread, past.autocorrelation, acc)
    variance = np.maximum(spread * (1.0 - past.autocorrelation**2), 0.5 * mu)
    scores = window_scores(counts, mu, variance, level_sd, acc)
    spike = normal_score(mid_p(counts, mu, np.maximum(variance, mu)))
    scores[0] = np.where(np.isnan(spike), np.nan, spike)
    filled = np.where(np.isnan(scores), -np.inf, scores)
    best = filled.argmax(axis=0)
    score = np.take_along_axis(filled, best[None], axis=0)[0] - chance_gain(past.expected, acc)
    score = np.where(np.isfinite(counts) & np.isfinite(score), score, np.nan)
    return score, _window_total(counts, np.asarray(acc.windows)[best])


def _window_total(counts: Floats, width: NDArray[np.int64]) -> Floats:
    running = np.concatenate([np.zeros((len(counts), 1)), np.cumsum(np.nan_to_num(counts), axis=1)], axis=1)
    end = np.arange(1, counts.shape[1] + 1)
    begin = np.maximum(end[None, :] - width, 0)
    return running[:, 1:] - np.take_along_axis(running, begin, axis=1)


def alarm_states(is_alarm: NDArray[np.bool_], quiet_gap: int) -> NDArray[np.str_]:
    """`start` where no alarm was in the `quiet_gap` steps before, `ongoing` for the other alarms, else `none`; [series, step]."""
    recent = np.zeros_like(is_alarm)
    for lag in range(1, quiet_gap + 1):
        recent[:, lag:] |= is_alarm[:, :-lag]
    return np.where(is_alarm, np.where(recent, ONGOING, START), NONE)
