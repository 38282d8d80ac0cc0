"""What became of each ticket: dispatch, contact, limit, closure, status, ratings."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from weisu.simulation.background import Demand
from weisu.simulation.catalogue import LIFE_SAFETY, OFFICE
from weisu.simulation.duties import PARTNERS, Duties

URGENCY = ("紧急", "较急", "一般")
DISPATCH_HOURS = np.array([0.2, 0.9, 3.2])  # medians per urgency; the limits are 0.5, 2 and 8 hours
KINDS = ("投诉", "求助", "咨询", "建议", "举报", "表扬")
KIND_SHARE = {False: [0.52, 0.27, 0.06, 0.05, 0.09, 0.01], True: [0.33, 0.25, 0.32, 0.05, 0.04, 0.01]}
DEMAND_KINDS = 2  # indices of KINDS an event or a repeated ticket may have: below this
RATINGS = ("非常满意", "满意", "基本满意", "不满意")


def add_outcomes(demand: Demand, duties: Duties, rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Add dispatched_at … closed_at, unit, status and follow-up; a clock after the end of the period stays blank."""
    cut = np.datetime64(demand.config.last_on + dt.timedelta(days=1), "s")
    category = rows["category"].to_numpy()
    created = rows["created_at"].to_numpy().astype("datetime64[s]")
    revision = (created >= np.datetime64(demand.calendar.revised_on)).astype(int)
    urgency = _urgency(demand, rng, category, rows["is_repeat"].to_numpy())
    kind = _kind(demand, rng, rows, category)
    dispatched = created + _hours(rng, DISPATCH_HOURS[urgency], 0.75)
    limit = duties.limit_days[revision, category]
    returns, transfers, extended = _handling(rng, rows)
    elapsed = _elapsed(duties, rng, rows, revision, category, kind) * (1 + 0.5 * returns + 0.4 * transfers) * np.where(extended, 1.8, 1.0)
    suspended = (elapsed > 6) & (rng.random(rows.height) < 0.5)
    redo = np.where(rng.random(rows.height) < 0.03 + 0.35 * rows["unsolved"].to_numpy(), 1 + (rng.random(rows.height) < 0.2), 0)
    closed = dispatched + _seconds(elapsed * limit * 86400 * (1 + 0.3 * redo))
    frame = rows.with_columns(
        urgency=pl.Series(urgency), kind=pl.Series(kind), unit=pl.Series(duties.unit[revision, category].tolist()),
        partner=_partners(rng, rows), dispatched_at=_instant(dispatched), contacted_at=_instant(dispatched + _hours(rng, np.full(rows.height, 5.0), 1.0)),
        due_at=_instant(_due(dispatched, limit, extended)), closed_at=_instant(closed), redo=pl.Series(redo), returns=pl.Series(returns),
        transfers=pl.Series(transfers), is_extended=pl.Series(extended), is_suspended=pl.Series(suspended),
        is_void=pl.col("is_test") | pl.Series(rng.random(rows.height) < 0.006), is_withdrawn=pl.Series(rng.random(rows.height) < 0.008),
    )
    known = frame.with_columns(pl.when(pl.col(name) < cut).then(pl.col(name)) for name in ("dispatched_at", "contacted_at", "closed_at"))
    return _follow_up(rng, _status(known))


def _urgency(demand: Demand, rng: np.random.Generator, category: np.ndarray, is_repeat: np.ndarray) -> np.ndarray:
    table = demand.catalogue.table
    urgent = table["is_urgent"].to_numpy()[category] + demand.catalogue.flag("l3", LIFE_SAFETY)[category]
    score = rng.random(len(category)) + 0.45 * urgent + 0.15 * is_repeat
    return np.where(score > 1.25, 0, np.where(score > 0.85, 1, 2))


def _kind(demand: Demand, rng: np.random.Generator, rows: pl.DataFrame, category: np.ndarray) -> np.ndarray:
    office = demand.catalogue.flag("l1", OFFICE)[category]
    drawn = rng.random(rows.height)
    kinds = np.where(office, np.searchsorted(np.cumsum(KIND_SHARE[True]), drawn), np.searchsorted(np.cumsum(KIND_SHARE[False]), drawn))
    must = ((rows["event"] >= 0) | rows["is_repeat"] | rows["parent"].is_not_null()).to_numpy()
    return np.where(must, kinds % DEMAND_KINDS, np.minimum(kinds, len(KINDS) - 1)).astype(np.int8)


