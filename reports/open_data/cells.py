"""The table of a year: street × category (level 1) × month with all its margins, and which of it is shown (docs/decisions/0015).

A cell is (district, street, category, month); `*` is all of them, an empty name is "not known", so that parts add up to every margin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from weisu.cell_ranges import narrow_cells
from weisu.errors import WeisuError
from weisu.suppression import LEAST, derivable, family_sums, withheld

Cell = tuple[str, str, str, str]
Counts = Mapping[Cell, int]
ALL = "*"


class SuppressionError(WeisuError):
    """The counts of a year cannot be released safely."""

    code = "suppression"


@dataclass(frozen=True)
class Release:
    """What of a year is released."""

    months: tuple[str, ...]  # 2023-01 …, those that the data cover
    base: dict[
        Cell, int
    ]  # counts of street × category × month, those above zero; small ones are in here: never leaves the house
    hidden: frozenset[Cell]

    def rows(self) -> Iterator[tuple[Cell, int | None]]:
        """Every cell in order; None = withheld."""
        for cell, value in cube(self.base, self.months).items():
            yield cell, None if cell in self.hidden else value


def cube(base: Counts, months: Iterable[str]) -> dict[Cell, int]:
    """All cells of a year with all margins, zeros as well, in order: the same counts give the same choice of what to withhold."""
    places = {cell[:2] for cell in base}
    categories = {cell[2] for cell in base} | {ALL}
    every = {*places, *((district, ALL) for district, _ in places), (ALL, ALL)}
    counts = Counter({(*place, what, when): 0 for place, what, when in product(every, categories, [*months, ALL])})
    for (district, street, category, month), value in base.items():
        above = [(district, street), (district, ALL), (ALL, ALL)]
        for place, what, when in product(above, (category, ALL), (month, ALL)):
            counts[(*place, what, when)] += value
    return dict(sorted(counts.items()))


def parents(cells: Iterable[Cell]) -> list[dict[Cell, Cell]]:
    """Per dimension the cell that each one is a part of."""
    cells = list(cells)
    return [
        {c: (c[0], ALL, *c[2:]) if c[1] != ALL else (ALL, ALL, *c[2:]) for c in cells if c[0] != ALL},
        {c: (*c[:2], ALL, c[3]) for c in cells if c[2] != ALL},
        {c: (*c[:3], ALL) for c in cells if c[3] != ALL},
    ]


def first_release(base: Counts, months: tuple[str, ...]) -> Release:
    """Withhold counts of 1 to 4 and as many others as keep the range of each wide for a reader of the whole release.

    Raises:
        SuppressionError: even with all counts hidden one is given away (a year with next to nothing).
    """
    values = cube(base, months)
    sums, counts = family_sums(parents(values), values)
    for wish in (
        _city_categories,
        _city,
        _nothing,
    ):  # totals that readers want most stay shown where that protects enough
        told = np.array([wish(cell) for cell in values])
        hidden = withheld(counts, sums, told=told, too_narrow=lambda now: narrow_cells(now, counts, sums))
        small = hidden & (counts < LEAST)
        if not (small & (derivable(hidden, sums) | narrow_cells(hidden, counts, sums))).any():
            return Release(months, dict(base), frozenset(c for c, h in zip(values, hidden, strict=True) if h))
    raise SuppressionError("no safe release of so few counts", where="open data", todo="release more years together")


def _city_categories(cell: Cell) -> bool:
    return cell[:2] == (ALL, ALL)


def _city(cell: Cell) -> bool:
    return cell[:3] == (ALL, ALL, ALL)


def _nothing(cell: Cell) -> bool:
    return False


def next_release(last: Release, base: Counts) -> Release:
    """A later release of the same year: nobody learns more of what was withheld, whatever they take from each other.

    A street's count of a month changes only where it was shown, by 5 or more, to nothing or to 5 or more.  All else stays as released, and so
    does what is withheld.  The sums of both releases then differ by numbers that are shown in both, so their solutions are the same.
    """
    kept = dict(last.base)
    for cell in {*last.base, *base}:
        old, new = last.base.get(cell, 0), base.get(cell, 0)
        is_told = cell not in last.hidden and cell[3] in last.months
        if is_told and abs(new - old) >= LEAST and (new == 0 or new >= LEAST):
            kept[cell] = new
    return Release(last.months, kept, last.hidden)


def withheld_share(release: Release) -> float:
    """Share of the cells above zero of street × category × month that are withheld, 0 to 1."""
    above = [cell for cell, value in release.base.items() if value > 0]
    return float(np.mean([cell in release.hidden for cell in above])) if above else 0.0
