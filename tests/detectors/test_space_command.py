"""`weisu scan` and `weisu issues`: columns of the contract, and one clear line when the input is wrong."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from weisu.cli import issues, scan
from weisu.errors import WeisuError

SCAN_COLUMNS = "group,as_of,cluster_id,start_on,end_on,lat,lon,radius_m,observed,expected,relative_risk,score,p_value,recurrence_days,event_ids"
ISSUE_COLUMNS = "issue_id,rank,ticket_id,created_at,label,persons,first_at,last_at,raised_on"


def run(*words: object) -> str:
    """Run a command; a WeisuError comes out as it is."""
    app = typer.Typer()
    scan.register(app)
    issues.register(app)
    result = CliRunner().invoke(app, [str(w) for w in words])
    if isinstance(result.exception, WeisuError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def events(path: Path, **columns: object) -> Path:
    """Four events a day over 100 days, twelve more at one corner on the last two."""
    rng = np.random.default_rng(5)
    n, k = 400, 12
    day = np.r_[rng.integers(0, 100, n), 99 - np.arange(k) % 2]
    frame = pl.DataFrame(
        {
            "event_id": [f"e{i}" for i in range(n + k)],
            "date": (np.datetime64("2024-01-01") + day).astype("datetime64[D]"),
            "lat": np.r_[rng.normal(31.2, 0.04, n), np.full(k, 31.21)],
            "lon": np.r_[rng.normal(121.4, 0.04, n), np.full(k, 121.41)],
        }
    ).with_columns(**columns)
    frame.write_parquet(path) if path.suffix == ".parquet" else frame.write_csv(path)
    return path


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_scan_when_run_then_columns_of_contract_and_cluster_of_last_day(tmp_path, ending):
    out = tmp_path / f"out.{ending}"
    run("scan", events(tmp_path / f"in.{ending}"), "-o", out)
    found = pl.read_csv(out) if ending == "csv" else pl.read_parquet(out)
    assert ",".join(found.columns) == SCAN_COLUMNS
    first = found.row(0, named=True)
    assert str(first["as_of"]) == "2024-04-09"
    assert first["p_value"] < 1e-3
    assert {f"e{i}" for i in range(400, 412)} <= set(first["event_ids"].split(";"))


def test_scan_when_from_given_then_each_day_and_last_day_equal(tmp_path):
    source = events(tmp_path / "in.csv")
    run("scan", source, "-o", tmp_path / "all.csv", "--from", "2024-04-01")
    run("scan", source, "-o", tmp_path / "last.csv")
    days = pl.read_csv(tmp_path / "all.csv", try_parse_dates=True)
    assert days["as_of"].min() >= dt.date(2024, 4, 1)
    last = pl.read_csv(tmp_path / "last.csv", try_parse_dates=True)
    assert days.filter(pl.col("as_of") == last["as_of"][0]).equals(last)


def test_scan_when_groups_given_then_each_alone(tmp_path):
    two = pl.concat(
        [
            pl.read_csv(events(tmp_path / "a.csv", group=pl.lit("a"))),
            pl.read_csv(events(tmp_path / "b.csv", group=pl.lit("b"))),
        ]
    )
    two.with_columns(event_id=pl.col("group") + pl.col("event_id")).write_csv(tmp_path / "two.csv")
    run("scan", tmp_path / "two.csv", "-o", tmp_path / "out.csv")
    found = pl.read_csv(tmp_path / "out.csv")
    numbers = [c for c in found.columns if c not in ("group", "cluster_id", "event_ids")]
    assert found.filter(group="a").select(numbers).equals(found.filter(group="b").select(numbers))


def test_scan_when_history_short_then_says_so(tmp_path):
    (tmp_path / "in.csv").write_text("event_id,date,lat,lon\ne1,2024-01-01,31,121\n", encoding="utf-8")
    said = run("scan", tmp_path / "in.csv", "-o", tmp_path / "out.csv", "--json")
    assert json.loads(said)["groups_too_short"] == 1
    assert pl.read_csv(tmp_path / "out.csv").height == 0


def test_scan_when_only_category_given_then_it_is_the_group(tmp_path):
    run("scan", events(tmp_path / "in.csv", category=pl.lit("噪声")), "-o", tmp_path / "out.csv")
    assert set(pl.read_csv(tmp_path / "out.csv")["group"]) == {"噪声"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("event_id,date,lat\ne1,2024-01-01,31\n", "lon"),
        ("event_id,date,lat,lon\ne1,2024-13-01,31,121\n", "row 2"),
        ("event_id,date,lat,lon\ne1,2024-01-01,131,121\n", "lat"),
        ("event_id,date,lat,lon\ne1,2024-01-01,31,121\ne1,2024-01-02,31,121\n", "twice"),
        ("event_id,date,lat,lon\n", "no rows"),
    ],
)
def test_scan_when_input_wrong_then_one_line_and_nothing_written(tmp_path, content, says):
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(content, encoding="utf-8")
    with pytest.raises(WeisuError) as caught:
        run("scan", source, "-o", out)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2
    assert not out.exists()


@pytest.mark.parametrize("words", [("--from", "soon"), ("--from", "2030-01-01")])
def test_scan_when_day_wrong_then_one_line(tmp_path, words):
    with pytest.raises(WeisuError, match="--from"):
        run("scan", events(tmp_path / "in.csv"), "-o", tmp_path / "out.csv", *words)


def test_outputs_when_ending_or_folder_wrong_then_refused_before_work(tmp_path):
    for out in (tmp_path / "out.txt", tmp_path / "none" / "out.csv"):
        with pytest.raises(WeisuError):
            run("scan", tmp_path / "missing.csv", "-o", out)


def test_issues_when_run_on_workbook_then_columns_of_contract(tmp_path):
    rows = [
        (f"t{i:02}", f"2024/3/{i + 1} 9:05:00", f"反映丽景花园夜宵摊油烟扰民{'！' * i}", "夜宵摊油烟噪音", f"p{i}")
        for i in range(6)
    ]
    rows.append(("t99", "2024/3/2 10:00:00", "咨询医保报销", "异地就医怎么报销", "p1"))
    frame = pl.DataFrame(rows, schema=["ticket_id", "created_at", "title", "text", "person"], orient="row")
    frame.write_excel(tmp_path / "in.xlsx")
    said = run("issues", tmp_path / "in.xlsx", "-o", tmp_path / "out.csv", "--json")
    assert json.loads(said)["raised"] == 1
    found = pl.read_csv(tmp_path / "out.csv")
    assert ",".join(found.columns) == ISSUE_COLUMNS
    assert found.height == 7
    hottest = found.filter(pl.col("rank") == 1)
    assert hottest["ticket_id"].to_list() == [f"t{i:02}" for i in range(6)]
    assert set(hottest["raised_on"]) == {"2024-03-05"}
    assert hottest["issue_id"].n_unique() == 1


def test_issues_when_time_unreadable_then_one_line(tmp_path):
    (tmp_path / "in.csv").write_text("ticket_id,created_at,title,text\n1,yesterday,a,b\n", encoding="utf-8")
    with pytest.raises(WeisuError, match="row 2"):
        run("issues", tmp_path / "in.csv", "-o", tmp_path / "out.csv")
