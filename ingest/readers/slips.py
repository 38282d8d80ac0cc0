"""Rows slipped by one cell: as wide as the table, but from one place on the cells stand a column too far to one side.

A delimiter lost early and one too many later do it, or a value typed into the column beside its own.  A row is slipped where several cells
are strangers in their own column and at home one column on, and none between them says otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from ingest.readers.contents import BLANK, EMPTY_WORDS, LOOK_AT, STRICT_SHARE, Column, Count, learn, learn_more
from ingest.readers.exchanges import Exchanges
from ingest.readers.shapes import PATTERNS, Shapes
from ingest.readers.table import ROW_NUMBER, Part, Table, less, without

if TYPE_CHECKING:
    import polars as pl

CROWDED_SHARE = 0.01  # of the cells of a column are strangers: something in the file changes
ENOUGH = 6  # weight of the evidence: a date, a code or a narrow number weighs 4, a word 2, and 1 more where strangers hardly occur
LONGEST_PAIR = 60  # characters of two numbers in one cell
SEPARATORS = " \t,，;；|、/-"


class Slips:
    """Finds the slipped rows of one table, a frame at a time in file order."""

    def __init__(self, shapes: Shapes, exchanges: Exchanges) -> None:
        """`shapes` as the first rows gave them; words and ranges come from the frames."""
        self._kinds, self._columns, self._exchanges = shapes.columns, [], exchanges

    def without(self, part: Part) -> Part:
        """The part less its slipped rows, which are refused.

        Raises:
            Refused: two columns stand in each other's place in nearly half of the rows.
        """
        strange = self._strange(part.frame) if self._columns else None
        exchanged = self._exchanged(part.frame, strange)
        part = without(part, exchanged, "exchanged_columns")
        return without(part, self._rows(part.frame, None if exchanged.height else strange), "slipped_cells")

    def _exchanged(self, frame: pl.DataFrame, strange: pl.DataFrame | None) -> pl.DataFrame:
        """The rows with exchanged columns; of later frames only where many cells of a column are strangers."""
        suspects = None if strange is None else self._crowded(strange, frame.height)
        if self._exchanges.passes(frame.height, suspects):
            return frame.clear()
        cells = frame.drop(ROW_NUMBER)
        found = self._exchanges.sampled_rows(frame.height, lambda step: _listed(cells.gather_every(step)), suspects)
        return frame[sorted(found)]

    def _rows(self, frame: pl.DataFrame, strange: pl.DataFrame | None) -> pl.DataFrame:
        """The slipped rows of a frame of row_number and text columns c0, c1, …"""
        import polars as pl

        if not self._columns:
            heads = [cells.fill_null("").to_list() for cells in frame.head(LOOK_AT).drop(ROW_NUMBER)]
            self._columns = learn(self._kinds, heads, _counter(frame))
            strange = self._strange(frame)
        else:
            strange = self._learn_more(frame, self._strange(frame) if strange is None else strange)
        if strange.width < 2:
            return frame.clear()
        doubtful = frame.filter(strange.select(pl.any_horizontal(pl.all())).to_series())
        is_slipped = [Row([c or "" for c in cells], self._columns).is_slipped for _, *cells in doubtful.iter_rows()]
        return doubtful.filter(pl.Series(is_slipped, dtype=pl.Boolean))

    def _strange(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Of each column that holds one kind of value, by its place: whether a cell is a stranger in it."""
        return frame.select(
            _is_strange(i, column).alias(str(i)) for i, column in enumerate(self._columns) if column.kind
        )

    def _crowded(self, strange: pl.DataFrame, height: int) -> set[int]:
        """Places of the columns with many strangers; new numbers are nothing strange."""
        words = (cells for cells in strange if self._columns[int(cells.name)].kind != "number")
        return {int(cells.name) for cells in words if (cells.sum() or 0) > CROWDED_SHARE * height}

    def _learn_more(self, frame: pl.DataFrame, strange: pl.DataFrame) -> pl.DataFrame:
        """Learn the words of columns in which many cells of a later frame are strangers; what is strange then."""
        words = [index for index, column in enumerate(self._columns) if column.kind == "word"]
        many = {i for i in words if (strange[str(i)].sum() or 0) > STRICT_SHARE * frame.height}
        self._columns = learn_more(self._columns, many, _counter(frame))
        again = (_is_strange(i, self._columns[i]).alias(str(i)) for i in many)
        return strange.with_columns(frame.select(again)) if many else strange


