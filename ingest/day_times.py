"""Dates and times of day that stand in two columns, put together."""

from __future__ import annotations

import polars as pl

from ingest.dates import parse_instants
from ingest.spellings import EPOCH, OFFSET

FRACTION = r"^\d{0,5}\.\d+(?:[eE]-\d+)?$"  # of a day, as spreadsheets keep it, alone or behind the days
DIGITS, SHORT_DIGITS, SIX_DIGITS = r"^\d{3,4}$", r"^\d{1,2}$", r"^\d{5,6}$"  # 0815, 815; 5 for 0005; 081507
NOT_TOLD = r"(?i)\s*(?:hrs?|hours?|h)\.?$"  # 0815 hrs
CLOCK = (
    r"((?:上午|下午|早上|早晨|中午|晚上|凌晨|[AaPp][Mm])?\s*\d{1,2}\s*[:：时点].*)$"  # whatever date stands before it
)
HOUR = r"^(\d{1,2})\s*([AaPp]\.?[Mm]\.?)$"
MIDNIGHT_UTC = rf"(?:{OFFSET})$|{EPOCH}"
DAY_SECONDS = 86400


def at_times(days: pl.DataFrame, dates: pl.Series, times: pl.Series, zone: str) -> pl.DataFrame:
    """Instants of dates at times of day.

    Args:
        days: the parsed `dates`, as `parse_instants` gives them.
        dates: their text.
        times: text of the times of day: clocks in any usual spelling (a date before them is left out), HHMM or HHMMSS as a number,
            a fraction of a day.

    Returns:
        The columns of `days`, and is_unread: a time that is none, so that the date stands alone.
    """
    on = _days(days, dates)
    clocks = clock_texts(times)
    joined = pl.DataFrame({"on": on, "clock": clocks}).select(
        pl.concat_str(pl.col("on").dt.strftime("%Y-%m-%d"), "clock", separator=" ")
    )
    read = parse_instants(joined.to_series(), zone=zone)
    made = days.select(pl.all().name.prefix("day_")).with_columns(read, known_on=on, is_told=times.is_not_null())
    known = pl.col("at").is_not_null()
    chosen = (pl.when(known).then(name).otherwise(f"day_{name}").alias(name) for name in days.columns)
    unread = (pl.col("is_told") & ~known & pl.col("known_on").is_not_null()).alias("is_unread")
    return made.select(*chosen, unread)


def _days(days: pl.DataFrame, dates: pl.Series) -> pl.Series:
    """Local days; a midnight of UTC is a day that a program wrote with a zone, and means the day it names."""
    frame = days.select("at", "on").with_columns(text=dates)
    is_plain = (pl.col("at").dt.time() == pl.time(0)) & pl.col("text").str.contains(MIDNIGHT_UTC)
    return frame.select(pl.when(is_plain.fill_null(False)).then(pl.col("at").dt.date()).otherwise("on")).to_series()


def clock_texts(times: pl.Series) -> pl.Series:
    """Times of day as `H:MM…`; null where the text tells none.

    One or two digits are minutes only beside longer numbers: alone they may be hours.
    """
    frame = pl.DataFrame({"t": times.str.strip_chars().str.replace(NOT_TOLD, "")})
    text = pl.col("t")
    seconds = (text.cast(pl.Float64, strict=False) % 1 * DAY_SECONDS).round().cast(pl.Int64, strict=False)
    four, six = text.str.zfill(4), text.str.zfill(6)
    minutes = text.str.contains(SHORT_DIGITS) & frame["t"].str.contains(DIGITS).any()
    minutes |= (text == "0") & frame["t"].str.contains(FRACTION).any()
    hour = text.str.extract_groups(HOUR).struct
    return frame.select(
        pl.when(text.str.contains(FRACTION)).then(_clock(seconds // 3600, seconds // 60 % 60, seconds % 60))
        .when(text.str.contains(DIGITS) | minutes).then(_clock(four.str.slice(0, 2), four.str.slice(2, 2)))
        .when(text.str.contains(SIX_DIGITS)).then(_clock(six.str.slice(0, 2), six.str.slice(2, 2), six.str.slice(4, 2)))
        .when(text.str.contains(HOUR)).then(pl.format("{}:00 {}", hour[0], hour[1]))
        .otherwise(text.str.extract(CLOCK))
    ).to_series()  # fmt: skip


def _clock(*parts: pl.Expr) -> pl.Expr:
    return pl.concat_str([part.cast(pl.String).str.zfill(2) for part in parts], separator=":")
