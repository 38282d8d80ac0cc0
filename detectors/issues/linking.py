"""Pairs of tickets that speak of the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from detectors.issues.wording import Wording


@dataclass(frozen=True)
class IssueConfig:
    """When two tickets are one issue.

    Attributes:
        same_place: cosine of the matters that suffices when both name a common place; no_place: when neither names one;
        one_place: when only one does.  Tickets that name different places are never linked directly.
        max_share: character groups in more than this share of the tickets do not make candidates.
        raise_persons: an issue is raised on the day of its so-many-th distinct person.
    """

    same_place: float = 0.10
    no_place: float = 0.38
    one_place: float = 0.45
    gap_days: int = 90
    max_share: float = 0.02
    raise_persons: int = 5
    block: int = 2000

    def __post_init__(self) -> None:
        if not 0 < self.same_place <= self.no_place <= self.one_place <= 1:
            raise ValueError("same_place <= no_place <= one_place must hold, all within 0 and 1")
        if self.gap_days < 1 or self.raise_persons < 1:
            raise ValueError("gap_days and raise_persons must be positive")


@dataclass(frozen=True)
class Links:
    """Linked pairs: `later[k]` and `earlier[k]` index tickets in time order, `weight[k]` is the cosine of their matters."""

    later: np.ndarray
    earlier: np.ndarray
    weight: np.ndarray


def matter_vectors(wordings: Sequence[Wording]) -> sparse.csr_matrix:
    """Character 2–3-gram TF-IDF of the matters, rows of length 1 (all zero where nothing is left)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [w.matter for w in wordings]
    if not any(len(t) >= 2 for t in texts):
        return sparse.csr_matrix((len(texts), 1))
    return (
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3), sublinear_tf=True, dtype=np.float32)
        .fit_transform(texts)
        .tocsr()
    )


def link(wordings: Sequence[Wording], day: np.ndarray, config: IssueConfig) -> Links:
    """All pairs within `gap_days` that pass the threshold of their places.

    Args:
        wordings, day: one per ticket, in time order; candidates share a place or a not too common character group.
    """
    vectors = matter_vectors(wordings)
    common = np.diff(vectors.tocsc().indptr) > max(config.max_share * len(wordings), 50)
    rare = vectors[:, ~common]
    places = _place_matrix(wordings)
    parts = [_link_block(vectors, rare, places, day, start, config) for start in range(0, len(wordings), config.block)]
    later, earlier, weight = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort([earlier, later])
    return Links(later[order], earlier[order], weight[order])


def _link_block(
    vectors: sparse.csr_matrix,
    rare: sparse.csr_matrix,
    places: sparse.csr_matrix,
    day: np.ndarray,
    start: int,
    config: IssueConfig,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    stop = min(start + config.block, len(day))
    since = int(np.searchsorted(day, day[start] - config.gap_days))
    shared = (places[start:stop] @ places[since:stop].T).tocsr()
    near = (rare[start:stop] @ rare[since:stop].T).tocoo()
    strong = near.data >= 0.3 * config.same_place
    together = shared.tocoo()
    row = np.concatenate([near.row[strong], together.row]).astype(np.int64)
    column = np.concatenate([near.col[strong], together.col]).astype(np.int64)
    pairs = np.unique(np.stack([row + start, column + since], axis=1), axis=0)
    pairs = pairs[(pairs[:, 1] < pairs[:, 0]) & (day[pairs[:, 0]] - day[pairs[:, 1]] <= config.gap_days)]
    later, earlier = pairs[:, 0], pairs[:, 1]
    weight = np.asarray(vectors[later].multiply(vectors[earlier]).sum(axis=1)).ravel() if len(pairs) else np.empty(0)
    keep = weight >= _thresholds(later, earlier, shared, places, start, since, config)
    return later[keep], earlier[keep], weight[keep]


def _thresholds(
    later: np.ndarray,
    earlier: np.ndarray,
    shared: sparse.csr_matrix,
    places: sparse.csr_matrix,
    start: int,
    since: int,
    config: IssueConfig,
) -> np.ndarray:
    if not len(later):
        return np.empty(0)
    named = np.diff(places.indptr) > 0
    together = np.asarray(shared[later - start, earlier - since]).ravel() > 0
    count = named[later].astype(int) + named[earlier]
    apart = np.array([config.no_place, config.one_place, np.inf])[count]
    return np.where(together, config.same_place, apart)


def _place_matrix(wordings: Sequence[Wording]) -> sparse.csr_matrix:
    """[ticket, place] 1 where the ticket names the place; places named by more than a twentieth of the tickets tell nothing."""
    names = sorted({p for w in wordings for p in w.places})
    code = {name: k for k, name in enumerate(names)}
    rows = [k for k, w in enumerate(wordings) for _ in w.places]
    columns = [code[p] for w in wordings for p in sorted(w.places)]
    matrix = sparse.csr_matrix(
        (np.ones(len(rows), np.float32), (rows, columns)), shape=(len(wordings), max(len(names), 1))
    )
    wide = np.diff(matrix.tocsc().indptr) > max(len(wordings) / 20, 30)
    return matrix[:, ~wide].tocsr()
