"""The published database, opened read-only; every table a report may read is read through here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from reports.errors import ReportError
from weisu.warehouse import connect
from weisu.withholding import Withheld, judge

CITY = "*"
EVERYTHING = "*"
Row = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """What a publication says of itself (mart_publication)."""

    as_of_on: dt.date
    city_name: str
    city_name_en: str
    is_synthetic: bool
    note: str
    note_en: str
    data_version: str
    rules_version: str
    run_id: str
    built_at: dt.datetime | None
    first_on: dt.date | None
    last_on: dt.date | None
    tickets: int
    timezone: str


class Marts:
    """Rows of one publication; a table that the publication does not hold has no rows."""

    def __init__(self, con: Any) -> None:
        self._con = con

    def rows(self, sql: str, values: Sequence[object] = (), *, table: str) -> list[Row]:
        """The rows of `sql` as dicts; empty when the publication has no `table`."""
        if table not in self._tables:
            return []
        cursor = self._con.execute(sql, list(values))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def one(self, sql: str, values: Sequence[object] = (), *, table: str) -> Row:
        """The first row of `sql`; an empty dict when there is none."""
        return next(iter(self.rows(sql, values, table=table)), {})

    def withheld(self, only: str) -> Withheld:
        """Which counts of the indicators and degrees that `only` (SQL over their keys) names are not told."""
        if not {"mart_degrees", "mart_kpis", "dim_area", "dim_category"} <= self._tables:
            return Withheld(frozenset())
        return judge(self._con, only=only)

    @cached_property
    def _tables(self) -> frozenset[str]:
        found = self._con.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        return frozenset(name for (name,) in found)

    @cached_property
    def facts(self) -> Facts:
        """The one row of mart_publication.

        Raises:
            ReportError: the file is not a publication.
        """
        row = self.one("select * from marts.mart_publication", table="mart_publication")
        if not row:
            raise ReportError(
                "is not a publication (mart_publication has no row)", where=self._name(), todo="run: weisu build"
            )
        row["tickets"] = row.get("tickets") or 0
        return Facts(**{name: row.get(name) for name in Facts.__dataclass_fields__})

    def _name(self) -> str:
        return str(self._con.execute("select current_database()").fetchone()[0])


@contextmanager
def open_marts(publication: Path) -> Iterator[Marts]:
    """Open a publication file for reading, close it at the end."""
    con = connect(publication, read_only=True)
    try:
        yield Marts(con)
    finally:
        con.close()
