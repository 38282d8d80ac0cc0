"""Batched robust seasonal count regression: thousands of series share one design matrix and one loop.

Each series has a log-linear mean, variance φμ + αμ², and its own coefficients; the coefficients borrow from sibling series
through a normal prior whose mean and covariance are estimated from the batch (empirical Bayes, EM).  Past outbreaks and outages
are down-weighted by day and by fortnight residuals (after Noufaily et al. 2013, Statistics in Medicine 32:1206).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detectors.series.breaks import BreakConfig, find_breaks

Floats = NDArray[np.floating]
BLOCK = 96  # series worked on at once where arrays are [series, time]


@dataclass(frozen=True)
class RegressionConfig:
    """How a batch of series is fitted."""

    iterations: int = 4
    outlier_high: float = 2.2  # residual above which a day loses weight
    outlier_low: float = 2.8
    window_outlier: float = 2.2  # the same for a window's mean residual
    window: int = 14  # steps in that window
    prior_counts: float = 150.0  # series with fewer expected counts do not shape the prior
    prior_series: float = 8.0  # weight of the weak default prior, in series
    alpha: float = 0.02  # extra-Poisson share that grows with μ, relative to φ
    max_autocorrelation: float = 0.8
    breaks: BreakConfig = field(default_factory=BreakConfig)


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
        fit.reweight(days=step > 0, runs=step > config.breaks.most)
        fit.solve()
        if step > 0:
            fit.learn_prior()
        if 0 < step <= config.breaks.most:
            fit.add_breaks(step - 1)
    fit.reweight(days=True, runs=True)
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
        self.width, self.alpha = design.shape[1], config.alpha
        self.rows, self.cols = np.triu_indices(self.width)
        self.pairs = np.ascontiguousarray(self.x[:, self.rows] * self.x[:, self.cols])
        self.steps = np.full((len(counts), config.breaks.most), len(design), dtype=np.int64)
        self.beta = np.zeros((len(counts), self.width + config.breaks.most))
        self.beta[:, 0] = np.log((self.y.sum(axis=1) + 0.5) / (self.seen.sum(axis=1) + 1.0))
        self.phi, self.rho = np.ones(len(counts)), np.zeros(len(counts))
        self.mu, self.weight, self.residual = (np.zeros_like(self.y) for _ in range(3))

    def reweight(self, *, days: bool, runs: bool) -> None:
        """Means, weights, dispersion and autocorrelation at the present coefficients, block by block to stay in the cache.

        days: single days far off lose weight; runs: so do runs of days.
        """
        for i in range(0, len(self.y), BLOCK):
            self._reweight_block(slice(i, i + BLOCK), days, runs)

    def _reweight_block(self, part: slice, days: bool, runs: bool) -> None:
        y, seen, mu = self.y[part], self.seen[part], self._means(part)
        self.mu[part] = mu
        self.weight[part] = seen
        if not days:
            return
        spread = mu * self.alpha + 1.0
        scale = 2.0 / np.sqrt(self.phi[part]).astype(np.float32)[:, None]
        residual = (np.sqrt(y + np.float32(0.375)) - np.sqrt(mu + np.float32(0.375))) * seen / np.sqrt(spread) * scale
        weight = self._weights(residual, self.rho[part], runs) * seen
        self.weight[part], self.residual[part] = weight, np.clip(residual, -3.0, 3.0)
        pearson = (y - mu) ** 2 / (mu * spread) * weight
        self.phi[part] = _dispersion(pearson, weight, mu)
        self.rho[part] = _autocorrelation(self.residual[part], seen, self.config.max_autocorrelation)

    def _means(self, part: slice) -> Floats:
        eta = self.beta[part, : self.width].astype(np.float32) @ self.x.T
        time = np.arange(len(self.x))
        for k in np.flatnonzero((self.steps[part] < len(self.x)).any(axis=0)):
            eta += self.beta[part, self.width + k].astype(np.float32)[:, None] * (time >= self.steps[part, k][:, None])
        return np.exp(np.clip(eta, -12.0, 12.0))

    def _weights(self, residual: Floats, rho: Floats, runs: bool) -> Floats:
        """Squared ratio of limit to residual where a day or its fortnight is beyond the limit, else 1."""
        c = self.config
        day = np.maximum(residual / np.float32(c.outlier_high), residual / np.float32(-c.outlier_low))
        if not runs:
            return np.maximum(day, np.float32(1.0)) ** -2
        inflation = np.sqrt(c.window * (1.0 + rho) / (1.0 - rho)) * c.window_outlier
        run = np.abs(_moving_sum(residual, c.window)) / inflation.astype(np.float32)[:, None]
        return np.maximum(np.maximum(day, run), np.float32(1.0)) ** -2

    def solve(self) -> None:
        """One penalised IRLS step for all series."""
        drag = self._drag().astype(np.float32)[:, None]
        weight = self.weight * self.mu / ((1.0 + self.alpha * self.mu) * drag)
        pull = (self.y - self.mu) / self.mu * weight
        gram, score = self._gram(weight), np.zeros_like(self.beta)
        score[:, : self.width] = pull @ self.x
        self._border(weight, pull, gram, score)
        precision = self._precision()
        self.covariance = np.linalg.inv(gram + precision)
        centre = np.append(self.prior.mean, np.zeros(self.config.breaks.most))
        gradient = score - (self.beta - centre) @ precision
        self.beta = self.beta + np.clip(np.einsum("sij,sj->si", self.covariance, gradient), -2.0, 2.0)
        self.info = (self.weight * self.mu).sum(axis=1)

    def _drag(self) -> Floats:
        """By how much less a step tells than a Poisson count: dispersion times the length of its memory."""
        return self.phi * (1.0 + self.rho) / (1.0 - self.rho)

    def _gram(self, weight: Floats) -> Floats:
        size = self.beta.shape[1]
        gram = np.zeros((len(weight), size, size))
        gram[:, self.rows, self.cols] = gram[:, self.cols, self.rows] = weight @ self.pairs
        return gram

    def _border(self, weight: Floats, pull: Floats, gram: Floats, score: Floats) -> None:
        """Rows and columns of the steps, each series at its own time."""
        time = np.arange(len(self.x))
        for k in range(self.config.breaks.most):
            rows = np.flatnonzero(self.steps[:, k] < len(self.x))
            after = weight[rows] * (time >= self.steps[rows, k][:, None])
            cross, at = after @ self.x, self.width + k
            gram[rows, at, : self.width] = gram[rows, : self.width, at] = cross
            score[rows, at] = (pull[rows] * (time >= self.steps[rows, k][:, None])).sum(axis=1)
            for other in range(k + 1):
                both = (after * (time >= self.steps[rows, other][:, None])).sum(axis=1)
                gram[rows, at, self.width + other] = gram[rows, self.width + other, at] = both

    def _precision(self) -> Floats:
        most, size = self.config.breaks.most, self.beta.shape[1]
        precision = np.zeros((size, size))
        precision[: self.width, : self.width] = np.linalg.inv(self.prior.covariance)
        precision[range(self.width, size), range(self.width, size)] = 1.0 / self.config.breaks.sd**2
        assert size == self.width + most, (size, self.width, most)
        return precision

    def add_breaks(self, slot: int) -> None:
        """Look for one more level break per series and give it a column."""
        info = self.seen * self.mu / (1.0 + self.alpha * self.mu)
        unit = np.sqrt(self.phi).astype(np.float32)[:, None]
        covariance = self.covariance[:, : self.width, : self.width] / self._drag()[:, None, None]
        found = find_breaks(self.residual * unit, info, self.x, covariance, self.config.breaks)
        self.steps[:, slot] = np.where(found >= 0, found, len(self.x))

    def learn_prior(self) -> None:
        """One EM step for mean and covariance of all coefficients but the level."""
        chosen = self.info >= self.config.prior_counts
        if chosen.sum() < 3:
            return
        weak, n, p = self.config.prior_series, int(chosen.sum()), self.width
        beta = self.beta[chosen, :p]
        mean = beta.sum(axis=0) / (n + weak)
        away = beta - mean
        second = self.covariance[chosen, :p, :p].sum(axis=0) + away.T @ away
        covariance = (second + weak * self.default.covariance) / (n + weak)
        mean[0] = 0.0
        covariance[0, :] = covariance[:, 0] = 0.0
        covariance[0, 0] = self.default.covariance[0, 0]
        self.prior = Prior(mean, covariance)

    def model(self) -> CountModel:
        """The steps' effects move into the level: all of them lie before the days to come."""
        fold = np.eye(self.beta.shape[1])[: self.width]
        fold = np.repeat(fold[None], len(self.beta), axis=0)
        fold[:, 0, self.width :] = self.steps < len(self.x)
        beta = np.einsum("spq,sq->sp", fold, self.beta)
        covariance = fold @ self.covariance @ fold.transpose(0, 2, 1)
        centre = self.x[-min(len(self.x), 371) :].astype(float).mean(axis=0)
        centre[1] = self.x[-1, 1]
        level = np.sqrt(np.einsum("i,sij,j->s", centre, covariance, centre))
        return CountModel(beta, covariance, self.phi, self.alpha, self.rho, level, self.info, self.prior)


def _dispersion(pearson: Floats, weight: Floats, mu: Floats) -> Floats:
    """φ per series: weighted mean of squared residuals, shrunk towards 1 where few counts were expected."""
    # a day of mean μ carries about 2μ/(1+2μ) of the information on φ that a Gaussian day does
    info = (weight * (mu / (2.0 * mu + 1.0))).sum(axis=1)
    raw = 1.04 * pearson.sum(axis=1) / np.maximum(weight.sum(axis=1), 1.0)
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
