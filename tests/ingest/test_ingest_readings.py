"""Rows that the ledger has read before are told by a keyed fingerprint, and end as they would without it."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingest import preparation, readings
from ingest.load import LoadSummary, load_files
from ingest.readings import Readings
from weisu.settings import Workspace

NOW = dt.datetime(2026, 11, 21, 12)
HEADER = ["工单编号", "诉求时间", "诉求标题", "诉求内容", "区县", "办结时间", "联系电话"]
KEPT = "* exclude (load_id)"


def ticket(number: int, **changed: str) -> dict[str, str]:
    text = f"市民来电反映{number}号楼噪音扰民，联系人王小明，电话1380013{number:04d}"
    values = [f"GD{number:04d}", "2026-03-01 08:00:00", "反映噪音", text, "城东区", "", f"1390013{number:04d}"]
    return dict(zip(HEADER, values, strict=True)) | changed


def export(path: Path, rows: list[dict[str, str]], header: list[str] = HEADER) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(rows)
    return path


def workspace(folder: Path) -> Workspace:
    folder.mkdir()
    (folder / "weisu.toml").write_text('[city]\nname = "测试市"\n', encoding="utf-8")
    return Workspace(folder)


def load(place: Workspace, path: Path) -> LoadSummary:
    return load_files(place, [path], "hotline", now=NOW, limit=1.0)


@pytest.fixture
def masked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows were masked, part by part."""
    heights: list[int] = []
    whole = preparation.mask_frame

    def watched(rows: pl.DataFrame, *how: object) -> pl.DataFrame:
        heights.append(rows.height)
        return whole(rows, *how)

    monkeypatch.setattr(preparation, "mask_frame", watched)
    return heights


def test_only_rows_with_news_are_masked(tmp_path: Path, masked: list[int]) -> None:
    place, rows = workspace(tmp_path / "w"), [ticket(i) for i in range(50)]
    load(place, export(tmp_path / "a.csv", rows))
    told = load(place, export(tmp_path / "b.csv", rows[::-1], HEADER[::-1])).as_dict()
    assert (told["unchanged"], told["read"]) == (50, 50)
    rows[3], rows[4] = ticket(3, 办结时间="2026-03-02 09:00:00"), ticket(4, 联系电话="13900139999")
    told = load(place, export(tmp_path / "c.csv", rows)).as_dict()
    assert (told["unchanged"], told["new_version"]) == (48, 2)
    assert masked == [50, 0, 2]


def test_other_masking_rules_read_every_row_anew(
    tmp_path: Path, masked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, rows = workspace(tmp_path / "w"), [ticket(i) for i in range(5)]
    load(place, export(tmp_path / "a.csv", rows))
    monkeypatch.setattr(readings, "_masking_version", lambda: "other rules")
    assert load(place, export(tmp_path / "b.csv", rows[::-1])).as_dict()["unchanged"] == 5
    assert masked == [5, 5]


def test_the_ledger_is_the_same_as_without_readings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [ticket(i) for i in range(30)]
    later = [ticket(i, 办结时间="2026-03-05 10:00:00") if i % 7 == 0 else ticket(i) for i in range(35)]
    copies = [*rows, rows[3], ticket(5, 办结时间="2026-03-09 10:00:00"), ticket(8, 区县="城西区"), ticket(9, 办结时间="2026-02-01 00:00:00")]  # fmt: skip
    fewer = [name for name in HEADER if name != "区县"]
    exports = [
        export(tmp_path / "a.csv", rows), export(tmp_path / "b.csv", later), export(tmp_path / "c.csv", copies),
        export(tmp_path / "d.csv", [{k: row[k] for k in fewer} for row in later], fewer), export(tmp_path / "e.csv", later[::-1]),
    ]  # fmt: skip
    plain, quick = workspace(tmp_path / "plain"), workspace(tmp_path / "quick")
    told = [load(quick, path).as_dict() for path in exports]
    plain.key_file.parent.mkdir()
    plain.key_file.write_bytes(quick.key_file.read_bytes())
    plain.key_file.chmod(0o600)
    monkeypatch.setattr(readings, "_has_any", lambda *_: False)
    assert [load(plain, path).as_dict() for path in exports] == told
    assert dump(plain) == dump(quick)


def dump(place: Workspace) -> list[list[tuple]]:
    tables = ("ticket_versions", "current_tickets", "quarantine", "superseded_versions", "sightings")
    with duckdb.connect(str(place.ledger), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        kept = [f"select {KEPT if table != 'sightings' else '*'} from raw.{table} order by all" for table in tables]
        return [con.execute(sql).fetchall() for sql in kept]


def test_a_fingerprint_tells_every_value_and_needs_the_key() -> None:
    rows = pl.DataFrame({"row_number": [1, 2, 3, 4], "text": ["a", "a", "ab", None], "flags": [["x"], ["x"], [], []]})
    one = Readings(None, "hotline", key=b"k" * 32, profile_version="1")
    told = one.fingerprints(rows).to_list()
    assert told[0] == told[1]
    assert len(set(told)) == 3
    assert one.fingerprints(rows.reverse()).to_list() == told[::-1]
    for other in (
        Readings(None, "hotline", key=b"K" * 32, profile_version="1"),
        Readings(None, "hotline", key=b"k" * 32, profile_version="2"),
    ):
        assert not set(told) & set(other.fingerprints(rows).to_list())
