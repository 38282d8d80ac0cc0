"""The door: start, and loading beside a bare DuckDB."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from pathlib import Path

from figures import Figure, at_most, plain, timed, weisu


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
