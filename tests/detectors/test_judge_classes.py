"""Each of the nine classes can fire from what it reads, and holds still just below its rule."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detectors.judge.inputs import Context, Event, KnownPair, NewTerms
from detectors.judge.novelty import NoveltyConfig, newest_piece, pieces
from detectors.judge.outputs import Alert
from detectors.text.emerging import TermConfig
from tests.detectors.test_judge_alerts import CONTEXT, START, burst, judge, scan_cluster, series, steady

RISEN = series({(3, START): (20, 2)})


def only(rows: list[dict], context: Context = CONTEXT, **given: object) -> Alert:
    """The one alert of street 3."""
    (alert,) = [a for a in judge(rows, given.pop("made", RISEN), context=context, **given) if a.area == 3]
    return alert


@pytest.mark.parametrize(("areas", "is_common"), [(10, True), (9, False)])
def test_common_when_among_the_busiest_in_many_small_areas(areas: int, is_common: bool) -> None:
    """Streets 10 to 19 of both districts stand for small areas; category 1 has one report a month."""
    rows = [{"day": START - d, "street": 10 + d % areas, "district": 1 + d % 2} for d in range(120)]
    rows += [{"day": START - 28 * m, "category": 1} for m in range(4)]
    rows += [{"street": 10 + k % areas, "district": 1 + k % 2} for k in range(30)]
    tree = CONTEXT.tree
    wide = replace(tree, parent=np.append(tree.parent, [1] * 14), level=np.append(tree.level, [2] * 14))
    names = replace(CONTEXT.names, areas=(*CONTEXT.names.areas, *(f"东区/{k}" for k in range(14))))
    (alert,) = judge(rows, series({(0, START): (30, 2)}), context=replace(CONTEXT, tree=wide, names=names))
    assert ("common" in alert.classes) == is_common


@pytest.mark.parametrize(("swing", "is_seasonal"), [(0.9, True), (0.0, False)])
def test_seasonal_when_the_year_has_a_shape(swing: float, is_seasonal: bool) -> None:
    rng = np.random.default_rng(3)
    means = 3 * (1 + swing * np.cos(2 * np.pi * np.arange(900) / 365.25))
    rows = [{"day": START - d} for d, n in enumerate(rng.poisson(means)) for _ in range(n)]
    assert ("seasonal" in only(rows + burst(20)).classes) == is_seasonal


def test_similar_places_when_a_place_that_shares_a_firm_was_confirmed() -> None:
    traits = {3: frozenset({"甲"}), 4: frozenset({"甲"})}
    context = replace(CONTEXT, traits=traits, confirmed=((START - 9, 0, 4),))
    assert only(burst(20), context).evidence["classes"]["similar_places"]["shared"] == ["甲"]
    assert only(burst(20), replace(context, traits={3: frozenset({"甲"})})).classes == ()


def test_lead_lag_when_the_cause_was_raised_in_the_area() -> None:
    context = replace(CONTEXT, lead_lag=(KnownPair(START - 50, 1, 0, 7, 3.0),))
    cause = burst(20, START - 5, category=1)
    made = series({(3, START): (20, 2), (3, START - 5): (20, 2)})
    both = replace(
        made, area=np.array([3, 3]), category=np.array([0, 1]), observed=np.vstack([made.observed] * 2), expected=np.vstack([made.expected] * 2),
        score=np.vstack([made.score] * 2), is_alarm=np.vstack([made.is_alarm] * 2),
    )  # fmt: skip
    both.is_alarm[0, : START - both.first_day] = False
    both.is_alarm[1, START - both.first_day :] = False
    shifted = [{**row, "day": row["day"] + 5} for row in cause + burst(20)]
    moved = replace(both, first_day=both.first_day + 5)
    found = judge(shifted, moved, days=6, context=context)
    assert [a.classes for a in found if a.category == 0] == [("lead_lag",)]


@pytest.mark.parametrize("kind", ["designated", "hot", "weeks"])
def test_key_area_when_designated_hot_or_clustered_for_weeks(kind: str) -> None:
    if kind == "weeks":
        rows = [row for week in range(3) for row in burst(5, START + 7 * week, category=0)]
        members = {START + 7 * w: [scan_cluster(np.arange(5 * w, 5 * w + 5), START + 7 * w, p=1e-6)] for w in range(3)}
        twice = {day: found for day, found in members.items() if day < START + 14}
        assert [a.classes for a in judge(rows, clusters=twice, days=15)] == [()]
        (alert,) = judge(rows, clusters=members, days=15)
        assert alert.evidence["classes"]["key_area"]["cluster_weeks"] == 3
        return
    months = (START - 40, START - 10)
    given = (
        {"key_areas": frozenset({1})}
        if kind == "designated"
        else {"months": months, "hot_months": {3: frozenset(months)}}
    )
    assert only(burst(20), replace(CONTEXT, **given)).classes == ("key_area",)
    if kind == "hot":
        assert only(burst(20), replace(CONTEXT, months=months, hot_months={3: frozenset(months[:1])})).classes == ()


def test_sudden_event_and_policy_when_known_dates_lie_near() -> None:
    near = (Event(START - 1, "event", name="台风"), Event(START - 3, "policy", name="新规"))
    assert only(burst(20), replace(CONTEXT, events=near)).classes == ("sudden_event", "policy")
    far = (Event(START - 3, "event", name="台风"), Event(START - 15, "policy", name="新规"))
    assert only(burst(20), replace(CONTEXT, events=far)).classes == ()


@pytest.mark.parametrize(("days", "is_historic"), [(181, True), (180, False)])
def test_historic_when_a_ticket_of_the_issue_waits_for_half_a_year(days: int, is_historic: bool) -> None:
    rows = [{"day": START - days, "issue": 1, "closed": -1}, *burst(20, issue=1)]
    assert ("historic" in only(rows).classes) == is_historic


@pytest.mark.parametrize(("holding", "fires"), [(12, True), (9, False)])
def test_emerging_when_new_terms_were_learnt_then_an_alert_of_its_own(holding: int, fires: bool) -> None:
    rows = [{"day": START - k % 20} for k in range(holding)]
    new = NewTerms(START, 0, ("换电柜",), 4.0, np.arange(holding), 0.2, ("t:1", "t:2", "t:3"))
    found = judge(rows, context=replace(CONTEXT, new_terms={START: (new,)}))
    (alert,) = found
    assert alert.signals == ("rise",)
    assert alert.evidence["rule"] == "term"
    assert ("emerging" in alert.classes) == fires
    if fires:
        told = alert.evidence["classes"]["emerging"]
        assert (told["kind"], told["terms"], told["typical"]) == ("terms", ["换电柜"], ["t:1", "t:2", "t:3"])


@pytest.mark.parametrize(("share", "fires"), [(0.5, True), (0.02, False)])
def test_emerging_when_what_fits_nowhere_takes_a_larger_share(share: float, fires: bool) -> None:
    rows = steady(300, 2) + burst(20)
    mask = np.zeros(len(rows), bool)
    mask[-20:] = True  # the burst fits nowhere
    mask[: int(share * 600)][:: 1 if not fires else 600] = True
    if not fires:
        mask[:600] = True  # as ever
    context = replace(CONTEXT, unplaced={"other": mask})
    assert ("emerging" in only(rows, context).classes) == fires


def slow_best(texts: list[str], day: np.ndarray, today: int, config: NoveltyConfig) -> float:
    """The same by plain counting."""

    def held(text: str) -> set[str]:
        return {text[k : k + n] for n in (2, 3) for k in range(len(text) - n + 1)}

    start, best = today - config.window_days, -np.inf
    now = [held(t) for t, d in zip(texts, day, strict=True) if start <= d < today]
    past = [held(t) for t, d in zip(texts, day, strict=True) if start - config.history_days <= d < start]
    for piece in set().union(*now) if now and past else ():
        a, b = sum(piece in t for t in now), sum(piece in t for t in past)
        if a < config.terms.least_reports or a / len(now) < config.least_rise * max(b, 0.5) / len(past):
            continue
        share = (a + b + 0.5) / (len(now) + len(past) + 1)
        pa, pb = a + config.terms.prior * share, b + config.terms.prior * share
        odds = np.log(pa / (len(now) + config.terms.prior - pa)) - np.log(pb / (len(past) + config.terms.prior - pb))
        best = max(best, odds / np.sqrt(1 / pa + 1 / pb))
    return best


def test_new_pieces_are_those_of_plain_counting() -> None:
    rng = np.random.default_rng(1)
    words = [chr(0x4E00 + k) for k in range(40)]
    texts = ["".join(rng.choice(words, 12)) for _ in range(400)]
    day = np.sort(rng.integers(0, 300, 400))
    texts = [t + "柜换电" * int(d > 270 and k % 2) for k, (t, d) in enumerate(zip(texts, day, strict=True))]
    config = NoveltyConfig(terms=TermConfig(least_reports=5, prior=100.0))
    row, code = pieces(texts)
    learning = [120, 275, 290, 300]
    found = newest_piece(day, row, code, learning, config)
    assert found == pytest.approx([slow_best(texts, day, today, config) for today in learning])
    assert found[-1] > 2
    assert found[0] == -np.inf


def test_pieces_read_words_and_leave_masks_out() -> None:
    row, code = pieces(["〔姓名〕电梯坏了", "the drone flew", ""])
    assert set(row.tolist()) == {0, 1}
    assert (code[row == 0] > 0).all()
    assert (row == 0).sum() == 5
    assert (code[row == 1] < 0).all()
    assert (row == 1).sum() == 3
