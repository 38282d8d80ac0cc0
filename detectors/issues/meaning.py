"""What tickets mean, as vectors learned from their texts: words that stand in the same letters lie near each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detectors.issues.wording import Wording

LENGTH = 160  # characters of a ticket that are read
MOST = 20_000  # tickets that are read
DIMENSIONS = (12, 128)  # least and most
TEXTS = 25  # a dimension


def meanings(wordings: Sequence[Wording], wanted: np.ndarray) -> np.ndarray:
    """[ticket, dimension] directions from the mean of all, float32, length 1; zeros for tickets that are not read.

    Args:
        wanted: [ticket] how much a ticket wants to be read, 0 = not; of more than `MOST` those are read that want it most.

    Source: latent semantic analysis (Deerwester et al. 1990) of character 1–3-groups.
    """
    order = np.argsort(-wanted, kind="stable")
    read = np.sort(order[wanted[order] > 0][:MOST])
    texts = [wordings[k].bare[:LENGTH] for k in read.tolist()]
    distinct = {text: at for at, text in enumerate(dict.fromkeys(texts))}
    vectors = _vectors(list(distinct)) if len(distinct) > 1 else np.zeros((1, 1), dtype=np.float32)
    made = np.zeros((len(wordings), vectors.shape[1]), dtype=np.float32)
    if len(distinct) > 1:
        made[read] = _unit(vectors - vectors.mean(axis=0))[[distinct[text] for text in texts]]
    return made


def _vectors(texts: Sequence[str]) -> np.ndarray:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, dtype=np.float32).fit_transform(
        texts
    )
    dimensions = min(int(np.clip(len(texts) / TEXTS, *DIMENSIONS)), min(grams.shape) - 1)
    if dimensions < 2:
        return np.zeros((len(texts), 1), dtype=np.float32)
    return _unit(TruncatedSVD(dimensions, random_state=0).fit_transform(grams).astype(np.float32))


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
