"""How far a reader can narrow a hidden count down: its range over all tables that agree with what is shown (linear programming).

A reader knows every sum, every shown count and that hidden counts are 1 or more (zeros are shown; a total of three hidden parts is 3 or more).
The standard of protection: the range of a hidden count under the limit is `WIDTH` wide at least, as wide as from 1 to 4.
All cells are judged by few programs; each solution is a table that may be true, and so proves what it reaches.

Source: Willenborg and de Waal (2001), Elements of Statistical Disclosure Control, chapter 6 (feasibility intervals).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from weisu.errors import WeisuError
from weisu.suppression import LEAST, Sums

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

CLOSE = 1e-6
WIDTH = LEAST - 2  # from 1 to 4
MOST_ALONE = 200  # cells judged one by one; more that no group reaches are called too narrow unseen


class RangeError(WeisuError):
    """The ranges of withheld counts could not be computed."""

    code = "ranges"


def narrow_cells(
    hidden: NDArray[np.bool_], values: NDArray[np.float64], sums: Sums, *, least: float = LEAST
) -> NDArray[np.bool_]:
    """Which hidden cells under `least` have a range narrower than `WIDTH` for all that a reader knows."""
    narrow = np.zeros(len(hidden), dtype=bool)
    cells = np.flatnonzero(hidden)
    left = np.flatnonzero(values[cells] < least)
    if not len(left):
        return narrow
    matrix, rest = _equations(hidden, values, sums, cells)
    low = np.minimum(values[cells] - 1, _table(matrix, rest, left))  # both tables may be true
    while len(left):
        found = _table(matrix, rest, left, low[left] + WIDTH)
        reached = found[left] >= low[left] + WIDTH - CLOSE
        left = left[~reached]
        if not reached.any():
            break
    if len(left) <= MOST_ALONE:
        left = left[[_width(matrix, rest, cell) < WIDTH - CLOSE for cell in left]] if len(left) else left
    narrow[cells[left]] = True
    return narrow


def _width(matrix: csr_matrix, rest: NDArray[np.float64], cell: int) -> float:
    """The range of one cell, up to what counts as wide."""
    alone = np.array([cell])
    low = _table(matrix, rest, alone)[cell]
    return _table(matrix, rest, alone, np.array([low + WIDTH]))[cell] - low


def _equations(
    hidden: NDArray[np.bool_], values: NDArray[np.float64], sums: Sums, cells: NDArray[np.int64]
) -> tuple[csr_matrix, NDArray[np.float64]]:
    """The sums over what the hidden cells have beyond 1, and what they must come to."""
    from scipy.sparse import csr_matrix

    inside = hidden[sums.cell]
    rows, row = np.unique(sums.number[inside], return_inverse=True)
    column = np.searchsorted(cells, sums.cell[inside])
    matrix = csr_matrix((np.where(sums.is_total[inside], -1.0, 1.0), (row, column)), shape=(len(rows), len(cells)))
    return matrix, matrix @ (values[cells] - 1)


def _table(
    matrix: csr_matrix, rest: NDArray[np.float64], wanted: NDArray[np.int64], up_to: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """A table that agrees with what is shown, in counts beyond 1: the wanted cells together as small as can be, or as large, each up to its aim."""
    from scipy.optimize import linprog
    from scipy.sparse import hstack

    size = matrix.shape[1]
    cost, bounds = np.zeros(size), np.full((size, 2), [0.0, np.inf])
    if up_to is None:
        cost[wanted], both = 1.0, matrix
    else:  # what counts up to the aim is a part of the cell of its own
        cost = np.concatenate([cost, np.full(len(wanted), -1.0)])
        bounds = np.vstack([bounds, np.column_stack([np.zeros(len(wanted)), up_to])])
        both = hstack([matrix, matrix[:, wanted]]).tocsr()
    made = linprog(cost, A_eq=both, b_eq=rest, bounds=bounds, method="highs")
    if made.x is None:
        raise RangeError("ranges of withheld counts cannot be computed", where="open data", todo=made.message)
    found = made.x[:size].copy()
    found[wanted] += made.x[size:] if up_to is not None else 0.0
    return found
