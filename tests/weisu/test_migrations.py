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
from weisu.access_tables import METADATA
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
