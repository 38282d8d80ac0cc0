"""The page of settings: each part is whole in both languages, a change has author and reason and is undone, an unseen one is not overwritten."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.screens.settings_lists import _taken
from tests.fixtures_publication import make_workspace
from tests.sharing import shared_folder
from weisu import audit, rulebook
from weisu.access import Role
from weisu.setting_history import list_changes
from weisu.settings import Workspace
from weisu.store import open_store

DUTIES = "category_l1,category_l2,district,street,sector_unit,territory_unit,limit_days,legal_basis,valid_from,valid_to\n市政,供水,,,水务局,,5,,2026-01-01,\n"


def script(role: str, is_signed_in: bool) -> None:
    from dashboards.shell import main
    from weisu.access import Reader, Role

    main(only="settings", reader=Reader("甲", Role(role), None, is_signed_in=is_signed_in))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("settings") / "city"
    shutil.copytree(shared_folder(tmp_path_factory, "published_city", make_workspace), root)
    place = Workspace(root)
    with place.settings_file.open("a", encoding="utf-8") as file:
        file.write("[alerts]\nweekly_budget = 3  # 每周\n")
    place.reference.mkdir()
    (place.reference / "duties.csv").write_text(DUTIES, encoding="utf-8")
    return place


@pytest.fixture
def city(built: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    shutil.copytree(built.root, tmp_path / "city", ignore=shutil.ignore_patterns("acts.sqlite*"))
    monkeypatch.setenv("WEISU_WORKSPACE", str(tmp_path / "city"))
    return Workspace(tmp_path / "city")


def open_page(role: Role = Role.ADMIN, *, is_signed_in: bool = True, **params: str) -> AppTest:
    at = AppTest.from_function(script, args=(role.value, is_signed_in), default_timeout=60)
    for key, value in params.items():
        at.query_params[key] = value
    return at.run()


def words(at: AppTest) -> str:
    return " ".join(str(element.proto.body) for element in at.get("html"))


def part(at: AppTest, kind: str, end: str):
    """The one widget of a kind whose key ends like this; keys hold what the file was."""
    return next(one for one in getattr(at, kind) if one.key.startswith(end[0]) and one.key.endswith(end[1]))


def fill(at: AppTest, start: str, reason: str = "人手增加") -> None:
    part(at, "text_area", (start, "-reason")).set_value(reason)


def press(at: AppTest, start: str) -> AppTest:
    part(at, "button", (start, "-do")).click()
    return at.run()


@pytest.mark.parametrize(("name", "lang"), [("rates", "zh"), ("weights", "en"), ("lists", "zh"), ("city", "en")])
def test_part_is_whole(built: Workspace, monkeypatch: pytest.MonkeyPatch, name: str, lang: str) -> None:
    monkeypatch.setenv("WEISU_WORKSPACE", str(built.root))
    at = open_page(part=name, lang=lang)
    assert not at.exception
    assert "weisu doctor" not in words(at)
    assert words(at).count('class="lead"') == 1


def test_page_is_for_administrators(built: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEISU_WORKSPACE", str(built.root))
    at = open_page(Role.MANAGER, lang="en")
    assert "This page is not for your role" in words(at)
    assert not at.button


def test_setting_when_changed_and_undone_then_file_history_and_log_say_so(city: Workspace) -> None:
    at = open_page()
    assert "每周约有" in words(at)  # what the budgets mean in a week
    assert "个区加全市：每周最多" in words(at)
    part(at, "number_input", ("set-alerts.weekly_budget", "-value")).set_value(5)
    fill(at, "set-alerts.weekly_budget", "<b>电话13812345678</b>")
    press(at, "set-alerts.weekly_budget")
    assert "下一次构建起生效" in at.toast[0].value
    assert "weekly_budget = 5  # 每周" in city.settings_file.read_text(encoding="utf-8")
    engine = open_store(city)
    (made,) = list_changes(engine)
    assert (made.actor, made.before) == ("甲", {"alerts.weekly_budget": 3})
    assert "13812345678" not in made.reason
    assert "<b>电话" not in words(at)
    logged = audit.search(engine, audit.Asked(holds="alerts.weekly_budget"))
    assert logged.select("actor", "role", "what").rows() == [("甲", "admin", "change")]
    at.text_area(key="setting-undo-reason").set_value("改错了")
    at.button(key="setting-undo-do").click().run()
    assert city.settings().alerts.weekly_budget == 3
    assert [change.act for change in list_changes(engine)] == ["undo", "set"]


@pytest.mark.parametrize(("reason", "value", "says"), [("", 5, "请填写理由和姓名"), ("因", 0, "out of range")])
def test_setting_when_refused_then_told_and_kept(city: Workspace, reason: str, value: int, says: str) -> None:
    at = open_page()
    part(at, "number_input", ("set-alerts.weekly_budget", "-value")).set_value(value)
    fill(at, "set-alerts.weekly_budget", reason)
    press(at, "set-alerts.weekly_budget")
    assert says in at.toast[0].value
    assert city.settings().alerts.weekly_budget == 3


def test_setting_when_the_file_was_changed_by_hand_then_refused_and_the_hand_noted(city: Workspace) -> None:
    at = open_page()
    text = city.settings_file.read_text(encoding="utf-8")
    city.settings_file.write_text(text.replace("= 3", "= 4"), encoding="utf-8")
    part(at, "number_input", ("set-alerts.weekly_budget", "-value")).set_value(5)
    fill(at, "set-alerts.weekly_budget")
    press(at, "set-alerts.weekly_budget")
    assert "已被他人或手工改动" in at.toast[0].value
    assert city.settings().alerts.weekly_budget == 4
    assert [(c.act, c.actor) for c in list_changes(open_store(city))] == [("outside", "")]
    assert "文件被手工改动" in at.dataframe[0].value.to_csv()


def test_file_that_no_run_would_take_is_said(city: Workspace) -> None:
    open_page()
    city.settings_file.write_text("[alerts]\nfdr = 7\n", encoding="utf-8")
    at = open_page()
    assert "weisu.toml 现在读不出" in words(at)
    assert "alerts.fdr is out of range" in words(at)
    assert not at.button


def test_without_a_login_the_typed_name_counts_and_none_is_refused(city: Workspace) -> None:
    at = open_page(is_signed_in=False)
    part(at, "number_input", ("set-alerts.weekly_budget", "-value")).set_value(5)
    fill(at, "set-alerts.weekly_budget")
    press(at, "set-alerts.weekly_budget")
    assert "请填写理由和姓名" in at.toast[0].value
    part(at, "text_input", ("set-alerts.weekly_budget", "-actor")).set_value("值班员")
    press(at, "set-alerts.weekly_budget")
    assert [c.actor for c in list_changes(open_store(city))] == ["值班员"]


def test_rates_are_changed_together(city: Workspace) -> None:
    at = open_page(part="rates")
    part(at, "number_input", ("rates-", "-solved_weight")).set_value(0.4)
    fill(at, "rates-")
    press(at, "rates-")
    assert "the sum of" in at.toast[0].value
    part(at, "number_input", ("rates-", "-satisfied_weight")).set_value(0.5)
    press(at, "rates-")
    (made,) = list_changes(open_store(city))
    assert made.after == {"rates.solved_weight": 0.4, "rates.satisfied_weight": 0.5}


def test_weights_when_added_then_planned_from_their_day(city: Workspace) -> None:
    at = open_page(part="weights", family="level")
    part(at, "number_input", ("weights-level", "-2")).set_value(30.0)
    part(at, "text_input", ("weights-level", "-version")).set_value("会议2号")
    fill(at, "weights-level", "委员会决定")
    press(at, "weights-level")
    new = rulebook.history(city)[-1]
    assert (new.key, new.rule_value, new.version, new.author, new.reason) == (("level", "2"), 30, "会议2号", "甲", "委员会决定")  # fmt: skip
    assert "版本 会议2号" in at.dataframe[0].value["planned"].str.cat()
    part(at, "number_input", ("weights-level", "-3")).set_value(20.0)
    part(at, "text_input", ("weights-level", "-version")).set_value("3")
    fill(at, "weights-level")
    press(at, "weights-level")
    assert "levels do not rise" in at.toast[0].value


def upload(at: AppTest, text: str) -> AppTest:
    at.file_uploader[0].set_value(("duties.csv", text.encode(), "text/csv"))
    return at.run()


def test_list_when_uploaded_then_what_differs_is_shown_before_it_is_written(city: Workspace) -> None:
    path, new = city.reference / "duties.csv", DUTIES.replace("水务局", "供水公司") + "市政,道路,东区,,城管局,,,,,\n"
    at = upload(open_page(part="lists", list="duties.csv"), new)
    assert "新增 1 行，删除 0 行，改动 1 行；替换后共 2 行" in words(at)
    assert "水务局 → 供水公司" in at.dataframe[-1].value.to_csv()
    assert path.read_text(encoding="utf-8") == DUTIES
    fill(at, "list-duties.csv")
    press(at, "list-duties.csv")
    assert path.read_text(encoding="utf-8") == new
    at.text_area(key="setting-undo-reason").set_value("改错了")
    at.button(key="setting-undo-do").click().run()
    assert path.read_text(encoding="utf-8") == DUTIES
    assert [(c.file, c.act, c.actor) for c in list_changes(open_store(city))] == [("duties.csv", "undo", "甲"), ("duties.csv", "set", "甲")]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"), [("district,colour\n东区,红\n", "unknown column"), (DUTIES, "与现有内容相同")]
)
def test_list_that_cannot_be_or_does_not_differ_has_no_button(city: Workspace, text: str, says: str) -> None:
    at = upload(open_page(part="lists", list="duties.csv"), text)
    assert says in words(at)
    assert str(city.root) not in words(at)
    assert not [button for button in at.button if button.key and button.key.endswith("-do")]


def test_list_that_is_taken_is_logged(city: Workspace) -> None:
    at = open_page(part="lists", list="calendar.csv")
    assert "这张名单是空的" in words(at)
    assert at.get("download_button")
    view = SimpleNamespace(log=lambda *told, **more: logged.append((*told, more)))
    logged: list[tuple] = []
    assert _taken(view, "calendar.csv", b"x") == b"x"  # type: ignore[arg-type]
    assert logged == [("export", "reference/calendar.csv", {"form": "csv"})]
