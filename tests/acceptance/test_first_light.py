"""What issue "First light" must show, through the public interface, on the bundled real tickets."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
import resource
import shutil
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest

from weisu.cities import bundled_exports
from weisu.settings import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def export(weisu: Callable, root: Path, table: str, out: Path) -> pl.DataFrame:
    done = weisu("export", table, "-o", out, "--workspace", root)
    assert done.status == 0, done.err
    return pl.read_parquet(out)


def ledger(done) -> dict[str, int]:
    assert done.status == 0, done.err
    return json.loads(done.out.strip().splitlines()[-1])


def adds_up(counts: dict[str, int]) -> bool:
    return counts["read"] == counts["new"] + counts["new_version"] + counts["unchanged"] + counts["quarantined"]


def test_demo_makes_alerts_and_both_reports(demo) -> None:
    made = {p.suffix for p in (demo.root / "var" / "reports").rglob("*") if p.is_file()}
    assert {".docx", ".pdf", ".html"} <= made
    assert "2023" in demo.first_run


def test_demo_states_that_coverage_differs(demo) -> None:
    assert "2016" in demo.first_run  # the note names the years in which types are missing


@pytest.mark.long
def test_second_demo_loads_nothing_and_changes_no_alert(demo, weisu, tmp_path: Path) -> None:
    before = export(weisu, demo.root, "alerts", tmp_path / "a.parquet")
    done = weisu("demo", "--no-serve", "--workspace", demo.root, "--lang", "en")
    assert done.status == 0, done.err
    assert " 0 new, 69800 unchanged" in done.out
    after = export(weisu, demo.root, "alerts", tmp_path / "b.parquet")
    assert before.equals(after)


def year_again(source: Path, target: Path, *, closed: int, fresh: int) -> None:
    """The same yearly export somewhat later: `closed` open tickets closed since, `fresh` new ones."""
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    still_open = [r for r in rows if not r["closed_dt"]][:closed]
    assert len(still_open) == closed
    for row in still_open:
        row["closed_dt"], row["case_status"] = "2024-01-20 10:00:00", "Closed"
    copies = [
        dict(
            r,
            case_enquiry_id=f"9{r['case_enquiry_id']}",
            open_dt="2023-12-31 10:00:00",
            closed_dt="",
            case_status="Open",
        )
        for r in rows[-fresh:]
    ]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows + copies)


@pytest.mark.long
def test_reexport_adds_versions_and_moves_only_what_it_should(demo, weisu, tmp_path: Path) -> None:
    root = Path(shutil.copytree(demo.root, tmp_path / "city"))
    before = export(weisu, root, "kpis", tmp_path / "before.parquet")

    last = next(p for p in bundled_exports("boston311") if "2023" in p.name)
    year_again(last, tmp_path / "boston311_2023_later.csv", closed=200, fresh=50)
    counts = ledger(
        weisu("load", tmp_path / "boston311_2023_later.csv", "--source", "boston311", "--workspace", root, "--json")
    )
    assert adds_up(counts)
    assert (counts["new"], counts["new_version"], counts["quarantined"]) == (50, 200, 0)

    assert weisu("build", "--as-of", "2023-12-31", "--workspace", root).status == 0
    after = export(weisu, root, "kpis", tmp_path / "after.parquet")
    key = ["period_type", "period_start_on", "area_key", "category_key", "unit", "kpi_code"]
    both = before.join(after, on=key, how="full", suffix="_after", nulls_equal=True, coalesce=True)
    moved = both.filter(pl.col("value").ne_missing(pl.col("value_after")))
    # closures of January 2024 are not known at the end of 2023, the 50 new tickets of 31 December are
    assert moved.height > 0
    assert moved["period_start_on"].min() >= dt.date(2023, 12, 1)


def assert_nothing_later(weisu: Callable, root: Path, folder: Path, day: dt.date) -> None:
    tickets, alerts = (export(weisu, root, table, folder / f"{table}.parquet") for table in ("tickets", "alerts"))
    assert tickets["created_at"].max()[:10] <= day.isoformat()
    assert tickets["closed_at"].drop_nulls().max()[:10] <= day.isoformat()
    assert alerts["raised_on"].max() <= day
    assert 0 < tickets.height < 69800


def test_build_as_of_knows_nothing_later(demo_of_may_2015: Path, weisu, tmp_path: Path) -> None:
    assert_nothing_later(weisu, demo_of_may_2015, tmp_path, dt.date(2015, 5, 31))


@pytest.mark.long
def test_build_as_of_a_later_day_knows_nothing_later(demo, weisu, tmp_path: Path) -> None:
    assert weisu("build", "--as-of", "2019-12-31", "--workspace", demo.root).status == 0
    assert_nothing_later(weisu, demo.root, tmp_path, dt.date(2019, 12, 31))


def replay(weisu, root: Path, first: str, last: str, out: Path) -> pl.DataFrame:
    done = weisu("replay", "--from", first, "--to", last, "-o", out, "--workspace", root)
    assert done.status == 0, done.err
    return pl.read_parquet(out)


def children_seconds() -> float:
    """CPU seconds of the commands that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def assert_rodent_rebound(alerts: pl.DataFrame) -> None:
    found = alerts.filter(
        pl.col("category").str.contains("Rodent"),
        pl.col("raised_on").is_between(dt.date(2015, 3, 16), dt.date(2015, 3, 31)),
        pl.col("status") != "suspected_artefact",
    )
    assert found.height >= 1


