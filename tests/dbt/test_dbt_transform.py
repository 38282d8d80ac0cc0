"""The in-process dbt caller: variables, failures that surface, and no handle left open."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from tests.dbt.city import SETTINGS, City, prepare, ticket, write_ledger
from weisu import transform
from weisu.errors import CheckFailed, WarehouseError
from weisu.variables import project_variables, utc_offsets

AS_OF = dt.date(2025, 12, 31)
VARIABLES = project_variables(SETTINGS, as_of=AS_OF, run_id="r", data_version="d")


def declared() -> set[str]:
    text = (transform.PROJECT / "dbt_project.yml").read_text(encoding="utf-8")
    return set(re.findall(r"^  (\w+):", text.split("\nvars:\n")[1].split("\n\n")[0], re.MULTILINE))


def test_every_variable_is_declared_with_a_default() -> None:
    assert set(VARIABLES) <= declared()


def test_every_declared_variable_is_used() -> None:
    sql = "\n".join(p.read_text(encoding="utf-8") for p in transform.PROJECT.rglob("*.sql"))
    unused = [name for name in declared() if not re.search(rf"var\([\"']{name}[\"']\)", sql)]
    assert unused == []


def test_as_of_instant_is_the_end_of_the_local_day() -> None:
    assert VARIABLES["as_of_at"].startswith("2026-01-01 00:00:00")


@pytest.mark.parametrize(
    ("zone", "offsets"),
    [
        ("Asia/Shanghai", [["2000-01-01", 480]]),
        # the clocks change during the day that is named: its end already has the new offset
        ("America/New_York", [["2000-01-01", -300], ["2000-04-02", -240], ["2000-10-29", -300]]),
    ],
)
def test_offsets_change_with_the_zone(zone: str, offsets: list[list]) -> None:
    assert utc_offsets(ZoneInfo(zone), until=dt.date(2000, 12, 31)) == offsets


def test_unknown_pass_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="unknown pass"):
        transform.run_pass(tmp_path / "b.duckdb", tmp_path / "l.duckdb", "judge", variables=VARIABLES)


@pytest.mark.slow
def test_missing_ledger_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError) as caught:
        transform.run_pass(
            prepare(tmp_path / "b.duckdb", City()), tmp_path / "none.duckdb", "facts", variables=VARIABLES
        )
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_failed_check_names_itself_and_leaves_the_file_free(tmp_path: Path) -> None:
    twice = [{"category_l1": "背景", "category_l2": "常规"}] * 2
    build = prepare(tmp_path / "b.duckdb", City(categories=twice))
    ledger = write_ledger(tmp_path / "l.duckdb", [ticket("2025-12-01 08:00")])
    ended: list[str] = []
    with pytest.raises(CheckFailed, match="grain_stg_reference__categories") as caught:
        transform.run_pass(build, ledger, "facts", variables=VARIABLES, log=ended.append)
    assert caught.value.exit_code == 1
    assert any("stg_reference__categories" in line for line in ended)
    with duckdb.connect(str(build)) as con:  # read and write: nothing else holds it
        con.execute("create table free (n integer)")
    assert not (transform.PROJECT / "target").exists()
    transform.forget(build)
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == []
