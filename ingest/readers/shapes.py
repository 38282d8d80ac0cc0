"""What the cells of a column look like, to tell a row of the table from a stranger as wide: a second header, a total, a signature."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ingest.errors import Refused
from ingest.readers.header import is_reordered

if TYPE_CHECKING:
    import polars as pl

PATTERNS = {
    "number": r"^\s*[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\s*$",
    "date": r"^\s*[0-9]{1,4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,4}",
    "time": r"^\s*[0-9]{1,2}:[0-9]{2}",
    "code": r"^\s*[A-Za-z_#-]{0,8}[0-9][0-9A-Za-z_#/-]{3,}\s*$",
}
COMPILED = {name: re.compile(pattern, re.ASCII) for name, pattern in PATTERNS.items()}
TOTAL = re.compile(
    r"(?i:总计|合计|小计|共计|总数|累计|本页(?:小|合)计|(?:grand |sub)?total)[:：]?"
)  # the first word of a row of sums
SURE_SHARE = 0.9
LEAST_ROWS, LEAST_COLUMNS, LEAST_FAULTS = 5, 3, 2


def kind_of(cell: str) -> str:
    """number, date, time, code or "" (any other text)."""
    return next((name for name, pattern in COMPILED.items() if pattern.match(cell)), "")


def check_other_header(records: Iterable[Sequence[str]], header: Sequence[str], label: str) -> None:
    """Records that may be a header must not be one of another order.

    Raises:
        Refused: two tables, one below the other.
    """
    if any(is_reordered(cells, header) for cells in records):
        raise Refused("holds a second table with its columns in another order", code="several_tables", where=label,
                      todo="export one table per file")  # fmt: skip


def other_headers(frame: pl.DataFrame, header: Sequence[str]) -> Iterator[Sequence[str]]:
    """The rows of a frame that begin with a name of the header, without the row number."""
    import polars as pl

    for _, *row in frame.filter(pl.col("c0").is_in(list(header))).iter_rows():
        yield [cell or "" for cell in row]


class Shapes:
    """The columns of a table that hold one kind of value in nearly every filled cell."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        """Learned from the first rows, all of one width."""
        self.columns: dict[int, str] = {}
        for index, cells in enumerate(zip(*rows, strict=True)):
            kinds = Counter(kind_of(cell) for cell in cells if cell.strip())
            kind, count = kinds.most_common(1)[0] if kinds else ("", 0)
            if kind and count >= max(LEAST_ROWS, SURE_SHARE * kinds.total()):
                self.columns[index] = kind

    def is_foreign(self, cells: Sequence[str]) -> bool:
        """Not one cell fits its column, and several contradict it."""
        if len(self.columns) < LEAST_COLUMNS:
            return False
        faults = 0
        for index, kind in self.columns.items():
            cell = cells[index]
            if COMPILED[kind].match(cell):
                return False
            faults += bool(cell.strip())
        return faults >= LEAST_FAULTS or (faults > 0 and bool(TOTAL.fullmatch(next(filter(str.strip, cells)).strip())))

    def foreign_rows(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The foreign rows of a frame of text columns c0, c1, …; one column is enough to find that there are none."""
        import polars as pl

        if len(self.columns) < LEAST_COLUMNS:
            return frame.clear()
        for index, kind in self.columns.items():
            cell = pl.col(f"c{index}").fill_null("")
            frame = frame.filter(~cell.str.contains(PATTERNS[kind]))
            if not frame.height:
                return frame
        filled = [(pl.col(f"c{index}").fill_null("").str.strip_chars() != "").cast(pl.Int32) for index in self.columns]
        return frame.filter(
            (pl.sum_horizontal(filled) >= LEAST_FAULTS) | (_is_total() & (pl.sum_horizontal(filled) > 0))
        )


def _is_total() -> pl.Expr:
    import polars as pl

    first = pl.coalesce(pl.when(pl.col(pl.String).str.strip_chars() != "").then(pl.col(pl.String)))
    return first.str.strip_chars().str.contains(f"^(?:{TOTAL.pattern})$").fill_null(False)
