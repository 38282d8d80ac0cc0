"""The outbox: what is to be sent is a row before it is sent, and every attempt is a row; nothing is changed or deleted.

A recipient gets a document once: its delivery id is made of both and is unique.  Rows of one bundle (a digest) go as one message; attempts are
those of the bundle.  `started` without an end means that the process died in between: the message may have left, and it is sent again under the
same id, by which a receiver drops the double (docs/delivery.md).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

import sqlalchemy as sa

from weisu.delivery.subscriptions import is_quiet
from weisu.identity import stable_id
from weisu.settings import Settings
from weisu.store_tables import ATTEMPTS, OUTBOX

RETRY_MINUTES = (1, 5, 30, 120, 360, 720, 1440)  # after each failure in turn; one more failure and it is given up
LOOK_BACK_DAYS = 60  # what is older is never sent any more
ENDED = ("sent", "sent_in_part", "given_up")
LEFT_OUT = "left_out"  # one parcel of an attempt, named in the detail: its account may not have it any more


@dataclass(frozen=True)
class Parcel:
    """One document for one recipient."""

    delivery_id: str
    bundle_id: str
    recipient: str
    kind: str  # weekly, monthly, alert, test
    document: str
    message: str  # JSON of a `Message`
    sha256: str
    quiet: str
    not_before: dt.datetime  # naive UTC, as all here
    queued_at: dt.datetime


@dataclass(frozen=True)
class Attempt:
    """One step of a bundle's way: started, left_out, failed, sent, sent_in_part, given_up, again."""

    bundle_id: str
    position: int
    state: str
    detail: str
    noted_at: dt.datetime


@dataclass(frozen=True)
class Bundle:
    """Parcels that go as one message, and what was tried so far."""

    parcels: tuple[Parcel, ...]
    attempts: tuple[Attempt, ...]

    @property
    def bundle_id(self) -> str:
        return self.parcels[0].bundle_id

    @property
    def recipient(self) -> str:
        return self.parcels[0].recipient

    @property
    def state(self) -> str:
        """waiting, started, failed, sent, sent_in_part, given_up or again."""
        return next((a.state for a in reversed(self.attempts) if a.state != LEFT_OUT), "waiting")

    @property
    def left_out(self) -> tuple[Parcel, ...]:
        """The parcels that the last attempt left out."""
        gone: set[str] = set()
        for step in self.attempts:
            gone = set() if step.state == "started" else gone | ({step.detail} if step.state == LEFT_OUT else set())
        return tuple(parcel for parcel in self.parcels if parcel.delivery_id in gone)

    @property
    def failures(self) -> int:
        """Failures since it was last asked to begin again."""
        states = [a.state for a in self.attempts]
        begun = len(states) - states[::-1].index("again") if "again" in states else 0
        return states[begun:].count("failed")

    @property
    def due_at(self) -> dt.datetime | None:
        """When it is to be sent, quiet hours aside; None when it has ended."""
        if self.state in ENDED:
            return None
        if self.state == "failed":
            return self.attempts[-1].noted_at + dt.timedelta(minutes=RETRY_MINUTES[self.failures - 1])
        return max(parcel.not_before for parcel in self.parcels)

    def is_due(self, now: dt.datetime, settings: Settings) -> bool:
        """Whether it is to be sent now; `now` is naive UTC."""
        local = now.replace(tzinfo=dt.UTC).astimezone(settings.zone).time()
        return self.due_at is not None and self.due_at <= now and not is_quiet(self.parcels[0].quiet, local)


def delivery_id(recipient: str, document: str) -> str:
    """The stable id of a document for a recipient."""
    return stable_id("delivery", recipient, document, length=24)


def queue(engine: sa.Engine, *parcels: Parcel) -> bool:
    """Append the parts of a document, all or none; False when this recipient has it in the outbox already."""
    try:
        with engine.begin() as con:
            con.execute(sa.insert(OUTBOX), [asdict(parcel) for parcel in parcels])
    except sa.exc.IntegrityError:
        return False
    return True


def documents_of(engine: sa.Engine, recipient: str, kind: str) -> set[str]:
    """Every document of a kind that was ever queued for a recipient."""
    query = sa.select(OUTBOX.c.document).where(OUTBOX.c.recipient == recipient, OUTBOX.c.kind == kind)
    with engine.connect() as con:
        return set(con.execute(query).scalars())


def bundles(engine: sa.Engine, now: dt.datetime) -> list[Bundle]:
    """What was queued in the last `LOOK_BACK_DAYS`, in the order of queueing."""
    since = now - dt.timedelta(days=LOOK_BACK_DAYS)
    names = [c for c in OUTBOX.c if c.name != "row_id"]
    parcels: dict[str, list[Parcel]] = {}
    tried: dict[str, list[Attempt]] = {}
    with engine.connect() as con:
        rows = con.execute(sa.select(*names).where(OUTBOX.c.queued_at >= since).order_by(OUTBOX.c.row_id))
        for row in rows.mappings():
            parcels.setdefault(row["bundle_id"], []).append(Parcel(**row))
        rows = con.execute(sa.select(ATTEMPTS).where(ATTEMPTS.c.noted_at >= since).order_by(ATTEMPTS.c.position))
        for row in rows.mappings():
            tried.setdefault(row["bundle_id"], []).append(Attempt(**row))
    return [Bundle(tuple(found), tuple(tried.get(key, ()))) for key, found in parcels.items()]


def note(engine: sa.Engine, bundle: Bundle, state: str, detail: str, now: dt.datetime) -> Bundle:
    """Append one step; gives the bundle with it.

    Raises:
        sqlalchemy.exc.IntegrityError: another process noted a step meanwhile, and this one must not go on.
    """
    position = bundle.attempts[-1].position + 1 if bundle.attempts else 1
    made = Attempt(bundle.bundle_id, position, state, detail, now)
    with engine.begin() as con:
        con.execute(sa.insert(ATTEMPTS).values(**asdict(made)))
    return replace(bundle, attempts=(*bundle.attempts, made))


def begin_again(engine: sa.Engine, given_up: Iterable[Bundle], now: dt.datetime) -> int:
    """Put what was given up back into the queue; how many."""
    again = [note(engine, one, "again", "", now) for one in given_up if one.state == "given_up"]
    return len(again)
