"""What the judgement says: signals of a day, and alerts with their evidence.  Codes and numbers; wording is made elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

RISE, CLUSTER, EMOTION, SENSITIVE = "rise", "cluster", "emotion", "sensitive"
SIGNALS = (RISE, CLUSTER, EMOTION, SENSITIVE)
CLASSES = (
    "common",
    "seasonal",
    "similar_places",
    "lead_lag",
    "key_area",
    "sudden_event",
    "emerging",
    "historic",
    "policy",
)
ACTIVE, SUSPECTED_ARTEFACT = "active", "suspected_artefact"


@dataclass(frozen=True)
class Signal:
    """One rule that fired on one day.

    `observed` leaves artefacts out, `expected` is what the baseline foretold for the same window, `score` is higher for the more unusual.
    `rule` names the rule inside the signal: series, term, scan, estate, ewma, life_safety, reports.
    `p` is the chance of as much on a day of a cell without change; 0 where one ticket is enough.
    """

    day: int
    kind: str
    rule: str
    area: int
    category: int
    window_start: int
    window_end: int
    observed: float
    expected: float
    score: float
    tickets: np.ndarray
    artefacts: np.ndarray  # indices of artefact tickets in the same window and area
    lat: float = float("nan")
    lon: float = float("nan")
    radius_m: float = float("nan")
    p: float = 0.0

    @property
    def excess(self) -> float:
        return max(self.observed - self.expected, 0.0)

    @property
    def ratio(self) -> float:
        return self.observed / self.expected if self.expected > 0 else float("nan")


@dataclass(frozen=True)
class Alert:
    """One issue raised; `area`, `category` are codes, days are day numbers, NaN and None mean not known.

    `evidence` is ready for JSON: signals, drivers (places, channels, areas), persons, classes' numbers, levels over time, artefacts.
    """

    alert_id: str
    raised_on: int
    last_on: int
    level: int
    signals: tuple[str, ...]
    classes: tuple[str, ...]
    category: int
    area: int
    window_start: int
    window_end: int
    observed: float
    expected: float
    ratio: float
    score: float
    persons: int | None
    places: int
    composite: float
    signal_status: str
    artefact_reason: str | None
    lat: float
    lon: float
    radius_m: float
    tickets: np.ndarray
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class HeldBack:
    """A case that had signals and was not told, and why: fdr (not unusual enough among all that the day tested) or budget (the week was full).

    `p` and `limit` are those of its most unusual day; `alert_id` is that of the alert which told it later, None while none did.
    """

    category: int
    area: int
    reason: str
    first_on: int
    last_on: int
    days: int
    signals: tuple[str, ...]
    rule: str
    observed: float
    expected: float
    score: float
    p: float
    limit: float
    alert_id: str | None


@dataclass(frozen=True)
class Judgement:
    """All that a span of days gave."""

    alerts: list[Alert]
    held: list[HeldBack]
