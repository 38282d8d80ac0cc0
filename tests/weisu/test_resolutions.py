"""What a report asked for, what was decided, what came of it: every state kept, none lost between two people."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa
import typer
from typer.testing import CliRunner

from reports import monthly
from reports.approval import approve, asked_for
from reports.editing import Change
from reports.renderers import render
from reports.revisions import open_draft, save
from tests.fixtures_publication import make_publication
from tests.reports.test_reports_page import BUSY
from weisu import resolutions
from weisu.cli.door import mask_typed
from weisu.cli.report import register
from weisu.resolutions import NEXT, Resolution
from weisu.settings import Workspace
from weisu.store import ActConflict, StoreError, open_store

NOW = dt.datetime(2026, 4, 2, 3, 0)


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a month in which all kinds of demands rose."""
    path = make_publication(tmp_path_factory.mktemp("asked") / "full.duckdb")
    with duckdb.connect(str(path)) as con:
        for statement in BUSY:
            con.execute(statement)
    return path


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    (tmp_path / "weisu.toml").write_text('[city]\nname = "澄江市"\ntimezone = "Asia/Shanghai"\n', encoding="utf-8")
    return Workspace(tmp_path)


@pytest.fixture
def engine(place: Workspace) -> sa.Engine:
    return open_store(place)


def added(engine: sa.Engine, **values: object) -> Resolution:
    given = {"text": "整治垃圾点", "owner": "市城管局", "due_on": dt.date(2026, 4, 20), "period": "2026-03", "by": "常委会", "now": NOW, "mask": str}  # fmt: skip
    return resolutions.add(engine, **given | values)


def decided(engine: sa.Engine, one: Resolution, status: str, **values: object) -> Resolution:
    return resolutions.decide(engine, one.resolution_id, status, **{"by": "甲", "now": NOW, "mask": str} | values)


def test_items_of_an_approved_report_are_proposed_once_whatever_the_language(
    place: Workspace, publication: Path
) -> None:
    for lang in ("zh", "en"):
        context = monthly.make(publication, "2026-03", lang)
        asked = asked_for(context, "王主任", NOW)
        approve(place, render(context, ["json"], place.reports)[0], by="王主任", now=NOW, formats=["html"])
    engine = open_store(place)
    kept = resolutions.newest(engine)
    engine.dispose()
    assert {one.resolution_id for one in kept} == {one.resolution_id for one in asked}
    assert Counter(one.status for one in kept) == {"proposed": 5, "suggested": 2}
    assert {(one.period, one.actor, one.report) for one in kept} == {("2026-03", "王主任", "monthly-2026-03-zh")}
    assert {one.due_on for one in kept} == {dt.date(2026, 4, 12)}
    first = next(one for one in kept if one.alert_id)
    assert first.owner and first.area_key and first.category_key and first.text.endswith("前反馈。")  # noqa: PT018


def test_a_suggestion_has_owner_and_day_and_is_none_where_the_same_is_asked_to_be_decided(publication: Path) -> None:
    kept = asked_for(monthly.make(publication, "2026-03", "zh"), "王主任", NOW)
    asked = {(one.area_key, one.category_key) for one in kept if one.status == "proposed"}
    for one in (one for one in kept if one.status == "suggested"):
        assert one.owner in one.text or "先核实登记口径" in one.text
        assert re.match("(噪声扰民|垃圾清运)。建议", one.text)
        assert (one.area_key, one.category_key) not in asked


def test_an_item_that_was_left_out_of_the_draft_is_not_proposed(place: Workspace, publication: Path) -> None:
    context = monthly.make(publication, "2026-03", "zh")
    (file,) = render(context, ["json"], place.reports)
    at = next(i for i, section in enumerate(context.annex) if section.code == "proposals")
    save(place, open_draft(place, file), [Change(f"a{at}.p0", "drop")], by="李科长", note="", now=NOW, mask=mask_typed)
    approve(place, file, by="王主任", now=NOW, formats=["html"])
    engine = open_store(place)
    kept = resolutions.newest(engine)
    engine.dispose()
    assert len(kept) == len(asked_for(context, "x", NOW)) - 1


def test_states_follow_each_other_and_all_are_kept(engine: sa.Engine) -> None:
    one = added(engine)
    decided(engine, one, "adopted", owner="东湖区", due_on=dt.date(2026, 5, 1))
    decided(engine, one, "failed", outcome="经费没有落实")
    states = resolutions.list_states(engine)
    assert [(s.position, s.status, s.owner, s.outcome) for s in states] == [
        (1, "adopted", "市城管局", ""), (2, "adopted", "东湖区", ""), (3, "failed", "东湖区", "经费没有落实"),
    ]  # fmt: skip
    assert resolutions.newest(engine) == [states[-1]]


