"""The file of count series that `weisu detect` reads: checked line by line, then dense arrays."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from weisu.errors import WeisuError

if TYPE_CHECKING:
    import polars as pl

REQUIRED = ("series_id", "date", "count")
CALENDAR_COLUMNS = ("date", "region", "kind", "name")
SUPPRESSED_MEDIAN = 3  # a file without one zero whose series' median count is at most this lists only days with events


class SeriesFileError(WeisuError):
    """A series or calendar file cannot be used as it is."""

    code = "series_file"


@dataclass(frozen=True)
class SeriesTable:
    """Dense counts[series, step]; NaN = no row, or a row with an empty count.  Steps are days or weeks."""

    series_ids: list[str]
    regions: list[str]
    dates: list[dt.date]
    counts: NDArray[np.float64]
    step_days: int


def read_series(path: Path) -> SeriesTable:
    """Read CSV or Parquet with series_id, date, count[, region].

    A missing day is not assessed, unless the file is zero-suppressed: it holds no zero at all and the median count of the series
    is at most 3; then missing days between the file's first and last date are zeros.

    Raises:
        SeriesFileError: unreadable, a column is missing, a value is wrong, a series has a date twice or two regions.
    """
    frame = _typed(_read_table(path, REQUIRED), path)
    _check_rows(frame, path)
    step = _step_days(frame, path)
    return _dense(frame, step)


def read_calendar(path: Path) -> dict[str, list[tuple[dt.date, str, str]]]:
    """Calendar rows (date, kind, name) by region.

    Raises:
        SeriesFileError: unreadable, a column is missing or a date is wrong.
    """
    import polars as pl

    frame = _read_table(path, CALENDAR_COLUMNS)
    dates = _dates(frame, path)
    rows: dict[str, list[tuple[dt.date, str, str]]] = {}
    texts = frame.select(pl.col("region", "kind", "name").cast(pl.String).fill_null(""))
    for day, (region, kind, name) in zip(dates.to_list(), texts.rows(), strict=True):
        rows.setdefault(region.strip(), []).append((day, kind.strip().lower(), name))
    return rows


def _read_table(path: Path, required: tuple[str, ...]) -> pl.DataFrame:
    import polars as pl

    if not path.is_file():
        raise SeriesFileError("no such file", where=str(path), todo="check the name")
    try:
        frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        kind = "Parquet" if path.suffix == ".parquet" else "CSV"
        raise SeriesFileError(
            f"is not a readable {kind} file ({_first_line(error)})", where=str(path), todo="give CSV (UTF-8) or Parquet"
        ) from error
    if missing := [c for c in required if c not in frame.columns]:
        raise SeriesFileError(
            f"column {missing[0]!r} is missing", where=str(path), todo=f"needed: {', '.join(required)}"
        )
    if frame.height == 0:
        raise SeriesFileError("holds no rows", where=str(path), todo="give at least one row")
    return frame


def _typed(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    import polars as pl

    region = (
        pl.col("region").cast(pl.String).fill_null("").str.strip_chars() if "region" in frame.columns else pl.lit("")
    )
    text = frame["count"].cast(pl.String).str.strip_chars().replace({"": None, "NaN": None})
    number = text.cast(pl.Float64, strict=False)
    if (bad := (number.is_null() & text.is_not_null())).any():
        raise _bad_row(path, frame, bad, "count", "is not a number")
    return frame.select(
        pl.col("series_id").cast(pl.String),
        _dates(frame, path).alias("date"),
        number.alias("count"),
        region.alias("region"),
    )


def _dates(frame: pl.DataFrame, path: Path) -> pl.Series:
    import polars as pl

    column = frame["date"]
    if column.dtype == pl.String:
        parsed = column.str.strip_chars().str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
        parsed = parsed.set(
            ~column.fill_null("").str.contains(r"^\s*\d{4}-\d{2}-\d{2}([ T]00:00(:00(\.0+)?)?)?\s*$"), None
        )
    elif column.dtype == pl.Date or isinstance(column.dtype, pl.Datetime):
        parsed = column.cast(pl.Date)
    else:
        raise SeriesFileError(f"column 'date' holds {column.dtype}", where=str(path), todo="write dates as YYYY-MM-DD")
    if parsed.is_null().any():
        raise _bad_row(path, frame, parsed.is_null(), "date", "is not a date YYYY-MM-DD")
    return parsed


def _check_rows(frame: pl.DataFrame, path: Path) -> None:
    import polars as pl

    if frame["series_id"].fill_null("").eq("").any():
        raise _bad_row(path, frame, frame["series_id"].fill_null("").eq(""), "series_id", "is empty")
    count = frame["count"].fill_nan(None)
    for wrong, what in (
        (count < 0, "is negative"),
        (count.is_infinite(), "is not finite"),
        (count != count.round(), "is not a whole number"),
    ):
        if (flag := wrong.fill_null(False)).any():
            raise _bad_row(path, frame, flag, "count", what)
    if (twice := frame.select("series_id", "date").is_duplicated()).any():
        raise _bad_row(path, frame, twice, "date", "is there twice for its series")
    regions = frame.group_by("series_id").agg(pl.col("region").n_unique().alias("n")).filter(pl.col("n") > 1)
    if regions.height:
        raise SeriesFileError(
            "a series has more than one region",
            where=f"{path}, series {regions['series_id'].sort()[0]!r}",
            todo="give each series one region",
        )


def _bad_row(path: Path, frame: pl.DataFrame, bad: pl.Series, column: str, what: str) -> SeriesFileError:
    row = int(bad.arg_max() or 0)
    value = str(frame[column][row])[:40]
    return SeriesFileError(f"{column} {value!r} {what}", where=f"{path}, row {row + 2}", todo="correct the row")


def _step_days(frame: pl.DataFrame, path: Path) -> int:
    """7 when all dates fall on one weekday and there are at least two of them, else 1."""
    days = frame["date"].unique().sort()
    if days.len() < 2:
        return 1
    gaps = days.diff().drop_nulls().dt.total_days()
    if (gaps % 7 == 0).all():
        return 7
    if gaps.median() > 7:
        raise SeriesFileError(
            "dates are neither daily nor weekly", where=str(path), todo="give one row per series and day or week"
        )
    return 1


def _dense(frame: pl.DataFrame, step: int) -> SeriesTable:
    import polars as pl

    frame = frame.sort("series_id", "date")
    ids = frame["series_id"].unique(maintain_order=True)
    first, last = frame["date"].min(), frame["date"].max()
    steps = (last - first).days // step + 1
    row = frame["series_id"].rle_id().to_numpy()
    col = ((frame["date"] - first).dt.total_days() // step).to_numpy()
    values = frame["count"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    counts = np.full((ids.len(), steps), np.nan)
    counts[row, col] = values
    if not np.any(counts == 0):
        counts = _fill_suppressed(counts)
    regions = frame.group_by("series_id", maintain_order=True).agg(pl.col("region").first())["region"].to_list()
    dates = [first + dt.timedelta(days=step * i) for i in range(steps)]
    return SeriesTable(ids.to_list(), regions, dates, counts, step)


def _fill_suppressed(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    seen = np.isfinite(counts)
    median = np.array([np.median(c[s]) if s.any() else np.inf for c, s in zip(counts, seen, strict=True)])
    return np.where(~seen & (median <= SUPPRESSED_MEDIAN)[:, None], 0.0, counts)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
