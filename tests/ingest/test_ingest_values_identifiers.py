"""One ticket has one id, however a spreadsheet wrote it, and one id is one ticket."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingest.identifiers import clean_ids
from ingest.load import load_files
from weisu.settings import Workspace

NOW = dt.datetime(2026, 11, 21, 12)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("'0042", "0042"), ('="0042"', "0042"), ("0042", "0042"), (" GD1\u200b ", "GD1"), ("\ufeffGD\u200d1", "GD1"), ("2026030100001.0", "2026030100001"),
     ("2,026,030,100", "2026030100"), ("20260301000000000.0", "20260301000000000.0"), ("1,2", "1,2"), ("GD 1", "GD 1"), ("GD1.0", "GD1.0"),
     ("ＧＤ２０２６－００１", "GD2026-001"), ("１２３", "123"), ("工单１号", "工单１号"), (None, None)],
)  # fmt: skip
def test_an_id_is_read_without_what_a_spreadsheet_adds(written: str | None, meant: str | None) -> None:
    assert clean_ids(pl.Series(["GD-1_a", written], dtype=pl.String)).to_list() == ["GD-1_a", meant]


def test_one_id_with_two_creations_is_set_aside_whatever_the_states(tmp_path: Path) -> None:
    (tmp_path / "weisu.toml").write_text('[city]\nname = "测试市"\n', encoding="utf-8")
    rows = [
        ["20260301000000000", f"2026-03-01 08:{i:02d}:00", f"2026-03-02 09:{i:02d}:00", "反映噪音"] for i in (1, 2, 2)
    ]
    rows += [["20260301000001000", "2026-03-01 08:00:00", end, "反映路灯"] for end in ("", "2026-03-02 09:00:00")]
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["工单编号", "诉求时间", "办结时间", "诉求标题"], *rows])
    summary = load_files(Workspace(tmp_path), [tmp_path / "a.csv"], "hotline", now=NOW, limit=1.0)
    assert summary.as_dict() == {"read": 5, "new": 1, "new_version": 1, "unchanged": 0, "quarantined": 3, "flagged": 0}
    ledger = next((tmp_path / "var").rglob("*.duckdb"))
    with duckdb.connect(str(ledger), read_only=True) as con:
        reasons = con.execute("select distinct reason_code from raw.quarantine").fetchall()
    assert reasons == [("conflicting_duplicate",)]
