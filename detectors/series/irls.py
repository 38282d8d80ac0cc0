"""One pass of iteratively reweighted least squares over a batch, block by block so that all work stays in the cache.

Past outbreaks and outages lose weight by day and by fortnight residuals (after Noufaily et al. 2013, Statistics in Medicine
32:1206).  Arrays of [series, time] are float32 and live for one block only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detectors.series.breaks import BreakConfig

Floats = NDArray[np.floating]
BreakFinder = Callable[[slice, Floats, Floats], NDArray[np.int64]]
BLOCK = 96  # series worked on at once
HALF = np.float32(0.375)


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
    outage_expected: float = 10.0  # zeros where at least this many were expected are an outage …
    outage_run: int = 7  # … over this many steps without a break (regular closing days are no outage)
    outage_most: int = 91  # a silence that has lasted this long is a series that ended, not an outage
    alpha: float = 0.02  # extra-Poisson share that grows with μ, relative to φ
    max_autocorrelation: float = 0.8
    breaks: BreakConfig = field(default_factory=BreakConfig)


@dataclass
class BatchState:
    """The working state of one fit; `beta` holds the shared columns, then one column per level break."""

    counts_in: Floats  # [series, time], float32, NaN = not observed
    design: Floats  # [time, column], float32
    pairs: Floats  # [time, pairs of columns], float32
    upper: tuple[NDArray[np.int64], NDArray[np.int64]]  # rows and columns of those pairs
    alpha: float
    steps: NDArray[np.int64]  # [series, break]: first step of the new level; the length of time = no break
    beta: Floats
    phi: Floats
    rho: Floats
    counts: Floats  # [series] expected counts, by weight
    gram: Floats  # [series, column, column]
    score: Floats  # [series, column]

    @classmethod
    def begin(cls, counts: Floats, design: Floats, config: RegressionConfig) -> BatchState:
        """All series at their mean, no breaks, Poisson."""
        n, size = len(counts), design.shape[1] + config.breaks.most
        x = design.astype(np.float32)
        rows, cols = np.triu_indices(design.shape[1])
        beta = np.zeros((n, size))
        seen = np.isfinite(counts)
        beta[:, 0] = np.log((np.where(seen, counts, 0.0).sum(axis=1) + 0.5) / (seen.sum(axis=1) + 1.0))
        steps = np.full((n, config.breaks.most), len(design), dtype=np.int64)
        pairs = np.ascontiguousarray(x[:, rows] * x[:, cols])
        flat = (np.ones(n), np.zeros(n), np.zeros(n))
        return cls(
            counts.astype(np.float32),
            x,
            pairs,
            (rows, cols),
            config.alpha,
            steps,
            beta,
            *flat,
            np.zeros((n, size, size)),
            np.zeros((n, size)),
        )

    @property
    def width(self) -> int:
        """Number of shared columns."""
        return self.design.shape[1]

    @property
    def size(self) -> int:
        """Number of shared columns and of breaks."""
        return self.beta.shape[1]

    def drag(self) -> Floats:
        """[series] by how much less a step tells than a Poisson count: dispersion times the length of its memory."""
        return self.phi * (1.0 + self.rho) / (1.0 - self.rho)


@dataclass(frozen=True)
class Pass:
    """What one pass does: robust weights for days, for runs of days, a search for breaks, the normal equations."""

    days: bool = True
    runs: bool = True
    finder: BreakFinder | None = None  # looks for one more break per series …
    slot: int = 0  # … kept in this slot
    equations: bool = True


def pass_over(state: BatchState, config: RegressionConfig, todo: Pass) -> None:
    """Weights, dispersion, autocorrelation, and the normal equations at the present coefficients."""
    for i in range(0, len(state.beta), BLOCK):
        _pass_block(state, config, slice(i, i + BLOCK), todo)


def _pass_block(state: BatchState, config: RegressionConfig, part: slice, todo: Pass) -> None:
    raw = state.counts_in[part]
    seen = np.isfinite(raw)
    y = np.where(seen, raw, np.float32(0.0))
    mu = _means(state, part)
    spread = mu * np.float32(state.alpha) + np.float32(1.0)
    weight = seen.astype(np.float32)
    if todo.days:
        seen &= ~_outages(y, mu, config)
        residual = (np.sqrt(y + HALF) - np.sqrt(mu + HALF)) * seen / np.sqrt(spread) * np.float32(2.0)
        if todo.finder is not None:
            state.steps[part, todo.slot] = _found(state, part, todo.finder, residual, seen * mu / spread)
        weight = _robust_weight(state, config, part, residual, seen, todo.runs)
        state.phi[part] = _dispersion((y - mu) ** 2 / (mu * spread) * weight, weight, mu)
    state.counts[part] = (weight * mu).sum(axis=1)
    if todo.equations:
        _equations(state, part, y, mu, weight / spread)


def _found(state: BatchState, part: slice, finder: BreakFinder, residual: Floats, info: Floats) -> NDArray[np.int64]:
    limit = 3.0 * np.sqrt(state.phi[part]).astype(np.float32)[:, None]
    found = finder(part, np.clip(residual, -limit, limit), info)
    return np.where(found >= 0, found, len(state.design))


def _outages(y: Floats, mu: Floats, config: RegressionConfig) -> NDArray[np.bool_]:
    """Days of a run of zeros that is too long for the mean: nobody counted.  They are left out of the fit."""
    silent = (y == 0) & (mu > config.outage_expected / config.outage_run)
    flagged = np.zeros_like(silent)
    rows = np.flatnonzero(silent.any(axis=1))
    run = config.outage_run
    none = (_moving_sum(y[rows], run) == 0) & (_moving_sum(mu[rows], run) > config.outage_expected)
    flagged[rows] = (_moving_sum(none.astype(np.float32), run) > 0) & (y[rows] == 0)
    ended = flagged[:, -config.outage_most :].all(axis=1)
    return flagged & ~ended[:, None]


def _means(state: BatchState, part: slice) -> Floats:
    eta = state.beta[part, : state.width].astype(np.float32) @ state.design.T
    steps = state.steps[part]
    for k in np.flatnonzero((steps < len(state.design)).any(axis=0)):
        eta += state.beta[part, state.width + k].astype(np.float32)[:, None] * _after(steps[:, k], len(state.design))
    return np.exp(np.clip(eta, -12.0, 12.0))


def _after(steps: NDArray[np.int64], length: int) -> NDArray[np.bool_]:
    return np.arange(length)[None, :] >= steps[:, None]


def _robust_weight(
    state: BatchState, config: RegressionConfig, part: slice, residual: Floats, seen: NDArray[np.bool_], runs: bool
) -> Floats:
    """Squared ratio of limit to residual where a day or its fortnight is beyond the limit, else 1; updates the autocorrelation."""
    residual = residual / np.sqrt(state.phi[part]).astype(np.float32)[:, None]
    rho = state.rho[part].copy()
    state.rho[part] = _autocorrelation(np.clip(residual, -3.0, 3.0), seen, config.max_autocorrelation)
    off = np.maximum(residual / np.float32(config.outlier_high), residual / np.float32(-config.outlier_low))
    if runs:
        limit = np.sqrt(config.window * (1.0 + rho) / (1.0 - rho)) * config.window_outlier
        off = np.maximum(off, np.abs(_moving_sum(residual, config.window)) / limit.astype(np.float32)[:, None])
    off = np.maximum(off, np.float32(1.0))
    return seen / (off * off)


def _equations(state: BatchState, part: slice, y: Floats, mu: Floats, weight: Floats) -> None:
    """Gram matrix and score of the penalised likelihood, with one row and column per break of a series."""
    scaled = weight / state.drag()[part].astype(np.float32)[:, None]
    pull, work = (y - mu) * scaled, mu * scaled
    gram, score = np.zeros((len(y), state.size, state.size)), np.zeros((len(y), state.size))
    rows, cols = state.upper
    gram[:, rows, cols] = gram[:, cols, rows] = work @ state.pairs
    score[:, : state.width] = pull @ state.design
    steps = state.steps[part]
    for k in range(steps.shape[1]):
        _border(state, gram, score, (work, pull), steps, k)
    state.gram[part], state.score[part] = gram, score


def _border(
    state: BatchState, gram: Floats, score: Floats, sums: tuple[Floats, Floats], steps: NDArray[np.int64], k: int
) -> None:
    work, pull = sums
    length, at = len(state.design), state.width + k
    rows = np.flatnonzero(steps[:, k] < length)
    if len(rows) == 0:
        return
    after = _after(steps[rows, k], length)
    later = work[rows] * after
    gram[rows, at, : state.width] = gram[rows, : state.width, at] = later @ state.design
    score[rows, at] = (pull[rows] * after).sum(axis=1)
    for other in range(k + 1):
        both = (later * _after(steps[rows, other], length)).sum(axis=1)
        gram[rows, at, state.width + other] = gram[rows, state.width + other, at] = both


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
    steps = values.shape[1]
    half, ahead = min(window // 2, steps), min(window - window // 2, steps)
    total = np.empty((len(values), steps + 1), values.dtype)
    total[:, 0] = 0
    np.cumsum(values, axis=1, out=total[:, 1:])
    sums = np.empty(values.shape, values.dtype)
    sums[:, : steps - ahead] = total[:, ahead:-1]
    sums[:, steps - ahead :] = total[:, -1:]
    sums[:, half:] -= total[:, : steps - half]
    return sums
