"""From observed and expected to normal scores: exact mid-p of the negative binomial, and a fast deviance form for windows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.floating]


def mid_p(observed: Floats, expected: Floats, variance: Floats) -> Floats:
    """P(Y > y) + P(Y = y) / 2 for a negative binomial of this mean and variance (Poisson where variance ≤ mean); NaN passes."""
    y = np.asarray(observed, float)
    above, at_or_above = tail(y + 1.0, expected, variance), tail(y, expected, variance)
    return 0.5 * (above + at_or_above)


def tail(least: Floats, expected: Floats, variance: Floats) -> Floats:
    """P(Y ≥ least); 1 for least ≤ 0."""
    k = np.maximum(np.asarray(least, float), 0.0)
    mu, var = np.asarray(expected, float), np.asarray(variance, float)
    extra = np.maximum(var - mu, 1e-9 * mu + 1e-12)
    size = mu * mu / extra
    with np.errstate(divide="ignore", invalid="ignore"):
        binomial = special.betainc(np.maximum(k, 1e-9), size, mu / (mu + size))
        poisson = special.gammainc(np.maximum(k, 1e-9), mu)
    value = np.where(size > 1e6, poisson, binomial)
    return np.where(np.isnan(k + mu + var), np.nan, np.where(k <= 0, 1.0, value))


def normal_score(p: Floats) -> Floats:
    """The standard normal quantile that an upper tail p stands for, within ±8.2."""
    return -special.ndtri(np.clip(p, 1e-16, 1 - 1e-16))


def deviance_score(observed: Floats, expected: Floats, variance: Floats) -> Floats:
    """Signed root of the negative binomial deviance, close to the mid-p normal score (within 0.1 above 0) and ten times cheaper."""
    y, mu = np.asarray(observed, float), np.asarray(expected, float)
    size = mu * mu / np.maximum(variance - mu, 1e-6 * mu + 1e-12)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log((y + size) / (mu + size))
        first = np.where(y > 0, y * (np.log(y / mu) - ratio), 0.0)
    deviance = 2.0 * (first - size * ratio)
    return np.sign(y - mu) * np.sqrt(np.maximum(deviance, 0.0))


def upper_bound(expected: Floats, variance: Floats, z: float) -> Floats:
    """Gamma quantile by Wilson–Hilferty at z standard normal units: a smooth stand-in for the count quantile."""
    mu = np.asarray(expected, float)
    shape = mu * mu / np.maximum(variance, 1e-12)
    cube = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * np.sqrt(shape))
    return np.where(shape > 0.05, mu * np.maximum(cube, 0.0) ** 3, np.maximum(mu + z * np.sqrt(variance), 0.0))
