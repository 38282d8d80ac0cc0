"""由此及彼: which category follows which in the same area, beyond season, the city's own waves and the area's own level.

An episode is a day on which one area reports far more of category A than its share of the city's season.  What the area reports of B in the
days after it is held against what it reported in as many days before it, each beside its expectation: what lasts in an area, or moves the
whole city, is on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, false_discovery_control, poisson
from scipy.stats import t as student

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]


@dataclass(frozen=True)
class LeadLagConfig:
    """When a pair is believed (DOMAIN.md 3.3)."""

    windows: tuple[int, ...] = (3, 7, 14, 28)  # days after an episode
    least_count: int = 3  # tickets on the day of an episode …
    episode_p: float = 0.001  # … and the chance of as many
    quiet_days: int = 7  # none of its kind in the area for so long before it
    season_days: int = 29  # the city's level is a moving mean over these
    steady_counts: float = 20.0  # the city's own count of a window speaks beside the season as much as this many would
    least_support: int = 20  # episodes
    least_lift: float = 1.5
    fdr: float = 0.05


@dataclass(frozen=True)
class Pairs:
    """One entry per (cause, effect): categories by index; observed, expected and lift after the episodes with a 95 % interval; lift before them."""

    cause: Ints
    effect: Ints
    window_days: Ints
    episodes: Ints
    observed: Floats
    expected: Floats
    lift: Floats
    lower: Floats
    upper: Floats
    lift_before: Floats
    p_value: Floats
    q_value: Floats

    def __len__(self) -> int:
        return len(self.cause)

    def pick(self, rows: NDArray[np.generic]) -> Pairs:
        """The same for some of the pairs, in the order of `rows`."""
        return Pairs(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def lead_lag(counts: Floats, config: LeadLagConfig | None = None) -> Pairs:
    """Pairs that hold: lift, interval and false discovery rate within the limits; strongest lower bound first.

    Args:
        counts: [area, category, day], all areas of a city on one level; NaN counts as 0.
    """
    config = config or LeadLagConfig()
    tested = all_pairs(counts, config)
    holds = (tested.q_value <= config.fdr) & (tested.lift >= config.least_lift) & (tested.lower > 1.0)
    found = tested.pick(np.flatnonzero(holds))
    found = found.pick(np.argsort(-found.lower, kind="stable"))
    keys = found.cause * counts.shape[1] + found.effect
    return found.pick(np.sort(np.unique(keys, return_index=True)[1]))  # the window with the strongest lower bound


def all_pairs(counts: Floats, config: LeadLagConfig) -> Pairs:
    """Every pair of categories with enough episodes, in every window, with its p and q (Benjamini–Hochberg over all of them)."""
    city = _City.of(np.nan_to_num(np.asarray(counts, float)), config)
    parts = [
        part
        for cause, (area, day) in episodes(city, config)
        for window in config.windows
        if (part := _test_cause(city, cause, area, day, window, config)) is not None
    ]
    joined = [np.concatenate([p[k] for p in parts]) if parts else np.empty(0) for k in range(11)]
    whole = [a.astype(np.int64) for a in joined[:4]]
    return Pairs(*whole, *joined[4:], false_discovery_control(joined[10]))


@dataclass(frozen=True)
class _City:
    counts: Floats  # [area, category, day]
    running: Floats  # [area, category, day + 1] sums before a day
    share: Floats  # [area, category] of the city's tickets of the category
    season: Floats  # [category, day]
    running_season: Floats
    running_city: Floats

    @classmethod
    def of(cls, counts: Floats, config: LeadLagConfig) -> _City:
        city = counts.sum(axis=0)
        total = city.sum(axis=1)
        share = counts.sum(axis=2) / np.maximum(total, 1.0)
        half, days = config.season_days // 2, counts.shape[2]
        running = _running(city)
        ends = np.minimum(np.arange(days) + half + 1, days)
        begins = np.maximum(np.arange(days) - half, 0)
        season = (running[:, ends] - running[:, begins]) / (ends - begins)
        return cls(counts, _running(counts), share, season, _running(season), running)

    def observed(self, area: Ints, begin: Ints, end: Ints) -> Floats:
        """[episode, category] tickets of the area from day `begin` to before `end`."""
        return self.running[area, :, end] - self.running[area, :, begin]

    def expected(self, area: Ints, begin: Ints, end: Ints, steady: float) -> Floats:
        """[episode, category] the area's share of the season and of what the city really brought in those days."""
        season = (self.running_season[:, end] - self.running_season[:, begin]).T
        seen = (self.running_city[:, end] - self.running_city[:, begin]).T
        trust = seen / (seen + steady)
        return self.share[area] * (trust * seen + (1.0 - trust) * season)


def episodes(city: _City, config: LeadLagConfig) -> list[tuple[int, tuple[Ints, Ints]]]:
    """(category, (areas, days)) of the days that stand out, for categories with enough of them."""
    found = []
    for category in range(city.counts.shape[1]):
        area, day = np.nonzero(city.counts[:, category] >= config.least_count)
        seen = city.counts[area, category, day]
        usual = city.share[area, category] * city.season[category, day]
        rare = poisson.sf(seen - 1, np.maximum(usual, 1e-9)) < config.episode_p
        kept = _first_ones(area[rare], day[rare], config.quiet_days)
        if kept.sum() >= config.least_support:
            found.append((category, (area[rare][kept], day[rare][kept])))
    return found


