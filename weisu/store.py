"""The acts store: what people decided, append-only, in SQLite (WAL) by default or PostgreSQL by URL.

`WEISU_ACTS_URL` names another database than the workspace's own; the next build copies all rows into the warehouse.
What people type freely may hold names and numbers of citizens: the writers take a `mask` and store nothing that did not go through it.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from weisu.errors import WeisuError
from weisu.identity import stable_id
from weisu.lifecycle import Act, state_of
from weisu.migrations import upgrade
from weisu.settings import Workspace
from weisu.store_tables import CATEGORY_REVIEWS, EVENTS, RESOLUTIONS, WORD_REVIEWS

if TYPE_CHECKING:
    import duckdb

URL_VARIABLE = "WEISU_ACTS_URL"
MAX_REASON = 2000
# tables whose rows are states, and what each is a state of; those of one thing are numbered by `position`
STATES = {WORD_REVIEWS: ("text_hash", "term_kind"), CATEGORY_REVIEWS: ("ticket_key",), RESOLUTIONS: ("resolution_id",)}
KINDS = {sa.String: "text", sa.Text: "text", sa.Integer: "integer", sa.DateTime: "timestamp", sa.Date: "date"}
Mask = Callable[[str], str]  # such as `weisu.cli.door.mask_typed`; this room may not reach into the door


class StoreError(WeisuError):
    """The acts store cannot be opened, or an act is not allowed."""

    code = "store"


class ActConflict(StoreError):
    """Someone else acted on the alert since the user saw it."""

    code = "act_conflict"


def open_store(workspace: Workspace) -> sa.Engine:
    """The store of a workspace, made on first use.

    Raises:
        StoreError: the database cannot be opened or written.
        NewerStore: a newer release has changed it.
    """
    url = os.environ.get(URL_VARIABLE) or f"sqlite:///{workspace.store}"
    if url.startswith("sqlite") and URL_VARIABLE not in os.environ:
        workspace.store.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return open_url(url)


def open_url(url: str) -> sa.Engine:
    """Open a store by SQLAlchemy URL; see `open_store`."""
    try:
        engine = sa.create_engine(_with_driver(url))
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _sqlite_settings)
        _upgraded(engine)
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        raise StoreError(
            "acts store cannot be opened",
            where="acts URL" if URL_VARIABLE in os.environ else "acts.sqlite",
            todo="check the path, the rights and the URL",
        ) from error
    return engine


def _upgraded(engine: sa.Engine) -> None:
    try:
        upgrade(engine)
    except Exception:
        engine.dispose()
        raise


def append_act(
    engine: sa.Engine,
    *,
    alert_id: str,
    act: str,
    actor: str,
    reason: str,
    now: dt.datetime,
    seen: str | None,
    mask: Mask,
    assignee: str = "",
    until_on: dt.date | None = None,
    base_status: str = "new",
) -> Act:
    """Append one act.

    Args:
        now: naive UTC.
        seen: act_id of the alert's last act that the user saw, None when there was none.
        mask: applied to reason and assignee before they are stored.
        base_status: the status before any act ("new" or "suspected_artefact").

    Raises:
        ActConflict: the alert's last act is another one than `seen`.
        StoreError: the act is not allowed in this status, or reason or actor is missing.
    """
    if not reason.strip() or not actor.strip():
        raise StoreError("an act needs a reason and a name", where=act, todo="write why, in one sentence")
    before = list_acts(engine, alert_id)
    state = state_of(before, base_status=base_status)
    if state.last_act_id != seen:
        raise ActConflict(
            "someone acted on this alert meanwhile", where=alert_id, todo="look at the history and act again"
        )
    if act not in state.allowed and not (act == "undo" and state.can_undo):
        raise StoreError(
            f"{act} is not possible while {state.status}", where=alert_id, todo=f"possible: {', '.join(state.allowed)}"
        )
    made = Act(
        secrets.token_hex(8),
        alert_id,
        len(before) + 1,
        act,
        mask(reason.strip())[:MAX_REASON],
        mask(assignee.strip()),
        actor.strip(),
        now,
        until_on,
    )
    return _insert(engine, made)


def undo(
    engine: sa.Engine, *, alert_id: str, actor: str, reason: str, now: dt.datetime, seen: str | None, mask: Mask
) -> Act:
    """Take back the last standing act by a further act; nothing is deleted.  Errors as `append_act`."""
    return append_act(engine, alert_id=alert_id, act="undo", actor=actor, reason=reason, now=now, seen=seen, mask=mask)


def list_acts(engine: sa.Engine, alert_id: str | None = None) -> list[Act]:
    """All acts, or those of one alert, in the order they were done."""
    query = sa.select(EVENTS).order_by(EVENTS.c.alert_id, EVENTS.c.position)
    if alert_id is not None:
        query = query.where(EVENTS.c.alert_id == alert_id)
    with engine.connect() as con:
        return [Act(**row) for row in con.execute(query).mappings()]


def acts_by_alert(engine: sa.Engine) -> dict[str, list[Act]]:
    """alert_id -> its acts, oldest first."""
    found: dict[str, list[Act]] = defaultdict(list)
    for act in list_acts(engine):
        found[act.alert_id].append(act)
    return dict(found)


def version(workspace: Workspace) -> str:
    """A text that changes with every row of the store; "empty" while there is none.  Creates nothing."""
    if not exists(workspace):
        return "empty"
    engine = open_store(workspace)
    try:
        acts = sorted(act.act_id for act in list_acts(engine))
        states = [
            [row[name] for name in (*STATES[table], "position")]
            for table in STATES
            for row in state_rows(engine, table)
        ]
    finally:
        engine.dispose()
    return stable_id(acts, states) if acts or states else "empty"


def state_rows(engine: sa.Engine, table: sa.Table) -> list[dict[str, Any]]:
    """All rows of a table of STATES, those of one thing in the order they were made."""
    query = sa.select(table).order_by(*(table.c[name] for name in (*STATES[table], "position")))
    with engine.connect() as con:
        return [dict(row) for row in con.execute(query).mappings()]


def copy_into(workspace: Workspace, con: duckdb.DuckDBPyConnection) -> None:
    """Write schema `acts` (events, resolutions, word_reviews, category_reviews) into a build; empty tables when nobody acted yet."""
    con.execute("create schema if not exists acts")
    for table in (EVENTS, *STATES):
        columns = ", ".join(f"{c.name} {KINDS[type(c.type)]}" for c in _copied(table))
        con.execute(f"create or replace table {_target(table)} ({columns})")
    if not exists(workspace):
        return
    engine = open_store(workspace)
    try:
        _copy(con, EVENTS, [vars(a) for a in list_acts(engine)])
        for table in STATES:
            _copy(con, table, state_rows(engine, table))
    finally:
        engine.dispose()


def _copied(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.columns if column.name != "row_id"]


def _target(table: sa.Table) -> str:
    return f"acts.{table.name.removeprefix('acts_')}"


def _copy(con: duckdb.DuckDBPyConnection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    names = [column.name for column in _copied(table)]
    if rows:
        con.executemany(
            f"insert into {_target(table)} ({', '.join(names)}) values ({', '.join('?' * len(names))})",
            [[row[n] for n in names] for row in rows],
        )


def _insert(engine: sa.Engine, act: Act) -> Act:
    try:
        with engine.begin() as con:
            con.execute(sa.insert(EVENTS).values(**vars(act)))
    except sa.exc.IntegrityError as error:
        raise ActConflict(
            "someone acted on this alert meanwhile", where=act.alert_id, todo="look at the history and act again"
        ) from error
    except sa.exc.OperationalError as error:
        raise StoreError(
            "acts store cannot be written", where=act.alert_id, todo="check disk and rights, then act again"
        ) from error
    return act


def exists(workspace: Workspace) -> bool:
    """Whether there is a store to read; a named database counts as there."""
    return URL_VARIABLE in os.environ or workspace.store.is_file()


def _with_driver(url: str) -> sa.URL:
    """The URL with the driver that comes with this project, where none is named."""
    parsed = sa.make_url(url)
    is_plain = parsed.drivername in ("postgresql", "postgres")
    return parsed.set(drivername="postgresql+psycopg") if is_plain else parsed


def _sqlite_settings(connection: Any, _record: object) -> None:
    for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"pragma {pragma}")
