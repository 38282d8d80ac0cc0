"""Sending what is due: noted before, noted after, each bundle in turn; one failure does not keep the others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from weisu.delivery import mail, outbox, webhook
from weisu.delivery.address_book import AddressBook, Recipient
from weisu.delivery.errors import DeliveryError, Undelivered
from weisu.delivery.messages import Message, content_hash, from_json, joined
from weisu.delivery.outbox import RETRY_MINUTES, Bundle, Parcel
from weisu.delivery.rights import no_longer_allowed
from weisu.settings import Workspace
from weisu.texts import text
from weisu.warehouse import kernel_lock

NOT_ALLOWED = "no longer allowed"


@contextmanager
def one_sender(workspace: Workspace) -> Iterator[None]:
    """Hold the sender's lock, so that what another process has under way is not sent twice.

    Raises:
        WarehouseBusy: another process is sending.
    """
    with kernel_lock(workspace.var, "delivery.lock", "another delivery is running"):
        yield


def queue_message(
    engine: sa.Engine,
    recipient: Recipient,
    message: Message,
    parcel: Callable[[str, Message], Parcel],
) -> bool:
    """Put a message into the outbox, for 企业微信 in as many parts as it takes there; False when it was there already.

    Args:
        parcel: makes the row of a part; its first argument ends the document's name ("" for the whole message).
    """
    parts = [("", message)]
    if recipient.channel == "wecom" and message.files:
        files = [
            (f"#{n}", Message(message.subject, (), message.lang, files=(f,))) for n, f in enumerate(message.files, 1)
        ]
        parts = [("", Message(message.subject, message.lines, message.lang, message.facts)), *files]
    return outbox.queue(engine, *(parcel(end, part) for end, part in parts))


def send_due(
    workspace: Workspace, engine: sa.Engine, book: AddressBook, clock: Callable[[], dt.datetime]
) -> list[Bundle]:
    """Try every bundle that is due once; the sender's lock must be held.

    Args:
        clock: gives the time as naive UTC.

    Returns:
        The bundles tried, with what came of it.
    """
    settings = workspace.settings()
    due = [b for b in outbox.bundles(engine, clock()) if b.is_due(clock(), settings)]
    return [_try(workspace, engine, book, bundle, clock) for bundle in due]


def send_test(workspace: Workspace, book: AddressBook, name: str, *, lang: str, now: dt.datetime) -> None:
    """Send one recipient a test message at once, outside the outbox.

    Raises:
        DeliveryError: no such recipient, or it was not delivered.
    """
    recipient, city = book.find(name), workspace.settings().city
    told = text("delivery.test.line", lang, city=city.name_en if lang == "en" else city.name)
    message = Message(text("delivery.test.subject", lang), (told,), lang)
    try:
        hand_over(
            book, recipient, message, key=f"test-{now:%Y%m%dT%H%M%S}", queued_at=now, now=now, workspace=workspace
        )
    except Undelivered as error:
        raise DeliveryError(f"not delivered ({error.detail})", where=name, todo="see docs/delivery.md") from None


def hand_over(
    book: AddressBook,
    recipient: Recipient,
    message: Message,
    *,
    key: str,
    queued_at: dt.datetime,
    now: dt.datetime,
    workspace: Workspace,
) -> None:
    """Give a message to the recipient's channel; raises Undelivered."""
    if recipient.channel == "mail":
        assert book.mailbox is not None
        mail.send(book.mailbox, recipient, message, key=key, queued_at=queued_at, var=workspace.var)
    elif recipient.channel == "webhook":
        webhook.send(recipient, message, key=key, queued_at=queued_at, now=now, var=workspace.var)
    else:
        from weisu.delivery import robots  # apprise takes its time

        robots.send(recipient, message, var=workspace.var)


def _try(
    workspace: Workspace, engine: sa.Engine, book: AddressBook, bundle: Bundle, clock: Callable[[], dt.datetime]
) -> Bundle:
    bundle = outbox.note(engine, bundle, "started", "", clock())
    try:
        recipient = _recipient(book, bundle)
        for parcel in no_longer_allowed(workspace, engine, recipient, bundle.parcels):
            bundle = outbox.note(engine, bundle, outbox.LEFT_OUT, parcel.delivery_id, clock())
        _send(workspace, book, recipient, bundle, clock())
    except Undelivered as error:
        bundle = outbox.note(engine, bundle, "failed", error.detail, clock())
        if error.is_final or bundle.failures > len(RETRY_MINUTES):
            bundle = outbox.note(engine, bundle, "given_up", error.detail, clock())
        return bundle
    if not bundle.left_out:
        return outbox.note(engine, bundle, "sent", "", clock())
    told = f"{len(bundle.left_out)} of {len(bundle.parcels)} {NOT_ALLOWED}"
    return outbox.note(engine, bundle, "sent_in_part", told, clock())


def _recipient(book: AddressBook, bundle: Bundle) -> Recipient:
    recipient = book.recipients.get(bundle.recipient)
    if recipient is None:
        raise Undelivered("no such recipient")  # may be set up again
    return recipient


def _send(workspace: Workspace, book: AddressBook, recipient: Recipient, bundle: Bundle, now: dt.datetime) -> None:
    left_out = bundle.left_out
    parcels = [parcel for parcel in bundle.parcels if parcel not in left_out]
    if not parcels:
        raise Undelivered(NOT_ALLOWED, is_final=True)
    messages = [from_json(parcel.message) for parcel in parcels]
    try:
        hashes = [content_hash(message, workspace.var) for message in messages]
    except OSError:
        raise Undelivered("file missing") from None
    if hashes != [parcel.sha256 for parcel in parcels]:
        raise Undelivered("file changed", is_final=True)
    hand_over(
        book,
        recipient,
        joined(messages, left_out=len(left_out)),
        key=bundle.bundle_id,
        queued_at=bundle.parcels[-1].queued_at,
        now=now,
        workspace=workspace,
    )
