"""烈度: ticket x = min(100, 25·urgency + 20·emotion + 25·risk + 15·repeat + 10·escalation + 15·dissatisfaction); terms that are not known are reweighted."""

from __future__ import annotations

import pytest

from tests.dbt.city import City, ticket

pytestmark = pytest.mark.slow
KNOWN = {"category_l1": "烈度", "category_l2": "全", "is_solved": True, "satisfaction": "satisfied", "priority": "一般"}
CALM = "路灯不亮，请处理"

# id, fields                                                                          urgency emotion risk repeat escal. dissat.   x
TICKETS = {
    "calm": (KNOWN | {"text": CALM, "person_hash": "i1"}, 0),
    "urgent": (KNOWN | {"text": CALM, "person_hash": "i2", "priority": "紧急"}, 25),
    "unsolved": (KNOWN | {"text": CALM, "person_hash": "i3", "is_solved": False}, 7.5),
    "again after redo": (KNOWN | {"text": CALM, "person_hash": "i4", "is_solved": False, "redo_count": 1}, 15),
    "message board": (KNOWN | {"text": CALM, "person_hash": "i5", "channel": "领导留言板"}, 5),
    "angry hazard": (KNOWN | {"text": "消防通道被堵，物业推诿，强烈不满", "person_hash": "i6"}, 20 * 0.667 + 25 * 0.5),
    # a life-safety word lifts a ticket to 80, whatever the rest says
    "threat": (KNOWN | {"text": "再不解决就扬言拉横幅", "person_hash": "i7"}, 80),
    # no words: emotion and risk (45 of 110 points) are dropped, the others take their weight
    "wordless": (KNOWN | {"text": None, "person_hash": "i8", "priority": "紧急"}, 25 * 110 / 65),
    # only the channel is known: 10 of 110 points are no basis for a score
    "unknown": ({"category_l1": "烈度", "category_l2": "全"}, None),
}


def given(city: City) -> None:
    for number, (name, (fields, _)) in enumerate(TICKETS.items()):
        city.add(
            ticket(
                f"2025-11-05 {10 + number}:00",
                closed="2025-11-06 10:00",
                ticket_id=f"i {name}",
                address=f"烈度路{number}号",
                **fields,
            )
        )
    for contact in range(3):  # one person, one place, three contacts
        city.add(
            ticket(
                f"2025-11-1{contact} 10:00",
                ticket_id=f"i contact {contact + 1}",
                address="重复路1号",
                person_hash="i9",
                text=CALM,
                **KNOWN | {"category_l2": "重复"},
            )
        )


@pytest.mark.parametrize(("name", "score"), [(name, score) for name, (_, score) in TICKETS.items()])
def test_ticket_score(one, name: str, score: float | None) -> None:
    found = one("select intensity_score from marts.fct_tickets where ticket_id = ?", f"i {name}")
    assert found == (None if score is None else pytest.approx(score))


@pytest.mark.parametrize(("contact", "level"), [(1, 0.0), (2, 0.5), (3, 1.0)])
def test_repeat_grows_with_the_persons_contacts_on_the_issue(one, contact: int, level: float) -> None:
    assert one("select repeat_level from marts.fct_tickets where ticket_id = ?", f"i contact {contact}") == level


def test_cell_mean_is_drawn_to_the_category_by_ten_tickets(one, component) -> None:
    scores = [score for _, score in TICKETS.values() if score is not None]
    mean = sum(scores) / len(scores)  # the cell is all that its category has: shrinkage to itself
    assert component("烈度->全", "intensity", "high_share") == pytest.approx(1 / 8)
    assert one(
        "select shrunk_mean from intermediate.int_intensity_means where area_key = '*' and category_key = '烈度->全' and period_type = 'month' and period_start_on = date '2025-11-01'"
    ) == pytest.approx(mean)


def test_district_mean_is_drawn_to_the_citys(one) -> None:
    sums = "select scored_tickets, intensity_sum from intermediate.int_cell_sums where category_key = '烈度' and period_type = 'month' and period_start_on = date '2025-11-01' and area_key = ?"
    (n, total), (city_n, city_total) = one(sums, "东区"), one(sums, "*")
    mean = one(
        "select shrunk_mean from intermediate.int_intensity_means where area_key = '东区' and category_key = '烈度' and period_type = 'month' and period_start_on = date '2025-11-01'"
    )
    assert mean == pytest.approx((total + 10 * city_total / city_n) / (n + 10))


@pytest.mark.parametrize(
    ("name", "grade"), [("calm", 1), ("urgent", 2), ("angry hazard", 2), ("threat", 4), ("unknown", None)]
)
def test_grade_follows_the_levels(one, name: str, grade: int | None) -> None:
    assert one("select grade_intensity from marts.fct_tickets where ticket_id = ?", f"i {name}") == grade
