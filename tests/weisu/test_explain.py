"""`weisu explain`: the recount gives what was published; a changed figure, a lost version and a wrong name are told."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.dbt.city import SETTINGS, City, prepare, ticket, write_ledger, write_sense
from weisu import publishing, transform
from weisu.cli import run as weisu
from weisu.explanations import explain_alert, explain_kpi
from weisu.recounts import DEFINITIONS
from weisu.settings import Workspace, find_workspace
from weisu.variables import project_variables

pytestmark = [pytest.mark.slow]
AS_OF = dt.date(2025, 12, 31)
NOW = dt.datetime(2026, 1, 1, 8)
ALERT = {
    "alert_id": "a1", "raised_on": dt.date(2025, 11, 20), "last_on": dt.date(2025, 11, 20), "level": 3, "signals": "rise", "classes": "",
    "category_key": "住房->电梯", "category": "电梯", "area_key": "东区/一街", "area": "东区一街", "area_level": "street",
    "window_start_on": dt.date(2025, 11, 1), "window_end_on": dt.date(2025, 11, 20), "observed": 4, "expected": 1.0, "ratio": 4.0, "score": 3.0,
    "persons": 3, "places": 2, "signal_status": "active", "title_zh": "电梯诉求上升", "title_en": "Lifts rising", "why_zh": "共4件。", "why_en": "4 reports.",
    "evidence": "{}",
}  # fmt: skip


def city() -> City:
    """November: nine lift tickets of which four raise an alert; every clock and answer occurs; two years of quiet before."""
    lift = {"category_l1": "住房", "category_l2": "电梯", "channel": "电话", "unit": "甲局"}
    made = City(as_of=AS_OF)
    made.add(
        *(ticket(f"{dt.date(2024, 1, 1) + dt.timedelta(days=3 * n)} 09:00", person_hash=f"b{n}") for n in range(240)),
        ticket("2025-11-03 08:00", closed="2025-11-03 20:00", due="2025-11-10 08:00", dispatched="2025-11-03 09:00", contacted="2025-11-03 10:00",
               estate="甲苑", person_hash="p1", is_solved=True, is_contacted=True, satisfaction="satisfied", redo_count=0, return_count=0, rating_speed="satisfied", rating_effect="basically_satisfied",
               rating_attitude="satisfied", rating_feedback="unsatisfied", is_followed_up=True, is_lawfully_ended=False, ticket_id="lift1", **lift),
        ticket("2025-11-04 08:00", closed="2025-11-06 08:00", due="2025-11-05 08:00", dispatched="2025-11-05 09:00", contacted="2025-11-08 10:00",
               estate="甲苑", person_hash="p2", is_solved=False, is_contacted=True, satisfaction="unsatisfied", redo_count=1, return_count=3, rating_speed="unsatisfied", is_followed_up=True,
               is_lawfully_ended=True, received_at=dt.datetime(2025, 11, 4, 8, 20), ticket_id="lift2", **lift),
        ticket("2025-11-05 08:00", closed="2025-11-14 08:00", due="2025-11-20 08:00", dispatched="2025-11-05 08:30", estate="乙苑", person_hash="p3",
               is_solved=True, is_contacted=False, satisfaction="basically_satisfied", redo_count=0, return_count=1, ticket_id="lift3", co_units="乙局", **lift),
        ticket("2025-11-06 08:00", due="2025-11-20 08:00", estate="乙苑", person_hash="p3", is_followed_up=False, ticket_id="lift4", **lift),
        ticket("2025-11-07 08:00", kind="inquiry", **lift),
        ticket("2025-11-08 08:00", status="merged", closed="2025-11-08 09:00", **lift),
        ticket("2025-11-09 08:00", closed="2025-11-02 08:00", flags=["closed_before_created"], **lift),
        ticket("2025-12-30 08:00", due="2026-02-01 08:00", **lift),
        ticket("2025-11-09 08:00", district="西区", street="二街", **lift),
    )  # fmt: skip
    made.sense = {
        "alerts": [ALERT],
        "alert_tickets": [{"alert_id": "a1", "ticket_key": f"t:lift{n}"} for n in (1, 2, 3, 4)],
    }
    return made


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with the city's ledger and one publication."""
    root = tmp_path_factory.mktemp("explain")
    (root / "weisu.toml").write_text('[city]\nname = "试验市"\nname_en = "Testville"\nlanguage = "zh"\ntimezone = "UTC"\nregion = "CN"\n', encoding="utf-8")  # fmt: skip
    workspace = find_workspace(root)
    workspace.var.mkdir()
    given = city()
    ledger, build = write_ledger(workspace.ledger, given.tickets), prepare(root / "build.duckdb", given)
    variables = project_variables(SETTINGS, as_of=AS_OF, run_id="run", data_version="data", built_at=NOW)
    for name in transform.PASSES:
        if name == "scores":
            write_sense(build, given)
        transform.run_pass(build, ledger, name, variables=variables)
    publishing.publish(workspace, build, as_of=AS_OF, data_version="datadata", now=NOW)
    return workspace


