"""The four signals (DOMAIN.md 3.4): 异常上升, 空间聚集, 情绪高涨, 政策敏感.  Each rule is one function; each looks at the past only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.special import ndtr, pdtrc, xlogy

from detectors.judge.artefacts import middle
from detectors.judge.inputs import ESTATE, STREET, FoundCluster, NewTerms, Series
from detectors.judge.outputs import CLUSTER, EMOTION, RISE, SENSITIVE, Signal
from detectors.judge.rules import SignalRules
from detectors.judge.window import TicketIndex


def excess_score(observed: float, expected: float) -> float:
    """Poisson log likelihood ratio in powers of ten, 0 without excess: one yardstick for all signals of an alert."""
    expected = max(expected, 1e-3)
    if observed <= expected:
        return 0.0
    return float((xlogy(observed, observed / expected) - (observed - expected)) / np.log(10.0))


def rise_signals(day: int, series: Series, index: TicketIndex, rules: SignalRules) -> Iterator[Signal]:
    """Series in alarm on `day` whose best window holds O ≥ 5 and O/E ≥ 1.5, counted with and without artefacts."""
    at = day - series.first_day
    if not 0 <= at < series.observed.shape[1]:
        return
    for row in np.flatnonzero(series.is_alarm[:, at]):
        window = _best_window(series.observed[row, : at + 1], series.expected[row, : at + 1], rules)
        if window is None:
            continue
        days, expected = window
        area, category, start = int(series.area[row]), int(series.category[row]), day - days + 1
        good, bad = index.select(category, area, start, day)
        score = float(series.score[row, at])
        yield Signal(
            day, RISE, "series", area, category, start, day, len(good), expected, score, good, bad, p=float(ndtr(-score)),
        )  # fmt: skip


def _best_window(observed: np.ndarray, expected: np.ndarray, rules: SignalRules) -> tuple[int, float] | None:
    """(days, expected) of the window ending today whose excess is the most unusual among those that satisfy the rule."""
    best, found = 0.0, None
    for days in rules.rise_windows:
        o, e = observed[-days:], expected[-days:]
        known = np.isfinite(e)
        if not known.any():
            continue
        seen, foretold = float(o[known].sum()), float(e[known].sum())
        score = excess_score(seen, foretold)
        if seen >= rules.rise_observed and seen >= rules.rise_ratio * foretold and score > best:
            best, found = score, (days, foretold)
    return found


def cluster_signals(
    day: int, found: Sequence[FoundCluster], index: TicketIndex, rules: SignalRules
) -> Iterator[Signal]:
    """Scan clusters with p < .01 of at least three voices; artefacts inside them are set apart."""
    for item in found:
        c = item.cluster
        if c.p_value >= rules.cluster_p or not len(c.members):
            continue
        good, bad = index.split(c.members)
        if index.voices(np.concatenate([good, bad])) < rules.cluster_persons and not len(bad):
            continue
        area = _seat(c.members, index)
        yield Signal(
            day, CLUSTER, "scan", area, item.category, c.start, c.end, len(good), c.expected, c.score, good, bad,
            c.lat, c.lon, c.radius_m, c.p_value,
        )  # fmt: skip


def _seat(at: np.ndarray, index: TicketIndex) -> int:
    """A circle is nowhere "in the city at large": the finest area with most of its tickets, else the district with the most."""
    area = index.home(at)
    return area if index.context.tree.parent[area] >= 0 else index.district(at)


def estate_signals(day: int, index: TicketIndex, rules: SignalRules) -> Iterator[Signal]:
    """The small-scale rule: three callers of one estate about one thing within a week, twice its usual."""
    for category in index.by_category:
        week, usual = (
            _recent(index, category, day, rules.small_days),
            _recent(index, category, day, rules.baseline_days),
        )
        week = week[
            (index.marks[week] == 0) & (index.tickets.areas[week, ESTATE] >= 0) & (index.tickets.person[week] >= 0)
        ]
        estates, counts = np.unique(index.tickets.areas[week, ESTATE], return_counts=True)
        for estate in estates[counts >= rules.small_persons]:
            at = week[index.tickets.areas[week, ESTATE] == estate]
            before = usual[index.tickets.areas[usual, ESTATE] == estate]
            expected = _usual(index.tickets.day[before], day, rules.small_days, rules.baseline_days)
            if (index.persons(at) or 0) < rules.small_persons or len(at) < rules.small_ratio * expected:
                continue
            lat, lon = middle(index.tickets, at)
            start, score = day - rules.small_days + 1, excess_score(len(at), expected)
            yield Signal(
                day, CLUSTER, "estate", int(estate), category, start, day, len(at), expected, score, at, at[:0], lat, lon, 0.0,
                count_p(len(at), expected),
            )  # fmt: skip


def sensitive_signals(day: int, index: TicketIndex, rules: SignalRules) -> Iterator[Signal]:
    """Three sensitive reports of a category within a week, beyond the place's usual, in the city, its districts and streets.

    Sensitive is what its category or its words make so, and all of a category for a fortnight after a policy date that names it.
    """
    tickets = index.tickets
    for category in sorted(index.by_category):
        week, usual = _recent(index, category, day, 7), _recent(index, category, day, rules.baseline_days)
        if not _is_told_of(index, category, day, rules.policy_days):
            week, usual = week[tickets.is_sensitive[week]], usual[tickets.is_sensitive[usual]]
        week = week[index.marks[week] == 0]
        if len(week) < rules.sensitive_reports:
            continue
        for level in range(STREET + 1):
            areas, counts = np.unique(tickets.areas[week, level], return_counts=True)
            for area in areas[(areas >= 0) & (counts >= rules.sensitive_reports)].tolist():
                at = week[tickets.areas[week, level] == area]
                before = usual[tickets.areas[usual, level] == area]
                expected = _usual(tickets.day[before], day, 7, rules.baseline_days)
                if len(at) >= rules.sensitive_ratio * expected:
                    score, p = excess_score(len(at), expected), count_p(len(at), expected)
                    yield Signal(
                        day, SENSITIVE, "reports", area, category, day - 6, day, len(at), expected, score, at, at[:0], p=p
                    )  # fmt: skip


def _is_told_of(index: TicketIndex, category: int, day: int, days: int) -> bool:
    """Whether a policy date of the last `days` names the category."""
    return any(e.kind == "policy" and e.category == category and 0 <= day - e.day <= days for e in index.context.events)


def term_signals(day: int, found: Sequence[NewTerms], index: TicketIndex) -> Iterator[Signal]:
    """What a category began to talk of: reports that hold one of the new terms, beside what the year before would bring."""
    for new in found:
        good, bad = index.split(new.tickets)
        if len(good):
            start, score = int(index.tickets.day[good[0]]), excess_score(len(good), new.expected)
            yield Signal(
                day, RISE, "term", index.home(good), new.category, start, day, len(good), new.expected, score, good, bad,
                p=float(ndtr(-new.z)),
            )  # fmt: skip


def count_p(observed: int, expected: float) -> float:
    """Chance of as many or more (Poisson); a past without any still expects a little."""
    return float(pdtrc(observed - 1, expected + PSEUDO_COUNT))


PSEUDO_COUNT = 0.1


def life_safety_signals(day: int, index: TicketIndex) -> Iterator[Signal]:
    """One ticket with danger to life, a threat or a gathering is enough."""
    today = slice(*np.searchsorted(index.tickets.day, [day, day + 1]))
    at = np.arange(today.start, today.stop)[
        index.tickets.is_life_safety[today] & (index.marks[today] == 0) & index.tickets.is_demand[today]
    ]
    for category in np.unique(index.tickets.category[at]):
        same = at[index.tickets.category[at] == category]
        homes = np.array([index.home(same[k : k + 1]) for k in range(len(same))])
        for area in np.unique(homes):
            mine = same[homes == area]
            yield Signal(
                day, EMOTION, "life_safety", int(area), int(category), day, day, len(mine), 0.0, 99.0, mine, mine[:0]
            )


def _recent(index: TicketIndex, category: int, day: int, days: int) -> np.ndarray:
    at = index.by_category[category]
    return at[slice(*np.searchsorted(index.tickets.day[at], [day - days + 1, day + 1]))]


def _usual(days: np.ndarray, day: int, window: int, baseline: int) -> float:
    """Reports that `window` days usually bring, from the days of the baseline before the window."""
    return float((days <= day - window).sum()) * window / (baseline - window)
