"""Every figure the issues name, beside its target.  `make bench`; timings are ratios or seconds of this run on this machine.

Needs ../shared/bench for the quality figures; a figure whose input is not there is printed as "not measured", never guessed.
"""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("WEISU_BENCH", ROOT.parent / "shared" / "bench"))
WEISU = str(Path(sys.executable).parent / "weisu")


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    name: str
    value: str
    target: str
    holds: bool | None  # None: not measured, or a figure without a target


def main() -> None:
    """Print the table row by row as the figures come in."""
    print(f"{'figure':<52}{'measured':>16}  {'target':<22}")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for measure in (start_up, door, city, series_bench, space_bench):
            for figure in measure(work):
                mark = {True: "ok", False: "MISSED", None: ""}[figure.holds]
                print(f"{figure.name:<52}{figure.value:>16}  {figure.target:<22}{mark}", flush=True)


def start_up(work: Path) -> Iterator[Figure]:
    """`weisu --help` and `weisu read` of a small file."""
    small = work / "small.csv"
    small.write_text("id,text\n1,a\n", encoding="utf-8")
    for name, arguments in (
        ("weisu --help", ["--help"]),
        ("weisu read, small file", ["read", str(small), "-o", str(work / "small.out.csv")]),
    ):
        seconds = statistics.median(timed(lambda arguments=arguments: weisu(*arguments))[0] for _ in range(5))
        yield at_most(f"start: {name}", seconds, 0.7, "s")


def door(work: Path) -> Iterator[Figure]:
    """Load rate against a bare `create table as select * from read_csv` of the same file in the same run."""
    import duckdb

    weisu("simulate", "-o", str(work / "sim"), "--tickets", "200000", "--seed", "11")
    files = sorted((work / "sim" / "exports").glob("*.csv"))
    place = work / "door"
    weisu("init", str(place))
    seconds, out = timed(
        lambda: weisu("load", *map(str, files), "--source", "hotline", "--workspace", str(place), "--json")
    )
    rows = json.loads(out.strip().splitlines()[-1])["read"]
    names = ", ".join(f"'{f}'" for f in files)
    bare, _ = timed(
        lambda: duckdb.connect(str(work / "bare.duckdb")).execute(
            f"create table t as from read_csv([{names}], all_varchar=true)"
        )
    )
    yield plain("load: rows per second, synthetic 12345 city", f"{rows / seconds:,.0f}")
    yield at_most("load: times a bare DuckDB read_csv", seconds / bare, 5.0, "x (issue 3)")


def city(work: Path) -> Iterator[Figure]:
    """The bundled city: demo, build, replay, app queries."""
    place = work / "demo"
    seconds, _ = timed(lambda: weisu("demo", "--no-serve", "--workspace", str(place)))
    yield at_most("demo: seconds in all, packages installed", seconds, 120, "s")
    again, _ = timed(lambda: weisu("demo", "--no-serve", "--workspace", str(place)))
    yield plain("demo: seconds, second run", f"{again:.1f}")
    _, out = timed(lambda: weisu("build", "--full", "--workspace", str(place), "--json"))
    steps = json.loads(out.strip().splitlines()[-1])["seconds"]
    yield plain(
        "build: seconds (" + ", ".join(f"{k} {v:.0f}" for k, v in steps.items()) + ")", f"{sum(steps.values()):.1f}"
    )
    _, out = timed(
        lambda: weisu(
            "replay",
            "--from",
            "2015-01-01",
            "--to",
            "2015-12-31",
            "--workspace",
            str(place),
            "--json",
            "-o",
            str(work / "replay.csv"),
        )
    )
    replay = json.loads(out.strip().splitlines()[-1])
    yield at_most("replay of 2015: seconds", replay["seconds"], 60, "s")
    yield plain("replay of 2015: days per second", f"{replay['days'] / replay['seconds']:.1f}")
    yield at_most("dashboard: query p95", query_p95(place) * 1000, 400, "ms")


def _page(name: str) -> None:
    from dashboards.shell import main

    main(only=name)


