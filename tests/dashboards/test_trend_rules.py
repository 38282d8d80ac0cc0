"""The trends page calls a series unusual only when its last four weeks miss by more than earlier ones did."""

from __future__ import annotations

import datetime as dt
import random

import polars as pl

from dashboards.queries.trends import recent_sums
from weisu import charts

FIRST = dt.date(2024, 1, 1)


def series(name: str, observed: list[int], expected: list[float]) -> pl.DataFrame:
    days = [FIRST + dt.timedelta(weeks=i) for i in range(len(observed))]
    return pl.DataFrame({"category_key": name, "series": name, "date_on": days, "observed": observed, "expected": expected})  # fmt: skip


def test_swings_as_large_as_earlier_ones_are_not_called_unusual() -> None:
    """Six weeks high, six weeks low, around an expectation of 50: Poisson errors would call every swing unusual."""
    swinging = series("a", [80 if i // 6 % 2 else 20 for i in range(96)], [50.0] * 96)
    assert recent_sums(swinging)["is_outside"].to_list() == [False]


def test_a_burst_after_a_quiet_past_is_called_unusual_and_leads() -> None:
    steady = series("steady", [50] * 96, [50.0] * 96)
    burst = series("burst", [50] * 92 + [80] * 4, [50.0] * 96)
    found = recent_sums(pl.concat([steady, burst]))
    assert found.select("category_key", "is_outside").rows() == [("burst", True), ("steady", False)]


def test_a_series_with_hardly_a_report_never_leads_or_is_judged() -> None:
    rare = series("rare", [0] * 95 + [3], [0.01] * 96)
    never = series("never", [0] * 96, [0.0] * 96)
    steady = series("steady", [50] * 95 + [51], [50.0] * 96)
    found = recent_sums(pl.concat([rare, never, steady]))
    assert found["category_key"][0] == "steady"
    assert not found["is_outside"].any()


def test_too_short_a_past_judges_nothing() -> None:
    found = recent_sums(series("new", [10] * 12 + [90] * 4, [10.0] * 16))
    assert found.select("distance", "is_outside").rows() == [(None, False)]


def test_calm_over_dispersed_series_rarely_raise_a_false_word() -> None:
    """100 cities of 12 calm series with variance twice Poisson's: the page names one in at most 10 of them."""
    rnd = random.Random(7)
    named = 0
    for _ in range(100):
        frames = [series(str(k), [max(0, round(rnd.gauss(30, 60**0.5))) for _ in range(104)], [30.0] * 104) for k in range(12)]  # fmt: skip
        named += recent_sums(pl.concat(frames))["is_outside"].any()
    assert named <= 10


def test_weekly_band_is_not_narrowed_by_daily_limits_cut_at_zero() -> None:
    days = pl.DataFrame({"date_on": [FIRST + dt.timedelta(days=i) for i in range(7)], "observed": [1] * 7, "expected": [1.0] * 7,
                         "lower": [0.0] * 7, "upper": [4.0] * 7})  # fmt: skip
    week = charts.weekly(days).row(0, named=True)
    assert week["lower"] == 0.0
    assert round(week["upper"], 2) == round(7 + 3 * 7**0.5, 2)
