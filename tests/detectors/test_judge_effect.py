"""The 28-day verification and what reviews teach, against simulation and plain rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.judge.effect import (
    TrustConfig,
    below_limit,
    better_than,
    is_worse,
    nearest_cells,
    rule_weights,
    verdict,
)


@pytest.mark.parametrize(("observed", "expected", "alpha"), [(3, 6, 2.0), (12, 10, 5.0), (40, 20, 1.0), (0, 0, 3.0)])
def test_posterior_agrees_with_draws(observed: float, expected: float, alpha: float) -> None:
    rng = np.random.default_rng(2)
    theta = rng.gamma(alpha + observed, 1 / (alpha + expected), 200_000)
    other = rng.gamma(alpha + 9, 1 / (alpha + 10), 200_000)
    assert below_limit(observed, expected, alpha) == pytest.approx((theta < 1.2).mean(), abs=0.005)
    assert better_than(observed, expected, 9, 10, alpha) == pytest.approx((theta < other).mean(), abs=0.005)


@given(observed=st.integers(0, 80), expected=st.floats(0, 60), alpha=st.floats(0.2, 20))
def test_more_reports_are_never_more_lasting(observed: int, expected: float, alpha: float) -> None:
    assert below_limit(observed + 1, expected, alpha) <= below_limit(observed, expected, alpha)
    assert better_than(5, 5, observed, expected, alpha) + better_than(observed, expected, 5, 5, alpha) == pytest.approx(
        1
    )


@pytest.mark.parametrize(
    ("probability", "worse", "told"),
    [(0.8, False, "lasting"), (0.8, None, "lasting"), (0.79, False, "unclear"), (0.9, True, "not_lasting"), (0.19, False, "not_lasting")],
)  # fmt: skip
def test_verdict_needs_both_the_ratio_and_the_solved(probability: float, worse: bool | None, told: str) -> None:
    assert verdict(probability, worse) == told


@pytest.mark.parametrize(
    ("now", "before", "told"), [((1, 20), (18, 20), True), ((17, 20), (18, 20), False), ((0, 4), (9, 9), None)]
)
def test_solved_worse_only_when_sure(now: tuple[int, int], before: tuple[int, int], told: bool | None) -> None:
    assert is_worse(*now, *before) is told


def test_controls_are_those_that_looked_alike_before() -> None:
    pool = np.array([[20.0, 10.0], [10.0, 10.0], [19.0, 10.0], [200.0, 100.0], [22.0, 11.0]])
    assert nearest_cells(np.array([20.0, 10.0]), pool, many=3).tolist() == [0, 2, 4]
    assert nearest_cells(np.array([20.0, 1.0]), pool).tolist() == []


@given(
    st.dictionaries(
        st.sampled_from(["series", "scan", "estate", "ewma"]),
        st.tuples(st.integers(0, 300), st.integers(0, 300)),
        min_size=1,
    )
)
def test_weights_average_one_stay_in_bounds_and_follow_precision(reviews: dict[str, tuple[int, int]]) -> None:
    weights, most = rule_weights(reviews), TrustConfig().most
    assert np.mean(list(weights.values())) == pytest.approx(1.0)
    assert max(weights.values()) <= most**2 * min(weights.values()) * (1 + 1e-9)
    assert rule_weights(dict.fromkeys(reviews, (0, 0))) == pytest.approx(dict.fromkeys(reviews, 1.0))


def test_few_reviews_move_little_and_many_move_more() -> None:
    few, many = rule_weights({"a": (2, 0), "b": (0, 2)}), rule_weights({"a": (200, 50), "b": (50, 200)})
    assert 1 < few["a"] < 1.2
    assert many["a"] / many["b"] > 5
