"""What an account may be sent: no more than its role shows it in the app, asked when it subscribes and again before each message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from weisu.access import Reader, Role
from weisu.accounts import find_account
from weisu.delivery.address_book import AddressBook, Recipient
from weisu.delivery.alerts import read_for_viewers, sees
from weisu.delivery.errors import DeliveryError, Undelivered
from weisu.delivery.messages import from_json
from weisu.delivery.outbox import Parcel
from weisu.delivery.subscriptions import Subscription
from weisu.errors import WarehouseError
from weisu.publishing import current
from weisu.settings import Workspace

CITY = "*"
ALERT = "alert"  # kind of a parcel; all others are reports


def own_recipients(reader: Reader, book: AddressBook) -> list[Recipient]:
    """The recipients whose subscriptions a reader may change: the own ones; of an administrator all."""
    found = book.recipients.values()
    return [one for one in found if reader.role is Role.ADMIN or one.account == reader.name]


def reader_of(engine: sa.Engine, recipient: Recipient) -> Reader | None:
    """Who reads what a recipient is sent; None when its account is disabled or not there, and for a recipient of no account."""
    account = find_account(engine, recipient.account) if recipient.account else None
    return None if account is None or account.is_disabled else account.reader


def may_have(engine: sa.Engine, recipient: Recipient, wanted: Subscription) -> bool:
    """Whether a recipient may be sent this; one that belongs to no account may: whoever runs the machine put it there."""
    if not recipient.account:
        return True
    reader = reader_of(engine, recipient)
    if reader is None:
        return False
    if wanted.what != "alerts":
        return _has_reports(reader)
    return reader.sees_area(wanted.area_key or CITY)


def no_longer_allowed(
    workspace: Workspace, engine: sa.Engine, recipient: Recipient, parcels: Sequence[Parcel]
) -> list[Parcel]:
    """Which parcels, put into the outbox earlier, the recipient's account may not have any more: asked before each message.

    Raises:
        Undelivered: the account is disabled; or it is a viewer's, and no publication tells what viewers are shown.
    """
    if not recipient.account:
        return []
    reader = reader_of(engine, recipient)
    if reader is None:
        raise Undelivered("account disabled", is_final=True)
    is_asked = not reader.sight.has_texts and any(parcel.kind == ALERT for parcel in parcels)
    for_viewers = _for_viewers(workspace) if is_asked else frozenset()
    return [one for one in parcels if not _may_still_have(reader, one, for_viewers)]


def _may_still_have(reader: Reader, parcel: Parcel, for_viewers: frozenset[str]) -> bool:
    if parcel.kind != ALERT:
        return _has_reports(reader)
    facts = from_json(parcel.message).facts
    return bool(facts) and all(sees(reader, fact["alert_id"], fact["area_key"], for_viewers) for fact in facts)


def _has_reports(reader: Reader) -> bool:
    return "reports" in reader.pages


def _for_viewers(workspace: Workspace) -> frozenset[str]:
    try:
        return read_for_viewers(current(workspace).path)
    except WarehouseError:
        raise Undelivered("no publication") from None


def demand(engine: sa.Engine, recipient: Recipient, wanted: Subscription) -> None:
    """Refuse a subscription to what its account may not see.

    Raises:
        DeliveryError: it may not.
    """
    if not may_have(engine, recipient, wanted):
        told = f"the account of {recipient.name} may not see this"
        raise DeliveryError(told, where="subscription", todo="choose an area of its own, or ask an administrator")


def in_force(engine: sa.Engine, book: AddressBook, wanted: Iterable[Subscription]) -> list[Subscription]:
    """The subscriptions of known recipients that may have what they want."""
    known = ((one, book.recipients.get(one.recipient)) for one in wanted)
    return [one for one, recipient in known if recipient is not None and may_have(engine, recipient, one)]
