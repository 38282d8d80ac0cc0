"""What to simulate: size, seed and period; every random number comes from here."""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from weisu.errors import WeisuError

if TYPE_CHECKING:
    import numpy as np

SHORTEST_DAYS, FEWEST_TICKETS = 28, 5000
MOST_AT_ONCE = 300_000  # tickets of a month that are made at once


class SimulationError(WeisuError):
    """A city cannot be simulated as asked."""

    code = "simulation"


class Layout(StrEnum):
    """Columns and files of the exports."""

    FULL = "full"  # 42 columns, one file a month
    CORE = "core"  # the 20 usual columns, one file


class Size(StrEnum):
    """Places and categories of the city; how many tickets is another matter."""

    USUAL = "usual"  # 6 districts, 30 to 240 streets, 6 communities each, 120 fine categories
    LARGE = "large"  # 16 districts, 300 streets, 7,000 communities, 400 fine categories


@dataclass(frozen=True)
class SimulationConfig:
    """Size, seed, period and layout of a made-up city.

    Args:
        tickets: about how many tickets in all (the counts are random; within a few per cent).
        seed: the same seed gives the same bytes.
        first_on, last_on: first and last day; the exports show the state at the end of `last_on`.
        layout: columns and files of the exports.
        size: how many places and categories.

    Raises:
        SimulationError: fewer than 5,000 tickets or than 28 days, or a negative seed.
    """

    tickets: int = 60_000
    seed: int = 12345
    first_on: dt.date = dt.date(2024, 1, 1)
    last_on: dt.date = dt.date(2026, 6, 30)
    layout: Layout = Layout.FULL
    size: Size = Size.USUAL

    def __post_init__(self) -> None:
        if self.tickets < FEWEST_TICKETS:
            raise SimulationError(
                "too few to plant events in", where=f"--tickets {self.tickets}", todo=f"give {FEWEST_TICKETS} or more"
            )
        if self.days < SHORTEST_DAYS:
            raise SimulationError(
                "the period is too short",
                where=f"{self.first_on} to {self.last_on}",
                todo=f"give {SHORTEST_DAYS} days or more",
            )
        if self.seed < 0:
            raise SimulationError("must not be negative", where=f"--seed {self.seed}", todo="give 0 or more")

    @property
    def days(self) -> int:
        return (self.last_on - self.first_on).days + 1

    @property
    def scale(self) -> float:
        """Size relative to the default city."""
        return self.tickets / 60_000

    def all_days(self) -> list[dt.date]:
        """Every day of the period."""
        return [self.first_on + dt.timedelta(days=n) for n in range(self.days)]

    def months(self) -> list[tuple[dt.date, dt.date]]:
        """First and last day of every calendar month, cut to the period."""
        found, start = [], self.first_on
        while start <= self.last_on:
            following = (start.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
            found.append((start, min(following - dt.timedelta(days=1), self.last_on)))
            start = following
        return found

    def stretches(self) -> list[tuple[dt.date, dt.date]]:
        """What is made at once: whole months, or weeks of them where months are large, so that memory does not grow with the city."""
        if self.tickets <= MOST_AT_ONCE * len(self.months()):
            return self.months()
        return [
            (first + dt.timedelta(days=n), min(first + dt.timedelta(days=n + 6), last))
            for first, last in self.months()
            for n in range(0, (last - first).days + 1, 7)
        ]

    def generator(self, *purpose: object) -> np.random.Generator:
        """An own stream per purpose, so that one part can change without moving the others."""
        import numpy as np

        return np.random.default_rng([self.seed, zlib.crc32("/".join(map(str, purpose)).encode("utf-8"))])
