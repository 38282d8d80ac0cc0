"""Masking of whole columns: only texts in which some rule can match are looked at one by one.

The column engine looks with regular expressions that match wherever a rule does, `name_places_zh` with an upper bound of the
names' score; what is left goes through the same rules as a single text, so a batch is masked like its texts one by one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain

import numpy as np
import polars as pl

from ingest.canonical import FREE_TEXTS, PLAIN_TEXTS
from ingest.privacy import addresses, find_spans, mask, names_en, names_zh, rules
from ingest.privacy.coarse import NUMBERED, WIDE, any_of, coarse, matching
from ingest.privacy.name_phrases_zh import SET_PHRASE
from ingest.privacy.name_places_zh import read_texts
from ingest.privacy.spans import Rule, Span, black_out, without_overlaps

PIECE = 1 << 18  # characters
NAMELESS = ("address", "labels", "company")  # numbers and rooms only
CODED = tuple(name for name in PLAIN_TEXTS if name != "parent_ticket_id")  # numbers and rooms get into these too


Search = tuple[Callable[[str], list[Span]], list[int]]  # finds something, in the texts of these indices if in any


def mask_frame(rows: pl.DataFrame, lang: str) -> pl.DataFrame:
    """Mask the free-text columns, and numbers and rooms in those of places, units and codes; the rest stays as it is."""
    present = [name for name in (*FREE_TEXTS, *CODED) if name in rows.columns]
    return rows.with_columns(
        _masked(rows[name], lang, names=name in FREE_TEXTS and name not in NAMELESS) for name in present
    )


def _masked(values: pl.Series, lang: str, *, names: bool) -> pl.Series:
    """A column masked; texts that stand in many rows once."""
    if values.hash().n_unique() <= len(values) // 2:
        mask_column = mask_english if lang == "en" else mask_chinese
        masked = mask_column(values.drop_nulls().unique(), names=names)
        return values.replace(list(masked), list(masked.values())) if masked else values
    made = (_english if lang == "en" else _chinese)(values.fill_null(""), names=names)
    return values.clone().scatter(list(made), list(made.values())) if made else values


def mask_chinese(texts: pl.Series, *, names: bool) -> dict[str, str]:
    """The masked form of each text that holds personal data; the others are left out.

    Args:
        texts: distinct, without null.
    """
    every = texts.to_list()
    return {every[index]: text for index, text in _chinese(texts, names=names).items()}


def mask_english(texts: pl.Series, *, names: bool) -> dict[str, str]:
    """The same for English texts."""
    every = texts.to_list()
    return {every[index]: text for index, text in _english(texts, names=names).items()}


def _chinese(texts: pl.Series, *, names: bool) -> dict[int, str]:
    """The masked form of those that hold personal data, by index."""
    every = texts.to_list()
    hit = texts.str.contains("|".join((WIDE, NUMBERED, any_of(addresses.RULES), SET_PHRASE if names else WIDE)))
    some, at = texts.filter(hit), hit.arg_true()
    searches = list(_searches(some, at))
    phrased = at.filter(some.str.contains(SET_PHRASE)).to_list()
    made: dict[int, str] = {}
    for piece in _pieces(texts):
        found: dict[int, list[Span]] = {}
        for index, spans in chain(_numbers(every, piece, searches), _names(every, piece, phrased) if names else ()):
            found[index] = found[index] + spans if index in found else spans
        made |= {index: black_out(every[index], without_overlaps(spans), "zh") for index, spans in found.items()}
    return made


def _searches(texts: pl.Series, at: pl.Series) -> Iterator[Search]:
    """Ways to find all but names, and the indices of the texts in which each may find something."""
    wide = texts.str.contains(WIDE)
    yield partial(find_spans, names=False), at.filter(wide).to_list()
    plain = texts.filter(~wide), at.filter(~wide)
    for rule, hits in matching(*plain, rules("zh")):
        yield partial(_find, rule), hits


def _find(rule: Rule, text: str) -> list[Span]:
    return rule.find(text.replace("\u3000", " "))  # all that `numbers.flat` does to a text without WIDE


def _numbers(every: Sequence[str], piece: range, searches: Sequence[Search]) -> Iterator[tuple[int, list[Span]]]:
    for find, hits in searches:
        for index in _within(hits, piece):
            if spans := find(every[index]):
                yield index, spans


def _names(every: Sequence[str], piece: range, phrased: Sequence[int]) -> Iterator[tuple[int, list[Span]]]:
    places = read_texts(every[piece.start : piece.stop])
    phrases = {index - piece.start: list(names_zh.phrases(every[index])) for index in _within(phrased, piece)}
    for number in places | phrases:
        index = piece.start + number
        if spans := names_zh.chosen(every[index], places.get(number, ()), phrases.get(number, ())):
            yield index, spans


def _pieces(texts: pl.Series) -> Iterator[range]:
    """Runs of texts of PIECE characters or a little less: little enough for the processor's cache."""
    ends = texts.str.len_chars().cum_sum().to_numpy()
    first = 0
    while first < len(texts):
        behind = np.searchsorted(ends, (ends[first - 1] if first else 0) + PIECE)
        last = max(first + 1, int(behind))
        yield range(first, last)
        first = last


def _within(indices: Sequence[int], piece: range) -> Sequence[int]:
    return indices[bisect_left(indices, piece.start) : bisect_left(indices, piece.stop)]


def _english(texts: pl.Series, *, names: bool) -> dict[int, str]:
    patterns = [*(rule.pattern for rule in rules("en")), *(names_en.patterns() if names else ())]
    hit = texts.str.contains(WIDE)
    for pattern in patterns:  # one by one: together they are too many states for the search
        hit |= texts.str.contains(coarse(pattern.pattern))
    found = zip(hit.arg_true().to_list(), texts.filter(hit).to_list(), strict=True)
    masked = ((index, text, mask(text, "en", names=names)[0]) for index, text in found)
    return {index: made for index, text, made in masked if made != text}
