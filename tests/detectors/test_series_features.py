"""Calendar columns on dates a person can check."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from detectors.series import calendar_features

D = dt.date


def days(first: dt.date, n: int) -> list[dt.date]:
    return [first + dt.timedelta(i) for i in range(n)]


def on(features, day: dt.date) -> dict[str, float]:
    row = features.values[list(features.ordinals).index(day.toordinal())]
    return {n: float(v) for n, v in zip(features.names, row, strict=True)}


def test_features_when_china_moves_workdays_then_knows_make_up_days() -> None:
    features = calendar_features(days(D(2023, 9, 1), 60), "CN")
    assert on(features, D(2023, 10, 7))["makeup"] == 1.0  # Saturday worked for National Day
    assert on(features, D(2023, 10, 3))["holiday"] == 1.0
    assert on(features, D(2023, 9, 28))["lead"] == 1.0  # last workday before
    assert on(features, D(2023, 10, 7))["rebound"] == 1.0  # first workday after
    assert on(features, D(2023, 10, 8))["rebound2"] == 1.0


def test_features_when_spring_festival_moves_then_counts_from_the_lunar_new_year() -> None:
    for year, first in (
        (2022, D(2022, 2, 1)),
        (2023, D(2023, 1, 22)),
        (2027, D(2027, 2, 6)),
    ):  # 2027 is beyond chinesecalendar
        features = calendar_features(days(D(year, 1, 1), 70), "CN")
        assert on(features, first)["spring+0"] == 1.0
        assert on(features, first - dt.timedelta(days=5))["spring-7"] == 1.0
        assert on(features, first + dt.timedelta(days=12))["spring+10"] == 1.0


def test_features_when_a_calendar_is_given_then_only_its_rows_count() -> None:
    rows = [(D(2024, 5, 8), "holiday", "City Day"), (D(2024, 5, 11), "makeup", ""), (D(2024, 5, 14), "policy", "x")]
    features = calendar_features(days(D(2024, 5, 1), 30), "US", rows)
    assert on(features, D(2024, 5, 8))["holiday"] == 1.0
    assert on(features, D(2024, 5, 27))["holiday"] == 0.0  # Memorial Day is not listed
    assert on(features, D(2024, 5, 14))["holiday"] == 0.0
    assert on(features, D(2024, 5, 11))["makeup"] == 1.0


def test_features_when_region_is_unknown_then_has_no_holidays() -> None:
    assert not any("holiday" in n for n in calendar_features(days(D(2024, 1, 1), 9), "XX").names)


def test_features_when_weekly_then_each_column_is_the_mean_of_its_week() -> None:
    weekly = calendar_features([D(2024, 5, 6) + dt.timedelta(7 * i) for i in range(8)], "US")
    assert weekly.step_days == 7
    assert on(weekly, D(2024, 5, 27))["holiday"] == pytest.approx(1 / 7)
    assert not any(n.startswith("weekday") for n in weekly.names)


def test_features_when_dates_have_gaps_then_says_so() -> None:
    with pytest.raises(ValueError, match="equally spaced"):
        calendar_features([D(2024, 1, 1), D(2024, 1, 2), D(2024, 1, 4)], "US")


def test_weekday_columns_when_summed_over_a_week_then_are_zero() -> None:
    features = calendar_features(days(D(2024, 1, 1), 70), "US")
    columns = [i for i, n in enumerate(features.names) if n.startswith("weekday")]
    np.testing.assert_allclose(features.values[:, columns].sum(axis=0), 0.0, atol=1e-9)
