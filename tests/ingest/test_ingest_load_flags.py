"""Every flag that the door can raise is explained in the contract of tables, with what becomes of it downstream."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import polars as pl
import pytest

from ingest.checks import judge_rows
from ingest.columns import plan_columns
from ingest.mapping import map_table
from ingest.profiles import load_profile
from ingest.readers.table import Facts, Table

NOW = dt.datetime(2026, 11, 21, 12)


def test_flags_and_their_explanations_are_the_same_set(repo: Path) -> None:
    table = Table(("工单编号", "诉求时间"), Facts("delimited text"), [("GD1", "2026-03-01")], [1])
    profile = load_profile("hotline")
    mapped = map_table(table.frame(), plan_columns(table, profile, "x"), profile, "Asia/Shanghai").frame
    flags = {name.removeprefix("flag_") for name in mapped.columns if name.startswith("flag_")}
    flags |= time_flags(mapped)
    text = (repo / "docs/architecture/tables.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z_, ]+) \|", text.split("| flag |")[1].split("\n\n")[0], re.MULTILINE)
    assert {name for row in rows for name in row.split(", ")} == flags


def time_flags(mapped: pl.DataFrame) -> set[str]:
    """Flags that the checks add, provoked one by one."""
    found: set[str] = set()
    late, early = dt.datetime(2099, 1, 1), dt.datetime(2000, 1, 1)
    for name in ("received_at", "dispatched_at", "contacted_at", "closed_at", "due_at", "updated_at"):
        for value, raw in ((None, "x"), (late, "2099"), (early, "2000")):
            row = mapped.with_columns(pl.lit(value, pl.Datetime("us")).alias(name), pl.lit(raw).alias(f"{name}_raw"), pl.lit(value.date() if value else None, pl.Date).alias(f"{name}_day"), pl.lit(False).alias(f"{name}_bare"), is_date_only=pl.lit(False))  # fmt: skip
            found |= set(judge_rows(row, now=NOW, slack_hours=0)["flags"][0])
    lost = mapped.with_columns(title=pl.lit("反映\ufffd\ufffd街道"))
    return found | set(judge_rows(lost, now=NOW, slack_hours=0)["flags"][0])


@pytest.mark.parametrize(
    ("created", "end", "is_before"),
    [
        ("2026-03-02 09:00:00", "2026-03-02", False),  # some time on that day
        ("2026-03-02 09:00:00", "2026-03-02 08:59:59", True),
        ("2026-03-02 00:30:00", "2026-03-01", True),
        ("2026-03-02 07:00:00", "2026-03-02", False),  # in UTC the day before
        ("2026-03-02", "2026-03-02 00:00:00", False),
        ("2026-03-02", "2026-03-01 23:59:59", True),
        ("2026-03-02", "2026-03-02", False),
        ("2026-03-02 09:00:00", "", False),
    ],
)
@pytest.mark.parametrize(("header", "flag"), [("办结时间", "closed"), ("派单时间", "dispatched")])
def test_an_end_without_a_time_of_day_is_compared_by_its_day(
    header: str, flag: str, created: str, end: str, is_before: bool
) -> None:
    table = Table(("工单编号", "诉求时间", header), Facts("delimited text"), [("GD1", created, end)], [1])
    profile = load_profile("hotline")
    mapped = map_table(table.frame(), plan_columns(table, profile, "x"), profile, "Asia/Shanghai").frame
    judged = judge_rows(mapped, now=NOW, slack_hours=0)
    assert judged["flags"].to_list() == [[f"{flag}_before_created"] if is_before else []]
    assert not [name for name in judged.columns if name.endswith(("_raw", "_bare", "_day"))]
