"""The ledger made anew from all archived originals, by the profiles and the person key as they are now."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import Refused
from ingest.ledger import open_ledger, upgrade_ledger
from ingest.load import load_arrivals
from ingest.originals import Original, Progress, find_original, list_originals, progress_of, restored
from ingest.summary import FileSummary, LoadSummary
from weisu.errors import WarehouseError
from weisu.settings import Workspace
from weisu.warehouse import attach, connect, single_writer

# tickets whose current state is not the same in both ledgers, but for what tells which load was first
_state = "* exclude (load_id, row_number, version_hash, content_rank)"
DIFFERING = f"""
select count(distinct (source, ticket_id)) from (
    (select {_state} from raw.current_tickets except select {_state} from was.raw.current_tickets)
    union all
    (select {_state} from was.raw.current_tickets except select {_state} from raw.current_tickets)
)
"""


@dataclass(frozen=True)
class ReplaySummary:
    """The loads of the new ledger, and how its current state differs from the old one's."""

    loads: LoadSummary
    tickets: int
    differing: int
    before: Path  # the ledger that was replaced


@dataclass(frozen=True)
class _Rebuilt(Workspace):
    """The same workspace with another ledger file."""

    @property
    def ledger(self) -> Path:
        return self.var / "ledger.replay.duckdb"


def replay_archive(workspace: Workspace, *, progress: Progress | None = None) -> ReplaySummary:
    """Load every original again, in the order, with the clocks and export times of its first load, and put the new ledger in place.

    The old ledger is kept beside it.  Killed at any moment, the old ledger stays or the new one is there whole.

    Raises:
        WarehouseError: nothing was loaded yet.
        Refused: an original was purged or lost; the ledger stays as it is.
    """
    if not workspace.ledger.is_file():
        raise WarehouseError("nothing loaded yet", where=str(workspace.root), todo="run: weisu load FILE --source NAME")
    rebuilt, before = _Rebuilt(workspace.root), workspace.var / "ledger.before-replay.duckdb"
    with single_writer(workspace.var):
        originals = _all_originals(workspace)
        _forget(rebuilt.ledger)
        try:
            done = _load_all(rebuilt, originals, progress)
            tickets, differing = _compare(rebuilt, workspace.ledger)
            _put_in_place(rebuilt.ledger, workspace.ledger, before)
        finally:
            _forget(rebuilt.ledger)
    return ReplaySummary(LoadSummary(tuple(done)), tickets, differing, before)


def _all_originals(workspace: Workspace) -> list[Original]:
    upgrade_ledger(workspace)
    con = connect(workspace.ledger)
    try:
        originals = list_originals(con)
        con.execute("checkpoint")  # nothing of it is left in a .wal when it is put aside
    finally:
        con.close()
    gone = [o.label for o in originals if find_original(workspace.archive, o.sha256) is None]
    if gone:
        raise Refused(
            f"{len(gone)} of {len(originals)} originals are no longer in the archive; a replay would lose their tickets",
            code="no_original", where=gone[0], todo="keep the ledger as it is, or load these files into a new workspace")  # fmt: skip
    return originals


def _load_all(rebuilt: Workspace, originals: list[Original], progress: Progress | None) -> list[FileSummary]:
    done: list[FileSummary] = []
    for index, original in enumerate(originals):
        report = progress_of(progress, index, len(originals))
        with restored(original, rebuilt.archive) as arrival:
            done += load_arrivals(
                rebuilt, [arrival], original.source, now=original.loaded_at, limit=1.0, progress=report
            ).files
    return done


def _compare(rebuilt: Workspace, old: Path) -> tuple[int, int]:
    con = open_ledger(rebuilt)
    try:
        attach(con, old, "was")
        con.execute("create or replace table raw.purges as from was.raw.purges")
        tickets = con.execute("select count(*) from raw.current_tickets").fetchone()[0]
        differing = con.execute(DIFFERING).fetchone()[0]
        con.execute("detach was")
        con.execute("checkpoint")
    finally:
        con.close()
    return tickets, differing


def _put_in_place(new: Path, ledger: Path, before: Path) -> None:
    before.unlink(missing_ok=True)
    os.link(ledger, before)
    os.replace(new, ledger)


def _forget(path: Path) -> None:
    for leftover in (path, path.with_name(f"{path.name}.wal")):
        leftover.unlink(missing_ok=True)
