"""Physical lines to records.  A quote left open swallows no rows behind it: such a record ends where the next whole row begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.readers.hidden_rows import LEAST_CELLS, MOST_ROWS, hides_row, likeness

MAX_LINES = 2000  # a quoted cell with more line breaks than this is an open quote
MAX_CHARACTERS = 8_000_000
FORMULA = re.compile(r'="(.*)"', re.DOTALL)


@dataclass(frozen=True)
class Dialect:
    """How cells are told apart."""

    delimiter: str
    quote: str = '"'
    escape: str = '"'  # '"' doubled, "\\" before the quote, "" when inner quotes are not escaped at all
    spaced: bool = False  # each delimiter is followed by a blank that is not content
    padded: bool = False  # blanks fill the cells on both sides, as in a table drawn with `|`
    formulas: bool = False  # cells stand as ="…", so that a spreadsheet reads no number: the text inside counts


@dataclass(frozen=True)
class Record:
    """One logical record: its first physical line (from 0), how many lines it took, and its cells; None = broken quotes."""

    line: int
    span: int
    cells: list[str] | None


class Splitter:
    """Cells of one record under a dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
        blank = (" ?" if dialect.spaced else "") + ("=?" if dialect.formulas else "")
        if dialect.escape == "":
            inner = rf"(?:[^{quote}]|{quote}(?!\s*(?:{delimiter}{blank}{quote}|$)))*"
        elif dialect.escape == "\\":
            inner = rf"(?:[^{quote}\\]|\\.|{quote}{quote})*+"
        else:
            inner = rf"(?:[^{quote}]|{quote}{quote})*+"
        self._quoted = re.compile(rf"{blank}{quote}({inner}){quote}[ \t]*(?={delimiter}|$)", re.DOTALL)
        self._plain = re.compile(rf"{blank}((?:(?!{delimiter}).)*)", re.DOTALL)
        self._opens = re.compile(rf"{blank}{quote}")
        self._misplaced = re.compile(rf"{blank}{quote}{inner}{quote}[ \t]*(?!{delimiter}|[ \t]|$)", re.DOTALL)
        self.is_lost = False  # whether the text of the last `cells` stays broken whatever follows
        self.begun: list[str] = []  # the cells before the broken one, where the last `cells` found one

    def cells(self, text: str) -> list[str] | None:
        """Cells of a whole record; None when a quote is left open or misplaced."""
        self.is_lost = False
        dialect = self.dialect
        if dialect.quote not in text:
            cells = text.split(dialect.delimiter)
            if dialect.padded:
                return [c.strip(" ") for c in cells]
            return [c.removeprefix(" ") for c in cells] if dialect.spaced else cells
        found: list[str] = []
        at = 0
        while True:
            is_quoted = bool(self._opens.match(text, at))
            match = (self._quoted if is_quoted else self._plain).match(text, at)
            if match is None:
                self.is_lost = bool(dialect.escape) and bool(self._misplaced.match(text, at))
                self.begun = found
                return None
            plain = match[1].strip(" ") if dialect.padded else match[1]
            found.append(self._unescaped(match[1]) if is_quoted else plain)
            at = match.end()
            if at == len(text):
                return found
            at += len(dialect.delimiter)

    def _unescaped(self, cell: str) -> str:
        quote = self.dialect.quote
        if self.dialect.escape == "\\":
            return re.sub(rf"\\(.)|{quote}{quote}", lambda found: found[1] or quote, cell, flags=re.DOTALL)
        plain = cell.replace(quote * 2, quote) if self.dialect.escape else cell
        inner = FORMULA.fullmatch(plain) if self.dialect.formulas else None
        return inner[1].replace('""', '"') if inner else plain


