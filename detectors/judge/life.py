"""The state of raised alerts from day to day: merge, cool-down, escalation, budget."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from detectors.judge.artefacts import METRES_PER_DEGREE
from detectors.judge.inputs import DISTRICT, STREET, AreaTree, ToldCase
from detectors.judge.issue import Issue, stands_out
from detectors.judge.outputs import ACTIVE, CLUSTER, Signal
from detectors.judge.rules import LifeRules


@dataclass
class OpenAlert:
    """An alert that is still alive.  `peak` is the leading signal at its most unusual; the alert shows its numbers."""

    raised_on: int
    last_on: int
    category: int
    area: int
    level: int
    peak: Signal
    kinds: set[str]
    composite: float
    status: str = ACTIVE
    reason: str | None = None
    classes: dict[str, Any] = field(default_factory=dict)
    first: Signal | None = None  # the signal that raised it; the id rests on it
    history: list[tuple[int, int]] = field(default_factory=list)  # (day, level) whenever the level changed
    noted: dict[tuple[str, str, int], Signal] = field(default_factory=dict)  # strongest signal per kind, rule, area
    quieted: int = 0  # days on which the cool-down held a new alert back
    gate: dict[str, Any] = field(default_factory=dict)  # why it could be told
    told_id: str | None = None  # under which people know the case
    earlier: list[dict[str, Any]] = field(
        default_factory=list
    )  # its signals before the days that are judged, as they were published

    def __post_init__(self) -> None:
        self.first = self.first or self.peak

    def note(self, issue: Issue) -> None:
        """Keep the strongest signal of each kind, rule and area."""
        for signal in [*issue.signals, *issue.also]:
            key = (signal.kind, signal.rule, signal.area)
            if key not in self.noted or signal.score > self.noted[key].score:
                self.noted[key] = signal


@dataclass
class Held:
    """A case that is not told; `lead`, `p` and `limit` are those of its most unusual day."""

    category: int
    area: int
    reason: str
    first_on: int
    last_on: int
    days: int
    kinds: set[str]
    lead: Signal
    p: float
    limit: float
    alert: OpenAlert | None = None


@dataclass
class Desk:
    """All alerts raised so far, by category."""

    tree: AreaTree
    rules: LifeRules
    alerts: dict[int, list[OpenAlert]] = field(default_factory=dict)
    raised: list[tuple[int, int]] = field(default_factory=list)  # (day, district or city) of alerts under the budget
    held: list[Held] = field(default_factory=list)
    living: dict[int, list[OpenAlert]] = field(default_factory=dict)  # those that may still merge or cool down
    rising: tuple[int, frozenset[tuple[int, int]]] = (-1, frozenset())  # (day, what was raised in the 28 days before)
    clusters: dict[int, list[Signal]] = field(default_factory=dict)  # every scan cluster so far, by category

    def resume(self, told: Iterable[ToldCase], start: int) -> None:
        """Take up the cases that people knew before day `start`: they merge, cool down and keep their ids as if their days had been judged again."""
        for case in told:
            if case.raised_on < start <= case.last_on + self.rules.cooldown_days:
                self.add(_resumed(case, start))

    def match(self, issue: Issue, category: int, day: int) -> OpenAlert | None:
        """The latest living alert about the same thing: same category, overlapping area, at most a cool-down ago."""
        alive = [a for a in self.living.get(category, []) if day - a.last_on <= self.rules.cooldown_days]
        self.living[category] = alive
        lead = issue.lead
        same = [a for a in alive if a.status == ACTIVE and self._is_same(a, lead)]
        return max(same, key=lambda a: (a.area == lead.area, a.last_on, a.raised_on), default=None)

    def _is_same(self, alert: OpenAlert, lead: Signal) -> bool:
        if alert.area == lead.area or touch(alert.peak, lead) or _shares_tickets(alert.peak, lead):
            return True
        if self.tree.contains(alert.area, lead.area):  # finer than what is open: explained unless it stands out
            return not stands_out(lead, alert.peak.ratio, self.rules)
        if self.tree.contains(lead.area, alert.area):  # broader: the open part must carry most of it
            return alert.peak.excess >= self.rules.explained_share * lead.excess
        return False

    def is_fresh(self, alert: OpenAlert, day: int) -> bool:
        """Whether a signal of `day` still merges into the alert rather than falling into its cool-down."""
        return day - alert.last_on <= self.rules.merge_days

    def has_budget(self, area: int, day: int) -> bool:
        """Whether the area's district (or the city) may raise another alert this week."""
        return self._spent(area, day) < self.rules.weekly_budget_area

    def budget_told(self, area: int, day: int) -> dict[str, Any]:
        """What the evidence says of the week's budget."""
        return {"week_raised": self._spent(area, day), "week_budget": self.rules.weekly_budget_area}

    def spend(self, area: int, day: int) -> None:
        """Count an alert against the week."""
        self.raised.append((day, self._payer(area)))

    def add(self, alert: OpenAlert) -> None:
        """Remember a new alert."""
        self.alerts.setdefault(alert.category, []).append(alert)
        self.living.setdefault(alert.category, []).append(alert)

    def hold(self, day: int, category: int, issue: Issue, reason: str, p: float, limit: float) -> None:
        """Note an issue that is not told, with earlier days of the same."""
        for held in reversed(self.held):
            if day - held.last_on <= self.rules.merge_days and held.alert is None and (
                held.category, held.area, held.reason) == (category, issue.area, reason):  # fmt: skip
                held.days += day != held.last_on
                held.last_on = day
                held.kinds |= set(issue.kinds)
                if p < held.p:
                    held.lead, held.p, held.limit = issue.lead, p, limit
                return
        self.held.append(Held(category, issue.area, reason, day, day, 1, set(issue.kinds), issue.lead, p, limit))

    def release(self, alert: OpenAlert) -> int:
        """Give what was held of a case to the alert that tells it at last; returns the days for which it was held."""
        same = [
            held for held in self.held
            if held.alert is None and held.category == alert.category and self._is_near(held.area, alert.area)
            and alert.raised_on - held.last_on <= self.rules.merge_days
        ]  # fmt: skip
        for held in same:
            held.alert = alert
        return sum(held.days for held in same)

    def log_clusters(self, signals: Iterable[Signal]) -> None:
        """Remember the day's scan clusters."""
        for signal in signals:
            if signal.kind == CLUSTER and signal.rule == "scan":
                self.clusters.setdefault(signal.category, []).append(signal)

    def cluster_days(self, category: int, issue: Issue) -> tuple[int, ...]:
        """Days with a cluster of the category at the issue's place: in its street or finer area, or with overlapping circles."""
        seen = self.clusters.get(category, ())
        is_small = self.tree.level[issue.area] >= STREET
        return tuple(s.day for s in seen if touch(s, issue.lead) or (is_small and self._is_near(issue.area, s.area)))

    def raised_before(self, day: int, days: int = 28) -> frozenset[tuple[int, int]]:
        """(category, area) of alerts raised before `day`, at most `days` ago."""
        if self.rising[0] != day:
            all_alerts = (a for alerts in self.alerts.values() for a in alerts)
            self.rising = day, frozenset((a.category, a.area) for a in all_alerts if 0 < day - a.raised_on <= days)
        return self.rising[1]

    def _is_near(self, one: int, other: int) -> bool:
        """The same area, or one in the other where both are streets or finer."""
        if one == other:
            return True
        is_small = min(self.tree.level[one], self.tree.level[other]) >= STREET
        return bool(is_small) and (self.tree.contains(one, other) or self.tree.contains(other, one))

    def _spent(self, area: int, day: int) -> int:
        payer = self._payer(area)
        self.raised = [r for r in self.raised if day - r[0] < 7]
        return sum(1 for _, who in self.raised if who == payer)

    def _payer(self, area: int) -> int:
        chain = self.tree.ancestors(area)
        return next((a for a in chain if self.tree.level[a] == DISTRICT), chain[-1])


