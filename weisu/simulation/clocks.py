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
    handled = _handled(rng, _assigned(demand, duties, rng, rows))
    clocks = ("dispatched_at", "contacted_at", "closed_at")
    known = handled.with_columns(pl.when(pl.col(name) < cut).then(pl.col(name)) for name in clocks)
    return _follow_up(rng, _status(known))


def _assigned(demand: Demand, duties: Duties, rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Add urgency, kind, unit, partners, the limit and the unit's usual speed as of the ticket's day."""
    category = rows["category"].to_numpy()
    created = rows["created_at"].to_numpy().astype("datetime64[s]")
    revision = (created >= np.datetime64(demand.calendar.revised_on)).astype(int)
    urgency = _urgency(demand, rng, category, rows["is_repeat"].to_numpy())
    return rows.with_columns(
        urgency=pl.Series(urgency),
        kind=pl.Series(_kind(demand, rng, rows, category)),
        unit=pl.Series(duties.unit[revision, category].tolist()),
        partner=_partners(rng, rows),
        dispatched_at=_instant(created + _hours(rng, DISPATCH_HOURS[urgency], 0.75)),
        limit_days=pl.Series(duties.limit_days[revision, category]),
        speed=pl.Series(duties.speed[revision, category]),
    )


def _handled(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Add what happened on the way: returns, transfers, extensions, redoes, contact, limit and closure."""
    size, hard, unsolved = rows.height, rows["slowness"].to_numpy(), rows["unsolved"].to_numpy()
    dispatched = rows["dispatched_at"].to_numpy().astype("datetime64[s]")
    returns, transfers = np.minimum(rng.poisson(0.05 * hard), 3), np.minimum(rng.poisson(0.09 * hard), 4)
    extended = rng.random(size) < np.minimum(0.05 * hard, 0.4)
    redo = np.where(rng.random(size) < 0.03 + 0.35 * unsolved, 1 + (rng.random(size) < 0.2), 0)
    share = _elapsed(rng, rows) * (1 + 0.5 * returns + 0.4 * transfers) * np.where(extended, 1.8, 1.0)
    seconds = rows["limit_days"].to_numpy() * 86400
    return rows.with_columns(
        contacted_at=_instant(dispatched + _hours(rng, np.full(size, 5.0), 1.0)),
        due_at=_instant(dispatched + _seconds(seconds * np.where(extended, 2, 1))),
        closed_at=_instant(dispatched + _seconds(seconds * share * (1 + 0.3 * redo))),
        redo=pl.Series(redo),
        returns=pl.Series(returns),
        transfers=pl.Series(transfers),
        is_extended=pl.Series(extended),
        is_suspended=pl.Series((share > 6) & (rng.random(size) < 0.5)),
        is_void=pl.col("is_test") | pl.Series(rng.random(size) < 0.006),
        is_withdrawn=pl.Series(rng.random(size) < 0.008),
    )


def _elapsed(rng: np.random.Generator, rows: pl.DataFrame) -> np.ndarray:
    """Share of the limit until closure: log-normal around the unit's speed with a long tail; questions are quick."""
    tail = rng.random(rows.height) < 0.04
    spread = np.exp(rng.normal(0, np.where(tail, 1.5, 0.6), rows.height)) * np.where(tail, 2.5, 1.0)
    quick = np.where(rows["kind"].to_numpy() == KINDS.index("咨询"), 0.15, 1.0)
    return np.maximum(rows["speed"].to_numpy() * rows["slowness"].to_numpy() * spread * quick, 0.01)


def _urgency(demand: Demand, rng: np.random.Generator, category: np.ndarray, is_repeat: np.ndarray) -> np.ndarray:
    table = demand.catalogue.table
    urgent = table["is_urgent"].to_numpy()[category] + demand.catalogue.flag("l3", LIFE_SAFETY)[category]
    score = rng.random(len(category)) + 0.45 * urgent + 0.15 * is_repeat
    return np.where(score > 1.25, 0, np.where(score > 0.85, 1, 2))


def _kind(demand: Demand, rng: np.random.Generator, rows: pl.DataFrame, category: np.ndarray) -> np.ndarray:
    office = demand.catalogue.flag("l1", OFFICE)[category]
    drawn = rng.random(rows.height)
    asked, complained = (np.searchsorted(np.cumsum(KIND_SHARE[kind]), drawn) for kind in (True, False))
    kinds = np.where(office, asked, complained)
    must = ((rows["event"] >= 0) | rows["is_repeat"] | rows["parent"].is_not_null()).to_numpy()
    return np.where(must, kinds % DEMAND_KINDS, np.minimum(kinds, len(KINDS) - 1)).astype(np.int8)


def _partners(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Co-handling units: none for most, sometimes two."""
    first = pl.Series(PARTNERS)[rng.integers(0, len(PARTNERS), rows.height)]
    how_many = rng.random(rows.height)
    both = first + "、" + pl.Series(PARTNERS)[rng.integers(0, len(PARTNERS), rows.height)]
    return pl.select(
        pl.when(pl.Series(how_many < 0.02)).then(both).when(pl.Series(how_many < 0.1)).then(first)
    ).to_series()


def _status(rows: pl.DataFrame) -> pl.DataFrame:
    """One status word; merged and void tickets have no closure of their own."""
    status = (
        pl.when("is_void")
        .then(pl.lit("作废"))
        .when(pl.col("is_merged"))
        .then(pl.lit("已并单"))
        .when("is_withdrawn")
        .then(pl.lit("撤诉"))
        .when(pl.col("closed_at").is_not_null())
        .then(pl.lit("已办结"))
        .when(pl.col("dispatched_at").is_null())
        .then(pl.lit("待派单"))
        .otherwise(pl.lit("办理中"))
    )
    return rows.with_columns(status=status).with_columns(
        closed_at=pl.when(pl.col("status") == "已办结").then("closed_at"),
        due_at=pl.when(pl.col("dispatched_at").is_not_null()).then("due_at"),
        is_suspended=pl.col("is_suspended") & (pl.col("status") == "办理中"),
        contacted_at=pl.when(
            pl.col("status").is_in(["已办结", "办理中"])
            & ((pl.col("closed_at") > pl.col("contacted_at")) | pl.col("closed_at").is_null())
        ).then("contacted_at"),
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
    ratings = {
        name: _rating(np.clip(level + rng.integers(-1, 2, size), 0, 3), reached & pl.Series(rng.random(size) < 0.5))
        for name in ("rating_speed", "rating_effect", "rating_attitude", "rating_feedback")
    }
    return rows.with_columns(
        is_asked=asked, is_reached=reached, is_solved=pl.Series(solved), satisfaction=_rating(level, reached), **ratings
    )


def _rating(level: np.ndarray, known: pl.Series) -> pl.Series:
    return pl.select(pl.when(known).then(pl.Series(RATINGS)[level])).to_series()


def _hours(rng: np.random.Generator, median: np.ndarray, sigma: float) -> np.ndarray:
    """Log-normal waiting times around `median` hours."""
    return _seconds(median * 3600 * np.exp(rng.normal(0, sigma, len(median))))


def _seconds(values: np.ndarray) -> np.ndarray:
    return values.astype(np.int64).astype("timedelta64[s]")


def _instant(values: np.ndarray) -> pl.Series:
    return pl.Series(values.astype("datetime64[ms]"))
