"""Small counts of the published tables withheld before they leave the house: `weisu.suppression` judges, this module knows the tables.

`marts.mart_degrees` and `marts.mart_kpis` are judged together, since both tell the reports of a cell: what one hides the other does not tell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from weisu.suppression import LEAST, Group, family_sums, withheld

if TYPE_CHECKING:
    import duckdb
    import polars as pl

KEYS = ["area_key", "category_key", "unit", "period_type", "period_start_on"]
STOCKS = ("open_count", "overdue_count")  # as they stood at the end of a period: months are not the sum of weeks
COUNTS = ("reports", *STOCKS)  # indicators that are counts themselves
RATES = ("satisfied_share", "solved_share", "contacted_share")
KEPT_SCORES = ("area_key", "area_level", "category_key", "category_level", "period_type", "period_start_on", "period_end_on", "is_complete",
               "expected", "weights_version", "goalposts_version", "is_low_confidence", "is_share_of_city")  # fmt: skip
CLUSTER_COUNTS = ("observed", "relative_risk", "score", "p_value", "recurrence_days", "ticket_keys")
Cell = tuple[Any, ...]  # what is counted, then KEYS


@dataclass(frozen=True)
class Withheld:
    """The cells that are not told."""

    cells: frozenset[Cell]

    def mask(self, frame: pl.DataFrame, what: pl.Expr) -> pl.Series:
        """Whether each row's count `what` (a text) is withheld; rows without a unit are those of all units."""
        import polars as pl

        keys = frame.select(what.alias("what"), *(pl.col(k) if k in frame.columns else pl.lit(None).alias(k) for k in KEYS))  # fmt: skip
        return pl.Series([row in self.cells for row in keys.iter_rows()], dtype=pl.Boolean)


def judge(con: duckdb.DuckDBPyConnection, *, only: str = "true") -> Withheld:
    """Judge all counts of the degrees and indicators of a publication together; `only` (SQL over the keys) names those that are told."""
    areas = dict(con.execute("select area_key, parent_area_key from marts.dim_area").fetchall())
    categories = dict(con.execute("select category_key, parent_category_key from marts.dim_category").fetchall())
    by_code: dict[str, dict[Cell, float]] = {}
    values, alone = _counts(con, only)
    for cell, value in values.items():
        by_code.setdefault(cell[0], {})[cell] = value
    return Withheld(frozenset(cell for part in by_code.values() for cell in _hidden(part, alone, areas, categories)))


def _hidden(
    values: dict[Cell, float], alone: set[Cell], areas: dict[str, str], categories: dict[str, str]
) -> list[Cell]:
    """The withheld cells of one count."""
    import numpy as np

    parents = [
        {cell: (cell[0], areas.get(cell[1]), *cell[2:]) for cell in values if cell[1] != "*"},
        {cell: (*cell[:2], categories.get(cell[2]), *cell[3:]) for cell in values if cell[2] != "*"},
        {cell: (*cell[:3], None, *cell[4:]) for cell in values if cell[3] is not None},
    ]
    sums, counts = family_sums(parents, values, _months_and_weeks(values))
    also = np.zeros(len(counts), dtype=bool)
    also[: len(values)] = [cell in alone for cell in values]
    hidden = withheld(counts, sums, also=also)
    return [cell for cell, is_hidden in zip(values, hidden, strict=False) if is_hidden]


REPORTS = """
select 'reports', area_key, category_key, unit, period_type, period_start_on, reports, persons
from (select *, null as unit from marts.mart_degrees) where {only} order by all
"""
INDICATORS = """
select kpi_code, area_key, category_key, unit, period_type, period_start_on, value, numerator, denominator, previous_value, year_ago_value
from marts.mart_kpis where kpi_code not in ('expected_reports', 'composite_rate') and {only} order by all
"""


def _counts(con: duckdb.DuckDBPyConnection, only: str) -> tuple[dict[Cell, float], set[Cell]]:
    """Every count that the two tables tell, and those that are at risk for another reason than their size: few persons, few on the other side."""
    values: dict[Cell, float] = {}
    alone: set[Cell] = set()
    for *key, reports, persons in con.execute(REPORTS.format(only=only)).fetchall():
        values[tuple(key)] = reports
        if persons is not None and 0 < persons < LEAST:
            alone.add(tuple(key))
    for code, area, category, unit, kind, start, value, numerator, denominator, before, year_ago in con.execute(INDICATORS.format(only=only)).fetchall():  # fmt: skip
        place = (area, category, unit, kind, start)
        if code in COUNTS:
            values[code, *place] = value
            for count, day in zip((before, year_ago), _earlier(kind, start), strict=True):
                if count is not None:
                    values.setdefault((code, *place[:-1], day), count)
            continue
        if numerator is not None:
            values[code, *place] = numerator
            if (
                code.endswith("_share") and numerator > 0 and 0 < denominator - numerator < LEAST
            ):  # none of a withheld base tells nothing
                alone.add((code, *place))
        if denominator is not None:
            values[f"{code}|of", *place] = denominator
    return values, alone


