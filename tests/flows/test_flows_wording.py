"""What an alert says: the numbers of its leading signal, the place with all it lies in, nothing said twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from detectors.judge.outputs import Alert
from flows.tickets import EPOCH
from flows.wording import Names, title, why

NAMES = Names(
    areas={
        "*": "全市",
        "城东区": "城东区",
        "城东区/朝晖街道": "朝晖街道",
        "Downtown / Financial": "Downtown / Financial",
        "Downtown / Financial/Ward 3": "Ward 3",
    },
    parents={
        "城东区": "*",
        "城东区/朝晖街道": "城东区",
        "Downtown / Financial": "*",
        "Downtown / Financial/Ward 3": "Downtown / Financial",
    },
    categories={"a": "电梯故障", "b": "停水"},
    city={"zh": "示例市", "en": "Example City"},
)
START = (dt.date(2026, 3, 2) - EPOCH).days


def alert(**changes: object) -> Alert:
    evidence = {
        "rule": "series",
        "signals": [{"rule": "series", "score": 4.0, "voices": 9}],
        "drivers": {
            "places": [],
            "channels": [],
            "areas": [{"key": "城东区/朝晖街道", "tickets": 6}],
            "repeat_share": None,
        },
        "classes": {},
        "artefact_tickets": 0,
    }
    base = Alert(
        "x", START + 6, START + 6, 3, ("rise",), (), 0, 0, START, START + 6, 9.0, 2.1, 9 / 2.1, 4.0, 9, 3, float("nan"),
        "active", None, 31.2, 121.4, float("nan"), np.arange(9), evidence,
    )  # fmt: skip
    return replace(base, **changes)


@pytest.mark.parametrize(
    ("key", "lang", "says"),
    [
        ("*", "zh", "示例市：电梯故障诉求异常上升"),
        ("城东区/朝晖街道", "zh", "城东区朝晖街道：电梯故障诉求异常上升"),
        (
            "Downtown / Financial/Ward 3",
            "en",
            "电梯故障 rising in Downtown / Financial / Ward 3",
        ),  # a name may hold the separator
    ],
)
def test_title_names_the_place_with_all_it_lies_in(key: str, lang: str, says: str) -> None:
    assert title(alert(), key, "a", NAMES, lang) == says


def test_why_tells_numbers_spread_and_top_area() -> None:
    assert why(alert(), NAMES, "zh") == (
        "2026年3月2日至3月8日（7天）共9件，按往年季节、星期和趋势预期2.1件，为预期的4.3 倍。涉及9人、3个地点。最多的是朝晖街道（6件）。"
    )


def test_why_says_one_day_once_and_hides_false_precision() -> None:
    said = why(alert(window_end=START, expected=0.004, ratio=2250.0, persons=None, places=1), NAMES, "en")
    assert said == "2 Mar 2026: 9 reports in 1 day(s), over 100× the under 0.1 expected from season, weekday and trend."


def test_why_does_not_repeat_its_leading_signal() -> None:
    both = alert(signals=("rise", "cluster"))
    assert why(both, NAMES, "zh").endswith("同时出现：空间聚集。")
    assert "同时出现" not in why(alert(), NAMES, "zh")


def test_artefact_says_its_reason_and_nothing_of_spread() -> None:
    bunch = alert(signal_status="suspected_artefact", artefact_reason="one_place")
    assert "同一地点" in why(bunch, NAMES, "zh")
    assert "涉及" not in why(bunch, NAMES, "zh")
    assert title(bunch, "*", "a", NAMES, "zh") == "示例市：电梯故障疑似录入异常（同一地点反复登记）"
