"""Rows torn inside their first or last cell by a line break without quotes: one part is as wide as a row and looks like one.

The other part is a line of one cell.  Where the column's values all have one shape, as ids and telephone numbers have, the two parts
together have it and the row alone has not: it is set aside like its rest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from ingest.readers.table import Table, less

LOOK_AT, LEAST_ROWS, USUAL_SHARE = 2000, 5, 0.9
LETTER, DIGIT = re.compile("[A-Za-z]"), re.compile("[0-9]")


def without_torn(table: Table, fragments: Mapping[int, str]) -> Table:
    """The table without torn rows, which are refused.

    Args:
        fragments: the lines of one cell among its refused records, by row number.
    """
    if not fragments or len(table.rows) < LEAST_ROWS:
        return table
    first, last = _usual_shape(table.rows, 0), _usual_shape(table.rows, -1)
    torn = {
        at for at, (number, cells) in enumerate(zip(table.row_numbers, table.rows, strict=True))
        if _is_rest(fragments.get(number - 1, ""), cells[0], first) or _is_rest(cells[-1], fragments.get(number + 1, ""), last)
    }  # fmt: skip
    return less(table, torn, "too_few_cells")


def _usual_shape(rows: Sequence[Sequence[str]], place: int) -> str:
    """The shape of nearly all cells of a column; "" where they have several."""
    shapes = Counter(_shape(cells[place]) for cells in rows[:LOOK_AT])
    shape, count = shapes.most_common(1)[0]
    return shape if count >= USUAL_SHARE * shapes.total() else ""


def _is_rest(before: str, behind: str, shape: str) -> bool:
    """Whether the two parts, and not one of them alone, are a value of the column."""
    parts = (before.strip(), behind.strip())
    return bool(shape and all(parts)) and _shape("".join(parts)) == shape


def _shape(cell: str) -> str:
    return DIGIT.sub("9", LETTER.sub("a", cell.strip()))
