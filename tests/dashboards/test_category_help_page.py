"""Suggested categories on the page of the data: only those the model stands by, the surest first; silent where there are none."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from tests.fixtures_publication import make_workspace
from weisu.numbers import share
from weisu.publishing import current
from weisu.settings import Workspace


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


def shown() -> tuple[str, list]:
    at = AppTest.from_function(script, default_timeout=60)
    at.query_params["lang"] = "en"
    at.run()
    assert not at.exception
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