def query_p95(place: Path) -> float:
    """95th percentile over the queries that opening every page makes, each asked of the file anew, seconds."""
    from streamlit.testing.v1 import AppTest

    from dashboards.queries.marts import Marts
    from weisu.publishing import current
    from weisu.settings import Workspace

    asked: list[tuple[str, tuple]] = []
    frame = Marts.frame
    Marts.frame = lambda self, sql, *values: asked.append((sql, values)) or frame(self, sql, *values)
    os.environ["WEISU_WORKSPACE"] = str(place)
    for page in ("today", "alerts", "degrees", "trends", "map", "data"):
        AppTest.from_function(_page, args=(page,), default_timeout=120).run()
    Marts.frame = frame
    took = []
    for sql, values in asked:
        fresh = Marts(current(Workspace(place)).path, "bench")  # nothing remembered
        took.append(timed(lambda fresh=fresh, sql=sql, values=values: fresh.frame(sql, *values))[0])
    return statistics.quantiles(took, n=20)[-1]


def series_bench(work: Path) -> Iterator[Figure]:
    """POD of `weisu detect` on the daily and weekly benches."""
    import polars as pl

    for name, target in (("daily", 0.60), ("weekly", None)):
        if not (SHARED / name).is_dir():
            yield plain(f"detect: {name} POD at one alert per series-year", "not measured")
            continue
        public = SHARED / name / "public"
        series, pred = work / f"{name}.parquet", work / f"{name}.pred.parquet"
        meta = pl.read_csv(public / "meta.csv").select("series_id", "region")
        pl.read_parquet(public / "series.parquet").join(meta, on="series_id").write_parquet(series)
        seconds, _ = timed(
            lambda series=series, pred=pred, public=public: weisu(
                "detect",
                str(series),
                "-o",
                str(pred),
                "--from",
                "2024-01-01",
                "--calendar",
                str(public / "calendar.csv"),
            )
        )
        result = scorer("score_series").score(
            str(SHARED / name), pl.read_parquet(pred).to_pandas(), f"weisu {name}", quiet=True
        )
        pod = result["budget"]["alert 1/yr"]["pod"]
        yield (
            at_least(f"detect: {name} POD at one alert per series-year", pod, target)
            if target
            else plain(f"detect: {name} POD at one alert per series-year", f"{pod:.3f}")
        )
        yield plain(f"detect: {name}, seconds for {meta.height} series", f"{seconds:.1f}")


def space_bench(work: Path) -> Iterator[Figure]:
    """POD of `weisu scan` on the space bench."""
    import polars as pl

    if not (SHARED / "space").is_dir():
        yield plain("scan: POD at 1/365", "not measured")
        return
    events, pred = work / "events.parquet", work / "space.pred.parquet"
    pl.read_parquet(SHARED / "space" / "public" / "events.parquet").rename({"case_id": "group"}).write_parquet(events)
    seconds, _ = timed(lambda: weisu("scan", str(events), "-o", str(pred), "--from", "2024-06-02"))
    found = pl.read_parquet(pred).rename({"group": "case_id", "start_on": "start"}).to_pandas()
    result = scorer("score_space").score(str(SHARED / "space"), found, "weisu", quiet=True)
    yield at_least("scan: POD at 1/365", result["1/365"]["pod"], 0.55)
    yield plain("scan: POD at 1/30", f"{result['1/30']['pod']:.3f}")
    yield plain("scan: seconds for 180 cases x 42 days", f"{seconds:.0f}")


def scorer(name: str):
    """The bench's own scorer."""
    spec = importlib.util.spec_from_file_location(name, SHARED / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def weisu(*arguments: str) -> str:
    """Run the command as a user would and return what it prints."""
    done = subprocess.run([WEISU, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"weisu {' '.join(arguments)}: exit {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Wall seconds and the result."""
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def plain(name: str, value: str) -> Figure:
    return Figure(name, value, "", None)


def at_most(name: str, value: float, limit: float, unit: str) -> Figure:
    return Figure(name, f"{value:.2f}", f"<= {limit:g} {unit}", value <= limit)


def at_least(name: str, value: float, limit: float) -> Figure:
    return Figure(name, f"{value:.3f}", f">= {limit:g}", value >= limit)


if __name__ == "__main__":
    main()
