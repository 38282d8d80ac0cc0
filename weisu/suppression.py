"""Small counts: which cells of a published table are withheld, so that none under the limit is shown or follows from what is shown.

A table is counts and sums that hold between them (a place is the sum of its parts, …).  Primary cells are those under the limit; complementary
ones are hidden as well until no sum gives a small one back: neither a single one (a total less its shown parts) nor several together.
That no combination does is judged by linear algebra: a hidden count follows exactly when it does not vary over the solutions of the sums.
What is hidden only to protect others may follow: it is no small count.

Source: Willenborg and de Waal (2001), Elements of Statistical Disclosure Control, chapter 6.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from weisu.null_space import Entries, unmoved

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST = 5  # counts from one up to this are withheld
LEAST_REST = 1e-7  # below it is nothing: counts are whole, sums of shares are not in here
GENTLE_ROUNDS = 3  # in which one more cell of a sum is hidden; then all of it, and of the sums tied to it, each round one tie further


@dataclass(frozen=True)
class Sums:
    """Which cells stand in which sum: parallel arrays; the totals of a sum are together as much as its other members."""

    number: NDArray[np.int64]  # of the sum
    cell: NDArray[np.int64]
    is_total: NDArray[np.bool_]

    @property
    def size(self) -> int:
        """Number of sums."""
        return int(self.number.max()) + 1 if len(self.number) else 0


Group = tuple[
    Sequence[Hashable], Sequence[Hashable]
]  # cells that are together as much as other cells together: months and weeks


def family_sums(
    parents: Iterable[Mapping[Hashable, Hashable]], values: Mapping[Hashable, float], groups: Iterable[Group] = ()
) -> tuple[Sums, NDArray[np.float64]]:
    """The sums of a table whose cells have parents (one mapping child -> parent per dimension), and of groups of cells that are as much as others.

    What a parent has beyond its children (parts without a name, parts not published) is a cell of its own behind the published ones: it is as
    much at risk as they are.  Parts that are more than their total (one of the totals is not published) are no sum.

    Returns:
        The sums over cells numbered as `values` lists them, and all values: the published cells first, then the rests.
    """
    index = {key: n for n, key in enumerate(values)}
    counts = [float(value) for value in values.values()]
    members: list[tuple[int, int, bool]] = []
    for number, (totals, parts) in enumerate(_families(parents, groups, index)):
        rest = sum(counts[cell] for cell in totals) - sum(counts[cell] for cell in parts)
        if rest < -LEAST_REST:
            continue
        members += [(number, cell, True) for cell in totals] + [(number, cell, False) for cell in parts]
        if rest > LEAST_REST:
            members.append((number, len(counts), False))
            counts.append(rest)
    table = np.array(members, dtype=np.int64).reshape(-1, 3)
    return Sums(table[:, 0], table[:, 1], table[:, 2].astype(bool)), np.array(counts)


def _families(
    parents: Iterable[Mapping[Hashable, Hashable]], groups: Iterable[Group], index: Mapping[Hashable, int]
) -> Iterator[tuple[list[int], list[int]]]:
    for dimension in parents:
        children: dict[int, list[int]] = {}
        for child, parent in dimension.items():
            if child in index and parent in index:
                children.setdefault(index[parent], []).append(index[child])
        yield from (([parent], parts) for parent, parts in children.items())
    for totals, parts in groups:
        yield [index[key] for key in totals if key in index], [index[key] for key in parts if key in index]


def withheld(
    values: NDArray[np.float64],
    sums: Sums,
    *,
    also: NDArray[np.bool_] | None = None,
    told: NDArray[np.bool_] | None = None,
    least: float = LEAST,
    too_narrow: Callable[[NDArray[np.bool_]], NDArray[np.bool_]] | None = None,
) -> NDArray[np.bool_]:
    """Which cells are hidden: the small ones, those that `also` names, and what must go with them.

    Args:
        values: count of each cell, 0 or more; zeros stay shown.
        told: cells that are never hidden to protect others.
        too_narrow: a stricter judge, asked where nothing follows exactly: hidden cells -> those whose range is still too narrow.
    """
    guarded = (values > 0) & (values < least)
    if also is not None:
        guarded |= also
    may_hide = values > 0 if told is None else (values > 0) & ~told
    hidden, judged = guarded.copy(), np.zeros(len(guarded), dtype=bool)
    for number in count(1):
        _cover(hidden, may_hide, values, sums, least)
        fixed = derivable(hidden, sums, new=hidden & ~judged)
        judged |= hidden & ~fixed
        given = fixed & guarded  # what only protects may be worked out
        if too_narrow is not None and not given.any():
            given = too_narrow(hidden) & guarded
        if not given.any() or not _protect(given, hidden, may_hide, values, sums, rings=max(0, number - GENTLE_ROUNDS)):
            return hidden
    raise AssertionError("each round hides more")


def derivable(hidden: NDArray[np.bool_], sums: Sums, *, new: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """Which hidden cells follow from the shown ones by the sums, however many of them it takes (`weisu.null_space`).

    Cells that no chain of sums ties together are judged apart.

    Args:
        new: cells hidden since the last look; what they are not tied to is free, as it was then.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    fixed = np.zeros(len(hidden), dtype=bool)
    inside = hidden[sums.cell]
    cells, column = np.unique(sums.cell[inside], return_inverse=True)
    if not len(cells):
        return fixed
    row = np.unique(sums.number[inside], return_inverse=True)[1]
    entries = Entries(row, column, np.where(sums.is_total[inside], -1.0, 1.0))
    if new is not None:
        matrix = csr_matrix((np.ones(len(row)), (row, column)))
        group = connected_components(matrix.T @ matrix, directed=False)[1]
        entries = entries.of(np.isin(group, group[new[cells]])[column])
    fixed[cells] = unmoved(entries, len(cells))
    return fixed


