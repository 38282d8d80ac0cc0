"""Pages as each role sees them: no broken part, nothing that is not theirs, acts and exports by the same rules, all of it logged."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.acting import act_on, give_category, judge
from dashboards.board import board
from dashboards.door import Door
from dashboards.entrance import watch_texts
from dashboards.export import taken
from dashboards.identity import Stranger
from dashboards.queries import alerts
from dashboards.queries.marts import Marts
from dashboards.view import View
from tests.fixtures_publication import make_workspace
from weisu import audit
from weisu.access import PAGES, AccessError, Reader, Role
from weisu.accounts import add_account, change_account, list_accounts
from weisu.publishing import current
from weisu.settings import Workspace
from weisu.store import list_acts, open_store
from weisu.theme import LIGHT

GOOD = "correct horse battery"
AREA = "东湖区"
FAILED = "weisu doctor"


def script(name: str, role: str, area: str | None) -> None:
    from dashboards.shell import main
    from weisu.access import Reader, Role

    main(only=name, reader=Reader("甲", Role(role), area))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_workspace(tmp_path_factory.mktemp("roles") / "city")


@pytest.fixture
def city(built: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    shutil.copytree(built.root, tmp_path / "city", ignore=shutil.ignore_patterns("acts.sqlite*"))
    monkeypatch.setenv("WEISU_WORKSPACE", str(tmp_path / "city"))
    return Workspace(tmp_path / "city")


@pytest.fixture
def still(built: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The city itself, for tests that only look."""
    monkeypatch.setenv("WEISU_WORKSPACE", str(built.root))
    return built


def open_page(name: str, role: Role, **params: str) -> AppTest:
    area = AREA if role is Role.OFFICER else None
    at = AppTest.from_function(script, args=(name, role.value, area), default_timeout=60)
    for key, value in params.items():
        at.query_params[key] = value
    return at.run()


def words(at: AppTest) -> str:
    return " ".join(str(element.proto.body) for element in at.get("html"))


def shown(at: AppTest) -> str:
    """All that a page holds: words, tables, choices."""
    tables = " ".join(frame.value.to_csv() for frame in at.dataframe)
    choices = " ".join(" ".join(box.options) for box in (*at.selectbox, *at.radio))
    return " ".join((words(at), tables, choices, *(text.value for text in at.text)))


def view_of(place: Workspace, reader: Reader, now) -> View:
    publication, engine = current(place), open_store(place)
    marts = Marts(publication.path, publication.name).seen_by(reader.sight)
    return View(place, marts, marts.about(), engine, "zh", LIGHT, lambda: now, now, seated=reader)


def log(place: Workspace) -> list[tuple[str, str]]:
    return audit.search(open_store(place)).select("what", "subject").rows()


@pytest.mark.parametrize("name", PAGES[Role.VIEWER])
def test_viewer_reads_each_page_whole_and_finds_no_ticket(still: Workspace, name: str) -> None:
    at = open_page(name, Role.VIEWER)
    assert not at.exception
    assert FAILED not in words(at)
    assert words(at).count('class="lead"') == 1
    assert not any("text" in frame.value.columns or "ticket_id" in frame.value.columns for frame in at.dataframe)
    seen = audit.search(open_store(still), audit.Asked(what="view_text"))
    assert "viewer" not in seen["role"].to_list()


@pytest.mark.parametrize("name", PAGES[Role.OFFICER])
def test_officer_reads_each_page_whole_and_finds_no_other_district(still: Workspace, name: str) -> None:
    at = open_page(name, Role.OFFICER)
    assert not at.exception
    assert FAILED not in words(at)
    assert words(at).count('class="lead"') == 1
    assert "西山区" not in shown(at)


@pytest.mark.parametrize(("name", "params"), [("map", {"area": "西山区"}), ("trends", {"area": "西山区"}), ("issues", {"area": "西山区/一马路街道"})])  # fmt: skip
def test_officer_who_types_another_area_into_the_address_sees_the_own(still: Workspace, name: str, params: dict[str, str]) -> None:  # fmt: skip
    at = open_page(name, Role.OFFICER, **params)
    assert not at.exception
    assert FAILED not in words(at)
    assert "西山区" not in shown(at)


def test_officer_who_types_another_alert_into_the_address_sees_none_of_it(still: Workspace, now) -> None:
    whole = view_of(still, Reader("boss", Role.ADMIN), now)
    foreign = next(a for a in board(whole) if str(a.row["area_key"]).startswith("西山区"))
    at = open_page("alerts", Role.OFFICER, alert=foreign.alert_id, show="all")
    assert foreign.title("zh") not in shown(at)


@pytest.mark.parametrize(
    ("role", "name"),
    [(Role.VIEWER, "words"), (Role.OFFICER, "reports"), (Role.ANALYST, "connect"), (Role.MANAGER, "audit")],
)  # fmt: skip
def test_page_that_is_not_of_the_role_says_so_and_shows_nothing(still: Workspace, role: Role, name: str) -> None:
    at = open_page(name, role, lang="en")
    assert "This page is not for your role" in words(at)
    assert not at.dataframe
    assert not at.button