def _resumed(case: ToldCase, start: int) -> OpenAlert:
    """The case as it stood before `start`; of a peak that came later nothing is known yet."""
    is_past = case.window_end < start
    observed, expected, score = (case.observed, case.expected, case.score) if is_past else (0.0, 0.0, -np.inf)
    tickets, none = (case.tickets if is_past else case.tickets[:0]), case.tickets[:0]
    peak = Signal(
        case.raised_on, case.kind, case.rule, case.area, case.category, case.window_start, case.window_end, observed, expected, score, tickets, none,
        case.lat, case.lon, case.radius_m,
    )  # fmt: skip
    told = case.evidence
    history = [(row["day"], row["level"]) for row in told.get("levels", ()) if row["day"] < start] or [
        (case.raised_on, case.level)
    ]
    return OpenAlert(
        case.raised_on, min(case.last_on, start - 1), case.category, case.area, history[-1][1], peak, set(case.kinds), float("nan"), case.status,
        case.reason, dict(told.get("classes", {})) if is_past else {}, history=history, gate=dict(told.get("gate", {})), told_id=case.alert_id,
        earlier=[row for row in told.get("signals", ()) if row["day"] < start],
    )  # fmt: skip


class Circle(Protocol):
    """A place and how far it reaches; NaN where that is not known."""

    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...
    @property
    def radius_m(self) -> float: ...


def touch(one: Circle, other: Circle) -> bool:
    """Whether the centre of the one lies within the larger of two circles; never where a circle is not known."""
    if np.isnan(one.radius_m) or np.isnan(other.radius_m):
        return False
    east = (one.lon - other.lon) * np.cos(np.radians(one.lat))
    return float(np.hypot(one.lat - other.lat, east)) * METRES_PER_DEGREE <= max(one.radius_m, other.radius_m)


def _shares_tickets(one: Signal, other: Signal) -> bool:
    """Whether the smaller of two ticket sets lies half in the other, and they are of the same order."""
    small, large = sorted((len(one.tickets), len(other.tickets)))
    return small > 0 and large <= 3 * small and 2 * len(np.intersect1d(one.tickets, other.tickets)) >= small
