"""Foresight on the bundled city and on simulated ones, and the speed of the daily score: each figure beside its target."""

from __future__ import annotations

import datetime as dt
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from figures import Figure, at_least, at_most, plain, weisu

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

SEED = 2026  # of the simulated city; nothing was chosen on it
EPOCH = dt.date(1970, 1, 1)
HELD_OUT = dt.date(2019, 1, 1)  # the bundled city before it is what the forecast was chosen on
SERIES, YEARS = 10_000, 3


def foresight_bench(work: Path) -> Iterator[Figure]:
    """Forecasts, similar places and followers, with past data only."""
    city = work / "foresight-city"
    weisu("simulate", "-o", str(city), "--seed", str(SEED))
    boston, made = bundled(), simulated(city)
    yield from _forecasts("bundled city, 2019 on", boston, "US", HELD_OUT)
    last = made["day"].max()
    yield from _forecasts("simulated city, last 11 months", made, "CN", last - dt.timedelta(days=334))
    yield from _followers("simulated city", made)
    planted = _planted(city)
    yield from _followers("the same without the planted pair", made.filter(~made["ticket_id"].is_in(planted.implode())))
    yield from _followers("bundled city", boston)
    yield from _similar("bundled city, 2019 on", boston, HELD_OUT, {})
    yield from _similar("simulated city, last year", made, last - dt.timedelta(days=364), _estates(city))


