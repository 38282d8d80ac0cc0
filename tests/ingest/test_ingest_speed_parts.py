"""A file that comes in many parts leaves the same ledger as one that comes whole."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import duckdb
import pytest

from ingest import staging
from ingest.errors import TooManyQuarantined
from ingest.load import LoadSummary, load_files
from ingest.readers import bulk
from weisu.settings import Workspace

NOW = dt.datetime(2026, 11, 21, 12)
HEADER = ["工单编号", "诉求时间", "诉求标题", "诉求内容", "区县", "经度", "纬度", "办结时间", "联系电话"]
TABLES = {
    "raw.ticket_versions": "* exclude (load_id)",
    "raw.current_tickets": "* exclude (load_id)",
    "raw.quarantine": "* exclude (load_id)",
    "raw.loads": "* exclude (load_id, file_sha256, loaded_at)",
}


def ticket(number: int, **changed: str) -> list[str]:
    text = f"市民来电反映{number}号楼噪音扰民，联系人王小明1380013{number:04d}"
    values = [f"GD{number:06d}", "2026-03-01 08:00:00", "反映噪音", text, "城东区", f"120.{number:04d}", "30.25", "", f"1390013{number:04d}"]  # fmt: skip
    return [changed.get(name, value) for name, value in zip(HEADER, values, strict=True)]


def dirty_rows() -> list[list[str]]:
    """400 tickets: copies, later states and contradictions far apart, unusable rows, a flagged one, a quoted paragraph."""
    rows = [ticket(i) for i in range(400)]
    rows[5] = ticket(5, 诉求内容='第一段\n\n"第二段"，完')
    rows[17] = ticket(17, 诉求时间="2026-02-30 00:00:00")
    rows[333] = ticket(333, 办结时间="2026-02-01 00:00:00")
    rows += [ticket(3), ticket(7, 办结时间="2026-03-05 10:00:00"), ticket(9, 区县="城西区"), ticket(3), ticket(401, 工单编号="")]  # fmt: skip
    return rows


def export(path: Path, rows: list[list[str]], broken: str = "") -> Path:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows(rows[:200])
    text.write(broken)
    writer.writerows(rows[200:])
    path.write_bytes(text.getvalue().encode())
    return path


def workspace(folder: Path) -> Workspace:
    folder.mkdir()
    (folder / "weisu.toml").write_text('[city]\nname = "测试市"\n', encoding="utf-8")
    return Workspace(folder)


def load(place: Workspace, *paths: Path, limit: float = 1.0) -> LoadSummary:
    return load_files(place, paths, "hotline", now=NOW, limit=limit)


def dump(place: Workspace) -> dict[str, list[tuple]]:
    with duckdb.connect(str(place.ledger), read_only=True) as con:
        return {table: con.execute(f"select {what} from {table} order by all").fetchall() for table, what in TABLES.items()}  # fmt: skip


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch):
    def cut() -> None:
        monkeypatch.setattr(bulk, "FROM_BYTES", 0)
        monkeypatch.setattr(bulk, "PIECE_BYTES", 3000)
        monkeypatch.setattr(bulk, "LOOK_AHEAD", 8)
        monkeypatch.setattr(staging, "BATCH", 64)

    return cut


@pytest.mark.parametrize("broken", ["", 'GD1,2026,"x\n', "GD1,2026-03-01\n"], ids=["clean", "open quote", "short row"])
def test_many_parts_give_the_ledger_of_one(tmp_path: Path, small_parts, broken: str) -> None:
    first = export(tmp_path / "a.csv", dirty_rows(), broken)
    later = [ticket(i, 办结时间="2026-03-09 10:00:00") if i % 50 == 0 else ticket(i) for i in range(420)]
    second = export(tmp_path / "b.csv", later)
    whole, parts = workspace(tmp_path / "whole"), workspace(tmp_path / "parts")
    told = [load(whole, path).as_dict() for path in (first, second)]
    (parts.root / "var").mkdir()
    (parts.root / "var" / whole.key_file.name).write_bytes(whole.key_file.read_bytes())
    (parts.root / "var" / whole.key_file.name).chmod(0o600)
    small_parts()
    assert [load(parts, path).as_dict() for path in (first, second)] == told
    found, expected = dump(parts), dump(whole)
    for table in TABLES:
        assert found[table] == expected[table], table
    extra = bool(broken)
    assert told[0] == {
        "read": 405 + extra, "new": 398, "new_version": 1, "unchanged": 2, "quarantined": 4 + extra, "flagged": 1,
    }  # fmt: skip


def test_above_the_limit_nothing_of_many_parts_stays(tmp_path: Path, small_parts) -> None:
    place = workspace(tmp_path / "w")
    rows = [ticket(i, 诉求时间="" if i > 350 else "2026-03-01") for i in range(400)]
    small_parts()
    with pytest.raises(TooManyQuarantined, match="49 of 400"):
        load(place, export(tmp_path / "a.csv", rows), limit=0.1)
    assert not any(dump(place).values())
    assert not list(place.archive.glob("*"))


def test_progress_goes_on_inside_a_file(tmp_path: Path, small_parts) -> None:
    seen: list[float] = []
    small_parts()
    path = export(tmp_path / "a.csv", dirty_rows())
    load_files(
        workspace(tmp_path / "w"), [path], "hotline", now=NOW, limit=1.0, progress=lambda _, done, __: seen.append(done)
    )
    assert seen == sorted(seen)
    assert len(seen) > 5
    assert seen[-1] == 1.0
