"""Lasting changes over the whole history, and what moved with them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from detectors.series import ChangeConfig, attribute_change, calendar_features, change_points

STEPS = 4 * 364
FEATURES = calendar_features([dt.date(2018, 1, 1) + dt.timedelta(i) for i in range(STEPS)], "US")


def seasonal(level: np.ndarray | float, seed: int) -> np.ndarray:
    time = np.arange(STEPS)
    return np.random.default_rng(seed).poisson(level * np.exp(0.5 * np.cos(2 * np.pi * time / 365.25))).astype(float)


def test_changes_when_only_the_season_moves_then_none_are_found() -> None:
    quiet = np.array([seasonal(m, i) for i, m in enumerate((0.3, 1.0, 4.0, 20.0) * 5)])
    assert len(change_points(quiet, FEATURES)) <= 1


@pytest.mark.parametrize("days", [1, 5, 7, 8, 40])  # a city's first days: not one whole week, or a few
def test_changes_when_there_are_only_some_days_then_none(days: int) -> None:
    features = calendar_features([dt.date(2026, 4, 20) + dt.timedelta(i) for i in range(days)], "CN")
    assert change_points(np.ones((3, days)), features) == []


@pytest.mark.parametrize(("factor", "week"), [(1.8, 90), (0.5, 120)])
def test_changes_when_the_level_moves_then_date_interval_and_size_are_given(factor: float, week: int) -> None:
    level = np.where(np.arange(STEPS) < 7 * week, 4.0, 4.0 * factor)
    (change,) = change_points(np.array([seasonal(level, 1)]), FEATURES)
    assert change.earliest <= 7 * week + 14
    assert change.latest >= 7 * week - 14
    assert change.earliest <= change.index <= change.latest
    assert change.ratio == pytest.approx(factor, rel=0.2)
    assert change.p < 0.001


def test_changes_when_a_category_ends_then_its_end_is_one_change() -> None:
    counts = seasonal(3.0, 2)
    counts[800:] = 0
    changes = change_points(counts[None], FEATURES)
    assert [c.ratio < 0.05 for c in changes] == [True]
    assert abs(changes[0].index - 800) <= 14


def test_changes_when_options_change_then_matter() -> None:
    level = np.where(np.arange(STEPS) < 700, 4.0, 5.6)
    counts = np.array([seasonal(level, 3)])
    assert len(change_points(counts, FEATURES)) == 1
    for config in (
        ChangeConfig(least_ratio=2.0),
        ChangeConfig(penalty=500.0),
        ChangeConfig(least_count=100.0),
        ChangeConfig(p_value=0.0),
    ):
        assert change_points(counts, FEATURES, config) == []
    assert (
        change_points(
            counts[:, :180],
            calendar_features([dt.date(2018, 1, 1) + dt.timedelta(i) for i in range(180)], "US"),
            ChangeConfig(least_weeks=20),
        )
        == []
    )


def test_attribution_when_an_app_brings_all_the_growth_then_reporting_changed() -> None:
    app, phone = np.zeros(800), np.full(800, 10.0)
    app[400:] = 8.0
    found = attribute_change({"channel": {"app": app, "phone": phone}}, 400)
    assert (found.driver, found.verdict) == ("channel:app", "reporting")
    assert found.share == pytest.approx(1.0)


def test_attribution_when_all_channels_grow_together_then_the_city_changed() -> None:
    step = np.where(np.arange(800) < 400, 1.0, 2.0)
    found = attribute_change(
        {"channel": {"app": 6 * step, "phone": 5 * step}, "area": {"north": 10 * step, "south": np.full(800, 1.0)}}, 400
    )
    assert (found.driver, found.verdict) == ("area:north", "city")


def test_attribution_when_recording_began_then_coverage_changed() -> None:
    new = np.where(np.arange(800) < 400, 0.0, 5.0)
    found = attribute_change({"channel": {"phone": new}}, 400)
    assert (found.driver, found.verdict) == ("coverage", "reporting")
