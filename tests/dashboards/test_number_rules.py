"""The number rules of the house, as a table: at most three figures, 万, the previous value itself, no percentage on a small base."""

from __future__ import annotations

import datetime as dt

import pytest

from weisu import numbers


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (None, "—", "—"),
        (float("nan"), "—", "—"),
        (0, "0", "0"),  # 0 only for zero
        (0.0312, "0.0312", "0.0312"),
        (4.2171, "4.22", "4.22"),
        (81.45, "81.5", "81.5"),  # halves go up
        (999.5, "1,000", "1,000"),
        (1234, "1,230", "1,230"),
        (9994, "9,990", "9,990"),
        (9999, "1万", "10,000"),  # 万 starts where the rounded number reaches it
        (12345, "1.23万", "12,300"),
        (24_000_000, "2,400万", "24,000,000"),
        (-128, "-128", "-128"),
    ],
)
def test_number(value: float | None, zh: str, en: str) -> None:
    assert (numbers.number(value, "zh"), numbers.number(value, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("now", "before", "expected", "zh", "en"),
    [
        (128, 74, 81, "128（前值 74，+73 %），预期 81", "128, was 74 (+73 %), expected 81"),
        (128, 19, None, "128（前值 19）", "128, was 19"),  # base under 20: no percentage
        (20, 20, None, "20（前值 20，±0 %）", "20, was 20 (±0 %)"),  # base of exactly 20 has one
        (12, 24, None, "12（前值 24，−50 %）", "12, was 24 (−50 %)"),
        (128, None, None, "128（前值 —）", "128, was —"),
    ],
)
def test_change(now: float, before: float | None, expected: float | None, zh: str, en: str) -> None:
    assert numbers.change(now, before, "zh", expected=expected) == zh
    assert numbers.change(now, before, "en", expected=expected) == en


@pytest.mark.parametrize(
    ("value", "base", "text"),
    [
        (0.7349, 100, "73.5 %"),
        (0.7349, 19, "—"),
        (0.7349, 20, "73.5 %"),
        (0.7349, None, "73.5 %"),
        (1.0, 50, "100 %"),
        (0.0, 50, "0.0 %"),
        (None, 50, "—"),
    ],
)
def test_share(value: float | None, base: float | None, text: str) -> None:
    assert numbers.share(value, "en", base=base) == text


@pytest.mark.parametrize(
    ("hours", "zh", "en"),
    [
        (0.5, "30 分钟", "30 min"),
        (2, "2 小时", "2 h"),
        (47.9, "48 小时", "48 h"),
        (72, "3 天", "3 d"),
        (None, "—", "—"),
    ],
)
def test_duration(hours: float | None, zh: str, en: str) -> None:
    assert (numbers.duration(hours, "zh"), numbers.duration(hours, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [(4.21, "4.2 倍", "4.2×"), (1.25, "1.3 倍", "1.3×"), (12.6, "13 倍", "13×"), (None, "—", "—")],
)
def test_ratio(value: float | None, zh: str, en: str) -> None:
    assert (numbers.ratio(value, "zh"), numbers.ratio(value, "en")) == (zh, en)


def test_days_and_ranges() -> None:
    first, last = dt.date(2015, 3, 2), dt.date(2015, 3, 8)
    assert numbers.day(first, "zh") == "2015年3月2日"
    assert numbers.day(first, "en") == "2 Mar 2015"
    assert numbers.day_range(first, last, "zh") == "2015年3月2日至3月8日"
    assert numbers.day_range(first, last, "en") == "2 Mar – 8 Mar 2015"
    assert numbers.day_range(first, None, "en") == "—"


def test_intervals_and_exact_counts() -> None:
    assert numbers.interval(61.2, 74.04, "en") == "61.2–74"
    assert numbers.share_interval(0.612, 0.74) == "61.2–74.0 %"
    assert numbers.exact(1234567, "zh") == "1,234,567"  # ledgers add up, so they are not rounded
