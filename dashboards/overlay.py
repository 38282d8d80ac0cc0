"""Alerts as they stand now: the publication, with what people did since laid over it.  Pure, no Streamlit."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from dashboards.view import end_of_day
from weisu.lifecycle import ENDED, Act, AlertState, state_of

RETURN_HOURS = 24  # a returned alert gets a joint owner within a day
VERIFY_DAYS = 28


@dataclass(frozen=True)
class Alert:
    """One alert with its state, deadline (naive UTC, None when nothing is due) and history."""

    row: Mapping[str, Any]
    state: AlertState
    base_status: str
    due_at: dt.datetime | None
    history: tuple[Act, ...]

    @property
    def alert_id(self) -> str:
        return str(self.row["alert_id"])

    @property
    def level(self) -> int:
        return int(self.row["level"] or 4)

    @property
    def signals(self) -> list[str]:
        return _codes(self.row["signals"])

    @property
    def classes(self) -> list[str]:
        return _codes(self.row["classes"])

    @property
    def owner(self) -> str:
        return self.state.assignee or str(self.row["owner"] or "")

    @property
    def evidence(self) -> dict[str, Any]:
        """The evidence JSON; {} when it is missing or damaged."""
        try:
            read = json.loads(self.row["evidence"] or "{}")
        except (TypeError, ValueError):
            return {}
        return read if isinstance(read, dict) else {}

    @property
    def stands_on_one(self) -> bool:
        """Whether a single report raised it: within a level it comes after what many people report."""
        return (self.row["observed"] or 0) <= 1

    def title(self, lang: str) -> str:
        return str(self.row[f"title_{lang}"] or self.row["title_zh"] or self.alert_id)

    def why(self, lang: str) -> str:
        return str(self.row[f"why_{lang}"] or self.row["why_zh"] or "")

    def overdue_hours(self, now: dt.datetime) -> float:
        """Hours past the deadline; 0 when it is not due or not past."""
        return max(0.0, (now - self.due_at).total_seconds() / 3600) if self.due_at else 0.0

    def is_snoozed(self, today: dt.date) -> bool:
        return self.state.snoozed_until is not None and self.state.snoozed_until > today

    def needs_decision(self, today: dt.date) -> bool:
        """A person must decide now: new and not asleep."""
        return self.state.status == "new" and not self.is_snoozed(today)


def overlay(
    rows: pl.DataFrame,
    published: pl.DataFrame,
    stored: Mapping[str, Sequence[Act]],
    *,
    zone: ZoneInfo,
    now: dt.datetime,
) -> list[Alert]:
    """All alerts, what needs a decision first: open before ended, then level, overdue, deadline."""
    earlier = _published_acts(published)
    alerts = [
        _alert(row, earlier.get(row["alert_id"], []), stored.get(row["alert_id"], ()), zone, now)
        for row in rows.iter_rows(named=True)
    ]
    return sorted(alerts, key=lambda a: _urgency(a, now))


def _alert(row: dict[str, Any], earlier: list[Act], stored: Sequence[Act], zone: ZoneInfo, now: dt.datetime) -> Alert:
    known = {act.act_id for act in stored}
    before = [act for act in earlier if act.act_id not in known]
    untouched = "suspected_artefact" if row["signal_status"] == "suspected_artefact" else "new"
    root = untouched if earlier else str(row["status"] or untouched)
    base = state_of(before, base_status=root)
    state = state_of(stored, base_status=base.status)
    return Alert(row, state, base.status, _due_at(row, state, zone, now), (*before, *stored))


def _due_at(row: dict[str, Any], state: AlertState, zone: ZoneInfo, now: dt.datetime) -> dt.datetime | None:
    hours = {
        "new": row["review_due_hours"],
        "confirmed": row["send_due_hours"],
        "sent": row["feedback_due_hours"],
        "accepted": row["feedback_due_hours"],
        "returned": RETURN_HOURS,
        "handled": VERIFY_DAYS * 24,
    }.get(state.status)
    if hours is None or row["raised_on"] is None:
        return None
    begun = (
        min(state.last_acted_at or end_of_day(row["raised_on"], zone), now)
        if state.last_acted_at
        else end_of_day(row["raised_on"], zone)
    )
    return begun + dt.timedelta(hours=float(hours))


def _urgency(alert: Alert, now: dt.datetime) -> tuple[Any, ...]:
    rank = 0 if alert.state.status == "new" else 1 if alert.state.status not in (*ENDED, "suspected_artefact") else 2
    raised = alert.row["raised_on"]
    return (
        rank,
        alert.state.snoozed_until is not None,
        alert.level,
        alert.stands_on_one,
        -alert.overdue_hours(now),
        alert.due_at or now,
        -(raised.toordinal() if raised else 0),
        alert.alert_id,
    )


def _published_acts(frame: pl.DataFrame) -> dict[str, list[Act]]:
    found: dict[str, list[Act]] = {}
    for row in frame.iter_rows(named=True):
        acts = found.setdefault(row["alert_id"], [])
        acts.append(
            Act(
                row["act_id"],
                row["alert_id"],
                len(acts) + 1,
                row["act"],
                row["reason"] or "",
                row["assignee"] or "",
                row["actor"] or "",
                row["acted_at"],
                row.get("until_on"),
            )
        )
    return found


def _codes(joined: object) -> list[str]:
    return [code.strip() for code in str(joined or "").split(",") if code.strip()]
