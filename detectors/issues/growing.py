"""Issues grow ticket by ticket, so that the day an issue would have been raised is known from its past alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from detectors.issues.fellows import Fellows
from detectors.issues.linking import IssueConfig, Links, link
from detectors.issues.raising import Raising
from detectors.issues.standing import Standing
from detectors.issues.wording import Wording, read_wordings

VIRAL = 100  # likes
SHORT = 20  # characters below which two people may well write the same
DENSE = 30  # days
SAMPLE = 30  # latest members a newcomer is compared with
LOOSE = 0.4  # share of `same_place` that its mean similarity to the members must reach


@dataclass(frozen=True)
class Joined:
    """An issue that became part of another.

    Attributes:
        day: on which a ticket that belongs to both came; ticket: the one; first: the first ticket of the former issue; size: its tickets then.
    """

    day: int
    ticket: int
    first: int
    size: int


@dataclass(frozen=True)
class Issue:
    """One issue, hottest first in the list that holds it; indices are positions in the caller's arrays.

    `heat`: persons, those outside its densest 30 days by half, raised by up to a quarter for the intensity of the words.
    `joined`: issues that it took up, by day; it goes by the oldest ticket of them all.  A ticket that has joined never leaves: none splits.
    """

    members: np.ndarray
    central: int
    persons: int
    first_day: int
    last_day: int
    raised_day: int | None
    heat: float
    likes: float
    joined: tuple[Joined, ...] = ()

    @property
    def is_viral(self) -> bool:
        """Many likes for what one author alone says."""
        return self.persons == 1 and self.likes >= VIRAL


def find_issues(
    titles: Sequence[str],
    texts: Sequence[str],
    day: np.ndarray,
    person: np.ndarray,
    places: Sequence[str] | None = None,
    likes: np.ndarray | None = None,
    intensity: np.ndarray | None = None,
    config: IssueConfig | None = None,
) -> list[Issue]:
    """Group tickets into issues, the hottest first.

    Args:
        day: day numbers, ascending; person: codes, -1 = unknown (each unknown ticket counts as a person of its own, copies of
            one text as one); places: what a column of its own says; likes: counts; intensity: of the words, 0 to 1.

    Raises:
        ValueError: days that descend, or arrays of unequal length.
    """
    config = config or IssueConfig()
    if not len(titles) == len(texts) == len(day) == len(person) or np.any(np.diff(day) < 0):
        raise ValueError("titles, texts, day and person must have one length and day must ascend")
    if not len(titles):
        return []
    wordings = read_wordings(titles, texts, places)
    links = link(wordings, day, config)
    who = _authors(wordings, person)
    groups, raised, joined = _grow(links, wordings, day, who, config)
    liked = np.zeros(len(day)) if likes is None else np.nan_to_num(likes)
    heated = np.zeros(len(day)) if intensity is None else np.nan_to_num(intensity)
    made = [
        replace(
            _describe(members, links, day, who, raised.get(root), liked, heated), joined=tuple(joined.get(root, ()))
        )
        for root, members in groups.items()
    ]
    return sorted(made, key=lambda i: (-i.heat, -i.likes, int(i.members[0])))


def _authors(wordings: Sequence[Wording], person: np.ndarray) -> np.ndarray:
    """Person codes in which unknown tickets of one long text share a code and the others have one each."""
    next_code = int(person.max(initial=0)) + 1
    copies: dict[str, int] = {}
    who = person.copy()
    for k in np.flatnonzero(person < 0).tolist():
        said = wordings[k].title + wordings[k].text
        who[k] = copies.setdefault(said, next_code + k) if len(said) >= SHORT else next_code + k
    return who


def _grow(
    links: Links, wordings: Sequence[Wording], day: np.ndarray, person: np.ndarray, config: IssueConfig
) -> tuple[dict[int, np.ndarray], dict[int, int], dict[int, list[Joined]]]:
    """Members per issue, the day each was raised and what it took up.

    A ticket joins every issue that it resembles as a whole by its words, else the one that is most alike by name and meaning; then its
    issue takes up what is like it by now.
    """
    growth = _Growth(links, wordings, day, person, config)
    bounds = np.searchsorted(links.later, np.arange(len(day) + 1))
    home, members, fellows = growth.home, growth.members, growth.fellows
    for ticket in range(len(day)):
        for root in _suitors(links, slice(bounds[ticket], bounds[ticket + 1]), home, members, config):
            growth.join(root, home[ticket], ticket)
        near = fellows.suitors(ticket, home, members)
        if len(members[home[ticket]]) == 1:
            next((root for root in near if growth.join(root, home[ticket], ticket)), None)
        if len(members[home[ticket]]) > 1:
            for root in fellows.recruits(ticket, home, members):
                growth.join(home[ticket], root, ticket)
        growth.raising.arrive(ticket, home, members)
    return {root: np.array(sorted(found)) for root, found in members.items()}, growth.raising.days, growth.joined


class _Growth:
    """Issues while tickets come: at first each ticket is one."""

    def __init__(
        self, links: Links, wordings: Sequence[Wording], day: np.ndarray, person: np.ndarray, config: IssueConfig
    ) -> None:
        self.home = list(range(len(day)))
        self.members: dict[int, list[int]] = {k: [k] for k in self.home}
        self.joined: dict[int, list[Joined]] = {}
        self.raising = Raising(links.hints, day, person, config)
        self.fellows = Fellows(wordings, day, config)
        self._places = {k: Standing.of(w, links.barred.get(k, ())) for k, w in enumerate(wordings)}
        self._apart, self._day = links.apart, day

    def join(self, into: int, other: int, ticket: int) -> bool:
        """Make two issues one because of a newcomer, if nothing speaks against it."""
        if into == other or not {into, other} <= self.members.keys():
            return False
        if self._are_apart(into, other) or not self._places[into].admits(self._places[other]):
            return False
        self._places[into] = self._places[into].with_other(self._places.pop(other))
        _note(self.joined, into, other, self.members, ticket, int(self._day[ticket]))
        _merge(into, other, self.home, self.members)
        self.raising.merge(into, other)
        self.fellows.merge(into, other)
        return True

    def _are_apart(self, a: int, b: int) -> bool:
        """A ticket of the one says of another place what a ticket of the other says."""
        small, large = (a, b) if len(self.members[a]) <= len(self.members[b]) else (b, a)
        return any(self.home[k] == large for ticket in self.members[small] for k in self._apart.get(ticket, ()))


def _suitors(
    links: Links, mine: slice, home: list[int], members: dict[int, list[int]], config: IssueConfig
) -> list[int]:
    """Issues that a newcomer could join: linked to it, similar enough on average to their latest members; the most similar first."""
    total: dict[int, float] = {}
    for other, cosine in zip(links.earlier[mine].tolist(), links.weight[mine].tolist(), strict=True):
        root = home[other]
        if other in members[root][-SAMPLE:]:
            total[root] = total.get(root, 0.0) + cosine
    mean = {root: s / min(len(members[root]), SAMPLE) for root, s in total.items()}
    return sorted((root for root, m in mean.items() if m >= LOOSE * config.same_place), key=lambda r: (-mean[r], r))


def _note(
    joined: dict[int, list[Joined]], into: int, other: int, members: dict[int, list[int]], ticket: int, day: int
) -> None:
    """Write down that two issues become one, if both have tickets beside the newcomer: the younger one is taken up."""
    earlier = joined.setdefault(into, [])
    earlier += joined.pop(other, [])
    told = [sorted(set(members[root]) - {ticket}) for root in (into, other)]
    if all(told):
        younger = max(told, key=lambda at: at[0])
        earlier.append(Joined(day, ticket, younger[0], len(younger)))


def _merge(into: int, other: int, home: list[int], members: dict[int, list[int]]) -> None:
    moved = members.pop(other)
    for ticket in moved:
        home[ticket] = into
    members[into] = sorted(members[into] + moved)


def _persons(members: np.ndarray, who: np.ndarray) -> int:
    return len(np.unique(who[members]))


def _describe(
    members: np.ndarray,
    links: Links,
    day: np.ndarray,
    who: np.ndarray,
    raised: int | None,
    liked: np.ndarray,
    heated: np.ndarray,
) -> Issue:
    persons = _persons(members, who)
    heat = 0.5 * (persons + _densest(members, day, who)) * (1 + 0.25 * float(heated[members].mean()))
    return Issue(
        members,
        _central(members, links),
        persons,
        int(day[members[0]]),
        int(day[members[-1]]),
        raised,
        heat,
        float(liked[members].sum()),
    )


def _densest(members: np.ndarray, day: np.ndarray, who: np.ndarray) -> int:
    """Most distinct persons within DENSE days."""
    days = day[members]
    starts = np.unique(days)
    stops = np.searchsorted(days, starts + DENSE)
    return max(_persons(members[a:b], who) for a, b in zip(np.searchsorted(days, starts), stops, strict=True))


def _central(members: np.ndarray, links: Links) -> int:
    """The member most linked to the others."""
    if len(members) == 1:
        return int(members[0])
    bounds = np.searchsorted(links.later, [members, members + 1])
    mine = np.concatenate([np.arange(a, b) for a, b in bounds.T])
    mine = mine[np.isin(links.earlier[mine], members)]
    pull = np.zeros(len(members))
    for ends in (links.later[mine], links.earlier[mine]):
        np.add.at(pull, np.searchsorted(members, ends), links.weight[mine])
    return int(members[pull.argmax()])
