"""The scan's clusters.  A day of a category is scanned once: what the very same events gave before is read back."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from detectors.judge.window import TicketIndex
from detectors.space.config import ScanConfig
from detectors.space.scan import scan_days
from flows.tickets import TicketTable, date_of, day_number
from weisu.errors import WarehouseError
from weisu.identity import files_digest
from weisu.warehouse import connect, transaction

if TYPE_CHECKING:
    import duckdb

CODE = Path(__file__).resolve().parent.parent
KEPT_P = 0.05  # clusters beyond are not worth a row
CLUSTERS = {"as_of_on": pl.Date, "cluster_id": pl.String, "category_key": pl.String, "start_on": pl.Date, "end_on": pl.Date, "lat": pl.Float64,
            "lon": pl.Float64, "radius_m": pl.Float64, "observed": pl.Int64, "expected": pl.Float64, "relative_risk": pl.Float64, "score": pl.Float64,
            "p_value": pl.Float64, "recurrence_days": pl.Float64, "ticket_keys": pl.List(pl.String)}  # fmt: skip
SCANNED = {"category_key": pl.String, "as_of_on": pl.Date, "digest": pl.String}
TABLES = """
create table if not exists scanned (category_key text, as_of_on date, digest text);
create table if not exists clusters (as_of_on date, cluster_id text, category_key text, start_on date, end_on date, lat double, lon double, radius_m double,
  observed bigint, expected double, relative_risk double, score double, p_value double, recurrence_days double, ticket_keys text[]);
"""


def scan_clusters(
    table: TicketTable, index: TicketIndex, judged: range, config: ScanConfig, memory: Path | None = None
) -> pl.DataFrame:
    """Clusters of each judged day (days since 1970) and category with p < 0.05, columns of `sense.clusters`.

    Args:
        memory: a file of what was scanned before; only (category, day) whose events differ from then are scanned, with the same result.
    """
    points = {category: index.scan_points(category) for category in index.by_category}
    seen = pl.DataFrame(
        [row for category, at in points.items() for row in _digests(table, category, at, judged, config)],
        schema=SCANNED,
        orient="row",
    )
    known, kept = _recall(memory, seen)
    missing = seen.join(known, on=["category_key", "as_of_on"], how="anti")
    days = {
        key: [day_number(on) for on in group["as_of_on"].sort()] for (key,), group in missing.group_by("category_key")
    }
    rows = [
        row
        for category, at in points.items()
        for row in _scan(table, at, category, days.get(table.names.categories[category], []), config)
    ]
    found = pl.DataFrame(rows, schema=CLUSTERS, orient="row")
    if memory is not None:
        _remember(memory, missing, found)
    return pl.concat([kept, found]).sort("category_key", "as_of_on", "cluster_id")


def _scan(table: TicketTable, at: np.ndarray, category: int, judged: list[int], config: ScanConfig) -> Iterator[tuple]:
    t, name = table.arrays, table.names.categories[category]
    number: dict[int, int] = {}
    for c in scan_days(t.lat[at], t.lon[at], t.day[at], judged, config):
        number[c.as_of] = number.get(c.as_of, -1) + 1
        if c.p_value < KEPT_P:
            as_of, start, end = (date_of(n) for n in (c.as_of, c.start, c.end))
            yield (
                as_of, f"{name}|{as_of}|{number[c.as_of]}", name, start, end, c.lat, c.lon, c.radius_m, c.observed, c.expected,
                c.relative_risk, c.score, c.p_value, c.recurrence_days, table.keys.gather(at[c.members]).to_list(),
            )  # fmt: skip


def _digests(
    table: TicketTable, category: int, at: np.ndarray, judged: range, config: ScanConfig
) -> Iterator[tuple[str, dt.date, str]]:
    """Per judged day one text for all that its scan depends on: the events that it sees, the rules and the code."""
    t, name = table.arrays, table.names.categories[category]
    at = at[np.argsort(t.day[at], kind="stable")]
    if not len(at):
        return
    day, keys = t.day[at], table.keys.gather(at).hash().to_numpy()
    square = float(np.round(np.median(t.lat[at])))
    basis = f"{_code()} {config} {np.__version__} {pl.__version__} {int(day[0])} {square}".encode()
    bounds = np.searchsorted(day, np.arange(judged.start - config.reach_days - config.lead_days, judged.stop + 1))
    daily = [
        hashlib.blake2b(b"".join(x[a:b].tobytes() for x in (t.lat[at], t.lon[at], keys)), digest_size=16).digest()
        for a, b in itertools.pairwise(bounds)
    ]
    span = config.reach_days + config.lead_days + 1
    for n, on in enumerate(judged):
        digest = hashlib.blake2b(basis + str(on).encode() + b"".join(daily[n : n + span]), digest_size=16).hexdigest()
        yield name, date_of(on), digest


def _code() -> str:
    return files_digest(CODE, [*(CODE / "detectors" / "space").glob("*.py"), CODE / "flows" / "scans.py"])


def _recall(memory: Path | None, seen: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What of `seen` was scanned before, and the clusters it gave."""
    if memory is None:
        return seen.clear(), pl.DataFrame(schema=CLUSTERS)
    with _opened(memory) as con:
        con.register("seen", seen)
        known = con.execute("select * from scanned semi join seen using (category_key, as_of_on, digest)").pl()
        con.register("known", known)
        kept = con.execute("select * from clusters semi join known using (category_key, as_of_on)").pl()
    return known, kept.cast(CLUSTERS)


def _remember(memory: Path, missing: pl.DataFrame, found: pl.DataFrame) -> None:
    with _opened(memory) as con, transaction(con):
        con.register("missing", missing)
        con.register("found", found)
        for name in ("scanned", "clusters"):
            con.execute(
                f"delete from {name} using missing where {name}.category_key = missing.category_key and {name}.as_of_on = missing.as_of_on"
            )
        con.execute("insert into scanned from missing")
        con.execute("insert into clusters from found")


@contextmanager
def _opened(memory: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        con = connect(memory)
    except WarehouseError:
        memory.unlink(missing_ok=True)  # a damaged memory is no memory
        con = connect(memory)
    try:
        con.execute(TABLES)
        yield con
    finally:
        con.close()
