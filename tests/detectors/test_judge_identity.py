"""An alert keeps its id on later builds while its case lives, whatever the first day from which it is judged anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from detectors.judge.artefacts import mark_artefacts
from detectors.judge.identity import keep_ids
from detectors.judge.inputs import ToldCase
from detectors.judge.judgement import gather_signals, index_tickets, judge_days
from detectors.judge.outputs import Alert
from detectors.judge.rules import JudgeConfig, LifeRules
from tests.detectors.test_judge_alerts import CONTEXT, START, TREE, burst, judge, series, tickets

RULES, SPAN, LOOKBACK = LifeRules(), 160, 60


def told(alerts: list[Alert], earlier: list[ToldCase] = ()) -> list[ToldCase]:
    """What a casebook remembers after a build."""
    made = {c.alert_id: c for c in earlier}
    for a in alerts:
        old = made.get(a.alert_id)
        first, last = (
            (min(a.raised_on, old.raised_on), max(a.last_on, old.last_on)) if old else (a.raised_on, a.last_on)
        )
        made[a.alert_id] = ToldCase(
            a.alert_id, a.signal_status, a.category, a.area, first, last, a.lat, a.lon, a.radius_m, np.asarray(a.tickets), level=a.level, kinds=a.signals,
            window_start=a.window_start, window_end=a.window_end, observed=a.observed, expected=a.expected, score=a.score, evidence=a.evidence,
        )  # fmt: skip
    return list(made.values())


def built(rows: list[dict], alarms: dict, as_of: int, book: list[ToldCase], lookback: int = LOOKBACK) -> list[Alert]:
    """One build: the last `lookback` days judged anew, with the past known by then."""
    t = tickets([{"day": START - 100, "category": 1}] + [row for row in rows if row["day"] <= as_of])
    known = {at: value for at, value in alarms.items() if at[1] <= as_of}
    made = series(known or {(3, START): (0, 1)}, days=SPAN + 40)
    if not known:
        made.is_alarm[:] = False
    days = range(as_of - lookback, as_of + 1)
    context, marks = replace(CONTEXT, known=tuple(book)), mark_artefacts(t)
    signals = gather_signals(days, made, {}, index_tickets(t, context, marks), JudgeConfig())
    return keep_ids(judge_days(days, signals, made, t, context, marks).alerts, book, TREE, RULES)


@given(
    days=st.sets(st.tuples(st.sampled_from([3, 4]), st.integers(0, SPAN - 1)), min_size=1, max_size=15),
    step=st.integers(6, 14),
)
@settings(
    max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate], deadline=None
)  # an example is many builds
def test_open_alerts_keep_their_ids_from_build_to_build(days: set[tuple[int, int]], step: int) -> None:
    """Two streets rise on any days; a case that was open at one build is told under the same id at the next."""
    alarms = {(area, START + d): (20.0, 2.0) for area, d in sorted(days)}
    rows = [row for area, d in sorted(days) for row in burst(20, START + d, street=area)]
    book: list[ToldCase] = []
    for as_of in range(START, START + SPAN, step):
        alerts = built(rows, alarms, as_of, book)
        ids = [a.alert_id for a in alerts]
        assert len(set(ids)) == len(ids)
        still_open = {c.alert_id: c for c in book if as_of - c.last_on <= RULES.merge_days}
        assert set(still_open) <= set(ids)
        assert all(a.raised_on == still_open[a.alert_id].raised_on for a in alerts if a.alert_id in still_open)
        book = told(alerts, book)


def test_a_case_longer_than_the_look_back_keeps_its_id_only_with_the_casebook() -> None:
    alarms = {(3, START + d): (20.0, 2.0) for d in range(0, SPAN, 10)}
    rows = [row for d in range(0, SPAN, 10) for row in burst(20, START + d)]
    (first,) = built(rows, alarms, START + 10, [])
    (late,) = built(rows, alarms, START + 150, [])
    assert late.alert_id != first.alert_id
    book: list[ToldCase] = []
    for as_of in range(START + 10, START + 151, 10):
        (alert,) = built(rows, alarms, as_of, book)
        book = told([alert], book)
    assert (alert.alert_id, alert.raised_on) == (first.alert_id, START)


def test_a_late_ticket_that_moves_the_first_day_leaves_the_id() -> None:
    (before,) = judge(burst(20, START + 1), series({(3, START + 1): (20, 2)}), days=3)
    rows = burst(20, START) + burst(20, START + 1)
    (after,) = judge(rows, series({(3, START): (20, 2), (3, START + 1): (20, 2)}), days=3)
    assert after.alert_id != before.alert_id
    (kept,) = keep_ids([after], told([before]), TREE, RULES)
    assert (kept.alert_id, kept.raised_on) == (before.alert_id, START + 1)


def test_a_stronger_signal_later_leaves_the_id_even_without_a_casebook() -> None:
    rows = burst(20) + burst(60, START + 3)
    made = series({(3, START): (20, 2), (3, START + 3): (60, 2)})
    (early,), (late,) = judge(rows[:20], made, days=2), judge(rows, made, days=5)
    assert early.alert_id == late.alert_id
    assert late.score > early.score


def test_of_two_cases_in_one_area_each_alert_keeps_its_own() -> None:
    one, other = (burst(20, START + d) for d in (0, 40))
    made = series({(3, START): (20, 2), (3, START + 40): (20, 2)}, days=90)
    both = judge(one + other, made, days=60)
    book = [replace(c, alert_id=name) for c, name in zip(told(both), ("first", "second"), strict=True)]
    assert [a.alert_id for a in keep_ids(both, book[::-1], TREE, RULES)] == ["first", "second"]
    assert [a.alert_id for a in keep_ids(both[1:], book, TREE, RULES)] == ["second"]