@pytest.mark.parametrize(("status", "wrong"), [("proposed", "cannot become"), ("closed", "cannot become"), ("done", "no outcome"), ("rejected", "no outcome")])  # fmt: skip
def test_a_state_that_cannot_follow_is_refused(engine: sa.Engine, status: str, wrong: str) -> None:
    one = added(engine)
    with pytest.raises(StoreError, match=wrong):
        decided(engine, one, status)
    assert resolutions.newest(engine) == [one]


def test_every_state_that_may_follow_is_a_state() -> None:
    assert {status for after in NEXT.values() for status in after} <= set(NEXT)


def test_two_people_at_once_lose_nothing(engine: sa.Engine) -> None:
    one = added(engine)
    decided(engine, one, "done", outcome="已完成", seen=1)
    with pytest.raises(ActConflict):
        decided(engine, one, "failed", outcome="未完成", seen=1)
    with pytest.raises(ActConflict):
        resolutions.take_back(engine, one.resolution_id, by="乙", now=NOW, seen=1)
    assert resolutions.newest(engine)[0].status == "done"


def test_undo_gives_the_state_before_and_keeps_who_did_it(engine: sa.Engine) -> None:
    one = added(engine)
    with pytest.raises(StoreError, match="nothing was decided"):
        resolutions.take_back(engine, one.resolution_id, by="乙", now=NOW)
    decided(engine, one, "done", outcome="已完成")
    back = resolutions.take_back(engine, one.resolution_id, by="乙", now=NOW)
    assert (back.status, back.outcome, back.actor, back.position) == ("adopted", "", "乙", 3)


def test_undo_goes_back_step_by_step(engine: sa.Engine) -> None:
    one = added(engine)
    decided(engine, one, "adopted", owner="东湖区")
    decided(engine, one, "done", outcome="已完成")
    told = [resolutions.take_back(engine, one.resolution_id, by="乙", now=NOW) for _ in range(2)]
    assert [(state.status, state.owner) for state in told] == [("adopted", "东湖区"), ("adopted", "市城管局")]
    with pytest.raises(StoreError, match="nothing was decided"):
        resolutions.take_back(engine, one.resolution_id, by="乙", now=NOW)


def test_an_item_of_the_committees_own_stands_beside_those_of_the_last_report() -> None:
    assert [resolutions.meeting_period(dt.date(2026, month, 2)) for month in (1, 4)] == ["2025-12", "2026-03"]


def test_typed_words_are_masked_and_nobody_is_nameless(engine: sa.Engine) -> None:
    one = added(engine, text="答复李建国，电话15473824653", mask=mask_typed)
    assert "李建国" not in one.text
    assert "15473824653" not in one.text
    for wrong in ({"by": " "}, {"text": " "}):
        with pytest.raises(StoreError):
            added(engine, **wrong)


def test_an_item_is_overdue_until_something_came_of_it(engine: sa.Engine) -> None:
    one = added(engine)
    assert [one.is_overdue(dt.date(2026, 4, day)) for day in (20, 21)] == [False, True]
    assert not decided(engine, one, "done", outcome="已完成").is_overdue(dt.date(2026, 4, 21))


@pytest.fixture
def weisu(place: Workspace) -> Callable[..., dict]:
    app = typer.Typer()
    register(app)

    def run(*words: str) -> dict:
        done = CliRunner().invoke(app, ["report", "resolutions", *words, "--workspace", str(place.root), "--json"], catch_exceptions=False)  # fmt: skip
        assert done.exit_code == 0, done.output
        return json.loads(done.output)

    return run


def test_the_commands_add_decide_take_back_and_list(weisu: Callable[..., dict]) -> None:
    made = weisu("add", "--text", "整治垃圾点", "--owner", "市城管局", "--due", "2026-04-20", "--period", "2026-03", "--by", "常委会")  # fmt: skip
    weisu("decide", made["resolution_id"], "--status", "done", "--outcome", "已清理", "--by", "甲", "--seen", "1")
    assert weisu("list", "--open")["resolutions"] == []
    weisu("undo", made["resolution_id"], "--by", "乙")
    (row,) = weisu("list", "--period", "2026-03")["resolutions"]
    assert (row["status"], row["owner"], row["due_on"], row["is_overdue"]) == ("adopted", "市城管局", "2026-04-20", True)  # fmt: skip
