"""What Alembic runs for each upgrade: on the connection that `weisu.migrations.upgrade` holds, inside its transaction."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
