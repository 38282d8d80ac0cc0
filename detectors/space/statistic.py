"""How unusual a window's count in a shape is, given what the same shape held before."""

from __future__ import annotations

import numpy as np

CITY_PRIOR_EVENTS = 2.0  # events a largest circle is granted although it never had one


def shape_rates(
    baseline: np.ndarray, around: np.ndarray, area_share: np.ndarray, base_total: float, prior_events: float
) -> tuple[np.ndarray, np.ndarray]:
    """Gamma posterior of each shape's share of the group's events.

    Args:
        baseline: [shape, centre] (weighted) events of the study period; around: [centre] those of the largest circle.
        area_share: [shape] area as a part of the largest circle's.
        base_total: events of the whole group in the study period.

    Returns:
        shape and exposure, both [shape, centre]: a window in which the whole group has T events is expected to bring
        T * shape / exposure.  A small shape borrows `prior_events` from the largest circle around it.
    """
    lent = (around + CITY_PRIOR_EVENTS) * area_share[:, None]
    return baseline + prior_events, max(base_total, 1.0) * (1.0 + prior_events / lent)


def log_likelihood_ratio(
    observed: np.ndarray,
    shape: np.ndarray,
    exposure: np.ndarray,
    totals: np.ndarray,
    *,
    least: int = 1,
    lasting: int | None = None,
    floor: np.ndarray | None = None,
) -> np.ndarray:
    """Two-sample Poisson log likelihood ratio (Kulldorff's scan with an estimated baseline), 0 where nothing is in excess.

    Args:
        observed: [window, shape, centre] counts; shape, exposure: [shape, centre] of `shape_rates`.
        totals: [window] events expected in the whole group in each window.
        least: fewer events than this count as no excess.
        lasting: what shows no excess in its last so many days is over and counts for nothing; None = may be over.
        floor: [shape] ratios that need not be told from 0.  With excess d over the expected e no ratio is above d² / 2e, so most
            need no logarithm.
    """
    near = (shape / exposure).astype(np.float32)
    expected = totals.astype(np.float32)[:, None, None] * near
    excess = observed - expected
    worth = (excess > 0) & (observed >= least)
    if lasting:
        worth &= excess[min(lasting, len(totals)) - 1] > 0
    if floor is not None:
        worth &= excess * excess >= (1.998 * floor).astype(np.float32)[:, None] * expected  # float32 rounds
    ratio, at = np.zeros(observed.shape), np.flatnonzero(worth)
    window, place = np.divmod(at, near.size)
    ratio.ravel()[at] = _ratio(
        observed.ravel()[at].astype(float), shape.ravel()[place].astype(float), exposure.ravel()[place], totals[window]
    )
    return ratio


def _ratio(seen: np.ndarray, shape: np.ndarray, exposure: np.ndarray, total: np.ndarray) -> np.ndarray:
    """One rate for both times, against a rate for each."""
    rate = (seen + shape) / (total + exposure)
    ratio = seen * np.log(seen / (rate * total)) + shape * np.log(shape / (rate * exposure))
    return np.where(seen * exposure > shape * total, ratio, 0.0)


def window_totals(totals: np.ndarray, weekday: np.ndarray, windows: int) -> np.ndarray:
    """Events expected in the whole group in the last 1, 2, … `windows` days: half what came, half what weekday and level foretell.

    Args:
        totals: [day] events of the group, the last `windows` of them in question; weekday: [day] 0–6.
    """
    past, past_weekday = totals[:-windows].astype(float), weekday[:-windows]
    level = max(past.mean(), 1e-9)
    by_weekday = np.bincount(past_weekday, weights=past, minlength=7) / np.maximum(
        np.bincount(past_weekday, minlength=7), 1
    )
    factor = np.where(by_weekday > 0, by_weekday / level, 1.0)
    recent = slice(-min(28, len(past)), None)
    now = past[recent].sum() / factor[past_weekday[recent]].sum()
    expected = now * factor[weekday[-windows:]]
    daily = 0.5 * (totals[-windows:] + expected)
    return np.maximum(np.cumsum(daily[::-1]), 1e-9)
