"""What came of it: 28 days after, beside cells that looked alike and that nobody was told of (DOMAIN.md 3.5); and what reviews teach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, gammainc

DAYS = 28
LIMIT = 1.2  # of observed over expected
SURE = 0.8
LASTING, NOT_LASTING, UNCLEAR = "lasting", "not_lasting", "unclear"


@dataclass(frozen=True)
class TrustConfig:
    """How fast and how far reviews move the weight of a rule.

    Attributes:
        prior: reviews that the precision of all rules together counts for; most: largest weight, its inverse is the smallest.
    """

    prior: float = 20.0
    most: float = 3.0


def below_limit(observed: float, expected: float, alpha: float) -> float:
    """P(θ < 1.2) for counts of mean θ × expected, with a Gamma(α, α) prior of mean one."""
    return float(gammainc(alpha + observed, LIMIT * (alpha + expected)))


def better_than(observed: float, expected: float, other_observed: float, other_expected: float, alpha: float) -> float:
    """P(θ of the one < θ of the other), both with the prior of `below_limit`."""
    rate, other_rate = alpha + expected, alpha + other_expected
    return float(betainc(alpha + observed, alpha + other_observed, rate / (rate + other_rate)))


def verdict(probability: float, is_solved_worse: bool | None) -> str:
    """Lasting when surely below 1.2 and solved no worse; not lasting when surely above, or solved worse."""
    if probability <= 1 - SURE or is_solved_worse:
        return NOT_LASTING
    return LASTING if probability >= SURE else UNCLEAR


def nearest_cells(own: np.ndarray, pool: np.ndarray, many: int = 10, reach: float = 0.7) -> np.ndarray:
    """Positions in `pool` of the cells most like `own` before: close in logs of expected and of observed over expected (no further than `reach`).

    Args:
        own: [2] observed, expected of the 28 days before; pool: [cell, 2] of the same days.
    """
    apart = np.abs(_shape(pool) - _shape(own[None])).max(axis=1)
    order = np.argsort(apart, kind="stable")[:many]
    return order[apart[order] <= reach]


def _shape(cells: np.ndarray) -> np.ndarray:
    observed, expected = cells[:, 0], np.maximum(cells[:, 1], 0.1)
    return np.column_stack([np.log(expected), np.log((observed + 1) / (expected + 1))])


def is_worse(solved: int, asked: int, solved_before: int, asked_before: int, least: int = 5) -> bool | None:
    """Whether surely fewer are solved than before (one-sided, 95 %); None where too few were asked."""
    if min(asked, asked_before) < least:
        return None
    # Beta posteriors by their moments: quick, and exact enough at five answers and more
    p, q = (solved + 1) / (asked + 2), (solved_before + 1) / (asked_before + 2)
    spread = np.sqrt(p * (1 - p) / (asked + 3) + q * (1 - q) / (asked_before + 3))
    return bool((p - q) / spread < -1.645)


def rule_weights(reviews: Mapping[str, tuple[int, int]], config: TrustConfig | None = None) -> dict[str, float]:
    """Weight of each rule's p-values, one on average: odds of its precision, shrunk to that of all rules, over the odds of all.

    Args:
        reviews: rule -> (confirmed, dismissed).
    """
    config = config or TrustConfig()
    confirmed, dismissed = (sum(counts[k] for counts in reviews.values()) for k in (0, 1))
    usual = (confirmed + 1) / (confirmed + dismissed + 2)
    raw = {}
    for rule, (good, bad) in reviews.items():
        shrunk = (good + config.prior * usual) / (good + bad + config.prior)
        odds = shrunk / (1 - shrunk) / (usual / (1 - usual))
        raw[rule] = float(np.clip(odds, 1 / config.most, config.most))
    mean = float(np.mean(list(raw.values()))) if raw else 1.0
    return {rule: weight / mean for rule, weight in raw.items()}
