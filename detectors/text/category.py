"""A category for tickets that have none, learned from those that have one; it abstains when it is not sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from detectors.text.normal import normalise

TOLERANCE = 0.05  # of the fit's dual: the same suggestions as at scikit-learn's 1e-4, sooner


@dataclass(frozen=True)
class CategoryConfig:
    """How it is learned.

    Attributes:
        features: most character groups kept; least_tickets: groups in fewer tickets are left out; strength: of the fit (C).
        least_class: categories with fewer tickets are not learned; folds: of the calibration.
        least_chance: chance of being right below which it says nothing.
    """

    features: int = 60_000
    least_tickets: int = 3
    strength: float = 1.0
    least_class: int = 20
    folds: int = 5
    least_chance: float = 0.6
    length: int = 600

    def __post_init__(self) -> None:
        if not 0 <= self.least_chance < 1 or self.folds < 2 or self.least_class < self.folds:
            raise ValueError("0 <= least_chance < 1, folds >= 2 and least_class >= folds must hold")


@dataclass(frozen=True)
class Suggestions:
    """`category[k]` is None where the model abstains; `chance[k]` is the calibrated chance of its best guess, `best[k]`."""

    category: list[str | None]
    best: list[str]
    chance: np.ndarray


class CategoryModel:
    """Linear support vectors over character groups of title and text; margins made chances on tickets held out of the fit."""

    def __init__(
        self, categories: Sequence[str], reader: object, lines: object, scale: np.ndarray, config: CategoryConfig
    ):
        self.categories = list(categories)
        self._reader, self._lines, self._scale, self._config = reader, lines, scale, config

    def suggest(self, titles: Sequence[str], texts: Sequence[str]) -> Suggestions:
        """The likeliest category of each ticket, or none."""
        if not len(titles):
            return Suggestions([], [], np.empty(0))
        chances = _chances(
            _margins(self._lines, self._reader.transform(_joined(titles, texts, self._config))), self._scale
        )
        at = chances.argmax(axis=1)
        chance = chances[np.arange(len(at)), at]
        best = [self.categories[k] for k in at]
        sure = chance >= self._config.least_chance
        return Suggestions([b if s else None for b, s in zip(best, sure, strict=True)], best, chance)


def learn_categories(
    titles: Sequence[str],
    texts: Sequence[str],
    categories: Sequence[str],
    rng: np.random.Generator,
    config: CategoryConfig | None = None,
) -> CategoryModel:
    """Learn from labelled tickets.

    Raises:
        ValueError: fewer than two categories with `least_class` tickets, or inputs of unequal length.
    """
    config = config or CategoryConfig()
    if not len(titles) == len(texts) == len(categories):
        raise ValueError("titles, texts and categories must have one length")
    names, code = np.unique(np.array(categories, dtype=object), return_inverse=True)
    enough = np.bincount(code, minlength=len(names)) >= config.least_class
    if enough.sum() < 2:
        raise ValueError(f"two categories with at least {config.least_class} tickets are needed")
    kept = np.flatnonzero(enough[code])
    label = np.searchsorted(np.flatnonzero(enough), code[kept])
    reader = _reader(config)
    vectors = reader.fit_transform(_joined([titles[k] for k in kept], [texts[k] for k in kept], config))
    scale = _calibrated(vectors, label, rng, config)
    return CategoryModel(list(names[enough]), reader, _fitted(vectors, label, config), scale, config)


def _joined(titles: Sequence[str], texts: Sequence[str], config: CategoryConfig) -> list[str]:
    return [
        f"{normalise(t)} {normalise(t)} {normalise(b)[: config.length]}".lower()
        for t, b in zip(titles, texts, strict=True)
    ]


def _reader(config: CategoryConfig) -> object:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(
        analyzer="char",
        ngram_range=(1, 3),
        sublinear_tf=True,
        min_df=config.least_tickets,
        max_features=config.features,
        dtype=np.float32,
    )


def _fitted(vectors: sparse.csr_matrix, label: np.ndarray, config: CategoryConfig) -> object:
    from sklearn.svm import LinearSVC

    return LinearSVC(C=config.strength, class_weight="balanced", random_state=0, tol=TOLERANCE).fit(vectors, label)


def _margins(lines: object, vectors: sparse.csr_matrix) -> np.ndarray:
    """[ticket, category]; with two categories the one margin stands for both."""
    margins = lines.decision_function(vectors)
    return np.stack([-margins, margins], axis=1) if margins.ndim == 1 else margins


def _calibrated(
    vectors: sparse.csr_matrix, label: np.ndarray, rng: np.random.Generator, config: CategoryConfig
) -> np.ndarray:
    """Temperature and offsets of a softmax over the margins of tickets that each fold left out (Guo et al. 2017)."""
    from scipy.optimize import minimize

    fold = np.empty(len(label), dtype=np.int64)
    for k in range(label.max() + 1):
        mine = rng.permutation(np.flatnonzero(label == k))
        fold[mine] = np.arange(len(mine)) % config.folds
    margins = np.empty((len(label), label.max() + 1))
    for k in range(config.folds):
        margins[fold == k] = _margins(_fitted(vectors[fold != k], label[fold != k], config), vectors[fold == k])

    def loss(scale: np.ndarray) -> tuple[float, np.ndarray]:
        """Cross-entropy and its slope."""
        chances, rows = _chances(margins, scale), np.arange(len(label))
        lost = -float(np.log(np.maximum(chances[rows, label], 1e-12)).mean())
        chances[rows, label] -= 1.0
        return lost, np.append((chances * margins).sum(), chances.sum(axis=0)) / len(label)

    start = np.concatenate([[1.0], np.zeros(margins.shape[1])])
    return minimize(loss, start, jac=True, method="L-BFGS-B").x


def _chances(margins: np.ndarray, scale: np.ndarray) -> np.ndarray:
    z = margins * scale[0] + scale[1:]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
