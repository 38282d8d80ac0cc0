"""`weisu similar`: both lists in words or JSON; an unknown ticket and an old publication are one clear line."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.fixtures_publication import make_workspace
from weisu.cli import run
from weisu.publishing import current
from weisu.settings import Workspace


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_workspace(tmp_path_factory.mktemp("similar") / "city")


def first_ticket(city: Workspace) -> str:
    with duckdb.connect(str(current(city).path), read_only=True) as con:
        return con.execute("select min(ticket_id) from marts.fct_tickets").fetchone()[0]


def test_similar_when_asked_in_json_then_cases_of_other_issues(
    city: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = first_ticket(city)
    assert run(["similar", asked, "--workspace", str(city.root), "--json"]) == 0
    cases = json.loads(capsys.readouterr().out)["cases"]
    assert {case["is_settled"] for case in cases} == {True, False}
    assert all(0.3 <= case["likeness"] <= 1 for case in cases)
    assert asked not in [case["ticket_id"] for case in cases]
    assert "person_hash" not in cases[0]


@pytest.mark.parametrize(("lang", "head"), [("zh", "已解决的"), ("en", "Settled")])
def test_similar_when_asked_in_words_then_both_lists(
    city: Workspace, capsys: pytest.CaptureFixture[str], lang: str, head: str
) -> None:
    assert run(["similar", first_ticket(city), "--workspace", str(city.root), "--lang", lang]) == 0
    assert capsys.readouterr().out.startswith(head)


def test_similar_when_ticket_is_unknown_then_exit_2(city: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["similar", "nowhere", "--workspace", str(city.root)]) == 2
    assert "no such ticket" in capsys.readouterr().err


def test_similar_when_publication_has_no_index_then_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = make_workspace(tmp_path / "old")
    path = current(old).path
    path.chmod(0o640)
    with duckdb.connect(str(path)) as con:
        con.execute("drop table marts.mart_similar_terms")
    assert run(["similar", first_ticket(old), "--workspace", str(old.root)]) == 2
    assert "weisu build" in capsys.readouterr().err
