"""Rows that an open quote may have swallowed: the lines of a quoted cell, beside the cells of its record."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.readers.shapes import kind_of

LEAST_CELLS = 4  # of a record: a line of text has a comma or two easily
MOST_ROWS = 20  # lines of one cell that are as wide as a row: with more of them the quote is an open one
WHEN = ("date", "time")


def likeness(cells: Sequence[str], row: Sequence[str]) -> int:
    """How many cells are figures or times as those of a known row are, less those that are not; blank ones tell nothing."""
    score = 0
    for cell, known in zip(cells, row, strict=False):
        kind = kind_of(known)
        if kind and cell.strip():
            own = kind_of(cell)
            score += 1 if own and (own in WHEN) == (kind in WHEN) else -1
    return score


def hides_row(record: Sequence[str], delimiter: str, known: Sequence[str] = ()) -> bool:
    """Whether a quoted cell of a record more likely runs from a quote left open in it to one astray in a later row.

    The last line of such a cell is the beginning of that row: it has as many cells before the quote, alike where the record's are figures or
    times.  Lines between that are as wide as a row speak for it unless they are unlike it.

    Args:
        known: another record, beyond doubt: what is like that one is a row too.
    """
    return len(record) >= LEAST_CELLS and any(
        "\n" in cell and _holds_row(cell.split("\n")[1:], record, index, delimiter, known)
        for index, cell in enumerate(record)
    )


def _holds_row(lines: Sequence[str], record: Sequence[str], index: int, delimiter: str, known: Sequence[str]) -> bool:
    rows = [row for line in lines[:-1] if len(row := line.split(delimiter)) == len(record)]
    last = lines[-1].split(delimiter)
    if len(rows) > MOST_ROWS:
        return True
    if len(last) <= index:
        return False
    others = [*record[:index], "", *record[index + 1 :]]
    if likeness(last[:index], others) > 0 or likeness(last[:index], known) > 0:
        return True
    return any(likeness(row, others) >= 0 or likeness(row, known) > 0 for row in rows)
