"""What a load with a profile would do to a file, without a ledger: rows that enter, masked, and rows that would be set aside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import polars as pl

from ingest.canonical import PERSONAL
from ingest.columns import ColumnPlan, plan_columns
from ingest.preparation import Preparation
from ingest.privacy.spans import HIDDEN
from ingest.profiles import Profile
from ingest.quarantine import Quarantine
from ingest.readers import read_table
from ingest.readers.table import ROW_NUMBER, Part, Remark, Table
from ingest.readings import Readings
from ingest.rehearsal import Rehearsal

JUDGED_ROWS = 200_000  # of larger files the first so many are judged
SHOWN_LENGTH = 60
ALWAYS = ("ticket_id", "created_at", "closed_at", "status", "flags")
NO_KEY = bytes(32)  # the callers' hashes are not shown


@dataclass(frozen=True)
class Preview:
    """Counts over the judged rows, and the first rows as they would be stored."""

    judged: int
    is_whole: bool  # every row of the file was judged
    quarantined: dict[str, int]  # reason -> rows
    flagged: dict[str, int]  # flag -> rows
    rows: list[dict[str, object]]  # field -> value, the mapped fields only
    refused: list[dict[str, object]] = field(default_factory=list)  # row_number, reason_code, column_name, value_masked
    unused: tuple[str, ...] = ()  # header names no field takes
    warnings: tuple[Remark, ...] = ()


def preview_file(
    path: Path, profile: Profile, *, zone: str, now: dt.datetime, shown: int = 50, label: str = ""
) -> Preview:
    """Judge a file by a profile as a load into an empty ledger would; nothing is written.

    Args:
        zone: the city's, where the profile names none.
        now: naive UTC.

    Raises:
        Refused: no readable table, or a required column is missing.
    """
    zone = profile.zone or zone
    table = read_table(path, label, streamed=True)
    plan = plan_columns(table, profile, label or path.name)
    readings = Readings(None, profile.name, key=NO_KEY, profile_version=profile.version)
    preparation = Preparation(plan, profile, readings, zone=zone, key=NO_KEY, now=now)
    quarantine = Quarantine("", profile, plan, table.header)
    judged, first, is_whole = 0, [], True
    with Rehearsal(profile.name) as rehearsal:
        for part in first_parts(table, JUDGED_ROWS):
            checked = preparation.judge(part)
            prepared = preparation.finish(preparation.recognise(checked))
            quarantine.add_broken(prepared.broken)
            quarantine.add_rows(prepared.refused)
            rehearsal.add(prepared.rows)
            if (room := shown - sum(rows.height for rows in first)) > 0:
                first.append(_with_persons(prepared.rows.head(room), checked.entering.head(room)))
            judged, is_whole = judged + prepared.read, prepared.share >= 1.0
        conflicts, flags = rehearsal.finish(), rehearsal.flags()
    quarantine.add_numbers(conflicts, "conflicting_duplicate")
    rows = [row for frame in first for row in _shown(frame, conflicts, plan, profile, zone)]
    return Preview(judged, is_whole, quarantine.reasons, flags, rows, _refused(quarantine, table, shown),
                   plan.unknown, (*table.facts.warnings, *_derived(profile)))  # fmt: skip


def _derived(profile: Profile) -> tuple[Remark, ...]:
    if not profile.identity or not profile.identity.is_derived:
        return ()
    return (Remark("derived_id", {"columns": ", ".join(profile.identity.columns)}),)


def first_parts(table: Table, rows: int) -> Iterator[Part]:
    """Parts of a table until so many rows are seen; a table in memory is one part, cut to size."""
    seen = 0
    for part in table.parts(rows):
        yield part
        seen += part.frame.height
        if seen >= rows:
            return


def _refused(quarantine: Quarantine, table: Table, shown: int) -> list[dict[str, object]]:
    columns = ("row_number", "reason_code", "column_name", "value_masked")
    rows = (row for frame in quarantine.frames(table, shown) for row in frame.select(columns).iter_rows(named=True))
    return list(islice(rows, shown))


def _with_persons(rows: pl.DataFrame, unmasked: pl.DataFrame) -> pl.DataFrame:
    """The rows and, of what tells a person, whether it is there."""
    is_there = (pl.when(unmasked[name].is_not_null()).then(pl.lit(HIDDEN)).alias(name) for name in PERSONAL)
    return rows.with_columns(*is_there, pl.col("state_at").alias("updated_at"))


def _shown(
    rows: pl.DataFrame, conflicts: Sequence[int], plan: ColumnPlan, profile: Profile, zone: str
) -> list[dict[str, object]]:
    """Rows as the ledger would hold them, clocks on the wall of the source, long texts cut after masking."""
    rows = rows.filter(~pl.col(ROW_NUMBER).is_in(conflicts))
    levels = [f"category_l{i}" for i in range(1, 5)] if "category_path" in plan.fields else []
    wanted = dict.fromkeys((*ALWAYS[:2], *plan.fields, *levels, *profile.constants, *plan.fallbacks, *ALWAYS[2:]))
    names = [name for name in wanted if name in rows.columns]
    local = [
        pl.col(name).dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.strftime("%Y-%m-%d %H:%M:%S")
        for name, kind in rows.select(names).schema.items()
        if kind == pl.Datetime
    ]
    made = rows.select(names).with_columns(local).with_columns(pl.col(pl.String).str.slice(0, SHOWN_LENGTH))
    return made.with_columns(pl.col("flags").list.join(", ")).to_dicts()
