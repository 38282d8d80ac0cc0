"""Issues grow ticket by ticket, so that the day an issue would have been raised is known from its past alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detectors.issues.linking import IssueConfig, Links, link
from detectors.issues.wording import read_wording

SAMPLE = 30  # latest members a newcomer is compared with
LOOSE = 0.5  # share of `same_place` that its mean similarity to the members must reach


@dataclass(frozen=True)
class Issue:
    """One issue, hottest first in the list that holds it; indices are positions in the caller's arrays."""

    members: np.ndarray
    central: int
    persons: int
    first_day: int
    last_day: int
    raised_day: int | None
    growth: float


def find_issues(
    titles: Sequence[str],
    texts: Sequence[str],
    day: np.ndarray,
    person: np.ndarray,
    places: Sequence[str] | None = None,
    likes: np.ndarray | None = None,
    config: IssueConfig | None = None,
) -> list[Issue]:
    """Group tickets into issues, the hottest first: by distinct persons, then growth, then likes.

    Args:
        day: day numbers, ascending; person: codes, -1 = unknown (each unknown ticket counts as a person of its own).

    Raises:
        ValueError: days that descend, or arrays of unequal length.
    """
    config = config or IssueConfig()
    if not len(titles) == len(texts) == len(day) == len(person) or np.any(np.diff(day) < 0):
        raise ValueError("titles, texts, day and person must have one length and day must ascend")
    if not len(titles):
        return []
    wordings = [
        read_wording(title, text, place)
        for title, text, place in zip(titles, texts, places or [""] * len(titles), strict=True)
    ]
    links = link(wordings, day, config)
    groups, raised = _grow(links, day, person, config)
    liked = np.zeros(len(day)) if likes is None else np.nan_to_num(likes)
    made = [_describe(members, links, day, person, raised.get(root)) for root, members in groups.items()]
    return sorted(made, key=lambda i: (-i.persons, -i.growth, -float(liked[i.members].sum()), int(i.members[0])))


def _grow(
    links: Links, day: np.ndarray, person: np.ndarray, config: IssueConfig
) -> tuple[dict[int, np.ndarray], dict[int, int]]:
    """Members per issue and the day each was raised; a ticket joins every issue that it resembles as a whole."""
    home = list(range(len(day)))
    members: dict[int, list[int]] = {k: [k] for k in range(len(day))}
    raised: dict[int, int] = {}
    bounds = np.searchsorted(links.later, np.arange(len(day) + 1))
    for ticket in range(len(day)):
        mine = slice(bounds[ticket], bounds[ticket + 1])
        for root in _suitors(links.earlier[mine], links.weight[mine], home, members, config):
            _merge(root, home[ticket], home, members, raised)
        root = home[ticket]
        if root not in raised and _persons(np.array(members[root]), person) >= config.raise_persons:
            raised[root] = int(day[ticket])
    return {root: np.array(sorted(found)) for root, found in members.items()}, raised


def _suitors(
    earlier: np.ndarray, weight: np.ndarray, home: list[int], members: dict[int, list[int]], config: IssueConfig
) -> list[int]:
    """Issues that a newcomer joins: linked to it, and similar enough on average to their latest members."""
    total: dict[int, float] = {}
    for other, cosine in zip(earlier.tolist(), weight.tolist(), strict=True):
        root = home[other]
        if other in members[root][-SAMPLE:]:
            total[root] = total.get(root, 0.0) + cosine
    mean = {root: s / min(len(members[root]), SAMPLE) for root, s in total.items()}
    return sorted(root for root, m in mean.items() if m >= LOOSE * config.same_place)


def _merge(into: int, other: int, home: list[int], members: dict[int, list[int]], raised: dict[int, int]) -> None:
    if into == other:
        return
    moved = members.pop(other)
    for ticket in moved:
        home[ticket] = into
    members[into] = sorted(members[into] + moved)
    days = [raised.pop(root) for root in (into, other) if root in raised]
    if days:
        raised[into] = min(days)


def _persons(members: np.ndarray, person: np.ndarray) -> int:
    who = person[members]
    return len(np.unique(who[who >= 0])) + int((who < 0).sum())


def _describe(members: np.ndarray, links: Links, day: np.ndarray, person: np.ndarray, raised: int | None) -> Issue:
    days = day[members]
    inside = (
        np.isin(links.later, members) & np.isin(links.earlier, members)
        if len(members) > 1
        else np.zeros(len(links.later), bool)
    )
    pull = np.zeros(len(members))
    for ends in (links.later[inside], links.earlier[inside]):
        np.add.at(pull, np.searchsorted(members, ends), links.weight[inside])
    last = int(days[-1])
    recent, before = int((days > last - 14).sum()), int((days <= last - 14).sum())
    return Issue(
        members,
        int(members[pull.argmax()]),
        _persons(members, person),
        int(days[0]),
        last,
        raised,
        recent / (before + 1.0),
    )
