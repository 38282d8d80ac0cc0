"""Large text tables, piece by piece: polars parses what our own count proves to be clean, the careful way takes the pieces that are not.

A file is cut behind whole records, so it never lies in memory as a whole and one broken record costs only its piece the fast way.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.readers.encodings import END_OF_FILE, Lines, read_lines
from ingest.readers.hidden_rows import hides_row
from ingest.readers.records import MAX_LINES, Dialect, Record, split_records
from ingest.readers.table import OVERSIZED_CHARACTERS, ROW_NUMBER, Part, Table

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

FROM_BYTES = 16 << 20  # smaller files are quick enough in the careful way
PIECE_BYTES = 31 << 20  # from 32 on the C library takes new pages from the system for each piece
SAMPLE_BYTES = 1 << 20
LOOK_AHEAD = MAX_LINES + 100  # physical lines behind a record's first that may decide where it ends
QUOTE, BREAK = 0x22, 0x0A
STEP = 1 << 20  # bytes compared at a time


@dataclass(frozen=True)
class Layout:
    """What the sample showed: header names and the physical line (from 0) where data begins."""

    header: tuple[str, ...]
    first_line: int
    dialect: Dialect
    header_row: int

    @property
    def is_standard(self) -> bool:
        """Whether the fast way knows the dialect: one-byte delimiter, doubled quotes (RFC 4180)."""
        dialect = self.dialect
        is_usual = dialect.quote == '"' == dialect.escape and not dialect.spaced and not dialect.formulas
        return is_usual and len(dialect.delimiter.encode()) == 1


@dataclass(frozen=True)
class Cut:
    """The whole records at the head of some bytes."""

    end: int  # in bytes
    records: int
    delimiters: int  # outside quotes
    has_lines: bool = False  # whether a quoted cell has several


class LargeText:
    """The rows of a large UTF-8 text table.  The file is opened at once and may be unlinked meanwhile."""

    def __init__(
        self, path: Path, layout: Layout, label: str, place: Callable[[Iterator[Record], Lines], Table]
    ) -> None:
        """`place` makes a table of records read with care, its rows counted from 1."""
        self._layout, self._label, self._place = layout, label, place
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self._size = os.fstat(self._file).st_size

    def parts(self) -> Iterator[Part]:
        """The table from its first row on, each time anew.

        Raises:
            Refused: most lines of a piece do not decode.
        """
        at, number, size = self._first_byte(), 0, PIECE_BYTES
        while at < self._size:
            data = os.pread(self._file, size, at)
            is_last = at + len(data) >= self._size or not data
            data = data.rstrip(END_OF_FILE) + b"\n" if is_last else data
            part, end, count = self._part(data, number, is_last=is_last)
            at, number = self._size if is_last else at + end, number + count
            size = PIECE_BYTES if end else 2 * size  # a record longer than the piece
            if part is not None:
                yield Part(part.frame, part.refused, at / self._size)

    def _first_byte(self) -> int:
        head = os.pread(self._file, SAMPLE_BYTES, 0)
        at = 0
        for _ in range(self._layout.first_line):
            at = head.find(b"\n", at) + 1
        return at

    def _part(self, data: bytes, number: int, *, is_last: bool) -> tuple[Part | None, int, int]:
        """The next rows after `number`, the bytes and the records they took; no part where more bytes are needed first."""
        layout = self._layout
        cut = whole_records(data, layout.dialect.delimiter.encode(), is_last=is_last) if layout.is_standard else None
        frame = parse_clean(data[: cut.end], cut, layout) if cut and cut.end else None
        if frame is None:
            return self._careful(data, number, is_last=is_last)
        return Part(_numbered(frame, number), (), 0.0), cut.end, frame.height

    def _careful(self, data: bytes, number: int, *, is_last: bool) -> tuple[Part | None, int, int]:
        raw = data.split(b"\n")
        if not is_last or not raw[-1]:
            raw.pop()
        text = b"\n".join(raw) + b"\n"
        lines = read_lines(text, self._label, "utf-8") if text.strip() else Lines([], "utf-8")
        last = len(lines.text) if is_last else len(lines.text) - LOOK_AHEAD
        settled = _Settled(split_records(lines.text, self._layout.dialect, len(self._layout.header)), last)
        table = self._place(iter(settled), lines)
        end = len(data) if is_last else sum(len(line) + 1 for line in raw[: settled.line])
        count = table.height + len(table.refused)
        return (table.part_after(number) if count else None), end, count


class _Settled:
    """Records whose end no later line can change; `line` is the first line behind them."""

    def __init__(self, records: Iterator[Record], last: int) -> None:
        self._records, self._last, self.line = records, last, 0

    def __iter__(self) -> Iterator[Record]:
        for record in self._records:
            if record.line + record.span > self._last:
                return
            self.line = record.line + record.span
            yield record


def whole_records(data: bytes, delimiter: bytes, *, is_last: bool) -> Cut | None:
    """Count records and delimiters outside quotes up to the last whole record; None where a quote is out of place or left open."""
    if b'"' in data:
        return _quoted_records(data, delimiter, is_last=is_last)
    end = len(data) if is_last else data.rfind(b"\n") + 1
    open_end = end > 0 and data[end - 1] != BREAK
    return Cut(end, _occurrences(data, BREAK, end) + open_end, _occurrences(data, delimiter[0], end))


def _occurrences(data: bytes, byte: int, end: int) -> int:
    """How often a byte stands before `end`: what `bytes.count` tells, in a third of its time and without holding up other threads."""
    import numpy as np

    codes = np.frombuffer(data, np.uint8)[:end]
    return sum(int(np.count_nonzero(codes[at : at + STEP] == byte)) for at in range(0, end, STEP))


def _quoted_records(data: bytes, delimiter: bytes, *, is_last: bool) -> Cut | None:
    import numpy as np

    codes = np.frombuffer(data, np.uint8)
    quote = codes == QUOTE
    outside = (np.cumsum(quote, dtype=np.uint8) & 1) == 0
    breaks = np.flatnonzero((codes == BREAK) & outside)
    last_break = int(breaks[-1]) + 1 if breaks.size else 0
    end = len(data) * bool(outside[-1]) if is_last else last_break
    if not end or not _quotes_stand_at_cell_ends(codes[:end], np.flatnonzero(quote[:end]), delimiter[0]):
        return None
    delimiters = np.count_nonzero((codes[:end] == delimiter[0]) & outside[:end])
    has_lines = _occurrences(data, BREAK, end) > breaks.size
    return Cut(end, int(breaks.size) + (data[end - 1] != BREAK), int(delimiters), has_lines)


def _quotes_stand_at_cell_ends(codes: np.ndarray, places: np.ndarray, delimiter: int) -> bool:
    """Whether each opening quote begins a cell and each closing one ends it; the halves of a doubled quote meet each other."""
    import numpy as np

    opening, closing = places[::2], places[1::2]
    before = codes[opening[opening > 0] - 1]
    after = codes[closing[closing < codes.size - 1] + 1]
    return bool(
        np.isin(before, [delimiter, BREAK, QUOTE]).all() and np.isin(after, [delimiter, BREAK, QUOTE, 0x0D]).all()
    )


def parse_clean(data: bytes, cut: Cut, layout: Layout) -> pl.DataFrame | None:
    """Text columns c0, c1, …; None when anything calls for the careful way: blank records, ragged rows, a second header, control characters."""
    import polars as pl

    width = len(layout.header)
    if cut.delimiters != cut.records * (width - 1) or b"\0" in data:
        return None
    data = data.replace(b"\r\n", b"\n") if b"\r" in data else data
    if b"\r" in data:
        return None
    try:
        frame = pl.read_csv(
            data, has_header=False, schema={f"c{i}": pl.String for i in range(width)}, quote_char='"',
            separator=layout.dialect.delimiter, truncate_ragged_lines=False,
        )  # fmt: skip
    except pl.exceptions.PolarsError:
        return None
    if frame.height != cut.records or (cut.has_lines and _hides_row(frame, layout.dialect.delimiter)):
        return None
    return frame if _is_plain(frame, layout) else None


def _hides_row(frame: pl.DataFrame, delimiter: str) -> bool:
    """Whether a cell of several lines may have swallowed a row."""
    import polars as pl

    lined = frame.filter(pl.any_horizontal(pl.all().str.contains("\n", literal=True)))
    known = [cell or "" for cell in frame.row(0)]
    return any(hides_row([cell or "" for cell in row], delimiter, known) for row in lined.iter_rows())


def _is_plain(frame: pl.DataFrame, layout: Layout) -> bool:
    """No blank record, no second header, no giant cell."""
    import polars as pl

    if (frame.select(pl.max_horizontal(pl.all().str.len_bytes().max())).item() or 0) > OVERSIZED_CHARACTERS:
        return False
    if (frame.to_series(-1).str.strip_chars() == layout.header[-1]).any():
        return False
    begun = pl.col("c0").fill_null("").str.strip_chars() != ""
    maybe = frame.filter(~begun)
    return not maybe.select(pl.all_horizontal(pl.all().fill_null("").str.strip_chars() == "").any()).item()


def _numbered(frame: pl.DataFrame, number: int) -> pl.DataFrame:
    import polars as pl

    numbers = pl.int_range(number + 1, number + 1 + frame.height, dtype=pl.Int64, eager=True)
    return frame.select(numbers.alias(ROW_NUMBER), pl.all())
