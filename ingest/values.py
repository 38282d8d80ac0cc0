"""What the values of a column are like: unique codes, dates, degrees, telephone numbers, words from a short list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from ingest.dates import parse_instants
from ingest.mapping import FALSE_WORDS, RATING_WORDS, TRUE_WORDS, standard_words
from ingest.profiles import NULL_WORDS

SEPARATORS = ("->", "→", "=>", ">>", ">", "》", "|", "\\", "/", "::", "—", "-", "_")
WEAK_SEPARATORS = ("/", "-", "_", "—")  # also stand inside plain names
YEAR_LAST = r"^\s*([0-9]{1,2})[-/.]([0-9]{1,2})[-/.](?:[0-9]{4}|[0-9]{2})\b"
DATE_LIKE = (
    r"\d{1,4}\s*[-/.年]\s*\d{1,2}|\d{4}-?W\d|^\d{5}(?:\.\d+)?$|^\d{8,17}(?:\.\d+)?$|^\d{8}T\d"
    r"|(?i:\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"
)
FEW, LONGEST_DATE = 0.02, 70
BARE_DIGITS = r"^\d+(?:\.\d+)?$"
POINT = r"(?i)^\s*(?:POINT\s*)?[\(\[]?\s*-?\d{1,3}\.\d{2,}[\s,;]+-?\d{1,3}\.\d{2,}\s*[\)\]]?\s*$"
POINT_IN_TEXT = r"\(\s*-?\d{1,3}\.\d{3,}\s*,\s*-?\d{1,3}\.\d{3,}\s*\)\s*$"
PHONE = r"^[+\d(（][-\d)） ]{6,17}$|^1\d{2}\*{4}\d{4}$"
MOBILE = (
    r"^(?:\+?86[- ]?)?1[3-9]\d(?:\d{8}|\*{4}\d{4}|[- ]\d{4}[- ]\d{4})$|^\(?[2-9]\d{2}\)?[- .]\d{3}[-.]\d{4}$"
    r"|^0\d{2,3}-\d{7,8}$"
)
TIME_OF_DAY = (  # alone, or behind the day zero of a spreadsheet
    r"(?i)^(?:(?:1899-12-3[01]|1900-01-0[01])[T ])?(?:上午|下午|早上|晚上|凌晨|中午|am|pm)?\s*\d{1,2}\s*[:：时点]\s*\d{1,2}"
    r"(?:\s*[:：分]\s*\d{1,2}(?:\.\d+)?\s*秒?)?\s*分?\s*(?:[ap]\.?m\.?|hrs?|h)?$"
)
MINUTES = r"^(?:[01]?\d|2[0-4])?[0-5]?\d$"  # 0815, 815, 5
DAY_SHARE = r"^0?\.\d{2,}$"
ONLY_MIDNIGHT = r"(?i)[T ]0{1,2}:00(?::00(?:\.0+)?)?(?:\s*Z|\s*[+-]\d{2}:?\d{2})?$|[ ]12:00(?::00)? AM$"
ADDRESS = (
    r"(?i)^\d{1,6}(?:-\d+)?\s+(?:[^\s,.!?]+\s+){0,5}(?:st|street|ave?|avenue|rd|road|blvd|boulevard|dr|drive|ln|lane|way|ct|court|pl|place"
    r"|hwy|highway|pkwy|parkway|terr?|terrace|cir|circle|sq|square|row|loop|trl|trail|pike|aly|alley)\b\.?(?:\s+[NSEW]{1,2}\b)?"
    r"(?:\s*[,#].{0,60}|\s+\d{5}.{0,40})?$"
)
STATE_WORD = (
    r"(?i)^(?:re-?opened|open(?:ed)?|closed?|new|(?:work )?in[ -]?progress|pending|assigned|completed?|resolved|cancell?ed|duplicate|on hold"
    r"|submitted|received|referred|acknowledged|active|done|fixed|void|archived|unresolved)$"
)
DURATION = r"^\d{1,4}\s*个?(?:工作日|自然日|天|日|小时|分钟)内?$"
GUID = r"(?i)^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$"
HEX, LETTER = r"(?i)^[0-9a-f]{16,40}$", r"(?i)[a-f]"
FIRST_PLAUSIBLE, LAST_PLAUSIBLE = dt.datetime(1995, 1, 1), dt.datetime(2060, 1, 1)


@dataclass(frozen=True)
class ColumnFacts:
    """Shares are of the filled cells, 0 to 1."""

    sample: str
    rows: int  # filled cells looked at
    filled_share: float
    unique_share: float
    distinct: int
    date_share: float  # plausible instants that are more than a bare number
    bare_date_share: float  # bare numbers that could be epoch seconds, serials or YYYYMMDD
    implausible_date_share: float  # such as 0001-01-01 or 1900-01-01: a blank in disguise
    date_order: str  # ymd, mdy, dmy, ? (year last, day and month not told apart), "" (no dates)
    first_date: dt.datetime
    has_clock: bool  # some instants have a time of day other than midnight
    time_share: float  # times of day without a date
    bare_time_share: float  # bare numbers that could be one: HHMM, a fraction of a day
    number_share: float
    decimal_share: float  # numbers with three or more decimals
    low: float  # of the numbers that are not zero
    high: float
    phone_share: float
    mobile_share: float  # written as telephone numbers are, not as plain digits
    yes_no_share: float
    rating_share: float
    kind_share: float  # complaint, inquiry … in the words of exports
    state_share: float  # words for the state of a ticket
    duration_share: float  # such as 5个工作日
    address_share: float  # house number and street, in English
    guid_share: float  # codes that only machines read
    point_share: float  # latitude and longitude in one cell
    mean_length: float
    usual_length: float  # the median: a few absurd cells do not count
    is_spaced: bool
    is_row_number: bool  # 1, 2, 3 … in the order of the file
    path: tuple[str, int]  # separator and depth of a category path, ("", 1) otherwise

    @property
    def is_code(self) -> bool:
        """Always filled, all different, no blanks inside, no date, no measure."""
        return (
            self.filled_share > 0.98
            and self.unique_share > 0.99
            and self.date_share < 0.5
            and self.decimal_share < 0.5
            and not self.is_spaced
            and 3 <= self.usual_length <= 40
        )

    @property
    def is_dates(self) -> bool:
        """Nearly all cells are instants in words people use for them."""
        return self.date_share + self.implausible_date_share >= 0.8 and self.date_share > 0

    @property
    def is_projected(self) -> bool:
        """Numbers too large for degrees: metres or feet of a plane."""
        return self.number_share > 0.9 and max(abs(self.low), abs(self.high)) > 1000 and self.mean_length >= 5


def column_facts(values: pl.Series) -> ColumnFacts:
    """Look at the (sampled) text values of one column."""
    text = values.str.strip_chars()
    text = text.filter(text.is_not_null() & (text != "") & ~text.is_in(NULL_WORDS))
    count, order = max(text.len(), 1), date_order(text)
    dates = _dates(text, order)
    numbers = text.cast(pl.Float64, strict=False).drop_nulls().drop_nans()
    places = numbers.filter(numbers != 0)
    return ColumnFacts(
        sample=text[0] if text.len() else "",
        rows=text.len(),
        filled_share=text.len() / max(values.len(), 1),
        unique_share=text.n_unique() / count,
        distinct=text.n_unique(),
        date_share=dates["plausible"].sum() / count,
        bare_date_share=dates["bare"].sum() / count,
        implausible_date_share=dates["implausible"].sum() / count,
        date_order=(order or "ymd") if dates["plausible"].any() else "",
        first_date=dates.filter("plausible")["at"].min() or dt.datetime.max,
        has_clock=bool(
            (text.str.contains(r"\d[:：时点]|\d[T ]\d{2}|^\d{10,}") & ~text.str.contains(ONLY_MIDNIGHT)).any()
        ),
        time_share=text.str.contains(TIME_OF_DAY).sum() / count,
        bare_time_share=_bare_times(text) / count,
        number_share=numbers.len() / count,
        decimal_share=text.str.contains(r"^-?\d+\.\d{3,}$").sum() / count,
        low=places.min() if places.len() else 0.0,
        high=places.max() if places.len() else 0.0,
        phone_share=text.str.contains(PHONE).sum() / count,
        mobile_share=text.str.contains(MOBILE).sum() / count,
        yes_no_share=text.is_in([*TRUE_WORDS, *FALSE_WORDS]).sum() / count,
        rating_share=text.str.to_lowercase().is_in(list(RATING_WORDS)).sum() / count,
        kind_share=text.str.strip_suffix("类").is_in(list(standard_words()["kind"])).sum() / count,
        state_share=(text.str.contains(STATE_WORD) | text.is_in(list(standard_words()["status"]))).sum() / count,
        duration_share=text.str.contains(DURATION).sum() / count,
        address_share=text.str.contains(ADDRESS).sum() / count,
        guid_share=(text.str.contains(GUID) | (text.str.contains(HEX) & text.str.contains(LETTER))).sum() / count,
        point_share=(text.str.contains(POINT) | text.str.contains(POINT_IN_TEXT)).sum() / count,
        mean_length=text.str.len_chars().mean() or 0.0,
        usual_length=text.str.len_chars().median() or 0.0,
        is_spaced=bool(text.str.contains(r"\s").any()) if text.len() else False,
        is_row_number=_is_row_number(text),
        path=category_path(text),
    )


def _bare_times(text: pl.Series) -> int:
    """How many of the cells; numbers of one or two digits alone are hours, or a count of anything."""
    minutes = text.str.contains(MINUTES)
    is_long = bool((text.str.len_chars() >= 3).mean() > 0.5) if text.len() else False
    return text.str.contains(DAY_SHARE).sum() or (minutes.sum() if is_long else 0)


def date_order(text: pl.Series) -> str:
    """Order of dates whose year stands last: mdy, dmy, ? (not told apart); "" where most are written otherwise."""
    parts = text.str.extract_groups(YEAR_LAST).struct.unnest().drop_nulls() if text.len() else pl.DataFrame()
    if parts.height * 2 < text.len() or not parts.height:
        return ""
    first, second = (parts[name].cast(pl.Int32) > 12 for name in ("1", "2"))
    if first.any() and second.any():
        return "dmy" if first.sum() > second.sum() else "mdy"
    return "dmy" if first.any() else "mdy" if second.any() else "?"


def _dates(text: pl.Series, order: str) -> pl.DataFrame:
    """What of the cells are instants; a column in which hardly a cell looks like one is not tried."""
    like = text.str.contains(DATE_LIKE) & (text.str.len_chars() <= LONGEST_DATE)
    if not text.len() or like.mean() < FEW:
        never = pl.repeat(False, text.len(), dtype=pl.Boolean, eager=True)
        blank = pl.Series("at", [None] * text.len(), dtype=pl.Datetime("us"))
        return pl.DataFrame([blank, *(never.alias(name) for name in ("plausible", "bare", "implausible"))])
    parsed = parse_instants(text, zone="UTC", order=order if order in ("mdy", "dmy") else "mdy" if order else "ymd")
    bare = text.str.contains(BARE_DIGITS)
    inside = parsed["at"].is_between(FIRST_PLAUSIBLE, LAST_PLAUSIBLE)
    return parsed.select("at").with_columns(
        plausible=(inside & ~bare).fill_null(False),
        bare=(inside & bare).fill_null(False),
        implausible=(~inside & ~bare).fill_null(False),
    )


def _is_row_number(text: pl.Series) -> bool:
    numbers = text.cast(pl.Int64, strict=False)
    if text.len() < 5 or numbers.null_count():
        return False
    steps = numbers.diff().drop_nulls()
    return bool((steps == 1).mean() > 0.95 or (steps == -1).mean() > 0.95) and numbers.min() <= text.len() * 20


def category_path(text: pl.Series) -> tuple[str, int]:
    """Separator and depth of cells that hold a whole path; the first parts must be fewer than the paths."""
    if not text.len():
        return "", 1
    for separator in SEPARATORS:
        depth = text.str.count_matches(separator, literal=True) + 1
        needed = 0.9 if separator in WEAK_SEPARATORS else 0.7
        if (depth > 1).mean() <= needed or text.str.contains(r"\d{4}").mean() > 0.5:
            continue
        paths, heads = text.n_unique(), text.str.split(separator).list.get(0).n_unique()
        is_few = paths < max(50, text.len() // 3) or (text.len() < 50 and heads < paths)
        if is_few and (heads * 1.2 <= paths or separator not in WEAK_SEPARATORS):
            return separator, min(int(depth.max()), 4)
    return "", 1
