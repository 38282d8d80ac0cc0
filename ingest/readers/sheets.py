"""Workbooks: .xlsx, .xls, .ods by calamine (fastexcel), after the container itself was checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import Refused
from ingest.readers.container import Book, Merged, Notes, check_container
from ingest.readers.header import clean_names, find_header, usual_width
from ingest.readers.number_formats import with_dates_of_1904, with_zeros
from ingest.readers.ods_text import plain_ods
from ingest.readers.shapes import check_other_header, other_headers
from ingest.readers.table import Facts, Remark, Source, Table, place_frame

if TYPE_CHECKING:
    import polars as pl

SHEET_LIMITS = (1_048_576, 65_536)  # rows of an .xlsx and of an .xls sheet
LOOK_AT = 300  # rows in which the header is searched
ROUNDED = r"^\d{16,}(?:\.0+)?$|^\d(?:\.\d+)?[eE]\+?\d{2}$"
LONG_NUMBER, EXACT = r"^-?[0-9]{16,}(?:\.0+)?$", 2**53
DATE_ONLY = r"^(\d{4}-\d\d-\d\d) 00:00:00(?:\.0+)?$"
TIME_ONLY = r"^1899-12-3[01] (\d\d:\d\d:\d\d(?:\.\d+)?)$"


@dataclass(frozen=True)
class Sheet:
    """One sheet with its header found: `cells` are the rows below it, all text, null where empty."""

    name: str
    header: tuple[str, ...]
    header_row: int  # from 1
    cells: pl.DataFrame
    notes: Notes
    is_visible: bool
    height: int  # rows of the sheet
    dated: tuple[str, ...] = ()  # columns of bare numbers taken for dates


def read_sheet(source: Source) -> Table:
    """The largest table of the workbook; visible sheets with the same header are one table, one after the other.

    Raises:
        Refused: damaged, encrypted, a bomb, external entities, no table, formulas without values, or ids that a number format has rounded.
    """
    container = check_container(source.path, source.label)
    import fastexcel

    try:
        book = fastexcel.read_excel(plain_ods(source.path) if container.is_ods else _content(source.path))
        loaded = [_load(book, name, container) for name in book.sheet_names]
    except (fastexcel.FastExcelError, OSError, ValueError) as error:
        todo = "open it in Excel or WPS and save it again"
        raise Refused("is a damaged workbook", code="damaged", where=source.label, todo=todo) from error
    sheets = [sheet for sheet in loaded if sheet]
    if not sheets:
        raise Refused("holds no sheet with a header row and data", code="no_table", where=source.label,
                      todo="check the export")  # fmt: skip
    main = max(sheets, key=lambda s: (s.is_visible, s.cells.height * s.cells.width))
    joined = [_ordered(s, main.header) for s in sheets if _is_part(s, main)]
    others = [s for s in sheets if not _is_part(s, main)]
    return _table(joined, others, source.label)


def _content(path: Path) -> Path | bytes:
    """The workbook; its bytes where the name says another format than they are: calamine goes by the name."""
    with path.open("rb") as file:
        is_zip = file.read(2) == b"PK"
    return path.read_bytes() if is_zip is (path.suffix.lower() == ".xls") else path


def _is_part(sheet: Sheet, main: Sheet) -> bool:
    """The same columns, in another order where each name stands once."""
    is_same = sheet.header == main.header
    is_permuted = sorted(sheet.header) == sorted(main.header) and len(set(main.header)) == len(main.header)
    return sheet.is_visible == main.is_visible and (is_same or is_permuted)


def _ordered(sheet: Sheet, header: tuple[str, ...]) -> Sheet:
    """The sheet with its columns in the order of the header."""
    import polars as pl

    if sheet.header == header:
        return sheet
    cells = sheet.cells.select(pl.col(f"c{sheet.header.index(name)}").alias(f"c{i}") for i, name in enumerate(header))
    return replace(sheet, header=header, cells=cells)


def _load(book, name: str, container: Book) -> Sheet | None:
    """A sheet with a header and its rows; None for an empty one or one without a table."""
    import polars as pl

    notes = container.notes.get(name, Notes())
    raw = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    if not raw.height or not raw.width:
        return None
    frame = pl.DataFrame(raw)
    frame = frame.rename({old: f"c{i}" for i, old in enumerate(frame.columns)})
    frame = _trimmed(_filled(with_zeros(frame, notes.zeros), notes.merged))
    head = [["" if v is None else v for v in row] for row in frame.head(LOOK_AT).iter_rows()]
    filled = [_right_trimmed(row) for row in head if any(row)]
    if not filled or frame.width < 2:
        return None
    width = usual_width(filled)
    if (index := find_header([row[:width] for row in head], width)) is None:
        return None
    names, bottom = _header(head, index, notes.merged)
    body = _with_rounded_shown(frame.slice(bottom + 1), book, name, bottom + 1)
    dated = ()
    if container.is_1904:
        body, dated = with_dates_of_1904(names, body, _numeric(book, name, body.columns, bottom + 1))
    names, cells = _used(names, head[bottom], body)
    return Sheet(name, names, bottom + 1, cells, notes, raw.visible == "visible", raw.total_height, tuple(dated))


def _numeric(book, name: str, columns: Sequence[str], skipped: int) -> set[str]:
    """The columns that hold numbers without a date format."""
    import polars as pl

    typed = pl.DataFrame(book.load_sheet(name, header_row=None, skip_rows=skipped))
    return {column for column, kind in zip(columns, typed.dtypes, strict=False) if kind.is_numeric()}


def _with_rounded_shown(cells: pl.DataFrame, book, name: str, skipped: int) -> pl.DataFrame:
    """Whole numbers past 2^53 are not the digits that were typed: spelt 2.02E+17, as they are known; text of as many digits stays."""
    import polars as pl

    long = cells.select(pl.all().str.contains(LONG_NUMBER).any()).row(0) if cells.height else ()
    if not any(long):
        return cells
    numeric = _numeric(book, name, cells.columns, skipped)
    rounded = [c for c, is_long in zip(cells.columns, long, strict=True) if is_long and c in numeric]
    return cells.with_columns(
        pl.Series(c, [_spelt(cell) for cell in cells.get_column(c)], dtype=pl.String) for c in rounded
    )


def _spelt(cell: str | None) -> str | None:
    return cell if cell is None or abs(float(cell)) <= EXACT else f"{float(cell):.14E}"


def _right_trimmed(row: Sequence[str]) -> Sequence[str]:
    return row[: max((i + 1 for i, cell in enumerate(row) if cell.strip()), default=0)]


def _used(names: Sequence[str], written: Sequence[str], cells: pl.DataFrame) -> tuple[tuple[str, ...], pl.DataFrame]:
    """Without columns that have neither a name nor a value, as a stray cell far to the right makes them."""
    import polars as pl

    has_value = cells.select((pl.all().fill_null("") != "").any()).row(0) if cells.height else [False] * cells.width
    kept = [i for i, name in enumerate(written) if name.strip() or has_value[i]]
    frame = cells.select(pl.col(cells.columns[i]).alias(f"c{place}") for place, i in enumerate(kept))
    return tuple(names[i] for i in kept), frame


def _filled(frame: pl.DataFrame, merged: Sequence[Merged]) -> pl.DataFrame:
    """A value merged over several rows stands in each of them."""
    import polars as pl

    by_column: dict[int, list[Merged]] = {}
    for area in merged:
        if area.bottom > area.top and area.left < frame.width and area.top < frame.height:
            by_column.setdefault(area.left, []).append(area)
    made = {}
    for column, areas in by_column.items():
        values = frame.to_series(column).to_list()
        for area in areas:
            end = min(area.bottom + 1, len(values))
            values[area.top : end] = [values[area.top]] * (end - area.top)
        made[f"c{column}"] = pl.Series(values, dtype=pl.String)
    return frame.with_columns(**made)


def _trimmed(frame: pl.DataFrame) -> pl.DataFrame:
    """Without the empty columns to the right: formatting alone makes no column."""
    import polars as pl

    used = [i for i, has in enumerate(frame.select((pl.all().fill_null("") != "").any()).row(0)) if has]
    return frame.select(frame.columns[: max(used, default=-1) + 1])


def _header(head: Sequence[Sequence[str]], index: int, merged: Sequence[Merged]) -> tuple[tuple[str, ...], int]:
    """Names and their last row; a header of two rows is told by cells merged downwards, and its upper row by cells merged sideways."""
    bottom = max((m.bottom for m in merged if m.top <= index < m.bottom < index + 4), default=index)
    if bottom == index or bottom >= len(head):
        return clean_names(head[index]), index
    groups = list(head[index])
    for area in merged:
        if area.top == index and area.right > area.left:
            groups[area.left : area.right + 1] = [groups[area.left]] * (area.right + 1 - area.left)
    lower = [name or group for name, group in zip(head[bottom], groups, strict=True)]
    twice = {name for name, count in Counter(lower).items() if count > 1}
    pairs = zip(lower, groups, strict=True)
    return clean_names(
        [f"{group} {name}" if name in twice and group != name else name for name, group in pairs]
    ), bottom


def _table(sheets: Sequence[Sheet], others: Sequence[Sheet], label: str) -> Table:
    import polars as pl

    main = sheets[0]
    valueless = sum(sheet.notes.valueless for sheet in sheets)
    if valueless:
        raise Refused(f"holds {valueless} formulas without a value", code="formulas", where=label,
                      todo="open it in Excel or WPS and save it again")  # fmt: skip
    cells = pl.concat([_cleaned(sheet.cells) for sheet in sheets])
    cells = cells.filter(_is_no_header(main.header))
    _check_rounded(main.header, cells, label)
    facts = Facts("workbook", header_row=main.header_row, sheet="、".join(s.name for s in sheets))
    check_other_header(other_headers(cells.with_row_index(), main.header), main.header, label)
    return place_frame(cells, main.header, replace(facts, warnings=tuple(_warnings(sheets, others))))


def _warnings(sheets: Sequence[Sheet], others: Sequence[Sheet]) -> Iterator[Remark]:
    for sheet in others:
        yield Remark("sheet_not_read" if sheet.is_visible else "hidden_sheet_not_read", {"sheet": sheet.name})
    for sheet in sheets:
        if sheet.height in SHEET_LIMITS:
            yield Remark("sheet_full", {"sheet": sheet.name, "rows": sheet.height})
        if not sheet.is_visible:
            yield Remark("sheet_hidden", {"sheet": sheet.name})
    for name in dict.fromkeys(name for s in sheets for name in s.dated):
        yield Remark("days_since_1904", {"column": name})
    if errors := sum(s.notes.errors for s in sheets):
        yield Remark("cell_errors", {"count": errors})


def _cleaned(cells: pl.DataFrame) -> pl.DataFrame:
    """Cell text without what the container adds: CRLF, a midnight that only says `date`, a day that only says `time`."""
    import polars as pl

    text = pl.col(pl.String).str.replace_all("\r\n", "\n", literal=True).str.replace_all("\r", "\n", literal=True)
    return cells.with_columns(text.str.replace(DATE_ONLY, "$1").str.replace(TIME_ONLY, "$1"))


def _is_no_header(header: Sequence[str]) -> pl.Expr:
    """Not the header once more, as on each page of a printed list."""
    import polars as pl

    return ~pl.all_horizontal(pl.col(f"c{i}").fill_null("").str.strip_chars() == name for i, name in enumerate(header))


def _check_rounded(names: Sequence[str], cells: pl.DataFrame, label: str) -> None:
    """Long digit strings that all end in 000 were numbers: Excel keeps 15 digits, and several ids became one."""
    for index, name in enumerate(names):
        column = cells.to_series(index)
        long = column.filter(column.str.contains(ROUNDED))
        if len(long) > 1 and long.str.contains(r"0{2,}(?:\.0+)?$|[eE]").all() and long.n_unique() < len(long):
            raise Refused(f"column {name!r} holds long numbers that Excel has rounded", code="rounded_ids", where=label,
                          todo="export this column as text")  # fmt: skip
