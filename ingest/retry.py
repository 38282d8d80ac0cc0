"""Rows set aside, tried again from the archived originals after their profile was corrected."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ingest.ledger import upgrade_ledger
from ingest.load import load_arrivals
from ingest.originals import Original, Progress, find_original, list_originals, progress_of, restored
from ingest.profiles import load_profile
from ingest.purge import purge_day
from ingest.summary import FileSummary, LoadSummary
from weisu.errors import WarehouseError
from weisu.settings import Workspace
from weisu.warehouse import connect, single_writer

OPEN_LOADS = "where source = ? and load_id in (select load_id from raw.open_quarantine)"
READ_BY = "select exists (from raw.loads where source = ? and file_sha256 = ? and profile_version = ?)"
WAITING = "select count(*) from raw.open_quarantine where source = ?"
ENTERED = """
select count(*) from raw.quarantine_resolutions r join raw.loads l on l.load_id = r.load_id
where l.source = ? and r.outcome = 'entered'
"""


@dataclass(frozen=True)
class RetrySummary:
    """What became of the files that had rows set aside."""

    loads: LoadSummary
    waiting: int  # quarantined rows before
    entered: int  # of these, now in the ledger
    same_profile: tuple[str, ...]  # labels of files that were read by this very profile before
    purged: tuple[tuple[str, dt.date | None], ...]  # labels of files without an original, and the day of the purge


def retry_quarantined(
    workspace: Workspace,
    source: str,
    *,
    now: dt.datetime,
    limit: float | None = None,
    progress: Progress | None = None,
) -> RetrySummary:
    """Read the originals that have rows in quarantine by the profile as it is now; each is one load of its own.

    Rows that enter, and rows that a new load sets aside again, leave the open quarantine; nothing is deleted.

    Raises:
        WarehouseError: nothing was loaded yet.
        Refused, TooManyQuarantined, ProfileError: as `load_files`; files before it stay loaded.
    """
    if not workspace.ledger.is_file():
        raise WarehouseError("nothing loaded yet", where=str(workspace.root), todo="run: weisu load FILE --source NAME")
    profile = load_profile(source, workspace.sources)
    utc = now.astimezone(dt.UTC).replace(tzinfo=None) if now.tzinfo else now
    with single_writer(workspace.var):
        plan = _plan(workspace, source, profile.version)
        done: list[FileSummary] = []
        for index, original in enumerate(plan.chosen):
            report = progress_of(progress, index, len(plan.chosen))
            with restored(original, workspace.archive) as arrival:
                done += load_arrivals(workspace, [arrival], source, now=utc, limit=limit, progress=report).files
        entered = _plan(workspace, source, profile.version).entered - plan.entered
    return RetrySummary(LoadSummary(tuple(done)), plan.waiting, entered, plan.same_profile, plan.purged)


@dataclass(frozen=True)
class _Plan:
    chosen: tuple[Original, ...]
    waiting: int
    entered: int  # ever
    same_profile: tuple[str, ...]
    purged: tuple[tuple[str, dt.date | None], ...]


def _plan(workspace: Workspace, source: str, profile_version: str) -> _Plan:
    upgrade_ledger(workspace)
    con = connect(workspace.ledger, read_only=True)
    try:
        chosen, same, purged = [], [], []
        for original in list_originals(con, OPEN_LOADS, [source]):
            if con.execute(READ_BY, [source, original.sha256, profile_version]).fetchone()[0]:
                same.append(original.label)
            elif find_original(workspace.archive, original.sha256) is None:
                purged.append((original.label, purge_day(con, original.sha256, workspace.settings())))
            else:
                chosen.append(original)
        (waiting,), (entered,) = (con.execute(sql, [source]).fetchone() for sql in (WAITING, ENTERED))
    finally:
        con.close()
    return _Plan(tuple(chosen), waiting, entered, tuple(same), tuple(purged))