def _earlier(kind: str, start: dt.date) -> tuple[dt.date, dt.date]:
    """First days of the period before, and of the same period a year ago."""
    if kind == "week":
        return start - dt.timedelta(days=7), start - dt.timedelta(days=364)
    return (start - dt.timedelta(days=1)).replace(day=1), start.replace(year=start.year - 1)


def _months_and_weeks(values: dict[Cell, float]) -> Iterator[Group]:
    """Whole months that begin on one Monday and end before another are as much as the weeks between, but for stocks."""
    starts = {kind: sorted({cell[5] for cell in values if cell[4] == kind}) for kind in ("month", "week")}
    if not starts["month"] or not starts["week"]:
        return
    after = (starts["month"][-1] + dt.timedelta(days=31)).replace(day=1)
    mondays = [day for day in (*starts["month"], after) if day.weekday() == 0]
    for first, last in pairwise(mondays):
        inside = {kind: [day for day in days if first <= day < last] for kind, days in starts.items()}
        for path in {
            cell[:4] for cell in values if cell[4] == "week" and first <= cell[5] < last and cell[0] not in STOCKS
        }:
            yield _run(path, inside)


def _run(path: tuple[Hashable, ...], inside: dict[str, list[dt.date]]) -> Group:
    return tuple([(*path, kind, day) for day in inside[kind]] for kind in ("month", "week"))


def scores(frame: pl.DataFrame, small: Withheld) -> pl.DataFrame:
    """The degrees without what would tell a withheld count: a score gives its count back to who knows the formula."""
    import polars as pl

    told = [name for name in frame.columns if name not in KEPT_SCORES]
    hidden = small.mask(frame, pl.lit("reports"))
    return _blank(frame.with_columns(is_withheld=hidden), told)


def kpis(frame: pl.DataFrame, small: Withheld) -> pl.DataFrame:
    """The indicators without withheld counts, and without the shares and comparisons that would tell them."""
    import polars as pl

    code = pl.col("kpi_code")
    counted = small.mask(frame, pl.when(code == "expected_reports").then(pl.lit("reports")).otherwise(code))
    based = small.mask(frame, code + pl.lit("|of"))
    composite = pl.Series([False] * frame.height, dtype=pl.Boolean)
    for rate in RATES:
        composite |= small.mask(frame, pl.lit(rate)) | small.mask(frame, pl.lit(f"{rate}|of"))
    frame = frame.with_columns(
        is_withheld=counted | based | (composite & (frame["kpi_code"] == "composite_rate")), is_based=based
    )
    frame = _without_earlier(frame, small)
    expected = pl.when(pl.col("is_withheld") & (code == "expected_reports")).then(pl.col("value")).alias("kept")
    frame = _blank(frame.with_columns(expected), ["value", "numerator", "lower", "upper"])
    frame = frame.with_columns(
        value=pl.coalesce("value", "kept"), denominator=pl.when(~pl.col("is_based")).then(pl.col("denominator"))
    )
    return frame.drop("kept", "is_based")


def _without_earlier(frame: pl.DataFrame, small: Withheld) -> pl.DataFrame:
    """Comparisons with a withheld period are left out."""
    import polars as pl

    for n, name in enumerate(("previous_value", "year_ago_value")):
        days = [_earlier(kind, start)[n] for kind, start in frame.select("period_type", "period_start_on").iter_rows()]
        then = frame.with_columns(period_start_on=pl.Series(days, dtype=pl.Date))
        hidden = small.mask(then, pl.col("kpi_code")) | small.mask(then, pl.col("kpi_code") + pl.lit("|of"))
        frame = frame.with_columns(pl.when(~hidden).then(pl.col(name)).alias(name))
    return frame


def clusters(frame: pl.DataFrame) -> pl.DataFrame:
    """Clusters of fewer reports keep their place and time, and no figure."""
    import polars as pl

    return _blank(frame.with_columns(is_withheld=pl.col("observed") < LEAST), list(CLUSTER_COUNTS))


def _blank(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    import polars as pl

    return frame.with_columns(pl.when(~pl.col("is_withheld")).then(pl.col(name)).alias(name) for name in names)
