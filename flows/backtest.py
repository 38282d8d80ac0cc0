"""Backtest: how the detectors would have done on the city's own history, and a model card of each (模型备案)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from detectors.foresight.lead_lag import LeadLagConfig, lead_lag, lead_lag_hits
from detectors.foresight.rolling import HORIZON, RollingScores, rolling_scores
from detectors.judge.rules import SignalRules
from detectors.series import Features
from detectors.series.alarms import BUDGETS
from flows.counts import city_features
from flows.foresight import INTERVAL, city_parents
from flows.place_backtest import ScanResult, scan_backtest, similar_backtest
from flows.planting import SHAPES, Planted, Result, found_share, plant, recommended_threshold, results
from flows.similar_places import LISTED
from weisu.errors import WarehouseError
from weisu.model_cards import base_card, bias, write_card
from weisu.publishing import Publication
from weisu.settings import Settings, Workspace
from weisu.warehouse import connect

JUDGED_DAYS = 365
LEAST_HISTORY_DAYS = 180
ORIGIN_DAYS = 28
SERIES = (
    "select area_key, category_key, date_on, reports as observed from marts.fct_daily join marts.dim_category using (category_key, category_level) "
    "where area_level in ('city', 'district') and category_level > 0 order by all"
)
STREETS = "select area_key, category_key, date_on, reports as observed from marts.fct_daily where area_level = 'street' and category_level = 2 order by all"
STEPS = ("read", "clean", *SHAPES, "forecast", "lead_lag", "scan", "similar_places", "cards")
Report = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """What the backtest measured, and where the cards are."""

    series: list[Result]
    thresholds: dict[str, dict[str, float]]  # budget -> in_force, recommended, found_share of both
    forecast: RollingScores | None
    lead_lag: dict[str, int]
    scan: list[ScanResult]
    similar_places: dict[str, float] | None
    cards: list[Path]


def backtest(
    workspace: Workspace, publication: Publication, *, seed: int = 1, report: Report = lambda step: None
) -> Outcome:
    """Plant one outbreak of each shape in each series of the city and its districts, score the last year again, and write the cards.

    Raises:
        WarehouseError: the published history is too short.
    """
    settings = workspace.settings()
    con = connect(publication.path, read_only=True)
    try:
        report("read")
        keys, counts, days = _counts(con, SERIES, publication)
        features = city_features(con, days, settings)
        busy = counts[:, -JUDGED_DAYS - LEAST_HISTORY_DAYS :].sum(axis=1) > 0
        first = counts.shape[1] - JUDGED_DAYS
        planted = plant(counts[busy], first, features, np.random.default_rng(seed), report)
        report("forecast")
        forecast = _forecast(con, keys, counts, days, settings)
        report("lead_lag")
        followers = _followers(con, publication)
        report("scan")
        clusters = scan_backtest(con, np.random.default_rng(seed))
        report("similar_places")
        similar = similar_backtest(con)
        report("cards")
        measured = results(planted)
        thresholds = _thresholds(planted)
        common = base_card(con, settings, publication), bias(con)
        cards = _cards(common, measured, thresholds, forecast, followers, settings)
        cards += _place_cards(common, clusters, similar)
        paths = [path for card in cards for path in write_card(workspace.var / "models", card)]
    finally:
        con.close()
    return Outcome(measured, thresholds, forecast, followers, clusters, similar, paths)


def as_table(found: list[Result]) -> pl.DataFrame:
    """The results as rows for a table or file."""
    return pl.DataFrame([asdict(r) for r in found])


def _counts(con, sql: str, publication: Publication) -> tuple[pl.DataFrame, np.ndarray, list[dt.date]]:
    rows = con.execute(sql).pl()
    if rows.is_empty() or rows["date_on"].n_unique() < JUDGED_DAYS + LEAST_HISTORY_DAYS:
        raise WarehouseError(
            "history is too short for a backtest",
            where=publication.name,
            todo=f"publish at least {JUDGED_DAYS + LEAST_HISTORY_DAYS} days",
        )
    wide = rows.pivot("date_on", index=["area_key", "category_key"], values="observed", sort_columns=True)
    days = wide.columns[2:]
    values = wide.select(days).fill_null(0).to_numpy().astype(float)
    return wide.select("area_key", "category_key"), values, [dt.date.fromisoformat(d) for d in days]


def _thresholds(planted: Planted) -> dict[str, dict[str, float]]:
    out = {}
    for budget, now in BUDGETS.items():
        better = recommended_threshold(planted, budget)
        out[budget] = {
            "in_force": now,
            "recommended": better,
            "found_share": found_share(planted, now),
            "found_share_recommended": found_share(planted, better),
        }
    return out


def _forecast(
    con, keys: pl.DataFrame, counts: np.ndarray, days: list[dt.date], settings: Settings
) -> RollingScores | None:
    """The last year's forecasts, four weeks apart; None where no series has a year before it."""

    def weekly(day: int, weeks: int) -> Features:
        return city_features(con, [days[0] + dt.timedelta(days=day + 7 * w) for w in range(weeks)], settings)

    last = counts.shape[1] - 7 * HORIZON
    origins = range(last - (JUDGED_DAYS - 7 * HORIZON) // ORIGIN_DAYS * ORIGIN_DAYS, last + 1, ORIGIN_DAYS)
    try:
        return rolling_scores(counts, city_parents(keys), origins, weekly)
    except ValueError:
        return None


def _followers(con, publication: Publication) -> dict[str, int]:
    keys, values, _ = _counts(con, STREETS, publication)
    area, category = (keys[name].rank("dense").to_numpy().astype(int) - 1 for name in ("area_key", "category_key"))
    cube = np.zeros((area.max() + 1, category.max() + 1, values.shape[1]))
    cube[area, category] = values
    hits = lead_lag_hits(cube, int(values.shape[1] * 0.7))
    return {"pairs": len(lead_lag(cube)), **asdict(hits)}


def _cards(
    common: tuple[dict[str, Any], dict[str, Any]],
    measured: list[Result],
    thresholds: dict[str, dict[str, float]],
    forecast: RollingScores | None,
    followers: dict[str, int],
    settings: Settings,
) -> list[dict[str, Any]]:
    base, skew = common
    pairs = LeadLagConfig()
    parts: list[dict[str, Any]] = [
        {
            "model": "series",
            "thresholds": {"budget": settings.alerts.budget, **thresholds},
            "measured": [asdict(r) for r in measured],
            "bias": skew,
        },
        {
            "model": "forecast",
            "thresholds": {"interval": round(float(INTERVAL[1] - INTERVAL[0]), 3), "horizon_weeks": HORIZON},
            "measured": [asdict(forecast) | {"gain": forecast.gain}] if forecast else [],
            "bias": {},
        },
        {
            "model": "lead_lag",
            "thresholds": {"lift": pairs.least_lift, "episodes": pairs.least_support, "fdr": pairs.fdr},
            "measured": [followers],
            "bias": {},
        },
    ]
    return [base | part for part in parts]


def _place_cards(
    common: tuple[dict[str, Any], dict[str, Any]], clusters: list[ScanResult], similar: dict[str, float] | None
) -> list[dict[str, Any]]:
    """Cards of what looks at places."""
    base, skew = common
    return [
        base
        | {
            "model": "scan",
            "thresholds": {"p_value": SignalRules().cluster_p, "voices": SignalRules().cluster_persons},
            "measured": [asdict(r) for r in clusters],
            "bias": skew,
        },
        base
        | {
            "model": "similar_places",
            "thresholds": {"listed": LISTED},
            "measured": [similar] if similar else [],
            "bias": {},
        },
    ]
