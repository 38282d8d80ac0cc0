"""What an alert can show for itself, as numbers and keys ready for JSON."""

from __future__ import annotations

from typing import Any

import numpy as np

from detectors.judge.artefacts import Artefact
from detectors.judge.outputs import Signal
from detectors.judge.window import TicketIndex

TOP = 5


def describe_signal(signal: Signal, index: TicketIndex) -> dict[str, Any]:
    """One signal's numbers."""
    return {
        "signal": signal.kind,
        "rule": signal.rule,
        "day": signal.day,
        "area_key": index.context.names.areas[signal.area],
        "window_start": signal.window_start,
        "window_end": signal.window_end,
        "observed": int(signal.observed),
        "expected": round(signal.expected, 3),
        "score": round(signal.score, 3),
        "voices": index.voices(signal.tickets),
    }


def drivers(signal: Signal, index: TicketIndex) -> dict[str, Any]:
    """Where the excess of the leading signal comes from: places, channels, child areas, repeat callers."""
    at, tickets, names = signal.tickets, index.tickets, index.context.names
    return {
        "places": _top(tickets.place[at], names.places),
        "channels": _top(tickets.channel[at], names.channels),
        "areas": _children(signal, index),
        "repeat_share": repeat_share(tickets.person[at]),
        "top_place_share": _top_share(tickets.place[at]),
        "top_channel_share": _top_share(tickets.channel[at]),
    }


def artefact_share(signal: Signal) -> float:
    """Share of the excess (artefacts included) that artefact tickets explain, 0–1."""
    excess = signal.observed + len(signal.artefacts) - signal.expected
    return float(min(len(signal.artefacts) / excess, 1.0)) if excess > 0 and len(signal.artefacts) else 0.0


def main_reason(at: np.ndarray, marks: np.ndarray) -> Artefact:
    """The commonest reason among artefact tickets."""
    values, counts = np.unique(marks[at][marks[at] > 0], return_counts=True)
    return Artefact(int(values[counts.argmax()])) if len(values) else Artefact.NONE


def repeat_share(person: np.ndarray) -> float | None:
    """Share of tickets of known callers that are not their caller's first; None when no caller is known."""
    known = person[person >= 0]
    return round(1.0 - len(np.unique(known)) / len(known), 3) if len(known) else None


def _top(codes: np.ndarray, names: tuple[str, ...]) -> list[dict[str, Any]]:
    values, counts = np.unique(codes[codes >= 0], return_counts=True)
    order = np.lexsort([values, -counts])[:TOP]
    return [{"key": names[values[k]], "tickets": int(counts[k])} for k in order]


def _top_share(codes: np.ndarray) -> float | None:
    known = codes[codes >= 0]
    return round(float(np.unique(known, return_counts=True)[1].max()) / len(codes), 3) if len(known) else None


def _children(signal: Signal, index: TicketIndex) -> list[dict[str, Any]]:
    level = int(index.context.tree.level[signal.area]) + 1
    if level >= index.tickets.areas.shape[1]:
        return []
    return _top(index.tickets.areas[signal.tickets, level], index.context.names.areas)
