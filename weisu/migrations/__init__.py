"""The store's tables by numbered steps (Alembic): any older store becomes what this release needs, in one transaction."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from weisu.errors import WeisuError

HERE = Path(__file__).parent
LOCK = 12345  # the advisory lock of PostgreSQL that one upgrade at a time holds
REVISIONS = tuple(sorted(path.name[:4] for path in (HERE / "versions").glob("[0-9]*.py")))


class NewerStore(WeisuError):
    """The store was made by a newer release."""

    code = "newer_store"


def upgrade(engine: sa.Engine) -> None:
    """Bring a store to the newest step; does nothing, at the cost of one query, where it is there.

    Raises:
        NewerStore: a newer release has changed it.
        SQLAlchemyError: the database does not take it; nothing was changed.
    """
    with engine.connect() as con:
        if _revision(con) == REVISIONS[-1]:
            return
    with engine.connect() as con:
        con.exec_driver_sql(f"select pg_advisory_xact_lock({LOCK})" if engine.dialect.name == "postgresql" else "begin immediate")  # fmt: skip
        if (found := _revision(con)) not in (None, *REVISIONS):
            raise NewerStore(f"the acts store is of a newer release (step {found})", todo="update this program: git pull && make install")  # fmt: skip
        if found != REVISIONS[-1]:
            _run(con)
        con.commit()


def _revision(con: sa.Connection) -> str | None:
    """The step that a store is at; None before the first."""
    if not sa.inspect(con).has_table("alembic_version"):
        return None
    return con.execute(sa.text("select version_num from alembic_version")).scalar()


def _run(con: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": con})
    config.set_main_option("script_location", str(HERE))
    command.upgrade(config, "head")
