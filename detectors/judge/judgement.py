"""Day after day: signals become issues, issues become alerts, artefacts are set apart.  Deterministic; the past only."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from detectors.judge.artefacts import Artefact, Bunch, find_bunches, mark_artefacts, middle
from detectors.judge.classes import Case, classify
from detectors.judge.emotion import emotion_signals
from detectors.judge.evidence import artefact_share, describe_signal, drivers, main_reason
from detectors.judge.inputs import Context, FoundCluster, Series, Tickets
from detectors.judge.issue import Issue, reconcile
from detectors.judge.levels import level_of
from detectors.judge.life import Desk, OpenAlert
from detectors.judge.outputs import CLUSTER, RISE, SUSPECTED_ARTEFACT, Alert, Signal
from detectors.judge.rules import JudgeConfig
from detectors.judge.signals import (
    cluster_signals,
    estate_signals,
    excess_score,
    life_safety_signals,
    rise_signals,
    sensitive_signals,
)
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
    tickets: Tickets,
    context: Context,
    marks: np.ndarray,
    config: JudgeConfig | None = None,
) -> list[Alert]:
    """Run the desk over `days` (ascending day numbers) and return every alert raised, in order of day and id.

    Args:
        signals: day -> signals, as `gather_signals` gives them.
        marks: artefact code per ticket, as `mark_artefacts` gives it.
    """
    config = config or JudgeConfig()
    index = index_tickets(tickets, context, marks)
    desk = Desk(context.tree, config.life)
    bunches = _striking_bunches(tickets, context, config)
    for day in days:
        for bunch in bunches.get(day, ()):
            _raise_bunch(bunch, desk, index)
        by_category: dict[int, list[Signal]] = defaultdict(list)
        for signal in signals.get(day, ()):
            by_category[signal.category].append(signal)
        issues = [(c, i) for c in sorted(by_category) for i in reconcile(by_category[c], context.tree, config.life)]
        issues.sort(
            key=lambda pair: (
                not pair[1].is_life_safety,
                -len(pair[1].kinds),
                -pair[1].lead.score,
                pair[0],
                pair[1].area,
            )
        )
        for category, issue in issues:
            _settle(day, category, issue, desk, index, config)
    alerts = [_freeze(alert, index) for raised in desk.alerts.values() for alert in raised]
    return sorted(alerts, key=lambda a: (a.raised_on, a.alert_id))


def _settle(day: int, category: int, issue: Issue, desk: Desk, index: TicketIndex, config: JudgeConfig) -> None:
    """Give one issue to a living alert, hold it back, or raise it."""
    reason = _artefact_reason(issue.lead, index, config)
    if reason is not None:
        _set_apart(day, category, issue, reason, desk)
        return
    composite = index.context.composite_at(issue.area, category, day)
    level = level_of(len(issue.kinds), composite, issue.is_life_safety, config.life)
    living = desk.match(issue, category, day)
    if living is not None and (desk.is_fresh(living, day) or level >= living.level):
        _continue(living, day, issue, level, composite, desk, index)
    elif issue.is_life_safety or desk.has_budget(issue.area, day):
        made = OpenAlert(
            day, day, category, issue.area, level, issue.lead, set(issue.kinds), composite, history=[(day, level)]
        )
        made.note(issue)
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
    if issue.area == alert.area and issue.lead.kind == alert.peak.kind and issue.lead.score > alert.peak.score:
        alert.peak, alert.composite = issue.lead, composite
    if level < alert.level:
        alert.level = level
        alert.history.append((day, level))
        alert.classes |= classify(_case(day, alert.category, issue, desk, index))


def _case(day: int, category: int, issue: Issue, desk: Desk, index: TicketIndex) -> Case:
    living = [a for alerts in desk.alerts.values() for a in alerts if 0 < day - a.raised_on <= 28]
    tree = index.context.tree
    near = [a for a in living if a.category == category and tree.contains(a.area, issue.area)]
    cluster_days = tuple(s.day for a in near for s in a.noted.values() if s.kind == CLUSTER)
    return Case(day, category, issue, index, cluster_days, frozenset((a.category, a.area) for a in living))


def _is_artefact(lead: Signal, config: JudgeConfig) -> bool:
    """Artefacts explain most of the excess, or nothing unusual is left without them."""
    if not len(lead.artefacts):
        return False
    rules = config.signals
    too_little = lead.kind in (RISE, CLUSTER) and (
        lead.observed < rules.cluster_persons or lead.observed < rules.rise_ratio * lead.expected
    )
    return too_little or artefact_share(lead) >= config.artefacts.excess_share


def _artefact_reason(lead: Signal, index: TicketIndex, config: JudgeConfig) -> Artefact | None:
    """Why the signal is no signal: marked tickets explain it, or one caller made most of it over several days."""
    if _is_artefact(lead, config):
        return main_reason(lead.artefacts, index.marks)
    person = index.tickets.person[lead.tickets]
    calls = np.unique(person[person >= 0], return_counts=True)[1].max(initial=0)
    is_one_voice = calls >= config.artefacts.person_tickets and calls >= config.artefacts.excess_share * len(person)
    return Artefact.ONE_PERSON if is_one_voice else None


def _set_apart(day: int, category: int, issue: Issue, reason: Artefact, desk: Desk) -> None:
    """An alert explained by artefacts: shown once with its reason, merged into one that shows the same tickets."""
    for alert in desk.alerts.get(category, []):
        near = desk.tree.contains(issue.area, alert.area) or desk.tree.contains(alert.area, issue.area)
        if alert.status == SUSPECTED_ARTEFACT and near and day - alert.last_on <= desk.rules.cooldown_days:
            alert.kinds |= set(issue.kinds)
            alert.note(issue)
            return
    made = OpenAlert(
        day,
        day,
        category,
        issue.area,
        4,
        issue.lead,
        set(issue.kinds),
        float("nan"),
        SUSPECTED_ARTEFACT,
        reason.code,
        history=[(day, 4)],
    )
    made.note(issue)
    desk.add(made)


def _striking_bunches(tickets: Tickets, context: Context, config: JudgeConfig) -> dict[int, list[Bunch]]:
    """Bunches large enough to be shown, without those that lie in a larger one."""
    shown: dict[int, list[Bunch]] = defaultdict(list)
    taken = np.zeros(len(tickets), bool)
    for bunch in find_bunches(tickets, context.staff_channels, config.artefacts):
        fresh = bunch.tickets[~taken[bunch.tickets]]
        taken[fresh] = True
        if len(fresh) >= config.artefacts.striking_tickets:
            shown[bunch.day].append(Bunch(bunch.day, bunch.reason, fresh))
    return shown


def _raise_bunch(bunch: Bunch, desk: Desk, index: TicketIndex) -> None:
    """Show a bunch as an alert of its own, so that people see that it was seen."""
    t, at = index.tickets, bunch.tickets
    values, counts = np.unique(t.category[at], return_counts=True)
    category, area = int(values[counts.argmax()]), index.home(at)
    before, _ = index.select(category, area, bunch.day - 90, bunch.day - 1)
    expected = len(before) / 90.0
    lat, lon = middle(t, at)
    signal = Signal(
        bunch.day, RISE, "bunch", area, category, bunch.day, bunch.day, float(len(at)), expected, excess_score(len(at), expected),
        at, at, lat, lon,
    )  # fmt: skip
    alert = OpenAlert(
        bunch.day,
        bunch.day,
        category,
        area,
        4,
        signal,
        {RISE},
        float("nan"),
        SUSPECTED_ARTEFACT,
        bunch.reason.code,
        history=[(bunch.day, 4)],
    )
    alert.note(Issue([signal]))
    desk.add(alert)


def _freeze(alert: OpenAlert, index: TicketIndex) -> Alert:
    peak, names = alert.peak, index.context.names
    parts = (
        alert.raised_on,
        names.categories[alert.category],
        names.areas[alert.area],
        alert.status,
        peak.rule,
        _spot(alert),
    )
    shown = np.union1d(peak.tickets, peak.artefacts) if alert.status == SUSPECTED_ARTEFACT else peak.tickets
    observed = float(len(shown)) if alert.status == SUSPECTED_ARTEFACT else peak.observed
    return Alert(
        hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:12],
        alert.raised_on, alert.last_on, alert.level, _ordered(alert.kinds), tuple(alert.classes), alert.category, alert.area,
        peak.window_start, peak.window_end, observed, peak.expected, observed / peak.expected if peak.expected > 0 else float("nan"),
        peak.score, index.persons(shown), index.places(shown), alert.composite, alert.status, alert.reason,
        peak.lat, peak.lon, peak.radius_m, shown, _evidence(alert, index),
    )  # fmt: skip


def _spot(alert: OpenAlert) -> str:
    first = min(alert.noted.values(), key=lambda s: (s.day, s.kind, s.rule, s.area))
    return f"{first.lat:.3f},{first.lon:.3f}"


def _ordered(kinds: Iterable[str]) -> tuple[str, ...]:
    return tuple(k for k in (RISE, CLUSTER, "emotion", "sensitive") if k in set(kinds))


def _evidence(alert: OpenAlert, index: TicketIndex) -> dict[str, object]:
    peak = alert.peak
    return {
        "rule": peak.rule,
        "signals": [
            describe_signal(s, index) for s in sorted(alert.noted.values(), key=lambda s: (s.day, s.kind, s.area))
        ],
        "drivers": drivers(peak, index),
        "classes": alert.classes,
        "levels": [{"day": day, "level": level} for day, level in alert.history],
        "artefact_tickets": len(peak.artefacts),
        "artefact_share": round(artefact_share(peak), 3) if peak.rule != "bunch" else 1.0,
        "quieted_days": alert.quieted,
    }


__all__ = ["Artefact", "gather_signals", "index_tickets", "judge_days", "mark_artefacts"]
