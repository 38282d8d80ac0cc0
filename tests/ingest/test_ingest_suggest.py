"""`weisu profile suggest`, `weisu read` and `weisu mask` on files nobody has seen."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest
import typer

from ingest.errors import ProfileError, Refused
from ingest.load import load_files
from ingest.profiles import parse_profile
from ingest.proposal import profile_toml
from ingest.rewrite import mask_file, rewrite
from ingest.suggest import suggest_profile
from weisu.cli import door, profile
from weisu.settings import Workspace

PORTAL = "SR Number,Opened,Closed Date,Request Type,Neighborhood,Latitude,Longitude,Crew\n" + "".join(
    f"SR-{i:05d},{i % 12 + 1}/{i % 27 + 1}/2024 11:05:00 PM,,Pothole,North,34.{i:03d},-118.{i:03d},7\n"
    for i in range(40)
)


def test_a_portal_is_mapped_and_the_profile_loads(tmp_path: Path) -> None:
    path = tmp_path / "portal.csv"
    path.write_text(PORTAL, encoding="utf-8")
    suggestion = suggest_profile(path, "portal")
    assert {g.field: g.header for g in suggestion.guesses if g.field} == {
        "ticket_id": "SR Number", "created_at": "Opened", "closed_at": "Closed Date", "category_l1": "Request Type",
        "district": "Neighborhood", "lat": "Latitude", "lon": "Longitude",
    }  # fmt: skip
    text = profile_toml(suggestion)
    assert parse_profile(text.encode(), "x").dates.order == "mdy"
    (tmp_path / "weisu.toml").write_text("", encoding="utf-8")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "portal.toml").write_text(text, encoding="utf-8")
    assert load_files(Workspace(tmp_path), [path], "portal", now=dt.datetime(2026, 1, 1)).new == 40


def test_without_a_date_no_created_is_guessed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号,名称,数量\nA1,甲,3\nA2,乙,4\n", encoding="utf-8")
    assert suggest_profile(path, "a").missing == ("created_at",)


def test_read_writes_clean_csv_and_sets_broken_records_aside(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes('编号,内容\n1,甲\n2,乙,多\n003,"丙\n丁"\n'.encode("gb18030"))
    done = rewrite(path, tmp_path / "o.csv")
    assert (done["rows"], done["set_aside"], done["encoding"]) == (2, 1, "gb18030")
    with (tmp_path / "o.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["编号", "内容"], ["1", "甲"], ["003", "丙\n丁"]]
    assert "too_many_cells" in (tmp_path / "o.set-aside.csv").read_text(encoding="utf-8")


def test_mask_gives_spans_in_the_original(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,text\n7,电话13800138000\n", encoding="utf-8")
    mask_file(path, tmp_path / "o.csv", "zh")
    with (tmp_path / "o.csv").open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    assert (row["id"], row["text"], json.loads(row["spans"])) == ("7", "电话〔电话〕", [[2, 13, "phone"]])


def test_mask_of_another_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n7,x\n", encoding="utf-8")
    with pytest.raises(Refused, match="no column"):
        mask_file(path, tmp_path / "o.csv", "zh")
    assert not (tmp_path / "o.csv").exists()


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer()
    for module in (door, profile):
        module.register(made)
    return made


def test_load_ends_with_one_json_line(app: typer.Typer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "weisu.toml").write_text("", encoding="utf-8")
    (tmp_path / "a.csv").write_text("工单编号,诉求时间\nGD1,2026-03-01\nGD2,2026-03-01\n", encoding="utf-8")
    app(
        ["load", str(tmp_path / "*.csv"), "--source", "hotline", "--workspace", str(tmp_path), "--json"],
        standalone_mode=False,
    )
    last = capsys.readouterr().out.strip().splitlines()[-1]
    assert json.loads(last) == {"read": 2, "new": 2, "new_version": 0, "unchanged": 0, "quarantined": 0, "flagged": 0}


@pytest.mark.parametrize("option", ["--source", "--profile"])
@pytest.mark.parametrize("given", ["city", "sources/city.toml"])
def test_preview_and_load_when_told_the_source_either_way_then_both_take_it(
    option: str, given: str, app: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weisu.toml").write_text("", encoding="utf-8")
    (tmp_path / "sources").mkdir()
    profile_text = 'name = "city"\n[columns]\nticket_id = "id"\ncreated_at = "when"\n'
    (tmp_path / "sources" / "city.toml").write_text(profile_text, encoding="utf-8")
    (tmp_path / "a.csv").write_text("id,when\nG1,2026-03-01\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for command in (["profile", "preview"], ["load"]):
        app([*command, "a.csv", option, given], standalone_mode=False)


def test_load_by_a_profile_elsewhere_is_refused(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "weisu.toml").write_text("", encoding="utf-8")
    (tmp_path / "a.csv").write_text("id,when\nG1,2026-03-01\n", encoding="utf-8")
    with pytest.raises(ProfileError, match="no profile of this workspace"):
        app(
            ["load", str(tmp_path / "a.csv"), "--source", "/tmp/other.toml", "--workspace", str(tmp_path)],
            standalone_mode=False,
        )