@pytest.fixture
def changed(place: Workspace, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the workspace whose publication a test may falsify, then look at `copy` under tmp_path."""
    shutil.copytree(place.root, tmp_path / "copy")
    path = publishing.current(find_workspace(tmp_path / "copy")).path
    path.chmod(0o640)
    with duckdb.connect(str(path)) as con:
        yield con


def test_explain_kpi_when_asked_then_steps_lead_from_the_month_to_the_count(place: Workspace) -> None:
    found = explain_kpi(place, "on_time_share", area="东区", month="2025-11", category="电梯")
    assert [(step["code"], step["tickets"]) for step in found.steps] == [
        ("looked_at", 4), ("demand", 0), ("standing", 0), ("sane_end", 0), ("limit_passed", 0), ("counted", 4),
    ]  # fmt: skip
    assert {c.what: c.recounted for c in found.checks}[
        "denominator"
    ] == 4  # lift1 and lift3 in time, lift2 late, lift4 open
    assert found.agrees
    tables = [step["table"] for step in found.path]
    assert tables[0] == "mart_kpis"
    assert tables[-1] == "ledger.known_versions"
    assert "fct_tickets" in tables
    assert [load["file_label"] for load in found.loads] == ["f.csv"]
    assert {t["ticket_key"] for t in found.tickets} == {"t:lift1", "t:lift2", "t:lift3", "t:lift4"}
    assert all(rule["author"] and rule["version"] for rule in found.rules)


def test_every_published_indicator_has_a_recount_or_says_so(place: Workspace) -> None:
    with duckdb.connect(str(publishing.current(place).path), read_only=True) as con:
        codes = {code for (code,) in con.execute("select distinct kpi_code from marts.mart_kpis").fetchall()}
    assert codes - set(DEFINITIONS) - {"composite_rate"} <= {"expected_reports", "recurrence_share"}


def test_every_month_and_cell_of_every_indicator_agrees(place: Workspace) -> None:
    from weisu import explanations, recounts

    with explanations._opened(place) as con:
        until = explanations._known_until(con)
        rows = explanations._rows(
            con, "select *, last_day(period_start_on) as last_on from marts.mart_kpis where period_type = 'month'"
        )
        for row in rows:
            cell = recounts.Cell(
                row["period_start_on"], row["last_on"], row["area_key"], row["category_key"], row["unit"]
            )
            checks = explanations._kpi_checks(row, recounts.recount(con, row["kpi_code"], cell, until))
            assert all(check.agrees for check in checks), (row, checks)


def test_explain_alert_when_asked_then_counts_persons_and_places_again(place: Workspace) -> None:
    found = explain_alert(place, "a1")
    assert {c.what: c.recounted for c in found.checks} == {"observed": 4, "persons": 3, "places": 2}
    assert found.agrees
    assert len(found.tickets) == 4
    assert [step["table"] for step in found.path][:2] == ["mart_alerts", "sense.alerts"]
    # the inquiry is no demand; the merged one and the one without a time are not among the alert's
    assert {s["code"]: s["tickets"] for s in found.steps} == {"looked_at": 7, "demand": -1, "not_in_alert": -2, "counted": 4}  # fmt: skip


def test_explain_when_a_published_figure_was_changed_then_exit_1_and_says_so(
    changed: duckdb.DuckDBPyConnection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed.execute("update marts.mart_alerts set observed = 5")
    changed.execute("update marts.mart_kpis set value = value / 2 where kpi_code = 'closed_3d_share'")
    changed.close()
    where = ["--workspace", str(tmp_path / "copy"), "--lang", "en"]
    assert weisu(["explain", "alert", "a1", *where]) == 1
    assert "MISMATCH" in capsys.readouterr().out
    assert weisu(["explain", "kpi", "closed_3d_share", "--area", "*", "--month", "2025-11", *where]) == 1
    told = capsys.readouterr()
    assert "MISMATCH" in told.out
    assert "differs" in told.err


def test_explain_when_the_ledger_misses_a_version_then_exit_1(
    changed: duckdb.DuckDBPyConnection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed.execute("update marts.fct_tickets set version_hash = 'other' where ticket_id = 'lift1'")
    changed.close()
    assert weisu(["explain", "alert", "a1", "--workspace", str(tmp_path / "copy")]) == 1
    assert "不在台账中" in capsys.readouterr().out


def test_explain_when_asked_for_json_then_one_line_without_texts_of_tickets(
    place: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert weisu(["explain", "kpi", "reports", "--area", "试验市's", "--month", "2025-11", "--json", "--workspace", str(place.root)]) == 0  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    assert told["agrees"]
    assert told["subject"]["area_key"] == "*"
    assert set(told["tickets"][0]) == {"ticket_key", "version_hash", "created_on", "closed_on", "file_label"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_explain_prints_every_section_in_the_language(
    place: Workspace, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert weisu(["explain", "alert", "a1", "--lang", lang, "--workspace", str(place.root)]) == 0
    told = capsys.readouterr().out
    heads = {
        "zh": ("发布版本", "逐步计数", "所用规则", "来自的装载"),
        "en": ("Publication", "Counts at each step", "Rules in force", "Loads it came from"),
    }
    assert all(head in told for head in heads[lang])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["alert", "a2"], "nearest: a1"),
        (["kpi", "on_time", "--area", "*", "--month", "2025-11"], "closed_1d_share, closed_3d_share"),
        (["kpi", "reports", "--area", "东区区", "--month", "2025-11"], "东区"),
        (["kpi", "reports", "--area", "*", "--month", "2025-13"], "is not YYYY-MM"),
        (["kpi", "reports", "--area", "*", "--month", "2011-01"], "published from"),
        (["kpi", "reports", "--area", "*", "--month", "2025-11", "--category", "电梯间"], "电梯"),
        (["kpi", "reports", "--area", "*", "--month", "2025-11", "--unit", "丁局"], "甲局"),
        (["kpi", "reports", "--area", "*", "--month", "2025-11", "--lang", "fr"], "unknown language"),
    ],
)  # fmt: skip
def test_explain_when_a_name_is_wrong_then_one_line_with_the_nearest(
    place: Workspace, arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert weisu(["explain", *arguments, "--workspace", str(place.root)]) == 2
    told = capsys.readouterr().err
    assert expected in told
    assert told.count("\n") == 1


def test_explain_when_nothing_is_published_then_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "weisu.toml").write_text('[city]\nname = "市"\n', encoding="utf-8")
    assert weisu(["explain", "alert", "a1", "--workspace", str(tmp_path)]) == 2
    assert "nothing published yet" in capsys.readouterr().err
