"""The way of one export: fingerprint, read, map, check, mask, compare with the ledger, write; all of a file or nothing."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.ahead import ahead
from ingest.arrival import Arrival, archiving, arrive, find_files
from ingest.columns import ColumnPlan, plan_columns
from ingest.drift import Arrived, Drift, masked_name, record_drift
from ingest.errors import TooManyQuarantined
from ingest.export_time import exported_at
from ingest.history import load_id_of, record_sightings
from ingest.ledger import LoadRecord, count_flags, find_load, open_ledger, write_load, write_quarantine
from ingest.originals import Progress, Restored
from ingest.outliers import fold_points
from ingest.partial import fold_partial
from ingest.preparation import Preparation, Prepared
from ingest.privacy.aside import Aside
from ingest.profiles import Profile, load_profile
from ingest.quarantine import Quarantine
from ingest.readers import read_table
from ingest.readers.table import Part, Table
from ingest.readings import Readings
from ingest.settlement import settle
from ingest.sightings import told_columns
from ingest.staging import Staging
from ingest.summary import FileSummary, LoadSummary
from weisu.identity import person_key
from weisu.settings import Workspace
from weisu.warehouse import single_writer, transaction

if TYPE_CHECKING:
    import duckdb


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
    progress: Progress | None = None,
) -> LoadSummary:
    """Load files, folders or globs into the ledger, one transaction per file.

    Args:
        source: name of the source profile.
        now: the clock, naive UTC or aware.
        limit: share of a file (0-1) that may be quarantined; default from weisu.toml.
        progress: called with (label, files done, files in all) as a load goes on; files done has a fraction.

    Raises:
        Refused: a file that cannot be read without loss; files before it stay loaded.
        TooManyQuarantined: above the limit; nothing of that file was written.
        ProfileError, SettingsError, WarehouseError: as they say.
    """
    load_profile(source, workspace.sources)
    arrivals = [arrive(path) for path in find_files(paths)]
    utc = now.astimezone(dt.UTC).replace(tzinfo=None) if now.tzinfo else now
    with single_writer(workspace.var):
        return load_arrivals(workspace, arrivals, source, now=utc, limit=limit, progress=progress)


def load_arrivals(
    workspace: Workspace,
    arrivals: Sequence[Arrival],
    source: str,
    *,
    now: dt.datetime,
    limit: float | None = None,
    progress: Progress | None = None,
) -> LoadSummary:
    """Load fingerprinted files as `load_files` does; the caller holds the writer lock and gives naive UTC."""
    settings = workspace.settings()
    profile = load_profile(source, workspace.sources)
    share = settings.alerts.quarantine_limit if limit is None else limit
    zone = profile.zone or settings.city.timezone
    door = _Door(workspace, profile, zone, person_key(workspace.key_file), now, share)
    done: list[FileSummary] = []
    con = open_ledger(workspace)
    try:
        for index, arrival in enumerate(arrivals):
            report = _reporter(progress, arrival.label, index, len(arrivals))
            report(0.0)
            done.append(_load_one(con, door, arrival, report))
        con.execute("checkpoint")
    finally:
        con.close()
    return LoadSummary(tuple(done))


def _reporter(progress: Progress | None, label: str, index: int, count: int) -> Callable[[float], None]:
    return lambda share: progress(label, index + share, count) if progress else None


def _taken_at(arrival: Arrival, door: _Door) -> dt.datetime | None:
    """The export time the ledger holds of a restored original, else the one in the file's name."""
    if isinstance(arrival, Restored):
        return arrival.exported_at
    return exported_at(arrival.path.name, door.profile.exported_at, door.zone, now=door.now)