def test_texts_that_were_shown_are_in_the_log_once_with_their_tickets(city: Workspace) -> None:
    at = open_page("alerts", Role.ANALYST, show="all")
    at.run()
    rows = audit.search(open_store(city), audit.Asked(what="view_text"))
    seen = [json.loads(detail)["tickets"] for detail in rows["detail"]]
    assert set(rows["actor"]) == {"甲"}
    assert set(rows["subject"]) == {"alerts"}
    assert len({tuple(tickets) for tickets in seen}) == len(seen) > 0
    frame = next(f.value for f in at.dataframe if "ticket_id" in f.value.columns and "text" in f.value.columns)
    assert sorted(frame["ticket_id"]) in seen
    assert not any(str(text) in "".join(rows["detail"]) for text in frame["text"])


def test_texts_are_not_shown_when_they_cannot_be_logged(city: Workspace) -> None:
    with open_store(city).begin() as con:
        con.exec_driver_sql("drop table audit_log")
        con.exec_driver_sql("create view audit_log as select 1 as row_id")
    at = open_page("alerts", Role.ANALYST, show="all")
    assert not any("text" in frame.value.columns for frame in at.dataframe)


@pytest.mark.parametrize(
    ("role", "buttons"),
    [(Role.VIEWER, set()), (Role.ANALYST, {"confirm", "dismiss", "comment"}), (Role.MANAGER, {"confirm", "dismiss", "comment", "assign", "snooze"})],
)  # fmt: skip
def test_acts_on_an_alert_are_those_of_the_role(still: Workspace, role: Role, buttons: set[str]) -> None:
    at = open_page("alerts", role, show="new")
    found = {key.split("-")[1] for key in (button.key for button in at.button) if key and key.startswith("do-")}
    assert found == buttons


def test_ticket_of_another_area_is_judged_by_nobody_who_does_not_see_it(city: Workspace, now) -> None:
    view = view_of(city, Reader("o", Role.OFFICER, AREA), now)
    own = view.marts.frame("select min(ticket_key) as k from marts.fct_tickets")["k"][0]
    whole = Marts(current(city).path, "whole")
    foreign = whole.frame(f"select min(ticket_key) as k from marts.fct_tickets where district_key <> '{AREA}'")["k"][0]
    told = {"category_key": "x", "actor": "o", "note": "", "seen": None}
    with pytest.raises(AccessError):
        give_category(view, foreign, verdict="assign", **told)
    with pytest.raises(AccessError):
        judge(view, {"ticket_key": foreign, "text_hash": "a" * 32}, kind="threat", verdict="missing", actor="o", note="", seen=None)  # fmt: skip
    give_category(view, own, verdict="assign", **told)


def test_act_is_done_under_the_own_name_whatever_a_form_says(city: Workspace) -> None:
    at = open_page("alerts", Role.ANALYST, show="new")
    do = next(button for button in at.button if button.key.startswith("do-comment"))
    key = do.key.removeprefix("do-")
    at.text_area(key=f"reason-{key}").set_value("已去现场")
    at.session_state[f"actor-{key}"] = "局长"
    do.click()
    at.run()
    assert [(act.actor, act.act) for act in list_acts(open_store(city))][-1] == ("甲", "comment")
    assert ("change", f"alert {list_acts(open_store(city))[-1].alert_id}") in log(city)


def test_act_that_the_role_does_not_allow_is_refused_where_it_is_written(city: Workspace, now) -> None:
    whole = view_of(city, Reader("boss", Role.ADMIN), now)
    fresh = [a for a in board(whole) if a.state.status == "new"]
    foreign = next(a for a in fresh if str(a.row["area_key"]).startswith("西山区"))
    told = {"actor": "boss", "reason": "因为", "assignee": "", "until_on": None}
    for reader, alert, act in (
        (Reader("v", Role.VIEWER), fresh[0], "comment"),
        (Reader("a", Role.ANALYST), fresh[0], "assign"),
        (Reader("o", Role.OFFICER, AREA), foreign, "comment"),
    ):
        with pytest.raises(AccessError):
            act_on(view_of(city, reader, now), alert, act, **told)
    assert list_acts(whole.engine) == []


def test_export_is_logged_and_holds_what_the_page_held(city: Workspace, now) -> None:
    view = view_of(city, Reader("o", Role.OFFICER, AREA), now)
    rows = alerts.alerts(view.marts).select("alert_id", "area_key")
    assert taken(view, rows, {"alert_id": "id", "area_key": "area"}, title="预警", choices={"地区": "全部"})
    told = audit.search(view.engine).row(0, named=True)
    assert (told["what"], told["subject"], told["actor"], told["rows"]) == ("export", "预警", "o", rows.height)
    assert json.loads(told["detail"])["choices"] == {"地区": "全部"}


