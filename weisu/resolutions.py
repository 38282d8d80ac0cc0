"""What a report asked a committee to decide or suggested to an office, what was decided, and what came of it: append-only states, the newest of
an item counts.

An item begins as `proposed` or `suggested` when the report that says it is approved, or as `adopted` when the committee decided it by itself.
Text, owner and outcome are typed by people: they are masked before they are stored.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from weisu.identity import stable_id
from weisu.store import ActConflict, Mask, StoreError, state_rows
from weisu.store_tables import RESOLUTIONS

SUGGESTED, PROPOSED, ADOPTED, REJECTED, DONE, FAILED = "suggested", "proposed", "adopted", "rejected", "done", "failed"
# what an item may become: adopted again = with another owner or day; done and failed are said of what was adopted
NEXT = {
    SUGGESTED: (ADOPTED, REJECTED, DONE, FAILED),
    PROPOSED: (ADOPTED, REJECTED),
    ADOPTED: (ADOPTED, REJECTED, DONE, FAILED),
    REJECTED: (ADOPTED,),
    DONE: (ADOPTED,),
    FAILED: (ADOPTED, DONE),
}
AWAITED = (SUGGESTED, PROPOSED, ADOPTED)  # an answer is owed
WITH_OUTCOME = (REJECTED, DONE, FAILED)  # a word of why or of what came of it belongs to these
LONGEST = 500


@dataclass(frozen=True)
class Resolution:
    """One state of an item."""

    resolution_id: str
    status: str
    period: str  # of the report that asks for it, or in which it was decided: 2026-03
    text: str
    actor: str
    recorded_at: dt.datetime  # naive UTC
    owner: str = ""
    due_on: dt.date | None = None
    outcome: str = ""  # in a sentence: why it was rejected, what was done, why it failed
    report: str = ""  # folder of the approved report; "" for what the committee decided by itself
    alert_id: str | None = None
    issue_key: str | None = None
    area_key: str | None = None
    category_key: str | None = None
    position: int = 1

    def is_overdue(self, today: dt.date) -> bool:
        """Whether an answer is still owed after the day it was asked for."""
        return self.status in AWAITED and self.due_on is not None and self.due_on < today


def item_id(kind: str, period: str, subject: dict[str, str], text: str) -> str:
    """The id of an item that a report asks for: the same in every language and after a new approval, as long as it is about the same."""
    about = {name: value for name, value in subject.items() if name != "owner"}
    return stable_id(kind, period, sorted(about.items()) if about else text)


def propose(engine: sa.Engine, items: Iterable[Resolution], *, mask: Mask) -> list[Resolution]:
    """Append the first state of items; those that are known already stay as they are.  Errors as `decide`."""
    known = {row.resolution_id for row in list_states(engine)}
    return [_append(engine, item, mask) for item in items if item.resolution_id not in known]


def add(engine: sa.Engine, *, text: str, owner: str, due_on: dt.date | None, period: str, by: str, now: dt.datetime, mask: Mask) -> Resolution:  # fmt: skip
    """Append an item that the committee decided by itself; errors as `decide`."""
    if not text.strip():
        raise StoreError("no text", where="resolution", todo="say what was decided")
    made = Resolution(secrets.token_hex(8), ADOPTED, period, text.strip(), _named(by, "resolution"), now, owner.strip(), due_on)  # fmt: skip
    return _append(engine, made, mask)


def decide(
    engine: sa.Engine,
    resolution_id: str,
    status: str,
    *,
    by: str,
    now: dt.datetime,
    mask: Mask,
    owner: str | None = None,
    due_on: dt.date | None = None,
    outcome: str = "",
    seen: int | None = None,
) -> Resolution:
    """Append what was decided of an item, or what came of it.

    Args:
        status: adopted, rejected, done or failed.
        now: naive UTC.
        owner, due_on: of an adopted one, where they are others than before.
        outcome: one sentence; asked for where the item ends.
        seen: position of the state that the user saw; None: whatever it is.

    Raises:
        StoreError: no such item, a state that it cannot take now, nobody is named, or no outcome where one belongs.
        ActConflict: somebody decided meanwhile.
    """
    last = _last(engine, resolution_id)
    if seen is not None and seen != last.position:
        raise ActConflict("someone decided on this item meanwhile", where=resolution_id, todo="look again")
    if status not in NEXT[last.status]:
        todo = f"it is {last.status}: choose {', '.join(NEXT[last.status])}"
        raise StoreError(f"cannot become {status[:20]!r}", where=resolution_id, todo=todo)
    if status in WITH_OUTCOME and not outcome.strip():
        raise StoreError("no outcome", where=resolution_id, todo="say in a sentence why, or what was done")
    made = replace(last, status=status, position=last.position + 1, actor=_named(by, resolution_id), recorded_at=now, outcome=outcome.strip(),
                   owner=last.owner if owner is None else owner.strip(), due_on=due_on or last.due_on)  # fmt: skip
    return _append(engine, made, mask)


def take_back(engine: sa.Engine, resolution_id: str, *, by: str, now: dt.datetime, seen: int | None = None) -> Resolution:  # fmt: skip
    """Append the state before the last one; errors as `decide`, and where nothing was decided yet."""
    last = _last(engine, resolution_id)
    if seen is not None and seen != last.position:
        raise ActConflict("someone decided on this item meanwhile", where=resolution_id, todo="look again")
    states = standing(row for row in list_states(engine) if row.resolution_id == resolution_id)
    if len(states) < 2:
        raise StoreError("nothing was decided yet", where=resolution_id, todo="there is nothing to take back")
    made = replace(states[-2], position=last.position + 1, actor=_named(by, resolution_id), recorded_at=now)
    return _append(engine, made, str)


def standing(states: Iterable[Resolution]) -> list[Resolution]:
    """The states of one item that were not taken back: one that says what the last but one said takes the last back."""
    kept: list[Resolution] = []
    for state in states:
        if len(kept) > 1 and _said(state) == _said(kept[-2]):
            kept.pop()
        else:
            kept.append(state)
    return kept


def meeting_period(today: dt.date) -> str:
    """The month whose report a committee has before it on a day: the one before."""
    return f"{today.replace(day=1) - dt.timedelta(days=1):%Y-%m}"


def list_states(engine: sa.Engine) -> list[Resolution]:
    """Every state of every item, in the order they were recorded."""
    rows = sorted(state_rows(engine, RESOLUTIONS), key=lambda row: row["row_id"])
    return [Resolution(**{name: value for name, value in row.items() if name != "row_id"}) for row in rows]


def newest(engine: sa.Engine) -> list[Resolution]:
    """The newest state of each item, the latest periods first."""
    found = {state.resolution_id: state for state in list_states(engine)}
    return sorted(found.values(), key=lambda one: (one.period, one.recorded_at, one.resolution_id), reverse=True)


def _last(engine: sa.Engine, resolution_id: str) -> Resolution:
    found = [state for state in list_states(engine) if state.resolution_id == resolution_id]
    if not found:
        raise StoreError("no such item", where=resolution_id[:40], todo="see weisu report resolutions list")
    return found[-1]


def _said(state: Resolution) -> tuple[object, ...]:
    return (state.status, state.owner, state.due_on, state.outcome)


def _named(by: str, where: str) -> str:
    if not by.strip():
        raise StoreError("nobody is named who decides", where=where, todo="say who decided or reported it")
    return by.strip()


def _append(engine: sa.Engine, made: Resolution, mask: Mask) -> Resolution:
    told: dict[str, Any] = {name: mask(getattr(made, name))[:LONGEST] for name in ("text", "owner", "outcome")}
    kept = replace(made, **told)
    try:
        with engine.begin() as con:
            con.execute(sa.insert(RESOLUTIONS).values(**vars(kept)))
    except sa.exc.IntegrityError as error:
        raise ActConflict("someone decided on this item meanwhile", where=made.resolution_id, todo="look again") from error  # fmt: skip
    except sa.exc.OperationalError as error:
        raise StoreError("acts store cannot be written", where=made.resolution_id, todo="check disk and rights") from error  # fmt: skip
    return kept
