"""What a day may tell: Benjamini–Hochberg over all that was tested on it; the week's budget is kept by the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detectors.judge.inputs import ESTATE, STREET, Series, Trust
from detectors.judge.issue import Issue
from detectors.judge.outputs import Signal
from detectors.judge.window import TicketIndex

WEEK = 7


@dataclass(frozen=True)
class Gate:
    """The day's limit: an issue with a p at or below it may be told.

    Attributes:
        tested: cells that were looked at; fdr: share of false ones among those told that is accepted, 1 = no limit.
        weights: rule -> by how much its p counts for smaller, learnt from reviews.
    """

    tested: int
    fdr: float
    limit: float
    weights: Mapping[str, float]

    def p_of(self, issue: Issue) -> float:
        """The smallest weighted p of the issue's signals."""
        return min(weighted_p(s, self.weights) for s in [*issue.signals, *issue.also])

    def told(self, p: float) -> dict[str, Any]:
        """What the evidence says of it."""
        return {"p": p, "p_limit": self.limit, "tested": self.tested, "fdr": self.fdr}


def gate_of(day: int, signals: Sequence[Signal], tested: int, trust: Sequence[Trust], fdr: float) -> Gate:
    """The gate of one day; the latest weights known before it count."""
    weights = {t.rule: t.weight for t in sorted(trust, key=lambda t: t.known_day) if t.known_day <= day}
    p = np.array([weighted_p(s, weights) for s in signals])
    limit = discovery_limit(p, max(tested, len(p)), fdr) if fdr < 1 else 1.0
    return Gate(tested, fdr, limit, weights)


def weighted_p(signal: Signal, weights: Mapping[str, float]) -> float:
    """p over the weight of its rule (Genovese, Roeder and Wasserman 2006)."""
    return min(signal.p / weights.get(signal.rule, 1.0), 1.0)


def discovery_limit(p: np.ndarray, tested: int, fdr: float) -> float:
    """The largest p that counts (Benjamini and Hochberg 1995) when `tested` were looked at; those not given have p = 1."""
    ranked = np.sort(p)
    steps = fdr * np.arange(1, len(ranked) + 1) / max(tested, 1)
    passed = np.flatnonzero(ranked <= steps)
    return float(steps[passed[-1]]) if len(passed) else fdr / max(tested, 1)


def tested_cells(day: int, series: Series, index: TicketIndex) -> int:
    """How many cells were looked at: scored series, scanned categories, and streets and estates with a report in the week."""
    at = day - series.first_day
    scored = int(np.isfinite(series.score[:, at]).sum()) if 0 <= at < series.score.shape[1] else 0
    t = index.tickets
    week = slice(*np.searchsorted(t.day, [day - WEEK + 1, day + 1]))
    stride = int(t.areas.max(initial=0)) + 2
    cells = [
        len(np.unique((t.category[week] * stride + t.areas[week, level])[t.areas[week, level] >= 0]))
        for level in (STREET, ESTATE)
    ]
    return scored + len(index.by_category) + sum(cells)
