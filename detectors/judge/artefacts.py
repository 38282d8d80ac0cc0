"""Tickets that look like data entry, tests or one voice, told apart from many people in many places.

Only tickets of the same day are compared, so a mark never depends on the future.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from detectors.judge.inputs import Tickets
from detectors.judge.rules import ArtefactRules

METRES_PER_DEGREE = 111_195.0


class Artefact(IntEnum):
    """Why a ticket is set aside; 0 = it is not.  The smaller code wins when several apply."""

    NONE = 0
    TEST = 1
    BULK_ENTRY = 2
    ONE_PLACE = 3
    ONE_PERSON = 4
    ONE_CREW = 5

    @property
    def code(self) -> str:
        """The name used in tables and texts."""
        return self.name.lower()


@dataclass(frozen=True)
class Bunch:
    """Tickets of one day that belong to one artefact."""

    day: int
    reason: Artefact
    tickets: np.ndarray


def mark_artefacts(
    tickets: Tickets, staff_channels: frozenset[int] = frozenset(), rules: ArtefactRules | None = None
) -> np.ndarray:
    """Reason code (`Artefact`) per ticket, int8."""
    marks = np.zeros(len(tickets), np.int8)
    for bunch in find_bunches(tickets, staff_channels, rules or ArtefactRules()):
        free = bunch.tickets[marks[bunch.tickets] == 0]
        marks[free] = bunch.reason
    marks[tickets.is_test_word] = Artefact.TEST
    return marks


def find_bunches(tickets: Tickets, staff_channels: frozenset[int], rules: ArtefactRules) -> list[Bunch]:
    """All bunches, in the order in which their marks apply."""
    found = [
        Bunch(int(tickets.day[at[0]]), Artefact.TEST, at)
        for at in _groups(np.flatnonzero(tickets.is_test_word), tickets.day)
    ]
    for rule in (_bulk_entries, _crowded_places, _busy_persons):
        found += rule(tickets, staff_channels, rules)
    return found + _crews(tickets, staff_channels, rules)


def _groups(at: np.ndarray, *keys: np.ndarray, least: int = 1) -> Iterator[np.ndarray]:
    """Indices `at` grouped by equal keys, in time order, groups of at least `least`."""
    if not len(at):
        return
    order = at[np.lexsort([at, *[key[at] for key in reversed(keys)]])]
    change = np.any([np.diff(key[order]) != 0 for key in keys], axis=0)
    for group in np.split(order, np.flatnonzero(change) + 1):
        if len(group) >= least:
            yield group


def _peak(seconds: np.ndarray, minutes: int) -> slice:
    """The window of `minutes` that holds most of the sorted instants."""
    stop = np.searchsorted(seconds, seconds + minutes * 60, side="right")
    first = int(np.argmax(stop - np.arange(len(seconds))))
    return slice(first, int(stop[first]))


def _many_people(tickets: Tickets, at: np.ndarray) -> bool:
    """Whether callers are known and at least half of the tickets come from different ones."""
    known = tickets.person[at][tickets.person[at] >= 0]
    return len(known) * 2 >= len(at) and len(np.unique(known)) * 2 >= len(at)


def _bulk_entries(tickets: Tickets, staff_channels: frozenset[int], rules: ArtefactRules) -> list[Bunch]:
    """Many tickets in an hour on one channel that has little else that day: several types, few places, or staff at work."""
    usable = np.flatnonzero(tickets.has_time & (tickets.channel >= 0))
    found = []
    for day in _groups(usable, tickets.day, tickets.channel, least=rules.bulk_tickets):
        at = day[_peak(tickets.created[day], rules.bulk_minutes)]
        if len(at) < max(rules.bulk_tickets, rules.bulk_channel_share * len(day)) or _many_people(tickets, at):
            continue
        types, places = len(np.unique(tickets.category[at])), len(np.unique(tickets.place[at]))
        repeated = places * 2 <= len(at)
        if types >= 3 or repeated or int(tickets.channel[day[0]]) in staff_channels:
            found.append(Bunch(int(tickets.day[day[0]]), Artefact.BULK_ENTRY, at))
    return found


def _crowded_places(tickets: Tickets, staff_channels: frozenset[int], rules: ArtefactRules) -> list[Bunch]:
    """One place reporting one thing again and again within hours, with no sign of many callers; close neighbours join."""
    usable = np.flatnonzero(tickets.has_time & (tickets.place >= 0))
    found = []
    for day in _groups(usable, tickets.day, tickets.category, tickets.place, least=rules.place_tickets):
        at = day[_peak(tickets.created[day], rules.place_minutes)]
        if len(at) >= rules.place_tickets and not _many_people(tickets, at):
            found.append(Bunch(int(tickets.day[at[0]]), Artefact.ONE_PLACE, _with_neighbours(tickets, at, rules)))
    return found


def _with_neighbours(tickets: Tickets, at: np.ndarray, rules: ArtefactRules) -> np.ndarray:
    first, last = tickets.created[at[0]] - rules.place_minutes * 60, tickets.created[at[-1]] + rules.place_minutes * 60
    near = np.arange(*np.searchsorted(tickets.created, [first, last + 1]))
    near = near[(tickets.category[near] == tickets.category[at[0]]) & (tickets.channel[near] == tickets.channel[at[0]])]
    near = near[(tickets.day[near] == tickets.day[at[0]])]
    close = _metres(tickets, near, *middle(tickets, at)) <= rules.place_metres
    return np.union1d(at, near[close])


def _busy_persons(tickets: Tickets, staff_channels: frozenset[int], rules: ArtefactRules) -> list[Bunch]:
    """One caller many times on one day about one thing."""
    usable = np.flatnonzero(tickets.person >= 0)
    groups = _groups(usable, tickets.day, tickets.category, tickets.person, least=rules.person_tickets)
    return [Bunch(int(tickets.day[at[0]]), Artefact.ONE_PERSON, at) for at in groups]


def _crews(tickets: Tickets, staff_channels: frozenset[int], rules: ArtefactRules) -> list[Bunch]:
    """A crew on its round: one staff channel, one type, different places, each a short walk from the last."""
    staff = np.isin(tickets.channel, list(staff_channels))
    found = []
    for at in _groups(
        np.flatnonzero(staff & tickets.has_time),
        tickets.day,
        tickets.category,
        tickets.channel,
        least=rules.crew_tickets,
    ):
        steps = _steps(tickets, at)
        walks = np.split(at, np.flatnonzero(~(steps <= rules.crew_step_metres)) + 1)
        walked = [
            walk
            for walk in walks
            if len(walk) >= rules.crew_tickets and len(np.unique(tickets.place[walk])) * 2 > len(walk)
        ]
        found += [Bunch(int(tickets.day[walk[0]]), Artefact.ONE_CREW, walk) for walk in walked]
    return found


def middle(tickets: Tickets, at: np.ndarray) -> tuple[float, float]:
    """Mean (lat, lon) of the located tickets among `at`; NaN when none is."""
    located = at[np.isfinite(tickets.lat[at]) & np.isfinite(tickets.lon[at])]
    if not len(located):
        return float("nan"), float("nan")
    return float(tickets.lat[located].mean()), float(tickets.lon[located].mean())


def _steps(tickets: Tickets, at: np.ndarray) -> np.ndarray:
    """Metres between consecutive tickets; NaN where a place is not known."""
    lat, lon = tickets.lat[at], tickets.lon[at]
    east = np.diff(lon) * np.cos(np.radians(lat[:-1]))
    return np.hypot(np.diff(lat), east) * METRES_PER_DEGREE


def _metres(tickets: Tickets, at: np.ndarray, lat: float, lon: float) -> np.ndarray:
    east = (tickets.lon[at] - lon) * np.cos(np.radians(lat))
    return np.hypot(tickets.lat[at] - lat, east) * METRES_PER_DEGREE
