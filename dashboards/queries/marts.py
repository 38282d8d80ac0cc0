"""One read-only publication: runs a query once, then answers from memory, for nothing in it ever changes.

What a reader may not see is not there: the tables of `Marts.seen_by` are views that leave it out (`weisu.row_rules`), so no query can forget it.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from weisu.access import EVERYTHING, Sight
from weisu.row_rules import SOURCE, make_sight
from weisu.warehouse import attach, connect, disk_faults

if TYPE_CHECKING:
    import duckdb

KEPT_FRAMES = 256
TEXTS, TICKETS = (
    {"title", "text", "reply"},
    ("ticket_id", "ticket_key"),
)  # columns that tell what people wrote, and whose it is


@dataclass(frozen=True)
class About:
    """The one row of mart_publication that every page prints."""

    as_of_on: dt.date
    built_at: dt.datetime | None
    city_name: str
    city_name_en: str
    is_synthetic: bool
    note: str
    note_en: str
    timezone: str
    language: str
    first_on: dt.date | None
    last_on: dt.date | None
    tickets: int
    data_version: str
    rules_version: str
    run_id: str


class Marts:
    """The published tables of one version as one sight shows them; safe to share between sessions."""

    def __init__(self, path: Path, name: str) -> None:
        """Open the file read-only; everything is seen.

        Raises:
            WarehouseError: it is missing or damaged.
        """
        self.name, self.sight, self.catalog = name, EVERYTHING, SOURCE
        connect(path, read_only=True).close()  # says what is wrong with the file
        self._connection = connect(":memory:")
        with disk_faults(path):
            attach(self._connection, path, SOURCE)
        self._connection.execute("set enable_external_access = false")
        self._sights: dict[Sight, Marts] = {EVERYTHING: self}
        self._making = threading.Lock()
        self._on_texts: Callable[[list[str]], None] | None = None
        self._forget()

    def _forget(self) -> None:
        self._frames: OrderedDict[tuple[Any, ...], pl.DataFrame] = OrderedDict()
        self._lock = threading.Lock()

    def has_ticket(self, ticket_key: str) -> bool:
        """Whether this sight shows the ticket."""
        return self.frame("select count(*) = 1 as is_there from marts.fct_tickets where ticket_key = ?", ticket_key)["is_there"][0]  # fmt: skip

    def seen_by(self, sight: Sight) -> Marts:
        """The same publication as a sight shows it, made at its first use; files and memory of the database are shared."""
        with self._making:
            if sight not in self._sights:
                made = copy(self)
                made.sight, made.catalog = sight, f"sight_{len(self._sights)}"
                made._forget()
                make_sight(self._connection.cursor(), sight, made.catalog)
                self._sights[sight] = made
            return self._sights[sight]

    def watched(self, on_texts: Callable[[list[str]], None]) -> Marts:
        """The same, which tells of every answer that holds texts of tickets: their ids; it is asked before the answer is given."""
        made = copy(self)
        made._on_texts = on_texts
        return made

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor = self._connection.cursor()
        cursor.execute(f"use {self.catalog}")
        return cursor

    def frame(self, sql: str, *values: Any) -> pl.DataFrame:
        """The rows of a query; `?` stands for each value.  The same question is asked of the file only once."""
        rows = self._rows(sql, *values)
        if self._on_texts is not None and TEXTS & set(rows.columns) and rows.height:
            column = next((name for name in TICKETS if name in rows.columns), None)
            self._on_texts(sorted(map(str, rows[column].drop_nulls().unique())) if column else [])
        return rows

    def _rows(self, sql: str, *values: Any) -> pl.DataFrame:
        key = (sql, *(tuple(v) if isinstance(v, list) else v for v in values))
        with self._lock:
            if key in self._frames:
                self._frames.move_to_end(key)
                return self._frames[key]
        made = _plain_numbers(self._cursor().execute(sql, list(values)).pl())
        with self._lock:
            self._frames[key] = made
            while len(self._frames) > KEPT_FRAMES:
                self._frames.popitem(last=False)
        return made

    def about(self) -> About:
        """What the publication says of itself."""
        row = self.frame("select * from marts.mart_publication limit 1").row(0, named=True)
        return About(**{name: row[name] for name in About.__dataclass_fields__})

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _plain_numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """Sums of integers arrive as decimals or 128-bit integers: make them what charts and tables can take."""
    wide = {
        name: pl.Int64 if kind == pl.Int128 or kind.scale == 0 else pl.Float64
        for name, kind in frame.schema.items()
        if kind == pl.Int128 or isinstance(kind, pl.Decimal)
    }
    return frame.with_columns(pl.col(name).cast(kind) for name, kind in wide.items()) if wide else frame
