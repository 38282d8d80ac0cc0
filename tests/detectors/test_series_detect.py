"""`weisu detect` from file to file, and one clear line for each kind of bad input."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import typer

from weisu.cli import detect
from weisu.errors import WeisuError
from weisu.series_files import SeriesFileError, read_series

FIRST = dt.date(2024, 1, 1)
HEADER = ["series_id", "date", "count", "expected", "upper", "score", "alarm"]


def run(*args: object) -> None:
    app = typer.Typer()
    app.callback()(lambda: None)
    detect.register(app)
    app(args=["detect", *map(str, args)], standalone_mode=False)


def city(days: int = 220, step: int = 1) -> pl.DataFrame:
    draw = np.random.default_rng(1)
    rows = [
        {
            "series_id": name,
            "date": FIRST + dt.timedelta(step * i),
            "count": int(draw.poisson(mean)) + (25 if i == days - 1 and name == "b" else 0),
        }
        for name, mean in (("a", 0.4), ("b", 6.0), ("c", 50.0))
        for i in range(days)
    ]
    return pl.DataFrame(rows)


def test_detect_when_no_date_is_given_then_scores_the_last_day(tmp_path: Path) -> None:
    city().write_csv(tmp_path / "in.csv")
    run(tmp_path / "in.csv", "-o", tmp_path / "out.csv")
    out = pl.read_csv(tmp_path / "out.csv", try_parse_dates=True)
    assert out.columns == HEADER
    assert out["date"].unique().to_list() == [FIRST + dt.timedelta(219)]
    assert dict(zip(out["series_id"], out["alarm"], strict=True)) == {"a": 0, "b": 1, "c": 0}
    assert not list(tmp_path.glob(".*"))


def test_detect_when_from_is_given_then_each_day_agrees_with_that_day_alone(tmp_path: Path) -> None:
    frame = city()
    frame.write_parquet(tmp_path / "in.parquet")
    frame.filter(pl.col("date") <= FIRST + dt.timedelta(209)).write_parquet(tmp_path / "until.parquet")
    run(tmp_path / "in.parquet", "-o", tmp_path / "all.parquet", "--from", "2024-07-20")
    run(tmp_path / "until.parquet", "-o", tmp_path / "one.parquet")
    day = pl.read_parquet(tmp_path / "all.parquet").filter(pl.col("date") == FIRST + dt.timedelta(209))
    assert day.equals(pl.read_parquet(tmp_path / "one.parquet"))


def test_detect_when_rows_are_in_another_order_then_result_is_the_same(tmp_path: Path) -> None:
    city().write_csv(tmp_path / "a.csv")
    city().sample(fraction=1.0, shuffle=True, seed=3).write_csv(tmp_path / "b.csv")
    for name in "ab":
        run(tmp_path / f"{name}.csv", "-o", tmp_path / f"{name}_out.csv")
    assert (tmp_path / "a_out.csv").read_bytes() == (tmp_path / "b_out.csv").read_bytes()


def test_detect_when_dates_are_weekly_then_finds_out(tmp_path: Path, capsys) -> None:
    city(150, step=7).write_csv(tmp_path / "in.csv")
    run(tmp_path / "in.csv", "-o", tmp_path / "out.csv", "--json")
    assert json.loads(capsys.readouterr().out)["step_days"] == 7
    assert pl.read_csv(tmp_path / "out.csv").filter(pl.col("alarm") == 1)["series_id"].to_list() == ["b"]


def test_detect_when_a_calendar_is_given_then_it_matters(tmp_path: Path) -> None:
    frame = city(400).with_columns(region=pl.lit("Z"))
    closed = [FIRST + dt.timedelta(d) for d in range(15, 400, 30)]
    frame = frame.with_columns(count=pl.when(pl.col("date").is_in(closed)).then(0).otherwise(pl.col("count")))
    frame.write_csv(tmp_path / "in.csv")
    calendar = pl.DataFrame({"date": closed, "region": "Z", "kind": "holiday", "name": "closed"})
    calendar.write_csv(tmp_path / "calendar.csv")
    run(
        tmp_path / "in.csv",
        "-o",
        tmp_path / "with.csv",
        "--from",
        str(closed[-1]),
        "--calendar",
        tmp_path / "calendar.csv",
    )
    run(tmp_path / "in.csv", "-o", tmp_path / "without.csv", "--from", str(closed[-1]))
    with_, without = (
        pl.read_csv(tmp_path / f"{n}.csv").filter(pl.col("series_id") == "c")["expected"][0]
        for n in ("with", "without")
    )
    assert with_ < 0.5 * without


def test_detect_when_no_region_is_given_then_finds_the_calendar_that_fits(tmp_path: Path) -> None:
    draw = np.random.default_rng(4)
    days = [FIRST + dt.timedelta(i) for i in range(500)]
    off = {"P": set(range(10, 500, 25)), "Q": set(range(3, 500, 31))}
    rows = [
        {"series_id": f"{r}{k}", "date": d, "count": int(draw.poisson(5 if i in off[r] else 30))}
        for r in off for k in range(3) for i, d in enumerate(days)
    ]  # fmt: skip
    pl.DataFrame(rows).write_csv(tmp_path / "in.csv")
    calendar = [{"date": days[i], "region": r, "kind": "holiday", "name": ""} for r in off for i in sorted(off[r])]
    pl.DataFrame(calendar).write_csv(tmp_path / "calendar.csv")
    run(
        tmp_path / "in.csv",
        "-o",
        tmp_path / "out.csv",
        "--from",
        str(days[485]),
        "--calendar",
        tmp_path / "calendar.csv",
    )
    expected = pl.read_csv(tmp_path / "out.csv").filter(pl.col("date") == str(days[485]))  # a day off in P alone
    mean = {r: expected.filter(pl.col("series_id").str.starts_with(r))["expected"].mean() for r in off}
    assert 485 in off["P"]
    assert mean["P"] < 0.6 * mean["Q"]


def test_detect_when_budget_is_larger_then_no_fewer_alarms(tmp_path: Path, capsys) -> None:
    city().write_csv(tmp_path / "in.csv")
    found = []
    for budget in ("1/yr", "1/90d"):
        run(tmp_path / "in.csv", "-o", tmp_path / "out.csv", "--from", "2024-03-01", "--budget", budget, "--json")
        found.append(json.loads(capsys.readouterr().out)["alarms"])
    assert found[1] > found[0]


@pytest.mark.parametrize(
    ("counts", "filled"),
    [([1, 2, 1, 1, 2], True), ([1, 0, 1, 1, 2], False), ([50, 40, 61, 55, 48], False)],
    ids=["only days with events", "zeros are written", "too many for a day without any"],
)
def test_read_when_a_day_is_missing_then_is_zero_only_in_a_file_of_days_with_events(
    tmp_path: Path, counts, filled
) -> None:
    days = [FIRST + dt.timedelta(i) for i in (0, 1, 3, 4, 5)]
    pl.DataFrame({"series_id": "s", "date": days, "count": counts}).write_csv(tmp_path / "in.csv")
    table = read_series(tmp_path / "in.csv")
    assert table.counts.shape == (1, 6)
    assert (table.counts[0, 2] == 0) == filled
    assert np.isnan(table.counts[0, 2]) != filled


BAD = {
    "a column is missing": ("series_id,day,count\ns,2024-01-01,1\n", "'date' is missing"),
    "a count is a word": (
        "series_id,date,count\ns,2024-01-01,1\ns,2024-01-02,many\n",
        "row 3: count 'many' is not a number",
    ),
    "a count is negative": ("series_id,date,count\ns,2024-01-01,-2\n", "is negative"),
    "a count is broken": ("series_id,date,count\ns,2024-01-01,2.5\n", "is not a whole number"),
    "a count is infinite": ("series_id,date,count\ns,2024-01-01,inf\n", "is not finite"),
    "a date is wrong": ("series_id,date,count\ns,2024-13-01,2\n", "is not a date"),
    "a date is there twice": ("series_id,date,count\ns,2024-01-01,2\ns,2024-01-01,3\n", "twice"),
    "a series has no name": ("series_id,date,count\n,2024-01-01,2\n", "is empty"),
    "a series has two regions": (
        "series_id,date,count,region\ns,2024-01-01,2,CN\ns,2024-01-02,2,US\n",
        "more than one region",
    ),
    "dates are monthly": (
        "series_id,date,count\ns,2024-01-01,2\ns,2024-02-01,2\ns,2024-03-01,2\n",
        "neither daily nor weekly",
    ),
    "nothing is in it": ("series_id,date,count\n", "holds no rows"),
    "it is empty": ("", "not a readable CSV"),
}


@pytest.mark.parametrize("what", BAD)
def test_detect_when_input_is_bad_then_one_line_and_nothing_written(tmp_path: Path, what: str) -> None:
    text, message = BAD[what]
    (tmp_path / "in.csv").write_text(text)
    with pytest.raises(SeriesFileError, match=message) as caught:
        run(tmp_path / "in.csv", "-o", tmp_path / "out.csv")
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["-o", "out.txt"], "cannot write .txt"),
        (["-o", "nowhere/out.csv"], "cannot be written"),
        (["-o", "out.csv", "--budget", "2/yr"], "unknown budget"),
        (["-o", "out.csv", "--from", "yesterday"], "not a date"),
        (["-o", "out.csv", "--from", "2031-01-01"], "after the last date"),
        (["-o", "out.csv", "--calendar", "none.csv"], "no such file"),
    ],
)
def test_detect_when_used_wrongly_then_one_line(tmp_path: Path, monkeypatch, args, message) -> None:
    monkeypatch.chdir(tmp_path)
    city(40).write_csv("in.csv")
    with pytest.raises(WeisuError, match=message):
        run("in.csv", *args)


def test_detect_when_the_file_is_not_what_it_says_then_one_line(tmp_path: Path) -> None:
    (tmp_path / "in.parquet").write_bytes(b"no parquet at all")
    (tmp_path / "in.csv").write_bytes(b"\xff\xfe\x00\x01series")
    for name in ("in.parquet", "in.csv", "missing.csv"):
        with pytest.raises(SeriesFileError):
            run(tmp_path / name, "-o", tmp_path / "out.csv")
