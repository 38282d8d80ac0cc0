"""Raw table -> canonical frame: names, null words, code maps, types, flags.  No row is dropped here."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from ingest.canonical import BOOLEANS, CLOCKS, COUNTS, FIELDS, FREE_TEXTS, RATINGS
from ingest.columns import ColumnPlan
from ingest.coordinates import place_points
from ingest.dates import parse_instants
from ingest.day_times import at_times
from ingest.identifiers import clean_ids
from ingest.identities import joined_identity
from ingest.profiles import Box, Profile
from ingest.readers.table import ROW_NUMBER

TRUE_WORDS = (
    "是",
    "Y",
    "y",
    "Yes",
    "YES",
    "yes",
    "1",
    "true",
    "True",
    "TRUE",
    "T",
    "已解决",
    "解决",
    "有",
    "√",
    "已联系",
    "已回访",
)
FALSE_WORDS = (
    "否",
    "N",
    "n",
    "No",
    "NO",
    "no",
    "0",
    "false",
    "False",
    "FALSE",
    "F",
    "未解决",
    "没有解决",
    "无",
    "×",
    "未联系",
    "未回访",
)
RATING_WORDS = {
    "非常满意": "very_satisfied", "很满意": "very_satisfied", "满意": "satisfied", "比较满意": "satisfied", "基本满意": "basically_satisfied",
    "一般": "basically_satisfied", "不满意": "unsatisfied", "非常不满意": "unsatisfied", "很不满意": "unsatisfied", "不太满意": "unsatisfied",
    "very satisfied": "very_satisfied", "satisfied": "satisfied", "neutral": "basically_satisfied", "unsatisfied": "unsatisfied", "dissatisfied": "unsatisfied",
    "是": "satisfied", "否": "unsatisfied",
}  # fmt: skip
RATING_CODES = ("very_satisfied", "satisfied", "basically_satisfied", "unsatisfied")
STATUSES = ("open", "closed", "void", "merged", "withdrawn", "returned")
ENDS = ("closed_at", "dispatched_at")  # compared with the creation, by the day where no time of day is told
NOT_RATED = ("未评价", "未回访", "无法联系", "未接通", "不作评价", "未作评价")


@dataclass(frozen=True)
class Mapped:
    """Canonical frame (text columns typed, `flags` a list column) and what the profile could not use."""

    frame: pl.DataFrame
    unknown_columns: tuple[str, ...]


def map_table(raw: pl.DataFrame, plan: ColumnPlan, profile: Profile, zone: str, box: Box | None = None) -> Mapped:
    """Apply a profile to the text frame of a table.

    Returns a frame with every canonical field, `row_number`, `<instant>_raw` texts, `<end>_bare` and `<end>_day` for the checks, and boolean flag columns `flag_*`.
    """
    times = (pl.col(f"b{index}").alias(f"{name}_time") for name, index in plan.times.items())
    fields = (_field(name, plan, profile) for name in sorted(FIELDS))
    frame = _cells(raw.lazy(), plan, profile).select(ROW_NUMBER, *fields, *times).collect()
    frame = _coded(frame, profile)
    frame = _category(frame, profile)
    frame = _instants(frame, profile, zone)
    frame = _answers(frame)
    frame = place_points(frame, datum=plan.datum, box=box or profile.box)
    points = ("bad_coordinates", "zero_coordinates", "swapped_coordinates", "out_of_city")
    return Mapped(frame.rename({name: f"flag_{name}" for name in points}), plan.unknown)


def _cells(raw: pl.LazyFrame, plan: ColumnPlan, profile: Profile) -> pl.LazyFrame:
    """The used columns with null words as null: `c<i>` as written, `b<i>` without outer blanks."""
    used = sorted(plan.used)
    frame = raw.select(
        ROW_NUMBER, *(pl.col(f"c{i}") for i in used), *(pl.col(f"c{i}").str.strip_chars().alias(f"b{i}") for i in used)
    )
    known = {i: (pl.col(f"b{i}") != "") & ~pl.col(f"b{i}").is_in(profile.nulls) for i in used}
    return frame.with_columns(pl.when(known[i]).then(f"{kind}{i}").alias(f"{kind}{i}") for kind in "cb" for i in used)


def _field(name: str, plan: ColumnPlan, profile: Profile) -> pl.Expr:
    """Free text is kept as it is, other values lose their outer blanks."""
    kind = "c" if name in FREE_TEXTS else "b"
    cells = [pl.col(f"{kind}{index}") for index in plan.of(name)]
    value = pl.coalesce(cells) if cells else pl.lit(None, pl.String)
    if name == "ticket_id" and plan.identity:
        return joined_identity(profile.identity, plan.identity).alias(name)
    if name == "ticket_id":
        value = value.map_batches(clean_ids, return_dtype=pl.String)
        value = pl.when((value != "") & ~value.is_in(profile.nulls)).then(value)
    if name in plan.fallbacks:
        rule = profile.fallback[name]
        other = pl.col(f"{kind}{plan.fallbacks[name]}")
        value = pl.coalesce(
            value, pl.when(other.str.contains(rule.match)).then(other.str.replace(rule.match, rule.becomes))
        )
    if name in profile.constants:
        value = pl.coalesce(value, pl.lit(profile.constants[name]))
    return value.alias(name)


def _coded(frame: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """Regular expressions first, then whole words; a word that becomes "" is blank, the word "" is what blanks become."""
    standard = standard_words()
    changed = []
    for name in sorted(set(profile.patterns) | set(profile.values) | set(standard)):
        value = pl.col(name)
        for rule in profile.patterns.get(name, ()):
            value = (
                pl.when(value.str.contains(rule.match))
                .then(value.str.replace(rule.match, rule.becomes))
                .otherwise(value)
            )
        words = standard.get(name, {}) | profile.values.get(name, {})
        blank = words.pop("", None)
        value = value.replace(words) if words else value
        value = pl.when(value != "").then(value)
        changed.append((value if blank is None else value.fill_null(blank)).alias(name))
    coded = frame.with_columns(changed)
    known = pl.col("status").is_in(STATUSES)
    return coded.with_columns(pl.when(known).then("status").alias("status"), (~known).alias("flag_unknown_status"))


@cache
def standard_words() -> dict[str, dict[str, str]]:
    """field -> word of an export -> code, for the fields that hold codes of our own."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


