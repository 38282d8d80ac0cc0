"""Batched robust seasonal count regression: thousands of series share one design matrix and one loop.

Each series has a log-linear mean, variance φμ + φαμ², and its own coefficients; the coefficients borrow from sibling series
through a normal prior whose mean and covariance are estimated from the batch (empirical Bayes, EM).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.series.breaks import find_breaks
from detectors.series.irls import BatchState, BreakFinder, Pass, RegressionConfig, pass_over

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Prior:
    """What siblings say about a coefficient vector: mean[column], covariance[column, column]."""

    mean: Floats
    covariance: Floats


@dataclass(frozen=True)
class CountModel:
    """A fitted batch.  Variance of one step is `phi * μ * (1 + alpha * μ)`.

    coefficients[series, column]; phi[series]; autocorrelation[series] (lag 1, of residuals); level_sd[series] (standard error
    of the log level); covariance[series, column, column]; counts[series] = expected counts the fit rests on.
    """

    coefficients: Floats
    covariance: Floats
    phi: Floats
    alpha: float
    autocorrelation: Floats
    level_sd: Floats
    counts: Floats
    prior: Prior


def default_prior(names: tuple[str, ...]) -> Prior:
    """A weak prior by kind of column: nothing known of the level, little of the trend, modest effects elsewhere."""
    kinds = {"one": 10.0, "trend": 0.3, "cos": 0.3, "sin": 0.3, "weekday": 0.4}
    sd = np.array([next((v for k, v in kinds.items() if name.startswith(k)), 0.4) for name in names])
    return Prior(np.zeros(len(names)), np.diag(sd**2))


def fit_counts(
    counts: Floats, design: Floats, names: tuple[str, ...], config: RegressionConfig | None = None
) -> CountModel:
    """Fit all series at once.

    Args:
        counts: [series, time], NaN = not observed.
        design: [time, column], first column 1, second the trend (best centred at the last day).
        names: names of the columns.
        config: iterations, outlier limits, breaks.

    Returns:
        the model; a series without a single observed step gets the prior mean.
    """
    config = config or RegressionConfig()
    state = BatchState.begin(counts, design, config)
    default = default_prior(names)
    prior, covariance = default, np.zeros((len(counts), state.size, state.size))
    for step in range(config.iterations):
        seek = 2 <= step < 2 + config.breaks.most
        finder = _break_finder(state, covariance, config) if seek else None
        pass_over(state, config, Pass(step > 0, step > config.breaks.most, finder, step - 2))
        covariance = _solve(state, prior, config, with_covariance=step > 0)
        if step > 0:
            prior = _learn(state, covariance, default, config) or prior
    pass_over(state, config, Pass(equations=False))
    return _model(state, covariance, prior)


def predict(model: CountModel, design: Floats) -> Floats:
    """Expected counts [series, time] for rows of a design matrix."""
    return np.exp(np.clip(model.coefficients @ design.T, -12.0, 12.0))


def _break_finder(state: BatchState, covariance: Floats, config: RegressionConfig) -> BreakFinder:
    plain = covariance[:, : state.width, : state.width] / state.drag()[:, None, None]

    def find(part: slice, residual: Floats, info: Floats) -> NDArray[np.int64]:
        return find_breaks(residual, info, state.design, plain[part], config.breaks)

    return find


def _solve(state: BatchState, prior: Prior, config: RegressionConfig, *, with_covariance: bool) -> Floats:
    """One penalised Newton step for all series; returns the coefficients' covariance [series, column, column], nothing when nobody asks."""
    p, q = state.width, state.size
    precision = np.zeros((q, q))
    precision[:p, :p] = np.linalg.inv(prior.covariance)
    precision[range(p, q), range(p, q)] = 1.0 / config.breaks.sd**2
    broken = (state.steps < len(state.design)).any(axis=1)
    covariance = _inverse(state.gram + precision, p, broken) if with_covariance else np.empty(0)
    centre = np.append(prior.mean, np.zeros(q - p))
    gradient = state.score - (state.beta - centre) @ precision
    if with_covariance:
        move = np.einsum("sij,sj->si", covariance, gradient)
    else:
        move = np.linalg.solve(state.gram + precision, gradient[:, :, None])[:, :, 0]
    state.beta += np.clip(move, -2.0, 2.0)
    return covariance


def _inverse(matrix: Floats, width: int, broken: NDArray[np.bool_]) -> Floats:
    """Inverses [series, column, column]; where a series has no break, its columns beyond `width` stand alone and only the others are inverted."""
    out = np.zeros_like(matrix)
    own = np.arange(width, matrix.shape[1])
    whole = np.flatnonzero(~broken)
    out[whole, :width, :width] = np.linalg.inv(matrix[whole, :width, :width])
    out[whole[:, None], own, own] = 1.0 / matrix[whole[:, None], own, own]
    out[broken] = np.linalg.inv(matrix[broken])
    return out


def _learn(state: BatchState, covariance: Floats, default: Prior, config: RegressionConfig) -> Prior | None:
    """One EM step for mean and covariance of all coefficients but the level; None when hardly any series can tell."""
    chosen = state.counts >= config.prior_counts
    n, p, weak = int(chosen.sum()), state.width, config.prior_series
    if n < 3:
        return None
    beta = state.beta[chosen, :p]
    mean = beta.sum(axis=0) / (n + weak)
    away = beta - mean
    second = covariance[chosen, :p, :p].sum(axis=0) + away.T @ away
    pooled = (second + weak * default.covariance) / (n + weak)
    mean[0] = 0.0
    pooled[0, :] = pooled[:, 0] = 0.0
    pooled[0, 0] = default.covariance[0, 0]
    return Prior(mean, pooled)


def _model(state: BatchState, covariance: Floats, prior: Prior) -> CountModel:
    """The steps' effects move into the level: all of them lie before the days to come."""
    fold = np.repeat(np.eye(state.size)[None, : state.width], len(state.beta), axis=0)
    fold[:, 0, state.width :] = state.steps < len(state.design)
    beta = np.einsum("spq,sq->sp", fold, state.beta)
    folded = fold @ covariance @ fold.transpose(0, 2, 1)
    centre = state.design[-min(len(state.design), 371) :].astype(float).mean(axis=0)
    centre[1] = state.design[-1, 1]
    level = np.sqrt(np.einsum("i,sij,j->s", centre, folded, centre))
    return CountModel(beta, folded, state.phi, state.alpha, state.rho, level, state.counts, prior)
