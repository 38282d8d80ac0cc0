"""The batched regression against statsmodels, and what must not break it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from detectors.series.breaks import BreakConfig
from detectors.series.features import calendar_features
from detectors.series.irls import RegressionConfig
from detectors.series.regression import fit_counts, predict

STEPS = 900
FEATURES = calendar_features([dt.date(2021, 1, 1) + dt.timedelta(i) for i in range(STEPS)], "US")
DESIGN = FEATURES.values - np.eye(1, FEATURES.values.shape[1], 1) * FEATURES.values[-1, 1]
PLAIN = RegressionConfig(iterations=8, outlier_high=99, outlier_low=99, window_outlier=999, breaks=BreakConfig(most=0))


def true_mean(level: float) -> np.ndarray:
    time = np.arange(STEPS)
    return level * np.exp(0.2 * np.cos(2 * np.pi * time / 365.25) - 0.3 * (time % 7 >= 5) - 0.1 * time / 365)


def overdispersed(mean: np.ndarray, seed: int, phi: float = 1.5) -> np.ndarray:
    draw = np.random.default_rng(seed)
    return draw.poisson(draw.gamma(mean / (phi - 1), phi - 1)).astype(float)


def test_fit_when_data_are_clean_then_agrees_with_statsmodels() -> None:
    import statsmodels.api as sm

    counts = overdispersed(true_mean(40.0), seed=1)
    alpha = PLAIN.alpha
    slow = sm.GLM(counts, DESIGN, family=sm.families.NegativeBinomial(alpha=alpha)).fit()
    model = fit_counts(counts[None], DESIGN, FEATURES.names, PLAIN)
    ours = predict(model, DESIGN)[0]
    holiday = DESIGN[
        :, [i for i, n in enumerate(FEATURES.names) if "holiday" in n or n.startswith(("lead", "reb"))]
    ].any(axis=1)
    np.testing.assert_allclose(ours[~holiday], slow.fittedvalues[~holiday], rtol=0.03)
    np.testing.assert_allclose(ours[holiday], slow.fittedvalues[holiday], rtol=0.15)  # rare columns lean on the prior
    for name in ("trend", "cos1", "weekday5"):
        i = FEATURES.names.index(name)
        assert model.coefficients[0, i] == pytest.approx(slow.params[i], abs=0.5 * slow.bse[i] * np.sqrt(1.5) + 0.02)


def test_dispersion_when_variance_is_a_multiple_of_the_mean_then_is_found() -> None:
    counts = np.array([overdispersed(true_mean(20.0), seed=s, phi=3.0) for s in range(20)])
    model = fit_counts(counts, DESIGN, FEATURES.names)
    variance = model.phi * (1 + model.alpha * 20)
    assert np.median(variance) == pytest.approx(3.0, rel=0.2)


def test_fit_when_there_were_outbreaks_then_keeps_the_baseline() -> None:
    clean = overdispersed(true_mean(10.0), seed=3)
    dirty = clean.copy()
    dirty[300:320] += 25
    dirty[600] += 200
    free, robust = (fit_counts(c[None], DESIGN, FEATURES.names) for c in (clean, dirty))
    np.testing.assert_allclose(predict(robust, DESIGN[-60:]), predict(free, DESIGN[-60:]), rtol=0.08)


@pytest.mark.parametrize("factor", [0.4, 2.5])
def test_fit_when_the_level_broke_then_follows_the_new_level(factor) -> None:
    mean = true_mean(15.0)
    mean[500:] *= factor
    model = fit_counts(overdispersed(mean, seed=4)[None], DESIGN, FEATURES.names)
    np.testing.assert_allclose(predict(model, DESIGN[-90:]).mean(), mean[-90:].mean(), rtol=0.2)


def test_fit_when_breaks_are_switched_off_then_misses_the_new_level() -> None:
    mean = true_mean(15.0)
    mean[700:] *= 2.5
    config = RegressionConfig(breaks=BreakConfig(most=0))
    counts = overdispersed(mean, seed=4)[None]
    wrong = predict(fit_counts(counts, DESIGN, FEATURES.names, config), DESIGN[-90:]).mean() / mean[-90:].mean()
    right = predict(fit_counts(counts, DESIGN, FEATURES.names), DESIGN[-90:]).mean() / mean[-90:].mean()
    assert abs(np.log(right)) < abs(np.log(wrong))


def test_fit_when_counting_failed_for_weeks_then_the_level_stands() -> None:
    for gap in (0.0, np.nan):
        counts = overdispersed(true_mean(12.0), seed=5)
        counts[400:425] = gap
        model = fit_counts(counts[None], DESIGN, FEATURES.names)
        assert predict(model, DESIGN[-60:]).mean() == pytest.approx(true_mean(12.0)[-60:].mean(), rel=0.12)


def test_fit_when_a_series_is_young_then_borrows_the_shape_of_its_siblings() -> None:
    many = np.array([overdispersed(true_mean(30.0), seed=s) for s in range(30)])
    young = overdispersed(true_mean(30.0), seed=99)
    young[: STEPS - 60] = np.nan
    alone = fit_counts(young[None], DESIGN, FEATURES.names)
    among = fit_counts(np.vstack([young, many]), DESIGN, FEATURES.names)
    season = np.exp(0.2 * np.cos(2 * np.pi * np.arange(STEPS) / 365.25))
    half_year_ago = slice(STEPS - 260, STEPS - 170)
    truth = np.log(true_mean(30.0))[half_year_ago].mean()
    error = [abs(np.log(predict(m, DESIGN))[0, half_year_ago].mean() - truth) for m in (among, alone)]
    assert season.max() > 1
    assert error[0] < error[1]


def test_fit_when_nothing_or_only_zeros_were_observed_then_stays_finite() -> None:
    counts = np.vstack([np.full(STEPS, np.nan), np.zeros(STEPS), overdispersed(true_mean(5.0), seed=6)])
    model = fit_counts(counts, DESIGN, FEATURES.names)
    assert np.isfinite(model.coefficients).all()
    assert predict(model, DESIGN[-30:])[1].max() < 0.02