def split_records(lines: Sequence[str], dialect: Dialect, width: int) -> Iterator[Record]:
    """All records from the first line on; blank lines are passed over.

    Args:
        width: cells of the header; where a record is broken, the next line that alone makes a row of this width begins a new one.
    """
    splitter = Splitter(dialect)
    at, known = 0, []
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        record = _record_at(lines, at, splitter, width, known)
        yield record
        known = record.cells if record.cells and len(record.cells) == width else known
        at += record.span


def _record_at(lines: Sequence[str], at: int, splitter: Splitter, width: int, known: Sequence[str]) -> Record:
    cells = splitter.cells(lines[at])
    if cells is not None:
        span = 1 if len(cells) == width or width < 4 else _misquoted_span(lines, at, splitter, width)
        return Record(at, 1, cells) if span == 1 else Record(at, span, None)
    begun = splitter.begun
    whole = _closed(lines, at, splitter, width, known)
    return whole or Record(at, _broken_span(lines, at, splitter, width, (known, begun)), None)


def _closed(lines: Sequence[str], at: int, splitter: Splitter, width: int, known: Sequence[str]) -> Record | None:
    """The record with a quote open at the end of its first line, up to the line that closes it; None where it swallows rows."""
    text, size, rows = [lines[at]], len(lines[at]), 0
    for end in range(at + 1, min(len(lines), at + MAX_LINES)):
        text.append(lines[end])
        size += len(lines[end])
        rows += width >= LEAST_CELLS and _is_row(lines[end], splitter, width)
        if size > MAX_CHARACTERS or rows > MOST_ROWS:
            return None
        if splitter.dialect.quote in lines[end]:
            cells = splitter.cells("\n".join(text))
            if cells is not None:
                is_whole = not rows if len(cells) != width else not hides_row(cells, splitter.dialect.delimiter, known)
                return Record(at, len(text), cells) if is_whole else None
            if splitter.is_lost:
                return None
    return None


def _misquoted_span(lines: Sequence[str], at: int, splitter: Splitter, width: int) -> int:
    """Lines of a record in whose unquoted cell a quote opens: up to the line that closes it, before any whole row."""
    quote = splitter.dialect.quote
    if lines[at].count(quote) % 2 == 0:
        return 1
    for end in range(at + 1, min(len(lines), at + 50)):
        if _is_row(lines[end], splitter, width) or _starts_row(lines, end, splitter, width):
            break
        if lines[end].count(quote) % 2:
            return end + 1 - at
    return 1


def _broken_span(lines: Sequence[str], at: int, splitter: Splitter, width: int, known: Sequence[Sequence[str]]) -> int:
    """Lines up to the next row: the first as wide as one and not unlike those known, the last one and this one's beginning; or the first of many."""
    passed: list[int] = []
    for end in range(at + 1, len(lines)):
        if _starts_row(lines, end, splitter, width):
            return end - at
        if _is_row(lines[end], splitter, width):
            cells = splitter.cells(lines[end]) or ()
            if sum(likeness(cells, row) for row in known) >= 0:
                return end - at
            passed.append(end - at)
            if len(passed) > MOST_ROWS:
                return passed[0]
    return len(lines) - at


def _is_row(line: str, splitter: Splitter, width: int) -> bool:
    if line.count(splitter.dialect.delimiter) < width - 1:
        return False
    cells = splitter.cells(line)
    if cells is None or len(cells) != width:
        return False
    quote = splitter.dialect.quote
    return line.count(quote) % 2 == 0 and not any(cell.endswith(quote) for cell in cells)


def _starts_row(lines: Sequence[str], at: int, splitter: Splitter, width: int) -> bool:
    """A row whose quoted cell goes on over the next lines."""
    text = lines[at]
    if splitter.dialect.quote not in text or text.count(splitter.dialect.delimiter) < 2:
        return False
    for end in range(at + 1, min(len(lines), at + 50)):
        text += "\n" + lines[end]
        cells = splitter.cells(text)
        if cells is not None or splitter.is_lost:
            return cells is not None and len(cells) == width
    return False
