"""Batched robust seasonal count regression: thousands of series share one design matrix and one loop.

Each series has a log-linear mean, variance φμ + αμ², and its own coefficients; the coefficients borrow from sibling series
through a normal prior whose mean and covariance are estimated from the batch (empirical Bayes, EM).  Past outbreaks and outages
are down-weighted by day and by fortnight residuals (after Noufaily et al. 2013, Statistics in Medicine 32:1206).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class RegressionConfig:
    """How a batch of series is fitted."""

    iterations: int = 5
    outlier_high: float = 2.2  # residual above which a day loses weight
    outlier_low: float = 2.8
    window_outlier: float = 2.5  # the same for a window's mean residual
    window: int = 14  # steps in that window
    prior_counts: float = 150.0  # series with fewer expected counts do not shape the prior
    prior_series: float = 8.0  # weight of the weak default prior, in series
    alpha: float = 0.02  # extra-Poisson share that grows with μ, relative to φ
    max_autocorrelation: float = 0.8


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

    Returns:
        the model; a series without a single observed step gets the prior mean.
    """
    config = config or RegressionConfig()
    fit = _Fit(counts, design, default_prior(names), config)
    for step in range(config.iterations):
        fit.reweight(robust=step > 0)
        fit.solve()
        if step > 0:
            fit.learn_prior()
    fit.reweight(robust=True)
    return fit.model()


def predict(model: CountModel, design: Floats) -> Floats:
    """Expected counts [series, time] for rows of a design matrix."""
    return np.exp(np.clip(model.coefficients @ design.T, -12.0, 12.0))


class _Fit:
    """The working state of one batch; float32 where arrays are [series, time]."""

    def __init__(self, counts: Floats, design: Floats, prior: Prior, config: RegressionConfig) -> None:
        self.config, self.default, self.prior = config, prior, prior
        self.seen = np.isfinite(counts)
        self.y = np.where(self.seen, counts, 0.0).astype(np.float32)
        self.x = design.astype(np.float32)
        self.rows, self.cols = np.triu_indices(design.shape[1])
        self.pairs = np.ascontiguousarray(self.x[:, self.rows] * self.x[:, self.cols])
        total = self.seen.sum(axis=1)
        mean = (self.y.sum(axis=1) + 0.5) / (total + 1.0)
        self.beta = np.zeros((len(counts), design.shape[1]))
        self.beta[:, 0] = np.log(mean)
        self.alpha = config.alpha
        self.phi = np.ones(len(counts))
        self.rho = np.zeros(len(counts))
        self.covariance = np.broadcast_to(prior.covariance, (len(counts), *prior.covariance.shape))
        self.info = np.zeros(len(counts))

    def reweight(self, *, robust: bool) -> None:
        """Means, residuals, outlier weights, dispersion and autocorrelation at the present coefficients."""
        self.mu = np.exp(np.clip(self.beta.astype(np.float32) @ self.x.T, -12.0, 12.0))
        spread = 1.0 + self.alpha * self.mu
        if not robust:
            self.weight = self.seen.astype(np.float32)
            self.phi = np.ones(len(self.mu))
            return
        residual = (
            2.0
            * (np.sqrt(self.y + 0.375) - np.sqrt(self.mu + 0.375))
            / np.sqrt(spread * self.phi.astype(np.float32)[:, None])
        )
        residual *= self.seen
        self.weight = self._weights(residual)
        pearson = (self.y - self.mu) ** 2 / (self.mu * spread) * self.weight
        self.phi = _dispersion(pearson, self.weight, self.mu)
        self.rho = _autocorrelation(np.clip(residual, -3.0, 3.0), self.seen, self.config.max_autocorrelation)

    def _weights(self, residual: Floats) -> Floats:
        c = self.config
        day = np.where(residual > 0, c.outlier_high, c.outlier_low) / np.maximum(np.abs(residual), 1e-3)
        inflation = np.sqrt((1.0 + self.rho) / (1.0 - self.rho)).astype(np.float32)[:, None]
        run = _moving_sum(residual, c.window) / (np.sqrt(c.window) * inflation)
        week = c.window_outlier / np.maximum(np.abs(run), 1e-3)
        return (np.minimum(1.0, np.minimum(day, week)) ** 2 * self.seen).astype(np.float32)

    def solve(self) -> None:
        """One penalised IRLS step for all series."""
        width = self.x.shape[1]
        drag = (self.phi * (1.0 + self.rho) / (1.0 - self.rho)).astype(np.float32)[:, None]
        weight = self.weight * self.mu / ((1.0 + self.alpha * self.mu) * drag)
        score = ((self.y - self.mu) / self.mu * weight) @ self.x
        gram = np.empty((len(self.mu), width, width))
        gram[:, self.rows, self.cols] = gram[:, self.cols, self.rows] = weight @ self.pairs
        precision = np.linalg.inv(self.prior.covariance)
        self.covariance = np.linalg.inv(gram + precision)
        gradient = score - (self.beta - self.prior.mean) @ precision
        move = np.einsum("sij,sj->si", self.covariance, gradient)
        self.beta = self.beta + np.clip(move, -2.0, 2.0)
        self.info = (self.weight * self.mu).sum(axis=1)

    def learn_prior(self) -> None:
        """One EM step for mean and covariance of all coefficients but the level."""
        chosen = self.info >= self.config.prior_counts
        if chosen.sum() < 3:
            return
        weak, n = self.config.prior_series, int(chosen.sum())
        mean = self.beta[chosen].sum(axis=0) / (n + weak)
        away = self.beta[chosen] - mean
        second = self.covariance[chosen].sum(axis=0) + away.T @ away
        covariance = (second + weak * self.default.covariance) / (n + weak)
        mean[0] = 0.0
        covariance[0, :] = covariance[:, 0] = 0.0
        covariance[0, 0] = self.default.covariance[0, 0]
        self.prior = Prior(mean, covariance)

    def model(self) -> CountModel:
        last = self.x[-1].astype(float)
        centre = self.x[-min(len(self.x), 371) :].astype(float).mean(axis=0)
        centre[1] = last[1]
        level = np.sqrt(np.einsum("i,sij,j->s", centre, self.covariance, centre))
        return CountModel(self.beta, self.covariance, self.phi, self.alpha, self.rho, level, self.info, self.prior)


