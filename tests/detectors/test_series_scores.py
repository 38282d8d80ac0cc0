"""Scores against exact distributions, and the rules of windows and states."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from detectors.series.accumulate import AccumulatorConfig, carry_over, window_scores
from detectors.series.alarms import alarm_states
from detectors.series.scores import deviance_score, mid_p, normal_score, upper_bound


@pytest.mark.parametrize(("mu", "variance"), [(0.1, 0.15), (2.0, 2.0), (7.0, 20.0), (120.0, 300.0)])
def test_mid_p_when_compared_with_scipy_then_is_the_same(mu: float, variance: float) -> None:
    y = np.arange(0, int(4 * mu) + 8)
    dist = stats.poisson(mu) if variance <= mu else stats.nbinom(mu**2 / (variance - mu), mu / variance)
    np.testing.assert_allclose(mid_p(y, mu, variance), dist.sf(y) + 0.5 * dist.pmf(y), atol=1e-7)


def test_mid_p_when_a_part_is_unknown_then_is_not_assessed() -> None:
    assert np.isnan(mid_p(np.array([np.nan, 1.0]), np.array([1.0, np.nan]), np.array([1.0, 1.0]))).all()


@pytest.mark.parametrize(("mu", "variance"), [(0.3, 0.4), (3.0, 4.0), (30.0, 60.0), (900.0, 4000.0)])
def test_deviance_score_when_counts_are_high_then_is_close_to_the_exact_one(mu: float, variance: float) -> None:
    y = np.unique(np.ceil(mu + np.array([2.0, 3.0, 4.0]) * np.sqrt(variance)))
    exact = normal_score(mid_p(y, mu, variance))
    np.testing.assert_allclose(deviance_score(y, mu, variance), exact, atol=0.3)


def test_window_scores_when_a_shift_lasts_then_long_windows_see_more_than_a_day() -> None:
    mean = np.full((1, 60), 10.0)
    counts = mean.copy()
    counts[0, 40:] = 13.0
    scores = window_scores(counts, mean, mean, np.zeros((1, 60)), AccumulatorConfig(windows=(1, 14)))
    assert scores[1, 0, 55] > 3.0 > 1.5 > scores[0, 0, 55]


def test_window_scores_when_the_level_is_uncertain_then_are_lower() -> None:
    mean, counts = np.full((1, 60), 10.0), np.full((1, 60), 13.0)
    sure, unsure = (window_scores(counts, mean, mean, np.full((1, 60), sd), AccumulatorConfig()) for sd in (0.0, 0.2))
    assert (unsure[:, 0, -1] < sure[:, 0, -1]).all()


def test_carry_over_when_yesterday_was_high_then_more_is_expected_today() -> None:
    counts, mean = np.array([[10.0, 16.0, 10.0]]), np.full((1, 3), 10.0)
    moved = carry_over(counts, mean, mean, np.array([[0.5]]), AccumulatorConfig())
    np.testing.assert_allclose(moved[0], [10.0, 10.0, 13.0])


def test_states_when_alarms_pause_then_start_again_only_after_the_gap() -> None:
    alarms = np.zeros((1, 20), bool)
    alarms[0, [2, 3, 9, 19]] = True  # 9 is six days after 3: the same alert; 19 is ten days after 9: a new one
    states = alarm_states(alarms, quiet_gap=7)[0]
    assert {i: s for i, s in enumerate(states) if s != "none"} == {2: "start", 3: "ongoing", 9: "ongoing", 19: "start"}


def test_upper_bound_when_z_is_1_96_then_covers_about_97_percent() -> None:
    bound = upper_bound(np.array([4.0, 50.0]), np.array([6.0, 90.0]), 1.96)
    size = np.array([4.0**2 / 2.0, 50.0**2 / 40.0])
    cover = stats.nbinom(size, size / (size + np.array([4.0, 50.0]))).cdf(np.floor(bound))
    assert ((cover > 0.955) & (cover < 0.99)).all()
