"""`make bench-large`: the largest city from nothing, then one more day.  SIZE=2400000 measures a tenth.

SIZE is the number of tickets a year; seventeen months are made, so that goalposts are frozen and past periods can stand, as in daily use.
The tickets are those of `weisu simulate --size large` (16 districts, 300 streets, 7,000 communities, 400 fine categories); of the last day
everything is held back for the daily run: the tickets made on it and the closures that fell on it.  Needs about 3 KB of disk for a ticket, in
the system's temporary folder (TMPDIR).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from figures import WEISU, Figure, at_most, plain

WHOLE = 24_000_000  # a year
FIRST, LAST = "2024-08-01", "2025-12-31"
YEARS = 17 / 12
MADE, CLOSED = "诉求时间", "办结时间"
OUTCOME = (
    CLOSED,
    "是否有效回访",
    "是否联系",
    "是否解决",
    "满意度",
    "处置速度",
    "处置效果",
    "服务体验",
    "反馈质量",
    "答复内容",
)
OPEN = {"工单状态": "办理中"}


@dataclass(frozen=True)
class Cost:
    """What a command took."""

    seconds: float
    cpu_seconds: float
    peak_gb: float
    told: str


def main() -> None:
    """Print each figure beside its target; the argument is the number of tickets."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else WHOLE
    print(f"{'figure':<64}{'measured':>16}  {'target':<22}")
    for figure in large(size):
        mark = {True: "ok", False: "MISSED", None: ""}[figure.holds]
        print(f"{figure.name:<64}{figure.value:>16}  {figure.target:<22}{mark}", flush=True)


def large(size: int) -> Iterator[Figure]:
    """A tenth of `size` first, then `size`: the daily run may take 1.5 times as long."""
    share = size / WHOLE
    daily = {}
    for tickets in (size // 10, size):
        with tempfile.TemporaryDirectory() as folder:
            place, held_back = loaded(Path(folder), tickets)
            named = f"{tickets / 1e6:g} M a year"
            first = measured("build", "--full", "--json", "--workspace", str(place))
            yield at_most(f"{named}: build from loaded rows, minutes", first.seconds / 60, 25, "min (at 24 M)")
            yield at_most(f"{named}: build, peak memory", first.peak_gb, 12, "GB")
            yield plain(f"{named}: build, CPU seconds", f"{first.cpu_seconds:.0f}")
            yield from steps(f"{named}: build", first)
            load = measured("load", str(held_back), "--source", "hotline", "--json", "--workspace", str(place))
            day = measured("build", "--json", "--workspace", str(place))
            told = json.loads(load.told.strip().splitlines()[-1])
            yield plain(f"{named}: one more day, rows new / new versions", f"{told['new']:,} / {told['new_version']:,}")
            yield at_most(f"{named}: one more day, minutes", (load.seconds + day.seconds) / 60, 4, "min (at 24 M)")
            yield from steps(f"{named}: one more day", day)
            daily[tickets] = load.seconds + day.seconds
    yield at_most("one more day: ratio to a tenth of the size", daily[size] / daily[size // 10], 1.5, "x")
    if share < 1:
        yield plain("this size, of 24 M", f"{share:.1%}")


def loaded(folder: Path, tickets: int) -> tuple[Path, Path]:
    """A workspace with all but the last day loaded, and the export of that day."""
    city, place, held_back = folder / "city", folder / "work", folder / "hotline_last_day.csv"
    measured(
        "simulate",
        "-o",
        str(city),
        "--tickets",
        str(round(tickets * YEARS)),
        "--size",
        "large",
        "--from",
        FIRST,
        "--to",
        LAST,
    )
    hold_back(sorted((city / "exports").glob("*.csv"))[-2:], held_back)
    measured("init", str(place), "--city", str(city))
    measured("load", str(city / "exports"), "--source", "hotline", "--workspace", str(place))
    shutil.rmtree(city)
    return place, held_back


def hold_back(exports: list[Path], held_back: Path) -> None:
    """Move what happened on the last day from the last exports into one of its own: new tickets, and the new state of closed ones."""
    parts = []
    for export in exports:
        rows = pl.read_csv(export, infer_schema=False)
        is_new, is_closed = (pl.col(name).fill_null("").str.starts_with(LAST) for name in (MADE, CLOSED))
        parts.append(rows.filter(is_new | is_closed))
        blank = [pl.when(is_closed).then(None).otherwise(pl.col(c)).alias(c) for c in OUTCOME if c in rows.columns]
        still = [
            pl.when(is_closed).then(pl.lit(v)).otherwise(pl.col(c)).alias(c)
            for c, v in OPEN.items()
            if c in rows.columns
        ]
        rows.filter(~is_new).with_columns(*blank, *still).write_csv(export, include_bom=True)
    pl.concat(parts).write_csv(held_back, include_bom=True)


def measured(*arguments: str) -> Cost:
    """Run the command as a user would."""
    begun = time.perf_counter()
    with subprocess.Popen([WEISU, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        told, errors = child.stdout.read(), child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"weisu {' '.join(arguments)}: exit {child.returncode}: {errors.strip()[-500:]}")
    return Cost(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e6, told)


def steps(name: str, cost: Cost) -> Iterator[Figure]:
    """Seconds of each step of a build."""
    told = json.loads(cost.told.strip().splitlines()[-1])["seconds"]
    yield plain(f"{name}, seconds (" + ", ".join(f"{k} {v:.0f}" for k, v in told.items()) + ")", f"{cost.seconds:.0f}")


if __name__ == "__main__":
    main()