def _category(frame: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    parts = pl.col("category_path").str.split(profile.category.separator)
    levels = [parts.list.get(i, null_on_oob=True).str.strip_chars() for i in range(profile.category.depth)]
    names = [f"category_l{i}" for i in range(1, profile.category.depth + 1)]
    return frame.with_columns(
        pl.coalesce(pl.col(name), pl.when(level != "").then(level)).alias(name)
        for name, level in zip(names, levels, strict=True)
    ).drop("category_path")


def _instants(frame: pl.DataFrame, profile: Profile, zone: str) -> pl.DataFrame:
    repaired, unread = pl.lit(False), pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    for name in CLOCKS:
        parsed = parse_instants(frame[name], zone=zone, formats=profile.dates.formats, order=profile.dates.order)
        if f"{name}_time" in frame.columns:
            parsed = at_times(parsed, frame[name], frame[f"{name}_time"], zone)
            unread = unread | parsed["is_unread"]
        added = [frame[name].alias(f"{name}_raw"), parsed["at"].alias(name)]
        if name in ("created_at", "closed_at", "due_at"):
            added.append(parsed["on"].alias(f"{name[:-3]}_on"))
        if name == "created_at":
            added.append(parsed["is_date_only"])
        if name in ENDS:
            added += [parsed["is_date_only"].alias(f"{name}_bare"), parsed["on"].alias(f"{name}_day")]
        if name == "updated_at":  # a day without a time counts to its end
            added[1] = (parsed["at"] + parsed["is_date_only"].cast(pl.Int64) * pl.duration(seconds=86399)).alias(name)
        frame = frame.with_columns(*added, parsed["is_repaired"].alias(f"{name}_repaired"))
        repaired = repaired | pl.col(f"{name}_repaired")
    frame = frame.with_columns(repaired.fill_null(False).alias("flag_repaired_time"), unread.alias("flag_unread_time"))
    frame = frame.drop(
        name for name in frame.columns if name.endswith("_time") and name.removesuffix("_time") in CLOCKS
    )
    return _due_by_duration(frame, zone)


def _due_by_duration(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """A limit written as a duration (5个工作日, 24小时) counts from creation; working days are local and skip weekends only, hence the flag."""
    if not (frame["due_at"].is_null() & frame["due_at_raw"].is_not_null()).any():
        return frame.with_columns(pl.lit(False).alias("flag_due_from_duration"))
    parts = pl.col("due_at_raw").str.extract_groups(r"^\s*(\d{1,4})\s*个?(工作日|自然日|天|日|小时|分钟|h|H)内?\s*$")
    number, unit = parts.struct[0].cast(pl.Int32, strict=False), parts.struct[1]
    by_clock = pl.col("created_at") + pl.duration(
        minutes=pl.when(unit == "分钟")
        .then(number)
        .when(unit.is_in(["小时", "h", "H"]))
        .then(number * 60)
        .otherwise(number * 1440)
    )
    days = pl.when(unit == "工作日").then(number).otherwise(0).fill_null(0)
    open_day = _on_clock(_local(pl.col("created_at"), zone).dt.add_business_days(days, roll="backward"), zone)
    found = pl.col("due_at").is_null() & number.is_not_null() & pl.col("created_at").is_not_null()
    due = pl.when(found).then(pl.when(unit == "工作日").then(open_day).otherwise(by_clock)).otherwise(pl.col("due_at"))
    day = _local(due, zone).dt.date()
    return frame.with_columns(
        found.alias("flag_due_from_duration"),
        due.alias("due_at"),
        pl.when(found).then(day).otherwise(pl.col("due_on")).alias("due_on"),
    )


def _local(instant: pl.Expr, zone: str) -> pl.Expr:
    return instant.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)


def _on_clock(local: pl.Expr, zone: str) -> pl.Expr:
    """UTC of a local wall clock; one that never was counts as the hour after, one that was twice as the first."""
    clocks = [local, local + pl.duration(hours=1)]
    zoned = [c.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null") for c in clocks]
    return pl.coalesce(zoned).dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def _answers(frame: pl.DataFrame) -> pl.DataFrame:
    """Yes/no words, ratings and counts; a word nobody knows becomes null and raises a flag."""
    changed, unclear = [], pl.lit(False)
    for name in BOOLEANS:
        value = pl.when(pl.col(name).is_in(TRUE_WORDS)).then(True).when(pl.col(name).is_in(FALSE_WORDS)).then(False)
        unclear = unclear | (pl.col(name).is_not_null() & value.is_null())
        changed.append(value.alias(name))
    for name in RATINGS:
        lower = pl.col(name).str.to_lowercase()
        value = lower.replace_strict(
            RATING_WORDS | {code: code for code in RATING_CODES}, default=None, return_dtype=pl.String
        )
        unclear = unclear | (pl.col(name).is_not_null() & value.is_null() & ~pl.col(name).is_in(NOT_RATED))
        changed.append(value.alias(name))
    for name in COUNTS:
        value = pl.col(name).str.replace(r"\.0$", "").cast(pl.Int32, strict=False)
        unclear = unclear | (pl.col(name).is_not_null() & value.is_null())
        changed.append(value.alias(name))
    return frame.with_columns(*changed, unclear.fill_null(False).alias("flag_unclear_answer"))
