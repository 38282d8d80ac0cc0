"""A preview tells what the load will do: the same counts, the same reasons, the same flags."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from ingest.load import load_files
from ingest.preview import preview_file
from ingest.profiles import parse_profile
from weisu.settings import Workspace

NOW = dt.datetime(2026, 6, 1)
HEADER = "编号,时间,办结,内容,电话,纬度,经度"
PROFILE = """
name = "city"
[columns]
ticket_id = "编号"
created_at = "时间"
closed_at = "办结"
text = "内容"
person_phone = "电话"
lat = "纬度"
lon = "经度"
"""
CITY = [f"G{i},2026-03-01 08:{i:02d}:00,,路灯不亮,13900000{i:03d},31.{i:03d},118.{i:03d}" for i in range(50)]
FILES = {
    "clean": CITY,
    "bad_dates": [*CITY, "A1,昨天,,不亮,,,", "A2,,,不亮,,,", "A3,2031-01-01 08:00:00,,不亮,,,"],
    "no_id": [*CITY, ",2026-03-01 08:00:00,,不亮,,,", "1.2E+19,2026-03-01 08:00:00,,不亮,,,"],
    "broken_record": [*CITY, 'B1,2026-03-01 08:00:00,,不亮,,,,,多,多'],
    # the same ticket with two contents, and one that differs only in a number that is masked
    "conflicts": [*CITY, "C1,2026-03-01 08:00:00,,不亮,,,", "C1,2026-03-01 08:00:00,,亮了,,,"],
    "copies": [*CITY, "D1,2026-03-01 08:00:00,,回电13800138000,,,", "D1,2026-03-01 08:00:00,,回电13800138001,,,"],
    "later_state": [*CITY, "E1,2026-03-01 08:00:00,,不亮,,,", "E1,2026-03-01 08:00:00,2026-03-02 08:00:00,不亮,,,"],
    "flags": [*CITY, "F1,2026-03-02 08:00:00,2026-03-01 08:00:00,不亮,,0,0", "F2,2026-03-02 08:00:00,,不亮,,45.1,118.1"],
}  # fmt: skip
LOADED = """
select l.rows_read, l.rows_quarantined,
    (select list((reason_code, n) order by reason_code) from (select reason_code, count(*) n from raw.quarantine group by all)),
    (select list((flag, n) order by flag) from (select flag, count(*) n from (select unnest(flags) as flag from raw.ticket_versions) group by all))
from raw.loads l
"""


@pytest.mark.parametrize("name", FILES)
def test_a_file_when_previewed_then_the_load_does_what_was_said(name: str, tmp_path: Path) -> None:
    (tmp_path / "weisu.toml").write_text("", encoding="utf-8")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "city.toml").write_text(PROFILE, encoding="utf-8")
    path = tmp_path / f"{name}.csv"
    path.write_text("\n".join([HEADER, *FILES[name]]) + "\n", encoding="utf-8")
    made = preview_file(path, parse_profile(PROFILE.encode(), "city"), zone="Asia/Shanghai", now=NOW)
    load_files(Workspace(tmp_path), [path], "city", now=NOW, limit=1.0)
    with duckdb.connect(str(tmp_path / "var" / "ledger.duckdb"), read_only=True) as con:
        read, refused, reasons, flags = con.execute(LOADED).fetchone()
    assert (made.judged, sum(made.quarantined.values())) == (read, refused)
    assert (made.quarantined, made.flagged) == (dict(reasons or []), dict(flags or []))
    assert (len(made.refused), len(made.rows)) == (refused, min(50, read - refused))


def test_persons_when_previewed_then_only_their_presence_shows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{HEADER}\nG1,2026-03-01 08:00:00,,电话13800138000,13912345678,,\n", encoding="utf-8")
    (row,) = preview_file(path, parse_profile(PROFILE.encode(), "city"), zone="Asia/Shanghai", now=NOW).rows
    assert (row["person_phone"], row["text"]) == ("〔隐私〕", "电话〔电话〕")
