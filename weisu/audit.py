"""The audit log: who signed in, saw ticket texts, took tables away or changed something; append-only, ids and names of tables, never a text."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from weisu.access_tables import AUDIT
from weisu.store import StoreError

if TYPE_CHECKING:
    import polars as pl

WHATS = ("sign_in", "sign_in_failed", "sign_out", "refused", "view_text", "export", "change")
COLUMNS = ("at", "actor", "role", "what", "subject", "rows", "detail")
LONGEST_NAME = 64


@dataclass(frozen=True)
class Asked:
    """What somebody looks for in the log; None and "" for anything."""

    actor: str = ""
    what: str = ""
    holds: str = ""  # within subject or detail: an alert, a ticket's id, a table
    since: dt.datetime | None = None  # naive UTC
    until: dt.datetime | None = None


def record(
    engine: sa.Engine,
    *,
    now: dt.datetime,
    actor: str,
    role: str,
    what: str,
    subject: str,
    detail: Mapping[str, Any] | None = None,
    rows: int | None = None,
) -> None:
    """Append one row.

    Args:
        now: naive UTC.
        what: one of `WHATS`.
        subject: the page, table, alert or account it is about.
        detail: ids, filters; never a text of a ticket or of a person.

    Raises:
        StoreError: unknown `what`, or the log cannot be written: then what was to be logged must not happen.
    """
    if what not in WHATS:
        raise StoreError("no such entry of the audit log", where=what, todo=f"known: {', '.join(WHATS)}")
    told = json.dumps(detail or {}, ensure_ascii=False, sort_keys=True, default=str)
    row = {"at": now, "actor": actor[:LONGEST_NAME], "role": role, "what": what, "subject": subject, "detail": told, "row_count": rows}  # fmt: skip
    try:
        with engine.begin() as con:
            con.execute(sa.insert(AUDIT).values(**row))
    except sa.exc.SQLAlchemyError as error:
        raise StoreError("the audit log cannot be written", where=what, todo="check disk and rights") from error


def search(engine: sa.Engine, asked: Asked | None = None, *, most: int | None = None) -> pl.DataFrame:
    """Rows of the log that match, newest first: at (UTC), actor, role, what, subject, rows (null: no rows), detail (JSON)."""
    import polars as pl

    table = AUDIT.c
    names = (table.at, table.actor, table.role, table.what, table.subject, table.row_count, table.detail)
    query = sa.select(*names).where(*_conditions(asked or Asked())).order_by(table.row_id.desc())
    with engine.connect() as con:
        rows = [tuple(row) for row in con.execute(query.limit(most) if most else query)]
    kinds = (pl.Datetime("us"), *[pl.String] * 4, pl.Int64, pl.String)
    return pl.DataFrame(rows, schema=dict(zip(COLUMNS, kinds, strict=True)), orient="row")


def count(engine: sa.Engine, asked: Asked | None = None) -> int:
    """How many rows of the log match."""
    with engine.connect() as con:
        return con.execute(sa.select(sa.func.count()).select_from(AUDIT).where(*_conditions(asked or Asked()))).scalar_one()  # fmt: skip


def _conditions(asked: Asked) -> list[sa.ColumnElement[bool]]:
    table = AUDIT.c
    given: list[sa.ColumnElement[bool]] = []
    if asked.actor:
        given.append(table.actor == asked.actor)
    if asked.what:
        given.append(table.what == asked.what)
    if asked.holds:
        given.append(table.subject.contains(asked.holds, autoescape=True) | table.detail.contains(asked.holds, autoescape=True))  # fmt: skip
    if asked.since:
        given.append(table.at >= asked.since)
    if asked.until:
        given.append(table.at < asked.until)
    return given
