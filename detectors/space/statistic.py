"""How unusual a window's count in a circle is, given what the same circle held before."""

from __future__ import annotations

import numpy as np
from scipy.special import xlogy

from detectors.space.config import ScanConfig

CITY_PRIOR_EVENTS = 2.0  # events a largest circle is granted although it never had one


def circle_rates(baseline: np.ndarray, base_total: float, config: ScanConfig) -> tuple[np.ndarray, np.ndarray]:
    """Gamma posterior of each circle's share of the group's events.

    Args:
        baseline: [radius, centre] events of the study period.
        base_total: events of the whole group in the study period.

    Returns:
        shape and exposure, both [radius, centre]: a window in which the whole group has T events is expected to bring
        T * shape / exposure into the circle.  A small circle borrows `prior_events` from the largest one around it.
    """
    area = (np.asarray(config.radii_m) / config.radii_m[-1])[:, None] ** 2
    around = (baseline[-1] + CITY_PRIOR_EVENTS) * area
    prior = config.prior_events
    return baseline + prior, max(base_total, 1.0) * (1.0 + prior / around)


def log_likelihood_ratio(
    observed: np.ndarray, shape: np.ndarray, exposure: np.ndarray, totals: np.ndarray
) -> np.ndarray:
    """Two-sample Poisson log likelihood ratio (Kulldorff's scan with an estimated baseline), 0 where nothing is in excess.

    Args:
        observed: [window, radius, centre] counts; shape, exposure: [radius, centre] of `circle_rates`.
        totals: [window] events expected in the whole group in each window.
    """
    window = totals[:, None, None]
    share = window / (window + exposure)
    both = observed + shape
    ratio = xlogy(observed, observed / (both * share)) + shape * np.log(shape / (both * (1.0 - share)))
    return np.where(observed * exposure > shape * window, ratio, 0.0)


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
