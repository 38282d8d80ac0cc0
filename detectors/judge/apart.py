"""What artefacts explain is set apart: shown once with its reason, never among the alerts of the public."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from detectors.judge.artefacts import Artefact, Bunch, find_bunches, middle
from detectors.judge.evidence import artefact_share, main_reason
from detectors.judge.inputs import Context, Tickets
from detectors.judge.issue import Issue
from detectors.judge.life import Desk, OpenAlert
from detectors.judge.outputs import CLUSTER, RISE, SUSPECTED_ARTEFACT, Signal
from detectors.judge.rules import JudgeConfig
from detectors.judge.signals import excess_score
from detectors.judge.window import TicketIndex


def _is_artefact(lead: Signal, config: JudgeConfig) -> bool:
    """Artefacts explain most of the excess, or nothing unusual is left without them."""
    if not len(lead.artefacts):
        return False
    rules = config.signals
    too_little = lead.kind in (RISE, CLUSTER) and (
        lead.observed < rules.cluster_persons or lead.observed < rules.rise_ratio * lead.expected
    )
    return too_little or artefact_share(lead) >= config.artefacts.excess_share


def artefact_reason(lead: Signal, index: TicketIndex, config: JudgeConfig) -> Artefact | None:
    """Why the signal is no signal: marked tickets explain it, or one caller made most of it over several days."""
    if _is_artefact(lead, config):
        return main_reason(lead.artefacts, index.marks)
    person = index.tickets.person[lead.tickets]
    calls = np.unique(person[person >= 0], return_counts=True)[1].max(initial=0)
    is_one_voice = calls >= config.artefacts.person_tickets and calls >= config.artefacts.excess_share * len(person)
    return Artefact.ONE_PERSON if is_one_voice else None


def set_apart(day: int, category: int, issue: Issue, reason: Artefact, desk: Desk) -> None:
    """An alert explained by artefacts: shown once with its reason, merged into one that shows the same tickets."""
    for alert in desk.alerts.get(category, []):
        near = desk.tree.contains(issue.area, alert.area) or desk.tree.contains(alert.area, issue.area)
        if alert.status == SUSPECTED_ARTEFACT and near and day - alert.last_on <= desk.rules.cooldown_days:
            alert.kinds |= set(issue.kinds)
            alert.note(issue)
            return
    made = OpenAlert(
        day, day, category, issue.area, 4, issue.lead, set(issue.kinds), float("nan"), SUSPECTED_ARTEFACT, reason.code, history=[(day, 4)]
    )  # fmt: skip
    made.note(issue)
    desk.add(made)


def striking_bunches(tickets: Tickets, context: Context, config: JudgeConfig) -> dict[int, list[Bunch]]:
    """Bunches large enough to be shown, without those that lie in a larger one."""
    shown: dict[int, list[Bunch]] = defaultdict(list)
    taken = np.zeros(len(tickets), bool)
    for bunch in find_bunches(tickets, context.staff_channels, config.artefacts):
        fresh = bunch.tickets[~taken[bunch.tickets]]
        taken[fresh] = True
        if len(fresh) >= config.artefacts.striking_tickets:
            shown[bunch.day].append(Bunch(bunch.day, bunch.reason, fresh))
    return shown


def raise_bunch(bunch: Bunch, desk: Desk, index: TicketIndex) -> None:
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
        bunch.day, bunch.day, category, area, 4, signal, {RISE}, float("nan"), SUSPECTED_ARTEFACT, bunch.reason.code, history=[(bunch.day, 4)]
    )  # fmt: skip
    alert.note(Issue([signal]))
    desk.add(alert)