def _load_one(
    con: duckdb.DuckDBPyConnection, door: _Door, arrival: Arrival, progress: Callable[[float], None]
) -> FileSummary:
    profile = door.profile
    taken_at = _taken_at(arrival, door)
    load_id = load_id_of(
        con, source=profile.name, sha256=arrival.sha256, profile_version=profile.version, exported_at=taken_at
    )
    if known := find_load(con, load_id):
        kept = known.rows_read - known.rows_quarantined
        return FileSummary(arrival.label, known.rows_read, 0, 0, kept, known.rows_quarantined, 0, is_repeat=True)
    table = read_table(arrival.path, arrival.label, streamed=True)
    plan = plan_columns(table, profile, arrival.label)
    record = LoadRecord(load_id, profile.name, arrival.sha256, arrival.label, arrival.bytes, profile.version, taken_at, door.now)  # fmt: skip
    with transaction(con), archiving(arrival, door.workspace.archive) as keep_original, _uncollected():
        record, drift = _write(con, door, table, plan, record, progress)
        keep_original()
    unused = tuple(masked_name(name, profile) for name in plan.unknown)
    return FileSummary(
        record.file_label, record.rows_read, record.rows_new, record.rows_new_version, record.rows_unchanged,
        record.rows_quarantined, record.rows_flagged, is_repeat=False,
        flags=count_flags(con, load_id), unused=unused, remarks=table.facts.warnings, drift=drift,
    )  # fmt: skip


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without Python's search for cycles: a load makes none, but millions of small tuples that set it off."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _write(
    con: duckdb.DuckDBPyConnection,
    door: _Door,
    table: Table,
    plan: ColumnPlan,
    record: LoadRecord,
    progress: Callable[[float], None],
) -> tuple[LoadRecord, tuple[Drift, ...]]:
    """Stream the table through preparation into the ledger and settle what only the whole file can tell."""
    quarantine = Quarantine(record.load_id, door.profile, plan, table.header)
    staging = Staging(con, source=record.source, load_id=record.load_id, exported_at=record.exported_at)
    readings = Readings(con, record.source, key=door.key, profile_version=record.profile_version)
    arrived, read = Arrived(table.header, plan), 0
    aside = Aside(record.file_bytes)
    prepared = _prepared(door, plan, readings, aside, arrived.watch(table.parts()))
    with closing(readings), aside, closing(prepared) as parts:
        for part in parts:
            quarantine.add_broken(part.broken)
            quarantine.add_rows(part.refused)
            staging.add(part.rows)
            staging.add_known(part.known)
            read += part.read
            progress(part.share)
    quarantine.add_numbers(staging.finish(), "conflicting_duplicate")
    told = told_columns(con, record.source, record.load_id, plan.fields)
    fold_partial(con, record, told)
    if door.profile.box is None:
        fold_points(con, record)
    record = replace(record, rows_read=read, rows_quarantined=len(quarantine), **staging.count())
    _check_limit(quarantine, record, door.limit)
    record_sightings(con, record, told)
    for rows in quarantine.frames(table):
        write_quarantine(con, rows)
    settle(con, source=record.source, sha256=record.file_sha256, load_id=record.load_id, at=record.loaded_at)
    drift = record_drift(con, door.workspace, door.profile, record.load_id, arrived)
    write_load(con, record)
    return record, drift


def _prepared(
    door: _Door, plan: ColumnPlan, readings: Readings, aside: Aside, parts: Iterator[Part]
) -> Generator[Prepared, None, None]:
    """Parts as the ledger takes them; while the caller writes one, four others are on their way."""
    preparation = Preparation(
        plan, door.profile, readings, zone=door.zone, key=door.key, now=door.now, masked_of=aside.masked_texts
    )
    judged = ahead(map(preparation.judge, ahead(parts)))
    recognised = ahead(map(preparation.recognise, judged))
    return ahead(map(preparation.finish, recognised), steps=2)  # the caller writes a row group only now and then


def _check_limit(quarantine: Quarantine, record: LoadRecord, limit: float) -> None:
    if record.rows_read and len(quarantine) / record.rows_read > limit:
        why = ", ".join(f"{reason} {rows}" for reason, rows in quarantine.reasons.items())
        raise TooManyQuarantined(
            f"{len(quarantine)} of {record.rows_read} rows would be quarantined ({why}), more than {limit:.0%}; nothing was loaded",
            where=record.file_label, todo="run: weisu profile preview FILE, mend the profile, or raise --quarantine-limit",
        )  # fmt: skip
