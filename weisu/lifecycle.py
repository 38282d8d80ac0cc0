"""The life of an alert: which act leads to which status, and the state that a row of acts adds up to.  Pure, no I/O."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

LEADS_TO = {
    "confirm": "confirmed",
    "dismiss": "dismissed",
    "send": "sent",
    "accept": "accepted",
    "return": "returned",
    "handle": "handled",
    "verify": "verified",
    "close": "closed",
    "reopen": "new",
}
KEEPS_STATUS = ("assign", "comment", "snooze")

ALLOWED = {
    "new": ("confirm", "dismiss", "assign", "snooze", "comment"),
    "suspected_artefact": ("dismiss", "confirm", "assign", "comment"),
    "confirmed": ("send", "assign", "dismiss", "close", "snooze", "comment"),
    "sent": ("accept", "return", "assign", "close", "comment"),
    "returned": ("send", "assign", "close", "comment"),
    "accepted": ("handle", "return", "assign", "close", "comment"),
    "handled": ("verify", "reopen", "close", "comment"),
    "verified": ("close", "reopen", "comment"),
    "dismissed": ("reopen", "comment"),
    "closed": ("reopen", "comment"),
}
OPEN = ("new", "confirmed", "sent", "returned", "accepted", "handled", "verified")
ENDED = ("dismissed", "closed")


@dataclass(frozen=True)
class Act:
    """One act of a person on an alert; `acted_at` is naive UTC, `position` counts the alert's acts from 1."""

    act_id: str
    alert_id: str
    position: int
    act: str
    reason: str
    assignee: str
    actor: str
    acted_at: dt.datetime
    until_on: dt.date | None = None


@dataclass(frozen=True)
class AlertState:
    """What an alert's acts add up to."""

    status: str
    assignee: str = ""
    last_act_id: str | None = None  # of all acts, undone ones too: what a later act must have seen
    last_acted_at: dt.datetime | None = None
    snoozed_until: dt.date | None = None
    can_undo: bool = False

    @property
    def allowed(self) -> tuple[str, ...]:
        """The acts a person may do next."""
        return ALLOWED[self.status]


class Step(Protocol):
    """Anything of which `act` names what was done; "undo" takes something back."""

    @property
    def act(self) -> str: ...


Done = TypeVar("Done", bound=Step)


def standing(acts: Iterable[Done]) -> list[Done]:
    """The acts that still count: each `undo` takes back the last standing act before it."""
    kept: list[Done] = []
    for act in acts:
        if act.act != "undo":
            kept.append(act)
        elif kept:
            kept.pop()
    return kept


def state_of(acts: Sequence[Act], *, base_status: str = "new") -> AlertState:
    """Add up an alert's acts, oldest first; `base_status` is what the detectors left ("new" or "suspected_artefact")."""
    kept = standing(acts)
    statuses = [LEADS_TO[act.act] for act in kept if act.act in LEADS_TO]
    assignees = [act.assignee for act in kept if act.assignee]
    ends_snooze = [act for act in kept if act.act == "snooze" or act.act in LEADS_TO]
    last = acts[-1] if acts else None
    return AlertState(
        status=statuses[-1] if statuses else base_status,
        assignee=assignees[-1] if assignees else "",
        last_act_id=last.act_id if last else None,
        last_acted_at=last.acted_at if last else None,
        snoozed_until=ends_snooze[-1].until_on if ends_snooze and ends_snooze[-1].act == "snooze" else None,
        can_undo=bool(kept),
    )
