"""Attacks on the open data of a year: what a reader with all releases and a solver can learn of a withheld count."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from reports.open_data.cells import ALL, Cell, Release, cube, first_release, next_release, parents

MONTHS = tuple(f"2023-{m:02}" for m in range(1, 5))
Shown = dict[Cell, int | None]


def city(seed: int, mean: float) -> dict[Cell, int]:
    """Counts of 3 districts × 3 streets × 3 categories × 4 months, some without a street."""
    rnd = np.random.default_rng(seed)
    places = [(f"d{d}", "" if s == 0 else f"d{d}/s{s}") for d in range(3) for s in range(3)]
    drawn = {
        (*place, f"c{c}", month): int(rnd.poisson(rnd.gamma(0.7, mean / 0.7)))
        for place in places for c in range(3) for month in MONTHS
    }  # fmt: skip
    return {cell: n for cell, n in drawn.items() if n}


def equations(shown: Shown) -> list[tuple[dict[Cell, int], int]]:
    """What a reader writes down: parts less their total are nothing, with the shown numbers filled in."""
    found = []
    for dimension in parents(shown):
        families: dict[Cell, list[Cell]] = {}
        for child, parent in dimension.items():
            families.setdefault(parent, []).append(child)
        for parent, parts in families.items():
            signs = {parent: -1} | dict.fromkeys(parts, 1)
            known = sum(sign * shown[c] for c, sign in signs.items() if shown[c] is not None)
            found.append(({c: sign for c, sign in signs.items() if shown[c] is None}, -known))
    return found


def ranges(releases: list[Shown], targets: list[Cell]) -> dict[Cell, tuple[float, float]]:
    """Least and most of each target over all tables that agree with every release; cells withheld in all are the same in all."""
    cells = sorted({c for shown in releases for c, n in shown.items() if n is None})
    at = {(k, c): n for n, (k, c) in enumerate((k, c) for k in range(len(releases)) for c in cells)}
    rows: list[dict[int, int]] = []
    rest: list[int] = []
    for k, shown in enumerate(releases):
        for signs, known in equations(shown):
            if signs:
                rows.append({at[k, c]: sign for c, sign in signs.items()})
                rest.append(known)
    if len(releases) > 1:  # the strongest guess: a withheld street count did not change between the releases
        for c in cells:
            if ALL not in c[1:]:
                rows.append({at[0, c]: 1, at[1, c]: -1})
                rest.append(0)
    entries = [(n, column, sign) for n, row in enumerate(rows) for column, sign in row.items()]
    number, column, sign = zip(*entries, strict=True)
    matrix = csr_matrix((sign, (number, column)), shape=(len(rows), len(at)))
    made = {}
    for target in targets:
        goal = np.zeros(len(at))
        goal[at[0, target]] = 1
        ends = [linprog(s * goal, A_eq=matrix, b_eq=rest, bounds=(1, None), method="highs") for s in (1, -1)]
        made[target] = (ends[0].fun, np.inf if ends[1].status == 3 else -ends[1].fun)
    return made


def small(release: Release) -> list[Cell]:
    return [c for c, n in cube(release.base, release.months).items() if 0 < n < 5]


def one_more(base: dict[Cell, int], cell: Cell, n: int = 1) -> dict[Cell, int]:
    return base | {cell: base.get(cell, 0) + n}


@pytest.mark.parametrize(("seed", "mean"), [(1, 3), (2, 8), (3, 20), (4, 60)])
def test_solver_on_one_release_finds_no_range_narrower_than_one_to_four(seed: int, mean: float) -> None:
    release = first_release(city(seed, mean), MONTHS)
    shown = dict(release.rows())
    assert all(shown[c] is None for c in small(release))
    found = ranges([shown], small(release))
    assert found
    assert all(high - low >= 3 - 1e-6 for low, high in found.values())


def test_attack_itself_finds_a_count_withheld_alone() -> None:
    base = city(3, 20)
    victim = next(c for c, n in base.items() if n < 5)
    shown: Shown = {c: None if c == victim else n for c, n in cube(base, MONTHS).items()}
    assert ranges([shown], [victim])[victim] == pytest.approx((base[victim], base[victim]))


@pytest.mark.parametrize("seed", range(3))
def test_one_more_ticket_changes_nothing_that_is_released(seed: int) -> None:
    base = city(seed, 20)
    first = first_release(base, MONTHS)
    for cell in sorted(base)[::7]:
        assert dict(next_release(first, one_more(base, cell)).rows()) == dict(first.rows())


@pytest.mark.parametrize("seed", range(3))
def test_difference_of_releases_is_whole_changes_and_widens_no_knowledge(seed: int) -> None:
    base, rnd = city(seed, 60), np.random.default_rng(seed)
    first = first_release(base, MONTHS)
    later = {c: max(0, n + int(rnd.integers(-12, 13))) for c, n in base.items()} | {
        ("d9", "d9/new", "c0", MONTHS[0]): 7
    }
    second = next_release(first, later)
    old, new = dict(first.rows()), dict(second.rows())
    assert {c for c, n in new.items() if n is None} == {c for c, n in old.items() if n is None}
    moved = [new[c] - (old.get(c) or 0) for c in second.base if new[c] is not None and new[c] != (old.get(c) or 0)]
    assert moved
    assert all(abs(step) >= 5 for step in moved)
    assert all(n is None or n == 0 or n >= 5 for n in new.values())
    joint = {c: old.get(c, 0) for c in new}
    targets = small(first)[:25]
    alone, both = ranges([joint], targets), ranges([joint, new], targets)
    for target in targets:
        assert both[target] == pytest.approx(alone[target], abs=1e-6)
