"""Detectors on the public benches of ../shared/bench; without them their figures say 'not measured'."""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from figures import Figure, at_least, at_most, plain, timed, weisu

if TYPE_CHECKING:
    import numpy as np

SEED = 2026  # of our own series; none that thresholds were chosen on
OWN_CITIES = 60  # of space, their seeds likewise
EVENTS = 100_000
SHARED = Path(os.environ.get("WEISU_BENCH", Path(__file__).resolve().parents[3] / "shared" / "bench"))


def series_bench(work: Path) -> Iterator[Figure]:
    """POD of `weisu detect` on the daily and weekly benches."""
    import polars as pl

    for name, target in (("daily", 0.74), ("weekly", 0.72)):
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
        yield at_least(f"detect: {name} POD at one alert per series-year", pod, target)
        yield plain(f"detect: {name}, seconds for {meta.height} series", f"{seconds:.1f}")


def own_series_bench(work: Path) -> Iterator[Figure]:
    """The same on made-up series of our own: alerts a year at the stated budget, and the share of outbreaks found by them."""
    import numpy as np
    import polars as pl
    from simulated_series import simulate

    from detectors.series.alarms import START, AlarmConfig, alarm_states

    made = simulate(seed=SEED)
    names = [f"s{i:04d}" for i in range(len(made.counts))]
    series, pred = work / "own.parquet", work / "own.pred.parquet"
    pl.DataFrame({
        "series_id": np.repeat(names, len(made.days)), "date": made.days * len(names),
        "count": made.counts.astype(int).ravel(), "region": np.repeat(made.regions, len(made.days)),
    }).write_parquet(series)  # fmt: skip
    weisu("detect", str(series), "-o", str(pred), "--from", str(made.days[made.first]))
    alarms = pl.read_parquet(pred).sort("series_id", "date")["alarm"].to_numpy().reshape(made.clean.shape)
    starts = alarm_states(alarms > 0, AlarmConfig().quiet_gap) == START
    found = np.mean([starts[row, start : end + 1].any() for row, start, end in made.outbreaks])
    yield at_most("detect: own series, alerts a year at a budget of one", starts[made.clean].mean() * 365.25, 1.5, "")
    yield at_least("detect: own series, share of outbreaks found", found, 0.5)


def space_bench(work: Path) -> Iterator[Figure]:
    """POD and PPV of `weisu scan` on the space bench."""
    import polars as pl

    if not (SHARED / "space").is_dir():
        yield plain("scan: POD at 1/365", "not measured")
        return
    events, pred = work / "events.parquet", work / "space.pred.parquet"
    pl.read_parquet(SHARED / "space" / "public" / "events.parquet").rename({"case_id": "group"}).write_parquet(events)
    seconds, _ = timed(lambda: weisu("scan", str(events), "-o", str(pred), "--from", "2024-06-02"))
    found = pl.read_parquet(pred).rename({"group": "case_id", "start_on": "start"}).to_pandas()
    result = scorer("score_space").score(str(SHARED / "space"), found, "weisu", quiet=True)
    yield at_least("scan: POD at 1/365", result["1/365"]["pod"], 0.72)
    yield at_least("scan: POD at 1/30", result["1/30"]["pod"], 0.78)
    yield at_least("scan: POD of streets at 1/365", result["1/365"]["pod_street"], 0.5)
    yield at_least("scan: part of the last circle that is hit (PPV)", result["1/365"]["ppv_last"], 0.65)
    yield plain("scan: seconds for 180 cases x 42 days", f"{seconds:.0f}")


def own_space_bench(work: Path) -> Iterator[Figure]:
    """The same on made-up cities of our own, and what a day of 100,000 events costs with 99 replicates."""
    from simulated_space import found_shares, simulate

    from detectors.space.config import ScanConfig
    from detectors.space.scan import scan_days

    cases = [simulate(seed) for seed in range(SEED * 100, SEED * 100 + OWN_CITIES)]
    reported = [scan_days(c.lat, c.lon, c.day, c.judged) for c in cases]
    rare, usual = (found_shares(cases, reported, budget)["all"] for budget in (1 / 365.25, 1 / 30))
    yield plain("scan: own cities, POD at 1/365", f"{rare:.3f}")
    yield plain("scan: own cities, POD at 1/30", f"{usual:.3f}")
    circles = [scan_days(c.lat, c.lon, c.day, c.judged, ScanConfig(strip_half_lengths_m=())) for c in cases]
    without = found_shares(cases, circles, 1 / 30)["all"]
    yield plain("scan: own cities, gain by strips at 1/30", f"{usual - without:.3f}")
    lat, lon, day = crowd(EVENTS)
    begun = time.process_time()
    scan_days(lat, lon, day, range(day.max() - 13, day.max() + 1), ScanConfig(replicates=99))
    seconds = (time.process_time() - begun) / 14
    yield at_most("scan: a day of 100,000 events, 99 replicates", seconds, 1.0, "CPU s")


def crowd(events: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """So many events in the days that one scan looks at, over a city of 30 km; one fortnight that shares a calibration."""
    import numpy as np

    from detectors.space.config import ScanConfig

    rng, config = np.random.default_rng(SEED), ScanConfig()
    last = config.epoch_days * 1_300 - 1
    days = config.reach_days + config.epoch_days
    n = events * days // config.reach_days
    return 31.2 + rng.laplace(0, 0.045, n), 121.4 + rng.laplace(0, 0.05, n), rng.integers(last - days + 1, last + 1, n)


def scorer(name: str):
    """The bench's own scorer."""
    spec = importlib.util.spec_from_file_location(name, SHARED / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
