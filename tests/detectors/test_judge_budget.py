"""What a day and a week may tell, and that nothing held back is lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from detectors.judge.budget import discovery_limit
from detectors.judge.inputs import ToldCase, Trust
from detectors.judge.rules import JudgeConfig, LifeRules
from tests.detectors.test_judge_alerts import CONTEXT, START, burst, judgement, series

CHANCES = st.lists(st.floats(1e-9, 1), min_size=1, max_size=40)


@given(p=CHANCES, untold=st.integers(0, 200), fdr=st.floats(0.01, 0.9))
def test_a_day_tells_what_benjamini_and_hochberg_tell(p: list[float], untold: int, fdr: float) -> None:
    """Cells without a signal count as p = 1."""
    limit = discovery_limit(np.array(p), len(p) + untold, fdr)
    reference = false_discovery_control(np.array([*p, *[1.0] * untold]))[: len(p)] <= fdr
    clear = np.abs(np.array(p) - limit) > 1e-12
    assert ((np.array(p) <= limit) == reference)[clear].all()


def config(**rules: float) -> JudgeConfig:
    return JudgeConfig(life=replace(LifeRules(), **rules))


def test_what_the_day_holds_back_is_listed_and_told_later_by_the_alert() -> None:
    """A rise that scores 2 on the first day (p = .02) is held, and told on the third, when it scores 6."""
    made = series({(3, START + k): (20, 2) for k in range(3)})
    made.score[0, START - made.first_day :][:3] = [2.0, 2.1, 6.0]
    rows = [row for k in range(3) for row in burst(20, START + k)]
    found = judgement(rows, made, days=3, config=config(fdr=0.05))
    (alert,), (held,) = found.alerts, found.held
    assert (alert.raised_on, alert.evidence["gate"]["held_days"]) == (START + 2, 2)
    assert (held.reason, held.first_on, held.last_on, held.days, held.alert_id) == (
        "fdr",
        START,
        START + 1,
        2,
        alert.alert_id,
    )
    assert held.p > held.limit
    assert alert.evidence["gate"]["p"] <= alert.evidence["gate"]["p_limit"]
    (alert,) = judgement(rows, made, days=3, config=config(fdr=1.0)).alerts
    assert alert.raised_on == START


def test_when_a_week_is_full_then_the_rest_is_held_and_danger_to_life_is_not() -> None:
    made = series({(3, START): (20, 2), (4, START): (25, 2)})
    rows = burst(20) + burst(25, street=4) + burst(1, street=4, category=1, danger=True)
    found = judgement(rows, made, config=config(weekly_budget_area=1))
    assert sorted((a.area, a.category) for a in found.alerts) == [(4, 0), (4, 1)]
    (held,) = found.held
    assert (held.area, held.reason, held.alert_id) == (3, "budget", None)
    assert len(judgement(rows, made, config=config(weekly_budget_area=2)).alerts) == 3


@pytest.mark.parametrize(("last_on", "goes_on"), [(START - 14, True), (START - 15, False)])
def test_a_case_told_before_goes_on_without_a_budget(last_on: int, goes_on: bool) -> None:
    """Within fourteen days the same case goes on; later, within the cool-down, nothing new is raised."""
    none = np.arange(0)
    case = ToldCase(
        "a-1", "active", 0, 3, START - 200, last_on, np.nan, np.nan, np.nan, none, window_end=START - 190, score=1.0
    )
    context = replace(CONTEXT, known=(case,))
    found = judgement(burst(20), series({(3, START): (20, 2)}), context=context, config=config(weekly_budget_area=0))
    told = [(a.alert_id, a.raised_on, a.last_on, a.observed) for a in found.alerts]
    assert told == [("a-1", START - 200, START, 20.0)] * goes_on
    assert found.held == []


@pytest.mark.parametrize(("known_day", "weight", "told"), [(START, 0.2, 0), (START + 1, 0.2, 1), (START, 2.0, 1)])
def test_what_reviews_taught_counts_from_its_day_on(known_day: int, weight: float, told: int) -> None:
    """p = .001 of one tested series passes .05 / 3 cells, and a fifth of the trust makes it .005 … of .0167: still; so fdr .003."""
    made = series({(3, START): (20, 2)})
    made.score[:] = 3.1  # p = .00097
    context = replace(CONTEXT, trust=(Trust(known_day, "series", weight),))
    found = judgement(burst(20), made, context=context, config=config(fdr=0.01))
    assert len(found.alerts) == told
