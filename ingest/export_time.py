"""When a file was exported, as its name says: the last day in it, else the last month; never the clock of the load."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

BY_DATE = "date"  # the profile's word for: any usual date in the file name
LONGEST_NAME = 255
_year, _month, _day = r"(?<!\d)(?P<y>20\d\d)", r"(?P<m>1[0-2]|0?[1-9])", r"(?P<d>3[01]|[12]\d|0?[1-9])"
_clock = r"(?:[-_ T.日]{0,2}(?P<H>[01]\d|2[0-3])[-:.时点]?(?P<M>[0-5]\d)(?:[-:.分]?(?P<S>[0-5]\d))?(?!\d))?"
DAYS = (
    re.compile(rf"(?<!\d)(?P<y>20\d\d)(?P<m>1[0-2]|0[1-9])(?P<d>3[01]|[12]\d|0[1-9]){_clock}(?!\d)"),
    re.compile(rf"{_year}\s*[-_./年]\s*{_month}\s*[-_./月]\s*{_day}(?!\d)日?{_clock}"),
)
MONTHS = (
    re.compile(r"(?<!\d)(?P<y>20\d\d)(?P<m>1[0-2]|0[1-9])(?!\d)"),
    re.compile(rf"{_year}\s*[-_./年]\s*{_month}(?!\d)(?!\s*[-_./月]\s*\d{{1,2}}(?!\d))月?"),
)


def checked_pattern(pattern: str) -> str:
    """The pattern of a profile.

    Raises:
        ValueError: no regular expression, or one that names no year.
    """
    try:
        groups = re.compile(pattern).groups if pattern not in (BY_DATE, "") else 1
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression ({error})") from error
    if not groups:
        raise ValueError(f"{pattern!r} has no group for the day: write (\\d{{8}}) or (?P<y>…)(?P<m>…)(?P<d>…)")
    return pattern


def exported_at(name: str, pattern: str, zone: str, *, now: dt.datetime) -> dt.datetime | None:
    """The export time that a file name tells, naive UTC; a day counts to its end, a month to the end of its last day.

    Args:
        pattern: `date` for any usual date (20260301, 2026-03-01, 2026年3月1日, 202603, with or without a time; the last one counts, and a
            month only where no day is told: `202609_20260920` was taken on the 20th), a regular expression with the groups
            y, m, d, H, M, S or one group YYYYMMDD, or "" for never.
        now: naive UTC; a later day than tomorrow is no export time.
    """
    spellings = (DAYS, MONTHS) if pattern == BY_DATE else ((re.compile(pattern),),) if pattern else ()
    told = ([at for spelling in each for at in _instants(name[:LONGEST_NAME], spelling)] for each in spellings)
    found = next(filter(None, told), None)
    if not found:
        return None
    latest = max(found).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC).replace(tzinfo=None)
    return latest if latest <= now + dt.timedelta(days=1) else None


def _instants(name: str, spelling: re.Pattern[str]) -> Iterator[dt.datetime]:
    for match in spelling.finditer(name):
        parts = match.groupdict()
        if not parts:
            whole = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", match[1] or "")
            parts = dict(zip("ymd", whole.groups(), strict=True)) if whole else {}
        if at := _instant({key: int(value) for key, value in parts.items() if value}):
            yield at


def _instant(parts: dict[str, int]) -> dt.datetime | None:
    """The last second that the parts cover; null when there is no such day."""
    if not {"y", "m"} <= set(parts):
        return None
    year, month = parts["y"], parts["m"]
    try:
        day = parts.get("d") or calendar.monthrange(year, month)[1]
        return dt.datetime(year, month, day, parts.get("H", 23), parts.get("M", 59), parts.get("S", 59 if "H" not in parts else 0))  # fmt: skip
    except (ValueError, calendar.IllegalMonthError):
        return None
