"""Originals out of the private archive: which, why, when, and the proof that they are gone.  Versions stay untouched."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.arrival import digest_of
from ingest.errors import IngestError
from ingest.originals import sweep
from weisu.drafts import sync_folder
from weisu.settings import Settings, Workspace
from weisu.warehouse import connect, transaction

if TYPE_CHECKING:
    import duckdb

# ordered before the file is removed, confirmed after it was seen to be gone: a crash between leaves an order that the next purge carries out
PURGES = """
create table if not exists raw.purges (
    file_sha256 varchar not null, file_bytes bigint not null, archived_bytes bigint not null, load_ids varchar[] not null,
    reason varchar not null, ordered_at timestamp not null, confirmed_at timestamp)
"""
LOADS_OF = """
select file_sha256, min(file_bytes), list(load_id order by loaded_at, load_id), list(distinct file_label order by file_label), max(loaded_at)
from raw.loads group by file_sha256
"""


class NotRemoved(IngestError):
    """An original is still in the archive after its removal; exit status 1."""

    exit_code = 1
    code = "not_removed"


@dataclass(frozen=True)
class Purged:
    """One original that was removed, or would be; one without loads was left by a load that did not finish."""

    sha256: str
    bytes: int  # of the original; of the archived copy where no load tells
    archived_bytes: int
    load_ids: tuple[str, ...]
    labels: tuple[str, ...]
    loaded_on: dt.date  # last, by the city's clock
    path: Path


@dataclass(frozen=True)
class Choice:
    """Which originals: those last loaded before an instant, or those of one load."""

    before: dt.datetime | None = None
    load_id: str | None = None
    reason: str = "retention"


def make_purges(con: duckdb.DuckDBPyConnection) -> None:
    """Make the record of purges; safe on a ledger of an earlier release."""
    con.execute(PURGES)


def purge_day(con: duckdb.DuckDBPyConnection, sha256: str, settings: Settings) -> dt.date | None:
    """The city's day on which an original was removed; null when the ledger knows of no purge."""
    (at,) = con.execute("select max(ordered_at) from raw.purges where file_sha256 = ?", [sha256]).fetchone()
    return settings.local_day(at) if at else None


def purge(workspace: Workspace, choice: Choice, *, now: dt.datetime, is_dry: bool = False) -> list[Purged]:
    """Remove the chosen originals and record it; the caller holds the writer lock.

    Args:
        now: naive UTC.
        is_dry: only say what would go.

    Raises:
        IngestError: no load of that id.
        NotRemoved: a file is still there afterwards.
    """
    con = connect(workspace.ledger)
    try:
        chosen = _chosen(con, workspace, choice)
        if is_dry:
            return chosen
        make_purges(con)
        _order(con, chosen, choice.reason, now)
        _remove(chosen, workspace.archive)
        _confirm(con, workspace.archive, now)
        sweep(workspace.archive)
        con.execute("checkpoint")
    finally:
        con.close()
    return chosen


def _chosen(con: duckdb.DuckDBPyConnection, workspace: Workspace, choice: Choice) -> list[Purged]:
    archive, settings = workspace.archive, workspace.settings()
    known = {row[0]: row[1:] for row in con.execute(LOADS_OF).fetchall()}
    if choice.load_id and not any(choice.load_id in row[1] for row in known.values()):
        raise IngestError(f"no load {choice.load_id!r}", todo="weisu purge --dry-run --before DATE lists loads")
    found = []
    for path in sorted(p for p in archive.glob("*") if p.is_file()) if archive.is_dir() else ():
        sha256, state = path.name.lstrip(".").split(".")[0], path.stat()
        written = dt.datetime.fromtimestamp(state.st_mtime, dt.UTC).replace(tzinfo=None)
        size, loads, labels, last = known.get(sha256, (state.st_size, [], [], written))
        if choice.load_id in loads if choice.load_id else choice.before is not None and last < choice.before:
            found.append(
                Purged(sha256, size, state.st_size, tuple(loads), tuple(labels), settings.local_day(last), path)
            )
    return found


def find_copies(folder: Path, removed: list[Purged]) -> list[Path]:
    """Files of a folder (the inbox) that hold the same bytes as a removed original: those are not for `purge` to remove."""
    sizes, digests = {p.bytes for p in removed}, {p.sha256 for p in removed}
    files = sorted(p for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else []
    return [p for p in files if p.stat().st_size in sizes and digest_of(p) in digests]


def _order(con: duckdb.DuckDBPyConnection, chosen: list[Purged], reason: str, now: dt.datetime) -> None:
    rows = [(p.sha256, p.bytes, p.archived_bytes, list(p.load_ids), reason, now) for p in chosen]
    with transaction(con):
        for row in rows:
            con.execute("insert into raw.purges values (?, ?, ?, ?, ?, ?, null)", row)


def _remove(chosen: list[Purged], archive: Path) -> None:
    for original in chosen:
        original.path.unlink(missing_ok=True)
    if chosen:
        sync_folder(archive)
    if left := [p for p in chosen if p.path.exists()]:
        raise NotRemoved(f"{len(left)} originals are still in the archive", where=str(archive), todo="check its permissions, then purge again")  # fmt: skip


def _confirm(con: duckdb.DuckDBPyConnection, archive: Path, now: dt.datetime) -> None:
    """Orders whose file is gone are confirmed; an order that a crash left open is carried out first."""
    for (sha256,) in con.execute("select distinct file_sha256 from raw.purges where confirmed_at is null").fetchall():
        for path in archive.glob(f"*{sha256}*"):
            path.unlink(missing_ok=True)
        if not list(archive.glob(f"*{sha256}*")):
            con.execute("update raw.purges set confirmed_at = ? where file_sha256 = ? and confirmed_at is null", [now, sha256])  # fmt: skip