def _counter(frame: pl.DataFrame) -> Count:
    """How often each cell of a column comes in a frame."""
    return lambda index: dict(frame.to_series(index + 1).drop_nulls().value_counts().iter_rows())


def _listed(cells: pl.DataFrame) -> list[list[str]]:
    return [column.fill_null("").to_list() for column in cells]


def without_slips(table: Table, shapes: Shapes, label: str) -> Table:
    """A small table, its rows in a list, less its slipped rows, which are refused.

    Raises:
        Refused: two columns stand in each other's place in nearly half of the rows.
    """
    if not table.rows:
        return table
    table = less(
        table,
        Exchanges(label, table.header).sampled_rows(
            len(table.rows), lambda step: list(zip(*table.rows[::step], strict=True))
        ),
        "exchanged_columns",
    )
    heads = [list(cells) for cells in zip(*table.rows[:LOOK_AT], strict=True)]
    columns = learn(shapes.columns, heads, lambda index: Counter(row[index] for row in table.rows))
    return less(table, {at for at, cells in enumerate(table.rows) if _is_slipped(cells, columns)}, "slipped_cells")


def _is_slipped(cells: Sequence[str], columns: Sequence[Column]) -> bool:
    has_stranger = any(
        c.kind and not c.fits(cell) and cell not in EMPTY_WORDS for c, cell in zip(columns, cells, strict=True)
    )
    return has_stranger and Row(cells, columns).is_slipped


def without_strangers(table: Table, label: str) -> Table:
    """A table of a format that parts its cells itself, less its totals, signatures, second headers and slipped rows, which are refused.

    Raises:
        Refused: two columns stand in each other's place in nearly half of the rows.
    """
    if not table.height:
        return table
    frame = table.frame()
    shapes = Shapes([[cell or "" for cell in row] for _, *row in frame.head(LOOK_AT).iter_rows()])
    part = without(Part(frame, table.refused, 1.0), shapes.foreign_rows(frame), "foreign_record")
    part = Slips(shapes, Exchanges(label, table.header)).without(part)
    if len(part.refused) == len(table.refused):
        return table
    numbers = part.frame.get_column(ROW_NUMBER).to_list()
    return replace(table, rows=(), native=part.frame.drop(ROW_NUMBER), row_numbers=numbers, refused=part.refused)


def _is_strange(index: int, column: Column) -> pl.Expr:
    import polars as pl

    cell = pl.col(f"c{index}")
    if column.kind == "word":
        return ~cell.is_in([*column.words, *EMPTY_WORDS])
    is_strange = ~cell.str.contains(PATTERNS[column.kind]) & ~cell.is_in(EMPTY_WORDS)
    if not column.is_narrow:
        return is_strange
    return is_strange | ~cell.cast(pl.Float64, strict=False).is_between(column.low, column.high)


