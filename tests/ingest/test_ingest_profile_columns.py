"""Several columns for one field: the first filled, a date and its time of day, an id out of parts."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingest.columns import plan_columns
from ingest.day_times import clock_texts
from ingest.errors import ProfileError, Refused
from ingest.load import load_files
from ingest.mapping import map_table
from ingest.profiles import list_profiles, load_profile, parse_profile
from ingest.readers.table import Facts, Table
from weisu.settings import Workspace

NOW = dt.datetime(2026, 6, 1)
PLAIN = 'name = "city"\n[columns]\nticket_id = "编号"\ncreated_at = "日期"\n'
SPLIT = f'{PLAIN}closed_at = "办结日期"\n[times]\ncreated_at = ["时间", "时刻"]\nclosed_at = "办结时刻"\n'
JOINED = 'name = "city"\n[columns]\ncreated_at = "日期"\n[identity]\ncolumns = ["年度", "流水"]\n'
DERIVED = 'name = "city"\n[columns]\ncreated_at = "日期"\nperson_phone = "电话"\n[identity]\ncolumns = ["日期", "电话"]\nis_derived = true\n'


def loaded(folder: Path, profile: str, text: str, columns: str, *, name: str = "a.csv") -> list[tuple]:
    """Load one CSV by a profile; the rows of the ledger."""
    (folder / "weisu.toml").write_text("", encoding="utf-8")
    (folder / "sources").mkdir(exist_ok=True)
    (folder / "sources" / "city.toml").write_text(profile, encoding="utf-8")
    (folder / name).write_text(text, encoding="utf-8")
    load_files(Workspace(folder), [folder / name], "city", now=NOW, limit=1.0)
    with duckdb.connect(str(folder / "var" / "ledger.duckdb"), read_only=True) as con:
        return con.execute(f"select {columns} from raw.ticket_versions order by row_number").fetchall()


def test_version_of_profiles_without_the_later_keys_stays_what_it_was() -> None:
    """Load ids hang on it: these are the versions of release 0.1."""
    versions = {name: load_profile(name).version for name in list_profiles()}
    assert versions == {"boston311": "cea53f174065", "hotline": "cad7c5285d8f", "open311": "a4291d82e06a"}


@pytest.mark.parametrize("more", ['[also]\ncreated_at = "x"\n', '[times]\ncreated_at = "x"\n'])
def test_version_when_a_later_key_is_used_then_it_changes(more: str) -> None:
    assert parse_profile((PLAIN + more).encode(), "x").version != parse_profile(PLAIN.encode(), "x").version


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[also]\nlat = "x"\n', "lat has no first column"),
        ('unit = "y"\n[times]\nunit = "x"\n', "times.unit is no instant"),
        ('[identity]\ncolumns = ["x", "y"]\n', "identity and columns.ticket_id"),
        ('[also]\ncreatedat = "x"\n', "createdat has no first column"),
    ],
)
def test_profile_when_it_contradicts_itself_then_it_is_refused(more: str, said: str) -> None:
    with pytest.raises(ProfileError, match=said):
        parse_profile((PLAIN + more).encode(), "x")


@pytest.mark.parametrize(
    ("header", "cells", "created", "received"),
    [
        ("诉求时间", "2026-03-01 08:15:00", "2026-03-01 08:15", None),
        ("诉求日期,诉求时间", "2026/3/1,8:15", "2026-03-01 08:15", None),
        ("诉求时间,诉求日期", "2026-03-01 08:15:00,2026-03-01", "2026-03-01 08:15", None),
        ("诉求日期", "2026-03-01", "2026-03-01 00:00", None),
        ("诉求时间,受理时间", "2026-03-01 08:15,2026-03-01 09:00", "2026-03-01 08:15", "2026-03-01 09:00"),
        ("诉求日期,诉求时间,受理时间", "2026-03-01,0815,2026-03-01 09:00", "2026-03-01 08:15", "2026-03-01 09:00"),
        ("受理时间", "2026-03-01 08:15", "2026-03-01 08:15", None),
        ("受理时间,接收时间", "2026-03-01 08:15,2026-03-01 09:00", "2026-03-01 08:15", "2026-03-01 09:00"),
    ],
)
def test_hotline_when_the_day_and_the_time_are_apart_then_one_creation(
    header: str, cells: str, created: str, received: str | None
) -> None:
    names = ("工单编号", *header.split(","))
    table, profile = Table(names, Facts("delimited text"), [("1", *cells.split(","))], [1]), load_profile("hotline")
    mapped = map_table(table.frame(), plan_columns(table, profile, "x"), profile, "UTC").frame
    shown = (mapped[name].dt.strftime("%Y-%m-%d %H:%M")[0] for name in ("created_at", "received_at"))
    assert (*shown, mapped["is_date_only"][0]) == (created, received, created.endswith("00:00"))


def test_an_id_of_one_column_is_no_identity() -> None:
    with pytest.raises(ProfileError, match="one column alone is an id"):
        parse_profile(b'name = "x"\n[columns]\ncreated_at = "a"\n[identity]\ncolumns = ["b"]\n', "x")


def test_also_when_the_first_cell_is_blank_then_the_next_filled_one_counts(tmp_path: Path) -> None:
    profile = f'{PLAIN}closed_at = "resolved"\nunit = "no_such"\n[also]\nclosed_at = ["closed_date", "closed2"]\nunit = ["dept", "agency"]\n'
    text = (
        "编号,日期,resolved,closed_date,closed2,dept,agency\n"
        "1,2026-03-01,2026-03-02,2026-03-03,,,甲局\n2,2026-03-01,-,2026-03-03,2026-03-04,乙局,甲局\n3,2026-03-01,, ,2026-03-04,,无\n"
    )
    rows = loaded(tmp_path, profile, text, "closed_on::varchar, unit")
    assert rows == [("2026-03-02", "甲局"), ("2026-03-03", "乙局"), ("2026-03-04", None)]


def test_a_date_and_its_time_when_in_two_columns_then_they_are_one_instant(tmp_path: Path) -> None:
    text = (
        "编号,日期,时间,办结日期,办结时刻\n1,2026/3/1,8:15,2026-03-02 00:00:00,1899-12-31 09:00:00\n2,46082,0.34375,46083,900\n"
        "3,2026-03-01,下午3点,,\n4,2026-03-01,,,\n5,2026-03-01,晚些,,\n6,2026-03-01,2400,,\n"
    )
    rows = loaded(
        tmp_path,
        SPLIT,
        text,
        "(created_at + interval 8 hour)::varchar, (closed_at + interval 8 hour)::varchar, is_date_only, flags",
    )
    assert rows == [
        ("2026-03-01 08:15:00", "2026-03-02 09:00:00", False, []),
        ("2026-03-01 08:15:00", "2026-03-02 09:00:00", False, []),
        ("2026-03-01 15:00:00", None, False, []),
        ("2026-03-01 00:00:00", None, True, []),  # no time told
        ("2026-03-01 00:00:00", None, True, ["unread_time"]),
        ("2026-03-02 00:00:00", None, False, ["repaired_time"]),
    ]


@pytest.mark.parametrize(
    ("times", "clocks"),
    [
        (["815", "0005", "5", "2359"], ["08:15", "00:05", "00:05", "23:59"]),
        (["8", "14"], [None, None]),  # hours or minutes: not told apart
        (["0.5", "0", "0.999988426"], ["12:00:00", "00:00", "23:59:59"]),
        (["1530 HRS", "8 pm", "11:05:09 AM"], ["15:30", "8:00 pm", "11:05:09 AM"]),
        (["2026-03-01 07:08:09", "1900-01-00 07:08"], ["07:08:09", "07:08"]),
    ],
)
def test_times_of_day_when_written_in_usual_ways_then_they_are_clocks(times: list[str], clocks: list[str]) -> None:
    assert [c and c.strip() for c in clock_texts(pl.Series(times))] == clocks


def test_an_id_of_parts_when_one_is_blank_then_the_row_is_set_aside(tmp_path: Path) -> None:
    text = "年度,流水,日期\n2026,001,2026-03-01\n2026,,2026-03-01\n2025,001,2026-03-01\n"
    assert loaded(tmp_path, JOINED, text, "ticket_id") == [("2026-001",), ("2025-001",)]
    with duckdb.connect(str(tmp_path / "var" / "ledger.duckdb"), read_only=True) as con:
        rows = con.execute("select row_number, reason_code, row_masked from raw.quarantine").fetchall()
    assert [(number, reason, json.loads(row)) for number, reason, row in rows] == [
        (2, "missing_id", {"年度": "2026", "日期": "2026-03-01"})
    ]


def test_an_id_of_parts_when_a_part_is_missing_then_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no column for ticket_id"):
        loaded(tmp_path, JOINED, "年度,日期\n2026,2026-03-01\n", "ticket_id")


def test_a_derived_id_when_exported_again_then_it_is_the_same_and_tells_nothing(tmp_path: Path) -> None:
    text = "日期,电话\n2026-03-01 08:00:00,13812345678\n2026-03-01 08:00:00,13812345679\n"
    first = loaded(tmp_path, DERIVED, text, "ticket_id")
    assert len({i for (i,) in first}) == 2
    assert all(len(i) == 24 for (i,) in first)
    again = loaded(tmp_path, DERIVED, text + "2026-03-02 08:00:00,13812345678\n", "ticket_id", name="b.csv")
    assert again[:2] == first
    assert len(again) == 3
