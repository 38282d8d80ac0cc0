"""One hand-made city for all definitions: every spec file writes its tickets down, and reads its worked results off one build."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt.city import City, run, ticket
from tests.sharing import shared_folder

Rows = Callable[..., list[tuple[Any, ...]]]
MONTH = "period_type = 'month' and period_start_on = date '2025-11-01'"
HERE = Path(__file__).parent


def background() -> list[dict[str, Any]]:
    """Two quiet years, one ticket a day in turn in three streets, one in seven by WeChat: history for goalposts and shrinkage."""
    first = dt.date(2024, 1, 1)
    return [
        ticket(
            f"{first + dt.timedelta(days=n)} 09:00",
            street=("一街", "二街", "三街")[n % 3],
            channel=("电话", "微信")[n % 7 == 0],
            person_hash=f"b{n}",
            category_l2="常规",
        )
        for n in range(731)
    ]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The finished build of all specs, read-only."""

    def make(folder: Path) -> None:
        run(folder, _city(), without=())

    place = shared_folder(tmp_path_factory, "spec-city", make)
    with duckdb.connect(str(place / "build-x.duckdb"), read_only=True) as con:
        yield con


def _city() -> City:
    city = City(areas=[{"district": "东区", "population": 20000}, {"district": "西区", "population": 30000}])
    city.add(*background())
    for path in sorted(HERE.glob("test_spec_*.py")):
        getattr(import_module(f"tests.spec.{path.stem}"), "given", lambda _: None)(city)
    return city


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
def pairs(rows: Rows) -> Callable[..., dict[Any, Any]]:
    """`pairs(sql, *values)`: first column -> second."""
    return lambda sql, *values: dict(rows(sql, *values))


@pytest.fixture
def components(pairs: Callable[..., dict[Any, Any]]) -> Callable[..., dict[str, float]]:
    """`components(category, degree, area="*")`: component -> raw value in November 2025, as published."""
    sql = f"select component, raw_value from marts.mart_degree_components where {MONTH} and category_key = ? and degree = ? and area_key = ?"
    return lambda category, degree, area="*": pairs(sql, category, degree, area)


@pytest.fixture
def scores(rows: Rows) -> Callable[..., dict[str, Any]]:
    """`scores(category, area="*", month="2025-11-01")`: the row of mart_degrees as column -> value."""
    names = ("reports", "persons", "expected", "frequency_score", "intensity_score", "breadth_score", "difficulty_score",
             "composite_score", "level", "coverage_share", "missing", "is_share_of_city", "is_low_confidence")  # fmt: skip
    sql = f"select {', '.join(names)} from marts.mart_degrees where period_type = 'month' and category_key = ? and area_key = ? and period_start_on = ?::date"
    return lambda category, area="*", month="2025-11-01": dict(
        zip(names, rows(sql, category, area, month)[0], strict=True)
    )


@pytest.fixture
def kpi(rows: Rows) -> Callable[..., dict[str, Any]]:
    """`kpi(code, category, month="2025-11-01", area="*")`: the row of mart_kpis as column -> value; empty where there is none."""
    names = ("value", "numerator", "denominator", "lower", "upper", "previous_value", "year_ago_value", "is_suppressed", "is_complete")  # fmt: skip
    sql = f"select {', '.join(names)} from marts.mart_kpis where period_type = 'month' and kpi_code = ? and category_key = ? and period_start_on = ?::date and area_key = ? and unit is null"

    def read(code: str, category: str, month: str = "2025-11-01", area: str = "*") -> dict[str, Any]:
        found = rows(sql, code, category, month, area)
        return dict(zip(names, found[0], strict=True)) if found else {}

    return read
