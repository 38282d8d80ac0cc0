"""The weeks ahead in quantiles: against slow references, against forecasts anyone can make, and each option matters."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import nbinom

from detectors.foresight import (
    LEVELS,
    OutlookConfig,
    forecast_outlook,
    last_weeks,
    seasonal_naive,
    weighted_interval_score,
)
from detectors.foresight.forecast import count_quantiles, follow_level
from detectors.series import calendar_features

WEEKS, AHEAD = 150, 4
STARTS = [dt.date(2022, 1, 3) + dt.timedelta(days=7 * i) for i in range(WEEKS + AHEAD)]
FEATURES = calendar_features(STARTS, "US")


def city(seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Counts [series, week] of 6 categories in a city and 4 districts, with a season and a level that wanders, and their wholes."""
    rng = np.random.default_rng(seed)
    weeks = np.arange(WEEKS + AHEAD)
    phase, mean = rng.uniform(0, 1, 6), np.exp(rng.uniform(0.5, 3, 6))
    season = np.exp(0.8 * np.sin(2 * np.pi * (weeks / 52.18 + phase[:, None])))
    level = np.exp(np.cumsum(rng.normal(0, 0.06, (6, WEEKS + AHEAD)), axis=1))
    share = rng.dirichlet(np.full(4, 5.0), 6)
    parts = rng.poisson((mean[:, None] * season * level)[:, None] * share[:, :, None]).reshape(24, -1)
    whole = parts.reshape(6, 4, -1).sum(axis=1)
    return np.vstack([whole, parts]).astype(float), np.append(np.full(6, -1), np.repeat(np.arange(6), 4))


def test_quantiles_are_those_of_the_distribution_function() -> None:
    mean, variance = np.array([0.2, 3.0, 40.0]), np.array([0.3, 3.0, 200.0])
    found = count_quantiles(mean, variance, LEVELS)
    for row, mu, var in zip(found, mean, variance, strict=True):
        size = mu**2 / max(var - mu, 1e-6 * mu)
        chance = nbinom.cdf(np.arange(400), size, size / (size + mu))
        np.testing.assert_array_equal(row, [int((chance < level).sum()) for level in LEVELS])


def test_interval_score_is_the_published_sum_over_intervals() -> None:
    rng = np.random.default_rng(0)
    quantiles, observed = np.sort(rng.gamma(2, 3, (50, 9)), axis=1), rng.gamma(2, 3, 50)
    total = 0.5 * np.abs(observed - quantiles[:, 4])
    for k, level in enumerate(LEVELS[:4]):
        low, high, alpha = quantiles[:, k], quantiles[:, -1 - k], 2 * level
        outside = np.maximum(low - observed, 0) + np.maximum(observed - high, 0)
        total += alpha / 2 * ((high - low) + 2 / alpha * outside)
    np.testing.assert_allclose(weighted_interval_score(observed, quantiles), total / 4.5)


def test_level_is_the_discounted_ratio_week_by_week() -> None:
    weeks, expected = np.array([[4.0, np.nan, 9.0]]), np.array([[2.0, 5.0, 3.0]])
    above = 0.5 * (0.5 * 1 + 0.5 * 1 + 4) + 0.5 * 1 + 9  # the week that was not observed changes nothing
    below = 0.5 * (0.5 * 1 + 0.5 * 1 + 2) + 0.5 * 1 + 3
    found = follow_level(weeks, expected, 0.5, np.array([1.0]))
    np.testing.assert_allclose(found[0], [5 / 3, 5 / 3, above / below])


def test_it_beats_both_plain_forecasts_where_there_are_seasons() -> None:
    scores = np.zeros(3)
    for seed in range(6):
        counts, parent = city(seed)
        past, future = counts[:, :WEEKS], counts[:, WEEKS:]
        found = forecast_outlook(past, FEATURES, parent, LEVELS).quantiles
        rivals = (found, seasonal_naive(past, AHEAD), last_weeks(past, AHEAD))
        scores += [weighted_interval_score(future, q).mean() for q in rivals]
    assert scores[0] < 0.85 * scores[1]
    assert scores[0] < 0.9 * scores[2]


def test_plain_forecasts_are_what_they_say() -> None:
    weeks = np.arange(120.0)[None, :]
    np.testing.assert_allclose(seasonal_naive(weeks, 2)[0, :, 4], [68, 69])
    np.testing.assert_allclose(last_weeks(weeks, 2)[0, :, 4], [117.5, 117.5])
    np.testing.assert_allclose(last_weeks(weeks, 2)[0, 1, -1], 117.5 + 3.5)  # it is always 2.5 behind, and a week more
    np.testing.assert_allclose(seasonal_naive(weeks[:, :30], 2)[0, :, 4], 27.5)  # no last year: the last four weeks


@pytest.mark.parametrize(
    "changed",
    [
        {"history": 60}, {"whole_memory": 0.5}, {"whole_prior": 50.0}, {"part_memory": 0.5}, {"part_prior": 100.0}, {"share_memory": 0.5},
        {"whole_season": 0.0}, {"damping": 0.5}, {"recent": 0.6}, {"spread": 3.0}, {"drift": 0.6}, {"drift_a_week": 0.3},
    ],
)  # fmt: skip
def test_every_option_matters(changed: dict[str, float]) -> None:
    counts, parent = city()
    plain = forecast_outlook(counts[:, :WEEKS], FEATURES, parent, LEVELS)
    other = forecast_outlook(counts[:, :WEEKS], FEATURES, parent, LEVELS, replace(OutlookConfig(), **changed))
    assert not np.array_equal(plain.quantiles, other.quantiles)


def test_usual_is_the_mean_week_of_a_year() -> None:
    rng = np.random.default_rng(1)
    counts = rng.poisson(30.0, (8, WEEKS)).astype(float)
    found = forecast_outlook(counts, FEATURES, np.full(8, -1), LEVELS)
    np.testing.assert_allclose(found.usual, 30.0, rtol=0.2)
    np.testing.assert_allclose(found.expected, 30.0, rtol=0.25)


def test_features_that_do_not_reach_ahead_are_refused() -> None:
    with pytest.raises(ValueError, match="reach beyond"):
        forecast_outlook(np.ones((1, WEEKS + AHEAD)), FEATURES, np.array([-1]), LEVELS)
    with pytest.raises(ValueError, match="a whole has no whole"):
        forecast_outlook(np.ones((3, WEEKS)), FEATURES, np.array([-1, 0, 1]), LEVELS)
