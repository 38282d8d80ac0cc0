"""Tables into files by the ending of the name: the one writer of all commands."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from weisu.drafts import draft_of
from weisu.errors import WeisuError

if TYPE_CHECKING:
    import polars as pl

ENDINGS = (".csv", ".parquet", ".xlsx")
FORMULA_START = r"^[=+\-@\t\r]"
INSTANT = "%Y-%m-%d %H:%M:%S"
XLSX_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class TableError(WeisuError):
    """A table cannot be written as asked, or an input table lacks a column, holds no rows, or a value that cannot be read."""

    code = "table"


def check_target(path: Path) -> None:
    """Refuse before any work what could not be written after it.

    Raises:
        TableError: another ending than .csv, .parquet or .xlsx, or a folder that is not there or not writable.
    """
    if path.suffix not in ENDINGS:
        raise TableError(
            f"cannot write {path.suffix or 'a file without an ending'}",
            where=path.name,
            todo=f"use {', '.join(ENDINGS)}",
        )
    folder = path.absolute().parent
    if not folder.is_dir() or not os.access(folder, os.W_OK) or path.is_dir():
        raise TableError("cannot be written", where=str(path), todo="check that its folder is there and yours to write")


def write_table(frame: pl.DataFrame, path: Path, *, csv_for: Literal["excel", "programs"] = "excel") -> None:
    """Write a table by the ending of `path`, whole or not at all.

    Args:
        csv_for: a CSV for Excel carries a BOM, and text that Excel would run as a formula gets a leading quote (so in .xlsx);
            one for programs is plain UTF-8 with the values as they are (so in .parquet).

    Raises:
        TableError: see `check_target`; or the disk does not take it.
    """
    check_target(path)
    try:
        with draft_of(path) as draft:
            _write(frame, draft, csv_for)
    except Exception as error:
        if not _is_of_the_disk(error):
            raise
        raise TableError("cannot be written", where=str(path), todo="check the room on the disk") from error


def described_workbook(rows: pl.DataFrame, about: pl.DataFrame, sheets: tuple[str, str]) -> bytes:
    """A workbook in memory: the rows on one sheet, what they are on a second one.

    Args:
        about: shown without its header.
        sheets: the names of the two.
    """
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, XLSX_OPTIONS | {"in_memory": True}) as book:
        _without_formulas(_flat(rows)).write_excel(book, sheets[0], autofit=True, freeze_panes=(1, 0))
        _without_formulas(about).write_excel(
            book, sheets[1], include_header=False, column_widths={about.columns[0]: 200, about.columns[1]: 700}
        )
    return made.getvalue()


def _is_of_the_disk(error: Exception) -> bool:
    """Whether the disk failed, as Python, polars or xlsxwriter tell it."""
    return isinstance(error, OSError) or "os error" in str(error) or "[Errno" in str(error)


def _write(frame: pl.DataFrame, path: Path, csv_for: str) -> None:
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    elif path.suffix == ".xlsx":
        _write_workbook(_without_formulas(_flat(frame)), path)
    elif csv_for == "programs":
        _flat(frame).write_csv(path, datetime_format=INSTANT)
    else:
        _without_formulas(_flat(frame)).write_csv(path, include_bom=True, datetime_format=INSTANT)


def _write_workbook(frame: pl.DataFrame, path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), dict(XLSX_OPTIONS)) as book:
        frame.write_excel(book)


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Lists of text as one text, joined by commas."""
    import polars as pl
    import polars.selectors as cs

    return frame.with_columns(cs.by_dtype(pl.List(pl.String)).list.join(","))


def _without_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl
    import polars.selectors as cs

    text = cs.string()
    return frame.with_columns(
        pl.when(text.str.contains(FORMULA_START)).then(pl.lit("'") + text).otherwise(text).name.keep()
    )