def speed_bench(work: Path) -> Iterator[Figure]:
    """Today's score of many series, and a year of days one by one."""
    from detectors.series import calendar_features, score_days

    for series, days, first, limit, name in (
        (SERIES, 365 * YEARS + 1, 365 * YEARS, 6.0, f"detect: {SERIES} series x {YEARS} years, today"),
        (1000, 365 * YEARS + 367, 365 * YEARS + 1, 12.0, "detect: 1000 series, 366 days in turn"),
        (SERIES // 2, 365 * YEARS + 1, 365 * YEARS, None, f"detect: {SERIES // 2} series x {YEARS} years, today"),
    ):
        counts = _counts(series, days)
        features = calendar_features([dt.date(2022, 1, 1) + dt.timedelta(days=i) for i in range(days)], "US")
        cpu, wall = time.process_time(), time.perf_counter()
        score_days(counts, first, features)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        yield at_most(name, cpu, limit, "CPU s") if limit else plain(f"{name}, CPU s (linear: half)", f"{cpu:.2f}")
        yield plain(f"{name}, wall seconds", f"{wall:.2f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    yield at_most("detect: memory, at its highest", peak, 2.0, "GB")


def _counts(series: int, days: int) -> np.ndarray:
    import numpy as np

    rng, t = np.random.default_rng(SEED), np.arange(days)
    mean = np.exp(rng.uniform(np.log(0.1), np.log(50), series))[:, None]
    return rng.poisson(mean * np.exp(0.3 * np.sin(2 * np.pi * t / 365.25) + 0.2 * (t % 7 < 5))).astype(float)


def bundled() -> pl.DataFrame:
    """The bundled city's tickets: ticket_id, day, district, street, place, category, l1, lat, lon."""
    import polars as pl

    from weisu.cities import bundled_exports

    columns = ["case_enquiry_id", "open_dt", "type", "neighborhood", "ward", "precinct", "latitude", "longitude"]
    rows = pl.concat([pl.read_csv(path, columns=columns, infer_schema=False) for path in bundled_exports("boston311")])
    return rows.select(
        ticket_id="case_enquiry_id", day=pl.col("open_dt").str.slice(0, 10).str.to_date(), category="type", l1=pl.lit("animals"),
        district="neighborhood", street=pl.col("neighborhood") + "/" + pl.col("ward"), place="precinct",
        lat=pl.col("latitude").cast(pl.Float64, strict=False), lon=pl.col("longitude").cast(pl.Float64, strict=False),
    ).sort("day")  # fmt: skip


def simulated(city: Path) -> pl.DataFrame:
    """The same of a simulated city; its places are estates."""
    import polars as pl

    named = {
        "ticket_id": "工单编号",
        "at": "诉求时间",
        "l1": "一级分类",
        "l2": "二级分类",
        "district": "区县",
        "road": "街道",
        "estate": "小区",
    }
    parts = [
        pl.read_csv(p, columns=list(named.values()), infer_schema=False)
        for p in sorted((city / "exports").glob("*.csv"))
    ]
    rows = pl.concat(parts).rename({old: new for new, old in named.items()})
    street = pl.col("district") + "/" + pl.col("road")
    return rows.select(
        "ticket_id", "district", "l1", day=pl.col("at").str.slice(0, 10).str.to_date(),
        category=pl.col("l1") + "->" + pl.col("l2"), street=street, place=street + "/" + pl.col("estate"),
        lat=pl.lit(None, pl.Float64), lon=pl.lit(None, pl.Float64),
    ).sort("day")  # fmt: skip


def _planted(city: Path) -> pl.Series:
    import polars as pl

    events = pl.read_csv(city / "truth.csv", infer_schema=False).filter(pl.col("class") == "lead_lag")["event_id"]
    tickets = pl.read_csv(city / "truth_tickets.csv", infer_schema=False)
    return tickets.filter(pl.col("event_id").is_in(events.implode()))["ticket_id"]


def _estates(city: Path) -> dict[str, dict]:
    import polars as pl

    rows = pl.read_csv(city / "reference" / "areas.csv", infer_schema=False).filter(
        pl.col("estate").fill_null("") != ""
    )
    return {f"{r['district']}/{r['street']}/{r['estate']}": r for r in rows.iter_rows(named=True)}


def cube(rows: pl.DataFrame, *axes: str) -> tuple[np.ndarray, list[list[str]]]:
    """Counts [axis …, day] of the rows that name every axis, and the names along each."""
    import numpy as np

    first, days = rows["day"].min(), (rows["day"].max() - rows["day"].min()).days + 1
    kept = rows.drop_nulls(list(axes))
    names = [kept[axis].unique().sort().to_list() for axis in axes]
    codes = [kept[axis].rank("dense").to_numpy().astype(int) - 1 for axis in axes]
    counts = np.zeros((*map(len, names), days))
    np.add.at(counts, (*codes, (kept["day"] - first).dt.total_days().to_numpy()), 1)
    return counts, names


def _forecasts(name: str, rows: pl.DataFrame, region: str, begin: dt.date) -> Iterator[Figure]:
    import numpy as np

    from detectors.foresight.rolling import rolling_scores
    from detectors.series import calendar_features

    matrices, parents = [], []
    for column in ("l1", "category"):
        counts, (districts, kinds) = cube(rows, "district", column)
        whole, _ = cube(rows, column)
        starts = np.argmax(whole > 0, axis=1)  # not covered before the category's first ticket
        base = sum(len(m) for m in matrices)
        both = np.concatenate([whole, counts.reshape(-1, counts.shape[2])])
        both[np.arange(both.shape[1]) < np.concatenate([starts, np.tile(starts, len(districts))])[:, None]] = np.nan
        matrices.append(both)
        parents += [np.full(len(kinds), -1), base + np.tile(np.arange(len(kinds)), len(districts))]
    counts, parent, first = np.concatenate(matrices), np.concatenate(parents), rows["day"].min()

    def features(day: int, weeks: int):
        return calendar_features([first + dt.timedelta(days=day + 7 * w) for w in range(weeks)], region)

    origins = range((begin - first).days, counts.shape[1] - 27, 28)
    found = rolling_scores(counts, parent, origins, features)
    for rival in ("seasonal_naive", "last_weeks"):
        yield at_least(f"forecast: {name}, WIS gain on {rival}", 1 - found.model / getattr(found, rival), 0.15)
    yield plain(f"forecast: {name}, weeks inside 95 %", f"{found.covered_share:.3f}")


def _followers(name: str, rows: pl.DataFrame) -> Iterator[Figure]:
    from detectors.foresight.lead_lag import lead_lag, lead_lag_hits

    counts, _ = cube(rows, "street", "category")
    yield plain(f"follow: {name}, pairs found", str(len(lead_lag(counts))))
    hits = lead_lag_hits(counts, int(counts.shape[2] * 0.7))
    if hits.listed:
        yield plain(f"follow: {name}, hits of the first {hits.listed} (popular)", f"{hits.hits} ({hits.popular_hits})")


def _similar(name: str, rows: pl.DataFrame, begin: dt.date, traits: dict[str, dict]) -> Iterator[Figure]:
    import numpy as np
    import polars as pl

    from detectors.foresight.histories import Finds
    from detectors.foresight.similar import Places, similar_hits

    kept = rows.drop_nulls(["place", "category"])
    if traits:
        kept = kept.filter(pl.col("place").is_in(list(traits)))
    names = kept["place"].unique().sort().to_list()
    place, category = (kept[c].rank("dense").to_numpy().astype(int) - 1 for c in ("place", "category"))
    day = (kept["day"] - EPOCH).dt.total_days().to_numpy()
    listed = pl.DataFrame([traits.get(n, {}) for n in names], schema=dict.fromkeys(("property_firm", "equipment", "built_year", "lat", "lon", "population"), pl.String))  # fmt: skip
    middle = kept.group_by("place").agg(pl.col("lat", "lon").mean()).sort("place")
    number = {k: listed[k].cast(pl.Float64).fill_null(float("nan")).to_numpy() for k in ("built_year", "population")}
    points = {
        k: listed[k].cast(pl.Float64).fill_null(middle[k]).fill_null(float("nan")).to_numpy() for k in ("lat", "lon")
    }
    codes = [listed[k].rank("dense").fill_null(0).to_numpy().astype(int) - 1 for k in ("property_firm", "equipment")]
    places = Places(*codes, **number, **points)
    lists, ours, popular = similar_hits(Finds(category, place, day), places, (begin - EPOCH).days, int(np.max(day)))
    yield plain(f"similar: {name}, hits among 20, mean of {lists}", f"{ours:.2f}")
    yield plain(f"similar: {name}, the same of the busiest places", f"{popular:.2f}")
