"""A load into an empty ledger that is never written: what only a whole file can tell, told before it is loaded."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import polars as pl

from ingest.canonical import VERSION_COLUMNS
from ingest.staging import Staging
from weisu.warehouse import connect

FLAGS = (
    "select flag, count(*) from (select unnest(flags) as flag from raw.ticket_versions) group by all order by 2 desc, 1"
)


class Rehearsal:
    """Takes prepared rows in file order; a context, for the ledger lives in memory until its end."""

    def __init__(self, source: str) -> None:
        self._con = connect(":memory:")
        self._con.execute("create schema raw")
        columns = ", ".join(f"{name} {kind}" for name, kind in VERSION_COLUMNS.items())
        self._con.execute(f"create table raw.ticket_versions ({columns})")
        self._staging = Staging(self._con, source=source, load_id="rehearsal", exported_at=None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._con.close()

    def add(self, rows: pl.DataFrame) -> None:
        """Rows as `Staging.add` takes them."""
        self._staging.add(rows)

    def finish(self) -> list[int]:
        """Row numbers of tickets that stand twice with different contents."""
        return self._staging.finish()

    def flags(self) -> dict[str, int]:
        """Flag -> rows that would be written, the most frequent first; after `finish`."""
        return dict(self._con.execute(FLAGS).fetchall())
