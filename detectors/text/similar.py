"""Which past cases speak of the same kind of problem: a short weighted sketch of the words of each, compared by cosine.

Terms are pairs of Chinese characters, English words and the groups of `detectors.text.concepts`.  A term weighs what it tells of the kind
of problem (how far the categories of the tickets that say it differ from those of all, smoothed toward the mix of all) times its
rarity; where no categories are known, its rarity alone.  Only hashes of terms are kept: no text can be read back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import rjieba
from scipy import sparse

from detectors.issues.wording import SET_PHRASES
from detectors.text.concepts import GROUPS
from detectors.text.normal import normalise
from detectors.text.places import AREA, spots_in

FULL = 255  # a weight of 1 in a sketch


@dataclass(frozen=True)
class SimilarConfig:
    """How cases are sketched.

    Attributes:
        kept: terms a sketch holds at most; length: characters read of a text; bits: of a term's hash.
        prior: tickets at the mix of all categories that each term is given before it is weighed.
        most_cases: of one term in the index; those it weighs most in stay.
        learned: texts that names of places are learned from; weighed: texts that weights are learned from.
    """

    kept: int = 24
    length: int = 160
    bits: int = 22
    prior: float = 5.0
    most_cases: int = 50_000
    learned: int = 5_000
    weighed: int = 40_000

    def __post_init__(self) -> None:
        if min(self.kept, self.length, self.most_cases, self.learned, self.weighed) < 1 or self.prior <= 0:
            raise ValueError("kept, length, most_cases, learned, weighed and prior must be positive")
        if not 16 <= self.bits <= 30:
            raise ValueError("bits must lie within 16 and 30")


@dataclass(frozen=True)
class Sketches:
    """Rows (case, term, weight), by case: `weight` 1–255, the length of each case's vector is 255."""

    case: np.ndarray  # int32, position of the case
    term: np.ndarray  # int32
    weight: np.ndarray  # uint8


