"""The door: start, and loading beside a bare DuckDB."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from figures import WEISU, Figure, at_most, plain, timed, weisu

DAY = 66_000  # tickets: a day of the largest city
BARE = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute(f\"create table t as select * from read_csv('{sys.argv[2]}')\")"


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


@dataclass(frozen=True)
class Run:
    """What one command cost, in a process of its own."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    out: str


def door(work: Path, tickets: int) -> Iterator[Figure]:
    """A load, a second one of the same tickets, and a day's load, against a bare `create table as` of the same file in the same run."""
    file, again, day = _exports(work, tickets)
    place = work / "door"
    weisu("init", str(place))
    bare = run(sys.executable, "-c", BARE, str(work / "bare.duckdb"), str(file))
    first, second, daily = (_load(path, place) for path in (file, again, day))
    read = json.loads(first.out.splitlines()[-1])["read"]
    counted = json.loads(second.out.splitlines()[-1])
    assert counted["unchanged"] == counted["read"] == read, counted
    size = f"{read:,} rows, {file.stat().st_size / 1e9:.2f} GB"
    yield plain(f"load: bare DuckDB, {size}", f"{bare.seconds:.1f} s")
    yield plain("load: rows per second", f"{read / first.seconds:,.0f}")
    yield at_most("load: times a bare DuckDB read_csv", first.seconds / bare.seconds, 5.0, "x")
    costs = "first / second / bare", f"{first.cpu_seconds:.0f} / {second.cpu_seconds:.0f} / {bare.cpu_seconds:.0f}"
    yield plain(f"load: CPU seconds, {costs[0]}", costs[1])
    yield at_most("load: the same tickets in another file", second.seconds / bare.seconds, 4.0, "x")
    yield at_most("load: peak memory", max(first.peak_mb, second.peak_mb) / 1024, 4.0, "GB")
    yield at_most(f"load: a day of {DAY:,} rows into these", daily.seconds, 20, "s")


def _exports(work: Path, tickets: int) -> tuple[Path, Path, Path]:
    """A city's tickets in one file, the same with its columns in another order, and a later day's (simulated over four weeks)."""
    import duckdb

    weisu("simulate", "-o", str(work / "sim"), "--tickets", str(tickets), "--seed", "11", "--layout", "core")
    weisu("simulate", "-o", str(work / "day"), "--tickets", str(DAY), "--seed", "12", "--layout", "core",
          "--from", "2026-07-01", "--to", "2026-07-28")  # fmt: skip
    (file,), (day,) = (list((work / name / "exports").glob("*.csv")) for name in ("sim", "day"))
    again = work / "again.csv"
    with duckdb.connect() as con:
        table = con.sql(f"from read_csv('{file}', all_varchar = true)")
        names = ", ".join(f'"{name}"' for name in reversed(table.columns))
        con.execute(f"copy (select {names} from read_csv('{file}', all_varchar = true)) to '{again}' (header)")
    return file, again, day


def _load(file: Path, place: Path) -> Run:
    return run(WEISU, "load", str(file), "--source", "hotline", "--workspace", str(place), "--json")


def run(*command: str) -> Run:
    """Run to the end; peak memory is the largest resident set of the process itself."""
    begun = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen(command, stdout=out)
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        if child.returncode:
            sys.exit(f"{' '.join(command)}: exit {child.returncode}")
        return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, out.read().strip())
