"""A source profile for an export nobody has seen: by header names and by values, each guess with its confidence."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from ingest.canonical import FIELDS, INSTANTS, REQUIRED
from ingest.columns import bare_name
from ingest.errors import Refused
from ingest.privacy import mask
from ingest.profiles import list_profiles, load_profile
from ingest.readers import read_table
from ingest.readers.table import Table
from ingest.values import ColumnFacts, column_facts

SAMPLE_ROWS = 5000
NAMED, SIMILAR, BY_VALUES = 0.95, 0.7, 0.55
SURE_ENOUGH = 0.5
RANK_STEP = 0.004  # between names two fields or columns may share
SIMILAR_RATIO = 86  # of 100, rapidfuzz


@dataclass(frozen=True)
class Guess:
    """One column of the export: the field it may be, how sure, and what came second."""

    header: str
    field: str | None
    confidence: float
    sample: str  # masked
    runner_up: str | None


@dataclass(frozen=True)
class Suggestion:
    """Everything that `weisu profile suggest` shows and writes."""

    name: str
    table: Table
    guesses: tuple[Guess, ...]
    facts: Mapping[str, ColumnFacts]  # by header
    language: str

    @property
    def missing(self) -> tuple[str, ...]:
        """Required fields without a column."""
        return tuple(f for f in REQUIRED if f not in {g.field for g in self.guesses})


def suggest_profile(path: Path, name: str) -> Suggestion:
    """Read a file and guess its profile.

    Raises:
        Refused: the file is no readable table, or holds no row to judge by.
    """
    table = read_table(path)
    if not table.height:
        raise Refused("holds no rows to judge by", code="no_rows", where=path.name, todo="give an export with data")
    frame = table.frame().head(SAMPLE_ROWS)
    language = "zh" if any("\u4e00" <= c <= "\u9fff" for c in "".join(table.header)) else "en"
    facts = {header: column_facts(frame[f"c{i}"]) for i, header in enumerate(table.header)}
    scores = {h: _scores(h, facts[h]) for h in table.header}
    _add_by_values(scores, facts)
    chosen = _assign(scores, table.header)
    guesses = tuple(_guess(h, scores[h], chosen.get(h), facts[h], language) for h in table.header)
    return Suggestion(name, table, guesses, facts, language)


@cache
def synonyms() -> dict[str, dict[str, float]]:
    """Field -> header name as it is compared -> confidence; the names come from synonyms.toml and the bundled profiles, best first."""
    known: dict[str, dict[str, float]] = {field: {} for field in FIELDS}
    more = tomllib.loads(resources.files("ingest").joinpath("synonyms.toml").read_text(encoding="utf-8"))
    for columns in (*(load_profile(name).columns for name in list_profiles()), more):
        for field, names in columns.items():
            for rank, name in enumerate(names):
                known[field].setdefault(_key(name), NAMED - min(rank, 20) * RANK_STEP)
    return known


def _key(name: str) -> str:
    return bare_name(name).replace("_", "").replace("-", "").replace("/", "")


def _scores(header: str, facts: ColumnFacts) -> dict[str, float]:
    """Field -> confidence by name, kept only where the values do not contradict."""
    from rapidfuzz import fuzz

    key, made = _key(header), {}
    for field, names in synonyms().items():
        if key in names:
            made[field] = names[key]
        elif any(len(n) > 3 and fuzz.ratio(key, n) >= SIMILAR_RATIO for n in names):
            made[field] = SIMILAR
        elif any(len(n) > 1 and len(key) <= len(n) + 4 and key.endswith(n) for n in names if not n.isascii()):
            made[field] = SIMILAR - 0.1
    return {field: score * facts.fits(field) for field, score in made.items() if facts.fits(field) > 0}


def _add_by_values(scores: dict[str, dict[str, float]], facts: Mapping[str, ColumnFacts]) -> None:
    """Where no name says so: the only unique code is the id, the always filled earliest date is the creation."""
    if not any("ticket_id" in s for s in scores.values()):
        codes = [h for h, f in facts.items() if f.is_code]
        for header in codes[:1]:
            scores[header]["ticket_id"] = BY_VALUES if len(codes) == 1 else BY_VALUES - 0.1
    if not any("created_at" in s for s in scores.values()):
        dates = [h for h, f in facts.items() if f.date_share > 0.98 and f.filled_share > 0.98]
        if dates:
            scores[min(dates, key=lambda h: facts[h].first_date)]["created_at"] = BY_VALUES


def _assign(scores: Mapping[str, Mapping[str, float]], headers: Sequence[str]) -> dict[str, str]:
    """Best pairs first, each field and each column once."""
    pairs = sorted(((s, -headers.index(h), h, f) for h, by in scores.items() for f, s in by.items()), reverse=True)
    chosen: dict[str, str] = {}
    for score, _, header, field in pairs:
        if score >= SURE_ENOUGH and header not in chosen and field not in chosen.values():
            chosen[header] = field
    return chosen


def _guess(header: str, scores: Mapping[str, float], field: str | None, facts: ColumnFacts, language: str) -> Guess:
    others = sorted(((s, f) for f, s in scores.items() if f != field), reverse=True)
    personal = field is not None and field.startswith("person_")
    sample = "〔隐私〕" if personal else mask(facts.sample[:40], lang=language)[0]
    return Guess(header, field, round(scores[field], 2) if field else 0.0, sample, others[0][1] if others else None)


def profile_toml(suggestion: Suggestion) -> str:
    """The commented TOML profile; a line per column says how sure the guess is."""
    facts, table = suggestion.facts, suggestion.table
    by_field = {g.field: g for g in suggestion.guesses if g.field}
    order = _date_order([facts[g.header] for f, g in by_field.items() if f in INSTANTS])
    lines = [
        f"# Suggested by `weisu profile suggest`: check each line, above all ticket_id and the dates.  Read as {table.facts.kind},",
        f"# encoding {table.facts.encoding or '-'}, delimiter {table.facts.delimiter!r}, header in row {table.facts.header_row}.",
        f"name = {_quoted(suggestion.name)}",
        f"language = {_quoted(suggestion.language)}",
        '# zone = "Asia/Shanghai"     # the clock of this source; default: the city\'s',
        '# datum = "wgs84"            # wgs84, gcj02 or bd09: exports never say it; compare a known place on a map',
        "",
        "[columns]",
        *(
            f"{g.field} = {_quoted(g.header)}  # {g.confidence:.0%}{_second(g)}; e.g. {_one_line(g.sample)}"
            for g in by_field.values()
        ),
        *(f"# {field} = ?  # REQUIRED: no column found" for field in suggestion.missing),
        *(
            f"# not used: {_one_line(g.header)}{_second(g)}; e.g. {_one_line(g.sample)}"
            for g in suggestion.guesses
            if not g.field
        ),
        "",
        "[dates]",
        f"order = {_quoted(order[0])}  # {order[1]}",
    ]
    if path := by_field.get("category_path"):
        separator, depth = facts[path.header].path
        lines += ["", "[category]", f"separator = {_quoted(separator)}", f"depth = {depth}"]
    return "\n".join(lines) + "\n"


def _second(guess: Guess) -> str:
    return f", else {guess.runner_up}" if guess.runner_up else ""


def _date_order(columns: Sequence[ColumnFacts]) -> tuple[str, str]:
    orders = {c.date_order for c in columns if c.date_order}
    if orders <= {"ymd"}:
        return "ymd", "year first"
    known = orders - {"ymd", "?"}
    if len(known) == 1:
        return known.pop(), "proved by values above 12"
    return "mdy", "NOT PROVED by the values (no day above 12): check" if not known else "columns disagree: check"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()) or "(blank)"
