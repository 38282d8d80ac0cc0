"""The whole project is SQL for both engines: as DuckDB runs it, carried over by sqlglot, and in the spelling Spark would get."""

from __future__ import annotations

import re

import pytest
import sqlglot
from sqlglot import exp

from tests.dbt.compiling import compiled_models, spark_project

OPEN_TEXT = re.compile(r"\bas varchar\b(?!\s*\()", re.IGNORECASE)
pytestmark = [pytest.mark.slow]

# functions of Spark 4 (spark.apache.org/docs/latest/api/sql) that sqlglot hands through without knowing them
KNOWN_TO_SPARK = {
    "weekday",
    "to_unix_timestamp",
    "unix_timestamp",
    "array_sort",
    "array_join",
    "collect_list",
    "mode",
    "sort_array",
    "percent_rank",
    "hash",
    "xxhash64",
}
SPARK_FIELDS = {"year", "yearofweek", "quarter", "month", "week", "day", "dayofweek", "dow", "dayofweek_iso", "dow_iso", "doy", "hour", "minute", "second"}  # fmt: skip


@pytest.fixture(scope="module")
def duckdb_models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return compiled_models(tmp_path_factory.mktemp("duckdb") / "build")


@pytest.fixture(scope="module")
def spark_models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("spark")
    return compiled_models(folder / "build", spark_project(folder / "project"))


def test_every_model_is_duckdb_that_carries_over_to_spark(duckdb_models: dict[str, str]) -> None:
    assert len(duckdb_models) >= 100
    assert {name: faults for name, sql in duckdb_models.items() if (faults := carried_over(sql))} == {}


def test_every_model_in_the_spelling_of_spark_is_spark(spark_models: dict[str, str]) -> None:
    assert {name: faults for name, sql in spark_models.items() if (faults := spark_faults(sql))} == {}


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("select cast(a as varchar) from t", "type varchar without a length"),
        ("select extract(isodow from a) from t", "field isodow"),
        ("select strftime(a, '%G') from t", "function strftime"),
        ("select list_aggregate(a, 'sum') from t", "function list_aggregate"),
        ("select * from a anti join b using (k)", None),  # both engines have it
        ("select a from", "does not parse"),
    ],
)
def test_what_spark_would_refuse_is_named(sql: str, fault: str | None) -> None:
    assert spark_faults(sql) == ([fault] if fault else [])


def carried_over(sql: str) -> list[str]:
    """What keeps DuckDB's SQL from becoming Spark's."""
    try:
        spark = sqlglot.parse_one(sql, read="duckdb").sql("spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    except sqlglot.errors.SqlglotError as error:
        return [" ".join(str(error).split())[:200]]
    return spark_faults(spark)


def spark_faults(sql: str) -> list[str]:
    """What Spark would refuse in a statement, as far as parsing tells."""
    try:
        tree = sqlglot.parse_one(sql, read="spark")
    except sqlglot.errors.SqlglotError:
        return ["does not parse"]
    unknown = {f.name.lower() for f in tree.find_all(exp.Anonymous, exp.AnonymousAggFunc)} - KNOWN_TO_SPARK
    fields = {str(f.this).lower() for f in tree.find_all(exp.Extract)} - SPARK_FIELDS
    has_open_text = bool(OPEN_TEXT.search(sql))  # sqlglot forgives it, Spark does not
    faults = [f"function {name}" for name in sorted(unknown)] + [f"field {name}" for name in sorted(fields)]
    return faults + (["type varchar without a length"] if has_open_text else [])
