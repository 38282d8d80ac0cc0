"""Where the tickets of an issue say that they stand, and whether another can stand with them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from detectors.issues.wording import Wording

FEW = 0.3  # share of members that name a place, below which the issue has none
_LETTER = re.compile(r"[A-Z]\d{0,3}[市区县]")
SHARED = 0.15  # share of the naming members that must name one of the newcomer's
_LEVELS = (re.compile(r"[省州]$"), re.compile(r"市$"), re.compile(r"[区县]$"), re.compile(r"(?:镇|乡|街道)$"))


@dataclass(frozen=True)
class Standing:
    """Counts over an issue's members.

    Attributes:
        places, primary: tickets per place; named: tickets that name a primary one.
        areas: tickets per area, by level: letter cities, provinces, cities, districts, towns.
        buildings: tickets per building; barred: places that members are known not to mean.
    """

    size: int
    places: Counter[str]
    primary: Counter[str]
    named: int
    areas: tuple[Counter[str], ...]
    buildings: Counter[str]
    barred: frozenset[str]

    @classmethod
    def of(cls, wording: Wording, barred: Collection[str]) -> Standing:
        """The standing of a single ticket."""
        levels: tuple[Counter[str], ...] = tuple(Counter() for _ in range(len(_LEVELS) + 1))
        for area in wording.areas:
            levels[1 + _level(area)][area] = 1
            if _LETTER.match(area):
                levels[0][area[0]] = 1  # A3区 lies in A市
        primary = Counter(wording.primary)
        return cls(
            1,
            Counter(wording.places),
            primary,
            int(bool(primary)),
            levels,
            Counter(wording.buildings),
            frozenset(barred),
        )

    def admits(self, other: Standing) -> bool:
        """Whether nothing speaks against one issue: their cities, places, buildings and, where they share no place, areas agree."""
        if not self._agrees(other, self.areas[0], other.areas[0]) or not self._agrees(
            other, self.buildings, other.buildings
        ):
            return False
        if self._bars(other) or other._bars(self):
            return False
        if self.primary and other.primary:
            small, large = (self, other) if self.size <= other.size else (other, self)
            if large._naming(small) >= SHARED * large.named:
                return True
            if large.named >= FEW * large.size and small.named >= FEW * small.size:
                return False
        return all(self._agrees(other, a, b) for a, b in zip(self.areas[1:], other.areas[1:], strict=True))

    def _naming(self, small: Standing) -> int:
        """Tickets of this larger one that share a place with the smaller, primary for at least one of them."""
        mine = sum(self.primary[p] for p in small.places)
        return mine + sum(count for p, count in small.primary.items() if p in self.places and p not in self.primary)

    def _bars(self, other: Standing) -> bool:
        if not self.barred:
            return False
        told = other.primary + sum(other.areas, Counter())
        return any(told[place] >= SHARED * other.size for place in self.barred if told[place])

    def _agrees(self, other: Standing, a: Counter[str], b: Counter[str]) -> bool:
        """One of them names none (or hardly any), or they have a name in common."""
        if not a or not b or not a.keys().isdisjoint(b):
            return True
        return a.total() < FEW * self.size or b.total() < FEW * other.size

    def with_other(self, other: Standing) -> Standing:
        """Both together."""
        return Standing(
            self.size + other.size,
            self.places + other.places,
            self.primary + other.primary,
            self.named + other.named,
            tuple(a + b for a, b in zip(self.areas, other.areas, strict=True)),
            self.buildings + other.buildings,
            self.barred | other.barred,
        )


def _level(area: str) -> int:
    return next((k for k, form in enumerate(_LEVELS) if form.search(area)), len(_LEVELS) - 1)
