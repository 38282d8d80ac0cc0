"""Scoring day by day: refits tied to the calendar, histories that are short, and the rules that make an alarm."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from detectors.series import AlarmConfig, Features, calendar_features, score_days, weekly_config
from detectors.series.sequential import SeriesConfig, refit_start

STEPS = 600
FEATURES = calendar_features([dt.date(2021, 3, 1) + dt.timedelta(i) for i in range(STEPS)], "US")


def cut(features: Features, start: int, stop: int) -> Features:
    return replace(features, values=features.values[start:stop], ordinals=features.ordinals[start:stop])


def city(seed: int = 0, steps: int = STEPS) -> np.ndarray:
    draw = np.random.default_rng(seed)
    return draw.poisson(np.geomspace(0.1, 100, 30)[:, None] * np.ones(steps)).astype(float)


def test_scores_when_two_runs_begin_on_different_days_then_agree_where_they_meet() -> None:
    counts = city()
    long, short = score_days(counts, 430, FEATURES), score_days(counts, 555, FEATURES)
    for name in ("expected", "upper", "score"):
        np.testing.assert_allclose(getattr(long, name)[:, 125:], getattr(short, name), atol=1e-9)
    assert (long.state[:, 125:] == short.state).all()


def test_refit_start_when_history_begins_later_then_is_the_same_date() -> None:
    later = cut(FEATURES, 33, STEPS)
    for index in (100, 127, 128, 400):
        assert FEATURES.ordinals[refit_start(FEATURES, index, 28)] == later.ordinals[refit_start(later, index - 33, 28)]


def test_scores_when_an_outbreak_is_planted_then_an_alarm_starts_in_it_at_every_volume() -> None:
    counts = city(1)
    mean = np.geomspace(0.1, 100, 30)
    counts[:, 560:574] += np.ceil(2.0 * np.sqrt(mean))[:, None]
    days = score_days(counts, 540, FEATURES)
    found = (days.state[:, 20:34] == "start").any(axis=1)
    assert found.mean() > 0.9
    assert (days.state[:, :20] == "start").sum() <= 3


def test_states_when_an_alarm_goes_on_then_starts_once() -> None:
    counts = city(2)
    counts[20:, 560:590] *= 2
    days = score_days(counts, 540, FEATURES)
    starts = (days.state[20:, 20:50] == "start").sum(axis=1)
    assert (starts == 1).mean() > 0.8


def test_budget_when_more_false_alerts_are_allowed_then_more_alarms() -> None:
    counts = city(3)
    strict, lax = (score_days(counts, 400, FEATURES, AlarmConfig(budget=b)).is_alarm.sum() for b in ("1/yr", "1/90d"))
    assert lax > strict


def test_alerts_when_nothing_happens_then_stay_near_the_budget() -> None:
    draw = np.random.default_rng(5)
    mean = np.exp(draw.uniform(np.log(0.1), np.log(300), 200))[:, None]
    counts = draw.poisson(draw.gamma(mean * np.ones(STEPS) / 0.5, 0.5)).astype(float)
    days = score_days(counts, STEPS - 200, FEATURES)
    per_year = (days.state == "start").sum() / (200 * 200 / 365.25)
    assert 0.2 < per_year < 1.5


def test_least_count_when_one_event_follows_long_silence_then_no_alarm() -> None:
    counts = np.zeros((3, STEPS))
    counts[:, 580] = [1, 2, 6]
    days = score_days(counts, 540, FEATURES)
    assert days.is_alarm.any(axis=1).tolist() == [False, False, True]


def test_scores_when_history_is_shorter_than_four_weeks_then_not_assessed() -> None:
    days = score_days(city()[:, :60], 5, cut(FEATURES, 0, 60))
    assert np.isnan(days.score[:, :20]).all()
    assert np.isfinite(days.score[:, 30:]).all()
    assert not days.is_alarm[:, :20].any()


def test_scores_when_a_day_was_not_observed_then_only_that_day_is_not_assessed() -> None:
    counts = city()
    counts[4, 570:573] = np.nan
    score = score_days(counts, 560, FEATURES).score
    assert np.isnan(score[4, 10:13]).all()
    assert np.isfinite(np.delete(score.ravel(), range(4 * 40 + 10, 4 * 40 + 13))).all()


def test_outage_when_counts_are_zero_for_a_week_then_no_alarm_follows_the_return() -> None:
    counts = city(6)
    counts[15:, 560:567] = 0
    days = score_days(counts, 555, FEATURES)
    assert days.is_alarm[15:].mean() < 0.02


@pytest.mark.parametrize(("change", "match"), [({"first": 600}, "outside"), ({"first": -1}, "outside")])
def test_score_days_when_first_is_outside_then_says_so(change, match) -> None:
    with pytest.raises(ValueError, match=match):
        score_days(city(), change["first"], FEATURES)


def test_score_days_when_input_is_wrong_then_says_so() -> None:
    with pytest.raises(ValueError, match="negative"):
        score_days(-1.0 - city(), 500, FEATURES)
    with pytest.raises(ValueError, match="do not match"):
        score_days(city()[:, :500], 400, FEATURES)


def test_options_when_changed_then_matter() -> None:
    counts = city(7)
    base = score_days(counts, 560, FEATURES)
    often = score_days(counts, 560, FEATURES, AlarmConfig(series=SeriesConfig(refit_every=7)))
    brief = score_days(counts, 560, FEATURES, AlarmConfig(series=SeriesConfig(history=200)))
    wide = score_days(counts, 560, FEATURES, AlarmConfig(interval_z=3.0))
    assert not np.allclose(often.expected, base.expected)
    assert not np.allclose(brief.expected, base.expected)
    assert (wide.upper > base.upper).all()


def test_weekly_config_when_series_are_weekly_then_finds_a_shift() -> None:
    dates = [dt.date(2019, 1, 7) + dt.timedelta(7 * i) for i in range(250)]
    counts = city(8, 250)
    counts[10:, 240:] *= 2.5
    days = score_days(counts, 230, calendar_features(dates, "CN"), weekly_config())
    assert days.is_alarm[15:, 10:].any(axis=1).mean() > 0.9
    assert (days.state[:, :10] == "start").mean() < 0.05
