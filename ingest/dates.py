"""Instants as people write them -> naive UTC, with the local day and what had to be repaired."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial

import polars as pl

from ingest.expressions import has_clock
from ingest.spellings import (
    COMPACT,
    EPOCH,
    EPOCH_DIGITS,
    FIRST_SERIAL,
    LAST_SERIAL,
    MONTHS,
    SERIAL,
    WEEK_DAY,
    WORDY,
    YEAR_FIRST,
    year_last,
)

AFTERNOON = ("pm", "p.m.", "p.m", "下午", "晚上")
MORNING = ("am", "a.m.", "a.m", "上午", "早上", "早晨", "凌晨")
DAY, LONGEST_SPAN = dt.timedelta(days=1), dt.timedelta(days=36525)
FIRST_DAY, LAST_DAY = dt.datetime(1000, 1, 1), dt.datetime(9999, 12, 31)
STRANGE_DIGITS = r"\p{No}|[\d&&[^0-9０-９]]"  # ①, ² and the digits of other scripts
EXCEL_TEXT = r'^="(.*)"$'  # a formula that keeps a spreadsheet from reading a number
PARSED = {"at": pl.Datetime("us"), "on": pl.Date, "is_date_only": pl.Boolean, "is_repaired": pl.Boolean}
NOON, EVENING = "中午", "晚上"


def parse_instants(values: pl.Series, *, zone: str, formats: Sequence[str] = (), order: str = "ymd") -> pl.DataFrame:
    """Parse a text column.

    Args:
        zone: IANA name of the clock the source writes; values with an own offset (and epoch numbers) keep it.
        formats: chrono formats tried first, on the whole column at once.
        order: "mdy" or "dmy" when years stand last; with "ymd" such values stay unparsed.

    Returns:
        Columns at (naive UTC), on (local day), is_date_only, is_repaired (24:00 or a 60th second); null where unparsed.
    """
    if values.null_count() == values.len():
        return pl.DataFrame(schema=PARSED).clear(values.len())
    frame = _by_formats(values.str.strip_chars(), formats).with_columns(
        pl.lit(None, pl.Int32).alias("offset"), pl.lit(False).alias("is_repaired")
    ).with_row_index("at_row")  # fmt: skip
    rest = frame.filter(pl.col("local").is_null() & pl.col("raw").is_not_null())
    if rest.height:
        frame = frame.update(_parse_rest(rest, order), on="at_row", how="left")
    return _to_utc(frame, zone)


def _by_formats(texts: pl.Series, formats: Sequence[str]) -> pl.DataFrame:
    """raw, local (null where no format reads it) and is_date_only: whether the format that read it has no time of day."""
    frame = pl.DataFrame({"raw": texts}).with_columns(
        pl.lit(None, pl.Datetime("us")).alias("local"), pl.lit(False).alias("is_date_only")
    )
    for fmt in formats:
        read = frame["raw"].str.to_datetime(fmt, strict=False, time_unit="us")
        if not has_clock(fmt):
            fresh = pl.col("local").is_null() & read.is_not_null()
            frame = frame.with_columns((pl.col("is_date_only") | fresh).alias("is_date_only"))
        is_first = frame["local"].null_count() == frame.height
        frame = frame.with_columns(read.alias("local") if is_first else pl.coalesce("local", read))
        if frame["local"].null_count() == frame["raw"].null_count():
            break
    return frame


def _parse_rest(rest: pl.DataFrame, order: str) -> pl.DataFrame:
    """One spelling after the other, each on what is still unread; full-width signs count as their narrow ones."""
    rest = rest.filter(~pl.col("raw").str.contains(STRANGE_DIGITS))
    rest = rest.with_columns(pl.col("raw").str.normalize("NFKC").str.replace(EXCEL_TEXT, "$1").str.strip_chars())
    patterns = [YEAR_FIRST, COMPACT, *([year_last(order)] if order != "ymd" else []), *WORDY]
    steps: list[Callable[[pl.DataFrame], pl.DataFrame]] = [
        *(partial(_by_pattern, pattern=p) for p in patterns),
        _by_serial,
        _by_epoch,
        _by_week_day,
    ]
    done = []
    for step in steps:
        made = step(rest)
        if made.height:
            done.append(made)
            rest = rest.join(made.select("at_row"), on="at_row", how="anti")
        if not rest.height:
            break
    return pl.concat(done) if done else _by_serial(rest.clear())


def _by_pattern(rest: pl.DataFrame, pattern: str) -> pl.DataFrame:
    parts = (
        rest.select("at_row", pl.col("raw").str.extract_groups(pattern).alias("g"))
        .unnest("g")
        .filter(pl.col("y").is_not_null())
    )
    number = {name: pl.col(name).cast(pl.Int32) for name in "dis"}
    hour, second = _hour(), number["s"].fill_null(0)
    midnight = (hour == 24) & (number["i"].fill_null(0) == 0) & (second == 0)
    leap = second == 60
    text = pl.format(
        "{}-{}-{} {}:{}:{}", _year(), _month(pattern), number["d"],
        pl.when(midnight).then(0).otherwise(hour), number["i"].fill_null(0), pl.when(leap).then(59).otherwise(second),
    )  # fmt: skip
    extra = pl.duration(days=midnight.cast(pl.Int32), seconds=leap.cast(pl.Int32))
    return parts.select(
        "at_row",
        (text.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us") + extra).alias("local"),
        _offset_minutes().alias("offset"),
        (midnight | leap).alias("is_repaired"),
        pl.col("h").is_null().alias("is_date_only"),
    )


def _year() -> pl.Expr:
    """Two digits mean 1980 to 2079; they only come where the order is declared or the month has a name."""
    number = pl.col("y").cast(pl.Int32)
    short = pl.col("y").str.len_chars() == 2
    return (
        pl.when(~short)
        .then("y")
        .otherwise(pl.when(number < 80).then(2000 + number).otherwise(1900 + number).cast(pl.String))
    )


def _month(pattern: str) -> pl.Expr:
    if pattern not in WORDY:
        return pl.col("m").str.zfill(2)
    return pl.col("m").str.to_lowercase().replace_strict(MONTHS, default=None, return_dtype=pl.Int32)


def _hour() -> pl.Expr:
    """The hour of 24; null where the half of the day contradicts it (15:05 AM, midnight said as 晚上12点)."""
    hour = pl.col("h").cast(pl.Int32).fill_null(0)
    half = pl.coalesce(pl.when(pl.col(c) != "").then(pl.col(c).str.to_lowercase()) for c in ("p", "q")).fill_null("")
    late = pl.when((half == EVENING) & (hour == 12)).then(None).otherwise(hour % 12 + 12)
    return (
        pl.when(half.is_in(AFTERNOON))
        .then(late)
        .when(half.is_in(MORNING))
        .then(pl.when(hour <= 12).then(hour % 12))
        .when(half == NOON)
        .then(pl.when(hour < 11).then(hour + 12).otherwise(hour))
        .otherwise(hour)
    )


def _offset_minutes() -> pl.Expr:
    digits = pl.col("z").str.extract(r"([+-]\d{2}(?::?\d{2})?)").str.replace(":", "")
    minutes = digits.str.slice(3, 2).cast(pl.Int32, strict=False).fill_null(0)
    value = digits.str.slice(1, 2).cast(pl.Int32, strict=False) * 60 + minutes
    return (
        pl.when(pl.col("z").is_in(["Z", "UTC", "GMT"]))
        .then(0)
        .when(digits.str.starts_with("-"))
        .then(-value)
        .otherwise(value)
    )


def _by_serial(rest: pl.DataFrame) -> pl.DataFrame:
    days = pl.col("raw").cast(pl.Float64, strict=False)
    seconds = (days * 86400).round().cast(pl.Int64)
    return rest.filter(pl.col("raw").str.contains(SERIAL) & days.is_between(FIRST_SERIAL, LAST_SERIAL)).select(
        "at_row",
        (pl.datetime(1899, 12, 30) + pl.duration(seconds=seconds)).cast(pl.Datetime("us")).alias("local"),
        pl.lit(None, pl.Int32).alias("offset"),
        pl.lit(False).alias("is_repaired"),
        (days == days.floor()).alias("is_date_only"),
    )


def _by_epoch(rest: pl.DataFrame) -> pl.DataFrame:
    """Seconds since 1970 in UTC; 13 digits are milliseconds, 16 microseconds."""
    whole = pl.col("raw").str.strip_chars().str.extract(r"^(\d+)")
    micros = whole.str.pad_end(EPOCH_DIGITS + 6, "0").cast(pl.Int64, strict=False)
    return rest.filter(pl.col("raw").str.contains(EPOCH)).select(
        "at_row",
        micros.cast(pl.Datetime("us")).alias("local"),
        pl.lit(0, pl.Int32).alias("offset"),
        pl.lit(False).alias("is_repaired"),
        pl.lit(False).alias("is_date_only"),
    )


def _by_week_day(rest: pl.DataFrame) -> pl.DataFrame:
    parts = rest.filter(pl.col("raw").str.contains(WEEK_DAY))
    text = pl.col("raw").str.strip_chars().str.replace(WEEK_DAY, "${1}-W${2}-${3}")
    return parts.select(
        "at_row",
        text.str.to_datetime("%G-W%V-%u", strict=False, time_unit="us").alias("local")
        if parts.height
        else pl.lit(None, pl.Datetime("us")).alias("local"),
        pl.lit(None, pl.Int32).alias("offset"),
        pl.lit(False).alias("is_repaired"),
        pl.lit(True).alias("is_date_only"),
    )


def _to_utc(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Local wall clocks to UTC; a wall clock that never was (spring) counts as the hour after, one that was twice as the first."""
    frame = frame.with_columns(pl.when(pl.col("local").is_between(FIRST_DAY, LAST_DAY)).then("local").alias("local"))
    shift = None if frame["offset"].null_count() < frame.height else _fixed_offset(frame["local"], zone)
    if shift is not None:
        at, on = pl.col("local") - shift, pl.col("local").dt.date()
    else:
        at, on = _by_zone(zone)
    is_date_only = pl.when(pl.col("local").is_not_null()).then("is_date_only")
    return frame.select(at.alias("at"), on.alias("on"), is_date_only.alias("is_date_only"), "is_repaired")


def _fixed_offset(local: pl.Series, zone: str) -> dt.timedelta | None:
    """The zone's distance from UTC where it is the same on all days from the first to the last clock; None where it changes."""
    first, last = local.min(), local.max()
    if first is None or last - first > LONGEST_SPAN:
        return None
    days = pl.datetime_range(first - DAY, last + DAY, DAY, time_unit="us", eager=True)
    shown = days.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)
    offsets = (shown - days).unique()
    return offsets[0] if offsets.len() == 1 else None


def _by_zone(zone: str) -> tuple[pl.Expr, pl.Expr]:
    zoned = pl.col("local").dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    later = (pl.col("local") + pl.duration(hours=1)).dt.replace_time_zone(
        zone, ambiguous="earliest", non_existent="null"
    )
    utc = pl.coalesce(zoned, later).dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    given = pl.col("local") - pl.duration(minutes=pl.col("offset"))
    at = pl.when(pl.col("offset").is_null()).then(utc).otherwise(given)
    local_day = at.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.date()
    return at, pl.when(pl.col("offset").is_null()).then(pl.col("local").dt.date()).otherwise(local_day)
