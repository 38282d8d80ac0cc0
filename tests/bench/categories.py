"""Suggested categories on the public messages, split here: half by half, not by the file's own split."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from figures import Figure, at_least, plain
from sklearn.metrics import f1_score

from detectors.text.category import learn_categories

SAMPLE = Path(__file__).parents[3] / "shared/data/teddy_zh/labelled_sample.csv"
KEPT_ASIDE = 0.2


def categories_bench(_work: Path) -> Iterator[Figure]:
    """Macro-F1 of the best guess over seven classes, and what abstaining buys."""
    if not SAMPLE.is_file():
        yield plain("text: category, macro-F1", "not measured")
        return
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    aside = np.random.default_rng(20261122).random(len(rows)) < KEPT_ASIDE
    known = [r for r, a in zip(rows, aside, strict=True) if not a]
    asked = [r for r, a in zip(rows, aside, strict=True) if a]
    begun = time.process_time()
    model = learn_categories(
        [""] * len(known), [r["text"] for r in known], [r["label"] for r in known], np.random.default_rng(1)
    )
    learned = time.process_time() - begun
    said = model.suggest([""] * len(asked), [r["text"] for r in asked])
    truth = [r["label"] for r in asked]
    right = np.array([b == t for b, t in zip(said.best, truth, strict=True)])
    sure = np.array([c is not None for c in said.category])
    yield at_least("text: category, macro-F1 over 7", f1_score(truth, said.best, average="macro"), 0.88)
    yield plain("text: category, share answered", f"{sure.mean():.3f}")
    yield plain("text: category, right when answered", f"{right[sure].mean():.3f}")
    yield plain("text: category, mean chance - share right", f"{said.chance.mean() - right.mean():+.3f}")
    yield plain("text: category, seconds to learn", f"{learned:.1f}")
