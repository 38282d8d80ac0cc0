"""What is wrong with a row: reasons to set it aside, and flags on rows that stay useful."""

from __future__ import annotations

import datetime as dt

import polars as pl

from ingest.canonical import CLOCKS

EARLIEST = dt.datetime(1990, 1, 1)
LONGEST_ID = 64
NO_ID = ("NaN", "nan", "inf")  # what a program that keeps ids as floating point writes for none
NO_WORD = r"[\x00-\x1f\x7f]|^\[.*\]$|^\{.*\}$"  # control characters; a list or an object of a nested export
LOST = ("\ufffd", "锟斤拷")  # what programs leave of bytes that they could not read
LONGEST_VALUE = 1_000_000  # characters
ROUNDED_ID = r"^\d(?:\.\d+)?[eE]\+?\d+$|^\d{17,}\.0+$"  # a spreadsheet lost the last digits
HELPERS = ("_raw", "_repaired", "_bare", "_day")

# reason code -> the column it is about; the first that applies counts
REASONS = {
    "missing_id": "ticket_id", "rounded_id": "ticket_id", "bad_id": "ticket_id", "missing_date": "created_at",
    "bad_date": "created_at", "date_out_of_range": "created_at", "oversized_cell": "text",
}  # fmt: skip


def judge_rows(frame: pl.DataFrame, *, now: dt.datetime, slack_hours: float) -> pl.DataFrame:
    """Add `reason` (null = the row may enter) and `flags` (sorted list of text), and drop the helper columns.

    Args:
        now: naive UTC; nothing can have been created more than a day after it.
    """
    limit = now + dt.timedelta(days=1)
    flags = {name.removeprefix("flag_"): pl.col(name) for name in frame.columns if name.startswith("flag_")}
    flags |= _time_flags(limit, slack_hours)
    names = sorted(flags)
    listed = pl.concat_list([pl.when(flags[n].fill_null(False)).then(pl.lit(n)) for n in names]).list.drop_nulls()
    frame = frame.with_columns(_reason(limit).alias("reason"), listed.alias("flags"))
    frame = _without_impossible_times(frame, limit)
    helpers = [c for c in frame.columns if c.startswith("flag_") or c.endswith(HELPERS)]
    return frame.drop(helpers)


def _reason(limit: dt.datetime) -> pl.Expr:
    identifier, created = pl.col("ticket_id"), pl.col("created_at")
    conditions = {
        "missing_id": identifier.is_null() | identifier.is_in(NO_ID),
        "rounded_id": identifier.str.contains(ROUNDED_ID),
        "bad_id": (identifier.str.len_chars() > LONGEST_ID) | identifier.str.contains(NO_WORD),
        "missing_date": pl.col("created_at_raw").is_null(),
        "bad_date": created.is_null(),
        "date_out_of_range": ~created.is_between(EARLIEST, limit),
        "oversized_cell": pl.max_horizontal(pl.col(c).str.len_chars() for c in ("title", "text", "reply"))
        > LONGEST_VALUE,
    }
    assert set(conditions) == set(REASONS)
    result = pl.lit(None, pl.String)
    for code in reversed(REASONS):
        result = pl.when(conditions[code].fill_null(False)).then(pl.lit(code)).otherwise(result)
    return result


def _time_flags(limit: dt.datetime, slack_hours: float) -> dict[str, pl.Expr]:
    slack = dt.timedelta(hours=slack_hours)
    flags = {
        "closed_before_created": _before_created("closed_at", slack),
        "dispatched_before_created": _before_created("dispatched_at", slack),
        "future_closed": pl.col("closed_at") > limit,
        "lost_characters": pl.any_horizontal(
            pl.col(c).str.contains(sign, literal=True) for c in ("title", "text") for sign in LOST
        ),
    }
    for name in CLOCKS[1:]:
        flags[f"bad_{name}"] = pl.col(f"{name}_raw").is_not_null() & (
            pl.col(name).is_null() | (pl.col(name) < EARLIEST)
        )
    return flags


def _before_created(end: str, slack: dt.timedelta) -> pl.Expr:
    """By the clock; by the day where one of the two has no time of day."""
    by_day = pl.col("is_date_only") | pl.col(f"{end}_bare")
    day_before = pl.col(f"{end}_day") < pl.col("created_on")
    return pl.when(by_day).then(day_before).otherwise(pl.col(end) + slack < pl.col("created_at"))


def _without_impossible_times(frame: pl.DataFrame, limit: dt.datetime) -> pl.DataFrame:
    """Event times before 1990 or after the load are not known; a due time may lie ahead."""
    for name in CLOCKS[1:]:
        possible = pl.col(name) >= EARLIEST if name == "due_at" else pl.col(name).is_between(EARLIEST, limit)
        changed = [pl.when(possible).then(pl.col(name)).alias(name)]
        if name in ("closed_at", "due_at"):
            day = f"{name[:-3]}_on"
            changed.append(pl.when(possible).then(pl.col(day)).alias(day))
        frame = frame.with_columns(changed)
    return frame
