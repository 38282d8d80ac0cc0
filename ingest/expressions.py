"""What a profile may write as regular expression and as date format: tried when the profile is read, not in the middle of a load."""

from __future__ import annotations

import datetime as dt
import re

import polars as pl
from polars.exceptions import PolarsError

REFERENCE = re.compile(r"\$(?:\$|\{([^}]*)\}|(\w+))")  # $$ is a dollar sign
OFFSETS = ("%z", "%:z", "%::z", "%:::z", "%#z", "%Z", "%+", "%s")
LITERAL_OFFSET = re.compile(r"(?i)(?<![a-z])(?:Z|UTC|GMT)(?![a-z])|(?<!\d)[+-]\d{2}:?\d{2}$")
SPECIFIER = re.compile(r"%[-_0]?[.:#]*\d?[A-Za-z%+]")
CLOCK = re.compile(r"%[-_0]?[HIklTRXrc]")
PROBE = dt.datetime(2026, 11, 23, 14, 35, 46)


def checked_expression(match: str, becomes: str) -> None:
    """A pair `match` and `becomes` of a profile.

    Raises:
        ValueError: no regular expression of the Rust syntax, or a reference to a group it does not have.
    """
    try:
        groups = pl.Series([""]).str.extract_groups(match).struct.fields if match else []
        pl.Series([""]).str.contains(match)
    except PolarsError as error:
        raise ValueError(f"{match!r} is no regular expression of the Rust syntax ({_reason(error)})") from error
    known = {"0", *groups, *map(str, range(1, len(groups) + 1))}
    for braced, bare in REFERENCE.findall(becomes):
        if (braced or bare) and (braced or bare) not in known:
            raise ValueError(f"{becomes!r} refers to the group {braced or bare!r}, which {match!r} does not have: write ${{1}}")  # fmt: skip


def _reason(error: PolarsError) -> str:
    """The line of the engine's message that says what is wrong."""
    lines = str(error).splitlines()
    told = next((line for line in lines if line.startswith("error: ")), lines[0])
    return told.removeprefix("error: ").rstrip(".")


def checked_format(fmt: str) -> str:
    """A date format of a profile (chrono): it must read again what it writes.

    Raises:
        ValueError: it reads an offset, or not a whole date, or half a clock.
    """
    if any(part in OFFSETS for part in SPECIFIER.findall(fmt)) or LITERAL_OFFSET.search(SPECIFIER.sub("\0", fmt)):
        raise ValueError(f"{fmt!r} reads an offset from UTC: leave it out, instants with their own offset (and epoch numbers) are read without a format")  # fmt: skip
    if "%f" in fmt:
        raise ValueError(f"{fmt!r}: %f counts nanoseconds: write %.f, which has the point in it")
    try:
        written = pl.Series([PROBE]).dt.strftime(fmt)
        read = written.str.to_datetime(fmt, strict=False, time_unit="us")[0]
    except PolarsError:
        read = None
    if read not in (PROBE, PROBE.replace(second=0), dt.datetime.combine(PROBE.date(), dt.time())):
        raise ValueError(f"{fmt!r} does not read year, month, day and the clock it writes: write it like %Y-%m-%d %H:%M:%S")  # fmt: skip
    return fmt


def has_clock(fmt: str) -> bool:
    """Whether a format reads a time of day."""
    return bool(CLOCK.search(fmt))
