"""Items for decision on the page Reports: listed, decided, taken back, added; two people at once lose nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.fixtures_publication import make_workspace
from weisu import resolutions
from weisu.settings import Workspace
from weisu.store import open_store

NOW = dt.datetime(2026, 4, 2, 3, 0)


def script() -> None:
    from dashboards.shell import main

    main(only="reports")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_workspace(tmp_path_factory.mktemp("items") / "city").root


@pytest.fixture
def place(city: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("WEISU_WORKSPACE", str(city))
    st.cache_resource.clear()  # it holds the store of the test before
    for file in Workspace(city).store.parent.glob(f"{Workspace(city).store.name}*"):
        file.unlink()
    return Workspace(city)


def add(place: Workspace) -> resolutions.Resolution:
    engine = open_store(place)
    made = resolutions.add(engine, text="整治垃圾点", owner="市城管局", due_on=dt.date(2026, 3, 20), period="2026-03", by="常委会", now=NOW, mask=str)  # fmt: skip
    engine.dispose()
    return made


def standing(place: Workspace) -> list[resolutions.Resolution]:
    engine = open_store(place)
    found = resolutions.newest(engine)
    engine.dispose()
    return found


def opened(lang: str = "zh") -> AppTest:
    at = AppTest.from_function(script, default_timeout=120)
    at.query_params["lang"] = lang
    at = at.run()
    assert not at.exception
    return at


def field(at: AppTest, label: str):
    return next(one for one in (*at.text_input, *at.text_area) if one.label == label)


def by(at: AppTest):
    return next(one for one in at.text_input if one.key == "items-actor")


def press(at: AppTest, label: str) -> AppTest:
    return next(b for b in at.button if b.label == label).click().run()


def words(at: AppTest) -> str:
    return " ".join([str(element.proto.body) for element in at.get("html")] + [t.value for t in at.text])


def test_an_empty_list_says_where_items_come_from(place: Workspace) -> None:
    for lang, said in (("zh", "还没有议定事项"), ("en", "There is no item yet")):
        assert said in words(opened(lang))


def test_an_item_is_done_and_taken_back(place: Workspace) -> None:
    add(place)
    at = opened()
    assert at.dataframe[-1].value["status"].tolist() == ["已议定，已逾期"]
    next(box for box in at.selectbox if box.label == "登记为").set_value("done")
    field(at, "结果（一句话）").set_value("已清理，联系人王小明15473824651")
    by(at).set_value("李科长")
    at = press(at, "登记")
    (one,) = standing(place)
    assert (one.status, one.actor, one.position) == ("done", "李科长", 2)
    assert "15473824651" not in one.outcome
    press(at, "撤销上次登记")
    assert [(one.status, one.position) for one in standing(place)] == [("adopted", 3)]


def test_an_outcome_is_asked_for_and_a_later_state_of_somebody_else_is_not_overwritten(place: Workspace) -> None:
    made = add(place)
    at = opened()
    by(at).set_value("李科长")
    next(box for box in at.selectbox if box.label == "登记为").set_value("failed")
    at = press(at, "登记")
    assert "no outcome" in words(at)
    engine = open_store(place)
    resolutions.decide(engine, made.resolution_id, "done", by="乙", now=NOW, mask=str, outcome="已办")
    engine.dispose()
    field(at, "结果（一句话）").set_value("未办成")
    press(at, "登记")
    assert [(one.status, one.actor) for one in standing(place)] == [("done", "乙")]


def test_the_committee_adds_an_item_of_its_own(place: Workspace) -> None:
    at = opened("en")
    field(at, "What").set_value("Clean up the yard")
    next(one for one in at.text_input if one.key == "items-own-actor").set_value("Committee")
    press(at, "Add the item")
    (one,) = standing(place)
    assert (one.text, one.actor, one.status) == ("Clean up the yard", "Committee", "adopted")
