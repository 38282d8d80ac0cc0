"""Columns that belong to another one: the time of day beside a date, and a second column that is filled where the first is blank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from ingest.canonical import CLOCKS, REQUIRED
from ingest.headers import read_name, stem_of
from ingest.matching import SURE_ENOUGH, Column

TIME, ALSO = ".time", ".also"  # what a column is to a field, behind the field's name
MOSTLY = 0.9
NEXT_TO, BY_STEM = 0.6, 0.9
FILLS_SHARE, FEWEST_FILLED = 0.5, 3  # of the first column's blanks


def find_times(columns: Sequence[Column], chosen: Mapping[str, tuple[int, float]]) -> dict[str, tuple[int, float]]:
    """`FIELD.time` -> column and confidence: times of day for clocks whose own column holds bare dates.

    The names say the same but for date and time (办结日期, 办结时刻), or the time stands next to the only date it could belong to.
    """
    by_index, taken = {c.index: c for c in columns}, {index for index, _ in chosen.values()}
    dates = {f: by_index[chosen[f][0]] for f in CLOCKS if f in chosen}
    dates = {field: column for field, column in dates.items() if not column.facts.has_clock}
    times = [c for c in columns if c.index not in taken and _is_time(c)]
    found: dict[str, tuple[int, float]] = {}
    for field, date in dates.items():
        same = [t for t in times if stem_of(t.header) == stem_of(date.header)]
        if len(same) == 1:
            found[f"{field}{TIME}"] = (same[0].index, BY_STEM)
    return found | _beside(dates, times, found)


def _beside(
    dates: Mapping[str, Column], times: Iterable[Column], found: Mapping[str, tuple[int, float]]
) -> dict[str, tuple[int, float]]:
    """A time whose name tells nothing but that it is one, right behind a date."""
    used = {index for index, _ in found.values()}
    bare = [t for t in times if t.index not in used and not stem_of(t.header)]
    open_dates = {field: date for field, date in dates.items() if f"{field}{TIME}" not in found}
    pairs = [(field, t) for field, date in open_dates.items() for t in bare if t.index == date.index + 1]
    return {f"{field}{TIME}": (t.index, NEXT_TO) for field, t in pairs}


def _is_time(column: Column) -> bool:
    facts = column.facts
    if not facts.rows:
        return False
    is_named = "when" in read_name(column.header).concepts
    return facts.time_share > MOSTLY or (facts.bare_time_share > MOSTLY and is_named)


def find_seconds(
    columns: Sequence[Column], chosen: Mapping[str, tuple[int, float]], frame: pl.DataFrame
) -> dict[str, tuple[int, float]]:
    """`FIELD.also` -> column and confidence: a free column named as a chosen field, filled where that one is blank and never otherwise.

    Not for the id and the creation: what is no ticket's own is worse than none.
    """
    taken, found = {index for index, _ in chosen.values()}, {}
    for column in columns:
        names = [f for f, s in column.scores.items() if s >= SURE_ENOUGH and f in chosen and f not in REQUIRED]
        for field in sorted(names, key=lambda f: -column.scores[f]):
            fits = column.index not in taken and f"{field}{ALSO}" not in found
            if fits and _completes(frame[f"c{chosen[field][0]}"], frame[f"c{column.index}"]):
                found[f"{field}{ALSO}"] = (column.index, column.scores[field])
                taken.add(column.index)
    return found


def _completes(first: pl.Series, second: pl.Series) -> bool:
    """Whether the second is there where the first is not, and says nothing else where both are."""
    is_first, is_second = (s.str.strip_chars().fill_null("") != "" for s in (first, second))
    blanks, filled = (~is_first).sum(), (~is_first & is_second).sum()
    both = is_first & is_second
    agree = (first.str.strip_chars() == second.str.strip_chars()).filter(both).sum()
    return filled >= max(FEWEST_FILLED, FILLS_SHARE * blanks) and (both.sum() == 0 or agree >= MOSTLY * both.sum())
