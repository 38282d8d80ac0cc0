"""Tickets written as a table that a reader can check by eye.

    | 编号 id | 受理 created | 办结 closed | 件数 times | 说明 note |
    |---|---|---|---|---|
    | a | 11-05 08:00 | 11-06 08:00 | 3 | three equal tickets a-1, a-2, a-3 |

The last word of a header is the column of the ledger. `times` repeats the row, `note` is for the reader alone, an empty cell means not known,
`是` and `否` are yes and no. Instants are UTC; a year that is not written is 2025.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.dbt.city import Row, ticket

INSTANTS = {"created", "received", "dispatched", "contacted", "closed", "due"}
NUMBERS = {"redo_count": int, "return_count": int, "transfer_count": int, "lat": float, "lon": float, "times": int}
ANSWERS = {"是": True, "否": False}


def rows(table: str) -> list[dict[str, Any]]:
    """Each line of a table as column -> value; empty cells are left out, notes too."""
    lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.strip().splitlines()]
    names = [header.split()[-1] for header in lines[0]]
    assert all(set(cell) <= set("-: ") for cell in lines[1]), f"no rule under the header: {lines[1]}"
    assert {len(line) for line in lines} == {len(names)}, f"a line has another number of cells than {names}"
    return [_row(dict(zip(names, line, strict=True))) for line in lines[2:]]


def tickets(table: str, **usual: Any) -> list[Row]:
    """Ticket versions of a table, with what all of them share in `usual`."""
    made: list[Row] = []
    for row in rows(table):
        fields = usual | row
        name, times, created = fields.pop("id", None), fields.pop("times", None), fields.pop("created")
        for number in range(1, (times or 1) + 1):
            known = {} if name is None else {"ticket_id": name if times is None else f"{name}-{number}"}
            made.append(ticket(created, **fields, **known))
    return made


def _row(cells: dict[str, str]) -> dict[str, Any]:
    return {name: _value(name, cell) for name, cell in cells.items() if cell and name != "note"}


def _value(name: str, cell: str) -> Any:
    if name in INSTANTS:
        text = cell if cell[4:5] == "-" else f"2025-{cell}"
        return dt.datetime.fromisoformat(text).isoformat(sep=" ")
    if name in NUMBERS:
        return NUMBERS[name](cell)
    return ANSWERS.get(cell, cell)
