"""Tickets of one category, area and stretch of days, artefacts apart."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from detectors.judge.inputs import CITY, DISTRICT, Context, Tickets


@dataclass(frozen=True)
class TicketIndex:
    """Reports by category, in order of day, ready for look-ups.

    Attributes:
        by_category: category -> ticket indices of demand, ascending in time; marks: artefact code per ticket.
        remembered: what was worked out before, by what was asked; it is the same whenever it is asked.
    """

    tickets: Tickets
    context: Context
    marks: np.ndarray
    by_category: dict[int, np.ndarray]
    remembered: dict[tuple[Hashable, ...], Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, work: Callable[..., Any], *asked: Hashable) -> Any:
        """`work(self, *asked)`, done once: many alerts of a day ask the same."""
        key = (work.__name__, *asked)
        if key not in self.remembered:
            self.remembered[key] = work(self, *asked)
        return self.remembered[key]

    def select(self, category: int, area: int, start: int, end: int) -> tuple[np.ndarray, np.ndarray]:
        """(good tickets, artefact tickets) of a category in an area, days `start` to `end` inclusive."""
        at = self.by_category.get(category, np.empty(0, np.int64))
        at = at[slice(*np.searchsorted(self.tickets.day[at], [start, end + 1]))]
        at = at[self.tickets.areas[at, self.context.tree.level[area]] == area]
        good = self.marks[at] == 0
        return at[good], at[~good]

    def split(self, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(good, artefact) among given tickets, demand only."""
        at = at[self.tickets.is_demand[at]]
        good = self.marks[at] == 0
        return at[good], at[~good]

    def persons(self, at: np.ndarray) -> int | None:
        """Distinct known callers; None when no caller is known."""
        known = self.tickets.person[at]
        known = known[known >= 0]
        return len(np.unique(known)) if len(known) else None

    def places(self, at: np.ndarray) -> int:
        """Distinct known places; a ticket without one counts for none."""
        place = self.tickets.place[at]
        return len(np.unique(place[place >= 0]))

    def voices(self, at: np.ndarray) -> int:
        """How many people speak: callers where they are known, else places."""
        persons = self.persons(at)
        return self.places(at) if persons is None else persons

    def home(self, at: np.ndarray, share: float = 0.5) -> int:
        """The finest area that holds more than `share` of the tickets; the city if none does."""
        for level in range(self.tickets.areas.shape[1] - 1, 0, -1):
            area, held = self._commonest(at, level)
            if held > share * len(at):
                return area
        return int(np.flatnonzero(self.context.tree.level == CITY)[0])

    def district(self, at: np.ndarray) -> int:
        """The district that holds most of the tickets; the city if no district is known."""
        area, held = self._commonest(at, DISTRICT)
        return area if held else int(np.flatnonzero(self.context.tree.level == CITY)[0])

    def _commonest(self, at: np.ndarray, level: int) -> tuple[int, int]:
        code = self.tickets.areas[at, level]
        values, counts = np.unique(code[code >= 0], return_counts=True)
        return (int(values[counts.argmax()]), int(counts.max())) if len(values) else (-1, 0)

    def scan_points(self, category: int, repeat_days: int = 14) -> np.ndarray:
        """Tickets of a category for the space-time scan: located, no artefacts, one per place or caller in `repeat_days` days."""
        t, at = self.tickets, self.by_category.get(category, np.empty(0, np.int64))
        at = at[(self.marks[at] == 0) & np.isfinite(t.lat[at]) & np.isfinite(t.lon[at])]
        for voice in (t.place, t.person):
            order = at[np.lexsort([at, voice[at]])]
            again = (np.diff(voice[order]) == 0) & (np.diff(t.day[order]) < repeat_days) & (voice[order][1:] >= 0)
            at = np.sort(order[np.concatenate([[True], ~again])]) if len(order) else order
        return at


def index_tickets(tickets: Tickets, context: Context, marks: np.ndarray) -> TicketIndex:
    """Sort the demand by category once."""
    demand = np.flatnonzero(tickets.is_demand & (tickets.category >= 0))
    order = demand[np.argsort(tickets.category[demand], kind="stable")]
    values, first = np.unique(tickets.category[order], return_index=True)
    return TicketIndex(tickets, context, marks, dict(zip(values.tolist(), np.split(order, first[1:]), strict=True)))
