"""`weisu text`: a judgement by command, refused where it makes no sense, and exported with its masked text."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.fixtures_publication import make_workspace
from weisu.category_reviews import in_force as given_in_force
from weisu.category_reviews import list_category_reviews
from weisu.cli import run
from weisu.publishing import current
from weisu.settings import Workspace
from weisu.store import open_store
from weisu.word_reviews import in_force, list_word_reviews


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_workspace(tmp_path_factory.mktemp("text") / "city")


@pytest.fixture
def city(built: Workspace, tmp_path: Path) -> Workspace:
    """A copy of its own: judgements stay."""
    shutil.copytree(built.root, tmp_path / "city")
    return Workspace(tmp_path / "city")


def grave_ticket(city: Workspace) -> str:
    sql = "select min(ticket_id) from marts.fct_tickets join marts.mart_ticket_words using (ticket_key) where term_hits like 'life_safety%'"
    with duckdb.connect(str(current(city).path), read_only=True) as con:
        return con.execute(sql).fetchone()[0]


def correct(city: Workspace, ticket: str, *more: str) -> int:
    return run(["text", "correct", ticket, *more, "--by", "甲", "--workspace", str(city.root)])


def in_store(city: Workspace) -> dict[str, str]:
    engine = open_store(city)
    found = {kind: review.verdict for (_, kind), review in in_force(list_word_reviews(engine)).items()}
    engine.dispose()
    return found


def test_correct_when_said_then_stored_and_taken_back(city: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    ticket = grave_ticket(city)
    assert correct(city, ticket, "--kind", "life_safety", "--wrong", "--note", "往年旧事") == 0
    assert correct(city, ticket, "--kind", "threat", "--missing", "--json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["verdict"] == "missing"
    assert in_store(city) == {"life_safety": "wrong", "threat": "missing"}
    assert correct(city, ticket, "--kind", "life_safety", "--undo") == 0
    assert in_store(city) == {"threat": "missing"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--kind", "threat", "--wrong"), "threat was not counted"),
        (("--kind", "life_safety", "--missing"), "life_safety was counted"),
        (("--kind", "weather", "--wrong"), "no such kind of words"),
        (("--kind", "life_safety", "--undo"), "undo is not possible"),
        (("--kind", "life_safety"), "give one of --right"),
        (("--kind", "life_safety", "--right", "--wrong"), "give one of --right"),
    ],
)
def test_correct_when_it_makes_no_sense_then_one_line_and_nothing_stored(
    city: Workspace, capsys: pytest.CaptureFixture[str], given: tuple[str, ...], said: str
) -> None:
    assert correct(city, grave_ticket(city), *given) == 2
    assert said in capsys.readouterr().err
    assert in_store(city) == {}


def test_correct_when_ticket_is_unknown_then_exit_2(city: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert correct(city, "nowhere", "--kind", "threat", "--missing") == 2
    assert "no such ticket" in capsys.readouterr().err


def test_corrections_when_exported_then_one_row_per_text_and_kind_with_its_masked_text(
    city: Workspace, tmp_path: Path
) -> None:
    ticket = grave_ticket(city)
    correct(city, ticket, "--kind", "life_safety", "--wrong", "--note", "电话15473824651")
    correct(city, ticket, "--kind", "threat", "--missing")
    out = tmp_path / "labels.csv"
    assert run(["text", "corrections", "-o", str(out), "--workspace", str(city.root)]) == 0
    rows = {row["term_kind"]: row for row in csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines())}
    assert {kind: (row["verdict"], row["is_meant"]) for kind, row in rows.items()} == {"life_safety": ("wrong", "false"), "threat": ("missing", "true")}  # fmt: skip
    assert rows["life_safety"]["words"] == "着火、爆炸"
    assert rows["life_safety"]["text"].startswith("〔姓名〕")
    assert rows["life_safety"]["actor"] == "甲"
    assert "15473824651" not in out.read_text(encoding="utf-8-sig")


def test_corrections_when_nothing_was_judged_then_a_table_without_rows(city: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "labels.csv"
    assert run(["text", "corrections", "-o", str(out), "--workspace", str(city.root)]) == 0
    assert len(out.read_text(encoding="utf-8-sig").splitlines()) == 1


def give(city: Workspace, ticket: str, *more: str) -> int:
    return run(["text", "category", ticket, *more, "--by", "甲", "--workspace", str(city.root)])


def given(city: Workspace) -> list[tuple[str, str]]:
    engine = open_store(city)
    found = [(r.verdict, r.category_key) for r in given_in_force(list_category_reviews(engine)).values()]
    engine.dispose()
    return found


def test_category_when_given_then_stored_exported_with_masked_text_and_taken_back(
    city: Workspace, tmp_path: Path
) -> None:
    with duckdb.connect(str(current(city).path), read_only=True) as con:
        category = con.execute("select max(category_key) from marts.dim_category").fetchone()[0]
    ticket = grave_ticket(city)
    assert give(city, ticket, "--as", category, "--note", "电话15473824651") == 0
    assert given(city) == [("assign", category)]
    out = tmp_path / "given.csv"
    assert run(["text", "categories", "-o", str(out), "--workspace", str(city.root)]) == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["ticket_id"], row["category_key"], row["verdict"]) == (ticket, category, "assign")
    assert row["category_now"]
    assert "15473824651" not in row["note"]
    assert give(city, ticket, "--undo") == 0
    assert given(city) == []


@pytest.mark.parametrize(
    ("given_options", "said"),
    [
        (("--as", "没有->这类"), "no such category"),
        (("--undo",), "undo is not possible"),
        ((), "give one of --as"),
        (("--keep", "--undo"), "give one of --as"),
    ],
)
def test_category_when_it_makes_no_sense_then_one_line(
    city: Workspace, capsys: pytest.CaptureFixture[str], given_options: tuple[str, ...], said: str
) -> None:
    assert give(city, grave_ticket(city), *given_options) == 2
    assert said in capsys.readouterr().err
    assert given(city) == []
