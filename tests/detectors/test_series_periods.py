"""Weeks and months of a cell, and shrinkage."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from detectors.series import Features, calendar_features, cell_expectations, shrinkage_alpha
from detectors.series.periods import PeriodConfig

STEPS = 800
ALL = calendar_features([dt.date(2021, 1, 4) + dt.timedelta(i) for i in range(STEPS + 28)], "US")
WEEKS = np.array([(a, a + 7) for a in range(500, STEPS - 6, 7)])


def cut(steps: int) -> Features:
    return replace(ALL, values=ALL.values[:steps], ordinals=ALL.ordinals[:steps])


def city(n: int = 40, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    time = np.arange(STEPS + 28)
    shape = np.exp(0.3 * np.cos(2 * np.pi * time / 365.25) - 0.3 * (time % 7 >= 5))
    mean = np.geomspace(0.2, 40, n)[:, None] * shape
    return np.random.default_rng(seed).poisson(mean).astype(float)[:, :STEPS], mean


def test_expectations_when_the_mean_is_known_then_are_close_to_it() -> None:
    counts, mean = city()
    result = cell_expectations(counts, cut(STEPS), WEEKS)
    truth = np.stack([mean[:, a:b].sum(axis=1) for a, b in WEEKS], axis=1)
    error = np.abs(np.log(result.expected / truth))[20:]
    assert np.median(error) < 0.06
    np.testing.assert_array_equal(result.observed[:, 0], counts[:, 500:507].sum(axis=1))


def test_mid_p_when_nothing_happens_then_is_evenly_spread() -> None:
    counts, _ = city(200, seed=3)
    p = cell_expectations(counts, cut(STEPS), WEEKS).mid_p[60:]
    for level in (0.05, 0.25, 0.5, 0.75):
        assert (p < level).mean() == pytest.approx(level, abs=0.06)


def test_expectations_when_a_period_is_a_month_then_include_all_its_days() -> None:
    counts, mean = city()
    months = np.array([(700, 731), (731, 759)])
    result = cell_expectations(counts, cut(STEPS), months)
    np.testing.assert_allclose(result.expected[30:, 0], mean[30:, 700:731].sum(axis=1), rtol=0.25)


def test_expectations_when_days_were_not_observed_then_are_left_out_on_both_sides() -> None:
    counts, _ = city()
    gappy = counts.copy()
    gappy[:, 503:507] = np.nan
    part = cell_expectations(gappy, cut(STEPS), WEEKS[:1])
    whole = cell_expectations(counts, cut(STEPS), WEEKS[:1])
    assert (part.expected < 0.75 * whole.expected).all()
    np.testing.assert_array_equal(part.observed[:, 0], counts[:, 500:503].sum(axis=1))


def test_confidence_when_history_is_short_then_is_low() -> None:
    counts, _ = city()
    counts[5, :400] = np.nan
    result = cell_expectations(counts, cut(STEPS), np.array([(500, 507), (700, 707)]))
    assert result.is_low_confidence[5].tolist() == [True, False]
    assert not result.is_low_confidence[6].any()
    assert result.history_weeks[6].tolist() == [pytest.approx(500 / 7), 100.0]
    strict = cell_expectations(counts, cut(STEPS), np.array([(500, 507)]), PeriodConfig(confident_weeks=104))
    assert strict.is_low_confidence.all()


def test_periods_when_empty_or_outside_then_says_so() -> None:
    counts, _ = city(3)
    for wrong in ([(5, 5)], [(700, 900)], [(-1, 4)]):
        with pytest.raises(ValueError, match="periods"):
            cell_expectations(counts, cut(STEPS), np.array(wrong))


def test_alpha_when_cells_vary_by_a_gamma_then_is_its_shape() -> None:
    alpha = shrinkage_alpha(*varied_cells())
    assert alpha[:2, -1] == pytest.approx([2.0, 8.0], rel=0.2)
    assert alpha[2, -1] > 100


def test_alpha_of_a_period_when_more_follow_then_stays() -> None:
    observed, expected, group = varied_cells()
    expected[0, 3] = np.nan
    np.testing.assert_array_equal(
        shrinkage_alpha(observed, expected, group)[:, :6], shrinkage_alpha(observed[:, :6], expected[:, :6], group)
    )


def varied_cells() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three groups of 400 series over 10 periods: relative rates of gamma shape 2 and 8, and all alike."""
    draw = np.random.default_rng(1)
    group = np.repeat([0, 1, 2], 400)
    expected = draw.uniform(2, 20, (1200, 10))
    shape = np.array([2.0, 8.0, 1e6])[group][:, None]
    theta = np.where(shape > 1e5, 1.0, draw.gamma(shape, 1 / shape, expected.shape))
    return draw.poisson(theta * expected).astype(float), expected, group
