"""Instants as people write them -> naive UTC, with the local day and what had to be repaired."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

YEAR_FIRST = (
    r"^\s*(?<y>\d{4})\s*[-/.年]\s*(?<m>\d{1,2})\s*[-/.月]\s*(?<d>\d{1,2})\s*日?"
    r"(?:[T\s]*(?<h>\d{1,2})\s*[:：时点]\s*(?<i>\d{1,2})(?:\s*[:：分]\s*(?<s>\d{1,2})(?:[.,]\d+)?\s*秒?|分)?)?\s*(?<z>Z|UTC|[+-]\d{2}:?\d{2})?\s*(?<p>)$"
)
COMPACT = r"^\s*(?<y>\d{4})(?<m>\d{2})(?<d>\d{2})(?:[T ]?(?<h>\d{2})(?<i>\d{2})(?<s>\d{2})?)?(?<z>Z)?(?<p>)$"
YEAR_LAST = (
    r"^\s*(?<{a}>\d{{1,2}})[-/.](?<{b}>\d{{1,2}})[-/.](?<y>\d{{4}})"
    r"(?:[,T\s]+(?<h>\d{{1,2}}):(?<i>\d{{1,2}})(?::(?<s>\d{{1,2}})(?:\.\d+)?)?\s*(?<p>[AaPp][Mm])?)?\s*(?<z>Z|[+-]\d{{2}}:?\d{{2}})?\s*$"
)
SERIAL = r"^\s*\d{5}(?:\.\d+)?\s*$"  # days since 1899-12-30, as spreadsheets keep them
FIRST_SERIAL, LAST_SERIAL = 25569, 73050  # 1970-01-01 … 2099-12-31


def parse_instants(values: pl.Series, *, zone: str, formats: Sequence[str] = (), order: str = "ymd") -> pl.DataFrame:
    """Parse a text column.

    Args:
        zone: IANA name of the clock the source writes; values with an own offset keep it.
        formats: chrono formats tried first, on the whole column at once.
        order: "mdy" or "dmy" when years stand last; with "ymd" such values stay unparsed.

    Returns:
        Columns at (naive UTC), on (local day), is_date_only, is_repaired (24:00 or a 60th second); null where unparsed.
    """
    frame = pl.DataFrame({"raw": values.str.strip_chars()}).with_columns(pl.lit(None, pl.Datetime("us")).alias("local"))
    for fmt in formats:
        frame = frame.with_columns(
            pl.coalesce("local", pl.col("raw").str.to_datetime(fmt, strict=False, time_unit="us"))
        )
        if frame["local"].null_count() == frame["raw"].null_count():
            break
    frame = frame.with_columns(
        pl.lit(None, pl.Int32).alias("offset"), pl.lit(False).alias("is_repaired"),
        pl.col("raw").str.contains(":|：|时|点").not_().alias("is_date_only"),
    ).with_row_index("at_row")  # fmt: skip
    rest = frame.filter(pl.col("local").is_null() & pl.col("raw").is_not_null())
    if rest.height:
        frame = frame.update(_parse_rest(rest, order), on="at_row", how="left")
    return _to_utc(frame, zone)


def _parse_rest(rest: pl.DataFrame, order: str) -> pl.DataFrame:
    patterns = [YEAR_FIRST, COMPACT]
    if order != "ymd":
        patterns.append(YEAR_LAST.format(a=order[0], b=order[1]))
    made = [_by_pattern(rest, pattern) for pattern in patterns]
    made.append(_by_serial(rest))
    return pl.concat(made)


def _by_pattern(rest: pl.DataFrame, pattern: str) -> pl.DataFrame:
    parts = (
        rest.select("at_row", pl.col("raw").str.extract_groups(pattern).alias("g"))
        .unnest("g")
        .filter(pl.col("y").is_not_null())
    )
    number = {name: pl.col(name).cast(pl.Int32) for name in "ymdhis"}
    hour = number["h"].fill_null(0) % 12 + 12 * pl.col("p").str.to_lowercase().eq("pm").cast(pl.Int32)
    hour = pl.when(pl.col("p").fill_null("") != "").then(hour).otherwise(number["h"].fill_null(0))
    second = number["s"].fill_null(0)
    midnight = (hour == 24) & (number["i"].fill_null(0) == 0) & (second == 0)
    leap = second == 60
    text = pl.format(
        "{}-{}-{} {}:{}:{}", "y", pl.col("m").str.zfill(2), pl.col("d").str.zfill(2),
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


def _offset_minutes() -> pl.Expr:
    digits = pl.col("z").str.replace(":", "")
    value = digits.str.slice(1, 2).cast(pl.Int32, strict=False) * 60 + digits.str.slice(3, 2).cast(
        pl.Int32, strict=False
    )
    return (
        pl.when(pl.col("z").is_in(["Z", "UTC"]))
        .then(0)
        .when(pl.col("z").str.starts_with("-"))
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


def _to_utc(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Local wall clocks to UTC; a wall clock that never was (spring) counts as the hour after, one that was twice as the first."""
    zoned = pl.col("local").dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    later = (pl.col("local") + pl.duration(hours=1)).dt.replace_time_zone(
        zone, ambiguous="earliest", non_existent="null"
    )
    utc = pl.coalesce(zoned, later).dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    given = pl.col("local") - pl.duration(minutes=pl.col("offset"))
    at = pl.when(pl.col("offset").is_null()).then(utc).otherwise(given)
    local_day = at.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.date()
    return frame.select(
        at.alias("at"),
        pl.when(pl.col("offset").is_null()).then(pl.col("local").dt.date()).otherwise(local_day).alias("on"),
        pl.when(pl.col("local").is_not_null()).then("is_date_only").alias("is_date_only"),
        "is_repaired",
    )