def learn_names(texts: Sequence[str], config: SimilarConfig) -> list[str]:
    """Names of places that at least two of a regular sample of texts spell so."""
    cutter, seen = rjieba.Jieba(), Counter[str]()
    for text in texts[:: max(1, len(texts) // config.learned)][: config.learned]:
        if not text.isascii():
            seen.update(set(spots_in(normalise(text[: 2 * config.length])[: config.length], cutter).names))
    return [name for name, count in seen.items() if count > 1]


def matters(titles: Sequence[str], texts: Sequence[str], names: Iterable[str], config: SimilarConfig) -> list[str]:
    """What each ticket is about: title and start of the text in normal form, lower case, without set phrases and the named places."""
    joined = [
        f"{normalise(title)}\n{normalise(text[: 2 * config.length])}"[: config.length]
        for title, text in zip(titles, texts, strict=True)
    ]
    out = sorted({name for name in names if len(name) > 1} | set(SET_PHRASES.pattern.split("|")), key=_longest_first)
    bare = pl.Series([AREA.sub(" ", text) for text in joined], dtype=pl.String)
    return bare.str.replace_many(out, [" "], leftmost=True).str.to_lowercase().to_list()


def _longest_first(name: str) -> tuple[int, str]:
    return -len(name), name


def weigh_terms(said: Sequence[str], categories: Sequence[str | None], config: SimilarConfig) -> np.ndarray:
    """[2 ** bits] weight of each term, 0 for those said in one text only; learned from a regular sample.

    Args:
        said: see `matters`; categories: the finest known category of each, or None.
    """
    step = max(1, len(said) // config.weighed)
    case, term, _ = _terms(said[::step], config)
    known = pl.Series(categories[::step], dtype=pl.String)
    size, texts = 1 << config.bits, len(known)
    spread = np.bincount(term, minlength=size)
    rarity = np.where(spread > 1, np.log((1 + texts) / (1 + spread)) + 1, 0)
    named = known.is_not_null().to_numpy()
    if known.n_unique() - int(not named.all()) < 2:
        return rarity
    code = known.rank("dense").fill_null(0).to_numpy().astype(np.int64) - 1
    told = named[case]
    return rarity * np.sqrt(_telling(term[told], code[case[told]], np.bincount(code[named]), size, config.prior))


def _telling(term: np.ndarray, code: np.ndarray, tickets: np.ndarray, size: int, prior: float) -> np.ndarray:
    """[size] Kullback–Leibler divergence, in nats, of each term's mix of categories from that of all."""
    share = tickets / tickets.sum()
    table = sparse.coo_array((np.ones(len(term)), (term, code)), shape=(size, len(tickets))).tocsr()
    table.sum_duplicates()
    row = np.repeat(np.arange(size), np.diff(table.indptr))
    p = share[table.indices]
    said = np.bincount(term, minlength=size) + prior
    q, absent = (table.data + prior * p) / said[row], prior * p / said[row]
    # categories that never say the term add share * prior / said * log(prior / said): all of them, less those that do
    none = prior / said
    gain = np.bincount(row, q * np.log(q / p) - absent * np.log(absent / p), minlength=size) + none * np.log(none)
    return np.maximum(gain, 0)


def sketch(said: Sequence[str], weights: np.ndarray, config: SimilarConfig) -> Sketches:
    """The `kept` heaviest terms of each text, scaled to length 1; texts without a known term have none."""
    case, term, count = _terms(said, config)
    weight = (1 + np.log(count)) * weights[term]
    order = np.lexsort([term, -weight, case])
    case, term, weight = case[order], term[order], weight[order]
    first = np.searchsorted(case, case)
    is_kept = (np.arange(len(case)) - first < config.kept) & (weight > 0)
    case, term, weight = case[is_kept], term[is_kept], weight[is_kept]
    length = np.sqrt(np.bincount(case, weight**2, minlength=len(said)))
    scaled = np.rint(FULL * weight / length[case]).astype(np.uint8) if len(case) else np.empty(0, np.uint8)
    is_felt = scaled > 0
    return Sketches(case[is_felt].astype(np.int32), term[is_felt].astype(np.int32), scaled[is_felt])


def by_term(rows: Sketches, config: SimilarConfig) -> Sketches:
    """The same rows by term and falling weight, for looking up; of a term in too many cases those it weighs most in stay, the last ones first."""
    # one number a row, sorted in place: tens of millions of rows leave no room for an order beside them
    key = (
        rows.term.astype(np.int64) << 40
        | (FULL - rows.weight.astype(np.int64)) << 32
        | (_LAST - rows.case.astype(np.int64))
    )
    key.sort()
    begin = np.searchsorted(key, np.arange((1 << config.bits) + 1) << 40)
    size = np.diff(begin)
    key = key[np.arange(len(key)) - np.repeat(begin[:-1], size) < config.most_cases]
    case, weight = _LAST - (key & _LAST), FULL - (key >> 32 & 0xFF)
    return Sketches(case.astype(np.int32), (key >> 40).astype(np.int32), weight.astype(np.uint8))


_LAST = (1 << 32) - 1  # more than the number of any case


def _terms(said: Sequence[str], config: SimilarConfig) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(text, term, how often) of all texts, by text."""
    signs = np.frombuffer("\0".join([*said, ""]).encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)
    text = np.cumsum(signs == 0) - (signs == 0)
    places, hashes = zip(*_pairs(signs), *_words(signs), strict=True)
    place, found = np.concatenate(places), np.concatenate(hashes)
    term = (found >> np.uint64(64 - config.bits)).astype(np.int64)
    keys, count = np.unique(text[place] << config.bits | term, return_counts=True)
    return keys >> config.bits, keys & ((1 << config.bits) - 1), count


_BASE, _SPREAD = np.uint64(0x100000001B3), np.uint64(0x9E3779B97F4A7C15)


def _mixed(number: np.ndarray) -> np.ndarray:
    number = (number ^ (number >> np.uint64(29))) * _SPREAD
    return (number ^ (number >> np.uint64(32))) * _SPREAD


def _runs(signs: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Where `size` Chinese characters stand together, and one number for each such run."""
    is_chinese = (signs >= 0x4E00) & (signs <= 0x9FFF)
    last = max(len(signs) - size + 1, 0)
    at = np.flatnonzero(np.logical_and.reduce([is_chinese[k : last + k] for k in range(size)]))
    return at, _rolled(signs, at, size)


def _rolled(signs: np.ndarray, at: np.ndarray, size: int) -> np.ndarray:
    number = np.zeros(len(at), np.uint64)
    for k in range(size):
        number = number * _BASE + signs[at + k]
    return number


def _pairs(signs: np.ndarray) -> Iterable[tuple[np.ndarray, np.ndarray]]:
    """Pairs of Chinese characters, and the concepts that runs of characters name."""
    for size in sorted({2, *_NAMED}):
        at, number = _runs(signs, size)
        if size == 2:
            yield at, _mixed(number)
        if size in _NAMED:
            yield _concepts(at, number, *_NAMED[size])


def _words(signs: np.ndarray) -> Iterable[tuple[np.ndarray, np.ndarray]]:
    """English words of three letters or more, their first five letters, and the concepts they name."""
    is_letter = (signs >= ord("a")) & (signs <= ord("z"))
    edge = np.diff(np.concatenate([[False], is_letter, [False]]).astype(np.int8))
    begin, end = np.flatnonzero(edge > 0), np.flatnonzero(edge < 0)
    begin, size = begin[end - begin > 2], (end - begin)[end - begin > 2]
    number = np.zeros(len(begin), np.uint64)
    for k in range(min(int(size.max(initial=0)), 20)):
        longer = size > k
        number[longer] = number[longer] * _BASE + signs[begin[longer] + k]
    yield begin, _mixed(number)
    long = begin[size > 5]
    yield long, _mixed(_rolled(signs, long, 5) + _SPREAD)
    yield _concepts(begin, number, *_NAMED_WORDS)


def _concepts(
    at: np.ndarray, number: np.ndarray, names: np.ndarray, groups: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    k = np.minimum(np.searchsorted(names, number), len(names) - 1)
    hit = names[k] == number
    return at[hit], _mixed(groups[k[hit]] + np.uint64(1))


def _numbered(words: Sequence[tuple[str, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of words as `_rolled` gives them, ascending, and the group of each."""
    signs = [np.frombuffer(word.encode("utf-32-le"), dtype="<u4").astype(np.uint64) for word, _ in words]
    numbers = np.array([_rolled(s, np.zeros(1, np.int64), len(s))[0] for s in signs])
    order = np.argsort(numbers)
    return numbers[order], np.array([group for _, group in words], dtype=np.uint64)[order]


_SAID = [(word, k) for k, group in enumerate(GROUPS) for word in group.split()]
_NAMED = {
    size: _numbered([(w, k) for w, k in _SAID if len(w) == size])
    for size in {len(w) for w, _ in _SAID if not w.isascii() and len(w) > 1}
}
_NAMED_WORDS = _numbered([(w, k) for w, k in _SAID if w.isascii()])
