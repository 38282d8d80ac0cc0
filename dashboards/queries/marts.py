"""One read-only publication: runs a query once, then answers from memory, for nothing in it ever changes."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from weisu.warehouse import connect

KEPT_FRAMES = 256


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
    """The published tables of one version; safe to share between sessions."""

    def __init__(self, path: Path, name: str) -> None:
        """Open the file read-only.

        Raises:
            WarehouseError: it is missing or damaged.
        """
        self.name = name
        self._connection = connect(path, read_only=True)
        self._frames: OrderedDict[tuple[Any, ...], pl.DataFrame] = OrderedDict()
        self._lock = threading.Lock()

    def frame(self, sql: str, *values: Any) -> pl.DataFrame:
        """The rows of a query; `?` stands for each value.  The same question is asked of the file only once."""
        key = (sql, *(tuple(v) if isinstance(v, list) else v for v in values))
        with self._lock:
            if key in self._frames:
                self._frames.move_to_end(key)
                return self._frames[key]
        made = _plain_numbers(self._connection.cursor().execute(sql, list(values)).pl())
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
