"""The next weeks of each series as quantiles: the batched count regression, then levels that follow the last weeks.

A part (a district) takes its season half from itself and half from its whole (the city), and its recent level from the whole first,
then slowly from itself: few counts tell little, but weather and calendars move all parts alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom

from detectors.series.features import Features
from detectors.series.irls import RegressionConfig
from detectors.series.regression import fit_counts, predict
from detectors.series.sequential import centred

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]


@dataclass(frozen=True)
class OutlookConfig:
    """Chosen on the bundled city's years up to 2018 and one simulated city (`docs/foresight.md`)."""

    history: int = 209  # weeks
    whole_memory: float = 0.8  # what a week keeps of its say on the level of a whole, per week
    whole_prior: float = 3.0  # expected counts (times φ) that speak for no change
    part_memory: float = 0.97  # the same for a part beside its whole
    part_prior: float = 12.0
    share_memory: float = 0.98  # of a part's share of its whole
    whole_season: float = 0.5  # weight of the whole's season in a part's
    damping: float = 0.97  # of the level, per week ahead
    recent: float = 0.1  # weight of the plain mean of the last four weeks, in logs
    spread: float = 1.15  # φ is estimated with outliers down-weighted: what they add
    drift: float = 0.15  # relative error of the mean, one week ahead …
    drift_a_week: float = 0.02  # … and what each further week adds
    regression: RegressionConfig = field(default_factory=lambda: RegressionConfig(window=4))


@dataclass(frozen=True)
class WeekOutlook:
    """expected[series, week ahead], quantiles[series, week ahead, level] in counts a week; usual[series]: annual mean per week at today's level."""

    expected: Floats
    quantiles: Floats
    usual: Floats


def forecast_outlook(
    weeks: Floats, features: Features, parent: Ints, levels: Floats, config: OutlookConfig | None = None
) -> WeekOutlook:
    """Forecast the weeks after the last one.

    Args:
        weeks: [series, week] counts, NaN = not observed.
        features: weekly design of these weeks and of those ahead; the number of rows beyond `weeks` is the horizon.
        parent: [series] index of the whole that a series is part of, -1 = none; a whole has no whole.
        levels: quantile levels, 0–1.

    Raises:
        ValueError: the features are not weekly or do not reach beyond the counts, or a parent has a parent.
    """
    config = config or OutlookConfig()
    _check(weeks, features, parent)
    begin = max(0, weeks.shape[1] - config.history)
    own, steps = weeks[:, begin:], weeks.shape[1] - begin
    design, names = _design(features, begin, steps)
    model = fit_counts(own, design[:steps], names, config.regression)
    is_part = parent >= 0
    mu = _seasons(own, predict(model, design), model.phi, parent, config)
    pace, level = _paces(own, mu[:, :steps], model.phi, parent, config)
    ahead = np.arange(1, mu.shape[1] - steps + 1)
    expected = mu[:, steps:] * pace[:, None] ** (config.damping**ahead) * level[:, None]
    recent = np.nanmean(np.where(np.isfinite(own[:, -4:]).any(axis=1)[:, None], own[:, -4:], 0.0), axis=1)
    expected = expected ** (1 - config.recent) * np.maximum(recent, 0.05)[:, None] ** config.recent
    error = config.drift + config.drift_a_week * (ahead - 1)
    variance = config.spread * model.phi[:, None] * expected + (error * expected) ** 2
    usual = mu[:, max(0, steps - 52) : steps].mean(axis=1) * np.where(is_part, pace, 1.0) * level
    return WeekOutlook(expected, count_quantiles(expected, variance, levels), usual)


def count_quantiles(mean: Floats, variance: Floats, levels: Floats) -> Floats:
    """Quantiles [..., level] of a negative binomial count with these moments (Poisson where the variance is no larger than the mean)."""
    mu = np.maximum(mean, 1e-6)
    size = (mu * mu / np.maximum(variance - mu, 1e-6 * mu))[..., None]
    return nbinom.ppf(levels, size, size / (size + mu[..., None]))


def follow_level(weeks: Floats, expected: Floats, memory: float, prior: Floats) -> Floats:
    """Observed over expected, both discounted by `memory` a week and pulled to 1 by `prior` [series] counts; [series, week], each week included."""
    above, below, out = prior.astype(float), prior.astype(float), np.empty(weeks.shape)
    seen = np.isfinite(weeks)
    counted = np.where(seen, weeks, 0.0)
    for i in range(weeks.shape[1]):
        kept, stays = seen[:, i], (1 - memory) * prior
        above = np.where(kept, memory * above + stays + counted[:, i], above)
        below = np.where(kept, memory * below + stays + expected[:, i], below)
        out[:, i] = above / below
    return out


def _check(weeks: Floats, features: Features, parent: Ints) -> None:
    if features.step_days != 7 or len(features.values) <= weeks.shape[1]:
        raise ValueError(
            f"{len(features.values)} steps of {features.step_days} days do not reach beyond {weeks.shape[1]} weeks"
        )
    if len(parent) != len(weeks) or np.any(parent[parent[parent >= 0]] >= 0):
        raise ValueError("parent must name a whole for each series, and a whole has no whole")


def _design(features: Features, begin: int, steps: int) -> tuple[Floats, tuple[str, ...]]:
    """The columns but the trend: over four weeks the level says it better."""
    kept = [i for i, name in enumerate(features.names) if name != "trend"]
    values = centred(features.values[begin:], features, begin + steps)[:, kept]
    return values, tuple(features.names[i] for i in kept)


def _seasons(weeks: Floats, mu: Floats, phi: Floats, parent: Ints, config: OutlookConfig) -> Floats:
    """A part's season: its own and its whole's times its share, by weight in logs."""
    part = np.flatnonzero(parent >= 0)
    whole, steps = mu[parent[part]], weeks.shape[1]
    share = follow_level(weeks[part], whole[:, :steps], config.share_memory, 0.02 * phi[part])[:, -1:]
    mixed = mu.copy()
    mixed[part] = mu[part] ** (1 - config.whole_season) * np.maximum(whole * share, 1e-4) ** config.whole_season
    return mixed


def _paces(weeks: Floats, mu: Floats, phi: Floats, parent: Ints, config: OutlookConfig) -> tuple[Floats, Floats]:
    """(level of the whole, further level of the part) at the last week, per series."""
    part = np.flatnonzero(parent >= 0)
    whole = follow_level(weeks, mu, config.whole_memory, config.whole_prior * phi)
    pace, level = whole[:, -1].copy(), np.ones(len(weeks))
    pace[part] = whole[parent[part], -1]
    own = follow_level(weeks[part], mu[part] * whole[parent[part]], config.part_memory, config.part_prior * phi[part])
    level[part] = own[:, -1]
    return pace, level
