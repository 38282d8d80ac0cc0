"""The years, months and ISO weeks a report is about, and the windows they are compared with."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from reports.errors import ReportError

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """Local days, both ends included."""

    first_on: dt.date
    last_on: dt.date

    @property
    def days(self) -> int:
        return (self.last_on - self.first_on).days + 1


@dataclass(frozen=True)
class Period:
    """A calendar year or month or an ISO week, as far as it is known on the cut-off day."""

    kind: Literal["year", "month", "week"]
    code: str  # 2015, 2015-03 or 2015-W13
    start_on: dt.date
    end_on: dt.date
    cut_on: dt.date  # last day known

    @property
    def is_complete(self) -> bool:
        return self.cut_on >= self.end_on

    @property
    def window(self) -> Window:
        return Window(self.start_on, min(self.cut_on, self.end_on))

    @property
    def previous(self) -> Window:
        """The period before; its first days alone when this one is not over."""
        if self.kind == "year":
            return self.year_ago
        start = _month_start(self.start_on - DAY) if self.kind == "month" else self.start_on - 7 * DAY
        return self._as_long(start, self.start_on - DAY)

    @property
    def year_ago(self) -> Window:
        """The same month of the year before, or that year; for a week the days 52 weeks before."""
        if self.kind == "week":
            return self._as_long(self.start_on - 364 * DAY, self.end_on - 364 * DAY)
        start = self.start_on.replace(year=self.start_on.year - 1)
        return self._as_long(start, month_end(start) if self.kind == "month" else self.start_on - DAY)

    @property
    def following(self) -> Window:
        """The next month or week."""
        start = self.end_on + DAY
        return Window(start, month_end(start) if self.kind == "month" else start + 6 * DAY)

    def _as_long(self, start: dt.date, end: dt.date) -> Window:
        return Window(start, end if self.is_complete else min(end, start + (self.window.days - 1) * DAY))


def year_of(code: str, cut_on: dt.date | None = None) -> Period:
    """`2015`, known until `cut_on` (default: its end).

    Raises:
        ReportError: not YYYY.
    """
    if not re.fullmatch(r"[12]\d{3}", code):
        raise ReportError(f"{code!r} is not a year", where="--year", todo="write it as YYYY, e.g. 2025")
    start, end = dt.date(int(code), 1, 1), dt.date(int(code), 12, 31)
    return Period("year", code, start, end, min(cut_on or end, end))


def month_of(code: str, cut_on: dt.date | None = None) -> Period:
    """`2015-03`, known until `cut_on` (default: its end).

    Raises:
        ReportError: not YYYY-MM.
    """
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", code) or code.startswith("0000"):
        raise ReportError(f"{code!r} is not a month", where="--month", todo="write it as YYYY-MM, e.g. 2026-10")
    start = dt.date.fromisoformat(f"{code}-01")
    end = month_end(start)
    return Period("month", code, start, end, min(cut_on or end, end))


def week_of(code: str, cut_on: dt.date | None = None) -> Period:
    """`2015-W13`, ISO week, known until `cut_on` (default: its Sunday).

    Raises:
        ReportError: not an ISO week.
    """
    match = re.fullmatch(r"(\d{4})-W(\d{2})", code)
    try:
        start = dt.date.fromisocalendar(int(match[1]), int(match[2]), 1) if match else None
    except ValueError:
        start = None
    if start is None:
        raise ReportError(f"{code!r} is not an ISO week", where="--week", todo="write it as YYYY-Www, e.g. 2026-W46")
    end = start + 6 * DAY
    return Period("week", code, start, end, min(cut_on or end, end))


def month_end(day: dt.date) -> dt.date:
    """The last day of the month of `day`."""
    return _month_start(day.replace(day=28) + 4 * DAY) - DAY


def _month_start(day: dt.date) -> dt.date:
    return day.replace(day=1)
