"""Which unknowns of a system of sums are fixed by it: those that no vector of its null space moves.

A random vector of the null space moves every unknown that is free (but with probability zero).  It is made exactly where possible: an unknown
that stands in one sum alone takes up whatever the others of that sum do, so that the sum binds nothing else and is set aside; so it goes on until
every unknown left stands in several sums.  These are solved, then the sums set aside follow backwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED = 20261122  # of the random vectors; any other gives the same answer
VECTORS = 2  # one of them may be small somewhere by chance
FIXED = 1e-7  # the exact part of a vector is known to 1e-12; what moves, moves by far more
RIDGE = 1e-6  # makes dependent sums solvable; what it leaves shrinks by it in each correction
SOLVED, MOST_CORRECTIONS = 1e-13, 20


@dataclass(frozen=True)
class Entries:
    """A sparse matrix, sums × unknowns, as parallel arrays."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    value: NDArray[np.float64]

    def of(self, chosen: NDArray[np.bool_]) -> Entries:
        """Some of the entries."""
        return Entries(self.row[chosen], self.column[chosen], self.value[chosen])


@dataclass(frozen=True)
class Step:
    """Sums set aside together, each with an unknown of its own, which stands in no other sum that was left."""

    own: Entries
    others: Entries


def unmoved(entries: Entries, unknowns: int) -> NDArray[np.bool_]:
    """Which of the unknowns are the same in all solutions."""
    steps, core = _set_aside(entries, unknowns)
    vectors = np.random.default_rng(SEED).uniform(1, 2, (unknowns, VECTORS))
    _solve(core, vectors)
    for step in reversed(steps):
        _follow(step, vectors)
    return np.abs(vectors).max(axis=1) < FIXED


def _set_aside(entries: Entries, unknowns: int) -> tuple[list[Step], Entries]:
    """The sums set aside, in order, and what is left."""
    steps: list[Step] = []
    while len(entries.row):
        alone = np.flatnonzero(np.bincount(entries.column, minlength=unknowns)[entries.column] == 1)
        if not len(alone):
            break
        rows, first = np.unique(entries.row[alone], return_index=True)
        is_own, is_gone = np.zeros(len(entries.row), dtype=bool), np.isin(entries.row, rows)
        is_own[alone[first]] = True
        steps.append(Step(entries.of(is_own), entries.of(is_gone & ~is_own)))
        entries = entries.of(~is_gone)
    return steps, entries


def _follow(step: Step, vectors: NDArray[np.float64]) -> None:
    """Set the own unknown of each sum so that the sum stays as it is."""
    size = int(step.own.row.max()) + 1
    for vector in vectors.T:
        total = np.bincount(step.others.row, step.others.value * vector[step.others.column], minlength=size)
        vector[step.own.column] = -total[step.own.row] / step.own.value


def _solve(core: Entries, vectors: NDArray[np.float64]) -> None:
    """Keep the part of the vectors that lies in the null space of `core`: what is left after their part in the rows is taken away."""
    from scipy.sparse import csr_matrix, identity
    from scipy.sparse.linalg import splu

    if not len(core.row):
        return
    columns, column = np.unique(core.column, return_inverse=True)
    rows, row = np.unique(core.row, return_inverse=True)
    matrix = csr_matrix((core.value, (row, column)), shape=(len(rows), len(columns)))
    products = (matrix @ matrix.T + RIDGE * identity(len(rows))).tocsc()
    factors = splu(products, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    left = vectors[columns]
    for _ in range(MOST_CORRECTIONS):
        off = matrix @ left
        if np.abs(off).max() < SOLVED:
            break
        left = left - matrix.T @ factors.solve(off)
    vectors[columns] = left
