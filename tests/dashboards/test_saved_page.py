"""Saved views on the pages: the present filters are kept, opened by address, renamed, shared, deleted and brought back; row rules hold."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.fixtures_publication import make_workspace
from tests.sharing import shared_folder
from weisu import audit
from weisu.access import Reader, Role
from weisu.saved_views import SavedView, save_view, visible_views
from weisu.settings import Workspace
from weisu.store import open_store

AREA, ELSEWHERE = "东湖区", "西山区"
NOW = dt.datetime(2026, 4, 1)
ANALYST = Reader("甲", Role.ANALYST)


def script(name: str, role: str, area: str | None, is_signed_in: bool) -> None:
    from dashboards.shell import main
    from weisu.access import Reader, Role

    main(only=name, reader=Reader("甲", Role(role), area, is_signed_in=is_signed_in))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(shared_folder(tmp_path_factory, "published_city", make_workspace))


@pytest.fixture
def city(built: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    shutil.copytree(built.root, tmp_path / "city", ignore=shutil.ignore_patterns("acts.sqlite*"))
    monkeypatch.setenv("WEISU_WORKSPACE", str(tmp_path / "city"))
    return Workspace(tmp_path / "city")


def open_page(name: str, role: Role = Role.ANALYST, *, is_signed_in: bool = True, is_open: bool = False, **params: str) -> AppTest:  # fmt: skip
    at = AppTest.from_function(script, args=(name, role.value, AREA if role is Role.OFFICER else None, is_signed_in), default_timeout=60)  # fmt: skip
    for key, value in params.items():
        at.query_params[key] = value
    at.session_state[f"saved-{name}"] = is_open
    return at.run()


def save(city: Workspace, reader: Reader = ANALYST, **params: str) -> SavedView:
    return save_view(open_store(city), reader, name="噪声", page="trends", params=params, is_shared=True, now=NOW, mask=str)  # fmt: skip


def words(at: AppTest) -> str:
    return " ".join(str(element.proto.body) for element in at.get("html"))


def keys(at: AppTest) -> set[str]:
    return {button.key for button in at.button if button.key and button.key.startswith("saved-")}


def address(at: AppTest) -> dict[str, str]:
    return {key: value[0] if isinstance(value, list) else value for key, value in at.query_params.items() if key not in ("lang",)}  # fmt: skip


def test_page_without_filters_has_no_control(city: Workspace) -> None:
    assert not keys(open_page("subscriptions", is_open=True))


def test_filters_when_saved_renamed_shared_deleted_and_restored_then_kept_and_logged(city: Workspace) -> None:
    at = open_page("trends", is_open=True, area=ELSEWHERE, weeks="26", hack="x")
    at.text_input(key="saved-name").set_value("西山 13812345678")
    at.button(key="saved-do").click().run()
    engine = open_store(city)
    (made,) = visible_views(engine, ANALYST)
    assert made.params == {"area": ELSEWHERE, "weeks": "26"}
    assert "13812345678" not in made.name
    assert not made.is_shared
    at.text_input(key=f"saved-new-name-{made.view_id}").set_value("<b>西山</b>")
    at.button(key="saved-rename").click().run()
    at.button(key="saved-toggle").click().run()
    (shared,) = visible_views(engine, Reader("乙", Role.ANALYST))
    assert shared.name == "<b>西山</b>"
    assert "<b>西山" not in words(at)
    at.button(key="saved-delete").click().run()
    assert visible_views(engine, ANALYST) == []
    assert "saved-delete" not in keys(at)
    at.button(key="saved-undo").click().run()
    assert [one.name for one in visible_views(engine, ANALYST)] == ["<b>西山</b>"]
    assert "saved-undo" not in keys(at)
    logged = audit.search(engine, audit.Asked(holds=made.view_id))
    assert logged["actor"].unique().to_list() == ["甲"]
    assert logged.height == 5
    assert "西山" not in "".join(logged["detail"])


def test_value_that_no_filter_of_the_page_holds_is_not_kept(city: Workspace) -> None:
    at = open_page("trends", is_open=True, area="张三13812345678")
    at.text_input(key="saved-name").set_value("x")
    at.checkbox(key="saved-share").check()
    at.button(key="saved-do").click().run()
    (made,) = visible_views(open_store(city), Reader("乙", Role.ANALYST))
    assert made.params == {}


def test_view_when_opened_then_its_filters_hold_and_others_stand_at_their_defaults(city: Workspace) -> None:
    made = save(city, area=AREA)
    at = open_page("trends", is_open=True, area=ELSEWHERE, weeks="26")
    at.query_params.clear()
    at.query_params["saved"] = made.view_id
    at.run()
    assert not at.exception
    assert address(at) == {"area": AREA}
    assert at.selectbox(key="w.area").value == AREA
    assert at.session_state["kept.weeks"] == "52"
    assert not keys(at)  # the list is closed, and draws nothing then


def test_view_of_another_area_when_an_officer_opens_it_then_the_own_area_is_shown(city: Workspace) -> None:
    made = save(city, area=ELSEWHERE)
    at = open_page("trends", Role.OFFICER, saved=made.view_id)
    assert not at.exception
    assert at.selectbox(key="w.area").value == AREA
    assert ELSEWHERE not in words(at)
    assert "saved" not in at.query_params


def test_view_that_is_not_of_the_page_is_said_and_the_page_stands(city: Workspace) -> None:
    at = open_page("silence", saved=save(city, area=AREA).view_id)
    assert "没有这个视图" in at.toast[0].value
    assert words(at).count('class="lead"') == 1


def test_somebody_elses_view_is_opened_but_not_changed(city: Workspace) -> None:
    save(city, Reader("乙", Role.ANALYST), area=AREA)
    at = open_page("trends", is_open=True)
    assert "噪声 · 全单位（乙）" in [text.value for text in at.text]
    assert keys(at) == {"saved-do"}


def test_without_a_login_there_is_nothing_to_share(city: Workspace) -> None:
    at = open_page("trends", Role.ADMIN, is_signed_in=False, is_open=True, area=AREA)
    assert "saved-share" not in [box.key for box in at.checkbox]
    at.text_input(key="saved-name").set_value("东湖")
    at.button(key="saved-do").click().run()
    assert [one.owner for one in visible_views(open_store(city), ANALYST)] == [""]
    assert keys(at) == {"saved-do", "saved-rename", "saved-delete"}
