"""An open alert as it is handed on: its id, its numbers, its evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np

from detectors.judge.evidence import artefact_share, describe_signal, drivers
from detectors.judge.life import Held, OpenAlert
from detectors.judge.outputs import SIGNALS, SUSPECTED_ARTEFACT, Alert, HeldBack
from detectors.judge.window import TicketIndex


def alert_id(alert: OpenAlert, index: TicketIndex) -> str:
    """Twelve hex digits of what does not change while the case lives: its first day, place, category and first signal."""
    if alert.told_id is not None:
        return alert.told_id
    names, first = index.context.names, alert.first
    parts = (
        alert.raised_on, names.categories[alert.category], names.areas[alert.area], alert.status, first.rule, f"{first.lat:.3f},{first.lon:.3f}",
    )  # fmt: skip
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:12]


def freeze(alert: OpenAlert, index: TicketIndex) -> Alert:
    """The alert at its most unusual, with the evidence of all its days."""
    peak = alert.peak
    shown = np.union1d(peak.tickets, peak.artefacts) if alert.status == SUSPECTED_ARTEFACT else peak.tickets
    observed = float(len(shown)) if alert.status == SUSPECTED_ARTEFACT else peak.observed
    return Alert(
        alert_id(alert, index),
        alert.raised_on, alert.last_on, alert.level, _ordered(alert.kinds), tuple(alert.classes), alert.category, alert.area,
        peak.window_start, peak.window_end, observed, peak.expected, observed / peak.expected if peak.expected > 0 else float("nan"),
        peak.score, index.persons(shown), index.places(shown), alert.composite, alert.status, alert.reason,
        peak.lat, peak.lon, peak.radius_m, shown, _evidence(alert, index),
    )  # fmt: skip


def _ordered(kinds: Iterable[str]) -> tuple[str, ...]:
    return tuple(k for k in SIGNALS if k in set(kinds))


def _evidence(alert: OpenAlert, index: TicketIndex) -> dict[str, object]:
    peak = alert.peak
    return {
        "rule": peak.rule,
        "signals": [
            *alert.earlier,
            *(describe_signal(s, index) for s in sorted(alert.noted.values(), key=lambda s: (s.day, s.kind, s.area))),
        ],
        "drivers": drivers(peak, index),
        "classes": alert.classes,
        "levels": [{"day": day, "level": level} for day, level in alert.history],
        "artefact_tickets": len(peak.artefacts),
        "artefact_share": round(artefact_share(peak), 3) if peak.rule != "bunch" else 1.0,
        "quieted_days": alert.quieted,
        "gate": alert.gate,
    }


def freeze_held(held: Held, index: TicketIndex) -> HeldBack:
    """One case that was not told, and why."""
    lead = held.lead
    return HeldBack(
        held.category, held.area, held.reason, held.first_on, held.last_on, held.days, _ordered(held.kinds), lead.rule, lead.observed, lead.expected,
        lead.score, held.p, held.limit, alert_id(held.alert, index) if held.alert else None,
    )  # fmt: skip
