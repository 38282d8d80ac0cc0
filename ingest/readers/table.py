"""What every reader hands over: one table, all text, with the records it could not place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import polars as pl

ROW_NUMBER = "row_number"
OVERSIZED_CHARACTERS = 1_000_000
REASONS = (
    "too_few_cells", "too_many_cells", "broken_quotes", "undecodable_bytes", "oversized_cell", "foreign_record",
    "control_characters", "damaged_record", "conflicting_keys", "slipped_cells",
    "exchanged_columns",
)  # fmt: skip


@dataclass(frozen=True)
class RefusedRow:
    """A record that is no row of the table; its raw text goes to quarantine, masked."""

    row_number: int  # counted from 1 over the records below the header
    reason: str  # one of REASONS
    text: str


@dataclass(frozen=True)
class Source:
    """One plain file of known kind; `budget` is the size in bytes that limits of time and memory grow with."""

    path: Path
    label: str  # how messages name it
    budget: int = 0
    may_lack_header: bool = False  # text rows without a header are wanted too, under blank names


@dataclass(frozen=True)
class Remark:
    """What a person should know about how a file was read; the text `reader.remark.CODE` says it with its values."""

    code: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """How the file was read, for people and for `weisu profile suggest`."""

    kind: str
    encoding: str = ""
    delimiter: str = ""
    header_row: int = 1  # counted from 1
    sheet: str = ""
    warnings: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Part:
    """Some rows of a table in file order: `frame` as `Table.frame` gives it, the records refused among them."""

    frame: pl.DataFrame
    refused: tuple[RefusedRow, ...]
    share: float  # of the file read when this part is done, 0 to 1


class Stream(Protocol):
    """The rows of a table too large to lie in memory."""

    def parts(self) -> Iterator[Part]:
        """The table from its first row on, each time anew."""
        ...


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
    stream: Stream | None = field(default=None, compare=False)  # instead of rows, until `whole` collects it

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
            numbers = self.row_numbers or range(1, made.height + 1)
            return made.select(pl.Series(ROW_NUMBER, numbers, dtype=pl.Int64), pl.all())
        columns = list(zip(*self.rows, strict=True)) or [()] * len(self.header)
        data = {name: pl.Series(values, dtype=pl.String) for name, values in zip(self._names(), columns, strict=True)}
        return pl.DataFrame({ROW_NUMBER: pl.Series(self.row_numbers, dtype=pl.Int64), **data})

    def parts(self, rows: int = 250_000) -> Iterator[Part]:
        """The table a part at a time; of a stream, the only way that holds no more than a part in memory."""
        if self.stream is not None:
            yield from self.stream.parts()
            return
        frame = self.frame()
        for at in range(0, max(frame.height, 1), rows):
            refused = self.refused if at == 0 else ()
            yield Part(frame.slice(at, rows), refused, min(1.0, (at + rows) / max(frame.height, 1)))

    def part_after(self, number: int) -> Part:
        """This table as a part of a larger one, behind `number` records."""
        import polars as pl

        refused = tuple(replace(row, row_number=row.row_number + number) for row in self.refused)
        return Part(self.frame().with_columns(pl.col(ROW_NUMBER) + number), refused, 1.0)

    def whole(self) -> Table:
        """The same table with all rows in memory."""
        if self.stream is None:
            return self
        import polars as pl

        parts = list(self.stream.parts())
        refused = tuple(row for part in parts for row in part.refused)
        schema = {ROW_NUMBER: pl.Int64, **dict.fromkeys(self._names(), pl.String)}
        frame = pl.concat([part.frame for part in parts] or [pl.DataFrame(schema=schema)])
        numbers = frame[ROW_NUMBER].to_list() if refused else ()
        return replace(self, native=frame.drop(ROW_NUMBER), row_numbers=numbers, refused=refused, stream=None)

    def _names(self) -> list[str]:
        return [f"c{i}" for i in range(len(self.header))]


class Reader(Protocol):
    """One kind of file.  Small on purpose: a new kind is one module and one line in `readers.READERS`."""

    def __call__(self, source: Source) -> Table:
        """Read the table of a file whose content is of this kind.

        Raises:
            Refused: it cannot be read without loss.
        """
        ...


def place_rows(
    records: Iterable[Sequence[str]], header: Sequence[str], facts: Facts, clashing: Collection[int] = ()
) -> Table:
    """Rows of equal width, for formats whose records cannot be broken; blank rows are dropped, unfit ones refused.

    Args:
        clashing: places (from 1) of records that say two things at once: `conflicting_keys`.
    """
    rows: list[Sequence[str]] = []
    numbers: list[int] = []
    refused: list[RefusedRow] = []
    number = 0
    for place, cells in enumerate(records, start=1):
        if not any(c.strip() for c in cells):
            continue
        number += 1
        if reason := "conflicting_keys" if place in clashing else fault_of(cells):
            refused.append(RefusedRow(number, reason, shown_record(cells)))
        else:
            rows.append(cells)
            numbers.append(number)
    return Table(tuple(header), facts, rows, numbers, tuple(refused))


def place_frame(frame: pl.DataFrame, header: Sequence[str], facts: Facts) -> Table:
    """The same for a frame of text columns in the order of `header`, null where a cell is empty."""
    import polars as pl

    made = frame.rename({old: f"c{i}" for i, old in enumerate(frame.columns)})
    is_blank = pl.all_horizontal(pl.all().fill_null("").str.strip_chars() == "")
    made = made.filter(~is_blank).with_row_index(ROW_NUMBER, offset=1) if made.width else made
    cells = pl.col(pl.String)
    unfit = (cells.str.len_chars() > OVERSIZED_CHARACTERS) | cells.str.contains("\0", literal=True)
    bad = made.filter(pl.any_horizontal(unfit))
    rows = ((number, [c or "" for c in row]) for number, *row in bad.iter_rows())
    refused = tuple(RefusedRow(number, fault_of(cells), shown_record(cells)) for number, cells in rows)
    made = made.filter(~pl.any_horizontal(unfit.fill_null(False))) if refused else made
    numbers = made.get_column(ROW_NUMBER).to_list() if refused else range(1, made.height + 1)
    return Table(tuple(header), facts, row_numbers=numbers, refused=refused, native=made.drop(ROW_NUMBER))


def without(part: Part, bad: pl.DataFrame, reason: str) -> Part:
    """The part less some of its rows, which are refused for a reason."""
    if not bad.height:
        return part
    rows = ((number, [c or "" for c in row]) for number, *row in bad.iter_rows())
    refused = [*part.refused, *(RefusedRow(number, reason, shown_record(cells)) for number, cells in rows)]
    kept = part.frame.join(bad.select(ROW_NUMBER), on=ROW_NUMBER, how="anti", maintain_order="left")
    return replace(part, frame=kept, refused=tuple(sorted(refused, key=lambda r: r.row_number)))


def with_refused(table: Table, more: Sequence[RefusedRow]) -> Table:
    """The table with records set aside that stand among its rows; `more` counts all records, so the rows make room."""
    if not more:
        return table
    taken = {row.row_number for row in more}
    free = [number for number in range(1, table.height + len(table.refused) + len(more) + 1) if number not in taken]
    moved = [replace(row, row_number=free[row.row_number - 1]) for row in table.refused]
    numbers = [free[number - 1] for number in table.row_numbers]
    return replace(table, row_numbers=numbers, refused=tuple(sorted([*moved, *more], key=lambda r: r.row_number)))


def less(table: Table, bad: set[int], reason: str) -> Table:
    """A table of rows in a list without those at some places (from 0), which are refused."""
    if not bad:
        return table
    pairs = list(zip(table.row_numbers, table.rows, strict=True))
    refused = [RefusedRow(number, reason, shown_record(cells)) for number, cells in (pairs[at] for at in bad)]
    kept = [pair for at, pair in enumerate(pairs) if at not in bad]
    return replace(
        table, rows=[cells for _, cells in kept], row_numbers=[number for number, _ in kept],
        refused=tuple(sorted([*table.refused, *refused], key=lambda r: r.row_number)),
    )  # fmt: skip


def shown_record(cells: Sequence[str]) -> str:
    """The raw text of a refused record, whatever is in it."""
    return "\t".join(c[:2000] for c in cells).encode("utf-8", "replace").decode("utf-8")


def fault_of(cells: Sequence[str]) -> str:
    """Why cells of text are no row all the same; "" where they are."""
    whole = "\t".join(cells)
    if "\0" in whole:
        return "control_characters"
    if len(whole) > OVERSIZED_CHARACTERS and max(map(len, cells)) > OVERSIZED_CHARACTERS:
        return "oversized_cell"
    try:
        whole.encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair, as JSON can spell it
        return "undecodable_bytes"
    return ""
