"""What an .xls book (BIFF8 in a compound file) says of number formats: leading zeros that only a format shows.

Sources: [MS-CFB] compound file, [MS-XLS] records BoundSheet8, Format, XF, Number, RK, MulRk.  Whatever does not read as they say gives no
formats: the cells themselves are read, and refused where damaged, by calamine.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ingest.readers.number_formats import Run, Runs, Zeros, zeros_of

MAGIC, END, FREE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0xFFFFFFFE, 0xFFFFFFFA
ENTRY, SMALL_STREAM = 128, 4096
BOOK = ("Workbook", "Book")
BOUND_SHEET, FORMAT, XF, BEGIN, CLOSE = 0x85, 0x41E, 0xE0, 0x809, 0x0A
NUMBER, RK, MANY_RK = 0x203, 0x27E, 0xBD
CELLS = {NUMBER, RK, MANY_RK, 0x204, 0xFD, 0x06, 0x205}  # with text, formulas and truth values too
MOST_RECORDS = 10_000_000


def zeros_in_xls(data: bytes) -> dict[str, tuple[Run, ...]]:
    """Sheet name -> the numbers whose format shows leading zeros; columns from the sheet's first filled one, rows from 0."""
    try:
        stream = _stream(data)
        styles, sheets = _globals(stream)
        return {name: runs for name, at in sheets if (runs := _runs(stream, at, styles))} if styles else {}
    except (struct.error, IndexError, UnicodeDecodeError, ValueError):
        return {}


def _stream(data: bytes) -> bytes:
    """The stream of the workbook out of the compound file.

    Raises:
        ValueError: there is none.
    """
    if not data.startswith(MAGIC):
        raise ValueError("no compound file")
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    first_directory, first_more, more = struct.unpack_from("<I", data, 48)[0], *struct.unpack_from("<2I", data, 68)
    tables = [sector for sector in struct.unpack_from("<109I", data, 76) if sector < FREE]
    for _ in range(min(more, len(data) // size)):  # a damaged chain may lead in circles
        *found, first_more = struct.unpack_from(f"<{size // 4}I", data, (first_more + 1) * size)
        tables += [sector for sector in found if sector < FREE]
    table = [entry for sector in tables for entry in struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)]
    directory = _chain(data, table, first_directory, size)
    for at in range(0, len(directory) - ENTRY + 1, ENTRY):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le")
        first, bytes_ = struct.unpack_from("<2I", directory, at + 116)
        if name in BOOK and bytes_ >= SMALL_STREAM:
            return _chain(data, table, first, size)[:bytes_]
    raise ValueError("no workbook stream")


def _chain(data: bytes, table: list[int], sector: int, size: int) -> bytes:
    pieces = []
    while sector < FREE and len(pieces) <= len(table):
        pieces.append(data[(sector + 1) * size : (sector + 2) * size])
        sector = table[sector]
    return b"".join(pieces)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    for _ in range(MOST_RECORDS):
        if at + 4 > len(stream):
            return
        kind, length = struct.unpack_from("<2H", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _globals(stream: bytes) -> tuple[dict[int, Zeros], list[tuple[str, int]]]:
    """Cell style -> its format, where it shows leading zeros; the sheets and where they begin."""
    named: dict[int, str] = {}
    used: list[int] = []
    sheets: list[tuple[str, int]] = []
    for kind, body in _records(stream, 0):
        if kind == FORMAT:
            number, count, is_wide = struct.unpack_from("<HHB", body)
            named[number] = body[5 : 5 + count * (1 + (is_wide & 1))].decode("utf-16-le" if is_wide & 1 else "latin-1")
        elif kind == XF:
            used.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == BOUND_SHEET:
            at, _, count, is_wide = struct.unpack_from("<IHBB", body)
            name = body[8 : 8 + count * (1 + (is_wide & 1))].decode("utf-16-le" if is_wide & 1 else "latin-1")
            sheets.append((name, at))
        elif kind == CLOSE:
            break
    styles = {index: zeros for index, number in enumerate(used) if (zeros := zeros_of(named.get(number, "")))}
    return styles, sheets


def _runs(stream: bytes, at: int, styles: dict[int, Zeros]) -> tuple[Run, ...]:
    runs, first, depth = Runs(styles), 1 << 14, 0
    for kind, body in _records(stream, at):
        depth += (kind == BEGIN) - (kind == CLOSE)  # charts inside a sheet have records of their own
        if depth == 0:
            break
        if depth > 1 or kind not in CELLS:
            continue
        row, column = struct.unpack_from("<2H", body)
        first = min(first, column)
        for place, style in _styled(kind, body, column):
            runs.take(place, row, style)
    return tuple(Run(run.column - first, run.top, run.bottom, run.zeros) for run in runs.found())


def _styled(kind: int, body: bytes, column: int) -> Iterator[tuple[int, int]]:
    """Column and style of the numbers of a record."""
    if kind in (NUMBER, RK):
        yield column, struct.unpack_from("<H", body, 4)[0]
    elif kind == MANY_RK:
        for index in range((len(body) - 6) // 6):
            yield column + index, struct.unpack_from("<H", body, 4 + 6 * index)[0]
