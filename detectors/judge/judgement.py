"""Day after day: signals become issues, issues become alerts, artefacts are set apart.  Deterministic; the past only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from detectors.judge.apart import artefact_reason, raise_bunch, set_apart, striking_bunches
from detectors.judge.budget import Gate, gate_of, tested_cells
from detectors.judge.classes import LATER, Case, classify
from detectors.judge.emotion import emotion_signals
from detectors.judge.inputs import Context, FoundCluster, Series, Tickets
from detectors.judge.issue import Issue, reconcile
from detectors.judge.levels import level_of
from detectors.judge.life import Desk, OpenAlert
from detectors.judge.outputs import Judgement, Signal
from detectors.judge.rules import JudgeConfig
from detectors.judge.signals import (
    cluster_signals,
    estate_signals,
    life_safety_signals,
    rise_signals,
    sensitive_signals,
    term_signals,
)
from detectors.judge.telling import freeze, freeze_held
from detectors.judge.window import TicketIndex, index_tickets

AREA_LEVELS = 3  # city, district, street carry emotion signals


def gather_signals(
    days: Sequence[int],
    series: Series,
    clusters: Mapping[int, Sequence[FoundCluster]],
    index: TicketIndex,
    config: JudgeConfig,
) -> dict[int, list[Signal]]:
    """All signals of each day of `days` (ascending, without gaps)."""
    rules = config.signals
    found: dict[int, list[Signal]] = {day: [] for day in days}
    for day, signals in found.items():
        signals += rise_signals(day, series, index, rules)
        signals += term_signals(day, index.context.new_terms.get(day, ()), index)
        signals += cluster_signals(day, clusters.get(day, ()), index, rules)
        signals += estate_signals(day, index, rules)
        signals += sensitive_signals(day, index, rules)
        signals += life_safety_signals(day, index)
    if found and np.isfinite(index.tickets.intensity).any():
        for level in range(AREA_LEVELS):
            for signal in emotion_signals(index, level, days[0], days[-1], rules):
                found[signal.day].append(signal)
    return found


def judge_days(
    days: Sequence[int],
    signals: Mapping[int, Sequence[Signal]],
    series: Series,
    tickets: Tickets,
    context: Context,
    marks: np.ndarray,
    config: JudgeConfig | None = None,
) -> Judgement:
    """Run the desk over `days` (ascending day numbers): every alert raised, in order of day and id, and what was held back.

    Args:
        signals: day -> signals, as `gather_signals` gives them; series: those that were scored, signal or not.
        marks: artefact code per ticket, as `mark_artefacts` gives it.
    """
    config = config or JudgeConfig()
    index = index_tickets(tickets, context, marks)
    desk = Desk(context.tree, config.life)
    desk.resume(context.known, days[0] if len(days) else 0)
    bunches = striking_bunches(tickets, context, config)
    for day in days:
        for bunch in bunches.get(day, ()):
            raise_bunch(bunch, desk, index)
        found = signals.get(day, ())
        desk.log_clusters(found)
        gate = gate_of(day, found, tested_cells(day, series, index), context.trust, config.life.fdr)
        for category, issue in _issues(found, desk):
            _settle(day, category, issue, gate, desk, index, config)
    alerts = [freeze(alert, index) for raised in desk.alerts.values() for alert in raised if alert.noted]
    return Judgement(
        sorted(alerts, key=lambda a: (a.raised_on, a.alert_id)), [freeze_held(held, index) for held in desk.held]
    )


def _issues(signals: Sequence[Signal], desk: Desk) -> list[tuple[int, Issue]]:
    """The day's issues by category, what is most urgent first."""
    by_category: dict[int, list[Signal]] = defaultdict(list)
    for signal in signals:
        by_category[signal.category].append(signal)
    issues = [(c, i) for c in sorted(by_category) for i in reconcile(by_category[c], desk.tree, desk.rules)]
    return sorted(issues, key=lambda p: (not p[1].is_life_safety, -len(p[1].kinds), -p[1].lead.score, p[0], p[1].area))


def _settle(
    day: int, category: int, issue: Issue, gate: Gate, desk: Desk, index: TicketIndex, config: JudgeConfig
) -> None:
    """Give one issue to a living alert, hold it back, or raise it."""
    reason = artefact_reason(issue.lead, index, config)
    if reason is not None:
        set_apart(day, category, issue, reason, desk)
        return
    composite = index.context.composite_at(issue.area, category, day)
    level = level_of(len(issue.kinds), composite, issue.is_life_safety, config.life)
    living = desk.match(issue, category, day)
    if living is not None and (desk.is_fresh(living, day) or level >= living.level):
        _continue(living, day, issue, level, composite, desk, index)
        return
    p = gate.p_of(issue)
    if not issue.is_life_safety and (
        held := "fdr" if p > gate.limit else None if desk.has_budget(issue.area, day) else "budget"
    ):
        desk.hold(day, category, issue, held, p, gate.limit)
        return
    made = OpenAlert(
        day, day, category, issue.area, level, issue.lead, set(issue.kinds), composite, history=[(day, level)]
    )  # fmt: skip
    made.note(issue)
    made.gate = gate.told(p) | desk.budget_told(issue.area, day) | {"held_days": desk.release(made)}
    made.classes = classify(_case(day, category, issue, desk, index))
    desk.add(made)
    if not issue.is_life_safety:
        desk.spend(issue.area, day)


def _continue(
    alert: OpenAlert, day: int, issue: Issue, level: int, composite: float, desk: Desk, index: TicketIndex
) -> None:
    if not desk.is_fresh(alert, day):
        alert.quieted += 1
        return
    alert.last_on = day
    alert.kinds |= set(issue.kinds)
    alert.note(issue)
    is_alike = issue.area == alert.area and issue.lead.kind == alert.peak.kind
    if alert.peak.score == -np.inf or (is_alike and issue.lead.score > alert.peak.score):
        alert.peak, alert.composite = issue.lead, composite
    case = _case(day, alert.category, issue, desk, index)
    if level < alert.level:
        alert.level = level
        alert.history.append((day, level))
        alert.classes |= classify(case)
    else:
        alert.classes |= classify(case, [name for name in LATER if name not in alert.classes])


def _case(day: int, category: int, issue: Issue, desk: Desk, index: TicketIndex) -> Case:
    return Case(day, category, issue, index, desk.cluster_days(category, issue), desk.raised_before(day))


__all__ = ["gather_signals", "index_tickets", "judge_days"]
