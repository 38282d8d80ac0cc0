"""Which unknowns a system of sums fixes: agrees with the rank of the matrix, small and beyond what a dense solver takes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weisu.null_space import Entries, unmoved


def fixed_by_rank(matrix: np.ndarray) -> np.ndarray:
    """The slow reference: an unknown is fixed when its unit row adds nothing to the rank."""
    rank = np.linalg.matrix_rank(matrix)
    units = np.eye(matrix.shape[1])
    return np.array([np.linalg.matrix_rank(np.vstack([matrix, unit])) == rank for unit in units])


def entries(matrix: np.ndarray) -> Entries:
    row, column = np.nonzero(matrix)
    return Entries(row, column, matrix[row, column])


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**30))
def test_unmoved_when_any_small_system_then_as_the_rank_says(sums: int, unknowns: int, seed: int) -> None:
    matrix = np.random.default_rng(seed).choice([-1.0, 0, 0, 0, 1], (sums, unknowns))
    np.testing.assert_array_equal(unmoved(entries(matrix), unknowns), fixed_by_rank(matrix))


@pytest.mark.parametrize("fixes", [True, False])
def test_unmoved_when_thousands_are_tied_in_a_ring_then_only_an_odd_ring_is_fixed(fixes: bool) -> None:
    """x1 + x2 = a, x2 + x3 = b, …, xn + x1 = z: an odd ring has one solution, an even one as many as numbers."""
    size = 3001 if fixes else 3000
    at = np.arange(size)
    ring = Entries(np.repeat(at, 2), np.column_stack([at, (at + 1) % size]).ravel(), np.ones(2 * size))
    assert unmoved(ring, size).all() == fixes
    assert unmoved(ring, size).any() == fixes
