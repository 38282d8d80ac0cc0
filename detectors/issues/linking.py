"""Pairs of tickets that speak of the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from scipy import sparse

from detectors.issues.twins import other_places
from detectors.issues.wording import Wording
from detectors.text.concepts import GROUPS, concepts_in

COPIED = 0.4  # cosine from which two titles are compared word for word
TEXT = 0.7  # weight of the text beside the title
CONCEPTS = 0.5  # weight of the named concepts beside the characters


@dataclass(frozen=True)
class IssueConfig:
    """When two tickets are one issue.

    Attributes:
        same_place: cosine of the matters that suffices when both name a common place; no_place: when neither names one;
        one_place: when only one does.  Tickets that name different places are never linked directly.
        most: character groups in more than so many tickets do not make candidates.
        raise_persons: an issue is raised on the day of its so-many-th distinct person; hint, hint_elsewhere, hint_days: toward that day
            count also tickets of the last days that reach this share of the threshold, at a common place or without one, for issues
            grow together later than they begin.
        alike, alike_more: likeness of meanings (see `meaning`) that suffices where both say a name, and more of it for each doubling of
            the others that say it; alike_issues: that of two issues of several tickets each; main_share: of an issue's tickets must say it.
    """

    same_place: float = 0.18
    no_place: float = 0.38
    one_place: float = 0.45
    gap_days: int = 90
    most: int = 200
    raise_persons: int = 5
    hint: float = 0.3
    hint_elsewhere: float = 0.6
    hint_days: int = 14
    alike: float = 0.18
    alike_more: float = 0.04
    alike_issues: float = 0.6
    main_share: float = 0.3
    block: int = 2000

    def __post_init__(self) -> None:
        if not 0 < self.same_place <= self.no_place <= self.one_place <= 1:
            raise ValueError("same_place <= no_place <= one_place must hold, all within 0 and 1")
        if self.gap_days < 1 or self.raise_persons < 1 or self.hint_days < 0:
            raise ValueError("gap_days and raise_persons must be positive, hint_days not negative")
        if not 0 < self.hint <= self.hint_elsewhere <= 1:
            raise ValueError("hint <= hint_elsewhere must hold, both within 0 and 1")


@dataclass(frozen=True)
class Links:
    """Linked pairs: `later[k]` and `earlier[k]` index tickets in time order, `weight[k]` is the cosine of their matters.

    `hints`: [2, pairs] later and earlier tickets that may be of one issue, too unlike to be linked by themselves; in the order of the later.
    `barred`: per ticket, places of others that say the same of them; it must not share an issue with these places, nor with the others
    themselves (`apart`).
    """

    later: np.ndarray
    earlier: np.ndarray
    weight: np.ndarray
    hints: np.ndarray
    barred: dict[int, set[str]]
    apart: dict[int, set[int]]


def matter_vectors(wordings: Sequence[Wording]) -> sparse.csr_matrix:
    """Character 2–3-gram TF-IDF of title and text with the concepts they speak of, rows of length 1 (all zero where nothing is left)."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    parts = [[w.matter for w in wordings], [w.more for w in wordings]]
    if not any(len(t) >= 2 for part in parts for t in part):
        return sparse.csr_matrix((len(wordings), 1))
    reader = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3), sublinear_tf=True, dtype=np.float32)
    reader.fit(chain(*parts))
    title, text = (reader.transform(part) for part in parts)
    concepts = _concept_vectors([f"{w.matter} {w.more}" for w in wordings])
    return normalize(sparse.hstack([title + TEXT * text, CONCEPTS * concepts], format="csr", dtype=np.float32))


def _concept_vectors(texts: Sequence[str]) -> sparse.csr_matrix:
    """[ticket, concept] weight of what is complained of, rows of length 1; see `detectors.text.concepts`."""
    from sklearn.feature_extraction.text import TfidfTransformer

    found = [concepts_in(text) for text in texts]
    rows = np.repeat(np.arange(len(texts)), [len(f) for f in found])
    columns = np.array([c for f in found for c in f], dtype=np.int64)
    counts = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(texts), len(GROUPS)))
    return TfidfTransformer(sublinear_tf=True).fit_transform(counts)


def link(wordings: Sequence[Wording], day: np.ndarray, config: IssueConfig) -> Links:
    """All pairs within `gap_days` that pass the threshold of their places.

    Args:
        wordings, day: one per ticket, in time order; candidates share a place or a not too common character group.
    """
    vectors = matter_vectors(wordings)
    rare = vectors[:, np.diff(vectors.tocsc().indptr) <= config.most]
    copied = _last_copy(wordings)
    places = _place_matrices(wordings)
    parts = [
        _link_block(vectors, rare, places, copied, day, start, config)
        for start in range(0, len(wordings), config.block)
    ]
    later, earlier, weight, is_link, is_hint = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort([earlier, later])
    later, earlier, weight, is_link, is_hint = (
        later[order],
        earlier[order],
        weight[order],
        is_link[order],
        is_hint[order],
    )
    barred, apart = _barred(wordings, later, earlier, weight)
    hints = np.stack([later, earlier])[:, is_hint & (day[later] - day[earlier] <= config.hint_days)]
    later, earlier, weight = later[is_link], earlier[is_link], weight[is_link]
    return Links(later, earlier, weight, hints, barred, apart)


