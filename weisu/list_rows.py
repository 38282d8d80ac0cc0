"""What differs between two versions of a list: rows that came, went, or stand otherwise under the same key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

# what names a row of each list; the rest of its columns say something of it
KEYS: Mapping[str, tuple[str, ...]] = {
    "areas.csv": ("district", "street", "community", "estate"),
    "categories.csv": ("category_l1", "category_l2", "category_l3"),
    "duties.csv": ("category_l1", "category_l2", "district", "street", "valid_from"),
    "calendar.csv": ("date", "region", "kind", "category_l1", "district"),
    "weights.csv": ("rule_name", "rule_key", "valid_from"),
}


@dataclass(frozen=True)
class Rows:
    """A list as a build reads it, every value as text and "" for none."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Differing:
    """One row that differs: `was` is empty for a new one, `now` for one that went."""

    was: tuple[str, ...]
    now: tuple[str, ...]

    @property
    def kind(self) -> str:
        """added, removed or changed."""
        return "changed" if self.was and self.now else "added" if self.now else "removed"


def difference(before: Rows, after: Rows, key: tuple[str, ...]) -> list[Differing]:
    """Rows that differ, in the order of the new list and then of the old one; both have the same columns."""
    gone, come = Counter(before.rows) - Counter(after.rows), Counter(after.rows) - Counter(before.rows)
    places = [after.columns.index(name) for name in key]
    left: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for row in gone.elements():
        left.setdefault(tuple(row[place] for place in places), []).append(row)
    found = []
    for row in come.elements():
        same = left.get(tuple(row[place] for place in places))
        found.append(Differing(same.pop(0) if same else (), row))
    return found + [Differing(row, ()) for rows in left.values() for row in rows]


def tally(found: list[Differing]) -> dict[str, int]:
    """How many rows were added, removed and changed."""
    kinds = Counter(one.kind for one in found)
    return {kind: kinds[kind] for kind in ("added", "removed", "changed")}