def test_export_when_the_reader_is_out_by_then_is_not_given(city: Workspace, now) -> None:
    def gone() -> None:
        raise Stranger("changed")

    view = replace(view_of(city, Reader("o", Role.OFFICER, AREA), now), check_seat=gone)
    with pytest.raises(Stranger):
        taken(view, alerts.alerts(view.marts).select("alert_id"), {"alert_id": "id"}, title="预警", choices={})
    assert audit.search(view.engine).is_empty()


def test_without_a_login_changes_and_exports_are_logged_too(city: Workspace, now) -> None:
    from weisu.access import LOCAL

    view = view_of(city, LOCAL, now)
    alert = next(a for a in board(view) if a.state.status == "new")
    act_on(view, alert, "comment", actor="值班员", reason="看过", assignee="", until_on=None)
    taken(view, alerts.alerts(view.marts).select("alert_id"), {"alert_id": "id"}, title="预警", choices={})
    assert audit.search(view.engine).select("what", "actor").rows() == [("export", "local"), ("change", "值班员")]


def test_administrator_adds_and_disables_an_account(city: Workspace) -> None:
    at = open_page("users", Role.ADMIN)
    at.text_input(key="user-add-name").set_value("<script>alert(1)</script>")
    at.text_input(key="user-add-password").set_value(GOOD)
    at.selectbox(key="user-add-role").set_value(Role.ANALYST)
    at.button(key="user-add-do").click()
    at.run()
    engine = open_store(city)
    assert [(a.name, a.role, a.changed_by) for a in list_accounts(engine)] == [("<script>alert(1)</script>", "analyst", "甲")]  # fmt: skip
    assert "<script>alert" not in words(at)
    at.button(key="user-state").click()
    at.run()
    assert list_accounts(engine)[0].is_disabled


def test_nobody_below_an_administrator_changes_an_account(city: Workspace, now) -> None:
    from dashboards.screens.users import _done

    view = view_of(city, Reader("m", Role.MANAGER), now)
    _done(view, lambda: pytest.fail("it was done"))
    assert not open_page("users", Role.MANAGER).text_input


def test_administrator_searches_the_log(city: Workspace, now) -> None:
    engine = open_store(city)
    for who in ("甲", "乙"):
        audit.record(engine, now=now, actor=who, role="analyst", what="export", subject=f"表{who}")
    at = open_page("audit", Role.ADMIN)
    assert set(at.dataframe[0].value["actor"]) == {"甲", "乙"}
    at.text_input(key="audit-who").set_value("乙").run()
    assert at.dataframe[0].value["subject"].to_list() == ["表乙"]


def test_same_texts_are_logged_again_on_another_page_only(city: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboards import entrance, session

    kept: dict[str, object] = {}
    monkeypatch.setattr(entrance.st, "session_state", kept)
    monkeypatch.setattr(entrance.st, "query_params", {"lang": "zh", "alert": "a1"})
    reader, place = Reader("甲", Role.ANALYST), Door.of(city)
    for page in ("alerts", "alerts", "words"):
        kept[session.PAGE] = page
        watch_texts(place, reader, ["T1", "T2"])
    rows = audit.search(place.engine)
    assert rows["subject"].to_list() == ["words", "alerts"]
    assert json.loads(rows["detail"][0]) == {"alert": "a1", "tickets": ["T1", "T2"]}


def test_account_gone_since_is_out_of_an_open_page(city: Workspace, now) -> None:
    engine = open_store(city)
    add_account(engine, name="甲", role="admin", area_key=None, password=GOOD, changed_by="shell", now=now)
    change_account(engine, "甲", is_disabled=True, changed_by="shell", now=now)
    city.settings_file.write_text('[access]\nmode = "accounts"\n', encoding="utf-8")

    def alone() -> None:
        from dashboards.shell import main

        main(only="alerts")

    at = AppTest.from_function(alone, default_timeout=60).run()
    assert "请先登录" in words(at)
    assert not at.dataframe


def test_click_on_a_page_that_was_drawn_before_asks_anew_who_sits_there(city: Workspace, now) -> None:
    seated, boss = Reader("甲", Role.ANALYST), Reader("甲", Role.ADMIN)
    drawn = view_of(city, seated, now)
    later = now + dt.timedelta(minutes=3)

    def gone() -> Reader:
        raise Stranger("sign_in")

    assert replace(drawn, ask=lambda: seated, read_clock=lambda: later).reader == seated
    alert = next(a for a in board(drawn) if a.state.status == "new")
    told = {"actor": "甲", "reason": "因为", "assignee": "", "until_on": None}
    for ask in (gone, lambda: boss):
        stale = replace(drawn, ask=ask, read_clock=lambda: later)
        with pytest.raises(Stranger):
            act_on(stale, alert, "comment", **told)
        with pytest.raises(Stranger):
            board(stale)
    assert list_acts(drawn.engine) == []