def _last_copy(wordings: Sequence[Wording]) -> np.ndarray:
    """The latest earlier ticket with the same matter and places, -1 where there is none."""
    last: dict[tuple[str, str, frozenset[str]], int] = {}
    copies = np.full(len(wordings), -1, dtype=np.int64)
    for k, w in enumerate(wordings):
        key = (w.matter, w.more, w.primary)
        if len(w.matter) + len(w.more) > 3:
            copies[k], last[key] = last.get(key, -1), k
    return copies


def _barred(
    wordings: Sequence[Wording], later: np.ndarray, earlier: np.ndarray, weight: np.ndarray
) -> tuple[dict[int, set[str]], dict[int, set[int]]]:
    barred: dict[int, set[str]] = {}
    apart: dict[int, set[int]] = {}
    copied = weight >= COPIED
    for a, b in zip(later[copied].tolist(), earlier[copied].tolist(), strict=True):
        if wordings[a].title != wordings[b].title:
            at_a, at_b = other_places(wordings[a], wordings[b])
            if at_a:
                barred.setdefault(a, set()).update(at_b)
                barred.setdefault(b, set()).update(at_a)
                apart.setdefault(a, set()).add(b)
                apart.setdefault(b, set()).add(a)
    return barred, apart


def _link_block(
    vectors: sparse.csr_matrix,
    rare: sparse.csr_matrix,
    places: tuple[sparse.csr_matrix, sparse.csr_matrix],
    copied: np.ndarray,
    day: np.ndarray,
    start: int,
    config: IssueConfig,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    stop = min(start + config.block, len(day))
    since = int(np.searchsorted(day, day[start] - config.gap_days))
    first, named = places
    shared = (first[start:stop] @ named[since:stop].T + named[start:stop] @ first[since:stop].T).tocsr()
    near = (rare[start:stop] @ rare[since:stop].T).tocoo()
    strong = near.data >= 0.3 * config.same_place
    placed = shared.tocoo()
    again = np.flatnonzero(copied[start:stop] >= since)
    row = np.concatenate([near.row[strong], placed.row, again]).astype(np.int64) + start
    column = np.concatenate([near.col[strong] + since, placed.col + since, copied[start:stop][again]]).astype(np.int64)
    is_past = (column < row) & (day[row] - day[column] <= config.gap_days)
    later, earlier = np.divmod(np.unique(row[is_past] * len(day) + column[is_past]), len(day))
    weight = np.asarray(vectors[later].multiply(vectors[earlier]).sum(axis=1)).ravel() if len(later) else np.empty(0)
    together = np.asarray(shared[later - start, earlier - since]).ravel() > 0 if len(later) else np.empty(0, bool)
    least = _thresholds(later, earlier, together, first, config)
    is_hint = weight >= np.where(together, config.hint, config.hint_elsewhere) * least
    keep = is_hint | (weight >= COPIED)
    return later[keep], earlier[keep], weight[keep], (weight >= least)[keep], is_hint[keep]


def _thresholds(
    later: np.ndarray, earlier: np.ndarray, together: np.ndarray, first: sparse.csr_matrix, config: IssueConfig
) -> np.ndarray:
    named = np.diff(first.indptr) > 0
    count = named[later].astype(int) + named[earlier]
    apart = np.array([config.no_place, config.one_place, np.inf])[count]
    return np.where(together, config.same_place, apart)


def _place_matrices(wordings: Sequence[Wording]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """[ticket, place] 1 where it names the place first, and where at all; places of more than a twentieth of the tickets tell nothing."""
    names = sorted({p for w in wordings for p in w.places})
    code = {name: k for k, name in enumerate(names)}
    first = _ones([sorted(code[p] for p in w.primary) for w in wordings], max(len(names), 1))
    named = _ones([sorted(code[p] for p in w.places) for w in wordings], max(len(names), 1))
    narrow = np.diff(named.tocsc().indptr) <= max(len(wordings) / 20, 30)
    return first[:, narrow].tocsr(), named[:, narrow].tocsr()


def _ones(columns: Sequence[Sequence[int]], width: int) -> sparse.csr_matrix:
    rows = np.repeat(np.arange(len(columns)), [len(c) for c in columns])
    flat = np.array([c for held in columns for c in held], dtype=np.int64)
    return sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, flat)), shape=(len(columns), width))
