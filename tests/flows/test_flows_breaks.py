"""Registered breaks change what is expected: level after, season of before, nothing surprising in between; outages are no zeros."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from detectors.series import AlarmConfig, PeriodConfig, calendar_features, cell_expectations, score_days
from flows.breaks import RELEARN_DAYS, Break, period_expectations, rebased, scored_days, without_outages
from flows.counts import Counts

SINCE = dt.date(2023, 1, 2)
DAYS, MERGED = 1000, 700
ON = SINCE + dt.timedelta(days=MERGED)
KEYS = pl.DataFrame({"area_key": ["*", "东", "东/一", "西"], "category_key": ["*", "A", "A->x", "B"]})


@pytest.fixture(scope="module")
def counts() -> Counts:
    """Four series with a season; the second and third double on the day of the merger."""
    rng = np.random.default_rng(5)
    level = 20 + 6 * np.sin(2 * np.pi * np.arange(DAYS) / 365.25)
    mean = np.tile(level, (4, 1))
    mean[1:3, MERGED:] *= 2
    return Counts(KEYS, rng.poisson(mean).astype(float), SINCE)


@pytest.fixture(scope="module")
def features(counts: Counts):
    return calendar_features(counts.days, "CN", [])


def weeks(*starts: int) -> np.ndarray:
    return np.array([(s, s + 7) for s in starts])


@pytest.mark.parametrize(
    ("known", "touched"),
    [
        (Break(ON, "channel_merger", None, None), [True, True, True, True]),
        (Break(ON, "taxonomy", None, None), [False, True, True, True]),
        (Break(ON, "taxonomy", "A", None), [False, True, True, False]),
        (Break(ON, "outage", None, "东"), [False, True, True, False]),
    ],
)
def test_a_break_touches_what_it_names(known: Break, touched: list[bool]) -> None:
    assert list(known.touches(KEYS)) == touched


def test_expectation_starts_from_the_level_after_the_break(counts: Counts, features) -> None:
    spans = weeks(MERGED - 70, MERGED + 7, MERGED + RELEARN_DAYS)
    plain = cell_expectations(counts.values, features, spans, PeriodConfig())
    found = period_expectations(counts, features, spans, [Break(ON, "taxonomy", "A", None)], PeriodConfig())
    np.testing.assert_array_equal(found.expected[:, 0], plain.expected[:, 0])  # before the break as it was
    np.testing.assert_array_equal(found.expected[[0, 3]], plain.expected[[0, 3]])  # other series as they were
    assert np.isnan(found.mid_p[1:3, 1]).all()  # no surprise is spoken of while the level is learnt
    assert found.is_low_confidence[1:3, 1].all()
    assert found.expected[1:3, 2] == pytest.approx(found.observed[1:3, 2], rel=0.15)


def test_rebased_history_looks_at_nothing_later(counts: Counts, features) -> None:
    known = [Break(ON, "channel_merger", "A", "东")]
    early = rebased(counts, known, features, until=MERGED + RELEARN_DAYS - 1)
    np.testing.assert_array_equal(early.values, counts.values)
    cut = Counts(KEYS, np.where(np.arange(DAYS) < MERGED + RELEARN_DAYS, counts.values, np.nan), SINCE)
    full, blind = (rebased(c, known, features, until=MERGED + RELEARN_DAYS).values[:, :MERGED] for c in (counts, cut))
    np.testing.assert_allclose(full, blind)
    assert full[1].sum() / counts.values[1, :MERGED].sum() == pytest.approx(2, rel=0.15)


def test_days_of_an_outage_are_not_observed(counts: Counts) -> None:
    found = without_outages(counts, [Break(ON, "outage", None, "东")]).values
    assert list(np.isnan(found[:, MERGED])) == [False, True, True, False]
    assert np.isnan(found).sum() == 2


def test_days_after_a_break_are_no_rise_because_of_it(counts: Counts, features) -> None:
    """Unregistered, the doubling is an alarm; registered, it is none while the level is learnt, nor afterwards."""
    first, known = MERGED - 60, [Break(ON, "taxonomy", "A", None)]
    plain = score_days(counts.values, first, features, AlarmConfig())
    found = scored_days(counts, features, known, first, AlarmConfig())
    assert plain.is_alarm[1:3, 60:].any(axis=1).all()
    assert not found.is_alarm[1:3, 60:].any()
    learning = slice(60, 60 + RELEARN_DAYS)
    assert np.isnan(found.score[1:3, learning]).all()
    assert set(found.state[1:3, learning].ravel()) == {"none"}
    after = slice(60 + RELEARN_DAYS, None)
    observed = counts.values[1:3, first:][:, after]
    assert found.expected[1:3, after].sum() == pytest.approx(observed.sum(), rel=0.1)
    np.testing.assert_array_equal(found.score[:, :60], plain.score[:, :60])  # days before it as they were


def test_a_rise_of_its_own_after_a_break_is_still_an_alarm(counts: Counts, features) -> None:
    values = counts.values.copy()
    values[1, MERGED + 150 : MERGED + 160] *= 3
    found = scored_days(
        Counts(KEYS, values, SINCE), features, [Break(ON, "taxonomy", "A", None)], MERGED - 60, AlarmConfig()
    )
    assert found.is_alarm[1, 210:220].any()


def test_days_look_at_no_break_before_it_is_learnt(counts: Counts, features) -> None:
    """A day is scored alike whether or not what comes after it is known."""
    known, first, cut = [Break(ON, "channel_merger", None, None)], MERGED - 30, MERGED + 20
    whole = scored_days(counts, features, known, first, AlarmConfig())
    early = Counts(KEYS, counts.values[:, :cut], SINCE)
    short = scored_days(early, calendar_features(early.days, "CN", []), known, first, AlarmConfig())
    np.testing.assert_allclose(whole.expected[:, : cut - first], short.expected)
