"""`weisu users` and `weisu audit export`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.fixtures_publication import make_workspace
from weisu.accounts import find_account
from weisu.cli import run
from weisu.publishing import current
from weisu.settings import Workspace
from weisu.store import open_store


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    (tmp_path / "weisu.toml").write_text("", encoding="utf-8")
    monkeypatch.setenv("WEISU_WORKSPACE", str(tmp_path))
    return Workspace(tmp_path)


def test_account_is_added_listed_changed_and_disabled(place: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    steps = (
        ["add", "ana", "--role", "analyst"],
        ["add", "gate", "--role", "viewer", "--no-password"],
        ["role", "ana", "--role", "district_officer", "--area", "东湖区"],
        ["disable", "gate"],
    )
    assert [run(["users", *step]) for step in steps] == [0, 0, 0, 0]
    capsys.readouterr()
    assert run(["users", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"name": "ana", "role": "district_officer", "area": "东湖区", "is_disabled": False},
        {"name": "gate", "role": "viewer", "area": None, "is_disabled": True},
    ]
    assert run(["users", "list"]) == 0
    assert capsys.readouterr().out == "ana\tdistrict_officer\t东湖区\tactive\ngate\tviewer\t*\tdisabled\n"
    assert run(["users", "enable", "gate"]) == 0
    assert not find_account(open_store(place), "gate").is_disabled


def test_password_is_read_from_standard_input(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    run(["users", "add", "ana", "--role", "admin"])
    before = find_account(open_store(place), "ana").password_hash
    monkeypatch.setattr("sys.stdin", io.StringIO("another horse battery\r\n"))
    assert run(["users", "password", "ana"]) == 0
    after = find_account(open_store(place), "ana").password_hash
    assert before != after


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (["add", "x", "--role", "king"], "no role 'king'"),
        (["add", "x", "--role", "district_officer"], "go together"),
        (["role", "nobody", "--role", "admin"], "no such account"),
        (["disable", "nobody"], "no such account"),
    ],
)
def test_bad_use_is_one_clear_line(place: Workspace, capsys: pytest.CaptureFixture[str], step: list[str], says: str) -> None:  # fmt: skip
    assert run(["users", *step]) == 2
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1


def test_area_must_be_one_of_the_publication(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = make_workspace(tmp_path / "city", filled=False)
    path = current(place).path
    path.chmod(0o640)
    with duckdb.connect(str(path)) as con:
        con.execute("insert into marts.dim_area (area_key) values ('东湖区'), ('东湖区/二桥街道')")
    order = ["users", "add", "x", "--role", "district_officer", "--no-password", "--workspace", str(place.root)]
    assert run([*order, "--area", "东湖"]) == 2
    assert "no area '东湖'" in capsys.readouterr().err
    assert run([*order, "--area", "东湖区/二桥街道"]) == 0


def test_log_is_exported_and_holds_its_own_export(place: Workspace) -> None:
    run(["users", "add", "ana", "--role", "analyst"])
    out = place.root / "log.csv"
    assert run(["audit", "export", "-o", str(out)]) == 0
    rows = pl.read_csv(out)
    assert rows["what"].to_list() == ["export", "change"]
    assert rows["actor"].to_list() == ["shell", "shell"]
    assert "horse" not in out.read_text(encoding="utf-8")
