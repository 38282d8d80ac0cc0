"""The fast way for large clean text tables: polars parses, and our own count of records and cells proves that it lost nothing."""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.readers.records import Dialect
from ingest.readers.table import OVERSIZED_CHARACTERS, Facts, Table

if TYPE_CHECKING:
    import polars as pl

FROM_BYTES = 16 << 20  # smaller files are quick enough in the careful way
CHUNK = 16 << 20
SAMPLE_BYTES = 1 << 20


@dataclass(frozen=True)
class Layout:
    """What the sample showed: header names and the physical line (from 0) where data begins."""

    header: tuple[str, ...]
    first_line: int
    dialect: Dialect
    header_row: int


def read_bulk(path: Path, layout: Layout) -> Table | None:
    """The table, or None when anything about the file calls for the careful way: other encodings, blank lines, ragged or broken rows."""
    dialect, width = layout.dialect, len(layout.header)
    if len(dialect.delimiter.encode()) != 1 or dialect.quote != '"' or dialect.escape != '"' or dialect.spaced:
        return None
    counted = _count(path, layout)
    if counted is None or counted[1] != counted[0] * (width - 1):
        return None
    frame = _parse(path, layout)
    if frame is None or frame.height != counted[0] or not _is_plain(frame, layout):
        return None
    return Table(layout.header, Facts("delimited text", "utf-8", dialect.delimiter, layout.header_row), native=frame)


def _count(path: Path, layout: Layout) -> tuple[int, int] | None:
    """Records and delimiters outside quotes below the header; None where a line is blank or a quote is left open."""
    delimiter = layout.dialect.delimiter.encode()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = _line_start(data, layout.first_line)
        if (
            data.find(b"\n\n", at) >= 0
            or data.find(b"\n\r\n", at) >= 0
            or (data.find(b"\r") >= 0 and data.find(b"\r\n") < 0)
        ):
            return None
        records = delimiters = quotes = 0
        ends_open = at < len(data) and data[len(data) - 1] != ord("\n")
        for start in range(at, len(data), CHUNK):
            parts = data[start : min(start + CHUNK, len(data))].split(b'"')
            outside = parts[quotes % 2 :: 2]
            records += sum(part.count(b"\n") for part in outside)
            delimiters += sum(part.count(delimiter) for part in outside)
            quotes += len(parts) - 1
    return None if quotes % 2 else (records + ends_open, delimiters)


def _line_start(data: mmap.mmap, line: int) -> int:
    at = 0
    for _ in range(line):
        at = data.find(b"\n", at) + 1
    return at


def _parse(path: Path, layout: Layout) -> pl.DataFrame | None:
    import polars as pl

    try:
        return pl.read_csv(
            path,
            has_header=False,
            skip_lines=layout.first_line,
            schema={f"c{i}": pl.String for i in range(len(layout.header))},
            separator=layout.dialect.delimiter,
            quote_char='"',
            truncate_ragged_lines=False,
        )
    except (pl.exceptions.PolarsError, OSError):
        return None


def _is_plain(frame: pl.DataFrame, layout: Layout) -> bool:
    """No blank record, no second header, no giant cell."""
    import polars as pl

    blank = pl.all_horizontal(pl.all().is_null() | (pl.all().str.strip_chars() == ""))
    longest = pl.max_horizontal(pl.all().str.len_bytes().max())
    seen = frame.select(
        blank.any().alias("blank"), (pl.col("c0") == layout.header[0]).any().alias("header"), longest.alias("longest")
    )
    found = seen.to_dicts()[0]
    return not found["blank"] and not found["header"] and (found["longest"] or 0) <= OVERSIZED_CHARACTERS
