"""Who wants what: rows of the store, the newest of a subscription counts; a reader's own choice inside the house."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import asdict, dataclass, replace

import sqlalchemy as sa

from weisu.delivery.errors import DeliveryError
from weisu.store_tables import SUBSCRIPTIONS
from weisu.texts import check_language

WHAT = ("weekly", "monthly", "alerts")
PACES = ("at_once", "daily")
LEVELS = (1, 2, 3, 4)
HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class Subscription:
    """What one recipient gets; category, area, level, pace and `has_unreviewed` are about alerts."""

    recipient: str
    what: str
    lang: str
    actor: str
    recorded_at: dt.datetime  # naive UTC; of the newest row
    category_key: str | None = None  # this one and all under it; None: all
    area_key: str | None = None
    least_level: int = 4  # 1 is the most pressing; alerts of this level and above it
    pace: str = "at_once"
    quiet: str = ""  # HH:MM-HH:MM in the city's zone, in which nothing is sent
    has_unreviewed: bool = False  # also alerts that nobody reviewed yet, and they say so
    is_active: bool = True
    subscription_id: str = ""
    position: int = 1
    since_at: dt.datetime | None = None  # of its first row: what was there before is not sent

    def wants(self, category_key: str | None, area_key: str | None, level: int) -> bool:
        """Whether an alert of this category, area and level is asked for."""
        return (
            level <= self.least_level
            and _is_within(category_key, self.category_key, "->")
            and _is_within(area_key, self.area_key, "/")
        )


def subscribe(engine: sa.Engine, given: Subscription) -> Subscription:
    """Append a new subscription; it begins now.

    Raises:
        DeliveryError: an unknown kind, pace or level, hours that are none, or the same subscription is there already.
        SettingsError: an unknown language.
    """
    _check(given)
    made = replace(given, subscription_id=secrets.token_hex(4), position=1, is_active=True, since_at=given.recorded_at)
    if same := [s for s in list_subscriptions(engine) if _what_of(s) == _what_of(made)]:
        told = f"{made.recipient} has this subscription already ({same[0].subscription_id})"
        raise DeliveryError(told, where="subscription", todo="remove it first to change it")
    _append(engine, made)
    return made


def unsubscribe(engine: sa.Engine, subscription_id: str, *, actor: str, now: dt.datetime) -> Subscription:
    """End a subscription by a further row.

    Raises:
        DeliveryError: there is no such subscription.
    """
    found = {s.subscription_id: s for s in list_subscriptions(engine)}.get(subscription_id)
    if found is None:
        raise DeliveryError(
            f"no subscription {subscription_id[:20]!r}", where="subscription", todo="see weisu subscriptions list"
        )
    ended = replace(found, is_active=False, position=found.position + 1, actor=actor, recorded_at=now)
    _append(engine, ended)
    return ended


def list_subscriptions(engine: sa.Engine) -> list[Subscription]:
    """The subscriptions in force, oldest first."""
    query = sa.select(SUBSCRIPTIONS).order_by(SUBSCRIPTIONS.c.row_id)
    found: dict[str, Subscription] = {}
    with engine.connect() as con:
        for row in con.execute(query).mappings():
            values = {name: row[name] for name in row if name != "row_id"}
            first = found.get(row["subscription_id"])
            found[row["subscription_id"]] = Subscription(
                **values, since_at=first.since_at if first else row["recorded_at"]
            )
    return [s for s in found.values() if s.is_active]


def is_quiet(quiet: str, at: dt.time) -> bool:
    """Whether a local time of day lies in the hours `HH:MM-HH:MM` (over midnight where the end is before the start)."""
    if not quiet:
        return False
    start, end = (dt.time.fromisoformat(part) for part in quiet.split("-"))
    return start <= at < end if start < end else at >= start or at < end


def _append(engine: sa.Engine, row: Subscription) -> None:
    values = {name: value for name, value in asdict(row).items() if name != "since_at"}
    try:
        with engine.begin() as con:
            con.execute(sa.insert(SUBSCRIPTIONS).values(**values))
    except sa.exc.IntegrityError as error:
        raise DeliveryError(
            "somebody changed this subscription meanwhile", where=row.subscription_id, todo="look again"
        ) from error


def _what_of(one: Subscription) -> tuple[object, ...]:
    return one.recipient, one.what, one.lang, one.category_key, one.area_key, one.pace


def _is_within(key: str | None, wanted: str | None, joint: str) -> bool:
    return wanted is None or key == wanted or (key or "").startswith(f"{wanted}{joint}")


def _check(given: Subscription) -> None:
    check_language(given.lang)
    for value, known, name in (
        (given.what, WHAT, "kind"),
        (given.pace, PACES, "pace"),
        (given.least_level, LEVELS, "level"),
    ):
        if value not in known:
            raise DeliveryError(
                f"unknown {name} {value!r}", where="subscription", todo=f"use one of {', '.join(map(str, known))}"
            )
    hours = HOURS.fullmatch(given.quiet)
    if given.quiet and (hours is None or hours[0][:5] == hours[0][6:]):
        raise DeliveryError(
            f"{given.quiet[:20]!r} are no hours", where="subscription", todo="write them as 22:00-07:00"
        )
