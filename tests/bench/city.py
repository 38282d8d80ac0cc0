"""The bundled city: demo, build, replay, and the queries of the app."""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Iterator
from pathlib import Path

from figures import Figure, at_most, plain, timed, weisu


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