def _dispersion(pearson: Floats, weight: Floats, mu: Floats) -> Floats:
    """φ per series: weighted mean of squared residuals, shrunk towards 1 where few counts were expected."""
    total = weight.sum(axis=1)
    # a day of mean μ carries about 2μ/(1+2μ) of the information on φ that a Gaussian day does
    info = 0.5 * (weight * (2.0 * mu / (1.0 + 2.0 * mu))).sum(axis=1)
    raw = 1.04 * pearson.sum(axis=1) / np.maximum(total, 1.0)
    return np.clip((raw * info + 10.0) / (info + 10.0), 0.7, 200.0).astype(float)


def _autocorrelation(residual: Floats, seen: NDArray[np.bool_], most: float) -> Floats:
    pairs = (seen[:, 1:] & seen[:, :-1]).sum(axis=1)
    centred = (residual - residual.sum(axis=1, keepdims=True) / np.maximum(seen.sum(axis=1, keepdims=True), 1)) * seen
    lag = (centred[:, 1:] * centred[:, :-1]).sum(axis=1) / np.maximum((centred**2).sum(axis=1), 1e-6)
    return np.clip(lag * pairs / (pairs + 20.0), 0.0, most).astype(float)


def _moving_sum(values: Floats, window: int) -> Floats:
    """Centred sums over `window` steps along time, fewer at the ends."""
    half = window // 2
    total = np.concatenate([np.zeros((len(values), 1), values.dtype), np.cumsum(values, axis=1)], axis=1)
    index = np.arange(values.shape[1])
    return total[:, np.minimum(index + window - half, values.shape[1])] - total[:, np.maximum(index - half, 0)]
