"""An alert's owner is the most specific duty valid on the day it was raised; its status is the last act that was not undone."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.dbt.city import City, ticket

pytestmark = pytest.mark.slow
# alert: category, area, acts, signal status -> status, owner
ALERTS = {
    "a1": ("预警->路灯", "东区", [], "active", "new", "城管局路灯所"),
    "a2": ("预警->路灯", "东区", ["confirm"], "active", "confirmed", "城管局路灯所"),
    "a3": ("预警->路灯", "东区", ["confirm", "send", "undo"], "active", "confirmed", "城管局路灯所"),
    "a4": ("预警->路灯", "东区", ["confirm", "send", "undo", "undo"], "active", "new", "城管局路灯所"),
    "a5": ("预警->路灯", "东区", ["dismiss", "undo", "confirm"], "suspected_artefact", "confirmed", "城管局路灯所"),
    "a6": ("预警->路灯", "东区", [], "suspected_artefact", "suspected_artefact", "城管局路灯所"),
    "a7": ("预警->路灯", "东区", ["confirm", "assign", "comment"], "active", "confirmed", "专班"),
    "a8": (
        "预警->井盖",
        "东区",
        ["confirm", "close", "reopen"],
        "active",
        "new",
        "城管局",
    ),  # only the first category is listed
    "a9": ("别的->杂项", "东区", [], "active", "new", "处理单位"),  # nothing is listed: the tickets' usual unit
}


def given(city: City) -> None:
    always = {"valid_from": None, "valid_to": None}
    city.duties = [
        {"category_l1": "预警", "sector_unit": "城管局", "territory_unit": "街道", "legal_basis": "条例", **always},
        {
            "category_l1": "预警",
            "category_l2": "路灯",
            "sector_unit": "城管局路灯所",
            "legal_basis": "条例第九条",
            **always,
        },
        {"category_l1": "预警", "category_l2": "路灯", "district": "西区", "sector_unit": "西区城管局", **always},
        {
            "category_l1": "预警",
            "category_l2": "路灯",
            "district": "东区",
            "sector_unit": "旧单位",
            "valid_from": None,
            "valid_to": dt.date(2025, 6, 30),
        },
    ]
    for number, (l1, l2) in enumerate((("预警", "路灯"), ("预警", "井盖"), ("别的", "杂项"))):
        city.add(
            ticket("2025-12-01 08:00", ticket_id=f"alert {number}", category_l1=l1, category_l2=l2, unit="处理单位")
        )
    city.sense["alerts"] = [
        {"alert_id": alert, "raised_on": dt.date(2025, 12, 20), "last_on": dt.date(2025, 12, 20), "level": 3, "signals": "rise", "classes": "", "category_key": category,
         "category": category, "area_key": area, "area": area, "area_level": "district", "observed": 9, "expected": 3.0, "signal_status": status}
        for alert, (category, area, _, status, _, _) in ALERTS.items()
    ]  # fmt: skip
    city.sense["alert_tickets"] = [{"alert_id": "a9", "ticket_key": "t:alert 2"}]
    city.events = [
        {"act_id": f"{alert}-{place}", "alert_id": alert, "position": place, "act": act, "reason": "", "assignee": "专班" if act == "assign" else "",
         "actor": "tester", "acted_at": dt.datetime(2026, 1, 2, 8, 0)}
        for alert, (_, _, acts, _, _, _) in ALERTS.items()
        for place, act in enumerate(acts, 1)
    ]  # fmt: skip
    city.acts_until = dt.datetime(2026, 1, 2, 8, 0)
    late = {"alert_id": "a2", "reason": "", "assignee": "后来", "actor": "tester"}
    city.events += [
        late | {"act_id": "a2-late", "position": 2, "act": "assign", "acted_at": dt.datetime(2026, 1, 2, 8, 1)},
        late | {"act_id": "a2-later", "position": 3, "act": "close", "acted_at": dt.datetime(2026, 1, 3, 8, 0)},
    ]


@pytest.mark.parametrize(("alert", "status"), [(a, row[4]) for a, row in ALERTS.items()])
def test_status(one, alert: str, status: str) -> None:
    assert one("select status from marts.mart_alerts where alert_id = ?", alert) == status


@pytest.mark.parametrize(("alert", "owner"), [(a, row[5]) for a, row in ALERTS.items()])
def test_owner(one, alert: str, owner: str) -> None:
    assert one("select owner from marts.mart_alerts where alert_id = ?", alert) == owner


def test_usual_unit_has_no_legal_basis(one) -> None:
    assert one("select legal_basis from marts.mart_alerts where alert_id = 'a9'") is None
    assert one("select legal_basis, territory_unit from marts.mart_alerts where alert_id = 'a8'") == ("条例", "街道")


def test_deadlines_come_from_the_level(one) -> None:
    assert one(
        "select review_due_hours, send_due_hours, feedback_due_hours from marts.mart_alerts where alert_id = 'a1'"
    ) == (8, 8, 72)


def test_acts_after_the_cut_off_change_nothing(one) -> None:
    assert one("select status, owner from marts.mart_alerts where alert_id = 'a2'") == ("confirmed", "城管局路灯所")
    assert one("select list(act) from marts.mart_alert_acts where alert_id = 'a2'") == ["confirm"]


def test_every_act_up_to_the_cut_off_is_published(one) -> None:
    assert one("select count(*) from marts.mart_alert_acts") == sum(len(row[2]) for row in ALERTS.values())
