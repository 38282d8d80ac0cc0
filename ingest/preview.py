"""What a load with a profile would do to a file, without a ledger: rows that enter, masked, and rows that would be set aside."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from ingest.checks import judge_rows
from ingest.columns import ColumnPlan, plan_columns
from ingest.mapping import map_table
from ingest.privacy.batch import mask_frame
from ingest.profiles import Profile
from ingest.quarantine import Quarantine
from ingest.readers import read_table
from ingest.readers.table import ROW_NUMBER, Part, Table

JUDGED_ROWS = 200_000  # of larger files the first so many are judged
PERSONAL = ("person_phone", "person_account", "person_name")
HIDDEN = "〔隐私〕"
SHOWN_LENGTH = 60
ALWAYS = ("ticket_id", "created_at", "closed_at", "status", "flags")


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
    warnings: tuple[str, ...] = ()


def preview_file(
    path: Path, profile: Profile, *, zone: str, now: dt.datetime, shown: int = 50, label: str = ""
) -> Preview:
    """Judge a file by a profile; nothing is written.

    Args:
        zone: the city's, where the profile names none.
        now: naive UTC.

    Raises:
        Refused: no readable table, or a required column is missing.
    """
    table = read_table(path, label, streamed=True)
    plan = plan_columns(table, profile, label or path.name)
    quarantine = Quarantine("", profile, plan, table.header)
    judged, flags, rows, is_whole = 0, Counter[str](), [], True
    for part in first_parts(table, JUDGED_ROWS):
        is_whole = part.share >= 1.0
        mapped = map_table(part.frame, plan, profile, profile.zone or zone, box=profile.box).frame
        checked = judge_rows(mapped, now=now, slack_hours=profile.closed_slack_hours)
        reasons = dict(checked.filter(pl.col("reason").is_not_null()).select(ROW_NUMBER, "reason").iter_rows())
        quarantine.add_broken(part.refused)
        quarantine.add_rows(part.frame, reasons)
        entering = checked.filter(pl.col("reason").is_null())
        flags.update(entering["flags"].explode().drop_nulls().to_list())
        rows += _shown(entering.head(shown - len(rows)), plan, profile, zone) if len(rows) < shown else []
        judged += checked.height + len(part.refused)
    refused = quarantine.frame()
    why = dict(refused["reason_code"].value_counts(sort=True).iter_rows())
    columns = ("row_number", "reason_code", "column_name", "value_masked")
    return Preview(judged, is_whole, why, dict(flags.most_common()), rows, refused.head(shown).select(columns).to_dicts(),
                   plan.unknown, table.facts.warnings)  # fmt: skip


def first_parts(table: Table, rows: int) -> Iterator[Part]:
    """Parts of a table until so many rows are seen; a table in memory is one part, cut to size."""
    seen = 0
    for part in table.parts(rows):
        yield part
        seen += part.frame.height
        if seen >= rows:
            return


def _shown(rows: pl.DataFrame, plan: ColumnPlan, profile: Profile, zone: str) -> list[dict[str, object]]:
    """Rows as the ledger would hold them, clocks on the wall of the source, long texts cut after masking."""
    personal = {name: [HIDDEN if value else None for value in rows[name]] for name in PERSONAL if name in plan.fields}
    ended = pl.when(pl.col("closed_at").is_not_null()).then(pl.lit("closed")).otherwise(pl.lit("open"))
    masked = mask_frame(rows, profile.language).with_columns(pl.coalesce("status", ended).alias("status"))
    levels = [f"category_l{i}" for i in range(1, 5)] if "category_path" in plan.fields else []
    wanted = dict.fromkeys((*ALWAYS[:2], *plan.fields, *levels, *profile.constants, *plan.fallbacks, *ALWAYS[2:]))
    names = [name for name in wanted if name in masked.columns and name not in PERSONAL]
    local = [
        pl.col(name).dt.replace_time_zone("UTC").dt.convert_time_zone(profile.zone or zone).dt.strftime("%Y-%m-%d %H:%M:%S")
        for name, kind in masked.select(names).schema.items()
        if kind == pl.Datetime
    ]  # fmt: skip
    made = masked.select(names).with_columns(local).with_columns(pl.col(pl.String).str.slice(0, SHOWN_LENGTH))
    made = made.with_columns(pl.col("flags").list.join(", "))
    return made.with_columns(pl.Series(name, values, dtype=pl.String) for name, values in personal.items()).to_dicts()
