"""Counts that are told one by one, each of a place, a category and days of its own (reports): which of them are withheld.

`weisu.suppression` judges, as it does for the tables; this module knows how such counts add up: by place and category where days are the same,
and by days where place and category are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, permutations

import numpy as np

from weisu.suppression import Group, family_sums, withheld

Told = tuple[str, str, dt.date, dt.date]  # area key, category key, first and last day
Tree = Mapping[str, str | None]  # key -> key of the one above


def withheld_counts(
    values: Mapping[Told, float],
    areas: Tree,
    categories: Tree,
    groups: Iterable[Group] = (),
    always: Container[Told] = (),
) -> frozenset[Told]:
    """The counts that are not told: those from 1 to 4, and what would give them back.

    Args:
        values: the counts; where a place or category is not among them, the next one above is what they are a part of.
        groups: counts that are together as much as other counts together, besides those that follow from the keys.
        always: counts that are told unless they are small themselves; others are hidden in their place.
    """
    parents = [
        {told: _nearest(told, position, tree, values) for told in values}
        for position, tree in ((0, areas), (1, categories))
    ]
    sums, counts = family_sums(parents, values, [*_nested(values), *groups])
    told = np.zeros(len(counts), dtype=bool)
    told[: len(values)] = [count in always for count in values]
    hidden = withheld(counts, sums, told=told)
    return frozenset(count for count, is_hidden in zip(values, hidden, strict=False) if is_hidden)


def withheld_parts(parts: Sequence[float]) -> list[bool]:
    """Which parts of one told total are not told."""
    values = dict(enumerate(parts)) | {"all": sum(parts)}
    sums, counts = family_sums([dict.fromkeys(range(len(parts)), "all")], values)
    return withheld(counts, sums)[: len(parts)].tolist()


def _nearest(told: Told, position: int, tree: Tree, values: Mapping[Told, float]) -> Told | None:
    above = tree.get(told[position])
    while above is not None:
        found = (*told[:position], above, *told[position + 1 :])
        if found in values:
            return found
        above = tree.get(above)
    return None


def _nested(values: Mapping[Told, float]) -> Iterator[Group]:
    """Days within other days of the same place and category: the rest of the days is a count, too."""
    for _, same in groupby(sorted(values), key=lambda told: told[:2]):
        for whole, part in permutations(same, 2):
            if whole[2] <= part[2] and part[3] <= whole[3]:
                yield [whole], [part]
