"""Suggested categories on the page of the data: only those the model stands by, the surest first; people give them, or leave tickets as they are."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboards.screens import category_help as screen
from tests.fixtures_publication import make_workspace
from weisu.category_reviews import in_force, list_category_reviews, review_category
from weisu.numbers import share
from weisu.publishing import current
from weisu.settings import Workspace
from weisu.store import open_store

NOW = dt.datetime(2026, 4, 1)


def script() -> None:
    from dashboards.shell import main

    main(only="data")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_workspace(tmp_path_factory.mktemp("data") / "city")


@pytest.fixture
def city(built: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    shutil.copytree(built.root, tmp_path / "city")
    monkeypatch.setenv("WEISU_WORKSPACE", str(tmp_path / "city"))
    return Workspace(tmp_path / "city")


def change(city: Workspace, statement: str) -> None:
    path = current(city).path
    path.chmod(0o640)
    with duckdb.connect(str(path)) as con:
        con.execute(statement)


def opened() -> AppTest:
    at = AppTest.from_function(script, default_timeout=60)
    at.query_params["lang"] = "en"
    at.run()
    assert not at.exception
    return at


def shown() -> tuple[str, list]:
    at = opened()
    said = " ".join(str(element.proto.body) for element in at.get("html"))
    return said, [t.value for t in at.dataframe if "suggested" in t.value.columns]


def test_suggestions_when_there_are_some_then_the_sure_ones_the_surest_first(city: Workspace) -> None:
    said, (rows,) = shown()
    chances = [float(told.removesuffix(" %")) for told in rows["chance"]]
    assert min(chances) >= 60
    assert chances == sorted(chances, reverse=True)
    assert f"40 tickets have no category or “other”; for {len(rows)} of them" in said
    assert 0 < len(rows) < 40


def test_suggestions_when_nearly_certain_then_never_called_certain(city: Workspace) -> None:
    change(city, "update marts.mart_category_suggestions set is_sure = true, chance = 0.9999")
    _, (rows,) = shown()
    assert set(rows["chance"]) == {f"> {share(0.99, 'en')}"}


def test_suggestions_when_the_model_abstains_everywhere_then_said_so(city: Workspace) -> None:
    change(city, "update marts.mart_category_suggestions set is_sure = false, chance = 0.3")
    said, tables = shown()
    assert "nothing is suggested" in said
    assert tables == []


def test_suggestions_when_the_publication_is_of_an_earlier_release_then_that_part_is_empty(city: Workspace) -> None:
    change(city, "drop table marts.mart_category_suggestions")
    said, tables = shown()
    assert "No suggested categories" in said
    assert "weisu doctor" not in said
    assert tables == []


@pytest.fixture
def first_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody has ticked the first two rows; AppTest has no mouse."""
    drawn = screen.filled_table

    def ticked(*given: object, **more: object) -> SimpleNamespace:
        drawn(*given, **more)  # type: ignore[arg-type]
        return SimpleNamespace(selection=SimpleNamespace(rows=[0, 1]))

    monkeypatch.setattr(screen, "filled_table", ticked)


def press(at: AppTest, verdict: str, *, actor: str = "甲", category: str | None = None) -> AppTest:
    at.text_input(key="category-actor").set_value(actor)
    at.text_input(key="category-note").set_value("电话15473824651")
    if category:
        at.selectbox(key="category-given").set_value(category)
    at.button(key=f"category-{verdict}").click().run()
    assert not at.exception
    return at


def decisions(city: Workspace) -> list[tuple[str, str, str]]:
    engine = open_store(city)
    found = [(r.verdict, r.category_key, r.note) for r in in_force(list_category_reviews(engine)).values()]
    engine.dispose()
    return found


def told(at: AppTest) -> list[str | None]:
    """What the table says of the first two rows."""
    rows = next(t.value for t in at.dataframe if "suggested" in t.value.columns)
    return rows["decided"].head(2).to_list() if "decided" in rows.columns else [None, None]


@pytest.mark.usefixtures("first_two")
def test_categories_when_given_as_suggested_then_each_its_own_and_taken_back(city: Workspace) -> None:
    at = press(opened(), "assign")
    rows = next(t.value for t in at.dataframe if "suggested" in t.value.columns)
    found = decisions(city)
    assert sorted(category.replace("->", " / ") for _, category, _ in found) == sorted(rows["suggested"].head(2))
    assert {verdict for verdict, _, _ in found} == {"assign"}
    assert not any("15473824651" in note for _, _, note in found)
    assert all(said.startswith("Given ") and "甲" in said for said in told(at))
    assert told(press(at, "undo")) == [None, None]
    assert decisions(city) == []


@pytest.mark.usefixtures("first_two")
def test_categories_when_another_is_chosen_or_left_then_that_counts(city: Workspace) -> None:
    at = opened()
    other = at.selectbox(key="category-given").options[-1].replace(" / ", "->")
    press(at, "assign", category=other)
    assert {category for _, category, _ in decisions(city)} == {other}
    press(at, "keep")
    assert {verdict for verdict, _, _ in decisions(city)} == {"keep"}


@pytest.mark.usefixtures("first_two")
def test_categories_when_nobody_signs_or_somebody_was_first_then_nothing_is_lost(city: Workspace) -> None:
    at = press(opened(), "assign", actor=" ")
    assert decisions(city) == []
    engine = open_store(city)
    ticket = "select ticket_key, suggested_category_key from marts.mart_category_suggestions order by is_sure desc, chance desc limit 1"
    with duckdb.connect(str(current(city).path), read_only=True) as con:
        key, _ = con.execute(ticket).fetchone()
    review_category(engine, ticket_key=key, verdict="keep", category_key="x", actor="乙", note="", now=NOW, seen=None, mask=str)  # fmt: skip
    engine.dispose()
    at = press(at, "assign")
    assert sorted(verdict for verdict, _, _ in decisions(city)) == ["assign", "keep"]
    assert "1 more were decided by someone else" in at.toast[0].value
