"""How an export writes its instants: order of day and month with its proof, formats, blanks in disguise, the zone's signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from ingest.dates import parse_instants
from ingest.profiles import NULL_WORDS
from ingest.values import YEAR_LAST

FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%.f", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M",
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M %p",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y %I:%M:%S %p", "%Y年%m月%d日 %H:%M:%S",
)  # fmt: skip
FORMAT_SHARE = 0.95
SAMPLE = 1000
OFFSET = r"(?i)(?:\d(?:\.\d+)?)\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$"
FEWEST_PAIRS, CLEAR_SHARE = 20, 0.03
BLANK_DATE = r"^(?:0001|0000|1000|1753|1899|1900|1970|9999)-"
BLANK_SHARE = 0.01
MOST_WORDS = 5
FEWEST_HOURS, MOST_HOURS, NIGHT = 300, 50_000, 6
EVENING, SMALL_HOURS = 22, 3


@dataclass(frozen=True)
class Clocks:
    """What is written into [dates] of a profile, and how it is known."""

    order: str  # ymd, mdy, dmy
    proof: str  # year_first, values, sequence, assumed, conflict
    formats: tuple[str, ...]
    has_offset: bool  # instants carry their own zone
    blanks: tuple[str, ...]  # dates that stand for "not yet"
    words: Mapping[str, tuple[str, ...]]  # field -> words that stand where no instant is yet, such as 未办结
    quiet_from: int | None  # hour at which the six hours with the fewest new tickets begin, by the clock as written

    @property
    def odd_quiet_hours(self) -> tuple[int, int] | None:
        """The quiet hours, where they do not lie at night: the clock may be another zone's."""
        start = self.quiet_from
        return None if start is None or start >= EVENING or start <= SMALL_HOURS else (start, (start + NIGHT) % 24)


def read_clocks(columns: Mapping[str, pl.Series]) -> Clocks:
    """Judge the date columns of an export (field -> all its text values)."""
    texts = {name: _filled(values) for name, values in columns.items()}
    order, proof = prove_order(texts)
    sample = [known for t in texts.values() if (known := t.drop_nulls().head(SAMPLE)).len()]
    offsets = [t.str.contains(OFFSET).mean() > 0.5 for t in sample]
    return Clocks(order, proof, _formats(sample, order), bool(offsets) and all(offsets), _blanks(texts.values()), _words(texts),
                  _quiet_from(texts.get("created_at"), order))  # fmt: skip


def prove_order(texts: Mapping[str, pl.Series]) -> tuple[str, str]:
    """Order of day and month where years stand last, and its proof.

    Proved by values above 12, else by tickets that would end before they began; otherwise assumed and said so.
    """
    parts = {n: t.str.extract_groups(YEAR_LAST).struct.unnest().drop_nulls() for n, t in texts.items() if t.len()}
    parts = {name: _days_and_months(p) for name, p in parts.items() if p.height}
    parts = {name: p for name, p in parts.items() if p.height}
    if not parts:
        return "ymd", "year_first"
    says = {("dmy" if side == "1" else "mdy") for p in parts.values() for side in ("1", "2") if (p[side] > 12).any()}
    if len(says) == 1:
        return says.pop(), "values"
    if says:
        larger = sum(int((p["1"] > 12).sum()) - int((p["2"] > 12).sum()) for p in parts.values())
        return ("dmy" if larger > 0 else "mdy"), "conflict"
    return _by_sequence(texts)


def _days_and_months(parts: pl.DataFrame) -> pl.DataFrame:
    """Both parts as numbers, of those that are a date in one order at least: 31.13.2026 is none and proves nothing."""
    numbers = parts.select(pl.col("1", "2").cast(pl.Int32))
    month, day = pl.min_horizontal("1", "2"), pl.max_horizontal("1", "2")
    return numbers.filter(month.is_between(1, 12) & day.is_between(1, 31))


def _by_sequence(texts: Mapping[str, pl.Series]) -> tuple[str, str]:
    created, closed = texts.get("created_at"), texts.get("closed_at")
    if created is None or closed is None or created.len() != closed.len():
        return "mdy", "assumed"
    wrong = {}
    for order in ("mdy", "dmy"):
        one, other = (parse_instants(t, zone="UTC", order=order)["at"] for t in (created, closed))
        gap = (other - one).drop_nulls().dt.total_seconds()
        if gap.len() < FEWEST_PAIRS:
            return "mdy", "assumed"
        wrong[order] = (gap < 0).mean()
    best, worst = sorted(wrong, key=lambda o: wrong[o])
    if wrong[best] <= CLEAR_SHARE and wrong[worst] >= 4 * CLEAR_SHARE:
        return best, "sequence"
    return "mdy", "assumed"


def _filled(values: pl.Series) -> pl.Series:
    """Blanks become null; the length stays, so that columns can be compared row by row."""
    text = values.str.strip_chars()
    return text.to_frame("t").select(pl.when(pl.col("t") != "").then("t"))["t"]


def _formats(sample: Sequence[pl.Series], order: str) -> tuple[str, ...]:
    """Formats that read whole columns at once, the one most used first; the rest is read by the general patterns."""
    wrong_order = {"ymd": ("%m/%d", "%d/%m"), "mdy": ("%d/%m",), "dmy": ("%m/%d",)}[order]
    found: dict[str, int] = {}
    for text in sample:
        for fmt in FORMATS:
            if not fmt.startswith(wrong_order):
                read = text.str.to_datetime(fmt, strict=False, time_unit="us").is_not_null()
                if read.mean() >= FORMAT_SHARE:
                    found[fmt] = found.get(fmt, 0) + text.len()
                    break
    return tuple(sorted(found, key=lambda f: -found[f]))


def _blanks(texts: Sequence[pl.Series]) -> tuple[str, ...]:
    """Dates such as 1900-01-01 that fill many cells."""
    found = []
    for text in texts:
        odd = text.filter(text.str.contains(BLANK_DATE).fill_null(False))
        if odd.len() > max(BLANK_SHARE * text.len(), 1):
            found += odd.unique().sort().to_list()[:3]
    return tuple(dict.fromkeys(found))


def _words(texts: Mapping[str, pl.Series]) -> dict[str, tuple[str, ...]]:
    """Frequent words in columns of instants (never of the creation): no digit, the same again and again."""
    found = {}
    for name, text in texts.items():
        others = text.filter(text.str.contains(r"^\D{1,20}$").fill_null(False) & ~text.is_in(NULL_WORDS))
        counts = others.value_counts(sort=True).head(MOST_WORDS)
        frequent = [word for word, count in counts.rows() if count > max(BLANK_SHARE * text.len(), 1)]
        if frequent and name != "created_at":
            found[name] = tuple(frequent)
    return found


def _quiet_from(created: pl.Series | None, order: str) -> int | None:
    """Nights are quiet: where they lie by the clock as written tells whether it can be the city's."""
    if created is None:
        return None
    hours = parse_instants(created.drop_nulls().head(MOST_HOURS), zone="UTC", order=order)
    hours = hours.filter(~pl.col("is_date_only").fill_null(True))["at"].dt.hour()
    if hours.len() < FEWEST_HOURS:
        return None
    counts = [int((hours == h).sum()) for h in range(24)]
    night = [sum(counts[(h + i) % 24] for i in range(NIGHT)) for h in range(24)]
    quietest = min(range(24), key=lambda h: night[h])
    return quietest if night[quietest] * 24 / NIGHT < hours.len() / 2 else None