def _cover(
    hidden: NDArray[np.bool_], may_hide: NDArray[np.bool_], values: NDArray[np.float64], sums: Sums, least: float
) -> None:
    """Hide more cells until every sum with a hidden one has two, and those under a shown total are together no small count."""
    while True:
        is_hidden = hidden[sums.cell]
        several = np.bincount(sums.number, is_hidden, sums.size)
        together = np.bincount(sums.number, is_hidden & ~sums.is_total, sums.size)
        parts = np.bincount(sums.number, np.where(is_hidden & ~sums.is_total, values[sums.cell], 0.0), sums.size)
        shown_total = np.bincount(sums.number, sums.is_total & ~is_hidden, sums.size) > 0
        open_ = (several == 1) | ((together > 0) & shown_total & (parts < least))
        if not _hide_one_each(hidden, may_hide, values, sums, open_):
            return


def _protect(
    given: NDArray[np.bool_],
    hidden: NDArray[np.bool_],
    may_hide: NDArray[np.bool_],
    values: NDArray[np.float64],
    sums: Sums,
    *,
    rings: int,
) -> bool:
    """Hide more in the sums of the cells that are given back; where those have nothing left to hide, in the sums that hidden cells tie to them."""
    touched = _touched(given, sums)
    for _ in range(rings):
        touched = _touched(_inside(touched, hidden, sums), sums)
    if rings:
        hidden[sums.cell[touched[sums.number] & may_hide[sums.cell] & ~sums.is_total]] = True
    while not _hide_one_each(hidden, may_hide, values, sums, touched):
        wider = _touched(_inside(touched, hidden, sums), sums)
        if (wider == touched).all():
            return False
        touched = wider
    return True


def _inside(chosen: NDArray[np.bool_], hidden: NDArray[np.bool_], sums: Sums) -> NDArray[np.bool_]:
    """The hidden cells of the chosen sums."""
    cells = np.zeros(len(hidden), dtype=bool)
    cells[sums.cell[chosen[sums.number]]] = True
    return cells & hidden


def _touched(cells: NDArray[np.bool_], sums: Sums) -> NDArray[np.bool_]:
    return np.bincount(sums.number, cells[sums.cell], sums.size) > 0


def _hide_one_each(
    hidden: NDArray[np.bool_],
    may_hide: NDArray[np.bool_],
    values: NDArray[np.float64],
    sums: Sums,
    chosen: NDArray[np.bool_],
) -> bool:
    """Hide the least part that may be hidden in each chosen sum, the total where there is none; whether any was left to hide."""
    free = chosen[sums.number] & (may_hide & ~hidden)[sums.cell]
    if not free.any():
        return False
    number, cell, is_total = sums.number[free], sums.cell[free], sums.is_total[free]
    order = np.lexsort([cell, values[cell], is_total, number])
    first = order[np.concatenate([[True], np.diff(number[order]) > 0])]
    hidden[cell[first]] = True
    return True
