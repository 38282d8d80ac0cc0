"""What a suggestion says of columns that belong together, and that the profile it writes loads them so."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from ingest.headers import stem_of
from ingest.load import load_files
from ingest.preview import preview_file
from ingest.profiles import parse_profile
from ingest.proposal import profile_toml
from ingest.suggest import Suggestion, suggest_profile
from tests.fixtures_portals import FIFTH, FOURTH, write_export
from weisu.settings import Workspace

NOW = dt.datetime(2026, 1, 1)
SPLIT = {
    layout.name: layout for layout in (*FOURTH, *FIFTH) if any(".time" in f for x in layout.lines for f in x.fields)
}


def found(suggestion: Suggestion) -> dict[str, str]:
    return {field: suggestion.guesses[i].header for field, i in suggestion.by_field.items()}


def suggested(folder: Path, text: str) -> Suggestion:
    path = folder / "a.csv"
    path.write_text(text, encoding="utf-8")
    return suggest_profile(path, "city")


@pytest.mark.parametrize("name", SPLIT)
def test_dates_and_times_when_in_two_columns_then_the_suggested_profile_loads_instants(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / "weisu.toml").write_text("", encoding="utf-8")
    (tmp_path / "sources").mkdir()
    path = write_export(SPLIT[name], tmp_path)
    text = profile_toml(suggest_profile(path, name))
    (tmp_path / "sources" / f"{name}.toml").write_text(text, encoding="utf-8")
    assert load_files(Workspace(tmp_path), [path], name, now=NOW).new == 150
    with duckdb.connect(str(tmp_path / "var" / "ledger.duckdb"), read_only=True) as con:
        ((bare, noons, flags),) = con.execute(
            "select count(*) filter (is_date_only), count(distinct hour(created_at)), list(distinct f) filter (f is not null)"
            " from (select *, unnest(case when len(flags) = 0 then [null] else flags end) as f from raw.ticket_versions)"
        ).fetchall()
    assert (bare, {"unread_time", "closed_before_created"} & set(flags or [])) == (0, set())
    assert noons > 12


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rpt Date", "Rpt Time"),
        ("办结日期", "办结时刻"),
        ("CREATION_DT", "CREATION_TM"),
        ("DATE", "TIME"),
        ("createDate", "createTime"),
    ],
)
def test_names_when_they_differ_in_date_and_time_alone_then_their_stem_is_one(one: str, other: str) -> None:
    assert stem_of(one) == stem_of(other)


def test_a_time_of_day_when_it_belongs_to_no_date_then_it_is_left_out(tmp_path: Path) -> None:
    rows = [f"G{i:03d},2026-03-{i % 28 + 1:02d} 08:{i % 60:02d}:00,{i % 24:02d}:30" for i in range(60)]
    assert found(suggested(tmp_path, "\n".join(["编号,受理时间,预约时段", *rows]))) == {
        "ticket_id": "编号", "created_at": "受理时间",
    }  # fmt: skip


def _two_longitudes(second: str) -> str:
    rows = [
        f"SR{i:04d},2026-03-01 08:{i % 60:02d}:00,34.{i:04d},{'' if i % 3 else f'-118.{i:04d}'},{second.format(i=i) if i % 3 else ''}"
        for i in range(90)
    ]
    return "\n".join(["service_request_id,requested_datetime,lat,lon,long", *rows])


def test_a_second_column_when_filled_where_the_first_is_blank_then_it_is_asked_too(tmp_path: Path) -> None:
    made = suggested(tmp_path, _two_longitudes("-118.{i:04d}"))
    names = found(made)
    assert {names["lon"], names["lon.also"]} == {"lon", "long"}
    profile = parse_profile(profile_toml(made).encode(), "city")
    shown = preview_file(tmp_path / "a.csv", profile, zone="UTC", now=dt.datetime(2026, 6, 1), shown=90)
    assert all(row["lon"] is not None for row in shown.rows)


def test_a_second_column_when_it_says_something_else_then_it_is_left_out(tmp_path: Path) -> None:
    rows = [
        f"SR{i:04d},2026-03-01 08:{i % 60:02d}:00,2026-03-0{i % 8 + 1} 10:00:00,2026-03-1{i % 9} 10:00:00"
        for i in range(60)
    ]
    names = found(suggested(tmp_path, "\n".join(["case_id,opened,closed_date,resolved_date", *rows])))
    assert "closed_at.also" not in names


def test_an_export_without_an_id_then_a_derived_one_is_proposed_and_never_switched_on(tmp_path: Path) -> None:
    rows = [f"2026-03-{i % 28 + 1:02d} 08:{i % 60:02d}:00,噪声,{i}号门前" for i in range(60)]
    text = profile_toml(suggested(tmp_path, "\n".join(["受理时间,问题类型,事发地址", *rows])))
    assert '# [identity]\n# columns = ["受理时间", "问题类型", "事发地址"]\n# is_derived = true' in text
    decided = text.replace("# [identity]\n# columns", "[identity]\ncolumns").replace("# is_derived", "is_derived")
    assert parse_profile(decided.encode(), "city").identity.is_derived