@pytest.mark.long
def test_replay_of_2015_finds_the_rodent_rebound_in_time(demo, weisu, tmp_path: Path) -> None:
    begun = children_seconds()
    alerts = replay(weisu, demo.root, "2015-01-01", "2015-12-31", tmp_path / "r.parquet")
    seconds = children_seconds() - begun
    assert_rodent_rebound(alerts)
    assert (
        seconds < 120
    )  # of CPU, for the machine may be busy; the target is 60 s on a quiet one, which `make bench` measures


@pytest.mark.long
def test_replay_marks_operator_tests_as_artefact(demo, weisu, tmp_path: Path) -> None:
    alerts = replay(weisu, demo.root, "2013-06-01", "2013-07-31", tmp_path / "r.parquet")
    on_the_day = alerts.filter(
        pl.col("raised_on").is_between(dt.date(2013, 6, 26), dt.date(2013, 6, 28)),
        pl.col("category").str.contains("Dead Animal"),
    )
    assert on_the_day.filter(pl.col("status") == "suspected_artefact").height >= 1
    assert (
        on_the_day.filter(pl.col("status") != "suspected_artefact", pl.col("window_end") >= dt.date(2013, 6, 26)).height
        == 0
    )


@pytest.mark.long
def test_replay_marks_one_building_as_artefact(demo, weisu, tmp_path: Path) -> None:
    alerts = replay(weisu, demo.root, "2019-11-01", "2019-12-15", tmp_path / "r.parquet")
    pests = alerts.filter(
        pl.col("category").str.contains("Pest"),
        pl.col("raised_on").is_between(dt.date(2019, 11, 20), dt.date(2019, 11, 23)),
    )
    assert pests.filter(pl.col("status") == "suspected_artefact").height >= 1


def assert_three_forms(folder: Path, name: str) -> None:
    made = {p.suffix: p for p in folder.glob(name)}
    assert {".docx", ".pdf", ".html"} <= set(made)
    assert ZipFile(made[".docx"]).testzip() is None
    assert made[".pdf"].read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(  # in the other two languages they are made by the READMEs' commands
    ("kind", "option", "period", "lang"),
    [("monthly", "--month", "2015-05", "zh"), ("weekly", "--week", "2015-W22", "en")],
)
def test_report_of_a_past_period_comes_in_three_forms(
    demo_of_may_2015: Path, weisu, tmp_path: Path, kind: str, option: str, period: str, lang: str
) -> None:
    done = weisu("report", kind, option, period, "--lang", lang, "-o", tmp_path, "--workspace", demo_of_may_2015)
    assert done.status == 0, done.err
    assert_three_forms(tmp_path, f"{kind}-*")


def test_failed_check_leaves_the_last_publication(demo, weisu, tmp_path: Path) -> None:
    place = Workspace(demo.root)
    shown = (place.publications / "CURRENT").read_text()
    duties = place.reference / "duties.csv"
    kept = duties.read_text(encoding="utf-8")
    try:
        duties.write_text(kept + "x,y,z\n", encoding="utf-8")
        done = weisu("build", "--workspace", demo.root)
        assert done.status == 2
        assert len(done.err.strip().splitlines()) == 1
    finally:
        duties.write_text(kept, encoding="utf-8")
    assert (place.publications / "CURRENT").read_text() == shown
