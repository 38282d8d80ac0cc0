"""Series of our own to check detectors on: other seasons, calendars and outbreaks than the public bench, and all of it made up.

A series is a mean of 0.1 to 300 a day times weekday, season (smooth, plateau, saw-tooth or a short peak), trend, holidays, a slowly
varying level, some with a lasting break or an outage; counts are negative binomial.  Outbreaks lie in the history too, unmarked.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.series.features import built_in_calendar

FIRST, JUDGED, LAST = dt.date(2021, 1, 1), dt.date(2023, 1, 1), dt.date(2023, 12, 31)
WEEKDAYS = {
    "office": (1.15, 1.1, 1.05, 1.05, 1.05, 0.8, 0.8), "mild": (1.05, 1.03, 1.0, 1.0, 1.0, 0.95, 0.97), "flat": (1.0,) * 7,
    "weekend": (0.85, 0.85, 0.9, 0.95, 1.1, 1.25, 1.1), "closed": (1.3, 1.25, 1.2, 1.15, 1.1, 0.6, 0.4),
}  # fmt: skip
RESTS = {"office": (0.25, 0.9), "closed": (0.25, 0.9), "mild": (0.05, 0.3)}  # how much a holiday takes off, in logs
SIZES = {"spike": (3.0, 5.0, 8.0), "lognormal": (2.0, 4.0, 6.0), "ramp": (1.5, 3.0, 5.0), "shift": (0.5, 1.0, 2.0), "drift": (1.0, 2.0, 3.0)}  # fmt: skip
WASHOUT = 14  # days behind an outbreak that count neither way


@dataclass(frozen=True)
class Simulated:
    """counts[series, day]; outbreaks as (series, first day, last day) of the judged year; clean[series, judged day]."""

    counts: NDArray[np.float64]
    days: list[dt.date]
    regions: list[str]
    outbreaks: list[tuple[int, int, int]]
    clean: NDArray[np.bool_]

    @property
    def first(self) -> int:
        """Index of the first judged day."""
        return self.days.index(JUDGED)


def simulate(seed: int, series: int = 480) -> Simulated:
    """The same seed gives the same series."""
    rng = np.random.default_rng(seed)
    days = [FIRST + dt.timedelta(days=i) for i in range((LAST - FIRST).days + 1)]
    first = days.index(JUDGED)
    counts, regions = np.zeros((series, len(days))), []
    outbreaks, clean = [], np.ones((series, len(days) - first), bool)
    for row in range(series):
        regions.append("CN" if rng.random() < 0.6 else "US")
        mean = _means(days, regions[row], rng)
        variance = rng.choice([1.0, 1.3, 1.8, 2.5]) * mean + rng.choice([0.0, 0.01, 0.03]) * mean**2
        added, planted = _outbreaks(np.sqrt(variance), first, rng)
        counts[row] = (_counts(mean, variance, rng) + rng.poisson(added)) * _counted(len(days), rng)
        for start, end in planted:
            outbreaks.append((row, start - first, end - first))
            clean[row, start - first : end - first + 1 + WASHOUT] = False
    return Simulated(counts, days, regions, outbreaks, clean)


def _means(days: list[dt.date], region: str, rng: np.random.Generator) -> NDArray[np.float64]:
    """Expected counts of one series without its outbreaks."""
    ordinals = np.array([d.toordinal() for d in days])
    years, weekday = (ordinals - ordinals[0]) / 365.25, (ordinals - 1) % 7
    kind = str(rng.choice(list(WEEKDAYS), p=[0.4, 0.25, 0.15, 0.1, 0.1]))
    week = np.log(WEEKDAYS[kind]) + rng.normal(0.0, 0.03, 7)
    logs = rng.uniform(np.log(0.1), np.log(300.0)) + week[weekday] + _season(years, rng) + rng.normal(0.0, 0.1) * years
    if kind in RESTS:
        logs += _holidays(ordinals, region, rng.uniform(*RESTS[kind]))
    logs += _wandering(len(days), rng.choice([0.3, 0.6, 0.8]), rng) * rng.choice([0.0, 0.05, 0.1, 0.15])
    if rng.random() < 0.12:
        logs[rng.integers(150, len(days) - 400) :] += rng.choice([-1, 1]) * rng.uniform(0.3, 0.6)
    return np.exp(logs)


def _season(years: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    phase = (years + rng.random()) % 1.0
    shapes = (
        np.sin(2 * np.pi * phase), np.where(phase < 0.3, 1.0, -0.4), np.abs(4 * phase - 2) - 1, 1.5 * np.exp(-(((phase - 0.5) / 0.08) ** 2)),
    )  # fmt: skip
    return rng.uniform(0.0, 0.4) * shapes[rng.integers(len(shapes))]


def _holidays(ordinals: NDArray[np.int64], region: str, effect: float) -> NDArray[np.float64]:
    rows = built_in_calendar(region, FIRST.year, LAST.year)
    off, makeup = ({d.toordinal() for d, kind, _ in rows if kind == wanted} for wanted in ("holiday", "makeup"))
    is_off, works = np.isin(ordinals, list(off)), (ordinals - 1) % 7 < 5
    first_back = np.append(False, is_off[:-1]) & ~is_off & works
    return 0.2 * np.isin(ordinals, list(makeup)) + 0.2 * effect * first_back - effect * (is_off & works)


def _wandering(length: int, memory: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """A first-order autoregression of unit variance."""
    level, shocks = np.zeros(length), rng.normal(size=length) * np.sqrt(1.0 - memory**2)
    for t in range(1, length):
        level[t] = memory * level[t - 1] + shocks[t]
    return level


def _outbreaks(
    spread: NDArray[np.float64], first: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], list[tuple[int, int]]]:
    """Added events per day, and (first, last) day of the outbreaks of the judged year; one series in five has none there."""
    added, planted, at = np.zeros(len(spread)), [], int(rng.integers(60, 160))
    while at < first - 40:
        _plant(added, spread, at, rng)
        at += int(rng.integers(150, 300))
    at = first + int(rng.integers(20, 80)) if rng.random() > 0.2 else len(spread)
    while at < len(spread) - 45:
        planted.append((at, _plant(added, spread, at, rng)))
        at = planted[-1][1] + int(rng.integers(45, 90))
    return added, planted


def _plant(added: NDArray[np.float64], spread: NDArray[np.float64], at: int, rng: np.random.Generator) -> int:
    """Add one outbreak of a random shape and size in units of the day's spread; its last day."""
    shape = str(rng.choice(list(SIZES)))
    size = rng.choice(SIZES[shape]) * max(spread[at : at + 14].mean(), 0.6)
    lengths = {"spike": (1, 2), "lognormal": (7, 21), "ramp": (10, 21), "shift": (14, 29), "drift": (28, 43)}
    days = np.arange(1, int(rng.integers(*lengths[shape])) + 1)
    grown = days / len(days)
    curve = {
        "spike": np.ones(1), "lognormal": 0.6 * np.exp(-2 * np.log(3 * grown) ** 2), "ramp": grown, "shift": np.full(len(days), 0.7), "drift": 0.6 * grown,
    }[shape]  # fmt: skip
    end = min(at + len(curve), len(added))
    added[at:end] += size * curve[: end - at]
    return end - 1


def _counts(mean: NDArray[np.float64], variance: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    size = mean**2 / np.maximum(variance - mean, 1e-6)
    return rng.poisson(rng.gamma(size, mean / size))


def _counted(length: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """1 where days were counted; 0 over an outage, which one series in sixteen has."""
    counted = np.ones(length)
    if rng.random() < 0.06:
        at = int(rng.integers(100, length - 60))
        counted[at : at + int(rng.integers(3, 15))] = 0.0
    return counted
