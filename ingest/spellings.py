"""Regular expressions of the ways people write an instant (Rust syntax).

Named groups: y m d h i s, z = offset from UTC, p = half of the day after the clock, q = half of the day before it.
"""

from __future__ import annotations

OFFSET = r"Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?(?:\s*\([^)]*\)|\s*UTC)?"
SECONDS = r"(?:[.,]\d+)?"
HALF_BEFORE = r"(?<q>上午|下午|早上|早晨|中午|晚上|凌晨|[AaPp][Mm])"
HALF_AFTER = r"(?<p>[AaPp]\.?[Mm]\.?)"
WEEKDAY = r"(?:[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?)"

# 2026-03-01 08:17:07, 2026/3/1 下午 8:17, 2026年3月1日8时17分, 2026-03-01T00:17:07.123Z, 2026-03-01+08:00
YEAR_FIRST = (
    rf"^\s*(?<y>\d{{4}})\s*[-/.年]\s*(?<m>\d{{1,2}})\s*[-/.月]\s*(?<d>\d{{1,2}})\s*日?\s*{WEEKDAY}?"
    rf"(?:[T,\s]*{HALF_BEFORE}?\s*(?<h>\d{{1,2}})"
    rf"(?:\s*[:：时点]\s*(?<i>\d{{1,2}})(?:\s*[:：分]\s*(?<s>\d{{1,2}}){SECONDS}\s*秒?|分)?|\s*[时点]整?)"
    rf"\s*{HALF_AFTER}?\s*(?<z>{OFFSET})?|(?:Z|[+-]\d{{2}}:\d{{2}})?)\s*$"
)
COMPACT = r"^\s*(?<y>\d{4})(?<m>\d{2})(?<d>\d{2})(?:[T ]?(?<h>\d{2})(?<i>\d{2})(?<s>\d{2})?)?(?<z>Z)?(?<p>)(?<q>)$"
CLOCK = (
    rf"(?:[,T\s]+(?:at\s+)?{HALF_BEFORE}?\s*(?<h>\d{{1,2}})[:.](?<i>\d{{1,2}})(?:[:.](?<s>\d{{1,2}}){SECONDS})?"
    rf"\s*{HALF_AFTER}?\s*(?<z>{OFFSET})?)?\s*$"
)
WEEKDAY_EN = r"^\s*(?:(?i:mon|tue|wed|thu|fri|sat|sun)[A-Za-z]*\.?,?\s+)?"
DAY_OF_MONTH, MONTH_NAME = r"(?<d>\d{1,2})(?i:st|nd|rd|th)?", r"(?<m>[A-Za-z]{3,9})\.?"


def year_last(order: str) -> str:
    """03/01/2026 08:17:07 PM and 1.3.26 8:17, as `order` ("mdy" or "dmy") says."""
    return rf"^\s*(?<{order[0]}>\d{{1,2}})[-/.](?<{order[1]}>\d{{1,2}})[-/.](?<y>\d{{4}}|\d{{2}}){CLOCK}"


# months by name need no order: 01-MAR-26 08.17.07 PM, Sun, 01 Mar 2026 08:17:07 +0800, Mar 1, 2026 8:17 AM, 2026-Mar-01
WORDY = (
    rf"{WEEKDAY_EN}{DAY_OF_MONTH}[-\s/.]+{MONTH_NAME}[-\s/.,]+(?<y>\d{{4}}|\d{{2}}){CLOCK}",
    rf"{WEEKDAY_EN}{MONTH_NAME}[-\s/]+{DAY_OF_MONTH},?[-\s/]+(?<y>\d{{4}}){CLOCK}",
    rf"^\s*(?<y>\d{{4}})[-\s/]+{MONTH_NAME}[-\s/]+(?<d>\d{{1,2}}){CLOCK}",
)
MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sep sept", "october oct", "november nov", "december dec"), start=1,
    )
    for name in names.split()
}  # fmt: skip
WEEK_DAY = r"^\s*(\d{4})-?W(\d{2})-?([1-7])\s*$"  # ISO 8601: 2026-W09-7
SERIAL = r"^\s*\d{5}(?:\.\d+)?\s*$"  # days since 1899-12-30, as spreadsheets keep them
FIRST_SERIAL, LAST_SERIAL = 25569, 73050  # 1970-01-01 … 2099-12-31
EPOCH = r"^\s*1\d{9}(?:\d{3}|\d{6})?(?:\.\d+)?\s*$"  # seconds, milli- or microseconds, 2001-09-09 … 2033-05-18
EPOCH_DIGITS = 10
