"""One round of deliveries: issue what is due, put what each subscription wants into the outbox, send what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from flows.issuing import Plan, PublicationAsOf, issue_due
from reports.given import read_context
from weisu import store
from weisu.delivery import outbox
from weisu.delivery.address_book import AddressBook, Recipient, read_address_book
from weisu.delivery.alerts import news, read_alerts
from weisu.delivery.issues import FOLDER, Issue, list_issues
from weisu.delivery.messages import Message, content_hash
from weisu.delivery.outbox import Bundle, Parcel, delivery_id
from weisu.delivery.rights import in_force, reader_of
from weisu.delivery.sending import one_sender, queue_message, send_due
from weisu.delivery.subscriptions import Subscription, list_subscriptions
from weisu.errors import WarehouseBusy, WarehouseError
from weisu.identity import stable_id
from weisu.publishing import current
from weisu.settings import Settings, Workspace
from weisu.texts import text

ATTACHED = (".docx", ".pdf")
Clock = Callable[[], dt.datetime]  # naive UTC


@dataclass
class Round:
    """What one round did."""

    issued: list[Issue] = field(default_factory=list)
    left: list[Plan] = field(default_factory=list)  # due, and waiting or too far back
    tried: list[Bundle] = field(default_factory=list)
    is_busy: bool = False  # a load or build was running, so nothing was issued


def deliver(workspace: Workspace, *, clock: Clock, publication_as_of: PublicationAsOf) -> Round:
    """Do one round.  What is known already is sent first, so that a report that cannot be made keeps nothing back.

    Raises:
        WarehouseBusy: another process is delivering.
        DeliveryError: the address book is wrong.
        WeisuError: a report cannot be made.
    """
    book, done = read_address_book(workspace), Round()
    with one_sender(workspace):
        engine = store.open_store(workspace)
        try:
            done.tried += _post(workspace, engine, book, clock)
            try:
                done.issued, done.left = issue_due(workspace, engine, clock=clock, publication_as_of=publication_as_of)
            except WarehouseBusy:
                done.is_busy = True
            if done.issued:
                done.tried += _post(workspace, engine, book, clock)
        finally:
            engine.dispose()
    return done


def tally(done: Round) -> dict[str, int]:
    """The counts of a round; holds no name."""
    states = [bundle.state for bundle in done.tried]
    waiting = sum(plan.state == "waiting" for plan in done.left)
    return {
        "issued": len(done.issued),
        "waiting": waiting,
        "sent": sum(state in ("sent", "sent_in_part") for state in states),
        **{s: states.count(s) for s in ("failed", "given_up")},
    }


def _post(workspace: Workspace, engine: sa.Engine, book: AddressBook, clock: Clock) -> list[Bundle]:
    wanted = in_force(engine, book, list_subscriptions(engine))
    _queue_reports(workspace, engine, book, wanted, clock())
    _queue_alerts(workspace, engine, book, wanted, clock())
    return send_due(workspace, engine, book, clock)


def _queue_reports(
    workspace: Workspace, engine: sa.Engine, book: AddressBook, wanted: Iterable[Subscription], now: dt.datetime
) -> None:
    since = now - dt.timedelta(days=outbox.LOOK_BACK_DAYS)
    issued = [i for i in list_issues(engine) if i.issued_at >= since and _context(workspace, i).is_file()]
    for one in wanted:
        told = outbox.documents_of(engine, one.recipient, one.what)
        for issue in issued:
            is_mine = (issue.kind, issue.lang) == (one.what, one.lang) and issue.issued_at >= (one.since_at or now)
            if is_mine and issue.name not in told:
                _queue(workspace, engine, book.find(one.recipient), one, issue.name, _report(workspace, issue), now)


def _context(workspace: Workspace, issue: Issue) -> Path:
    return workspace.var / FOLDER / issue.name / f"{issue.name}.json"


def _report(workspace: Workspace, issue: Issue) -> Message:
    """A report as a message: title, what page one says first, and the files."""
    context = read_context(_context(workspace, issue))
    first = [claim.sentence for s in context.sections[:1] for part in s.paragraphs for claim in part.claims]
    notices = [claim.sentence for claim in context.notices]
    lines = (context.subtitle.sentence, *notices, *first, text("delivery.report.automatic", issue.lang))
    facts = {"type": issue.kind, "period": issue.period, "is_complete": issue.is_complete, "as_of_on": context.as_of_on}
    files = tuple(f"{FOLDER}/{issue.name}/{name}" for name in issue.files if name.endswith(ATTACHED))
    subject = text("delivery.report.subject", issue.lang, title=context.title.sentence, period=issue.period)
    return Message(subject, lines, issue.lang, (facts,), files)


def _queue_alerts(
    workspace: Workspace, engine: sa.Engine, book: AddressBook, wanted: Iterable[Subscription], now: dt.datetime
) -> None:
    followers = [s for s in wanted if s.what == "alerts"]
    if not followers:
        return
    try:
        shown = current(workspace)
    except WarehouseError:
        return
    known = read_alerts(shown.path, store.acts_by_alert(engine), workspace.settings())
    for one in followers:
        recipient, told = book.find(one.recipient), outbox.documents_of(engine, one.recipient, "alert")
        for item in news(known, one, told, now, reader=reader_of(engine, recipient)):
            _queue(workspace, engine, recipient, one, item.document, item.message, now)


def _queue(
    workspace: Workspace,
    engine: sa.Engine,
    recipient: Recipient,
    one: Subscription,
    document: str,
    message: Message,
    now: dt.datetime,
) -> None:
    not_before, bundle = now, ""
    if one.pace == "daily" and one.what == "alerts":
        not_before = _next_digest(workspace.settings(), now)
        bundle = stable_id("digest", one.subscription_id, not_before, length=24)

    def parcel(end: str, part: Message) -> Parcel:
        key, sha = delivery_id(one.recipient, document + end), content_hash(part, workspace.var)
        kind = "alert" if one.what == "alerts" else one.what
        return Parcel(
            key, bundle or key, one.recipient, kind, document + end, part.to_json(), sha, one.quiet, not_before, now
        )

    queue_message(engine, recipient, message, parcel)


def _next_digest(settings: Settings, now: dt.datetime) -> dt.datetime:
    """The next instant at the city's hour of digests, as naive UTC; never this one, whose digest may have gone."""
    today = settings.local_day(now)
    for day in (today, today + dt.timedelta(days=1)):
        local = dt.datetime.combine(day, dt.time(settings.delivery.digest_hour), tzinfo=settings.zone)
        instant = local.astimezone(dt.UTC).replace(tzinfo=None)
        if instant > now:
            return instant
    raise AssertionError("tomorrow's digest lies ahead")
