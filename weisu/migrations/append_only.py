"""What every table of the store has in common: it is made once, and the database itself refuses to change, replace, empty or delete a row of it.

SQLite deletes the row in the way of an `insert or replace` without firing a trigger of deletes (`recursive_triggers` is off by default), so a row
is refused before it is inserted where its row number, its primary key or another unique key is there already.  A row number that SQLite gives by
itself is -1 in such a trigger: none under 1 may be written.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

POSTGRES = (
    "create or replace function {table}_keep() returns trigger language plpgsql as $$ begin raise exception 'append-only'; end $$",
    "create trigger {table}_keep before update or delete on {table} for each row execute function {table}_keep()",
)
POSTGRES_GUARDS = (
    "drop trigger if exists {table}_no_truncate on {table}",
    "create trigger {table}_no_truncate before truncate on {table} for each statement execute function {table}_keep()",
)
SQLITE = tuple(
    f"create trigger {{table}}_no_{verb} before {verb} on {{table}} begin select raise(abort, 'append-only'); end"
    for verb in ("update", "delete")
)
SQLITE_GUARDS = (
    "create trigger if not exists {table}_no_replace before insert on {table} when {is_there} begin select raise(abort, 'append-only'); end",
    "create trigger if not exists {table}_no_number after insert on {table} when new.rowid < 1 begin select raise(abort, 'append-only'); end",
)


def create(name: str, *parts: sa.schema.SchemaItem) -> bool:
    """Make a table with its triggers; one that a release before the first migration made stays as it is.

    Returns:
        Whether it was made.
    """
    con = op.get_bind()
    if sa.inspect(con).has_table(name):
        return False
    op.create_table(name, *parts)
    for statement in POSTGRES if con.dialect.name == "postgresql" else SQLITE:
        op.execute(statement.format(table=name))
    guard(name)
    return True


def guard(name: str) -> None:
    """Let nobody replace a row of a table (SQLite) or empty it (PostgreSQL); does nothing where that is so already."""
    con = op.get_bind()
    is_there = " or ".join(_taken(con, name)) if con.dialect.name == "sqlite" else ""
    for statement in POSTGRES_GUARDS if con.dialect.name == "postgresql" else SQLITE_GUARDS:
        op.execute(statement.format(table=name, is_there=is_there))


def _taken(con: sa.Connection, name: str) -> Iterator[str]:
    """For each key of a table of SQLite the condition that a row with the new one's is there."""
    known = sa.inspect(con)
    uniques = [one["column_names"] for one in known.get_unique_constraints(name)]
    for columns in (["rowid"], known.get_pk_constraint(name)["constrained_columns"], *uniques):
        same = " and ".join(f"{column} = new.{column}" for column in columns)
        yield f"exists (select 1 from {name} where {same})"
