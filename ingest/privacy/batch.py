"""Masking of whole columns: each distinct text once, and only texts in which some rule can match.

The column engine looks with regular expressions that match wherever a rule does, `name_places_zh` with an upper bound of the
names' score; what is left goes through the same rules as a single text, so a batch is masked like its texts one by one.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ingest.canonical import FREE_TEXTS, PLAIN_TEXTS
from ingest.privacy import addresses, mask, names_en, names_zh, numbers, rules
from ingest.privacy.coarse import NUMBERED, ROOMED, WIDE, coarse
from ingest.privacy.name_places_zh import find_places
from ingest.privacy.spans import Rule, Span, black_out, without_overlaps

NAMELESS = ("address", "labels", "company")  # numbers and rooms only

CODED = tuple(name for name in PLAIN_TEXTS if name != "parent_ticket_id")  # numbers and rooms get into these too


def mask_frame(rows: pl.DataFrame, lang: str) -> pl.DataFrame:
    """Mask the free-text columns, and numbers and rooms in those of places, units and codes; the rest stays as it is."""
    mask_column = mask_english if lang == "en" else mask_chinese
    for name in (*FREE_TEXTS, *CODED):
        if name in rows.columns:
            has_names = name in FREE_TEXTS and name not in NAMELESS
            masked = mask_column(rows[name].drop_nulls().unique(), names=has_names)
            if masked:
                rows = rows.with_columns(pl.col(name).replace(list(masked), list(masked.values())))
    return rows


def mask_chinese(texts: pl.Series, *, names: bool) -> dict[str, str]:
    """The masked form of each text that holds personal data; the others are left out.

    Args:
        texts: distinct, without null.
    """
    found = _numbers(texts)
    if names:
        for text, spans in _names(texts):
            found.setdefault(text, []).extend(spans)
    return {text: black_out(text, without_overlaps(spans), "zh") for text, spans in found.items()}


def _numbers(texts: pl.Series) -> dict[str, list[Span]]:
    """Spans of all rules but names."""
    wide = texts.str.contains(WIDE)
    todo: dict[str, list[Rule]] = {text: list(rules("zh")) for text in texts.filter(wide)}
    for gate, some in ((NUMBERED, numbers.RULES), (ROOMED, addresses.RULES)):
        plain = texts.filter(~wide & texts.str.contains(gate))
        for rule in some:
            for text in plain.filter(plain.str.contains(coarse(rule.pattern.pattern))):
                todo.setdefault(text, []).append(rule)
    found = {}
    for text, some in todo.items():
        flat = numbers.flat(text)
        if spans := [span for rule in some for span in rule.find(flat)]:
            found[text] = spans
    return found


def _names(texts: pl.Series) -> Iterator[tuple[str, list[Span]]]:
    every = texts.to_list()
    places = dict(find_places(every))
    phrased = texts.str.contains(names_zh.SET_PHRASE).arg_true().to_list()
    for index in (*places, *(i for i in phrased if i not in places)):
        if spans := names_zh.find_names(every[index], places.get(index, ())):
            yield every[index], spans


def mask_english(texts: pl.Series, *, names: bool) -> dict[str, str]:
    """The same for English texts."""
    patterns = [*(rule.pattern for rule in rules("en")), *(names_en.patterns() if names else ())]
    hit = texts.str.contains(WIDE)
    for pattern in patterns:
        hit |= texts.str.contains(coarse(pattern.pattern))
    masked = {text: mask(text, "en", names=names)[0] for text in texts.filter(hit)}
    return {text: made for text, made in masked.items() if made != text}
