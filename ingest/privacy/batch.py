"""Masking of whole columns: each distinct text once, and only texts in which some rule can match."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

import polars as pl

from ingest.canonical import FREE_TEXTS
from ingest.privacy import addresses, mask, names_en, numbers, numbers_en

NAMELESS = ("address", "labels", "company")  # numbers and rooms only
PLACE_COLUMNS = ("district", "street", "community", "estate", "unit", "co_units", "channel", "address")
WIDE = "[\\u{ff00}-\\u{ffef}①-⑨]"  # full-width characters: narrowed before the rules see them
LOOK_AROUND = re.compile(r"\(\?<?[=!]")


def mask_frame(rows: pl.DataFrame, lang: str) -> pl.DataFrame:
    """Mask the free-text columns; rows and the other columns stay as they are."""
    unique = {name: rows[name].drop_nulls().unique(maintain_order=True) for name in FREE_TEXTS}
    learned = (
        names_en.learn_names(_suspects(unique["reply"], lang, ()), _known_words(rows)) if lang == "en" else frozenset()
    )
    for name, values in unique.items():
        known = learned if name in ("reply", "text") else frozenset()
        has_names = name not in NAMELESS
        texts = _suspects(values, lang, known, names=has_names).to_list()
        masked = {text: made for text in texts if (made := mask(text, lang, known, names=has_names)[0]) != text}
        if masked:
            rows = rows.with_columns(pl.col(name).replace(list(masked), list(masked.values())))
    return rows


def _suspects(values: pl.Series, lang: str, learned: Collection[str], *, names: bool = True) -> pl.Series:
    """Texts in which a rule can match: the rules without their look-around, run in the column engine."""
    if lang == "zh" and names:
        return values.filter(values.str.contains(r"\p{Han}{2}|[0-9０-９]{3}|[@＠]"))
    patterns = [
        *numbers.PATTERNS,
        *(numbers_en.PATTERNS if lang == "en" else addresses.PATTERNS),
        *(names_en.patterns() if names else ()),
    ]
    hit = values.str.contains(WIDE)
    for pattern in patterns:
        hit |= values.str.contains(coarse(pattern.pattern))
    if learned:
        hit |= values.str.contains_any(sorted(learned), ascii_case_insensitive=True)
    return values.filter(hit)


def coarse(pattern: str) -> str:
    """A regular expression without look-ahead and look-behind: it matches wherever the full one does."""
    parts, at = [], 0
    while match := LOOK_AROUND.search(pattern, at):
        parts.append(pattern[at : match.start()])
        at = _closing(pattern, match.end()) + 1
    return "".join((*parts, pattern[at:]))


def _closing(pattern: str, at: int) -> int:
    """Index of the bracket that closes the group opened before `at`."""
    depth, in_class = 1, False
    while depth:
        char = pattern[at]
        if char == "\\":
            at += 1
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        else:
            depth += {"(": 1, ")": -1}.get(char, 0)
        at += 1
    return at - 1


def _known_words(rows: pl.DataFrame) -> frozenset[str]:
    """Words of places, streets and units: never taken for a person's name that was learned."""
    return frozenset(_words(rows[name].drop_nulls().unique() for name in PLACE_COLUMNS))


def _words(columns: Iterable[pl.Series]) -> pl.Series:
    return pl.concat(columns).str.to_lowercase().str.extract_all(r"[a-z]{3,}").explode().drop_nulls().unique()
