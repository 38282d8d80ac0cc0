"""What a workbook's number formats say and its cell reader does not: leading zeros that only a format shows, and dates kept as plain numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    import polars as pl

ZEROS = re.compile(r'^(?P<text>(?:"[^"]*"|\\.)*)(?P<zeros>0{2,})(?:_.)?$')  # 000000, "GD"000000
FORMATTED = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"([^>]*)>')
STYLE, TEXT_TYPE = re.compile(rb'\bs="([0-9]+)"'), re.compile(rb'\bt="(?!n")')
MAX_RUNS = 100_000
BEGINNING_1904 = "1904-01-01"
SERIALS = 30_000, 66_000  # days since 1904-01-01: 1986 to 2084
TIMES = re.compile(r"时间|日期|时限|期限|[Dd]ate|DATE|[Tt]ime|TIME|_at$|_dt$|_on$|\b[Dd]ue\b")


@dataclass(frozen=True)
class Zeros:
    """A number format that fills up with zeros."""

    text: str  # before the digits
    width: int  # digits at least


@dataclass(frozen=True)
class Run:
    """Numbers below each other that one such format shows; rows and column from 0, both ends inside."""

    column: int
    top: int
    bottom: int
    zeros: Zeros


def zeros_by_style(styles: ElementTree.Element) -> dict[int, Zeros]:
    """Cell style -> its format, of styles.xml, where it shows leading zeros."""
    named = {node.get("numFmtId"): node.get("formatCode", "") for node in styles.iter() if node.tag.endswith("}numFmt")}
    found = {}
    for group in styles.iter():
        if group.tag.endswith("}cellXfs"):
            for index, style in enumerate(group):
                if zeros := zeros_of(named.get(style.get("numFmtId"), "")):
                    found[index] = zeros
    return found


def zeros_of(code: str) -> Zeros | None:
    """What a format code shows before the digits; None for one without leading zeros."""
    match = ZEROS.match(code.split(";")[0])
    return match and Zeros(re.sub(r'"([^"]*)"|\\(.)', lambda m: m[1] or m[2] or "", match["text"]), len(match["zeros"]))


class Runs:
    """Collects the numbers of one sheet whose format shows leading zeros, cell by cell in file order."""

    def __init__(self, styles: Mapping[int, Zeros]) -> None:
        self._styles, self._open, self._done = styles, {}, []

    def add(self, xml: bytes, column_of) -> None:
        """Take a piece of a sheet's XML; `column_of` makes a number of a column's letters."""
        for letters, row, attributes in FORMATTED.findall(xml) if self._styles else ():
            style = STYLE.search(attributes)
            zeros = style and self._styles.get(int(style[1]))
            if zeros and not TEXT_TYPE.search(attributes):
                self._take(column_of(letters), int(row) - 1, zeros)

    def take(self, column: int, row: int, style: int) -> None:
        """Take a number of a style; column and row from 0."""
        if zeros := self._styles.get(style):
            self._take(column, row, zeros)

    def _take(self, column: int, row: int, zeros: Zeros) -> None:
        run = self._open.get(column)
        if run and run.zeros == zeros and run.bottom + 1 == row:
            self._open[column] = Run(column, run.top, row, zeros)
            return
        if run:
            self._done.append(run)
        self._open[column] = Run(column, row, row, zeros)

    def found(self) -> tuple[Run, ...]:
        """All runs; none where a sheet has absurdly many."""
        runs = (*self._done, *self._open.values())
        return runs if len(runs) <= MAX_RUNS else ()


def with_zeros(frame: pl.DataFrame, runs: Sequence[Run]) -> pl.DataFrame:
    """Text columns with whole numbers as their formats show them."""
    import polars as pl

    made = {}
    for run in runs:
        if run.column < frame.width and run.top < frame.height:
            name = frame.columns[run.column]
            cells = made.setdefault(name, frame.to_series(run.column).to_list())
            cells[run.top : run.bottom + 1] = [_filled(c, run.zeros) for c in cells[run.top : run.bottom + 1]]
    return frame.with_columns(pl.Series(name, cells, dtype=pl.String) for name, cells in made.items())


def _filled(cell: str | None, zeros: Zeros) -> str | None:
    bare = cell.removesuffix(".0") if cell else ""
    return zeros.text + bare.zfill(zeros.width) if bare.isdecimal() and bare.isascii() else cell


def with_dates_of_1904(
    names: Sequence[str], cells: pl.DataFrame, numeric: Collection[str]
) -> tuple[pl.DataFrame, list[str]]:
    """Serial numbers of the 1904 system as text dates, and the names of their columns; for cells without a date format.

    Taken for dates: numbers between 1986 and 2084 where the column's name speaks of a time, or where the column (of `numeric` ones) holds
    nothing else and most have a time of day.
    """
    import polars as pl

    found, made = [], []
    for name, column in zip(names, cells.columns, strict=True):
        values = cells.get_column(column).cast(pl.Float64, strict=False)
        is_serial = values.is_between(*SERIALS).fill_null(False)
        if is_serial.any() and (TIMES.search(name) or (column in numeric and _has_times(values.drop_nulls()))):
            start = pl.lit(BEGINNING_1904).str.to_datetime("%Y-%m-%d")
            moment = start + pl.duration(seconds=(values * 86_400).round().cast(pl.Int64))
            text = moment.dt.strftime("%Y-%m-%d %H:%M:%S").str.replace(" 00:00:00$", "")
            made.append(pl.when(is_serial).then(text).otherwise(pl.col(column)).alias(column))
            found.append(name)
    return cells.with_columns(made), found


def _has_times(values: pl.Series) -> bool:
    return bool(values.is_between(*SERIALS).all()) and 2 * int((values != values.round()).sum()) > len(values)
