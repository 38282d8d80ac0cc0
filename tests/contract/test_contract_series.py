"""What every series detector promises; a new detector joins the list and inherits the tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from detectors.series import (
    AlarmConfig,
    Features,
    calendar_features,
    cell_expectations,
    score_days,
)

STEPS, FIRST = 460, 400
PERIODS = np.array([(a, a + 7) for a in range(FIRST, STEPS - 6, 7)])
DAYS = [dt.date(2020, 1, 6) + dt.timedelta(i) for i in range(STEPS + 28)]
Detector = Callable[[np.ndarray, Features], np.ndarray]


def daily_scores(counts: np.ndarray, features: Features) -> np.ndarray:
    return score_days(counts, FIRST, cut(features, counts.shape[1])).score


def ninety_day_alarms(counts: np.ndarray, features: Features) -> np.ndarray:
    days = score_days(counts, FIRST, cut(features, counts.shape[1]), AlarmConfig(budget="1/90d"))
    return np.where(np.isnan(days.score), np.nan, days.is_alarm)


def weekly_surprise(counts: np.ndarray, features: Features) -> np.ndarray:
    kept = PERIODS[PERIODS[:, 1] <= counts.shape[1]]
    return -np.log10(np.maximum(cell_expectations(counts, cut(features, counts.shape[1]), kept).mid_p, 1e-16))


DETECTORS: list[Detector] = [daily_scores, ninety_day_alarms, weekly_surprise]


def cut(features: Features, steps: int) -> Features:
    return replace(features, values=features.values[:steps], ordinals=features.ordinals[:steps])


@pytest.fixture(scope="module")
def features() -> Features:
    return calendar_features(DAYS, "US")


@pytest.fixture(scope="module")
def counts() -> np.ndarray:
    draw = np.random.default_rng(7)
    mean = np.array([0.05, 0.3, 1.0, 3.0, 8.0, 20.0, 60.0, 250.0])[:, None]
    season = np.exp(0.3 * np.cos(np.arange(STEPS) * 2 * np.pi / 365) - 0.4 * (np.arange(STEPS) % 7 >= 5))
    return draw.poisson(mean * season).astype(float)


@pytest.mark.parametrize("detector", DETECTORS)
def test_result_when_counts_are_whole_then_is_one_row_per_series_and_finite(detector, counts, features) -> None:
    result = detector(counts, features)
    assert result.shape[0] == len(counts)
    assert np.isfinite(result).all()


@pytest.mark.parametrize("detector", DETECTORS)
def test_result_when_a_series_was_never_observed_then_is_not_assessed(detector, counts, features) -> None:
    blind = counts.copy()
    blind[3] = np.nan
    result = detector(blind, features)
    assert np.isnan(result[3]).all()
    assert np.isfinite(np.delete(result, 3, axis=0)).all()


@pytest.mark.parametrize("detector", DETECTORS)
def test_result_when_the_future_changes_then_is_the_same_until_then(detector, counts, features) -> None:
    changed = counts.copy()
    changed[:, FIRST + 35 :] = 1000
    before = detector(counts, features)
    width = 5 if before.shape[1] < STEPS - FIRST else 35
    np.testing.assert_array_equal(detector(changed, features)[:, :width], before[:, :width])


@pytest.mark.parametrize("detector", DETECTORS)
def test_result_when_later_days_are_missing_altogether_then_is_the_same(detector, counts, features) -> None:
    whole, part = detector(counts, features), detector(counts[:, : FIRST + 35], features)
    np.testing.assert_allclose(part, whole[:, : part.shape[1]], atol=1e-9)


@pytest.mark.parametrize("detector", DETECTORS)
def test_result_when_series_are_in_another_order_then_moves_with_them(detector, counts, features) -> None:
    order = np.array([5, 2, 7, 0, 1, 6, 4, 3])
    np.testing.assert_allclose(
        detector(counts[order], features), detector(counts, features)[order], rtol=1e-3, atol=1e-3
    )


@pytest.mark.parametrize("detector", DETECTORS)
def test_result_when_more_is_counted_in_the_last_week_then_is_never_less_unusual(detector, counts, features) -> None:
    more = counts.copy()
    more[:, -4:] += np.ceil(1.0 + 0.5 * counts[:, -4:])
    usual, higher = detector(counts, features)[:, -1], detector(more, features)[:, -1]
    assert (higher >= usual - 1e-9).all()


def test_daily_scores_when_all_counts_are_shifted_by_weeks_then_shift_along(counts, features) -> None:
    later = calendar_features([d + dt.timedelta(days=364) for d in DAYS], "XX")
    here = calendar_features(DAYS, "XX")
    moved = score_days(counts, FIRST, cut(later, STEPS)).score
    np.testing.assert_allclose(moved, score_days(counts, FIRST, cut(here, STEPS)).score, atol=0.1)


def test_expected_when_counts_are_ten_times_as_many_then_is_ten_times_as_high(counts, features) -> None:
    big = counts[4:]
    plain, scaled = (score_days(c, FIRST, cut(features, STEPS)).expected for c in (big, 10 * big))
    np.testing.assert_allclose(scaled, 10 * plain, rtol=0.1)
