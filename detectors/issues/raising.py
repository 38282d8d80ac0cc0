"""The day an issue is raised, from its past alone: issues grow together later than they begin, so suspects count beside members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from detectors.issues.linking import IssueConfig


class Raising:
    """Watches issues grow.

    An issue is raised with the ticket that makes its distinct persons enough; or earlier, when the members and suspects of the last
    `hint_days` are enough persons together and the members among them are more than half of these.  A suspect is a ticket outside
    that is somewhat like a member.
    """

    def __init__(self, hints: np.ndarray, day: np.ndarray, who: np.ndarray, config: IssueConfig) -> None:
        self.days: dict[int, int] = {}  # issue -> day it was raised
        self._earlier, self._day, self._who, self._config = hints[1], day, who, config
        self._bounds = np.searchsorted(hints[0], np.arange(len(day) + 1))
        self._suspects: dict[int, set[int]] = {}

    def merge(self, into: int, other: int) -> None:
        """`other` is now part of `into`, which was raised when the first of the two was."""
        self._suspects.setdefault(into, set()).update(self._suspects.pop(other, ()))
        if other in self.days:
            self.days[into] = min(self.days.pop(other), self.days.get(into, self._day[-1].item()))

    def arrive(self, ticket: int, home: Sequence[int], members: Mapping[int, Sequence[int]]) -> None:
        """A newcomer has joined its issue `home[ticket]`; raise whatever it makes large enough."""
        own, hints = home[ticket], self._earlier[self._bounds[ticket] : self._bounds[ticket + 1]].tolist()
        self._suspects.setdefault(own, set()).update(hints)
        for root in {home[k] for k in hints} - {own}:
            self._suspects.setdefault(root, set()).add(ticket)
            self._consider(root, ticket, members[root])
        if own not in self.days and self._persons(members[own]) >= self._config.raise_persons:
            self.days[own] = int(self._day[ticket])
        self._consider(own, ticket, members[own])

    def _consider(self, root: int, ticket: int, members: Sequence[int]) -> None:
        enough = self._config.raise_persons
        if root in self.days or 2 * len(members) <= enough:
            return
        since = self._day[ticket] - self._config.hint_days
        recent = [k for k in members if self._day[k] >= since]
        near = [k for k in self._suspects.get(root, ()) if self._day[k] >= since]
        if 2 * self._persons(recent) > enough and self._persons(recent + near) >= enough:
            self.days[root] = int(self._day[ticket])

    def _persons(self, tickets: Sequence[int]) -> int:
        return len({self._who[k].item() for k in tickets})
