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

MaskedOf = Callable[[pl.Series, str, bool], pl.DataFrame]  # as `masked_texts`
Search = tuple[Callable[[str], list[Span]], list[int]]  # finds something, in the texts of these indices if in any


def masked_texts(texts: pl.Series, lang: str, names: bool) -> pl.DataFrame:
    """`index` and `masked` form of those texts (no null among them) that hold personal data."""
    made = (_english if lang == "en" else _chinese)(texts, names=names)
    return pl.DataFrame({"index": made.keys(), "masked": made.values()}, {"index": pl.UInt32, "masked": pl.String})


def mask_frame(rows: pl.DataFrame, lang: str, masked_of: MaskedOf = masked_texts) -> pl.DataFrame:
    """Mask the free-text columns, and numbers and rooms in those of places, units and codes; the rest stays as it is.

    Args:
        masked_of: one that does the same as `masked_texts`, elsewhere.
    """
    present = [name for name in (*FREE_TEXTS, *CODED) if name in rows.columns]
    return rows.with_columns(_masked(rows[name], lang, masked_of) for name in present)


def _masked(values: pl.Series, lang: str, masked_of: MaskedOf) -> pl.Series:
    """A column masked; texts that stand in many rows once."""
    if values.null_count() == len(values):
        return values
    names = values.name in FREE_TEXTS and values.name not in NAMELESS
    if values.hash().n_unique() <= len(values) // 2:
        distinct = values.drop_nulls().unique()
        made = masked_of(distinct, lang, names)
        return values.replace(distinct.gather(made["index"]), made["masked"]) if made.height else values
    made = masked_of(values.fill_null(""), lang, names)
    return values.clone().scatter(made["index"], made["masked"]) if made.height else values


def mask_column(texts: pl.Series, lang: str, *, names: bool) -> dict[str, str]:
    """The masked form of each text that holds personal data; the others are left out.

    Args:
        texts: distinct, without null.
    """
    made = masked_texts(texts, lang, names)
    return dict(zip(texts.gather(made["index"]), made["masked"], strict=True))


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
