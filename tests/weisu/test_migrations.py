"""The store's tables by numbered steps: what they make is what queries name, older stores keep their rows, newer ones are left alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.fixtures_postgres import programs, server
from weisu.access_tables import AUDIT, METADATA
from weisu.migrations import REVISIONS, NewerStore, upgrade
from weisu.store import open_url
from weisu.store_tables import EVENTS


@pytest.fixture(scope="module")
def postgres() -> Iterator[Callable[[], str]]:
    if programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with server() as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return request.getfixturevalue("postgres")()
    return f"sqlite:///{tmp_path}/acts.sqlite"


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    made = open_url(url)
    yield made
    made.dispose()


def revision(engine: sa.Engine) -> str:
    with engine.connect() as con:
        return con.execute(sa.text("select version_num from alembic_version")).scalar_one()


def test_steps_make_what_queries_name(engine: sa.Engine) -> None:
    with engine.connect() as con:
        assert compare_metadata(MigrationContext.configure(con), METADATA) == []
    assert revision(engine) == REVISIONS[-1]


def test_no_row_of_any_table_can_be_changed_or_deleted(engine: sa.Engine) -> None:
    for table in METADATA.sorted_tables:
        row = {c.name: _value(c) for c in table.columns}
        with engine.begin() as con:
            con.execute(sa.insert(table).values(**row))
        first = next(iter(table.columns)).name
        for statement in (f"update {table.name} set {first} = {first}", f"delete from {table.name}"):
            with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as con:
                con.execute(sa.text(statement))


def test_no_row_of_any_table_can_be_replaced_and_no_table_emptied(engine: sa.Engine) -> None:
    for table in METADATA.sorted_tables:
        _assert_guarded(engine, table)


def test_a_store_of_the_step_before_gets_the_guards_and_the_index(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:  # a store as the releases before the ninth step made it
        before.setattr("weisu.migrations.append_only.SQLITE_GUARDS", ())
        before.setattr("weisu.migrations.append_only.POSTGRES_GUARDS", ())
        engine = open_url(url)
    with engine.begin() as con:
        con.execute(sa.insert(AUDIT).values(**{c.name: _value(c) for c in AUDIT.columns}))
        con.execute(sa.text("drop index ix_audit_log_actor_what_at"))
        con.execute(sa.text("update alembic_version set version_num = '0008'"))
    upgrade(engine)
    _assert_guarded(engine, AUDIT)
    with engine.connect() as con:
        assert "ix_audit_log_actor_what_at" in {one["name"] for one in sa.inspect(con).get_indexes("audit_log")}
    engine.dispose()


def _assert_guarded(engine: sa.Engine, table: sa.Table) -> None:
    with engine.begin() as con:
        if not con.execute(sa.select(table)).all():
            con.execute(sa.insert(table).values(**{c.name: _value(c) for c in table.columns}))
        kept = con.execute(sa.select(table)).all()
    statements = list(_replacing(table)) if engine.dialect.name == "sqlite" else [f"truncate {table.name}"]
    for statement in statements:
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as con:
            con.execute(sa.text(statement))
    with engine.connect() as con:
        assert con.execute(sa.select(table)).all() == kept


def _replacing(table: sa.Table) -> Iterator[str]:
    """Statements that would put another row in the place of the one there: by each key, by the row's number, by a number that hides it."""
    names = ", ".join(c.name for c in table.columns)
    uniques = [c.columns for c in table.constraints if isinstance(c, sa.UniqueConstraint)]
    for key in (table.primary_key.columns, *uniques):
        cells = (c.name if c.name in key else "null" if c.name == "row_id" else _other(c) for c in table.columns)
        yield f"insert or replace into {table.name} ({names}) select {', '.join(cells)} from {table.name}"
    rest = [c for c in table.columns if c.name != "row_id"]
    named, others = ", ".join(c.name for c in rest), ", ".join(map(_other, rest))
    for number in ("rowid", "-1", "0"):
        yield f"insert or replace into {table.name} (rowid, {named}) select {number}, {others} from {table.name}"


def _other(column: sa.Column) -> str:
    """An SQL expression of another value than the row has."""
    return f"{column.name} + 1" if isinstance(column.type, sa.Integer) else f"{column.name} || 'y'"


def _value(column: sa.Column) -> object:
    import datetime as dt

    kinds = {sa.Integer: 1, sa.Boolean: True, sa.DateTime: dt.datetime(2026, 4, 1), sa.Date: dt.date(2026, 4, 1)}
    return next((value for kind, value in kinds.items() if isinstance(column.type, kind)), "x")


def test_a_store_from_before_the_first_step_keeps_its_rows(url: str) -> None:
    first = open_url(url)
    row = {c.name: _value(c) for c in EVENTS.columns}
    with first.begin() as con:
        con.execute(sa.insert(EVENTS).values(**row))
        con.execute(sa.text("drop table alembic_version"))
        con.execute(sa.text("drop table acts_report_edits"))
    upgrade(first)
    with first.connect() as con:
        assert con.execute(sa.select(sa.func.count()).select_from(EVENTS)).scalar_one() == 1
        assert sa.inspect(con).has_table("acts_report_edits")
    first.dispose()


def test_a_store_of_a_newer_release_is_left_alone(engine: sa.Engine, url: str) -> None:
    with engine.begin() as con:
        con.execute(sa.text("update alembic_version set version_num = '9999'"))
    with pytest.raises(NewerStore, match="newer release"):
        open_url(url)
    assert revision(engine) == "9999"


def test_eight_who_open_a_new_store_at_once_make_it_once(url: str) -> None:
    gate, failed = threading.Barrier(8), []

    def open_one() -> None:
        gate.wait()
        try:
            open_url(url).dispose()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=open_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, [repr(error.__cause__) for error in failed]


def test_a_step_that_fails_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weisu.migrations.append_only.SQLITE", ("nonsense",))
    monkeypatch.setattr("weisu.migrations.append_only.POSTGRES", ("nonsense",))
    with pytest.raises(Exception, match=r"cannot be opened"):
        open_url(url)
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()
