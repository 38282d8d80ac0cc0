"""Later tickets of an earlier one: the same caller again, or a neighbour about the same thing (merged or not)."""

from __future__ import annotations

import numpy as np
import polars as pl

from weisu.simulation.background import Demand

REPEAT_SHARE = 0.045  # of tickets are followed by the same caller, up to three times
NEIGHBOUR_SHARE = 0.035  # of residential tickets are followed by neighbours
MERGED_SHARE = 0.6  # of neighbours' tickets are merged into the first one
FOLLOWER_SHARE = 0.095  # expected followers per everyday ticket, measured


def followers(demand: Demand, rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Draft rows that follow `rows` (which carry ticket_id), 1–40 days later and within the period."""
    ordinary = rows.filter((pl.col("event") < 0) & ~pl.col("is_repeat") & pl.col("parent").is_null())
    last = np.datetime64(demand.config.last_on, "D") + np.timedelta64(1, "D")
    made = pl.concat(
        [
            _repeats(rng, ordinary.filter(pl.col("person") >= 0)),
            _neighbours(demand, rng, ordinary.filter(pl.col("estate") >= 0)),
        ]
    )
    return made.filter(pl.col("created_at") < last).drop("ticket_id")


def _repeats(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    chosen = _pick(rng, rows, REPEAT_SHARE, mean=1.5, most=3)
    return chosen.with_columns(
        parent=pl.col("ticket_id"),
        is_repeat=pl.lit(True),
        slowness=pl.col("slowness") * 1.3,
        unsolved=pl.lit(0.25, pl.Float32),
        created_at=_later(rng, chosen["created_at"], rng.gamma(2.0, 5.0, chosen.height) + 1),
    )


def _neighbours(demand: Demand, rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    chosen = _pick(rng, rows, NEIGHBOUR_SHARE, mean=1.6, most=4)
    pool = int(demand.config.tickets / demand.city.streets * 1.6) + 50
    person = chosen["street"].to_numpy().astype(np.int64) * pool + rng.integers(0, pool, chosen.height)
    return chosen.with_columns(
        parent=pl.col("ticket_id"),
        is_merged=pl.Series(rng.random(chosen.height) < MERGED_SHARE, dtype=pl.Boolean),
        person=pl.Series(person, dtype=pl.Int64),
        phrase=(pl.col("category") * 3 + pl.Series(rng.integers(0, 3, chosen.height))).cast(pl.Int32),
        created_at=_later(rng, chosen["created_at"], rng.gamma(1.2, 1.2, chosen.height)),
    )


def _pick(rng: np.random.Generator, rows: pl.DataFrame, share: float, *, mean: float, most: int) -> pl.DataFrame:
    """Rows repeated as often as they are followed."""
    times = np.where(rng.random(rows.height) < share, np.minimum(1 + rng.poisson(mean - 1, rows.height), most), 0)
    return rows[np.repeat(np.arange(rows.height), times)]


def _later(rng: np.random.Generator, created_at: pl.Series, days: np.ndarray) -> pl.Series:
    seconds = (days * 86400).astype(np.int64)
    moved = created_at.to_numpy() + np.maximum(seconds, 1800).astype("timedelta64[s]")
    return pl.Series(moved.astype("datetime64[ms]"))
