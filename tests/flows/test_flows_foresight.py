"""Foresight in a build: whole weeks up to the last day, parts beside their whole, pairs learnt on fixed days from the past alone."""

from __future__ import annotations

import datetime as dt

import duckdb
import numpy as np
import polars as pl
import pytest

from flows.counts import Counts
from flows.foresight import PAIRS_EVERY_DAYS, city_parents, forecast_rows, learning_days, pair_rows, whole_weeks
from weisu.settings import Settings

SINCE, DAYS = dt.date(2023, 1, 1), 800
LAST = SINCE + dt.timedelta(days=DAYS - 1)
CALENDAR = "create schema marts; create table marts.dim_calendar (date_on date, holiday_name text, is_workday boolean)"


def counts(seed: int = 0) -> Counts:
    """Two categories of a city, a district and two streets; the first is followed by the second in a street."""
    rng = np.random.default_rng(seed)
    areas = [("*", "city"), ("东", "district"), *((f"东/{i}", "street") for i in range(6))]
    keys = pl.DataFrame(
        [(a, f"x->{c}", level, 2) for a, level in areas for c in "ab"],
        schema=["area_key", "category_key", "area_level", "category_level"], orient="row",
    )  # fmt: skip
    streets = rng.poisson(0.1, (6, 2, DAYS)).astype(float)
    for day in range(20, DAYS - 20, 14):
        street = rng.integers(0, 6)
        streets[street, 0, day] += 8
        streets[street, 1, day + 3] += 5
    whole = streets.sum(axis=0)
    return Counts(keys, np.concatenate([whole, whole, streets.reshape(12, DAYS)]), SINCE)


def test_weeks_end_with_the_last_day() -> None:
    sums, first = whole_weeks(counts())
    assert sums.shape[1] == DAYS // 7
    assert first + dt.timedelta(days=7 * sums.shape[1] - 1) == LAST
    np.testing.assert_array_equal(sums[:, -1], counts().values[:, -7:].sum(axis=1))


def test_parts_know_their_whole() -> None:
    keys = counts().keys.head(4)
    assert city_parents(keys).tolist() == [-1, -1, 0, 1]
    assert city_parents(keys.tail(2)).tolist() == [-1, -1]


def test_forecasts_are_of_city_and_districts_for_the_four_weeks_after_the_last_day() -> None:
    with duckdb.connect() as con:
        con.execute(CALENDAR)
        rows = forecast_rows(con, counts(), Settings())
    assert rows.height == 4 * 4
    assert rows["period_start_on"].unique().sort().to_list() == [LAST + dt.timedelta(days=1 + 7 * k) for k in range(4)]
    assert rows.filter(~pl.col("lower").le(pl.col("upper"))).is_empty()
    assert rows["expected"].is_between(rows["lower"], rows["upper"]).mean() > 0.9


def test_a_series_never_observed_has_no_forecast() -> None:
    silent = counts()
    silent.values[1] = np.nan
    with duckdb.connect() as con:
        con.execute(CALENDAR)
        rows = forecast_rows(con, silent, Settings())
    assert rows.filter((pl.col("area_key") == "*") & (pl.col("category_key") == "x->b")).is_empty()


def test_pairs_are_learnt_on_days_of_the_calendar_from_the_past_alone() -> None:
    days = learning_days(LAST - dt.timedelta(days=200), LAST)
    assert all(day.toordinal() % PAIRS_EVERY_DAYS == 0 for day in days)
    whole = pair_rows(counts(), start=LAST - dt.timedelta(days=200), as_of=LAST)
    assert ("x->a", "x->b") in set(whole.select("cause_category_key", "effect_category_key").iter_rows())
    altered = counts()
    altered.values[:, altered.index(days[1]) :] = 0.0
    known = pair_rows(altered, start=LAST - dt.timedelta(days=200), as_of=LAST)
    before = pl.col("known_on") <= days[1]
    assert whole.filter(before).equals(known.filter(before))


@pytest.mark.parametrize("shift", [0, 5, 60])
def test_a_replay_and_a_daily_build_learn_on_the_same_days(shift: int) -> None:
    long, short = (learning_days(LAST - dt.timedelta(days=back), LAST) for back in (300, 100 + shift))
    assert set(short) <= set(long)


def test_pairs_do_not_depend_on_how_far_back_a_build_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.foresight.LEARNT_FROM_DAYS", 500)
    whole = counts()
    later = Counts(whole.keys, whole.values[:, 50:], SINCE + dt.timedelta(days=50))
    start = LAST - dt.timedelta(days=150)
    found = pair_rows(whole, start=start, as_of=LAST)
    assert found.height
    assert found.equals(pair_rows(later, start=start, as_of=LAST))
