"""Which category follows which: found when it is there, not when seasons, city-wide waves or busy areas only look like it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from detectors.foresight.lead_lag import (
    LeadLagConfig,
    all_pairs,
    lead_lag,
    lead_lag_hits,
)

AREAS, KINDS, DAYS = 20, 8, 900
CAUSE, EFFECT = 2, 5


def quiet_city(seed: int = 0) -> np.ndarray:
    """Counts [area, category, day] with seasons that are alike, waves of the whole city, and areas that differ: nothing follows anything.

    Every category has days on which one area reports much.
    """
    rng = np.random.default_rng(seed)
    t = np.arange(DAYS)
    season = np.exp(0.7 * np.sin(2 * np.pi * t / 365.25))
    wave = np.exp(np.where(rng.random(DAYS) < 0.01, 1.2, 0.0))
    rate = rng.gamma(2.0, 0.05, (AREAS, KINDS))
    counts = rng.poisson(rate[:, :, None] * season * wave)
    for kind in range(KINDS):
        area, day = rng.integers(0, AREAS, 45), rng.integers(0, DAYS, 45)
        np.add.at(counts, (area, kind, day), rng.integers(5, 10, 45))
    return counts.astype(float)


def planted_city(seed: int = 0) -> np.ndarray:
    """The same, where bursts of one category are followed by another in the same area, two to five days later."""
    rng, counts = np.random.default_rng(seed + 1000), quiet_city(seed)
    for area, day in zip(rng.integers(0, AREAS, 40), rng.integers(10, DAYS - 30, 40), strict=True):
        counts[area, CAUSE, day] += 8
        counts[area, EFFECT, day + rng.integers(2, 6)] += rng.poisson(4)
    return counts


def test_a_planted_pair_is_found_with_its_numbers() -> None:
    found = lead_lag(planted_city())
    assert (CAUSE, EFFECT) in set(zip(found.cause.tolist(), found.effect.tolist(), strict=True))
    row = int(np.flatnonzero((found.cause == CAUSE) & (found.effect == EFFECT))[0])
    assert found.lift[row] > 2.0
    assert 1.0 < found.lower[row] < found.lift[row] < found.upper[row]
    assert found.lift_before[row] < 2.0
    assert found.episodes[row] >= 60


def test_nothing_is_found_where_nothing_follows() -> None:
    assert sum(len(lead_lag(quiet_city(seed))) for seed in range(8)) <= 1


def test_the_effect_is_not_called_the_cause() -> None:
    found = lead_lag(planted_city(3))
    assert (EFFECT, CAUSE) not in set(zip(found.cause.tolist(), found.effect.tolist(), strict=True))


def test_chances_are_even_where_nothing_follows() -> None:
    p = np.concatenate([all_pairs(quiet_city(seed), LeadLagConfig(windows=(7,))).p_value for seed in range(4)])
    assert len(p) > 150
    assert (p < 0.05).mean() < 0.06  # the larger of two p-values: never too small
    assert (p < 0.01).mean() < 0.02


def test_adjusted_p_values_are_those_of_statsmodels() -> None:
    tested = all_pairs(quiet_city(1), LeadLagConfig(windows=(7,)))
    np.testing.assert_allclose(tested.q_value, multipletests(tested.p_value, method="fdr_bh")[1])


def test_counts_after_an_episode_are_those_of_a_slow_loop() -> None:
    config, counts = LeadLagConfig(windows=(7,), least_support=1), planted_city(1)
    found = all_pairs(counts, config)
    row = int(np.flatnonzero((found.cause == CAUSE) & (found.effect == EFFECT))[0])
    seen, many = 0.0, 0
    city = counts[:, CAUSE].sum(axis=0)
    from scipy.stats import poisson

    for area in range(AREAS):
        last = -99
        for day in range(DAYS):
            part = city[max(0, day - 14) : day + 15]
            usual = counts[area, CAUSE].sum() / city.sum() * part.mean()
            y = counts[area, CAUSE, day]
            if y >= 3 and poisson.sf(y - 1, usual) < 0.001:
                if day - last > 7 and day >= 7 and day + 7 < DAYS:
                    seen, many = seen + counts[area, EFFECT, day + 1 : day + 8].sum(), many + 1
                last = day
    assert (found.observed[row], found.episodes[row]) == (seen, many)


@pytest.mark.parametrize(
    "changed",
    [
        {"windows": (3,)}, {"least_count": 9}, {"episode_p": 1e-9}, {"quiet_days": 300}, {"season_days": 3}, {"steady_counts": 1e6},
        {"least_support": 200}, {"least_lift": 50.0}, {"fdr": 0.0},
    ],
)  # fmt: skip
def test_every_option_matters(changed: dict[str, float]) -> None:
    plain, other = (lead_lag(planted_city(), c) for c in (LeadLagConfig(), replace(LeadLagConfig(), **changed)))
    assert len(plain) != len(other) or not np.array_equal(plain.lower, other.lower)


def test_backtest_counts_what_came_and_what_the_commonest_would_have_hit() -> None:
    hits = lead_lag_hits(planted_city(), 600)
    assert 5 <= hits.listed <= 20
    assert hits.hits > hits.popular_hits
    assert lead_lag_hits(quiet_city(), 600).listed == 0
