"""Expectations on what stands: the same table as when every period is expected anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import duckdb
import numpy as np
import polars as pl
import pytest

from detectors.series import calendar_features
from flows.counts import Counts
from flows.expectations import write_expectations

SINCE, LAST = dt.date(2024, 1, 1), dt.date(2025, 6, 20)
UNTIL = dt.date(2025, 6, 3)  # the first day of which something new is known
TABLE = "select * from sense.cell_expectations order by all"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A build of two areas and two categories, one of which one area met in May 2025."""
    days = f"range(date '{SINCE}', date '{LAST}' + 1, interval 1 day) as days (day_at)"
    kinds = "select unnest(['week', 'month']) as period_type"
    with duckdb.connect() as con:
        con.execute(
            "create schema sense; create schema intermediate; attach ':memory:' as published; create schema published.marts"
        )
        con.execute(
            "create table intermediate.int_spine_pairs as select area_key, category_key, "
            "case when area_key || category_key = 'bB' then date '2025-05-20' else date '2024-01-01' end as first_on "
            "from (values ('a'), ('b')) as areas (area_key), (values ('A'), ('B')) as categories (category_key)"
        )
        con.execute(
            f"create table intermediate.int_cell_periods as select distinct period_type, date_trunc(period_type, day_at)::date as period_start_on, "
            f"(case period_type when 'week' then date_trunc('week', day_at) + interval 6 day else last_day(day_at::date) end)::date as period_end_on from {days}, ({kinds})"
        )  # fmt: skip
        yield con


def counted(con: duckdb.DuckDBPyConnection, last: dt.date) -> Counts:
    keys = con.execute(
        "select area_key, category_key, 'street' as area_level, 2 as category_level from intermediate.int_spine_pairs order by all"
    ).pl()
    values = np.random.default_rng(7).poisson([[3.0], [0.4], [9.0], [2.0]], (4, (LAST - SINCE).days + 1)).astype(float)
    values[3, : (dt.date(2025, 5, 20) - SINCE).days] = 0
    return Counts(keys, values[:, : (last - SINCE).days + 1], SINCE)


def written(con: duckdb.DuckDBPyConnection, counts: Counts, until: dt.date | None) -> pl.DataFrame:
    write_expectations(con, counts, calendar_features(counts.days, "CN", []), [], until=until)
    return con.execute(TABLE).pl()


def published(con: duckdb.DuckDBPyConnection) -> None:
    """What the build of the day before the news published."""
    con.execute(
        "create temp table later as from intermediate.int_cell_periods; delete from intermediate.int_cell_periods where period_start_on >= $1",
        [UNTIL],
    )
    written(con, counted(con, UNTIL - dt.timedelta(days=1)), None)
    con.execute("create or replace table published.marts.mart_expectations as from sense.cell_expectations; insert into intermediate.int_cell_periods from later except from intermediate.int_cell_periods")  # fmt: skip


def test_expectations_when_periods_stand_then_as_expected_anew(con: duckdb.DuckDBPyConnection) -> None:
    published(con)
    anew = written(con, counted(con, LAST), None)
    standing = written(con, counted(con, LAST), UNTIL)
    assert _close(standing, anew)
    assert standing.filter(pl.col("area_key") + pl.col("category_key") == "bB")["period_start_on"].min() == dt.date(
        2025, 5, 1
    )


def test_expectations_when_periods_stand_then_are_read_back(con: duckdb.DuckDBPyConnection) -> None:
    published(con)
    con.execute("update published.marts.mart_expectations set expected = expected + 100")
    ends = con.execute("from intermediate.int_cell_periods").pl()
    weeks = (
        written(con, counted(con, LAST), UNTIL)
        .join(ends, on=["period_type", "period_start_on"])
        .filter(pl.col("period_type") == "week")
    )
    raised = weeks.filter(pl.col("expected") >= 100)  # no week expects as many of itself
    assert raised["period_end_on"].max() < UNTIL <= weeks.filter(pl.col("expected") < 100)["period_end_on"].min()
    assert raised.height > 100


def test_expectations_when_the_publication_lacks_a_cell_then_all_is_expected_anew(
    con: duckdb.DuckDBPyConnection,
) -> None:
    published(con)
    con.execute("update published.marts.mart_expectations set expected = expected + 100; delete from published.marts.mart_expectations where area_key = 'b' and period_start_on = date '2025-02-03'")  # fmt: skip
    assert _close(written(con, counted(con, LAST), UNTIL), written(con, counted(con, LAST), None))


def _close(left: pl.DataFrame, right: pl.DataFrame) -> bool:
    floats = [name for name, kind in left.schema.items() if kind == pl.Float64]
    return left.drop(floats).equals(right.drop(floats)) and np.allclose(
        left.select(floats).fill_null(-1).to_numpy(),
        right.select(floats).fill_null(-1).to_numpy(),
        rtol=1e-7,
        atol=1e-9,
    )
