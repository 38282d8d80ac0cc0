"""Backtest: outbreaks planted in the city's own history; false alarms, detection and delay per shape and volume, and a model card."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl

from detectors.series import AlarmConfig, Features, SeriesDays, score_days
from flows.counts import city_features
from weisu.drafts import write_text
from weisu.errors import WarehouseError
from weisu.publishing import Publication
from weisu.settings import Settings, Workspace
from weisu.warehouse import connect

JUDGED_DAYS = 365
LEAST_HISTORY_DAYS = 180
SHAPES = {
    "spike": np.array([1.0]),
    "week": np.full(7, 1 / 3),
    "ramp": np.linspace(0.1, 1.0, 14),
    "shift": np.full(28, 1 / 4),
}
BANDS = ((0.0, 0.2), (0.2, 1.0), (1.0, 5.0), (5.0, np.inf))
SIZE_SD = 4.0  # events added on the peak day, in standard deviations of the series' day (at least 3 events)
SERIES = "select area_key, category_key, date_on, observed from marts.mart_series_days order by all"


@dataclass(frozen=True)
class Result:
    """One shape in one volume band."""

    shape: str
    volume: str  # mean events a day, from-to
    series: int
    planted: int
    detected_share: float
    median_delay_days: float | None
    false_alerts_per_series_year: float


def backtest(workspace: Workspace, publication: Publication, *, seed: int = 1) -> tuple[list[Result], Path]:
    """Plant one outbreak of each shape in each published series, score the last year again, and write the card.

    Returns:
        The table and the path of var/models/series.json.
    """
    settings = workspace.settings()
    counts, features = _published_counts(publication, settings)
    first = counts.shape[1] - JUDGED_DAYS
    if first < LEAST_HISTORY_DAYS:
        raise _too_short(publication)
    clean = _score(counts, first, features, settings)
    rng = np.random.default_rng(seed)
    results = [
        r
        for name, profile in SHAPES.items()
        for r in _one_shape(name, profile, counts, first, features, clean, settings, rng)
    ]
    path = workspace.var / "models" / "series.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(_card(results, publication, settings), ensure_ascii=False, indent=1))
    return results, path


def _published_counts(publication: Publication, settings: Settings) -> tuple[np.ndarray, Features]:
    con = connect(publication.path, read_only=True)
    try:
        rows = con.execute(SERIES).pl()
        if rows.is_empty():
            raise _too_short(publication)
        wide = rows.pivot("date_on", index=["area_key", "category_key"], values="observed", sort_columns=True)
        days = wide.columns[2:]
        features = city_features(con, [dt.date.fromisoformat(d) for d in days], settings)
    finally:
        con.close()
    values = wide.select(days).fill_null(float("nan")).to_numpy().astype(float)
    return values[np.isfinite(values).mean(axis=1) > 0.9], features


def _too_short(publication: Publication) -> WarehouseError:
    days = JUDGED_DAYS + LEAST_HISTORY_DAYS
    return WarehouseError(
        "history is too short for a backtest", where=publication.name, todo=f"publish at least {days} days"
    )


def _score(counts: np.ndarray, first: int, features: Features, settings: Settings) -> SeriesDays:
    return score_days(counts, first, features, AlarmConfig(budget=settings.alerts.budget))


def _one_shape(
    name: str,
    profile: np.ndarray,
    counts: np.ndarray,
    first: int,
    features: Features,
    clean: SeriesDays,
    settings: Settings,
    rng: np.random.Generator,
) -> list[Result]:
    planted = counts.copy()
    starts = rng.integers(first + 28, counts.shape[1] - len(profile), len(counts))
    for row, start in enumerate(starts):
        peak = max(3.0, SIZE_SD * float(np.nanstd(counts[row, :first])))
        planted[row, start : start + len(profile)] += rng.poisson(peak * profile)
    found = _score(planted, first, features, settings)
    delays = np.array(
        [
            _delay(found.is_alarm[row], clean.is_alarm[row], start - first, len(profile))
            for row, start in enumerate(starts)
        ]
    )
    mean = np.nanmean(counts, axis=1)
    years = JUDGED_DAYS / 365.25
    out = []
    for low, high in BANDS:
        at = (mean >= low) & (mean < high)
        if at.any():
            hit = delays[at][np.isfinite(delays[at])]
            alerts = (clean.state[at] == "start").sum() / at.sum() / years
            out.append(
                Result(
                    name,
                    f"{low:g}–{high:g}",
                    int(at.sum()),
                    int(at.sum()),
                    len(hit) / int(at.sum()),
                    float(np.median(hit)) if len(hit) else None,
                    float(alerts),
                )
            )
    return out


def _delay(planted: np.ndarray, clean: np.ndarray, start: int, length: int) -> float:
    """Days from the first planted day to an alarm that the clean series does not have; NaN when there is none within the outbreak and a week."""
    new = np.flatnonzero((planted & ~clean)[start : start + length + 7])
    return float(new[0]) if len(new) else float("nan")


def _card(results: list[Result], publication: Publication, settings: Settings) -> dict:
    return {
        "model": "series",
        "purpose": "expected count and alarm per area, category and day (异常上升)",
        "data": {
            "city": settings.city.name,
            "as_of": publication.as_of_on.isoformat(),
            "data_version": publication.data_version,
            "is_synthetic": settings.city.is_synthetic,
        },
        "thresholds": {
            "budget": settings.alerts.budget,
            **asdict(AlarmConfig(budget=settings.alerts.budget))["series"]["accumulator"],
        },
        "measured": [asdict(r) for r in results],
        "false_alerts_note": "alerts of the last year on unaltered data; true events among them are counted too",
        "bias_check": "not measured yet by street and channel",
        "owner": None,
        "approved_on": None,
    }


def as_table(results: list[Result]) -> pl.DataFrame:
    """The results as rows for a table or file."""
    return pl.DataFrame([asdict(r) for r in results])
