"""What every space-time detector promises: one list, so that a new one inherits the tests."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from detectors.space.config import ScanConfig
from detectors.space.scan import scan_days

DETECTORS = {
    "default": scan_days,
    "coarse": partial(scan_days, config=ScanConfig(cell_m=500.0, radii_m=(600.0, 1500.0, 3000.0))),
    "short": partial(scan_days, config=ScanConfig(max_window_days=7, study_days=60)),
}
DAY = 17000


def events(extra: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Five events a day over 120 days and `extra` ones of one street corner on the last two days."""
    rng = np.random.default_rng(11)
    n = 600
    return (
        np.r_[rng.normal(40.0, 0.03, n), np.full(extra, 40.01)],
        np.r_[rng.normal(116.0, 0.03, n), np.full(extra, 116.01)],
        np.r_[rng.integers(DAY - 119, DAY + 1, n), DAY - np.arange(extra) % 2],
    )


@pytest.mark.parametrize("name", DETECTORS)
def test_score_when_excess_grows_then_rises(name):
    scores = [max((c.score for c in DETECTORS[name](*events(k), [DAY])), default=0.0) for k in (0, 6, 12, 30)]
    assert scores == sorted(scores)
    assert scores[-1] > scores[0]


@pytest.mark.parametrize("name", DETECTORS)
def test_cluster_when_given_then_numbers_agree(name):
    for c in DETECTORS[name](*events(15), [DAY - 1, DAY]):
        assert c.start <= c.end == c.as_of
        assert 0 < c.p_value <= 0.5
        assert c.recurrence_days == pytest.approx(min(1 / c.p_value, 1e6))
        assert c.observed == len(c.members) > 0
        assert c.relative_risk == pytest.approx(c.observed / c.expected)
        assert c.score == pytest.approx(-np.log10(c.p_value), rel=0.02) or c.p_value == 1e-15


@pytest.mark.parametrize("name", DETECTORS)
def test_scan_when_repeated_or_shifted_by_years_then_same_counts(name):
    lat, lon, day = events(15)
    one, again = (DETECTORS[name](lat, lon, day, [DAY]) for _ in range(2))
    assert [c.score for c in one] == [c.score for c in again]
    later = DETECTORS[name](lat, lon, day + 7 * 14 * 20, [DAY + 7 * 14 * 20])
    assert [(c.observed, c.radius_m) for c in one][:1] == [(c.observed, c.radius_m) for c in later][:1]


@pytest.mark.parametrize("name", DETECTORS)
def test_scan_when_future_changes_then_past_does_not(name):
    lat, lon, day = events(15)
    more = (np.r_[lat, np.full(50, 40.02)], np.r_[lon, np.full(50, 116.03)], np.r_[day, np.full(50, DAY + 1)])
    one, other = DETECTORS[name](lat, lon, day, [DAY]), DETECTORS[name](*more, [DAY])
    assert [(c.score, c.observed) for c in one] == [(c.score, c.observed) for c in other]