def _handling(rng: np.random.Generator, rows: pl.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns, transfers, extensions."""
    hard = rows["slowness"].to_numpy()
    returns = np.minimum(rng.poisson(0.05 * hard), 3)
    transfers = np.minimum(rng.poisson(0.09 * hard), 4)
    return returns, transfers, rng.random(rows.height) < np.minimum(0.05 * hard, 0.4)


def _elapsed(duties: Duties, rng: np.random.Generator, rows: pl.DataFrame, revision: np.ndarray, category: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """Time to closure as a share of the limit: log-normal around the unit's own speed, with a long tail; questions are quick."""
    tail = rng.random(rows.height) < 0.04
    spread = np.exp(rng.normal(0, np.where(tail, 1.5, 0.6), rows.height)) * np.where(tail, 2.5, 1.0)
    return np.maximum(duties.speed[revision, category] * spread * rows["slowness"].to_numpy() * np.where(kind == KINDS.index("咨询"), 0.15, 1.0), 0.01)


def _due(dispatched: np.ndarray, limit: np.ndarray, extended: np.ndarray) -> np.ndarray:
    return dispatched + _seconds(limit * 86400 * np.where(extended, 2, 1))


def _partners(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Co-handling units: none for most, sometimes two."""
    first = pl.Series(PARTNERS)[rng.integers(0, len(PARTNERS), rows.height)]
    how_many = rng.random(rows.height)
    both = first + "、" + pl.Series(PARTNERS)[rng.integers(0, len(PARTNERS), rows.height)]
    return pl.select(pl.when(pl.Series(how_many < 0.02)).then(both).when(pl.Series(how_many < 0.1)).then(first)).to_series()


def _status(rows: pl.DataFrame) -> pl.DataFrame:
    """One status word; merged and void tickets have no closure of their own."""
    status = (
        pl.when("is_void").then(pl.lit("作废"))
        .when(pl.col("is_merged")).then(pl.lit("已并单"))
        .when("is_withdrawn").then(pl.lit("已撤诉"))
        .when(pl.col("closed_at").is_not_null()).then(pl.lit("已办结"))
        .when(pl.col("dispatched_at").is_null()).then(pl.lit("待派单"))
        .when(pl.col("is_suspended")).then(pl.lit("挂账"))
        .otherwise(pl.lit("办理中"))
    )
    return rows.with_columns(status=status).with_columns(
        closed_at=pl.when(pl.col("status") == "已办结").then("closed_at"),
        contacted_at=pl.when(pl.col("status").is_in(["已办结", "办理中", "挂账"]) & ((pl.col("closed_at") > pl.col("contacted_at")) | pl.col("closed_at").is_null())).then("contacted_at"),
    )


def _follow_up(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Solved and satisfied, known for about a quarter of the closed tickets; the four ratings for fewer."""
    size = rows.height
    asked = rows["closed_at"].is_not_null() & pl.Series(rng.random(size) < 0.27)
    reached = asked & pl.Series(rng.random(size) < 0.85)
    late = (rows["closed_at"] > rows["due_at"]).fill_null(False).to_numpy()
    good = rng.random(size) + 0.25 - 0.35 * late - rows["unsolved"].to_numpy()
    solved = good > 0.32
    level = np.clip(np.floor((1.2 - good) * 3.2), 0, 3).astype(int)
    ratings = {name: _rating(np.clip(level + rng.integers(-1, 2, size), 0, 3), reached & pl.Series(rng.random(size) < 0.5))
               for name in ("rating_speed", "rating_effect", "rating_attitude", "rating_feedback")}
    return rows.with_columns(is_asked=asked, is_reached=reached, is_solved=pl.Series(solved), satisfaction=_rating(level, reached), **ratings)


def _rating(level: np.ndarray, known: pl.Series) -> pl.Series:
    return pl.select(pl.when(known).then(pl.Series(RATINGS)[level])).to_series()


def _hours(rng: np.random.Generator, median: np.ndarray, sigma: float) -> np.ndarray:
    """Log-normal waiting times around `median` hours."""
    return _seconds(median * 3600 * np.exp(rng.normal(0, sigma, len(median))))


def _seconds(values: np.ndarray) -> np.ndarray:
    return values.astype(np.int64).astype("timedelta64[s]")


def _instant(values: np.ndarray) -> pl.Series:
    return pl.Series(values.astype("datetime64[ms]"))