@dataclass(frozen=True)
class Row:
    """One row beside what its columns hold."""

    cells: Sequence[str]
    columns: Sequence[Column]

    @property
    def is_slipped(self) -> bool:
        """Whether some run of cells belongs one column to the right, or one to the left, or two neighbours into each other's place."""
        return any(map(self._is_exchanged, range(len(self.cells) - 1))) or any(
            self._weight(step) >= ENOUGH for step in (1, -1)
        )

    @cached_property
    def _is_blank(self) -> list[bool]:
        return [bool(BLANK.fullmatch(cell.strip())) for cell in self.cells]

    @cached_property
    def _is_stranger(self) -> list[bool]:
        return [
            not blank and not column.fits(cell)
            for column, cell, blank in zip(self.columns, self.cells, self._is_blank, strict=True)
        ]

    def _is_exchanged(self, at: int) -> bool:
        """Two strangers, each at home in the other's column; of numbers, such as latitude and longitude, the mapping judges."""
        one, two = self.columns[at : at + 2]
        if not (self._is_stranger[at] and self._is_stranger[at + 1]) or one.kind == two.kind == "number":
            return False
        return one.owns(self.cells[at + 1].strip()) and two.owns(self.cells[at].strip())

    def _weight(self, step: int) -> int:
        """Evidence of the best run of cells that all may belong `step` columns on."""
        best = weight = hole = 0
        for at in range(len(self.cells)):
            edge = max(self._joined(at, step), self._parted(at, step))
            if self._speaks_against(at, step):
                best = max(best, weight + edge + hole * (weight > 0))
                weight, hole = edge, 0
            else:
                weight += max(self._moved(at, step), edge)
                hole = max(hole, self._leaves_hole(at, step))
        return max(best, weight + hole * (weight > 0))

    def _home(self, at: int, step: int) -> Column | None:
        return self.columns[at + step] if 0 <= at + step < len(self.columns) else None

    def _speaks_against(self, at: int, step: int) -> bool:
        """The cell does not belong `step` columns on, or does belong where it stands."""
        if self._is_blank[at]:
            return False
        home = self._home(at, step)
        if home is None or home.kind:
            return home is None or not home.fits(self.cells[at])
        return bool(self.columns[at].kind) and not self._is_stranger[at]

    def _leaves_hole(self, at: int, step: int) -> int:
        """2 where the place this cell may belong to is blank, in a column that is not."""
        home = self._home(at, step)
        return 2 * (home is not None and home.is_usual and self._is_blank[at + step] and not self._is_blank[at])

    def _moved(self, at: int, step: int) -> int:
        """Weight of a cell that is a stranger here and at home `step` columns on."""
        own, home, cell = self.columns[at], self._home(at, step), self.cells[at].strip()
        if home is None or self._is_blank[at]:
            return 0
        is_home = home.owns(cell)
        if own.kind:
            weight = home.weight + own.is_strict if is_home else 2 * (not home.kind and own.rejects(cell))
            return weight * self._is_stranger[at]
        is_missed = self._is_stranger[at + step] or self._leaves_hole(at, step) > 0
        return (home.weight + 2 * own.is_long + home.is_strict) * is_missed * is_home

    def _joined(self, at: int, step: int) -> int:
        """Weight of a cell that holds two values, its own and its neighbour's: here the delimiter was lost."""
        left = at if step > 0 else at - 1
        if left < 0 or left + 1 >= len(self.cells) or not self._is_stranger[at]:
            return 0
        first, second, cell = self.columns[left], self.columns[left + 1], self.cells[at].strip()
        is_missed = self._is_missed(at + 1 if step > 0 else at - 1)
        ends = {len(w) for w in first.words if cell.startswith(w)} | {len(cell) - len(w) for w in second.words if cell.endswith(w)}  # fmt: skip
        if first.is_narrow and second.is_narrow and len(cell) <= LONGEST_PAIR:
            ends |= set(range(2, len(cell) - 1))
        halves = [(cell[:end].strip(SEPARATORS), cell[end:].strip(SEPARATORS)) for end in ends]
        if any(_says(one, first) and _says(two, second) for one, two in halves):
            return 4 + 2 * is_missed
        return 2 * (not second.kind and any(_says(one, first) and len(two) > 1 for one, two in halves))

    def _is_missed(self, at: int) -> bool:
        """No value of the column stands here, and one should."""
        return self._is_stranger[at] or (
            self._is_blank[at] and self.columns[at].is_usual and bool(self.columns[at].kind)
        )

    def _parted(self, at: int, step: int) -> int:
        """Weight of two neighbours that are one value of the column it belongs to: here a delimiter was added."""
        left = at if step > 0 else at - 1
        place = left + (step > 0)
        if left < 0 or place >= len(self.cells) or left + 1 >= len(self.cells) or not self._is_stranger[place]:
            return 0
        one, two, home = self.cells[left].strip(), self.cells[left + 1].strip(), self.columns[place]
        if not one or not two or (home.kind == "number" and not home.is_narrow):
            return 0
        return 4 * (not home.fits(one) and not home.fits(two) and home.owns(one + two))


def _says(part: str, column: Column) -> bool:
    """Whether a part of a cell is a value of the column beyond doubt: digits alone prove nothing."""
    return len(part) > 1 and not part.isdecimal() and column.owns(part) and (column.kind == "word" or column.weight > 2)
