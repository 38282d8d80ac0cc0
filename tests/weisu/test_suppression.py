"""Small counts: nothing under the limit is shown, and no combination of shown figures gives a hidden one back (exact fractions judge)."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weisu.suppression import LEAST, Sums, derivable, family_sums, withheld


def shown_and_hidden(table: np.ndarray) -> np.ndarray:
    """What is hidden in rows × columns with all their totals."""
    values, parents = with_totals(table)
    sums, counts = family_sums(parents, values)
    return withheld(counts, sums)[: len(values)]


def with_totals(table: np.ndarray) -> tuple[dict, list[dict]]:
    """Cells (row, column) with `*` for all, and who is part of whom."""
    rows, columns = (range(n) for n in table.shape)
    values = {(r, c): table[r, c] for r, c in product(rows, columns)}
    values |= {(r, "*"): table[r].sum() for r in rows} | {("*", c): table[:, c].sum() for c in columns}
    values["*", "*"] = table.sum()
    by_row = {(r, c): ("*", c) for r in rows for c in (*columns, "*")}
    by_column = {(r, c): (r, "*") for r in (*rows, "*") for c in columns}
    return values, [by_row, by_column]


def fixed_exactly(hidden: np.ndarray, sums: Sums) -> np.ndarray:
    """The slow reference: reduced row echelon form in fractions; a row with a single entry fixes its cell."""
    columns = list(np.flatnonzero(hidden))
    rows = []
    for number in range(sums.size):
        entries = {c: -1 if t else 1 for n, c, t in zip(sums.number, sums.cell, sums.is_total, strict=True) if n == number and hidden[c]}  # fmt: skip
        rows.append([Fraction(entries.get(c, 0)) for c in columns])
    done = 0
    for column in range(len(columns)):
        pivot = next((r for r in range(done, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [x / rows[done][column] for x in rows[done]]
        for r in range(len(rows)):
            if r != done and rows[r][column]:
                rows[r] = [x - rows[r][column] * y for x, y in zip(rows[r], rows[done], strict=True)]
        done += 1
    fixed = np.zeros(len(hidden), dtype=bool)
    for row in rows:
        entries = [c for c, x in zip(columns, row, strict=True) if x]
        if len(entries) == 1:
            fixed[entries[0]] = True
    return fixed


tables = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda shape: st.lists(
        st.integers(0, 12) | st.integers(0, 300), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]
    ).map(lambda cells: np.array(cells, float).reshape(shape))
)


@given(tables)
def test_no_small_cell_follows_from_the_table_and_its_margins(table: np.ndarray) -> None:
    values, parents = with_totals(table)
    sums, counts = family_sums(parents, values)
    hidden = withheld(counts, sums)
    shown = counts[~hidden]
    assert not ((shown > 0) & (shown < LEAST)).any()
    given_back = fixed_exactly(hidden, sums) & (counts < LEAST)
    # where zeros leave one cell alone under its total, both go; nothing shown fixes either
    assert not given_back.any(), (table, np.flatnonzero(given_back))


@given(tables, st.integers(0, 2**30))
def test_the_audit_agrees_with_exact_fractions(table: np.ndarray, seed: int) -> None:
    values, parents = with_totals(table)
    sums, counts = family_sums(parents, values)
    hidden = np.random.default_rng(seed).random(len(counts)) < 0.4
    np.testing.assert_array_equal(derivable(hidden, sums), fixed_exactly(hidden, sums))


@given(tables)
def test_hidden_parts_of_a_shown_total_are_together_no_small_count(table: np.ndarray) -> None:
    values, parents = with_totals(table)
    sums, counts = family_sums(parents, values)
    hidden = withheld(counts, sums)
    for number in range(sums.size):
        at = sums.number == number
        total, parts = sums.cell[at & sums.is_total][0], sums.cell[at & ~sums.is_total]
        together = counts[parts[hidden[parts]]].sum()
        assert hidden[total] or together == 0 or together >= LEAST


def test_a_total_less_the_shown_gives_nothing_back() -> None:
    """3 of 40 is hidden; so is the next smallest, else 40 − 17 − 20 = 3."""
    values, parents = {"all": 40, "a": 3, "b": 17, "c": 20}, [{"a": "all", "b": "all", "c": "all"}]
    sums, counts = family_sums(parents, values)
    assert list(withheld(counts, sums)) == [False, True, True, False]


def test_parts_without_a_name_are_at_risk_too() -> None:
    """12 of which a has 10: the 2 of unknown place would follow, so a is hidden, too."""
    sums, counts = family_sums([{"a": "all"}], {"all": 12, "a": 10})
    assert list(counts) == [12, 10, 2]
    assert list(withheld(counts, sums)) == [False, True, True]


def test_a_bridge_between_two_closed_groups_is_found() -> None:
    """Each row and column has two hidden cells, and (1, 2) still follows: rows 0–1 less columns 0–1."""
    hidden_at = [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 2), (2, 3), (3, 2), (3, 3)]
    table = np.full((4, 4), 50.0)
    values, parents = with_totals(table)
    sums, _ = family_sums(parents, values)
    hidden = np.array([key in hidden_at for key in values])
    fixed = derivable(hidden, sums)
    assert [key for key, is_fixed in zip(values, fixed, strict=True) if is_fixed] == [(1, 2)]


def test_zeros_and_tables_of_large_counts_stay_as_they_are() -> None:
    assert not shown_and_hidden(np.array([[0.0, 9], [12, 0]])).any()
    assert not shown_and_hidden(np.zeros((2, 2))).any()


@pytest.mark.parametrize("size", [3, 40])
def test_most_of_a_table_with_one_small_count_is_shown(size: int) -> None:
    table = np.full((size, size), 100.0)
    table[0, 0] = 2
    assert shown_and_hidden(table).sum() == 4  # a rectangle


@given(tables)
def test_what_is_always_told_is_hidden_only_where_it_is_small(table: np.ndarray) -> None:
    values, parents = with_totals(table)
    sums, counts = family_sums(parents, values)
    told = counts == counts.max()  # the total of all, and what equals it
    hidden = withheld(counts, sums, told=told)
    assert not (hidden & told & (counts >= LEAST)).any()
