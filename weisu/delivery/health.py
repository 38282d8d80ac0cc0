"""Whether deliveries are well, for `weisu doctor`."""

from __future__ import annotations

import datetime as dt

from weisu import store
from weisu.delivery.address_book import read_address_book
from weisu.delivery.outbox import bundles
from weisu.settings import Workspace

DAYS = 7


def given_up_lately(workspace: Workspace, *, now: dt.datetime) -> int:
    """How many messages were given up in the last week; makes no store where there is none.

    Raises:
        DeliveryError: the address book is wrong.
    """
    book = read_address_book(workspace)
    if not book.recipients or not store.exists(workspace):
        return 0
    engine = store.open_store(workspace)
    try:
        since = now - dt.timedelta(days=DAYS)
        return sum(b.state == "given_up" and b.attempts[-1].noted_at >= since for b in bundles(engine, now))
    finally:
        engine.dispose()
