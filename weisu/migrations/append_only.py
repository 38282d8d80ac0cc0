"""What every table of the store has in common: it is made once, and the database itself refuses to change or delete a row of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

POSTGRES = (
    "create or replace function {table}_keep() returns trigger language plpgsql as $$ begin raise exception 'append-only'; end $$",
    "create trigger {table}_keep before update or delete on {table} for each row execute function {table}_keep()",
)
SQLITE = tuple(
    f"create trigger {{table}}_no_{verb} before {verb} on {{table}} begin select raise(abort, 'append-only'); end"
    for verb in ("update", "delete")
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
    return True
