"""Lasting level breaks inside the history: a score test for one more step column, for all series and weeks at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class BreakConfig:
    """When a level break is believed."""

    most: int = 2  # steps per series; 0 switches them off
    z: float = 5.0  # least score statistic
    least_blocks: int = 8  # shortest stretch before and after, in blocks
    block: int = 7  # steps in one block
    least_info: float = 60.0  # expected counts below which a series is left alone
    sd: float = 0.8  # prior standard deviation of a step's log size


def find_breaks(
    residual: Floats, info: Floats, design: Floats, covariance: Floats, config: BreakConfig
) -> NDArray[np.int64]:
    """The step where each series' level most likely broke, or -1.

    Args:
        residual: [series, time] standardised residuals of the fit without that step, bounded, 0 = not observed.
        info: [series, time] information each step of time carries on the log level, 0 = not observed.
        design: [time, column] of the fit.
        covariance: [series, column, column] of its coefficients at dispersion 1.
        config: when a break is believed.

    Source: Rao's score test; the variance of its sums over blocks from differences of neighbours, so that a break does not hide itself.
    """
    blocks = residual.shape[1] // config.block
    none = np.full(len(residual), -1, dtype=np.int64)
    if blocks < 2 * config.least_blocks + 1:
        return none
    score, weight = (_blocks(a, blocks, config.block) for a in (residual * np.sqrt(info), info))
    columns = design[: blocks * config.block].reshape(blocks, config.block, -1).mean(axis=1)
    z = _statistic(score, weight, columns, covariance) / np.sqrt(_block_variance(score, weight))[:, None]
    z[:, : config.least_blocks] = 0.0
    z[:, blocks - config.least_blocks + 1 :] = 0.0
    best = np.abs(z).argmax(axis=1)
    sure = (np.abs(z[np.arange(len(z)), best]) >= config.z) & (info.sum(axis=1) >= config.least_info)
    return np.where(sure, best * config.block, none)


def _blocks(values: Floats, blocks: int, size: int) -> Floats:
    return values[:, : blocks * size].reshape(len(values), blocks, size).sum(axis=2)


def _statistic(score: Floats, weight: Floats, columns: Floats, covariance: Floats) -> Floats:
    """Σ of later scores over its standard deviation, given that the other columns were fitted too."""
    later = np.cumsum(score[:, ::-1], axis=1)[:, ::-1]
    own = np.cumsum(weight[:, ::-1], axis=1)[:, ::-1]
    cross = _sums_from_the_end(weight, columns.astype(weight.dtype))
    shared = ((cross @ covariance.astype(weight.dtype)) * cross).sum(axis=2)
    return later / np.sqrt(np.maximum(own - shared, 0.02 * own + 1e-6))


def _sums_from_the_end(weight: Floats, columns: Floats) -> Floats:
    """[series, block, column] sums over a block and all later ones, a block at a time: numpy's own running sums take one number at a time."""
    sums = np.ascontiguousarray(weight.T)[:, :, None] * columns[:, None, :]
    for block in range(len(sums) - 2, -1, -1):
        sums[block] += sums[block + 1]
    return sums.transpose(1, 0, 2)


def _block_variance(score: Floats, weight: Floats) -> Floats:
    """Robust long-run variance of a block's standardised score, at least 1.

    Differences of neighbours give the variance, differences four blocks apart how much of it lasts; a break touches few of them.
    """
    e = score / np.sqrt(weight + 1e-6)
    near, far = (np.median((e[:, lag:] - e[:, :-lag]) ** 2, axis=1) / (2.0 * 0.4549) for lag in (1, 4))
    fresh = np.clip(near / np.maximum(far, 1e-6), 0.2, 1.0)
    return np.maximum(np.maximum(near, far) * (2.0 - fresh) / fresh, 1.0)
