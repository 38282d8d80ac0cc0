"""Replay: the alerts a past span would have seen, day by day, with past data only."""

from __future__ import annotations

import datetime as dt

from flows.pipeline import build
from flows.steps import Report
from weisu.errors import WarehouseError
from weisu.publishing import Publication
from weisu.settings import Workspace


def replay(
    workspace: Workspace, first: dt.date, last: dt.date, *, now: dt.datetime, report: Report = lambda step: None
) -> Publication:
    """A side publication as of `last` whose alerts begin on `first`; the current publication is untouched.

    Raises:
        WarehouseError: `first` after `last`, or outside of what is loaded.
    """
    if first > last:
        raise WarehouseError(f"--from {first} is after --to {last}", todo="swap them")
    return build(workspace, as_of=last, now=now, alert_from=first, flip=False, report=report).publication
