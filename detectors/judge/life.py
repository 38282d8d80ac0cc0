"""The state of raised alerts from day to day: merge, cool-down, escalation, budget."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from detectors.judge.inputs import DISTRICT, AreaTree
from detectors.judge.issue import Issue, stands_out
from detectors.judge.outputs import ACTIVE, Signal
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
    history: list[tuple[int, int]] = field(default_factory=list)  # (day, level) whenever the level changed
    noted: dict[tuple[str, str, int], Signal] = field(default_factory=dict)  # strongest signal per kind, rule, area
    quieted: int = 0  # days on which the cool-down held a new alert back

    def note(self, issue: Issue) -> None:
        """Keep the strongest signal of each kind, rule and area."""
        for signal in [*issue.signals, *issue.also]:
            key = (signal.kind, signal.rule, signal.area)
            if key not in self.noted or signal.score > self.noted[key].score:
                self.noted[key] = signal


@dataclass
class Desk:
    """All alerts raised so far, by category."""

    tree: AreaTree
    rules: LifeRules
    alerts: dict[int, list[OpenAlert]] = field(default_factory=dict)
    raised: list[tuple[int, int]] = field(default_factory=list)  # (day, district or city) of alerts under the budget

    def match(self, issue: Issue, category: int, day: int) -> OpenAlert | None:
        """The latest living alert about the same thing: same category, overlapping area, at most a cool-down ago."""
        alive = [a for a in self.alerts.get(category, []) if day - a.last_on <= self.rules.cooldown_days]
        same = [a for a in alive if a.status == ACTIVE and self._is_same(a, issue)]
        return max(same, key=lambda a: (a.area == issue.area, a.last_on, a.raised_on), default=None)

    def _is_same(self, alert: OpenAlert, issue: Issue) -> bool:
        if alert.area == issue.area or _touch(alert.peak, issue.lead) or _shares_tickets(alert.peak, issue.lead):
            return True
        if self.tree.contains(alert.area, issue.area):  # finer than what is open: explained unless it stands out
            return not stands_out(issue.lead, alert.peak.ratio, self.rules)
        if self.tree.contains(issue.area, alert.area):  # broader: the open part must carry most of it
            return alert.peak.excess >= self.rules.explained_share * issue.excess
        return False

    def is_fresh(self, alert: OpenAlert, day: int) -> bool:
        """Whether a signal of `day` still merges into the alert rather than falling into its cool-down."""
        return day - alert.last_on <= self.rules.merge_days

    def has_budget(self, area: int, day: int) -> bool:
        """Whether the area's district (or the city) may raise another alert this week."""
        payer = self._payer(area)
        self.raised = [r for r in self.raised if day - r[0] < 7]
        return sum(1 for _, who in self.raised if who == payer) < self.rules.weekly_budget_area

    def spend(self, area: int, day: int) -> None:
        """Count an alert against the week."""
        self.raised.append((day, self._payer(area)))

    def add(self, alert: OpenAlert) -> None:
        """Remember a new alert."""
        self.alerts.setdefault(alert.category, []).append(alert)

    def _payer(self, area: int) -> int:
        chain = self.tree.ancestors(area)
        return next((a for a in chain if self.tree.level[a] == DISTRICT), chain[-1])


def _touch(one: Signal, other: Signal) -> bool:
    """Whether two located signals' circles overlap."""
    if np.isnan(one.radius_m) or np.isnan(other.radius_m):
        return False
    east = (one.lon - other.lon) * np.cos(np.radians(one.lat))
    return float(np.hypot(one.lat - other.lat, east)) * 111_195.0 <= max(one.radius_m, other.radius_m)


def _shares_tickets(one: Signal, other: Signal) -> bool:
    """Whether the smaller of two ticket sets lies half in the other, and they are of the same order."""
    small, large = sorted((len(one.tickets), len(other.tickets)))
    return small > 0 and large <= 3 * small and 2 * len(np.intersect1d(one.tickets, other.tickets)) >= small
