"""Workbooks: .xlsx, .xls, .ods by calamine (fastexcel), after the container itself was checked."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from ingest.errors import Refused
from ingest.readers.header import clean_names, find_header, usual_width
from ingest.readers.table import Facts, Table, place_rows
from ingest.readers.unpack import check_ratio

MAX_UNPACKED = 2 << 30
SHEET_LIMIT = 1_048_576  # rows of an .xlsx sheet
ROUNDED = re.compile(r"^\d{16,}(?:\.0+)?$|^\d(?:\.\d+)?[eE]\+?\d{2}$")
MIDNIGHT = re.compile(r"^(\d{4}-\d\d-\d\d) 00:00:00(?:\.0+)?$")


def read_sheet(path: Path, label: str) -> Table:
    """The first sheet that holds a table; all cells as text.

    Raises:
        Refused: damaged, encrypted, a bomb, external entities, no table, or ids that a number format has rounded.
    """
    _check_container(path, label)
    import fastexcel

    try:
        book = fastexcel.read_excel(path)
        grids = [(name, _grid(book, name)) for name in book.sheet_names]
    except (fastexcel.FastExcelError, OSError, ValueError) as error:
        raise Refused(
            "is a damaged workbook", code="damaged", where=label, todo="open it in Excel or WPS and save it again"
        ) from error
    tables = [(name, grid, header) for name, grid in grids if (header := _header(grid)) is not None]
    if not tables:
        raise Refused(
            "holds no sheet with a header row and data", code="no_table", where=label, todo="check the export"
        )
    name, grid, header = tables[0]
    warnings = [f"sheet not read: {other}" for other, _, _ in tables[1:]]
    if len(grid) >= SHEET_LIMIT:
        warnings.append(f"sheet {name} is full ({SHEET_LIMIT} rows): the export was cut off")
    return _table(grid, header, Facts("workbook", header_row=header + 1, sheet=name, warnings=tuple(warnings)), label)


def _grid(book, name: str) -> list[list[str]]:
    """All cells of a sheet as text; an empty sheet is an empty list."""
    sheet = book.load_sheet(name, header_row=None, dtypes="string")
    if not sheet.height or not sheet.width:
        return []
    columns = [["" if v is None else v for v in column.to_pylist()] for column in sheet.to_arrow().columns]
    rows = [list(row) for row in zip(*columns, strict=True)]
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((i + 1 for row in rows for i, v in enumerate(row) if v), default=0)
    return [row[:width] for row in rows]


def _header(grid: Sequence[Sequence[str]]) -> int | None:
    filled = [row for row in grid[:300] if any(row)]
    return find_header(grid, usual_width(filled)) if len(filled) > 0 and len(filled[0]) > 1 else None


def _table(grid: list[list[str]], header: int, facts: Facts, label: str) -> Table:
    names = clean_names([_clean(c) for c in grid[header]])
    rows = [[_clean(c) for c in row] for row in grid[header + 1 :]]
    _check_rounded(names, rows, label)
    return place_rows(rows, names, facts)


def _clean(cell: str) -> str:
    """Cell text without what the container adds: CRLF, a midnight that only says `date`."""
    if "\r" in cell:
        cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    match = MIDNIGHT.match(cell)
    return match[1] if match else cell


def _check_rounded(names: Sequence[str], rows: Sequence[Sequence[str]], label: str) -> None:
    """Long digit strings that all end in 000 were numbers: Excel keeps 15 digits, and several ids became one."""
    for index, name in enumerate(names):
        long = [row[index] for row in rows[:2000] if ROUNDED.match(row[index])]
        if (
            len(long) > 1
            and all(re.search(r"0{2,}(?:\.0+)?$|[eE]", value) for value in long)
            and len(set(long)) < len(long)
        ):
            raise Refused(
                f"column {name!r} holds long numbers that Excel has rounded",
                code="rounded_ids",
                where=label,
                todo="export this column as text",
            )


def _check_container(path: Path, label: str) -> None:
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        _check_old(path, label)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive, label)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        raise Refused(
            "is a damaged workbook", code="damaged", where=label, todo="open it in Excel or WPS and save it again"
        ) from error


def _check_old(path: Path, label: str) -> None:
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data or "EncryptionInfo".encode("utf-16-le") in data:
        raise Refused("is encrypted with a password", code="encrypted", where=label, todo="save it without a password")


def _check_members(archive: zipfile.ZipFile, label: str) -> None:
    """Sizes, names, checksums and document types, before any parser sees the XML."""
    total = 0
    for member in archive.infolist():
        total += member.file_size
        check_ratio(member.file_size, member.compress_size, label)
        if total > MAX_UNPACKED:
            raise Refused(
                "unpacks to an absurd size (archive bomb)",
                code="bomb",
                where=label,
                todo="check where the file came from",
            )
        if member.filename.startswith("/") or ".." in member.filename.split("/"):
            raise Refused(
                "holds a file name that leaves the archive",
                code="zip_slip",
                where=label,
                todo="check where the file came from",
            )
        if member.filename.endswith((".xml", ".rels")):
            with archive.open(member) as part:
                head = part.read(4096)
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                    raise Refused(
                        "declares XML entities", code="xml_entities", where=label, todo="check where the file came from"
                    )
                while part.read(1 << 20):
                    pass
