"""The way of one export: fingerprint, read, map, check, mask, compare with the ledger, write; all of a file or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from ingest.arrival import Arrival, archive, arrive, find_files
from ingest.canonical import VERSION_COLUMNS
from ingest.checks import judge_rows
from ingest.columns import plan_columns
from ingest.errors import TooManyQuarantined
from ingest.export_time import exported_at
from ingest.history import load_id_of, record_sightings
from ingest.ledger import (
    LoadRecord,
    count_outcomes,
    find_load,
    open_ledger,
    stage,
    write_load,
    write_quarantine,
    write_versions,
)
from ingest.mapping import map_table
from ingest.privacy.batch import mask_frame
from ingest.privacy.persons import with_person_hash
from ingest.profiles import Profile, load_profile
from ingest.quarantine import Quarantine
from ingest.readers import read_table
from ingest.readers.table import ROW_NUMBER
from weisu.identity import person_key
from weisu.settings import Workspace
from weisu.warehouse import single_writer

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class FileSummary:
    """What became of one file: read = new + new_version + unchanged + quarantined."""

    label: str
    read: int
    new: int
    new_version: int
    unchanged: int
    quarantined: int
    flagged: int
    is_repeat: bool  # the same bytes were loaded before: nothing changed
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class LoadSummary:
    """Totals over the files of one call."""

    files: tuple[FileSummary, ...]

    def total(self, name: str) -> int:
        """Sum of one count over the files."""
        return sum(getattr(f, name) for f in self.files)

    @property
    def read(self) -> int:
        return self.total("read")

    @property
    def new(self) -> int:
        return self.total("new")

    @property
    def new_version(self) -> int:
        return self.total("new_version")

    @property
    def unchanged(self) -> int:
        return self.total("unchanged")

    @property
    def quarantined(self) -> int:
        return self.total("quarantined")

    @property
    def flagged(self) -> int:
        return self.total("flagged")

    def as_dict(self) -> dict[str, int]:
        """The six totals, as `weisu load --json` prints them."""
        return {
            name: self.total(name) for name in ("read", "new", "new_version", "unchanged", "quarantined", "flagged")
        }


@dataclass(frozen=True)
class _Door:
    """What stays the same for all files of one call."""

    workspace: Workspace
    profile: Profile
    zone: str
    key: bytes
    now: dt.datetime
    limit: float


def load_files(
    workspace: Workspace,
    paths: Sequence[Path],
    source: str,
    *,
    now: dt.datetime,
    limit: float | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> LoadSummary:
    """Load files, folders or globs into the ledger, one transaction per file.

    Args:
        source: name of the source profile.
        now: the clock, naive UTC or aware.
        limit: share of a file (0-1) that may be quarantined; default from weisu.toml.
        progress: called with (label, done, all) before each file.

    Raises:
        Refused: a file that cannot be read without loss; files before it stay loaded.
        TooManyQuarantined: above the limit; nothing of that file was written.
        ProfileError, SettingsError, WarehouseError: as they say.
    """
    settings = workspace.settings()
    profile = load_profile(source, workspace.sources)
    files = find_files(paths)
    arrivals = [arrive(path) for path in files]
    utc = now.astimezone(dt.UTC).replace(tzinfo=None) if now.tzinfo else now
    share = settings.alerts.quarantine_limit if limit is None else limit
    done: list[FileSummary] = []
    with single_writer(workspace.var):
        door = _Door(
            workspace, profile, profile.zone or settings.city.timezone, person_key(workspace.key_file), utc, share
        )
        con = open_ledger(workspace)
        try:
            for index, arrival in enumerate(arrivals):
                if progress:
                    progress(arrival.label, index, len(arrivals))
                done.append(_load_one(con, door, arrival))
            con.execute("checkpoint")
        finally:
            con.close()
    return LoadSummary(tuple(done))


def _load_one(con: duckdb.DuckDBPyConnection, door: _Door, arrival: Arrival) -> FileSummary:
    profile = door.profile
    taken_at = exported_at(arrival.path.name, profile.exported_at, door.zone, now=door.now)
    load_id = load_id_of(
        con, source=profile.name, sha256=arrival.sha256, profile_version=profile.version, exported_at=taken_at
    )
    if known := find_load(con, load_id):
        kept = known.rows_read - known.rows_quarantined
        return FileSummary(arrival.label, known.rows_read, 0, 0, kept, known.rows_quarantined, 0, is_repeat=True)
    table = read_table(arrival.path, arrival.label)
    plan = plan_columns(table, profile, arrival.label)
    raw = table.frame()
    mapped = map_table(raw, plan, profile, door.zone)
    judged = judge_rows(mapped.frame, now=door.now, slack_hours=profile.closed_slack_hours)
    quarantine = Quarantine(load_id, profile, plan, table.header)
    quarantine.add_broken(table.refused)
    refused = judged.filter(pl.col("reason").is_not_null()).select(ROW_NUMBER, "reason")
    quarantine.add_rows(raw, dict(refused.iter_rows()))
    entering = judged.filter(pl.col("reason").is_null())
    rows = _finished(entering, door)
    record = LoadRecord(load_id, profile.name, arrival.sha256, arrival.label, arrival.bytes, profile.version,
                        taken_at, door.now, rows_read=table.height + len(table.refused))  # fmt: skip
    counted = _write(con, door, arrival, record, rows, raw, quarantine)
    remarks = (*table.facts.warnings, *(f"column not used: {name}" for name in mapped.unknown_columns))
    return _summary(counted, remarks)


def _finished(rows: pl.DataFrame, door: _Door) -> pl.DataFrame:
    """Masked rows with person hash and state_at: the columns of raw.ticket_versions that do not depend on the ledger."""
    rows = with_person_hash(rows, door.profile.person, door.key)
    rows = mask_frame(rows, door.profile.language)
    happened = [pl.col(c) for c in ("created_at", "received_at", "dispatched_at", "contacted_at", "closed_at", "updated_at")]  # fmt: skip
    rows = rows.with_columns(
        pl.lit(door.profile.name).alias("source"),
        pl.max_horizontal(happened).alias("state_at"),
        pl.coalesce(
            "status", pl.when(pl.col("closed_at").is_not_null()).then(pl.lit("closed")).otherwise(pl.lit("open"))
        ).alias("status"),
    )
    return rows.select(
        c for c in VERSION_COLUMNS if c not in ("version_hash", "load_id", "exported_at", "content_rank")
    )


def _write(
    con,
    door: _Door,
    arrival: Arrival,
    record: LoadRecord,
    rows: pl.DataFrame,
    raw: pl.DataFrame,
    quarantine: Quarantine,
) -> LoadRecord:
    con.execute("begin")
    try:
        conflicts = stage(con, rows)
        quarantine.add_rows(raw, dict.fromkeys(conflicts, "conflicting_duplicate"))
        _check_limit(len(quarantine), record, door.limit)
        record = replace(record, rows_quarantined=len(quarantine), **count_outcomes(con))
        record_sightings(
            con, source=record.source, sha256=record.file_sha256, load_id=record.load_id, exported_at=record.exported_at
        )
        write_versions(con, record.load_id, record.exported_at)
        write_quarantine(con, quarantine.frame())
        write_load(con, record)
        archive(arrival, door.workspace.archive)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    return record


def _check_limit(quarantined: int, record: LoadRecord, limit: float) -> None:
    if record.rows_read and quarantined / record.rows_read > limit:
        raise TooManyQuarantined(
            f"{quarantined} of {record.rows_read} rows would be quarantined, more than {limit:.0%}; nothing was loaded",
            where=record.file_label, todo="look at the file and the profile, or raise --quarantine-limit",
        )  # fmt: skip


def _summary(record: LoadRecord, remarks: tuple[str, ...]) -> FileSummary:
    return FileSummary(
        record.file_label, record.rows_read, record.rows_new, record.rows_new_version, record.rows_unchanged,
        record.rows_quarantined, record.rows_flagged, is_repeat=False, remarks=remarks,
    )  # fmt: skip
