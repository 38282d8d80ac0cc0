"""From signals to alerts: one small city told day by day."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from detectors.judge.artefacts import mark_artefacts
from detectors.judge.inputs import AreaTree, Context, Event, FoundCluster, Names, Series, Tickets
from detectors.judge.judgement import gather_signals, index_tickets, judge_days
from detectors.judge.outputs import Alert, Judgement
from detectors.judge.rules import JudgeConfig
from detectors.space.config import Cluster

# areas: 0 city, 1 and 2 districts, 3 and 4 streets of 1, 5 estate of 3
TREE = AreaTree(np.array([-1, 0, 0, 1, 1, 3]), np.array([0, 1, 1, 2, 2, 4]))
NAMES = Names(
    ("*", "东区", "西区", "东区/一街", "东区/二街", "东区/一街//甲苑"),
    ("噪声", "漏水"),
    ("电话", "网格"),
    tuple(f"p{k}" for k in range(500)),
)
CONTEXT = Context(TREE, NAMES)
START = 18000


def tickets(rows: list[dict]) -> Tickets:
    """Tickets with defaults: street 3 of district 1, a place and a caller of their own, noon."""
    base = {
        "day": START,
        "street": 3,
        "district": 1,
        "estate": -1,
        "category": 0,
        "place": -2,
        "person": -2,
        "channel": 0,
        "x": np.nan,
        "danger": False,
        "minute": 720,
        "issue": -1,
        "sensitive": False,
        "closed": START,
    }
    full = sorted(({**base, **row} for row in rows), key=lambda r: (r["day"], r["minute"]))
    c = {name: np.array([r[name] for r in full]) for name in base}
    n, own = len(full), np.arange(len(full))
    return Tickets(
        created=c["day"].astype(np.int64) * 86400 + c["minute"] * 60, day=c["day"], has_time=np.ones(n, bool), category=c["category"],
        areas=np.column_stack([np.zeros(n, int), c["district"], c["street"], np.full(n, -1), c["estate"]]),
        place=np.where(c["place"] == -2, own % 500, c["place"]), person=np.where(c["person"] == -2, own, c["person"]), channel=c["channel"],
        issue=c["issue"], intensity=c["x"].astype(float), is_life_safety=c["danger"], is_test_word=np.zeros(n, bool), is_sensitive=c["sensitive"],
        closed_day=c["closed"], is_demand=np.ones(n, bool),
        lat=np.full(n, 31.2), lon=np.full(n, 121.4),
    )  # fmt: skip


def steady(days: int = 120, per_day: int = 1, **same) -> list[dict]:
    """An ordinary past."""
    return [{"day": START - k, **same} for k in range(1, days + 1) for _ in range(per_day)]


def burst(n: int, day: int = START, **same) -> list[dict]:
    return [{"day": day, **same} for _ in range(n)]


def series(alarms: dict[tuple[int, int], tuple[float, float]], days: int = 60, category: int = 0) -> Series:
    """Series per area that alarm on given days: (area, day) -> (observed, expected on every day)."""
    areas = sorted({area for area, _ in alarms})
    first = START - 28
    observed, expected = np.zeros((len(areas), days)), np.ones((len(areas), days))
    alarm = np.zeros((len(areas), days), bool)
    for (area, day), (seen, usual) in alarms.items():
        row, at = areas.index(area), day - first
        observed[row, at], alarm[row, at] = seen, True
        expected[row] = usual
    return Series(np.array(areas), np.full(len(areas), category), first, observed, expected, observed.copy(), alarm)


def judge(
    rows: list[dict],
    made: Series | None = None,
    clusters: dict | None = None,
    days: int = 1,
    context: Context = CONTEXT,
    config: JudgeConfig | None = None,
) -> list[Alert]:
    """Alerts of `days` days from START."""
    return judgement(rows, made, clusters, days, context, config).alerts


def judgement(
    rows: list[dict],
    made: Series | None = None,
    clusters: dict | None = None,
    days: int = 1,
    context: Context = CONTEXT,
    config: JudgeConfig | None = None,
) -> Judgement:
    """Signals and judgement of `days` days from START."""
    config = config or JudgeConfig()
    t = tickets(rows)
    marks = mark_artefacts(t, context.staff_channels)
    span = range(START, START + days)
    empty = Series(
        np.empty(0, int),
        np.empty(0, int),
        START,
        np.empty((0, days)),
        np.empty((0, days)),
        np.empty((0, days)),
        np.empty((0, days), bool),
    )
    signals = gather_signals(span, made or empty, clusters or {}, index_tickets(t, context, marks), config)
    return judge_days(span, signals, made or empty, t, context, marks, config)


def scan_cluster(members: np.ndarray, day: int = START, p: float = 0.001, expected: float = 0.5) -> FoundCluster:
    return FoundCluster(
        0,
        Cluster(
            day,
            day - 2,
            day,
            31.2,
            121.4,
            400.0,
            len(members),
            expected,
            len(members) / expected,
            3.0,
            p,
            1 / p,
            members,
        ),
    )


def test_rise_when_series_alarms_then_one_alert_with_numbers():
    (alert,) = judge(steady(per_day=1) + burst(20), series({(3, START): (20, 2)}))
    assert (alert.signals, alert.area, alert.level, alert.signal_status) == (("rise",), 3, 4, "active")
    assert (alert.observed, alert.expected, alert.ratio) == (20, 2, 10)
    assert (alert.window_start, alert.window_end, alert.raised_on) == (START, START, START)
    assert (alert.persons, len(alert.tickets)) == (20, 20)
    assert json.loads(json.dumps(alert.evidence)) == alert.evidence
    assert alert.evidence["drivers"]["channels"] == [{"key": "电话", "tickets": 20}]


@pytest.mark.parametrize(("observed", "expected", "raised"), [(5, 2, 1), (4, 1, 0), (6, 4.1, 0), (15, 10, 1)])
def test_rise_when_below_five_or_one_and_a_half_then_no_signal(observed, expected, raised):
    assert len(judge(burst(observed), series({(3, START): (observed, expected)}))) == raised


def test_levels_when_district_explained_by_street_then_alert_at_street():
    made = series({(1, START): (20, 2), (3, START): (20, 1)})
    (alert,) = judge(burst(20), made)
    assert alert.area == 3
    assert {s["area_key"] for s in alert.evidence["signals"]} == {"东区", "东区/一街"}


def test_levels_when_all_districts_rise_then_alert_at_city():
    rows = burst(10) + burst(10, street=-1, district=2)
    made = series({(0, START): (20, 6), (1, START): (10, 3), (2, START): (10, 3)})
    (alert,) = judge(rows, made)
    assert (alert.area, alert.observed) == (0, 20)
    assert len(alert.evidence["signals"]) == 3


def test_cluster_when_rare_then_alert_with_place_and_two_signals_make_level_three():
    rows = steady() + burst(12)
    members = np.arange(120, 132)
    (alert,) = judge(rows, series({(3, START): (12, 1)}), {START: [scan_cluster(members)]})
    assert alert.signals == ("rise", "cluster")
    assert alert.level == 3
    (alone,) = judge(rows, None, {START: [scan_cluster(members)]})
    assert (alone.level, alone.radius_m, alone.area) == (4, 400.0, 3)


@pytest.mark.parametrize(("p", "voices"), [(0.02, 12), (0.001, 2)])
def test_cluster_when_common_or_few_voices_then_no_signal(p, voices):
    rows = [{"person": k % voices} for k in range(12)]
    assert judge(rows, None, {START: [scan_cluster(np.arange(12), p=p)]}) == []


def test_estate_when_three_callers_in_week_then_cluster_signal():
    rows = [{"day": START - k, "estate": 5, "person": 900 + k} for k in range(3)]
    (alert,) = judge(steady() + rows)
    assert (alert.signals, alert.area, alert.evidence["rule"]) == (("cluster",), 5, "estate")
    assert judge(steady() + rows[:2]) == []
    assert judge(steady() + [{**r, "person": 900} for r in rows]) == []


def test_danger_when_one_ticket_then_level_one():
    (alert,) = judge(steady() + burst(1, danger=True))
    assert (alert.level, alert.signals, alert.area) == (1, ("emotion",), 3)


def test_emotion_when_intensity_climbs_then_signal_and_flat_then_none():
    rng = np.random.default_rng(0)
    past = [{**row, "x": 20 + rng.normal(0, 5)} for row in steady(per_day=2)]
    assert any("emotion" in a.signals for a in judge(past + burst(9, x=60.0)))
    assert judge(past + burst(9, x=20.0)) == []


def test_sensitive_when_three_reports_beyond_usual_then_signal():
    (alert,) = judge(burst(3, sensitive=True))
    assert alert.signals == ("sensitive",)
    assert judge(burst(2, sensitive=True) + burst(9)) == []  # the others are not sensitive
    assert (
        judge(steady(per_day=1, sensitive=True) + burst(3, sensitive=True)) == []
    )  # nine a week where seven are usual


@pytest.mark.parametrize(
    ("category", "age", "fires"), [(0, 3, True), (0, 14, True), (0, 15, False), (1, 3, False), (-1, 3, False)]
)
def test_sensitive_when_a_policy_date_names_the_category_then_all_of_it_counts_for_a_fortnight(category, age, fires):
    context = replace(CONTEXT, events=(Event(START - age, "policy", category=category, name="新规"),))
    assert ["sensitive" in a.signals for a in judge(burst(4), context=context)] == [True] * fires


def test_alert_when_signal_goes_on_then_merged_and_when_back_in_cooldown_then_quiet():
    rows = burst(20) + burst(20, START + 5) + burst(20, START + 24) + burst(20, START + 40)
    on = {(3, START + k): (20, 2) for k in (0, 5)}
    (alert,) = judge(rows, series(on), days=30)
    assert (alert.raised_on, alert.last_on) == (START, START + 5)
    (quiet,) = judge(rows, series({**on, (3, START + 24): (20, 2)}, days=80), days=30)
    assert (quiet.last_on, quiet.evidence["quieted_days"]) == (START + 5, 1)
    assert len(judge(rows, series({**on, (3, START + 40): (20, 2)}, days=80), days=45)) == 2


def test_alert_when_level_rises_in_cooldown_then_raised_again():
    rows = burst(20) + burst(20, START + 20)
    composite = {(3, 0): (np.array([START - 3, START + 18]), np.array([30.0, 70.0]))}
    made = series({(3, START): (20, 2), (3, START + 20): (20, 2)})
    assert [a.level for a in judge(rows, made, days=25, context=replace(CONTEXT, composite=composite))] == [4, 3]


def test_budget_when_many_streets_of_district_rise_then_three_a_week():
    config = JudgeConfig()
    rows = [{"street": 3, "category": k} for k in range(2) for _ in range(20)]
    assert config.life.weekly_budget_area == 3
    tight = replace(config, life=replace(config.life, weekly_budget_area=1))
    both = series({(3, START): (20, 2)})
    other = series({(3, START): (20, 2)}, category=1)
    joined = Series(
        np.r_[both.area, other.area],
        np.r_[both.category, other.category],
        both.first_day,
        *(np.vstack([getattr(both, n), getattr(other, n)]) for n in ("observed", "expected", "score", "is_alarm")),
    )
    assert len(judge(rows, joined)) == 2
    assert len(judge(rows, joined, config=tight)) == 1


def test_artefact_when_building_reports_sixteen_times_then_shown_with_reason_and_no_signal():
    rows = steady() + [{"place": 7, "person": -1, "minute": 600 + 6 * k, "channel": 1} for k in range(16)]
    (alert,) = judge(rows, series({(3, START): (16, 1)}))
    assert (alert.signal_status, alert.artefact_reason, alert.level) == ("suspected_artefact", "one_place", 4)
    assert alert.observed == 16
    assert len(alert.tickets) == 16


def test_artefact_when_small_part_of_real_rise_then_active_without_them():
    rows = burst(60) + [{"place": 7, "person": -1, "minute": 600 + 6 * k, "channel": 1} for k in range(8)]
    (alert,) = judge(rows, series({(3, START): (68, 2)}))
    assert (alert.signal_status, alert.observed, alert.evidence["artefact_tickets"]) == ("active", 60, 8)


@pytest.mark.parametrize(("calls", "status"), [(12, "suspected_artefact"), (11, "active")])  # 12 of 24, 11 of 23
def test_artefact_when_one_caller_over_days_makes_half_then_set_apart(calls, status):
    rows = [{"day": START - k // 4, "person": 9000} for k in range(calls)] + [{"day": START - k % 3} for k in range(12)]
    (alert,) = judge(rows, series({(3, START - k): (8, 0.5) for k in range(3)}))
    assert alert.signal_status == status
    assert alert.artefact_reason == ("one_person" if status == "suspected_artefact" else None)


def test_alerts_when_future_unknown_then_earlier_days_are_the_same():
    rows = burst(20) + burst(30, START + 10, street=4)
    made = series({(3, START): (20, 2), (4, START + 10): (30, 2)})
    early, late = judge(rows[:20], made, days=5), judge(rows, made, days=15)
    assert [a.alert_id for a in early] == [a.alert_id for a in late][:1]
    assert early[0].evidence == late[0].evidence


def test_classes_when_event_and_policy_near_then_labelled_with_evidence():
    events = (
        Event(START - 1, "outage", name="停水"),
        Event(START - 5, "policy", name="新规"),
        Event(START + 2, "event", name="later"),
    )
    (alert,) = judge(steady() + burst(20), series({(3, START): (20, 2)}), context=replace(CONTEXT, events=events))
    assert alert.classes == ("sudden_event", "policy")
    assert alert.evidence["classes"]["sudden_event"]["events"] == ["停水"]


def test_classes_when_lists_and_history_given_then_labelled():
    context = replace(
        CONTEXT, key_areas=frozenset({1}), traits={3: frozenset({"物业甲"}), 4: frozenset({"物业甲"})}, confirmed=((START - 9, 0, 4),)
    )  # fmt: skip
    rows = [{"day": START - 400 + 100 * k, "issue": 1} for k in range(4)] + burst(20, issue=1)
    (alert,) = judge(rows, series({(3, START): (20, 2)}), context=context)
    assert alert.classes == ("similar_places", "key_area", "historic")
    assert alert.evidence["classes"]["similar_places"]["sites"] == ["东区/一街", "东区/二街"]


@pytest.mark.parametrize(
    ("kind", "category", "day", "is_emerging"),
    [("policy", 1, START - 10, True), ("taxonomy", 1, START - 10, False), ("taxonomy", -1, START - 10, False),
     ("taxonomy", 0, START - 10, True), ("taxonomy", 1, START - 200, True)],
)  # fmt: skip
def test_new_code_when_taxonomy_changed_then_is_no_new_thing(
    kind: str, category: int, day: int, is_emerging: bool
) -> None:
    """Twelve reports by twelve callers of a category first seen a week ago; 400 days of another one before."""
    rows = [*steady(400), *(r for k in range(7) for r in burst(2, START - k, category=1))]
    context = replace(CONTEXT, events=(Event(day, kind, -1, category, "分类调整"),))
    found = judge(rows, series({(1, START): (14.0, 1.0)}, category=1), context=context)
    assert [("emerging" in alert.classes) for alert in found] == [is_emerging]
