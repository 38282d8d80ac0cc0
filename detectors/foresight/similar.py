"""举一反三: after something was found at one place, the places where it will show next though nobody there has reported it yet.

Each candidate is compared with the place of the find (firm, equipment, age of building, nearness) and judged by itself (what else it reports,
what its neighbours and those of its equipment and firm report).  The weights are learnt from the city's own earlier finds, pulled to a prior.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from detectors.foresight.histories import Finds, Histories, History

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]
METRES = 111_320.0  # of a degree of latitude


@dataclass(frozen=True)
class Places:
    """One entry per place; codes -1 and years, people or points NaN = not known."""

    firm: Ints
    equipment: Ints
    built_year: Floats
    lat: Floats
    lon: Floats
    population: Floats

    def __len__(self) -> int:
        return len(self.firm)


@dataclass(frozen=True)
class SimilarConfig:
    """How similar places are ranked."""

    history_days: int = 365  # a place with a ticket of the category in these is no candidate
    horizon_days: int = 90
    neighbours: int = 12
    near_metres: float = 1000.0
    age_years: float = 5.0
    bunch: int = 3  # tickets of a category at one place …
    bunch_days: int = 7  # … within these days are a find to learn from
    lessons: int = 400  # most recent finds that weights are learnt from
    prior: float = 5.0  # precision of the prior


FEATURES = (
    "total", "population", "recent", "profile", "neighbours", "equipment_rate", "firm_rate",
    "same_equipment", "same_firm", "same_age", "near",
)  # fmt: skip
PRIOR = np.array([0.7, 0.3, 0.1, 0.15, 0.2, 0.1, 0.1, 0.3, 0.2, 0.05, 0.1])
STANDARDISED = 7  # the first features are in standard deviations over the candidates, the others 0–1


@dataclass(frozen=True)
class Ranking:
    """Candidates, best first: place, score (log odds against the mean candidate), features [candidate, FEATURES]."""

    place: Ints
    score: Floats
    features: Floats


class Ground:
    """What the places are by themselves, whatever was found there."""

    def __init__(self, places: Places, config: SimilarConfig) -> None:
        self.places, self.config = places, config
        self.metres = _metres(places)
        self.people = _people(places)
        self._known = np.flatnonzero(np.isfinite(self.metres).all(axis=1))
        if len(self._known) > 2:
            points = self.metres[self._known]
            far, at = cKDTree(points).query(points, k=min(config.neighbours + 1, len(points)))
            self._neighbours, self._weight = self._known[at[:, 1:]], np.exp(-far[:, 1:] / config.near_metres)

    def nearby(self, logs: Floats) -> Floats:
        """Mean of `logs` [place] over the nearest places, the nearer the more; 0 without a point."""
        out = np.zeros(len(logs))
        if len(self._known) > 2:
            out[self._known] = (self._weight * logs[self._neighbours]).sum(axis=1) / np.maximum(
                self._weight.sum(axis=1), 1e-9
            )
        return out


@dataclass(frozen=True)
class Candidates:
    """The places as far as they do not hang on where a category was found: most of the work of a ranking."""

    is_free: NDArray[np.bool_]  # [place] no ticket of the category in the history
    features: Floats  # [place, the features that all of a category's rankings share]


def candidates(known: History, ground: Ground, category: int) -> Candidates:
    """What every ranking of a category has in common."""
    own, places = known.counts[:, category], ground.places
    features = np.column_stack([
        np.log1p(known.total), ground.people, np.log1p(known.recent), _profile(known.logs, category), ground.nearby(known.logs[:, category]),
        _group_rate(known.total, own, places.equipment), _group_rate(known.total, own, places.firm),
    ])  # fmt: skip
    return Candidates(own == 0, features)


def rank_similar(among: Candidates, ground: Ground, place: int, weights: Floats) -> Ranking:
    """Rank the candidates by how alike they are to `place`, where the category was found.

    Args:
        weights: as `learn_weights` gives them.
    """
    rows = np.flatnonzero(among.is_free & (np.arange(len(ground.places)) != place))
    values = np.column_stack([among.features, _alike(ground, place)])[rows]
    values[:, :STANDARDISED] = _standard(values[:, :STANDARDISED])
    score = values @ weights
    order = np.lexsort([rows, -score])
    return Ranking(rows[order], score[order] - score.mean() if len(rows) else score, values[order])


def learn_weights(finds: Finds, ground: Ground, day: int) -> Floats:
    """Weights [FEATURES] from earlier finds, of all categories, whose horizon ended by `day`; the prior where there are none.

    The likelihood is McFadden's: which of the candidates were the ones that came.
    """
    config = ground.config
    lessons = bunches(finds, config)
    lessons = lessons.pick(np.flatnonzero(lessons.day + config.horizon_days <= day)[-config.lessons :])
    blocks = _lessons(finds, ground, lessons)
    return _fit([(x, y) for x, y in blocks if 0 < y.sum() < len(y)], PRIOR, config.prior)


def _fit(blocks: list[tuple[Floats, Floats]], centre: Floats, precision: float) -> Floats:
    """Newton steps for the weights that the lessons tell, pulled to `centre`."""
    weights = centre.copy()
    for _ in range(8 if blocks else 0):
        gradient, gram = -precision * (weights - centre), precision * np.eye(len(weights))
        for x, y in blocks:
            odds = x @ weights
            chance = np.exp(odds - odds.max())
            chance *= y.sum() / chance.sum()  # as many as came, shared out among the candidates
            away = x - chance @ x / y.sum()
            gradient += x.T @ (y - chance)
            gram += (away * chance[:, None]).T @ away
        weights = weights + np.clip(np.linalg.solve(gram, gradient), -1.0, 1.0)
    return weights


def bunches(finds: Finds, config: SimilarConfig) -> Finds:
    """The first days on which a place had `bunch` tickets of a category within `bunch_days`, by day; one per place, category and horizon."""
    order = np.lexsort([finds.day, finds.place, finds.category])
    at = finds.pick(order)
    step = config.bunch - 1
    same = (at.category[step:] == at.category[:-step]) & (at.place[step:] == at.place[:-step])
    rows = np.flatnonzero(same & (at.day[step:] - at.day[:-step] < config.bunch_days)) + step
    kept, last = [], (-1, -1, 0)
    for row, category, place, day in zip(
        *(a.tolist() for a in (rows, at.category[rows], at.place[rows], at.day[rows])), strict=True
    ):
        if (category, place) != last[:2] or day - last[2] > config.horizon_days:
            kept.append(row)
            last = category, place, day
    found = at.pick(np.array(kept, dtype=np.int64))
    return found.pick(np.argsort(found.day, kind="stable"))


def came(finds: Finds, category: int, day: int, config: SimilarConfig, size: int) -> NDArray[np.bool_]:
    """[place] whether a ticket of the category came in the horizon after `day`."""
    begin, end = np.searchsorted(finds.day, [day + 1, day + 1 + config.horizon_days])
    hit = np.zeros(size, bool)
    hit[finds.place[begin:end][finds.category[begin:end] == category]] = True
    return hit


def _lessons(finds: Finds, ground: Ground, lessons: Finds) -> Iterator[tuple[Floats, Floats]]:
    """Per find, the features of the candidates and which of them came."""
    histories = Histories(finds, len(ground.places), ground.config)
    for row in range(len(lessons)):
        category, place, day = (int(a[row]) for a in (lessons.category, lessons.place, lessons.day))
        ranked = rank_similar(candidates(histories.before(day), ground, category), ground, place, PRIOR)
        yield ranked.features, came(finds, category, day, ground.config, len(ground.places))[ranked.place].astype(float)


def _alike(ground: Ground, place: int) -> Floats:
    """The features that hang on where the category was found."""
    places, config = ground.places, ground.config
    away = np.hypot(*(ground.metres - ground.metres[place]).T)
    age = np.abs(places.built_year - places.built_year[place])
    return np.column_stack([
        _same(places.equipment, place), _same(places.firm, place),
        np.nan_to_num(np.exp(-age / config.age_years)), np.nan_to_num(np.exp(-away / config.near_metres)),
    ])  # fmt: skip


def _people(places: Places) -> Floats:
    logs = np.log1p(places.population)
    known = np.isfinite(logs)
    return np.where(known, logs, logs[known].mean() if known.any() else 0.0)


def _metres(places: Places) -> Floats:
    east = METRES * np.cos(np.radians(np.nanmean(places.lat) if np.isfinite(places.lat).any() else 0.0))
    return np.column_stack([places.lat * METRES, places.lon * east])


def _profile(logs: Floats, category: int) -> Floats:
    """Mean of what a place reports of other categories, weighted by how alike their places are to the category's."""
    length = np.sqrt(np.einsum("pk,pk->k", logs, logs))
    alike = (logs.T @ logs[:, category]) / np.maximum(length * length[category], 1e-9)
    alike[category] = 0.0
    return logs @ alike / max(alike.sum(), 1e-9)


