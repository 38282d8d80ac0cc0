"""Level table and class statistics against what they must say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from detectors.judge.classes import harmonic_test
from detectors.judge.levels import level_of
from detectors.judge.rules import LifeRules

NAN = math.nan


@pytest.mark.parametrize(
    ("signals", "q", "danger", "level"),
    [
        (1, NAN, True, 1), (3, 80, False, 1), (3, 79.9, False, 2), (2, 65, False, 2), (2, 64.9, False, 3), (1, 50, False, 3),
        (1, 95, False, 3), (1, 49.9, False, 4), (2, 30, False, 4), (1, NAN, False, 4), (2, NAN, False, 3), (3, NAN, False, 2), (4, NAN, False, 2),
    ],
)  # fmt: skip
def test_level_when_signals_and_composite_given_then_as_in_table(signals, q, danger, level):
    assert level_of(signals, q, danger, LifeRules()) == level


def test_harmonics_when_season_real_then_found_and_when_noise_then_rarely():
    rng = np.random.default_rng(0)
    weeks = np.arange(156)
    season = rng.poisson(20 * np.exp(0.5 * np.cos(2 * np.pi * (weeks - 150) / 52.1775)))
    p, factor = harmonic_test(season)
    assert p < 1e-6
    assert factor > 1.3
    noise = [harmonic_test(rng.poisson(20, 156))[0] < 0.01 for _ in range(400)]
    assert np.mean(noise) < 0.03
