"""What the judgement reads.  Codes are indices into the names held by `Names`; -1 means not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from detectors.space.config import Cluster

CITY, DISTRICT, STREET, COMMUNITY, ESTATE = range(5)


@dataclass(frozen=True)
class Tickets:
    """One entry per ticket, ordered by `created`.

    Attributes:
        created: local seconds since 1970-01-01 (int64); day: local days since 1970-01-01; has_time: False = date only.
        category: code of the base category; areas: [ticket, level] area codes from city to estate, -1 where not known.
        place: code of estate, else address, else rounded point; person, channel, issue: codes, -1 = unknown.
        intensity: x of DOMAIN 3.2, 0–100, NaN = unknown; is_demand: counts as a report (no inquiry, praise, void).
        is_sensitive: of a sensitive category, or with words of the sensitive lexicon; closed_day: -1 = open.
    """

    created: np.ndarray
    day: np.ndarray
    has_time: np.ndarray
    category: np.ndarray
    areas: np.ndarray
    place: np.ndarray
    person: np.ndarray
    channel: np.ndarray
    issue: np.ndarray
    intensity: np.ndarray
    is_life_safety: np.ndarray
    is_sensitive: np.ndarray
    is_test_word: np.ndarray
    closed_day: np.ndarray
    is_demand: np.ndarray
    lat: np.ndarray
    lon: np.ndarray

    def __post_init__(self) -> None:
        lengths = {name: len(value) for name, value in vars(self).items()}
        if len(set(lengths.values())) != 1:
            raise ValueError(f"ticket arrays differ in length: {lengths}")
        if len(self.created) and np.any(np.diff(self.created) < 0):
            raise ValueError("tickets must be ordered by created")

    def __len__(self) -> int:
        return len(self.created)


@dataclass(frozen=True)
class AreaTree:
    """Areas by code: parent (-1 for the city) and level (0 city, 1 district, 2 street, 3 community, 4 estate)."""

    parent: np.ndarray
    level: np.ndarray

    @cached_property
    def _chains(self) -> dict[int, tuple[int, ...]]:
        return {}

    def ancestors(self, area: int) -> tuple[int, ...]:
        """The area itself, its parent, and so on up to the city."""
        if (known := self._chains.get(area)) is not None:
            return known
        chain = [int(area)]
        while self.parent[chain[-1]] >= 0:
            chain.append(int(self.parent[chain[-1]]))
        self._chains[area] = tuple(chain)
        return self._chains[area]

    def contains(self, outer: int, inner: int) -> bool:
        """Whether `inner` is `outer` or lies in it."""
        return outer in self.ancestors(inner)


@dataclass(frozen=True)
class Series:
    """Detector results per area × category: [series, day]; NaN expected or score = not assessed; each day knew only its past."""

    area: np.ndarray
    category: np.ndarray
    first_day: int
    observed: np.ndarray
    expected: np.ndarray
    score: np.ndarray
    is_alarm: np.ndarray


@dataclass(frozen=True)
class Names:
    """Stable keys behind the codes; they make alert ids and evidence readable on any machine."""

    areas: tuple[str, ...]
    categories: tuple[str, ...]
    channels: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True)
class Event:
    """Something known from elsewhere: an outage, a storm, a policy date.  area or category -1 = all."""

    day: int
    kind: str  # event, outage, policy, taxonomy
    area: int = -1
    category: int = -1
    name: str = ""


@dataclass(frozen=True)
class KnownPair:
    """From `known_day` on `effect` was known to follow `cause` within `window_days` in the same area, `lift` times as often as expected."""

    known_day: int
    cause: int
    effect: int
    window_days: int
    lift: float


@dataclass(frozen=True)
class NewTerms:
    """What a category began to talk of, as known at the start of `known_day`.

    Attributes:
        terms: the most telling first; z: of the first; tickets: indices of those that hold one; expected: how many the year before would bring.
        typical: keys of up to three tickets.
    """

    known_day: int
    category: int
    terms: tuple[str, ...]
    z: float
    tickets: np.ndarray
    expected: float
    typical: tuple[str, ...]


@dataclass(frozen=True)
class Trust:
    """What reviews before `known_day` taught of one rule: its p-values are divided by `weight` from then on."""

    known_day: int
    rule: str
    weight: float


@dataclass(frozen=True)
class ToldCase:
    """A case as it was last told.

    Attributes:
        tickets: indices of those of its tickets that are still known; evidence: as it was published.
        window_start … score: of its leading signal, of kind `kind` and rule `rule`; has_acts: people did something about it.
    """

    alert_id: str
    status: str
    category: int
    area: int
    raised_on: int
    last_on: int
    lat: float
    lon: float
    radius_m: float
    tickets: np.ndarray
    has_acts: bool = False
    level: int = 4
    reason: str | None = None
    kind: str = "rise"
    rule: str = "series"
    kinds: tuple[str, ...] = ("rise",)
    window_start: int = 0
    window_end: int = 0
    observed: float = 0.0
    expected: float = 0.0
    score: float = 0.0
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """Everything around the tickets.

    Attributes:
        composite: (area, category) -> (last days of weeks ascending, Q of those weeks, NaN = missing).
        staff_channels: channel codes that only employees use; key_areas: designated areas.
        hot_months: area -> last days of months in which its Q was among the top 5 % of its level; months: last days of all those months.
        new_terms: day -> what was learnt on it; unplaced: name -> whether each ticket fits nowhere (other, duty).
        traits: area -> what it shares with others (firm, equipment, year of building); confirmed: (day, category, area) of confirmed alerts.
        trust: weights of rules, each from the day it was learnt; known: cases told before, which go on under their ids.
        lead_lag: pairs of categories, each with the day from which it was known; those of the latest such day count.
    """

    tree: AreaTree
    names: Names
    staff_channels: frozenset[int] = frozenset()
    key_areas: frozenset[int] = frozenset()
    hot_months: Mapping[int, frozenset[int]] = field(default_factory=dict)
    months: tuple[int, ...] = ()
    new_terms: Mapping[int, tuple[NewTerms, ...]] = field(default_factory=dict)
    unplaced: Mapping[str, np.ndarray] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    composite: Mapping[tuple[int, int], tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    traits: Mapping[int, frozenset[str]] = field(default_factory=dict)
    confirmed: tuple[tuple[int, int, int], ...] = ()
    lead_lag: tuple[KnownPair, ...] = ()
    trust: tuple[Trust, ...] = ()
    known: tuple[ToldCase, ...] = ()

    def composite_at(self, area: int, category: int, day: int) -> float:
        """Q of the last week that was complete before `day` and not older than five weeks; NaN if there is none."""
        ends, values = self.composite.get((area, category), (np.empty(0, int), np.empty(0)))
        at = int(np.searchsorted(ends, day)) - 1
        return float(values[at]) if at >= 0 and day - ends[at] <= 35 else float("nan")


@dataclass(frozen=True)
class FoundCluster:
    """A cluster of one category; `cluster.members` are ticket indices."""

    category: int
    cluster: Cluster