def _group_rate(total: Floats, own: Floats, group: Ints) -> Floats:
    """Log of observed over expected of the category among places that share the trait, 5 tickets added to both; 0 = not known."""
    expected = total * own.sum() / max(total.sum(), 1.0)
    known, size = group >= 0, int(group.max(initial=-1)) + 1
    seen, usual = (np.bincount(group[known], a[known], minlength=size) for a in (own, expected))
    out = np.zeros(len(own))
    out[known] = np.log((seen + 5.0) / (usual + 5.0))[group[known]] if size else 0.0
    return out


def _same(codes: Ints, place: int) -> Floats:
    return ((codes == codes[place]) & (codes[place] >= 0)).astype(float)


def _standard(values: Floats) -> Floats:
    return (values - values.mean(axis=0)) / np.maximum(values.std(axis=0), 1e-9) if len(values) else values


def similar_hits(
    finds: Finds,
    places: Places,
    first: int,
    last: int,
    *,
    top: int = 20,
    most: int = 100,
    config: SimilarConfig | None = None,
) -> tuple[int, float, float]:
    """Backtest on finds of days `first` … `last`, weights learnt before `first`.

    Returns:
        (lists, mean hits among the top of ours, mean hits of the places with most tickets), candidates being the same.
    """
    config = config or SimilarConfig()
    ground, histories = Ground(places, config), Histories(finds, len(places), config)
    weights = learn_weights(finds, ground, first)
    tested = bunches(finds, config)
    tested = tested.pick(np.flatnonzero((tested.day >= first) & (tested.day + config.horizon_days <= last)))
    tested = tested.pick(np.unique(np.linspace(0, len(tested) - 1, min(most, len(tested))).astype(int)))
    hits = []
    for category, place, day in zip(tested.category, tested.place, tested.day, strict=True):
        known = histories.before(int(day))
        ranked = rank_similar(candidates(known, ground, int(category)), ground, int(place), weights)
        hit = came(finds, int(category), int(day), config, len(places))
        by_number = ranked.place[np.lexsort([ranked.place, -known.total[ranked.place]])]
        hits.append((hit[ranked.place[:top]].sum(), hit[by_number[:top]].sum()))
    ours, theirs = np.mean(hits, axis=0) if hits else (0.0, 0.0)
    return len(hits), float(ours), float(theirs)
