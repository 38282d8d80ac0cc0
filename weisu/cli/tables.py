"""Tables that `weisu scan` and `weisu issues` read: any readable file in, typed columns or one clear line out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from weisu.table_files import TableError

if TYPE_CHECKING:
    import polars as pl

DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日")
TIME_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", *DATE_FORMATS)


def read_columns(path: Path, needed: tuple[str, ...]) -> pl.DataFrame:
    """All text columns of a table file under their own names, empty cells null.

    Raises:
        TableError: a needed column is missing, a column is there twice, no rows, or records that fit no row.
        ingest.errors.Refused: the file itself cannot be read without loss.
    """
    from ingest.readers import read_table

    table = read_table(path)
    header = [name.strip() for name in table.header]
    if missing := [name for name in needed if name not in header]:
        raise TableError(f"column {missing[0]!r} is missing", where=str(path), todo=f"needed: {', '.join(needed)}")
    if len(set(header)) < len(header):
        twice = next(name for name in header if header.count(name) > 1)
        raise TableError(f"column {twice!r} is there twice", where=str(path), todo="give each column one name")
    if table.refused:
        row = table.refused[0]
        raise TableError(
            f"{row.reason.replace('_', ' ')}", where=f"{path}, row {row.row_number + 1}", todo="correct the row"
        )
    if table.height == 0:
        raise TableError("holds no rows", where=str(path), todo="give at least one row")
    frame = table.frame().drop("row_number")
    return frame.rename(dict(zip(frame.columns, header, strict=True)))


def require_text(frame: pl.DataFrame, name: str, path: Path, *, unique: bool = False) -> pl.Series:
    """A column whose cells must not be empty (nor repeated, if `unique`)."""
    import polars as pl

    column = frame[name].cast(pl.String).str.strip_chars()
    _check(frame, name, column.fill_null("") == "", "is empty", path)
    if unique:
        _check(frame, name, column.is_duplicated(), "is there twice", path)
    return column


def require_number(frame: pl.DataFrame, name: str, path: Path, least: float, most: float) -> pl.Series:
    """A column of numbers within bounds."""
    import polars as pl

    number = frame[name].cast(pl.String).str.strip_chars().cast(pl.Float64, strict=False)
    _check(
        frame,
        name,
        ~number.is_between(least, most).fill_null(False),
        f"is not a number from {least:g} to {most:g}",
        path,
    )
    return number


def require_time(frame: pl.DataFrame, name: str, path: Path, *, unit: str = "date") -> pl.Series:
    """A column of dates ("date": the time of day is cut off) or of local times ("time")."""
    import polars as pl

    text = frame[name].cast(pl.String).str.strip_chars().str.replace("T", " ", literal=True).str.replace(r"\.\d+$", "")
    parsed = pl.Series(name, [None] * len(text), dtype=pl.Datetime("us"))
    for form in TIME_FORMATS:
        parsed = parsed.fill_null(text.str.to_datetime(form, strict=False, time_unit="us"))
        if parsed.null_count() == 0:
            break
    _check(frame, name, parsed.is_null(), "is not a date such as 2015-03-31", path)
    return parsed.cast(pl.Date) if unit == "date" else parsed


def _check(frame: pl.DataFrame, name: str, bad: pl.Series, what: str, path: Path) -> None:
    if not bad.any():
        return
    row = int(bad.arg_max() or 0)
    value = "" if frame[name][row] is None else str(frame[name][row])[:40]
    raise TableError(f"{name} {value!r} {what}", where=f"{path}, row {row + 2}", todo="correct the row")
