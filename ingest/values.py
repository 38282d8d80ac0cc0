"""What the values of a column are like: unique codes, dates, degrees, telephone numbers, words from a short list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from ingest.canonical import BOOLEANS, COUNTS, FREE_TEXTS, INSTANTS, RATINGS
from ingest.dates import parse_instants
from ingest.mapping import FALSE_WORDS, RATING_WORDS, TRUE_WORDS
from ingest.profiles import NULL_WORDS

SEPARATORS = ("->", "→", ">", "》", "|", "/", "—", "-", "_")
YEAR_LAST = r"^\s*(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}"


@dataclass(frozen=True)
class ColumnFacts:
    """Shares are of the filled cells, 0 to 1."""

    sample: str
    filled_share: float
    unique_share: float
    distinct: int
    date_share: float
    date_order: str  # ymd, mdy, dmy, ? (year last, day and month not told apart), "" (no dates)
    first_date: dt.datetime
    number_share: float
    low: float
    high: float
    phone_share: float
    yes_no_share: float
    rating_share: float
    mean_length: float
    is_spaced: bool
    path: tuple[str, int]  # separator and depth of a category path, ("", 1) otherwise

    @property
    def is_code(self) -> bool:
        """Always filled, all different, no blanks inside, no date."""
        return (
            self.filled_share > 0.98
            and self.unique_share > 0.99
            and not self.is_spaced
            and self.date_share < 0.5
            and 3 <= self.mean_length <= 40
        )

    def fits(self, field: str) -> float:
        """How well the values go with a canonical field: 0 contradicts, 1 agrees."""
        if not self.filled_share:
            return 0.6 if field not in ("ticket_id", "created_at") else 0.0
        if field == "ticket_id":
            return 1.0 if self.filled_share > 0.95 and self.unique_share > 0.9 and self.date_share < 0.5 else 0.0
        if field in INSTANTS:
            enough = 0.3 if field == "due_at" else 0.8
            return 1.0 if self.date_share >= enough and (field != "created_at" or self.filled_share > 0.9) else 0.0
        if field in ("lat", "lon"):
            limit = 90 if field == "lat" else 180
            return 1.0 if self.number_share > 0.9 and -limit <= self.low and self.high <= limit else 0.0
        if field in BOOLEANS:
            return 1.0 if self.yes_no_share > 0.7 else 0.0
        if field in RATINGS:
            return 1.0 if self.rating_share > 0.5 else 0.3
        if field in COUNTS:
            return 1.0 if self.number_share > 0.9 else 0.0
        if field == "person_phone":
            return 1.0 if self.phone_share > 0.3 else 0.7
        return self._fits_words(field)

    def _fits_words(self, field: str) -> float:
        if self.date_share > 0.8:
            return 0.0
        if field == "category_path":
            return 1.0 if self.path[0] else 0.6
        if field in FREE_TEXTS or field.startswith("person_"):
            return 1.0
        return 1.0 if self.distinct <= 2000 or self.unique_share < 0.5 else 0.5


def column_facts(values: pl.Series) -> ColumnFacts:
    """Look at the (sampled) text values of one column."""
    text = values.str.strip_chars()
    text = text.filter(text.is_not_null() & (text != "") & ~text.is_in(NULL_WORDS))
    count = max(text.len(), 1)
    order = _date_order(text)
    dates = parse_instants(
        text, zone="UTC", order=order if order in ("mdy", "dmy") else "mdy" if order == "?" else "ymd"
    )["at"].drop_nulls()
    numbers = text.cast(pl.Float64, strict=False).drop_nulls().drop_nans()
    return ColumnFacts(
        sample=text[0] if text.len() else "",
        filled_share=text.len() / max(values.len(), 1),
        unique_share=text.n_unique() / count,
        distinct=text.n_unique(),
        date_share=dates.len() / count,
        date_order=(order or "ymd") if dates.len() else "",
        first_date=dates.min() if dates.len() else dt.datetime.max,
        number_share=numbers.len() / count,
        low=numbers.min() if numbers.len() else 0.0,
        high=numbers.max() if numbers.len() else 0.0,
        phone_share=text.str.contains(r"^[+\d(（][-\d)） ]{6,17}$|^1\d{2}\*{4}\d{4}$").sum() / count,
        yes_no_share=text.is_in([*TRUE_WORDS, *FALSE_WORDS]).sum() / count,
        rating_share=text.str.to_lowercase().is_in(list(RATING_WORDS)).sum() / count,
        mean_length=text.str.len_chars().mean() or 0.0,
        is_spaced=bool(text.str.contains(r"\s").any()) if text.len() else False,
        path=_path(text),
    )


def _date_order(text: pl.Series) -> str:
    parts = text.str.extract_groups(YEAR_LAST).struct.unnest().drop_nulls() if text.len() else pl.DataFrame()
    if parts.height * 2 < text.len() or not parts.height:
        return ""
    first, second = (parts[name].cast(pl.Int32).max() for name in ("1", "2"))
    if first > 12:
        return "dmy"
    return "mdy" if second > 12 else "?"


def _path(text: pl.Series) -> tuple[str, int]:
    for separator in SEPARATORS:
        depth = text.str.count_matches(separator, literal=True) + 1 if text.len() else pl.Series([1])
        if (depth > 1).mean() > 0.7 and text.n_unique() < max(50, text.len() // 3):
            return separator, min(int(depth.max()), 4)
    return "", 1
