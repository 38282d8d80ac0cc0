"""Places where a fault will show next: what is shared matters when it mattered before, and nobody looks ahead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detectors.foresight.histories import Finds, Histories
from detectors.foresight.similar import (
    FEATURES,
    PRIOR,
    Ground,
    Places,
    Ranking,
    SimilarConfig,
    _fit,
    bunches,
    came,
    candidates,
    learn_weights,
    rank_similar,
    similar_hits,
)

SIZE, KINDS, DAYS = 120, 6, 1100
FAULT = 4


def city(seed: int = 0, *, chained: bool = True) -> tuple[Finds, Places]:
    """Places of very different size; faults of one category go round the places with one make of equipment, one after another."""
    rng = np.random.default_rng(seed)
    people = rng.lognormal(6, 0.8, SIZE)
    places = Places(
        rng.integers(0, 6, SIZE), rng.integers(0, 6, SIZE), rng.integers(1980, 2020, SIZE).astype(float),
        rng.uniform(30.0, 30.1, SIZE), rng.uniform(120.0, 120.1, SIZE), people,
    )  # fmt: skip
    rows = [(int(k), int(p), int(d)) for k, p, d in zip(
        rng.choice(4, 6000), rng.choice(SIZE, 6000, p=people / people.sum()), rng.integers(0, DAYS, 6000), strict=True
    )]  # fmt: skip
    for turn, day in enumerate(range(20, DAYS - 80, 110) if chained else ()):
        alike = np.flatnonzero(places.equipment == turn % 6)
        for order, place in enumerate(rng.permutation(alike)[:8]):
            rows += [(FAULT, int(place), day + 9 * order + k) for k in range(3)]
    rows.sort(key=lambda row: row[2])
    return Finds(*(np.array(column) for column in zip(*rows, strict=True))), places


def ranked_at(
    finds: Finds,
    places: Places,
    day: int,
    *,
    place: int = 3,
    weights: np.ndarray = PRIOR,
    config: SimilarConfig | None = None,
) -> Ranking:
    config = config or SimilarConfig()
    ground = Ground(places, config)
    return rank_similar(candidates(Histories(finds, SIZE, config).before(day), ground, FAULT), ground, place, weights)


def test_places_with_the_same_equipment_lead_once_that_was_seen_to_matter() -> None:
    finds, places = city()
    weights = learn_weights(finds, Ground(places, SimilarConfig()), 900)
    assert weights[FEATURES.index("same_equipment")] > PRIOR[FEATURES.index("same_equipment")] + 0.1
    lists, ours, popular = similar_hits(finds, places, 700, DAYS)
    assert lists >= 5
    assert ours > 1.5 * popular


def test_candidates_have_no_ticket_of_the_category_and_come_best_first() -> None:
    finds, places = city()
    config = SimilarConfig()
    ranked = ranked_at(finds, places, 800)
    had = finds.place[(finds.category == FAULT) & (finds.day >= 800 - config.history_days) & (finds.day < 800)]
    assert not set(ranked.place.tolist()) & {3, *had.tolist()}
    assert np.all(np.diff(ranked.score) <= 0)


def test_nothing_after_the_day_is_looked_at() -> None:
    finds, places = city()
    cut = finds.pick(np.flatnonzero(finds.day < 800))
    ground = Ground(places, SimilarConfig())
    np.testing.assert_array_equal(learn_weights(finds, ground, 800), learn_weights(cut, ground, 800))
    np.testing.assert_array_equal(ranked_at(finds, places, 800).place, ranked_at(cut, places, 800).place)


def test_histories_that_move_on_are_those_counted_anew() -> None:
    finds, _ = city()
    config = SimilarConfig(history_days=200, horizon_days=30)
    moving = Histories(finds, SIZE, config)
    for day in (0, 50, 51, 400, 400, 1000, 2000):
        known, at = moving.before(day), finds.pick(np.flatnonzero((finds.day >= day - 200) & (finds.day < day)))
        counts = np.zeros((SIZE, KINDS - 1))
        np.add.at(counts, (at.place, at.category), 1)
        np.testing.assert_array_equal(known.counts, counts)
        np.testing.assert_array_equal(known.logs, np.log1p(counts))
        np.testing.assert_array_equal(known.total, counts.sum(axis=1))
        np.testing.assert_array_equal(known.recent, np.bincount(at.place[at.day >= day - 30], minlength=SIZE))
    with pytest.raises(ValueError, match="back"):
        moving.before(10)


def test_weights_are_those_of_the_slow_conditional_likelihood() -> None:
    from scipy.optimize import minimize

    finds, places = city(2)
    config = SimilarConfig(lessons=40)
    lessons = bunches(finds, config)
    lessons = lessons.pick(np.flatnonzero(lessons.day + config.horizon_days <= 900)[-40:])
    blocks = []
    for category, place, day in zip(lessons.category, lessons.place, lessons.day, strict=True):
        before = Histories(finds, SIZE, config).before(int(day))
        known = rank_similar(
            candidates(before, ground := Ground(places, config), int(category)), ground, int(place), PRIOR
        )
        hit = came(finds, int(category), int(day), config, SIZE)[known.place].astype(float)
        if 0 < hit.sum() < len(hit):
            blocks.append((known.features, hit))

    def loss(w: np.ndarray) -> float:
        total = 0.5 * config.prior * ((w - PRIOR) ** 2).sum()
        return total - sum((y @ x @ w) - y.sum() * np.log(np.exp(x @ w).sum()) for x, y in blocks)

    slow = minimize(loss, PRIOR, method="BFGS").x
    np.testing.assert_allclose(_fit(blocks, PRIOR, config.prior), slow, atol=2e-3)


def test_without_finds_the_prior_stands() -> None:
    finds, places = city(chained=False)
    early = finds.pick(np.flatnonzero(finds.day < 5))
    np.testing.assert_array_equal(learn_weights(early, Ground(places, SimilarConfig()), 5), PRIOR)


def test_what_is_not_known_counts_for_nothing() -> None:
    finds, _ = city()
    blank = Places(*(np.full(SIZE, v) for v in (-1, -1, np.nan, np.nan, np.nan, np.nan)))
    ranked = ranked_at(finds, blank, 800)
    named = {name: ranked.features[:, i] for i, name in enumerate(FEATURES)}
    assert np.isfinite(ranked.score).all()
    for name in (
        "population",
        "neighbours",
        "equipment_rate",
        "firm_rate",
        "same_equipment",
        "same_firm",
        "same_age",
        "near",
    ):
        assert not named[name].any()


@pytest.mark.parametrize(
    "changed",
    [{"history_days": 60}, {"horizon_days": 20}, {"neighbours": 2}, {"near_metres": 5.0}, {"age_years": 0.5}, {"bunch": 2}, {"bunch_days": 2}, {"lessons": 3}, {"prior": 200.0}],
)  # fmt: skip
def test_every_option_matters(changed: dict[str, float]) -> None:
    finds, places = city()
    configs = SimilarConfig(), replace(SimilarConfig(), **changed)
    plain, other = (
        ranked_at(finds, places, 900, weights=learn_weights(finds, Ground(places, c), 900), config=c) for c in configs
    )
    assert len(plain.score) != len(other.score) or not np.allclose(plain.score, other.score)
