"""Rows set aside: masked as one by one, held within a bound, and not looked into when the file is refused whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ingest import quarantine as module
from ingest.columns import plan_columns
from ingest.privacy import mask
from ingest.privacy.cells import mask_cell
from ingest.profiles import load_profile
from ingest.quarantine import Quarantine
from ingest.readers.table import Facts, RefusedRow, Table

HEADER = ("工单编号", "诉求时间", "诉求内容", "联系电话", "备注")
CELLS = [
    "关于王建国先生反映的路灯问题，回电13800138000", "张伟", "wang_jianguo1985", "13912345678", "东湖路12号3单元402室", "无", "",
    "长" * 400 + "13800138000", "身份证11010519491231002X", "欧阳娜娜", "〔x〕", "John Smith",
]  # fmt: skip


def _quarantine(rows: int) -> tuple[Quarantine, Table]:
    cells = [[f"G{i}", "昨天", CELLS[i % len(CELLS)], "13912345678", CELLS[(i * 5) % len(CELLS)]] for i in range(rows)]
    numbers = [n for n in range(1, rows + 2) if n != 2]
    refused = (RefusedRow(2, "too_many_cells", "张伟,13800138000,x"),)
    table = Table(HEADER, Facts("CSV"), cells, numbers, refused)
    profile = load_profile("hotline")
    quarantine = Quarantine("L", profile, plan_columns(table, profile, "a.csv"), HEADER)
    quarantine.add_broken(refused)
    frame = table.frame()
    quarantine.add_rows(frame.with_columns(reason=frame["c1"].replace("昨天", "bad_date")))
    return quarantine, table


def test_rows_when_masked_by_column_then_they_are_masked_as_one_by_one() -> None:
    quarantine, table = _quarantine(60)
    (made,) = quarantine.frames(table)
    assert made["row_number"].to_list() == list(range(1, 62))
    for row, cells in zip(
        made.filter(made["reason_code"] == "bad_date").iter_rows(named=True), table.rows, strict=True
    ):
        shown = json.loads(row["row_masked"])
        assert (row["column_name"], row["value_masked"], shown["联系电话"]) == ("诉求时间", "昨天", "〔隐私〕")
        assert shown.get("诉求内容", "") == _cut(mask(cells[2])[0])
        assert shown.get("备注", "") == _cut(mask_cell(cells[4], "zh"))
    assert made["value_masked"][1] == "〔姓名〕,〔电话〕,x"


def _cut(text: str) -> str:
    return text if len(text) <= 300 else text[:300] + "…"


def test_rows_when_beyond_the_bound_then_they_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    held, table = _quarantine(60)
    monkeypatch.setattr(module, "HELD_BYTES", 0)
    noted, _ = _quarantine(60)
    assert noted.reasons == held.reasons == {"bad_date": 60, "too_many_cells": 1}
    (expected,), (made,) = held.frames(table), noted.frames(table)
    assert made.equals(expected)


BAD, GOOD = "昨天", "2026-03-01 08:00:00"
LOAD = """
import resource, sys, datetime as dt
from pathlib import Path
from ingest.errors import TooManyQuarantined
from ingest.load import load_files
from weisu.settings import Workspace
root = Path(sys.argv[1])
try:
    load_files(Workspace(root), [Path(sys.argv[2])], "hotline", now=dt.datetime(2026, 6, 1))
    outcome = "loaded"
except TooManyQuarantined:
    outcome = "refused"
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(outcome, sum(u.ru_utime + u.ru_stime for u in used), sum(u.ru_maxrss for u in used))
"""


@pytest.mark.slow
def test_a_large_file_when_every_row_is_bad_then_it_is_refused_as_fast_as_a_good_one_loads(tmp_path: Path) -> None:
    """100,000 rows of 20 columns: processor time and memory against the same rows with good dates."""
    cost = {}
    for word in (GOOD, BAD):
        root = tmp_path / word[:2]
        root.mkdir()
        (root / "weisu.toml").write_text("", encoding="utf-8")
        path = root / "a.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write("工单编号,诉求时间,诉求标题,诉求内容,联系电话," + ",".join(f"列{i}" for i in range(15)) + "\n")
            for i in range(100_000):
                more = ",".join(f"值{i % 997}-{j}" for j in range(15))
                file.write(f"GD{i:09d},{word},路灯不亮{i % 50},{i}号路灯不亮已有三天回电138{i:08d},139{i:08d},{more}\n")
        done = subprocess.run(
            [sys.executable, "-c", LOAD, str(root), str(path)], capture_output=True, text=True, check=True
        )
        cost[word] = done.stdout.splitlines()[-1].split()
    assert (cost[GOOD][0], cost[BAD][0]) == ("loaded", "refused")
    assert float(cost[BAD][1]) < 1.3 * float(cost[GOOD][1]), cost
    assert float(cost[BAD][2]) < 1.6 * float(cost[GOOD][2]), cost
