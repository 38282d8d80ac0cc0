"""One hand-made city for all definitions: every spec file writes its tickets down and reads its worked results off one build."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import duckdb
import pytest

from tests.dbt.city import City, run, ticket

SPECS = ("frequency", "intensity", "breadth", "difficulty", "composite", "kpis", "issues", "silence", "alerts", "areas")
Rows = Callable[..., list[tuple[Any, ...]]]


def background() -> list[dict[str, Any]]:
    """Two quiet years, one ticket a day in turn in three streets: history for goalposts and shrinkage."""
    first = dt.date(2024, 1, 1)
    return [
        ticket(
            f"{first + dt.timedelta(days=n)} 09:00",
            street=("一街", "二街", "三街")[n % 3],
            person_hash=f"b{n}",
            category_l2="常规",
        )
        for n in range(731)
    ]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The finished build of all specs, read-only."""
    city = City(areas=[{"district": "东区", "population": 20000}, {"district": "西区", "population": 30000}])
    city.add(*background())
    for name in SPECS:
        import_module(f"tests.spec.test_spec_{name}").given(city)
    with duckdb.connect(str(run(tmp_path_factory.mktemp("spec"), city, unit_tests=True)), read_only=True) as con:
        yield con


@pytest.fixture
def rows(built: duckdb.DuckDBPyConnection) -> Rows:
    """`rows(sql, *values)`: the rows of a query on the build."""
    return lambda sql, *values: built.execute(sql, list(values)).fetchall()


@pytest.fixture
def one(rows: Rows) -> Callable[..., Any]:
    """`one(sql, *values)`: the single value, or the single row."""

    def single(sql: str, *values: Any) -> Any:
        (row,) = rows(sql, *values)
        return row[0] if len(row) == 1 else row

    return single


@pytest.fixture
def component(one: Callable[..., Any]) -> Callable[..., Any]:
    """`component(category, degree, name)`: the raw value in the whole city in November 2025."""
    sql = (
        "select raw_value from marts.mart_degree_components where area_key = '*' and category_key = ? and degree = ? and component = ? "
        "and period_type = 'month' and period_start_on = date '2025-11-01'"
    )
    return lambda category, degree, name: one(sql, category, degree, name)
