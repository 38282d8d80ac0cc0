"""What every reader hands over: one table, all text, with the records it could not place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import polars as pl

ROW_NUMBER = "row_number"
OVERSIZED_CHARACTERS = 1_000_000


@dataclass(frozen=True)
class RefusedRow:
    """A record that is no row of the table; its raw text goes to quarantine, masked."""

    row_number: int  # counted from 1 over the records below the header
    reason: str  # too_few_cells, too_many_cells, broken_quotes, undecodable_bytes, oversized_cell
    text: str


@dataclass(frozen=True)
class Facts:
    """How the file was read, for people and for `weisu profile suggest`."""

    kind: str
    encoding: str = ""
    delimiter: str = ""
    header_row: int = 1  # counted from 1
    sheet: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table of a file: `rows[i]` belongs to `row_numbers[i]`; every value is text, "" where the cell is empty.

    Large clean files come as a polars frame of text columns instead of `rows`; both ways give the same table.
    """

    header: tuple[str, ...]
    facts: Facts
    rows: Sequence[Sequence[str]] = ()
    row_numbers: Sequence[int] = ()
    refused: tuple[RefusedRow, ...] = ()
    native: pl.DataFrame | None = field(default=None, compare=False)

    @property
    def height(self) -> int:
        """Rows that are in the table, without the refused ones."""
        return len(self.rows) if self.native is None else self.native.height

    def records(self) -> Iterator[Sequence[str]]:
        """The rows in file order."""
        if self.native is None:
            yield from self.rows
        else:
            yield from (tuple("" if v is None else v for v in row) for row in self.native.iter_rows())

    def frame(self) -> pl.DataFrame:
        """Text columns named c0, c1, … in the order of `header`, and `row_number`; empty cells are null."""
        import polars as pl

        if self.native is not None:
            made = self.native.rename(dict(zip(self.native.columns, self._names(), strict=True)))
            return made.with_row_index(ROW_NUMBER, offset=1).with_columns(pl.col(ROW_NUMBER).cast(pl.Int64))
        columns = list(zip(*self.rows, strict=True)) or [()] * len(self.header)
        data = {name: pl.Series(values, dtype=pl.String) for name, values in zip(self._names(), columns, strict=True)}
        return pl.DataFrame({ROW_NUMBER: pl.Series(self.row_numbers, dtype=pl.Int64), **data})

    def _names(self) -> list[str]:
        return [f"c{i}" for i in range(len(self.header))]

    def with_warning(self, warning: str) -> Table:
        """The same table with one more remark in its facts."""
        return replace(self, facts=replace(self.facts, warnings=(*self.facts.warnings, warning)))


class Reader(Protocol):
    """One kind of file.  Small on purpose: a new kind is one module and one line in `readers.READERS`."""

    def __call__(self, path: Path, label: str) -> Table:
        """Read the table of a file whose content is of this kind.

        Raises:
            Refused: it cannot be read without loss.
        """
        ...


def place_rows(records: Iterable[Sequence[str]], header: Sequence[str], facts: Facts) -> Table:
    """Rows of equal width, for formats whose records cannot be broken; blank rows are dropped, giant cells refused."""
    rows: list[Sequence[str]] = []
    numbers: list[int] = []
    refused: list[RefusedRow] = []
    for number, cells in enumerate((r for r in records if any(c.strip() for c in r)), start=1):
        if max(map(len, cells)) > OVERSIZED_CHARACTERS:
            refused.append(RefusedRow(number, "oversized_cell", "\t".join(c[:200] for c in cells)))
        else:
            rows.append(cells)
            numbers.append(number)
    return Table(tuple(header), facts, rows, numbers, tuple(refused))
