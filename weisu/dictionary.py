"""The data dictionary: what each table and column is, read out of the dbt descriptions, one source for both languages.

A description is a run of sentences, English and Chinese in any order; a sentence with a Chinese character is Chinese.
`Unit: …` / `单位：…`, `Null: …` / `空值：…` and `Do not use for: …` / `不得用于：…` are read out of it.
Where a column does not say its unit, the ending of its name does (docs of the house: `_at`, `_on`, `_share`, …);
a column of the grain is never null.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from weisu.lineage import Project, Table
from weisu.settings import LANGUAGES
from weisu.texts import text

CHINESE = re.compile(r"[\u3400-\u9fff]")
SENTENCE = re.compile(r"(?<=[。！？])\s*|(?<=[.!?])\s+")
CLAUSE = re.compile(r"(?<=[；。])\s*|(?<=[;.])\s+")
MARKS = {
    "unit": {"en": re.compile(r"^Unit: (.+?)\.?$"), "zh": re.compile(r"^单位：(.+?)。?$")},
    "null": {"en": re.compile(r"^Null: (.+?)\.?$"), "zh": re.compile(r"^空值：(.+?)。?$")},
    "not_for": {
        "en": re.compile(r"^Do not use for: (.+?)\.?$"),
        "zh": re.compile(r"^(?:不得|不可|不能|不)(?:用于|作为|用作)：?(.+?)。?$"),
    },
}
SAYS_NULL = {"en": re.compile(r"\bnull\b", re.IGNORECASE), "zh": re.compile("空|为空|无值")}
UNITS = (  # ending or beginning of a name -> key of the unit's text
    (re.compile(r"_at$"), "instant"),
    (re.compile(r"_on$"), "day"),
    (re.compile(r"(?:_|^)hours$"), "hours"),
    (re.compile(r"_days$"), "days"),
    (re.compile(r"_m$"), "metres"),
    (re.compile(r"_share(?:_|$)|probability|^p_value$"), "share"),
    (re.compile(r"_score$"), "score"),
    (re.compile(r"^(?:is|has)_"), "yes_no"),
    (re.compile(r"_keys?$|_id$|_hash$"), "key"),
    (re.compile(r"_code$|_level$|_type$"), "code"),
    (re.compile(r"_name$"), "name"),
    (re.compile(r"_count$|^(?:previous|year_ago)_count$"), "count"),
    (re.compile(r"^lat$|^lon$|_lat$|_lon$"), "degrees"),
)
TYPES = {
    "varchar": "text",
    "text": "text",
    "string": "text",
    "boolean": "yes_no",
    "date": "day",
    "varchar[]": "text",
    "text[]": "text",
}


@dataclass(frozen=True)
class ColumnEntry:
    """One column in one language."""

    table: str
    column: str
    type: str
    unit: str
    null: str
    meaning: str


@dataclass(frozen=True)
class TableEntry:
    """One table in one language."""

    table: str
    kind: str
    layer: str
    grain: str
    meaning: str
    not_for: str
    key: str  # columns that name a row, comma-joined
    rests_on: str  # tables directly below, comma-joined
    columns: tuple[ColumnEntry, ...]


@dataclass(frozen=True)
class Gap:
    """What the dictionary lacks: a table or column, a language, and the part that is missing."""

    place: str
    lang: str
    part: str


def in_language(description: str, lang: str) -> list[str]:
    """The sentences of a description that are in this language."""
    sentences = [s for s in SENTENCE.split(description) if s and s.strip()]
    return [s.strip() for s in sentences if bool(CHINESE.search(s)) == (lang == "zh")]


def grain_of(description: str, lang: str) -> str:
    """The first sentence: what one row is; in the other language where this one is missing."""
    own = in_language(description, lang)
    other = [s for x in LANGUAGES if x != lang for s in in_language(description, x)]
    return (own or other or [""])[0]


def entries(project: Project, lang: str) -> list[TableEntry]:
    """Every model, seed and source table of the project, in order of layer and name."""
    order = {name: n for n, name in enumerate(("marts", "intermediate", "staging", "rules"))}
    tables = sorted(project.tables.values(), key=lambda t: (order.get(t.layer, 9), t.layer, t.name))
    return [_entry(table, lang) for table in tables]


def gaps(project: Project) -> list[Gap]:
    """What models and their columns do not say, in either language."""
    found: list[Gap] = []
    for lang in LANGUAGES:
        for entry in entries(project, lang):
            found += [Gap(entry.table, lang, part) for part in ("grain", "not_for") if not getattr(entry, part)]
            for column in entry.columns:
                place = f"{entry.table}.{column.column}"
                found += [
                    Gap(place, lang, part) for part in ("type", "unit", "null", "meaning") if not getattr(column, part)
                ]
    return found


def _entry(table: Table, lang: str) -> TableEntry:
    sentences = in_language(table.description, lang)
    grain, rest = (sentences[0], sentences[1:]) if sentences else ("", [])
    not_for = [found[1] for s in rest if (found := MARKS["not_for"][lang].match(s))]
    meaning = [s for s in rest if not MARKS["not_for"][lang].match(s)]
    columns = tuple(_column(table, name, kind, told, lang) for name, (kind, told) in table.columns.items())
    glue = "" if lang == "zh" else " "
    return TableEntry(
        table.name, table.kind, table.layer, grain, glue.join(meaning), "; ".join(not_for), ", ".join(table.grain),
        ", ".join(sorted(set(table.parents))), columns,
    )  # fmt: skip


def _column(table: Table, name: str, kind: str, told: str, lang: str) -> ColumnEntry:
    sentences = in_language(told, lang)
    unit = _marked(sentences, "unit", lang) or _unit(name, kind, lang)
    never = text("dictionary.never_null", lang) if name in table.grain else ""
    null = _marked(sentences, "null", lang) or _null_clause(sentences, lang) or never
    marks = (MARKS["unit"][lang], MARKS["null"][lang])
    meaning = [s for s in sentences if not any(mark.match(s) for mark in marks)]
    return ColumnEntry(table.name, name, kind, unit, null, ("" if lang == "zh" else " ").join(meaning))


def _marked(sentences: list[str], mark: str, lang: str) -> str:
    return next((found[1] for s in sentences if (found := MARKS[mark][lang].match(s))), "")


def _null_clause(sentences: list[str], lang: str) -> str:
    clauses = (clause for s in sentences for clause in CLAUSE.split(s) if clause)
    return next((c.strip(" ;；.。") for c in clauses if SAYS_NULL[lang].search(c)), "")


def _unit(name: str, kind: str, lang: str) -> str:
    key = next((key for pattern, key in UNITS if pattern.search(name)), TYPES.get(kind.lower(), ""))
    return text(f"dictionary.unit.{key}", lang) if key else ""
