"""Alerts as they stand now: order, deadlines, what people did since the publication."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from dashboards.overlay import Alert, overlay
from dashboards.queries import alerts as queries
from dashboards.queries import degrees
from dashboards.queries.marts import Marts
from tests.fixtures_publication import AS_OF, make_publication
from weisu.lifecycle import Act

ZONE = ZoneInfo("Asia/Shanghai")
END = dt.datetime(2026, 3, 29, 16)  # the first instant after 29 March in Shanghai, as UTC


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Marts:
    return Marts(make_publication(tmp_path_factory.mktemp("marts") / "p.duckdb"), "p")


def stand(marts: Marts, stored: dict[str, list[Act]] | None = None) -> dict[str, Alert]:
    rows = overlay(queries.alerts(marts), queries.published_acts(marts), stored or {}, zone=ZONE, now=END)
    return {alert.alert_id: alert for alert in rows}


def act(name: str, position: int = 1, *, at: dt.datetime = END, until: dt.date | None = None) -> Act:
    return Act(f"s{position}", "al01", position, name, "原因", "", "甲", at, until)


def test_order_when_read_then_what_needs_a_decision_comes_first(marts: Marts) -> None:
    ids = list(stand(marts))
    assert ids[:5] == ["al01", "al03", "al02", "al04", "al07"]  # level 1, level 2 (longer overdue first), 3, 4
    assert set(ids[-3:]) == {"al10", "al11", "al12"}  # closed, dismissed, artefact


def test_order_when_one_report_raised_an_alert_then_it_comes_after_the_larger_of_its_level(marts: Marts) -> None:
    rows = queries.alerts(marts).with_columns(
        observed=pl.when(pl.col("alert_id") == "al03").then(1).otherwise(pl.col("observed"))
    )
    found = overlay(rows, queries.published_acts(marts), {}, zone=ZONE, now=END)
    assert [alert.alert_id for alert in found[:4]] == ["al01", "al02", "al03", "al04"]


def test_deadline_when_new_then_counts_from_the_end_of_the_day_it_was_raised(marts: Marts) -> None:
    alerts = stand(marts)
    assert alerts["al01"].due_at == END + dt.timedelta(minutes=30)
    assert alerts["al01"].overdue_hours(END) == 0
    assert alerts["al02"].overdue_hours(END) == pytest.approx(22)  # raised a day earlier, 2 h to review


def test_status_when_the_store_has_acts_then_they_lie_over_the_publication(marts: Marts) -> None:
    assert stand(marts)["al01"].state.status == "new"
    assert stand(marts, {"al01": [act("confirm")]})["al01"].state.status == "confirmed"
    assert stand(marts, {"al01": [act("confirm"), act("undo", 2)]})["al01"].state.status == "new"


def test_status_when_the_publication_knows_the_same_act_then_it_counts_once(marts: Marts) -> None:
    known = Act("x1", "al05", 1, "confirm", "现场核实", "", "分析员甲", END)
    alert = stand(marts, {"al05": [known]})["al05"]
    assert (alert.state.status, len(alert.history)) == ("confirmed", 1)


@pytest.mark.parametrize(("days", "asleep"), [(1, True), (0, False)])  # wakes on the day it was put off to
def test_snooze_when_its_day_comes_then_wakes(marts: Marts, days: int, asleep: bool) -> None:
    alert = stand(marts, {"al01": [act("snooze", until=AS_OF + dt.timedelta(days=days))]})["al01"]
    assert alert.is_snoozed(AS_OF) is asleep
    assert alert.needs_decision(AS_OF) is not asleep


def test_weights_when_all_equal_then_order_is_the_published_one(marts: Marts) -> None:
    start = next(iter(degrees.periods(marts, "week")))
    cells = degrees.cells(marts, "week", start, "street", 2)
    same = degrees.reweigh(cells, dict.fromkeys(degrees.DEGREES, 0.25))
    assert same["own_score"].to_list() == pytest.approx(cells["composite_score"].to_list())
    assert degrees.changed_in_top(cells, same) == []
    assert (
        degrees.changed_in_top(
            cells, degrees.reweigh(cells, {"frequency": 1, "intensity": 0, "breadth": 0, "difficulty": 0})
        )
        != []
    )


def test_question_when_asked_twice_then_answered_from_memory(marts: Marts) -> None:
    assert queries.alerts(marts) is queries.alerts(marts)


def test_sums_when_read_then_are_plain_numbers(marts: Marts) -> None:
    frame = marts.frame("select sum(reports) as n from marts.fct_daily")
    assert frame.schema["n"] in (pl.Int64, pl.Float64)


def test_publication_when_missing_then_clear_error(tmp_path: Path) -> None:
    from weisu.errors import WarehouseError

    with pytest.raises(WarehouseError, match="cannot be opened"):
        Marts(tmp_path / "none.duckdb", "none")
