"""Entry artefacts are told apart from many people in many places.  Boundary cases of each rule."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.judge.artefacts import Artefact, mark_artefacts
from detectors.judge.inputs import Tickets

DAY = 16000
PHONE, APP, STAFF = 0, 1, 2


def tickets(rows: list[dict]) -> Tickets:
    """Tickets of one day; each row: minute, and what differs from the defaults."""
    base = {
        "minute": 0,
        "category": 0,
        "place": -1,
        "person": -1,
        "channel": PHONE,
        "lat": np.nan,
        "lon": np.nan,
        "test": False,
        "day": DAY,
    }
    full = sorted(({**base, **row} for row in rows), key=lambda r: (r["day"], r["minute"]))
    column = {name: np.array([r[name] for r in full]) for name in base}
    n = len(full)
    return Tickets(
        created=column["day"].astype(np.int64) * 86400 + (column["minute"] * 60).astype(np.int64), day=column["day"], has_time=np.ones(n, bool),
        category=column["category"], areas=np.tile([0, 1, -1, -1, -1], (n, 1)), place=column["place"], person=column["person"],
        channel=column["channel"], issue=np.full(n, -1), intensity=np.full(n, np.nan), is_life_safety=np.zeros(n, bool),
        is_sensitive=np.zeros(n, bool), closed_day=np.full(n, -1), is_test_word=column["test"], is_demand=np.ones(n, bool), lat=column["lat"].astype(float), lon=column["lon"].astype(float),
    )  # fmt: skip


def reasons(rows: list[dict], staff: frozenset[int] = frozenset({STAFF})) -> list[str]:
    """The reasons found, each once, in order of code."""
    return [Artefact(int(m)).code for m in np.unique(mark_artefacts(tickets(rows), staff)) if m]


def spread(n: int, minutes: float, **same) -> list[dict]:
    """`n` tickets over so many minutes, each at a place of its own."""
    return [{"minute": 300 + k * minutes / n, "place": k, **same} for k in range(n)]


def test_batch_when_187_in_49_minutes_over_places_and_types_then_bulk_entry():
    rows = [{**row, "category": k % 6} for k, row in enumerate(spread(187, 49))]
    assert reasons(rows) == ["bulk_entry"]


def test_batch_when_staff_test_at_few_places_then_bulk_entry():
    rows = [{**row, "place": k % 5, "channel": STAFF} for k, row in enumerate(spread(37, 49))]
    assert reasons(rows) == ["bulk_entry"]


def test_rush_when_callers_are_different_people_then_nothing():
    assert reasons([{**row, "category": k % 6, "person": k} for k, row in enumerate(spread(187, 49))]) == []


def test_rush_when_one_type_from_many_places_by_phone_then_nothing():
    assert reasons(spread(60, 50)) == []  # a burst pipe: one type, each from elsewhere


def test_rush_when_channel_is_busy_all_day_then_nothing():
    rows = [{**row, "category": k % 6} for k, row in enumerate(spread(30, 50))]
    rows += [{"minute": 400 + 12 * k, "place": 100 + k} for k in range(80)]
    assert reasons(rows) == []


@pytest.mark.parametrize(
    ("n", "minutes", "found"), [(16, 97, ["one_place"]), (8, 170, ["one_place"]), (7, 60, []), (16, 1000, [])]
)
def test_building_when_reports_crowd_then_one_place(n, minutes, found):
    assert reasons([{**row, "place": 7, "channel": APP} for row in spread(n, minutes)]) == found


def test_building_when_neighbouring_address_reports_too_then_taken_along():
    rows = [{**row, "place": 7, "channel": APP, "lat": 42.0, "lon": -71.0} for row in spread(14, 90)]
    rows += [
        {"minute": 320, "place": 8, "channel": APP, "lat": 42.0005, "lon": -71.0},
        {"minute": 321, "place": 9, "channel": APP, "lat": 42.01, "lon": -71.0},
    ]
    assert (mark_artefacts(tickets(rows)) == Artefact.ONE_PLACE).sum() == 15


def test_building_when_many_callers_then_nothing():
    assert reasons([{**row, "place": 7, "person": k} for k, row in enumerate(spread(16, 97))]) == []


def test_person_when_same_caller_all_day_then_one_person():
    assert reasons(spread(8, 600, person=3)) == ["one_person"]
    assert reasons(spread(7, 600, person=3)) == []


def test_crew_when_walking_street_then_one_crew():
    rows = [{**row, "channel": STAFF, "lat": 42.0 + 0.001 * k, "lon": -71.0} for k, row in enumerate(spread(12, 400))]
    assert reasons(rows) == ["one_crew"]
    assert reasons([{**row, "channel": APP} for row in rows]) == []
    assert reasons([{**row, "lat": 42.0 + 0.01 * k} for k, row in enumerate(rows)]) == []  # a kilometre apart


def test_test_words_when_present_then_test_whatever_else():
    assert reasons([{"test": True}, {"minute": 5}]) == ["test"]


def test_marks_when_other_days_added_then_unchanged():
    rows = [{**row, "place": 7} for row in spread(16, 97)]
    other = [{**row, "place": 7, "day": DAY + 1} for row in spread(5, 97)]
    alone, beside = mark_artefacts(tickets(rows)), mark_artefacts(tickets(rows + other))
    assert np.array_equal(alone, beside[:16])
    assert not beside[16:].any()


def test_times_when_dates_only_then_time_rules_rest():
    made = tickets([{**row, "place": 7} for row in spread(16, 97)])
    dates_only = Tickets(**{**vars(made), "has_time": np.zeros(16, bool)})
    assert not mark_artefacts(dates_only).any()


def test_tickets_when_not_in_time_order_then_value_error():
    made = tickets(spread(3, 30))
    with pytest.raises(ValueError, match="ordered"):
        Tickets(**{**vars(made), "created": made.created[::-1]})
