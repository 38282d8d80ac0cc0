"""Rounds of deliveries over a published city: what is due, made good after downtime, in order, to whom, and never twice."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import docx
import duckdb
import pypdf
import pytest
import sqlalchemy as sa

from flows import delivering, issuing
from flows.delivering import Round, deliver, tally
from flows.issuing import plans
from tests.fixtures_delivery import KEY, Hook, hook, postbox, write_address_book
from tests.fixtures_publication import AS_OF, make_workspace
from weisu import store
from weisu.accounts import add_account, change_account
from weisu.delivery import outbox
from weisu.delivery.issues import FOLDER, Issue, list_issues, record
from weisu.delivery.subscriptions import Subscription, subscribe, unsubscribe
from weisu.errors import WarehouseBusy
from weisu.publishing import current
from weisu.settings import Workspace

MONDAY = dt.datetime(2026, 3, 30, 0, 0)  # 08:00 in Shanghai, the instant at which the week that ended on AS_OF is due
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
BEFORE = MONDAY - 60 * DAY
JSON_ONLY = ("json",)  # forms are tested once


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_workspace(tmp_path_factory.mktemp("city") / "city").root


@pytest.fixture
def place(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr(issuing, "FORMATS", JSON_ONLY)
    shutil.copytree(made, tmp_path / "city", copy_function=shutil.copy)
    return Workspace(tmp_path / "city")


@pytest.fixture
def engine(place: Workspace) -> Iterator[sa.Engine]:
    opened = store.open_store(place)
    yield opened
    opened.dispose()


@pytest.fixture
def web(place: Workspace) -> Iterator[Hook]:
    with hook() as opened:
        write_address_book(
            place, f'[recipients.room]\nchannel = "webhook"\naddress = "{opened.url}/in"\nkey = "{KEY}"\n'
        )
        yield opened


def want(engine: sa.Engine, what: str, at: dt.datetime = BEFORE, lang: str = "zh", **more: object) -> Subscription:
    return subscribe(engine, Subscription(str(more.pop("to", "room")), what, lang, "管理员", at, **more))  # type: ignore[arg-type]


def go(place: Workspace, now: dt.datetime) -> Round:
    return deliver(place, clock=lambda: now, publication_as_of=lambda _: current(place))


def issued(engine: sa.Engine, code: str, kind: str = "weekly", lang: str = "zh") -> None:
    assert record(engine, Issue(f"{kind}-{code}-{lang}", kind, code, lang, {}, True, BEFORE - DAY))


def names(place: Workspace, engine: sa.Engine, now: dt.datetime, state: str = "due") -> list[str]:
    return [plan.name for plan in plans(place, engine, now) if plan.state == state]


def act(engine: sa.Engine, alert: str, name: str, at: dt.datetime, base: str = "new") -> None:
    seen = store.list_acts(engine, alert)
    store.append_act(engine, alert_id=alert, act=name, actor="甲", reason="核实", now=at, mask=str, base_status=base,
                     seen=seen[-1].act_id if seen else None)  # fmt: skip


def told(web: Hook) -> list[str]:
    return [fact["alert_id"] for said in web.json() for fact in said["facts"]]


def change(place: Workspace, *statements: str) -> None:
    path = current(place).path
    path.chmod(0o640)
    with duckdb.connect(str(path)) as con:
        for statement in statements:
            con.execute(statement)


# what is due


def test_plans_when_nothing_was_ever_issued_then_only_the_last_week_and_month(
    place: Workspace, engine: sa.Engine
) -> None:
    assert names(place, engine, MONDAY - dt.timedelta(seconds=1)) == ["weekly-2026-W12-zh", "monthly-2026-02-zh"]
    assert names(place, engine, MONDAY) == ["weekly-2026-W13-zh", "monthly-2026-02-zh"]


def test_plans_when_the_machine_was_down_three_weeks_then_each_in_order(place: Workspace, engine: sa.Engine) -> None:
    issued(engine, "2026-W10")
    issued(engine, "2026-02", kind="monthly")
    assert names(place, engine, MONDAY) == [f"weekly-2026-W{week}-zh" for week in (11, 12, 13)]


def test_plans_when_down_for_longer_than_the_limit_then_the_oldest_are_skipped_and_told(
    place: Workspace, engine: sa.Engine
) -> None:
    issued(engine, "2026-W05")
    issued(engine, "2025-11", kind="monthly")
    assert names(place, engine, MONDAY, "skipped") == [
        *(f"weekly-2026-W{week:02d}-zh" for week in (6, 7, 8)), "monthly-2025-12-zh",
    ]  # fmt: skip
    assert names(place, engine, MONDAY)[:2] == ["weekly-2026-W09-zh", "weekly-2026-W10-zh"]
    place.settings_file.write_text("[delivery]\ncatch_up_weeks = 1\ncatch_up_months = 1\n", encoding="utf-8")
    assert names(place, engine, MONDAY) == ["weekly-2026-W13-zh", "monthly-2026-02-zh"]


@pytest.mark.parametrize(
    ("zone", "first_due"),
    [
        ("America/New_York", dt.datetime(2026, 3, 9, 12)),  # the morning after the clocks went forward
        ("Asia/Shanghai", dt.datetime(2026, 3, 9, 0)),
    ],
)
def test_plans_are_due_at_eight_in_the_citys_zone(
    place: Workspace, engine: sa.Engine, zone: str, first_due: dt.datetime
) -> None:
    place.settings_file.write_text(f'[city]\ntimezone = "{zone}"\n', encoding="utf-8")
    issued(engine, "2026-W09")
    assert "weekly-2026-W10-zh" not in names(place, engine, first_due - dt.timedelta(seconds=1))
    assert "weekly-2026-W10-zh" in names(place, engine, first_due)


def test_plans_when_a_year_ends_in_the_middle_of_a_week_then_no_week_is_lost(
    place: Workspace, engine: sa.Engine
) -> None:
    issued(engine, "2025-W52")
    issued(engine, "2025-12", kind="monthly")
    found = names(place, engine, dt.datetime(2026, 1, 12, 1))
    assert found == ["weekly-2026-W01-zh", "weekly-2026-W02-zh"]


def test_plans_when_data_are_late_then_wait_by_rule_and_then_go_with_a_note(
    place: Workspace, engine: sa.Engine
) -> None:
    issued(engine, "2026-W12")
    change(place, f"update marts.mart_publication set as_of_on = date '{AS_OF - 2 * DAY}'")
    assert names(place, engine, MONDAY + 24 * HOUR - dt.timedelta(seconds=1), "waiting") == ["weekly-2026-W13-zh"]
    (late,) = [p for p in plans(place, engine, MONDAY + 24 * HOUR) if p.kind == "weekly"]
    assert (late.state, late.is_complete) == ("due", False)
    place.settings_file.write_text("[delivery]\nwait_hours = 0\n", encoding="utf-8")
    assert "weekly-2026-W13-zh" in names(place, engine, MONDAY)


def test_plans_when_nothing_of_a_week_is_known_then_it_waits_however_long_and_the_next_with_it(
    place: Workspace, engine: sa.Engine
) -> None:
    issued(engine, "2026-W13")
    assert names(place, engine, MONDAY + 15 * DAY, "waiting")[:2] == ["weekly-2026-W14-zh", "weekly-2026-W15-zh"]


def test_plans_when_somebody_asks_for_another_language_then_from_then_on(place: Workspace, engine: sa.Engine) -> None:
    issued(engine, "2026-W12")
    issued(engine, "2026-02", kind="monthly")
    want(engine, "weekly", MONDAY - 10 * DAY, lang="en")
    assert names(place, engine, MONDAY) == ["weekly-2026-W13-zh", "weekly-2026-W13-en"]


# issuing and sending


def test_round_when_three_weeks_are_due_then_each_is_sent_once_in_order(
    place: Workspace, engine: sa.Engine, web: Hook
) -> None:
    issued(engine, "2026-W10")
    issued(engine, "2026-02", kind="monthly")
    want(engine, "weekly")
    done = go(place, MONDAY)
    assert tally(done) == {"issued": 3, "waiting": 0, "sent": 3, "failed": 0, "given_up": 0}
    assert [said["facts"][0]["period"] for said in web.json()] == ["2026-W11", "2026-W12", "2026-W13"]
    again = go(place, MONDAY + HOUR)
    assert (again.issued, again.tried, len(web.came)) == ([], [], 3)


def test_round_when_mailed_then_the_reports_open(
    place: Workspace, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(issuing, "FORMATS", ("docx", "pdf", "json"))
    issued(engine, "2026-02", kind="monthly")
    with postbox() as post:
        write_address_book(
            place,
            f'[smtp]\nhost = "127.0.0.1"\nport = {post.port}\nsecurity = "none"\nsender = "weisu@example.org"\n'
            '[recipients.wang]\nchannel = "mail"\naddress = "wang@example.org"\n',
        )
        want(engine, "weekly", to="wang")
        assert tally(go(place, MONDAY))["sent"] == 1
        (letter,) = post.came
    files = {part.get_filename(): part.get_content() for part in letter.iter_attachments()}
    assert set(files) == {"weekly-2026-W13-zh.docx", "weekly-2026-W13-zh.pdf"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert len(pypdf.PdfReader(tmp_path / "weekly-2026-W13-zh.pdf").pages) >= 1
    assert docx.Document(str(tmp_path / "weekly-2026-W13-zh.docx")).paragraphs
    body = letter.get_body(("plain",)).get_content()
    assert "数据截至2026年3月29日" in body
    assert "征求意见稿" in body


def test_round_when_data_are_late_then_page_one_and_the_message_say_so(
    place: Workspace, engine: sa.Engine, web: Hook
) -> None:
    issued(engine, "2026-W12")
    issued(engine, "2026-02", kind="monthly")
    want(engine, "weekly")
    change(place, f"update marts.mart_publication set as_of_on = date '{AS_OF - 2 * DAY}'")
    assert tally(go(place, MONDAY)) == {"issued": 0, "waiting": 1, "sent": 0, "failed": 0, "given_up": 0}
    go(place, MONDAY + DAY)
    (said,) = web.json()
    assert said["facts"][0]["is_complete"] is False
    assert "数据只到2026年3月27日，缺最后2天" in said["text"]


@pytest.mark.parametrize(("room", "step", "is_issued"), [(issuing, "record", False), (delivering, "_queue", True)])
def test_round_when_killed_between_steps_then_the_next_one_goes_on(
    place: Workspace,
    engine: sa.Engine,
    web: Hook,
    monkeypatch: pytest.MonkeyPatch,
    room: ModuleType,
    step: str,
    is_issued: bool,
) -> None:
    issued(engine, "2026-02", kind="monthly")
    want(engine, "weekly")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(room, step, die)
        with pytest.raises(KeyboardInterrupt):
            go(place, MONDAY)
    assert ("weekly-2026-W13-zh" in {i.name for i in list_issues(engine)}) == is_issued
    if not is_issued:
        (place.var / FOLDER / "weekly-2026-W13-zh" / "left.docx").touch()
    go(place, MONDAY)
    assert [s["facts"][0]["period"] for s in web.json()] == ["2026-W13"]
    kept = {i.name: set(i.files) for i in list_issues(engine)}
    assert kept["weekly-2026-W13-zh"] == {"weekly-2026-W13-zh.json"}


def test_round_when_the_report_is_written_anew_by_hand_then_the_issued_one_is_sent(
    place: Workspace, engine: sa.Engine, web: Hook
) -> None:
    issued(engine, "2026-02", kind="monthly")
    want(engine, "weekly")
    web.answers = [(503, b"")]
    go(place, MONDAY)
    (place.reports / "weekly-2026-W13-zh.json").write_text("{}", encoding="utf-8")
    assert tally(go(place, MONDAY + HOUR))["sent"] == 1
    assert web.came[0][2] == web.came[1][2]


def test_round_when_the_issued_files_were_removed_then_the_others_go_on(
    place: Workspace, engine: sa.Engine, web: Hook
) -> None:
    issued(engine, "2026-02", kind="monthly")
    assert record(engine, Issue("weekly-2026-W12-zh", "weekly", "2026-W12", "zh", {}, True, BEFORE + DAY))
    want(engine, "weekly")
    assert tally(go(place, MONDAY))["sent"] == 1


def test_round_when_nobody_subscribed_then_reports_are_issued_and_nothing_is_sent(
    place: Workspace, engine: sa.Engine, web: Hook
) -> None:
    assert len(go(place, MONDAY).issued) == 2
    want(engine, "weekly", MONDAY + HOUR)  # what was issued before is not sent
    ended = want(engine, "monthly")
    unsubscribe(engine, ended.subscription_id, actor="管理员", now=MONDAY)
    assert go(place, MONDAY + 2 * HOUR).tried == []
    assert web.came == []


def test_round_when_another_one_runs_then_refused(place: Workspace) -> None:
    from weisu.delivery.sending import one_sender

    with one_sender(place), pytest.raises(WarehouseBusy):
        go(place, MONDAY)


def test_issue_when_recorded_twice_then_the_database_keeps_one(engine: sa.Engine) -> None:
    issued(engine, "2026-W10")
    assert not record(engine, Issue("weekly-2026-W10-zh", "weekly", "2026-W10", "zh", {}, True, MONDAY))


# alerts


@pytest.fixture
def quietly(engine: sa.Engine) -> sa.Engine:
    """No report is due."""
    issued(engine, "2026-W13")
    issued(engine, "2026-02", kind="monthly")
    return engine


def test_alerts_when_confirmed_then_sent_once_and_unreviewed_only_to_those_who_ask(
    place: Workspace, quietly: sa.Engine, web: Hook
) -> None:
    want(quietly, "alerts", MONDAY - DAY)
    assert go(place, MONDAY).tried == []
    act(quietly, "al01", "confirm", MONDAY)
    go(place, MONDAY + HOUR)
    go(place, MONDAY + 2 * HOUR)
    assert told(web) == ["al01"]
    assert "已核实" in web.json()[0]["subject"]
    want(quietly, "alerts", MONDAY - 2 * DAY, has_unreviewed=True, lang="en")  # of those raised since that day
    go(place, MONDAY + 3 * HOUR)
    assert told(web) == ["al01", "al02", "al07"]
    assert all("not reviewed" in said["subject"] for said in web.json()[1:])


def test_alerts_when_dismissed_artefact_or_confirmed_before_then_not_sent(
    place: Workspace, quietly: sa.Engine, web: Hook
) -> None:
    for alert in ("al01", "al02"):
        act(quietly, alert, "confirm", MONDAY - DAY)
    act(quietly, "al02", "dismiss", MONDAY + HOUR)
    want(quietly, "alerts", MONDAY)
    go(place, MONDAY + 2 * HOUR)
    assert web.came == []
    act(quietly, "al12", "confirm", MONDAY + 3 * HOUR, base="suspected_artefact")
    go(place, MONDAY + 4 * HOUR)
    assert told(web) == ["al12"]


WISHES: tuple[tuple[dict[str, object], set[str]], ...] = (
    ({"category_key": "公用事业"}, {"al02"}),
    ({"category_key": "公用事业->停水停电"}, {"al02"}),
    ({"category_key": "公用"}, set()),
    ({"area_key": "东湖区"}, {"al01", "al03", "al07"}),
    ({"area_key": "东湖区/二桥街道"}, {"al01"}),
    ({"least_level": 1}, {"al01"}),
    ({"area_key": "西山区", "least_level": 2}, {"al02"}),
    ({}, {"al01", "al02", "al03", "al04", "al07"}),
)


def test_alerts_when_followed_by_category_area_or_level_then_only_those(
    place: Workspace, quietly: sa.Engine, web: Hook
) -> None:
    rooms = (f'[recipients.r{n}]\nchannel = "webhook"\naddress = "{web.url}/{n}"\nkey = "{KEY}"\n' for n in range(8))
    write_address_book(place, "".join(rooms))
    for number, (wish, _) in enumerate(WISHES):
        want(quietly, "alerts", MONDAY - DAY, to=f"r{number}", **wish)
    for alert in ("al01", "al02", "al03", "al04", "al07"):
        act(quietly, alert, "confirm", MONDAY)
    go(place, MONDAY + HOUR)
    got: dict[str, set[str]] = {}
    for (path, _, _), said in zip(web.came, web.json(), strict=True):
        got.setdefault(path, set()).add(said["facts"][0]["alert_id"])
    for number, (wish, expected) in enumerate(WISHES):
        assert got.get(f"/{number}", set()) == expected, wish


def test_alert_when_it_rises_then_told_again_and_when_it_falls_not(
    place: Workspace, quietly: sa.Engine, web: Hook
) -> None:
    want(quietly, "alerts", MONDAY - DAY)
    act(quietly, "al04", "confirm", MONDAY)
    for level, times in ((3, 1), (2, 2), (4, 2), (2, 2), (1, 3)):
        change(place, f"update marts.mart_alerts set level = {level} where alert_id = 'al04'")
        go(place, MONDAY + HOUR)
        assert len(web.came) == times


def test_alerts_when_daily_then_one_digest_at_the_hour(place: Workspace, quietly: sa.Engine, web: Hook) -> None:
    want(quietly, "alerts", MONDAY - DAY, pace="daily")
    for alert in ("al01", "al02"):
        act(quietly, alert, "confirm", MONDAY)
    go(place, MONDAY + HOUR)
    assert web.came == []
    act(quietly, "al04", "confirm", MONDAY + 5 * HOUR)
    go(place, MONDAY + DAY - dt.timedelta(seconds=1))
    assert web.came == []
    go(place, MONDAY + DAY)
    (said,) = web.json()
    assert told(web) == ["al01", "al02", "al04"]
    assert "3" in said["subject"]
    place.settings_file.write_text("[delivery]\ndigest_hour = 20\n", encoding="utf-8")
    act(quietly, "al07", "confirm", MONDAY + DAY)
    go(place, MONDAY + DAY + HOUR)
    go(place, MONDAY + DAY + 12 * HOUR)
    assert told(web)[3:] == ["al07"]


def test_alert_when_restricted_then_neither_title_nor_numbers_leave(
    place: Workspace, quietly: sa.Engine, web: Hook
) -> None:
    want(quietly, "alerts", MONDAY - DAY)
    act(quietly, "al03", "confirm", MONDAY)  # with the signal `sensitive`
    go(place, MONDAY + HOUR)
    (said,) = web.json()
    assert said["facts"][0] == {
        "type": "alert", "alert_id": "al03", "level": 2, "status": "confirmed", "area_key": "东湖区", "raised_on": "2026-03-27", "is_restricted": True,
    }  # fmt: skip
    assert "垃圾清运" not in json.dumps(said, ensure_ascii=False)
    assert "受限预警" in said["subject"]


def test_alert_when_its_count_is_small_then_withheld_with_what_tells_it(
    place: Workspace, quietly: sa.Engine, web: Hook
) -> None:
    change(place, "update marts.mart_alerts set observed = 4, ratio = 3.7, persons = 3 where alert_id = 'al04'",
           "update marts.mart_alerts set observed = 60, persons = 3 where alert_id = 'al01'")  # fmt: skip
    want(quietly, "alerts", MONDAY - DAY)
    for alert in ("al01", "al04"):
        act(quietly, alert, "confirm", MONDAY)
    go(place, MONDAY + HOUR)
    large, small = web.json()
    assert (large["facts"][0]["observed"], large["facts"][0]["persons"]) == (60, None)
    assert "诉求人不足5" in large["text"]
    assert {small["facts"][0][name] for name in ("observed", "expected", "ratio", "persons")} == {None}
    assert "不予列示" in small["text"]
    assert "3.7" not in small["text"]


def test_alert_holds_no_word_of_a_ticket_nor_of_what_a_person_typed(
    place: Workspace, quietly: sa.Engine, web: Hook
) -> None:
    change(place, "update marts.mart_alerts set why_zh = '原文甲', why_en = '原文甲', evidence = '\"原文甲\"'")
    want(quietly, "alerts", MONDAY - DAY)
    act(quietly, "al01", "confirm", MONDAY)
    go(place, MONDAY + HOUR)
    assert "原文甲" not in web.came[0][2].decode()
    assert "核实" not in web.json()[0]["text"]


# accounts


def account(place: Workspace, engine: sa.Engine, web: Hook, role: str, area: str | None = None) -> None:
    write_address_book(
        place,
        f'[recipients.room]\nchannel = "webhook"\naddress = "{web.url}/in"\nkey = "{KEY}"\naccount = "ana"\n',
    )
    add_account(engine, name="ana", role=role, area_key=area, password=None, changed_by="管理员", now=BEFORE)


@pytest.mark.parametrize(
    ("role", "area", "sent"),
    [
        ("analyst", None, {"al01", "al02", "2026-W13"}),
        ("viewer", None, {"al01"}),  # has no page of reports, and al02 is of a count under 5
        ("district_officer", "东湖区", set()),  # asked for the whole city, and sees a district
    ],
)
def test_account_when_its_role_shows_less_then_it_is_sent_no_more(
    place: Workspace, engine: sa.Engine, web: Hook, role: str, area: str | None, sent: set[str]
) -> None:
    account(place, engine, web, role, area)
    issued(engine, "2026-02", kind="monthly")
    want(engine, "weekly")
    want(engine, "alerts", MONDAY - DAY)
    for alert in ("al01", "al02"):
        act(engine, alert, "confirm", MONDAY)
    go(place, MONDAY + HOUR)
    assert {fact.get("alert_id") or fact["period"] for said in web.json() for fact in said["facts"]} == sent


def test_officer_when_following_the_own_district_then_sent_that_alone(
    place: Workspace, quietly: sa.Engine, web: Hook
) -> None:
    account(place, quietly, web, "district_officer", "东湖区")
    want(quietly, "alerts", MONDAY - DAY, area_key="东湖区/二桥街道")
    want(quietly, "alerts", MONDAY - DAY, area_key="西山区")
    for alert in ("al01", "al02"):
        act(quietly, alert, "confirm", MONDAY)
    go(place, MONDAY + HOUR)
    assert told(web) == ["al01"]


def test_account_when_disabled_after_queueing_then_nothing_leaves(
    place: Workspace, quietly: sa.Engine, web: Hook
) -> None:
    account(place, quietly, web, "analyst")
    want(quietly, "alerts", MONDAY - DAY, pace="daily")
    act(quietly, "al01", "confirm", MONDAY)
    go(place, MONDAY + HOUR)
    change_account(quietly, "ana", is_disabled=True, changed_by="管理员", now=MONDAY)
    assert tally(go(place, MONDAY + DAY))["given_up"] == 1
    assert web.came == []


def test_account_when_its_role_has_no_reports_any_more_then_a_queued_one_does_not_leave(
    place: Workspace, engine: sa.Engine, web: Hook
) -> None:
    account(place, engine, web, "analyst")
    issued(engine, "2026-02", kind="monthly")
    want(engine, "weekly", quiet="07:30-09:30")
    assert go(place, MONDAY).tried == []
    change_account(engine, "ana", role="viewer", changed_by="管理员", now=MONDAY + HOUR)
    (bundle,) = go(place, MONDAY + 2 * HOUR).tried
    assert (bundle.state, bundle.attempts[-1].detail) == ("given_up", "no longer allowed")
    assert web.came == []
    change_account(engine, "ana", role="manager", changed_by="管理员", now=MONDAY + 2 * HOUR)
    assert outbox.begin_again(engine, [bundle], MONDAY + 2 * HOUR) == 1
    assert tally(go(place, MONDAY + 3 * HOUR))["sent"] == 1


def test_digest_when_the_account_sees_less_by_then_then_the_rest_goes_and_what_was_left_out_is_told(
    place: Workspace, quietly: sa.Engine, web: Hook
) -> None:
    account(place, quietly, web, "analyst")
    want(quietly, "alerts", MONDAY - DAY, pace="daily")
    for alert in ("al01", "al02"):
        act(quietly, alert, "confirm", MONDAY)
    go(place, MONDAY + HOUR)
    change_account(quietly, "ana", role="district_officer", area_key="西山区", changed_by="管理员", now=MONDAY + HOUR)
    web.answers = [(503, b"")]
    assert tally(go(place, MONDAY + DAY))["failed"] == 1
    done = go(place, MONDAY + DAY + HOUR)
    (bundle,) = done.tried
    assert (bundle.state, bundle.attempts[-1].detail) == ("sent_in_part", "1 of 2 no longer allowed")
    assert [parcel.document for parcel in bundle.left_out] == ["alert-al01-1"]
    assert tally(done)["sent"] == 1
    said = web.json()[-1]
    assert [fact["alert_id"] for fact in said["facts"]] == ["al02"]
    assert said["text"].endswith("另有1条，因本账号权限已变，不再发送。")
    assert go(place, MONDAY + DAY + 900 * HOUR).tried == []


def test_viewer_when_the_app_hides_an_alert_then_it_is_not_sent_either(
    place: Workspace, quietly: sa.Engine, web: Hook
) -> None:
    few = "update marts.mart_alerts set observed = {} where alert_id = '{}'"
    account(place, quietly, web, "viewer")
    change(place, few.format(4, "al01"), few.format(5, "al02"))
    want(quietly, "alerts", MONDAY - DAY)
    for alert in ("al01", "al02"):
        act(quietly, alert, "confirm", MONDAY)
    go(place, MONDAY + HOUR)
    assert told(web) == ["al02"]
    change(place, few.format(5, "al01"))
    go(place, MONDAY + 2 * HOUR)
    assert told(web) == ["al02", "al01"]


def test_viewer_when_an_alert_was_queued_before_the_app_hid_it_then_it_does_not_leave(
    place: Workspace, quietly: sa.Engine, web: Hook
) -> None:
    account(place, quietly, web, "analyst")
    change(place, "update marts.mart_alerts set observed = if(alert_id = 'al01', 4, 50)")
    want(quietly, "alerts", MONDAY - DAY, quiet="08:00-10:00")
    for alert in ("al01", "al02"):
        act(quietly, alert, "confirm", MONDAY)
    assert go(place, MONDAY + HOUR).tried == []
    change_account(quietly, "ana", role="viewer", changed_by="管理员", now=MONDAY + HOUR)
    assert [bundle.state for bundle in go(place, MONDAY + 2 * HOUR).tried] == ["given_up", "sent"]
    assert told(web) == ["al02"]
