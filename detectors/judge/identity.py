"""An alert keeps its id while its case lives: what was told before is recognised in what a later build finds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from detectors.judge.inputs import AreaTree, ToldCase
from detectors.judge.life import touch
from detectors.judge.outputs import ACTIVE, Alert
from detectors.judge.rules import LifeRules


def keep_ids(alerts: Sequence[Alert], told: Sequence[ToldCase], tree: AreaTree, rules: LifeRules) -> list[Alert]:
    """The alerts with the ids, and the first days, under which people know their cases; each case goes to one alert.

    Whom a case belongs to: the alert with its very id, else the one that shares most tickets, else the nearest in time.
    """
    known: dict[tuple[str, int], list[ToldCase]] = defaultdict(list)
    for case in told:
        known[case.status, case.category].append(case)
    pairs = [
        (*_closeness(alert, case), number, case)
        for number, alert in enumerate(alerts)
        for case in known[alert.signal_status, alert.category]
        if alert.alert_id == case.alert_id or _is_same(alert, case, tree, rules)
    ]
    mine: dict[int, ToldCase] = {}
    taken: set[str] = set()
    for *_, number, case in sorted(pairs, key=lambda pair: (*pair[:-1], pair[-1].alert_id)):
        if number not in mine and case.alert_id not in taken:
            mine[number] = case
            taken.add(case.alert_id)
    return [_named(alert, mine.get(number), taken) for number, alert in enumerate(alerts)]


def _closeness(alert: Alert, case: ToldCase) -> tuple[bool, float, bool, int]:
    """Smaller is closer."""
    apart = abs(alert.raised_on - case.raised_on)
    return alert.alert_id != case.alert_id, -_shared(alert, case), not case.has_acts, apart


def _is_same(alert: Alert, case: ToldCase, tree: AreaTree, rules: LifeRules) -> bool:
    """Lives that would have been merged, at the same place."""
    reach = rules.merge_days if alert.signal_status == ACTIVE else rules.cooldown_days
    if alert.raised_on - case.last_on > reach or case.raised_on - alert.last_on > reach:
        return False
    if alert.area == case.area:
        return not _is_far(alert, case)
    is_near = tree.contains(alert.area, case.area) or tree.contains(case.area, alert.area)
    return is_near and _shared(alert, case) >= 0.5


def _is_far(alert: Alert, case: ToldCase) -> bool:
    """Two circles that do not touch, and no ticket in common."""
    if np.isnan(alert.radius_m) or np.isnan(case.radius_m) or _shared(alert, case) > 0:
        return False
    return not touch(alert, case)


def _shared(alert: Alert, case: ToldCase) -> float:
    """Share of the smaller set of tickets that lies in the larger."""
    small = min(len(alert.tickets), len(case.tickets))
    return len(np.intersect1d(alert.tickets, case.tickets)) / small if small else 0.0


def _named(alert: Alert, case: ToldCase | None, taken: set[str]) -> Alert:
    if case is None:
        # an id that another alert carries on cannot stand for two cases
        return replace(alert, alert_id=f"{alert.alert_id}-2") if alert.alert_id in taken else alert
    first = case.raised_on if case.raised_on <= alert.last_on else alert.raised_on
    return replace(alert, alert_id=case.alert_id, raised_on=first)
