"""`weisu detect`: which series are unusual, today or on each day from a date on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weisu.cli.options import JsonOption, OutOption, WorkspaceOption

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    from detectors.series import SeriesDays
    from weisu.series_files import SeriesTable

BUILT_IN = ("CN", "US")  # calendars tried for series without a region
LEAST_DAYS = 365  # history below which no calendar is tried
Calendar = dict[str, list[tuple[dt.date, str, str]]]
FromOption = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="DATE", help="Score each day from this one on, with past data only; default: the last day."
    ),
]
CalendarOption = Annotated[
    Path | None,
    typer.Option(
        "--calendar", help="Holidays: date, region, kind (holiday, makeup), name; default: built-in by region."
    ),
]
BudgetOption = Annotated[str, typer.Option("--budget", help="False alerts per series: 1/yr or 1/90d.")]


def register(app: typer.Typer) -> None:
    """Add `weisu detect`."""
    app.command("detect")(detect)


def detect(
    series: Annotated[Path, typer.Argument(help="CSV or Parquet: series_id, date, count[, region]; daily or weekly.")],
    out: OutOption,
    from_: FromOption = None,
    calendar: CalendarOption = None,
    budget: BudgetOption = "1/yr",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score count series: expected, upper bound, score (higher = more unusual) and alarm, with past data only."""
    import json

    from weisu.series_files import SeriesFileError, read_series
    from weisu.table_files import check_target, write_table

    if budget not in ("1/yr", "1/90d"):
        raise SeriesFileError(f"unknown budget {budget!r}", where="--budget", todo="use 1/yr or 1/90d")
    check_target(out)
    table = read_series(series)
    first = _first_index(table, from_)
    result = _score(table, first, calendar, budget, _default_region(workspace))
    write_table(result, out, csv_for="programs")
    summary = {
        "series": len(table.series_ids),
        "steps": len(table.dates) - first,
        "step_days": table.step_days,
        "rows": result.height,
        "assessed": int(result["score"].is_not_null().sum()),
        "alarms": int(result["alarm"].sum()),
    }
    unit = "weeks" if table.step_days == 7 else "days"
    typer.echo(
        json.dumps(summary)
        if as_json
        else f"{summary['series']} series × {summary['steps']} {unit} -> {out}: {summary['alarms']} alarms"
    )


def _default_region(workspace: Path | None) -> str:
    """The city's region when a workspace is named; otherwise none."""
    if workspace is None:
        return ""
    from weisu.settings import find_workspace

    return find_workspace(workspace).settings().city.region


def _first_index(table: SeriesTable, from_: str | None) -> int:
    from weisu.series_files import SeriesFileError

    if from_ is None:
        return len(table.dates) - 1
    try:
        day = dt.date.fromisoformat(from_)
    except ValueError as error:
        raise SeriesFileError(f"{from_!r} is not a date", where="--from", todo="write YYYY-MM-DD") from error
    if day > table.dates[-1]:
        raise SeriesFileError(
            f"{from_} is after the last date {table.dates[-1]}", where="--from", todo="choose an earlier day"
        )
    return next(i for i, d in enumerate(table.dates) if d >= day)


def _score(table: SeriesTable, first: int, calendar: Path | None, budget: str, region: str) -> pl.DataFrame:
    import numpy as np
    import polars as pl

    from detectors.series import AlarmConfig, calendar_features, score_days, weekly_config
    from weisu.series_files import read_calendar

    config = weekly_config(budget) if table.step_days == 7 else AlarmConfig(budget=budget)
    listed = read_calendar(calendar) if calendar else None
    regions = _regions(table, first, listed, region)
    parts = []
    for name in sorted(set(regions)):
        rows = np.flatnonzero(np.array(regions) == name)
        features = calendar_features(table.dates, name, None if listed is None else listed.get(name, []))
        parts.append(_frame(table, rows, first, score_days(table.counts[rows], first, features, config)))
    return pl.concat(parts).sort("series_id", "date")


def _regions(table: SeriesTable, first: int, listed: Calendar | None, region: str) -> list[str]:
    """Each series' region: as the file says, else the workspace's, else that whose calendar explains its history best."""
    import numpy as np

    from detectors.series import calendar_features, choose_calendar

    known = [r or region for r in table.regions]
    blank = [i for i, r in enumerate(known) if not r]
    names = sorted(listed) if listed is not None else ["", *BUILT_IN]
    if not blank or len(table.dates[:first]) * table.step_days < LEAST_DAYS or not names:
        return known
    candidates = [calendar_features(table.dates, n, None if listed is None else listed[n]) for n in names]
    for i, choice in zip(blank, choose_calendar(table.counts[np.array(blank)], first, candidates), strict=True):
        known[i] = names[int(choice)]
    return known


def _frame(table: SeriesTable, rows: np.ndarray, first: int, days: SeriesDays) -> pl.DataFrame:
    """One row per series and step that was observed."""
    import numpy as np
    import polars as pl

    steps = len(table.dates) - first
    observed = table.counts[rows, first:]
    frame = pl.DataFrame(
        {
            "series_id": np.repeat(np.array(table.series_ids, dtype=object)[rows], steps).tolist(),
            "date": pl.Series(table.dates[first:] * len(rows), dtype=pl.Date),
            "count": observed.ravel(),
            "expected": days.expected.ravel(),
            "upper": days.upper.ravel(),
            "score": days.score.ravel(),
            "alarm": days.is_alarm.ravel().astype(np.int8),
        }
    )
    kept = frame.filter(pl.col("count").is_not_nan()).with_columns(pl.col("count").cast(pl.Int64))
    return kept.with_columns(pl.col("expected", "upper", "score").round(4).fill_nan(None))
