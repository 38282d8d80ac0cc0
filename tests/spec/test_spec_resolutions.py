"""An item for decision stands as its newest state known by the cut-off says; decided is the first day it was adopted or rejected."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.dbt.city import City

pytestmark = pytest.mark.slow
FIRST = dt.datetime(2025, 12, 1, 8)
# item: its states in order, each (status, days after the first, outcome) -> status, day of decision, outcome
ITEMS = {
    "asked": ([("proposed", 0, "")], ("proposed", None, None)),
    "done": (
        [("proposed", 0, ""), ("adopted", 2, ""), ("done", 20, "已整治")],
        ("done", dt.date(2025, 12, 3), "已整治"),
    ),
    "failed": ([("adopted", 1, ""), ("adopted", 3, ""), ("failed", 9, "经费不足")], ("failed", dt.date(2025, 12, 2), "经费不足")),
    "refused": ([("proposed", 0, ""), ("rejected", 4, "另有安排")], ("rejected", dt.date(2025, 12, 5), "另有安排")),
    "suggested": ([("suggested", 0, "")], ("suggested", None, None)),
    "taken up": ([("suggested", 0, ""), ("adopted", 2, "")], ("adopted", dt.date(2025, 12, 3), None)),
    "later": ([("proposed", 0, ""), ("adopted", 60, "")], ("proposed", None, None)),  # decided after the cut-off
    "undone": ([("proposed", 0, ""), ("adopted", 2, ""), ("proposed", 3, "")], ("proposed", None, None)),
    "unborn": ([("proposed", 60, "")], None),
}  # fmt: skip


def given(city: City) -> None:
    city.resolutions = [
        {"resolution_id": item, "position": place, "status": status, "period": "2025-11", "report": "monthly-2025-11-zh", "text": "整治", "owner": "",
         "due_on": dt.date(2025, 12, 15), "outcome": outcome, "area_key": "东区", "category_key": "预警->路灯", "actor": "甲",
         "recorded_at": FIRST + dt.timedelta(days=days)}
        for item, (states, _) in ITEMS.items()
        for place, (status, days, outcome) in enumerate(states, 1)
    ]  # fmt: skip


@pytest.mark.parametrize(("item", "wanted"), [(item, row[1]) for item, row in ITEMS.items()])
def test_an_item_stands_as_its_newest_state_says(rows, item: str, wanted: tuple | None) -> None:
    query = "select resolution_status, decided_at::date, outcome from marts.mart_resolutions where resolution_id = ?"
    assert rows(query, item) == ([wanted] if wanted else [])


def test_an_item_keeps_when_it_was_asked_and_whom_nobody_named_is_null(rows) -> None:
    query = "select asked_at, owner from marts.mart_resolutions where resolution_id = 'done'"
    assert rows(query) == [(FIRST, None)]
