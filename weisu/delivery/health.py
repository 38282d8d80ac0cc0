"""Whether deliveries are well, for `weisu doctor`."""

from __future__ import annotations

import datetime as dt

from weisu import store
from weisu.delivery.address_book import read_address_book
from weisu.delivery.outbox import bundles
from weisu.delivery.subscriptions import list_subscriptions
from weisu.settings import Workspace

DAYS = 7


def faults(workspace: Workspace, *, now: dt.datetime) -> list[str]:
    """What was given up in the last week, and subscriptions of nobody; makes no store where there is none.

    Raises:
        DeliveryError: the address book is wrong.
    """
    book = read_address_book(workspace)
    if not store.exists(workspace):
        return []
    engine = store.open_store(workspace)
    try:
        since = now - dt.timedelta(days=DAYS)
        lost = sum(b.state == "given_up" and b.attempts[-1].noted_at >= since for b in bundles(engine, now))
        unknown = {s.recipient for s in list_subscriptions(engine)} - set(book.recipients)
    finally:
        engine.dispose()
    return [f"given up lately: {lost}"] * bool(lost) + [f"no address of: {', '.join(sorted(unknown))}"] * bool(unknown)