def _first_ones(area: Ints, day: Ints, quiet: int) -> NDArray[np.bool_]:
    """Which days have no other of the area in the `quiet` days before; area and day ascending."""
    if not len(area):
        return np.zeros(0, bool)
    return np.append(True, (np.diff(area) != 0) | (np.diff(day) > quiet))


def _test_cause(
    city: _City, cause: int, area: Ints, day: Ints, window: int, config: LeadLagConfig
) -> tuple[Floats, ...] | None:
    inside = (day >= window) & (day + window < city.counts.shape[2])
    if inside.sum() < config.least_support:
        return None
    area, day = area[inside], day[inside]
    after, before = (day + 1, day + 1 + window), (day - window, day)
    seen, seen_before = (city.observed(area, *span) for span in (after, before))
    usual, usual_before = (city.expected(area, *span, config.steady_counts) for span in (after, before))
    effect = np.flatnonzero((np.arange(seen.shape[1]) != cause) & (usual.sum(axis=0) > 0) & (seen.sum(axis=0) > 0))
    seen, seen_before, usual, usual_before = (a[:, effect] for a in (seen, seen_before, usual, usual_before))
    observed, expected = seen.sum(axis=0), usual.sum(axis=0)
    lift = observed / expected
    error = np.sqrt(((seen - lift * usual) ** 2).sum(axis=0)) / observed  # of the log lift, episodes as they came
    p = _chance(seen - seen_before - (usual - usual_before), observed, seen_before.sum(axis=0), expected, usual_before)
    n = len(effect)
    before_lift = seen_before.sum(axis=0) / np.maximum(usual_before.sum(axis=0), 1e-9)
    return (
        np.full(n, cause), effect, np.full(n, window), np.full(n, len(area)), observed, expected,
        lift, lift * np.exp(-1.96 * error), lift * np.exp(1.96 * error), before_lift, p,
    )  # fmt: skip


def _chance(gain: Floats, after: Floats, before: Floats, expected: Floats, usual_before: Floats) -> Floats:
    """The larger of two one-sided p: episodes' gains by t, and their tickets after of all by the binomial."""
    n = len(gain)
    spread = gain.std(axis=0, ddof=1) / np.sqrt(n)
    by_episode = student.sf(gain.mean(axis=0) / np.maximum(spread, 1e-12), n - 1)
    half = expected / np.maximum(expected + usual_before.sum(axis=0), 1e-12)
    return np.maximum(by_episode, binom.sf(after - 1, after + before, half))


def _running(values: Floats) -> Floats:
    """Sums before each step along the last axis, one longer."""
    return np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)


@dataclass(frozen=True)
class Hits:
    """Of `listed` predictions how many came true, and how many of those made by popularity in the same places."""

    listed: int
    hits: int
    popular_hits: int


def lead_lag_hits(counts: Floats, split: int, *, top: int = 20, config: LeadLagConfig | None = None) -> Hits:
    """Backtest: pairs learnt before day `split`, then the first `top` later episodes of their causes.

    A hit: in the pair's window the area brings unusually many (p < .05, two or more) of the effect; the rival names the area's commonest category.
    """
    config = config or LeadLagConfig()
    learnt = lead_lag(counts[:, :, :split], config)
    city = _City.of(np.nan_to_num(np.asarray(counts, float)), config)
    found = dict(episodes(city, config))
    listed = []
    for cause in dict.fromkeys(learnt.cause.tolist()):
        pair = int(np.flatnonzero(learnt.cause == cause)[0])
        window, effect = int(learnt.window_days[pair]), int(learnt.effect[pair])
        area, day = found.get(cause, (np.empty(0, np.int64), np.empty(0, np.int64)))
        late = (day >= split) & (day + window < counts.shape[2])
        listed += [(d, a, cause, effect, window) for a, d in zip(area[late], day[late], strict=True)]
    listed = sorted(listed)[:top]
    popular = city.running[:, :, split]
    hits = sum(_unusual(city, a, effect, d, window, config) for d, a, _, effect, window in listed)
    rivals = sum(_unusual(city, a, _commonest(popular[a], cause), d, w, config) for d, a, cause, _, w in listed)
    return Hits(len(listed), hits, rivals)


def _commonest(counts: Floats, but: int) -> int:
    order = np.argsort(-counts, kind="stable")
    return int(order[0] if order[0] != but else order[1])


def _unusual(city: _City, area: int, category: int, day: int, window: int, config: LeadLagConfig) -> bool:
    at = np.array([area])
    span = (np.array([day + 1]), np.array([day + 1 + window]))
    seen = city.observed(at, *span)[0, category]
    usual = city.expected(at, *span, config.steady_counts)[0, category]
    return bool(seen >= 2 and poisson.sf(seen - 1, max(usual, 1e-9)) < 0.05)
