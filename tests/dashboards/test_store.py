"""The acts store: append-only, undo, two people at once, and what a build reads back."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from tests.fixtures_postgres import programs, server
from weisu import resolutions, store
from weisu.cli.door import mask_typed
from weisu.lifecycle import state_of
from weisu.settings import Workspace
from weisu.store_tables import METADATA

NOW = dt.datetime(2026, 4, 1, 1, 0)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Callable[[], str]]:
    if programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with server() as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def workspace(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    if request.param == "postgresql":
        monkeypatch.setenv(store.URL_VARIABLE, request.getfixturevalue("postgres")())
    return Workspace(tmp_path)


@pytest.fixture
def engine(workspace: Workspace) -> Iterator[sa.Engine]:
    made = store.open_store(workspace)
    yield made
    made.dispose()


def act(engine: sa.Engine, name: str, *, seen: str | None = None, actor: str = "甲", **more: object) -> store.Act:
    return store.append_act(
        engine, alert_id="a1", act=name, actor=actor, reason="核实", now=NOW, seen=seen, mask=str, **more
    )  # type: ignore[arg-type]


def test_acts_when_done_in_order_then_add_up_to_a_status(engine: sa.Engine) -> None:
    seen = None
    for name, status in [("confirm", "confirmed"), ("send", "sent"), ("return", "returned"), ("send", "sent"), ("accept", "accepted"),
                         ("handle", "handled"), ("verify", "verified"), ("close", "closed"), ("reopen", "new")]:  # fmt: skip
        seen = act(engine, name, seen=seen).act_id
        assert state_of(store.list_acts(engine, "a1")).status == status


def test_undo_when_done_then_takes_back_one_act_and_keeps_both_rows(engine: sa.Engine) -> None:
    first = act(engine, "confirm")
    second = act(engine, "assign", seen=first.act_id, assignee="市城管局")
    assert state_of(store.list_acts(engine, "a1")).assignee == "市城管局"
    store.undo(engine, alert_id="a1", actor="甲", reason="点错", now=NOW, seen=second.act_id, mask=str)
    acts = store.list_acts(engine, "a1")
    assert [a.act for a in acts] == ["confirm", "assign", "undo"]
    assert (state_of(acts).status, state_of(acts).assignee) == ("confirmed", "")


def test_undo_when_nothing_stands_then_refused(engine: sa.Engine) -> None:
    with pytest.raises(store.StoreError, match="undo is not possible"):
        store.undo(engine, alert_id="a1", actor="甲", reason="点错", now=NOW, seen=None, mask=str)


@pytest.mark.parametrize("statement", ["update acts_events set act = 'close'", "delete from acts_events"])
def test_rows_when_changed_by_hand_then_database_refuses(engine: sa.Engine, statement: str) -> None:
    act(engine, "confirm")
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as con:
        con.execute(sa.text(statement))
    assert len(store.list_acts(engine)) == 1


def test_act_when_another_came_first_then_conflict(engine: sa.Engine) -> None:
    act(engine, "confirm", actor="甲")
    with pytest.raises(store.ActConflict, match="meanwhile"):
        act(engine, "dismiss", actor="乙")


def test_act_when_twenty_people_act_on_the_same_sight_then_exactly_one_wins(workspace: Workspace) -> None:
    engines = [store.open_store(workspace) for _ in range(20)]
    gate, results = threading.Barrier(len(engines)), []

    def attempt(number: int) -> None:
        gate.wait()
        try:
            act(engines[number], "confirm", actor=f"人{number}")
            results.append("done")
        except store.ActConflict:
            results.append("conflict")

    threads = [threading.Thread(target=attempt, args=(n,)) for n in range(len(engines))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["conflict"] * 19 + ["done"]
    assert len(store.list_acts(engines[0])) == 1
    for engine in engines:
        engine.dispose()


@pytest.mark.parametrize(
    ("name", "reason", "actor"),
    [("close", "原因", "甲"), ("confirm", " ", "甲"), ("confirm", "原因", ""), ("fly", "原因", "甲")],
)
def test_act_when_not_allowed_or_without_reason_or_name_then_refused(
    engine: sa.Engine, name: str, reason: str, actor: str
) -> None:
    with pytest.raises(store.StoreError):
        store.append_act(engine, alert_id="a1", act=name, actor=actor, reason=reason, now=NOW, seen=None, mask=str)
    assert store.list_acts(engine) == []


def test_snooze_when_followed_by_an_act_then_wakes(engine: sa.Engine) -> None:
    first = act(engine, "snooze", until_on=dt.date(2026, 4, 8))
    assert state_of(store.list_acts(engine, "a1")).snoozed_until == dt.date(2026, 4, 8)
    act(engine, "confirm", seen=first.act_id)
    assert state_of(store.list_acts(engine, "a1")).snoozed_until is None


def test_version_and_copy_when_nobody_acted_then_empty_and_no_file(workspace: Workspace) -> None:
    assert store.version(workspace) == "empty"
    with duckdb.connect() as con:
        store.copy_into(workspace, con)
        assert con.execute(
            "select (select count(*) from acts.events), (select count(*) from acts.resolutions)"
        ).fetchone() == (0, 0)
    assert not workspace.store.exists()


def test_version_and_copy_when_people_acted_then_build_reads_them_back(workspace: Workspace, engine: sa.Engine) -> None:
    before = store.version(workspace)
    act(engine, "confirm")
    one = resolutions.add(
        engine, text="清理垃圾点", owner="市城管局", due_on=None, period="2026-03", by="常委会", now=NOW, mask=str
    )
    resolutions.decide(engine, one.resolution_id, "done", by="甲", now=NOW, mask=str, outcome="已清理")
    assert store.version(workspace) != before
    with duckdb.connect() as con:
        store.copy_into(workspace, con)
        assert con.execute("select alert_id, act, acted_at from acts.events").fetchall() == [("a1", "confirm", NOW)]
        told = con.execute("select position, status, outcome from acts.resolutions order by 1").fetchall()
        assert told == [(1, "adopted", ""), (2, "done", "已清理")]


def test_reason_when_it_names_a_citizen_then_only_masked_in_the_store(workspace: Workspace, engine: sa.Engine) -> None:
    typed = "已联系诉求人王小明先生，电话15473824651，住3号楼2单元1504室"
    store.append_act(engine, alert_id="a1", act="assign", actor="甲", reason=typed, now=NOW, seen=None, mask=mask_typed, assignee="市城管局15473824652")  # fmt: skip
    one = resolutions.add(
        engine,
        text="答复李建国",
        owner="市城管局15473824652",
        due_on=None,
        period="2026-03",
        by="甲",
        now=NOW,
        mask=mask_typed,
    )
    resolutions.decide(
        engine, one.resolution_id, "done", by="甲", now=NOW, mask=mask_typed, outcome="李建国已知晓，15473824653"
    )
    stored = store.list_acts(engine)[0]
    assert stored.reason.startswith("已联系诉求人")
    assert stored.assignee.startswith("市城管局")
    with engine.connect() as con:
        rows = [str(row) for table in METADATA.sorted_tables for row in con.execute(sa.select(table))]
    engine.dispose()
    raw = "".join(rows).encode() + b"".join(path.read_bytes() for path in workspace.root.glob("var/*"))
    for secret in ("王小明", "1547382465", "1504", "李建国"):
        assert secret.encode() not in raw


def test_store_when_it_cannot_be_opened_then_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, not a folder")
    with pytest.raises((store.StoreError, OSError)):
        store.open_store(Workspace(tmp_path))
