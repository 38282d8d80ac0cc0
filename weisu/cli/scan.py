"""`weisu scan`: clusters of events in space and time, each group on its own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weisu.cli.options import JsonOption, OutOption

if TYPE_CHECKING:
    import polars as pl

NEEDED = ("event_id", "date", "lat", "lon")
COLUMNS = (
    "group", "as_of", "cluster_id", "start_on", "end_on", "lat", "lon", "radius_m", "observed", "expected",
    "relative_risk", "score", "p_value", "recurrence_days", "event_ids",
)  # fmt: skip
EPOCH = dt.date(1970, 1, 1)


def register(app: typer.Typer) -> None:
    """Add `weisu scan`."""
    app.command("scan")(scan)


def scan(
    events: Annotated[Path, typer.Argument(help="CSV or Parquet: event_id, date, lat, lon[, category][, group].")],
    out: OutOption,
    since: Annotated[
        str | None, typer.Option("--from", help="First day to judge (YYYY-MM-DD); default: the last day alone.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Find clusters in space and time, day by day, with the past alone."""
    from weisu.cli.tables import read_columns
    from weisu.table_files import TableError, check_target, write_table

    check_target(out)
    frame = _typed(read_columns(events, NEEDED), events)
    last = frame["date"].max()
    first = _day(since) if since else last
    if first > last:
        raise TableError(f"{first} is after the last event ({last})", where="--from", todo="choose an earlier day")
    found = _scan_groups(frame, first, last)
    write_table(found, out, csv_for="programs")
    typer.echo(_summary(found, _too_short(frame), out, as_json))


def _day(text: str) -> dt.date:
    from weisu.table_files import TableError

    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise TableError(f"{text!r} is not a date", where="--from", todo="write it as YYYY-MM-DD") from error


def _typed(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    """The events with typed columns, a group each, ordered by date; see `weisu.cli.tables` for the errors."""
    import polars as pl

    from weisu.cli.tables import require_number, require_text, require_time

    group = next((name for name in ("group", "category") if name in frame.columns), None)
    typed = pl.DataFrame(
        {
            "event_id": require_text(frame, "event_id", path, unique=True),
            "date": require_time(frame, "date", path),
            "lat": require_number(frame, "lat", path, -90, 90),
            "lon": require_number(frame, "lon", path, -180, 180),
            "group": frame[group].fill_null("") if group else pl.Series([""] * frame.height, dtype=pl.String),
        }
    )
    return typed.sort("date", "event_id", maintain_order=True)


def _scan_groups(frame: pl.DataFrame, first: dt.date, last: dt.date) -> pl.DataFrame:
    import polars as pl

    days = range((first - EPOCH).days, (last - EPOCH).days + 1)
    rows = [
        row
        for (name,), group in sorted(frame.group_by("group"), key=lambda pair: pair[0])
        for row in _scan_group(str(name), group, days)
    ]
    schema = {
        "group": pl.String, "as_of": pl.Date, "cluster_id": pl.String, "start_on": pl.Date, "end_on": pl.Date, "lat": pl.Float64,
        "lon": pl.Float64, "radius_m": pl.Float64, "observed": pl.Int64, "expected": pl.Float64, "relative_risk": pl.Float64,
        "score": pl.Float64, "p_value": pl.Float64, "recurrence_days": pl.Float64, "event_ids": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _scan_group(name: str, group: pl.DataFrame, days: range) -> list[tuple[object, ...]]:
    from detectors.space.scan import scan_days
    from weisu.identity import stable_id

    group = group.sort("date", "event_id", maintain_order=True)
    ids, day = group["event_id"].to_list(), group["date"].to_physical().to_numpy()
    clusters = scan_days(group["lat"].to_numpy(), group["lon"].to_numpy(), day, days)
    return [
        (
            name, _date(c.as_of), stable_id(name, c.as_of, f"{c.lat:.6f}", f"{c.lon:.6f}"), _date(c.start), _date(c.end),
            round(c.lat, 6), round(c.lon, 6), c.radius_m, c.observed, round(c.expected, 4), round(c.relative_risk, 4),
            round(c.score, 6), c.p_value, round(c.recurrence_days, 1), ";".join(ids[k] for k in c.members),
        )
        for c in clusters
    ]  # fmt: skip


def _date(day: int) -> dt.date:
    return EPOCH + dt.timedelta(days=day)


def _too_short(frame: pl.DataFrame) -> int:
    """Groups whose history is too short for any day to be judged."""
    import polars as pl

    from detectors.space.config import ScanConfig

    needed = 2 * ScanConfig().max_window_days
    spans = frame.group_by("group").agg(
        (pl.lit(frame["date"].max()) - pl.col("date").min()).dt.total_days().alias("days")
    )
    return spans.filter(pl.col("days") + 1 < needed).height


def _summary(found: pl.DataFrame, too_short: int, out: Path, as_json: bool) -> str:
    import json

    import polars as pl

    rare = found.filter(pl.col("p_value") < 0.01).height
    if as_json:
        said = {"clusters": found.height, "p_below_0.01": rare, "groups_too_short": too_short, "out": str(out)}
        return json.dumps(said, ensure_ascii=False)
    short = f"; {too_short} groups have less than four weeks of history and were not judged" if too_short else ""
    return f"{found.height} clusters, {rare} with p < 0.01 -> {out}{short}"
