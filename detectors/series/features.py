"""Calendar features: what a date does to counts before anything unusual happens.

A calendar is an explicit list of (date, kind, name) or, when none is given, the packages `chinesecalendar` (2004–2026) and
`holidays`.  Kinds `holiday` and `makeup` matter here; other kinds (policy, event, …) are left to other rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

CalendarRow = tuple[dt.date, str, str]  # date, kind, name
SPRING_WORDS = ("spring festival", "chinese new year", "春节")
SPRING_BINS = (
    (-14, -8),
    (-7, -3),
    (-2, -1),
    (0, 2),
    (3, 6),
    (7, 9),
    (10, 15),
)  # days from the first day of the lunar year
MAJOR_WORDS = ("new year", "independence", "thanksgiving", "christmas", "national day", "元旦", "国庆")
YEAR_DAYS = 365.25


@dataclass(frozen=True)
class Features:
    """A design matrix shared by all series of one region.

    `values[time, column]`; the first column is 1, the second the trend in years since 2000-01-01.
    `ordinals[time]` are proleptic days of the (first) day of each step; `step_days` is 1 (daily) or 7 (weekly).
    """

    values: NDArray[np.float64]
    names: tuple[str, ...]
    ordinals: NDArray[np.int64]
    step_days: int


def calendar_features(
    dates: Sequence[dt.date], region: str = "CN", rows: Iterable[CalendarRow] | None = None
) -> Features:
    """Features of consecutive days, or of consecutive weeks given by their first days (then each column is the mean of its week).

    Args:
        dates: equally spaced by 1 or 7 days.
        region: `CN` and `US` (or any code the package `holidays` knows) have built-in calendars; an unknown region has none.
        rows: an explicit calendar of this region; overrides the built-in one.

    Raises:
        ValueError: dates are not equally spaced by 1 or 7 days.
    """
    ordinals = np.array([d.toordinal() for d in dates], dtype=np.int64)
    step = int(ordinals[1] - ordinals[0]) if len(ordinals) > 1 else 1
    if step not in (1, 7) or np.any(np.diff(ordinals) != step):
        raise ValueError("dates must be equally spaced by 1 or 7 days")
    days = np.arange(ordinals[0], ordinals[-1] + step)
    listed = (
        built_in_calendar(region, dt.date.fromordinal(int(days[0])).year, dt.date.fromordinal(int(days[-1])).year)
        if rows is None
        else tuple(rows)
    )
    columns = _daily_columns(days, listed, with_weekday=step == 1)
    values = np.column_stack(list(columns.values())).reshape(len(ordinals), step, -1).mean(axis=1)
    return Features(values, tuple(columns), ordinals, step)


def _daily_columns(
    days: NDArray[np.int64], rows: Sequence[CalendarRow], *, with_weekday: bool
) -> dict[str, NDArray[np.float64]]:
    years = (days - dt.date(2000, 1, 1).toordinal()) / YEAR_DAYS
    columns = {"one": np.ones(len(days)), "trend": years}
    for k in (1, 2):
        columns[f"cos{k}"], columns[f"sin{k}"] = np.cos(2 * np.pi * k * years), np.sin(2 * np.pi * k * years)
    if with_weekday:
        weekday = (days - 1) % 7  # ordinal 1 (0001-01-01) was a Monday
        columns |= {f"weekday{k}": (weekday == k) - 1.0 / 7.0 for k in range(1, 7)}
    return columns | _holiday_columns(days, rows)


def _holiday_columns(days: NDArray[np.int64], rows: Sequence[CalendarRow]) -> dict[str, NDArray[np.float64]]:
    """Holiday on a workday / at a weekend, major days, make-up workdays, last workdays before, first workdays after, Spring Festival."""
    off = {d.toordinal(): name.lower() for d, kind, name in rows if kind == "holiday"}
    makeup = {d.toordinal() for d, kind, _ in rows if kind == "makeup"}
    if not off and not makeup:
        return {}
    weekend = (days - 1) % 7 >= 5
    is_off = np.array([d in off for d in days])
    is_makeup = np.array([d in makeup for d in days])
    major = np.array([any(word in off.get(d, "") for word in MAJOR_WORDS) for d in days])
    lead, rebound, second = _around(days, off, makeup)
    columns = {
        "holiday": is_off & ~weekend,
        "holiday_weekend": is_off & weekend,
        "holiday_major": major & ~weekend,
        "lead": lead,
        "rebound": rebound,
        "rebound2": second,
    }
    if makeup:
        columns["makeup"] = is_makeup
    return {k: v.astype(float) for k, v in (columns | _spring_columns(days, off)).items()}


def _around(
    days: NDArray[np.int64], off: dict[int, str], makeup: set[int]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """The last workday before, and the first and second workday after each run of days off that holds a holiday."""
    marks = [np.zeros(len(days), bool) for _ in range(3)]

    def works(day: int) -> bool:
        return day in makeup or (day not in off and (day - 1) % 7 < 5)

    for holiday in off:
        for mark, direction, nth in zip(marks, (-1, 1, 1), (1, 1, 2), strict=True):
            day, left = holiday, nth
            while left:
                day += direction
                left -= works(day)
            if 0 <= day - days[0] < len(days):
                mark[day - days[0]] = True
    return marks[0], marks[1], marks[2]


def _spring_columns(days: NDArray[np.int64], off: dict[int, str]) -> dict[str, NDArray[np.bool_]]:
    listed = {d for d, name in off.items() if any(word in name for word in SPRING_WORDS)}
    starts = sorted(d for d in listed if d - 1 not in listed and d - 2 not in listed)
    if not starts:
        return {}
    starts = [_lunar_new_year(start) for start in starts]
    offset = np.min(np.where((d := days[:, None] - np.array(starts)[None, :]) >= -14, d, 999), axis=1)
    return {f"spring{a:+d}": (offset >= a) & (offset <= b) for a, b in SPRING_BINS}


def _lunar_new_year(near: int) -> int:
    """The first day of the lunar year within 3 days of the start of a listed Spring Festival, else that start."""
    year = dt.date.fromordinal(near).year
    known = [d.toordinal() for d, _, name in _from_holidays("CN", year, year) if "chinese new year" in name.lower()]
    first = min(known, default=near)
    return first if abs(first - near) <= 3 else near


@lru_cache(maxsize=64)
def built_in_calendar(region: str, first_year: int, last_year: int) -> tuple[CalendarRow, ...]:
    """Holidays and make-up workdays of a region: `chinesecalendar` for CN where it reaches (2004–2026), else `holidays`; empty if unknown."""
    if region != "CN":
        return _from_holidays(region, first_year, last_year)
    known = [row for row in _from_chinesecalendar() if first_year <= row[0].year <= last_year]
    reach = {row[0].year for row in _from_chinesecalendar()}
    spare = [row for row in _from_holidays(region, first_year, last_year) if row[0].year not in reach]
    return tuple(sorted(known + spare))


@lru_cache(maxsize=1)
def _from_chinesecalendar() -> tuple[CalendarRow, ...]:
    from chinese_calendar.constants import holidays, workdays

    rows = [(d, "holiday", str(name)) for d, name in holidays.items()]
    return tuple(rows + [(d, "makeup", str(name)) for d, name in workdays.items()])


@lru_cache(maxsize=64)
def _from_holidays(region: str, first_year: int, last_year: int) -> tuple[CalendarRow, ...]:
    import holidays

    try:
        found = holidays.country_holidays(region, years=range(first_year, last_year + 1), language="en_US")
    except NotImplementedError:
        return ()
    makeup = [(d, "makeup", "make-up workday") for d in getattr(found, "weekend_workdays", ())]
    return tuple([(d, "holiday", name) for d, name in found.items() if "in lieu" not in name.lower() or True] + makeup)
