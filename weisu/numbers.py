"""How numbers, shares, changes, days and durations are written: the number rules of the house, Chinese and English."""

from __future__ import annotations

import datetime as dt
import math
from decimal import ROUND_HALF_UP, Decimal

UNKNOWN = "—"
MIN_BASE = 20  # below this base no percentage is shown
WAN = 10_000
LEAST_EXPECTED = 0.1
LARGEST_RATIO = 100

Number = int | float | None


def number(value: Number, lang: str, *, digits: int = 3) -> str:
    """`value` with at most `digits` significant digits; 万 in Chinese from 10,000, thousands separators in English.

    None and NaN give "—"; only a true zero gives "0".
    """
    if _is_missing(value):
        return UNKNOWN
    rounded = _significant(value, digits)
    if lang == "zh" and abs(rounded) >= WAN:
        return f"{_plain(_significant(rounded / WAN, digits))}万"
    return _plain(rounded)


def exact(value: Number, lang: str) -> str:
    """A whole number in full, with separators: for ledgers whose lines must add up."""
    return UNKNOWN if _is_missing(value) else f"{round(value):,}"


def expected(value: Number, lang: str) -> str:
    """An expected count; below a tenth only that it is: `不足0.1` / `under 0.1`."""
    if _is_missing(value) or value >= LEAST_EXPECTED:
        return number(value, lang)
    return f"不足{LEAST_EXPECTED}" if lang == "zh" else f"under {LEAST_EXPECTED}"


def ratio(value: Number, lang: str) -> str:
    """Observed over expected: `4.2 倍` / `4.2×`, two significant digits, at least one decimal below 10; from 100 on only that it is."""
    if _is_missing(value):
        return UNKNOWN
    if value >= LARGEST_RATIO:
        return f"{LARGEST_RATIO} 倍以上" if lang == "zh" else f"over {LARGEST_RATIO}×"
    written = f"{_half_up(value, 1)}" if abs(value) < 10 else _plain(_significant(value, 2))
    return f"{written} 倍" if lang == "zh" else f"{written}×"


def share(value: Number, lang: str, *, base: Number = None) -> str:
    """A share (0–1) as a percentage; "—" when its `base` is known and under 20."""
    if _is_missing(value) or (base is not None and (_is_missing(base) or base < MIN_BASE)):
        return UNKNOWN
    percent = value * 100
    return f"{_half_up(percent, 1) if abs(percent) < 99.95 else _half_up(percent, 0)} %"


def percent_change(now: Number, before: Number) -> str:
    """`+73 %`; empty when either is unknown or the base is under 20."""
    if _is_missing(now) or _is_missing(before) or before < MIN_BASE:
        return ""
    change = (now - before) / before * 100
    return f"{'+' if change > 0 else '−' if change < 0 else '±'}{_plain(_significant(abs(change), 2))} %"


def change(now: Number, before: Number, lang: str, *, expected: Number = None) -> str:
    """A value beside the previous one: `128, was 74 (+73 %), expected 81`; the previous value itself is always shown."""
    head, previous, percent = number(now, lang), number(before, lang), percent_change(now, before)
    if lang == "zh":
        text = f"{head}（前值 {previous}{'，' + percent if percent else ''}）"
        return text if expected is None else f"{text}，预期 {number(expected, lang)}"
    text = f"{head}, was {previous}{f' ({percent})' if percent else ''}"
    return text if expected is None else f"{text}, expected {number(expected, lang)}"


def interval(lower: Number, upper: Number, lang: str) -> str:
    """`61–74`; "—" when either end is unknown."""
    if _is_missing(lower) or _is_missing(upper):
        return UNKNOWN
    return f"{number(lower, lang)}–{number(upper, lang)}"


def share_interval(lower: Number, upper: Number) -> str:
    """`61.2–74.0 %` from two shares; "—" when either end is unknown."""
    if _is_missing(lower) or _is_missing(upper):
        return UNKNOWN
    return f"{_half_up(lower * 100, 1)}–{_half_up(upper * 100, 1)} %"


def day(value: dt.date | None, lang: str, *, year: bool = True) -> str:
    """`2015年3月31日` / `31 Mar 2015`; without `year`: `3月31日` / `31 Mar`."""
    if value is None:
        return UNKNOWN
    if lang == "zh":
        return f"{value.year}年{value.month}月{value.day}日" if year else f"{value.month}月{value.day}日"
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[value.month - 1]
    return f"{value.day} {month} {value.year}" if year else f"{value.day} {month}"


def day_range(first: dt.date | None, last: dt.date | None, lang: str) -> str:
    """`2015年3月2日至8日` style range, the year once when it is the same."""
    if first is None or last is None:
        return UNKNOWN
    if first == last:
        return day(first, lang)
    same = first.year == last.year
    if lang == "zh":
        return f"{day(first, lang)}至{day(last, lang, year=not same)}"
    return f"{day(first, lang, year=not same)} – {day(last, lang)}"


def duration(hours: Number, lang: str) -> str:
    """`40 分钟` / `2 小时` / `3 天`: minutes under one hour, days from 48 hours."""
    if _is_missing(hours):
        return UNKNOWN
    minutes, is_zh = abs(hours) * 60, lang == "zh"
    if minutes < 60:
        return f"{_half_up(minutes, 0)} {'分钟' if is_zh else 'min'}"
    if minutes < 48 * 60:
        return f"{_plain(_significant(minutes / 60, 2))} {'小时' if is_zh else 'h'}"
    return f"{number(minutes / 1440, lang, digits=2 if minutes < 144_000 else 3)} {'天' if is_zh else 'd'}"


def _is_missing(value: Number) -> bool:
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def _significant(value: float, digits: int) -> float:
    if value == 0:
        return 0.0
    places = digits - 1 - math.floor(math.log10(abs(value)))
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


def _plain(value: float) -> str:
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.6f}".rstrip("0")


def _half_up(value: float, places: int) -> str:
    return f"{Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):f}"
