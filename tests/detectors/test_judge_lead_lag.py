"""The class 由此及彼: only pairs known by the day count, only causes raised in or around the place, and the latest lesson alone."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from detectors.judge.classes import Case, lead_lag
from detectors.judge.inputs import AreaTree, Context, KnownPair, Names

CITY, EAST, WEST = 0, 1, 2
WATER, TURBID, NOISE = 0, 1, 2
TREE = AreaTree(np.array([-1, 0, 0]), np.array([0, 1, 1]))
NAMES = Names(("*", "东", "西"), ("停水", "水质", "噪声"), (), ())
PAIR = KnownPair(100, WATER, TURBID, 7, 3.456)


def judged(day: int, pairs: tuple[KnownPair, ...], rising: set[tuple[int, int]]) -> dict | None:
    index = SimpleNamespace(context=Context(TREE, NAMES, lead_lag=pairs))
    return lead_lag(Case(day, TURBID, SimpleNamespace(area=EAST), index, rising=frozenset(rising)))


def test_an_effect_after_its_cause_carries_the_evidence() -> None:
    assert judged(120, (PAIR,), {(WATER, EAST)}) == {"causes": ["停水"], "lift": 3.46, "window_days": 7}
    assert judged(120, (PAIR,), {(WATER, CITY)}) is not None  # raised for the whole city


@pytest.mark.parametrize(
    ("day", "pairs", "rising"),
    [
        (99, (PAIR,), {(WATER, EAST)}),  # not known yet
        (120, (PAIR,), {(WATER, WEST)}),  # elsewhere
        (120, (PAIR,), {(NOISE, EAST)}),  # another category
        (120, (), {(WATER, EAST)}),
        (120, (PAIR, KnownPair(110, NOISE, TURBID, 7, 2.0)), {(WATER, EAST)}),  # a later lesson no longer says so
    ],
)
def test_without_a_known_cause_here_it_is_no_such_class(
    day: int, pairs: tuple[KnownPair, ...], rising: set[tuple[int, int]]
) -> None:
    assert judged(day, pairs, rising) is None
