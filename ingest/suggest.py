"""A source profile for an export nobody has seen: by header names and by values, each guess with its confidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ingest.canonical import CLOCKS, PERSONAL, REQUIRED
from ingest.clocks import Clocks, read_clocks
from ingest.companions import find_seconds, find_times
from ingest.dates import parse_instants
from ingest.errors import Refused
from ingest.headers import read_name
from ingest.matching import Column, describe, match_columns
from ingest.places import Datum, judge_datum
from ingest.preview import JUDGED_ROWS, first_parts
from ingest.privacy import mask
from ingest.privacy.cells import mask_cell
from ingest.privacy.spans import HIDDEN
from ingest.readers import read_table
from ingest.readers.table import Facts, Table
from ingest.values import ColumnFacts, column_facts
from ingest.vocabulary import frequent_blanks, status_words
from ingest.zones import Zone, judge_zone
from weisu.settings import City

SAMPLE_ROWS = 5000
SAMPLE_LENGTH, MASKED_LENGTH = 40, 400
OF_PERSONS = frozenset(["person", "phone", "account", "home"])  # concepts of header names whose cells are never shown
CHINESE = r"[\u{4e00}-\u{9fff}]"


@dataclass(frozen=True)
class Guess:
    """One column of the export: the field it may be, how sure, and what came second."""

    header: str
    field: str | None  # with `.time` the time of day of that field's date, with `.also` a second column for it
    confidence: float
    sample: str  # masked
    runner_up: str | None


@dataclass(frozen=True)
class Suggestion:
    """Everything that `weisu profile suggest` shows and writes."""

    name: str
    read_as: Facts
    rows: int  # that were judged, without the broken ones
    broken: int
    is_whole: bool  # every row of the file was judged
    guesses: tuple[Guess, ...]  # one per column, in the order of the file
    facts: tuple[ColumnFacts, ...]  # the same order
    language: str
    clocks: Clocks
    zone: Zone
    datum: Datum
    null_words: tuple[str, ...]
    statuses: Mapping[str, str]  # word of the export -> status

    @property
    def missing(self) -> tuple[str, ...]:
        """Required fields without a column."""
        return tuple(f for f in REQUIRED if f not in self.by_field)

    @property
    def by_field(self) -> dict[str, int]:
        """Field -> column index."""
        return {g.field: i for i, g in enumerate(self.guesses) if g.field}


def suggest_profile(path: Path, name: str, label: str = "", *, zone: str = City.timezone) -> Suggestion:
    """Read a file and guess its profile.

    Args:
        label: how the file is named in messages; default its name.
        zone: the city's clock, to compare the points with.

    Raises:
        Refused: the file is no readable table, or holds no row to judge by.
    """
    table = read_table(path, label, streamed=True)
    parts = list(first_parts(table, JUDGED_ROWS))
    whole = pl.concat([part.frame for part in parts]).head(JUDGED_ROWS)
    if not whole.height:
        raise Refused("holds no rows to judge by", code="no_rows", where=label or path.name,
                      todo="give an export with data")  # fmt: skip
    frame = whole.gather_every(max(1, -(-whole.height // SAMPLE_ROWS)))
    columns = [_column(i, header, frame[f"c{i}"]) for i, header in enumerate(table.header)]
    chosen = match_columns(columns, frame)
    chosen |= find_times(columns, chosen)
    chosen |= find_seconds(columns, chosen, frame)
    by_index = {index: (field, sure) for field, (index, sure) in chosen.items()}
    language = _language(table, frame)
    used = {field: whole[f"c{index}"] for field, (index, _) in chosen.items()}
    datum = judge_datum(columns, chosen, frame, language)
    return Suggestion(
        name, table.facts, whole.height, sum(len(p.refused) for p in parts), parts[-1].share >= 1.0,
        tuple(_guess(c, by_index.get(c.index), language) for c in columns),
        tuple(c.facts for c in columns), language,
        read_clocks({f: used[f] for f in CLOCKS if f in used}), judge_zone(zone, datum.middle), datum,
        frequent_blanks(used), status_words(used.get("status")),
    )  # fmt: skip


def _column(index: int, header: str, values: pl.Series) -> Column:
    facts = column_facts(values)
    if not facts.is_dates:
        return describe(index, header, facts)
    order = facts.date_order if facts.date_order in ("mdy", "dmy") else "mdy" if facts.date_order == "?" else "ymd"
    return describe(index, header, facts, parse_instants(values, zone="UTC", order=order)["at"])


def _language(table: Table, frame: pl.DataFrame) -> str:
    if any("\u4e00" <= c <= "\u9fff" for c in "".join(table.header)):
        return "zh"
    texts = [frame[f"c{i}"].drop_nulls().str.contains(CHINESE).mean() or 0.0 for i in range(len(table.header))]
    return "zh" if max(texts, default=0.0) > 0.5 else "en"


def _guess(column: Column, found: tuple[str, float] | None, language: str) -> Guess:
    field, sure = found or (None, 0.0)
    own = "category" if field and field.startswith("category_") else (field or "").partition(".")[0]
    others = sorted(((s, f) for f, s in column.scores.items() if f != own), reverse=True)
    second = others[0][1] if others else None
    if second and field and others[0][0] > sure - 0.15:
        sure -= 0.1  # a close second
    header = column.header if field else mask(column.header, language, names=False)[0]
    return Guess(header, field, round(min(sure, 0.99), 2), masked_sample(column, field, language),
                 "category_l1" if second == "category" else second)  # fmt: skip


def masked_sample(column: Column, field: str | None, language: str) -> str:
    """The first filled cell as it may be shown: masked, and hidden where the column is about a person."""
    personal = (field or "").partition(".")[0] in PERSONAL or bool(read_name(column.header).concepts & OF_PERSONS)
    facts = column.facts
    is_phone = facts.phone_share > 0.3 and facts.number_share < 0.9 and not facts.is_dates  # 2026-03-01 looks like one
    if personal or (is_phone and field != "ticket_id"):
        return HIDDEN
    sample = column.facts.sample[:MASKED_LENGTH]
    return (mask(sample, language)[0] if field else mask_cell(sample, language))[:SAMPLE_LENGTH]
