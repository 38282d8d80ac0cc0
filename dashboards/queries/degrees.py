"""The four degrees: ranked cells, the parts of one cell, the periods there are."""

from __future__ import annotations

import datetime as dt

import polars as pl

from dashboards.queries.marts import Marts

DEGREES = ("frequency", "intensity", "breadth", "difficulty")

CELLS = """
select d.*, a.area_name, c.category_name, p.composite_score as previous_composite_score
from marts.mart_degrees d join marts.dim_area a using (area_key) join marts.dim_category c using (category_key)
left join marts.mart_degrees p on p.area_key = d.area_key and p.category_key = d.category_key and p.period_type = d.period_type and p.period_end_on = d.period_start_on - 1
where d.period_type = ? and d.period_start_on = ? and d.area_level = ? and d.category_level = ?
order by d.composite_score desc nulls last, d.reports desc
"""

HISTORY = """
select period_start_on as date_on, composite_score as observed from marts.mart_degrees
where area_key = ? and category_key = ? and period_type = ? and period_start_on <= ? and composite_score is not null order by 1
"""

COMPONENTS = """
select degree, component, raw_value, normalised_value, weight, contribution from marts.mart_degree_components
where area_key = ? and category_key = ? and period_type = ? and period_start_on = ?
"""


def periods(marts: Marts, period_type: str) -> dict[dt.date, bool]:
    """Starts of the periods that have scores, newest first -> whether the period is complete."""
    rows = marts.frame(
        "select d.period_start_on, max(d.period_end_on) <= any_value(p.as_of_on) from marts.mart_degrees d, marts.mart_publication p where d.period_type = ? group by 1 order by 1 desc",
        period_type,
    )
    return dict(rows.iter_rows())


def cells(marts: Marts, period_type: str, start: dt.date, area_level: str, category_level: int) -> pl.DataFrame:
    """All area × category cells of one period, strongest first."""
    return marts.frame(CELLS, period_type, start, area_level, category_level)


def components(marts: Marts, area_key: str, category_key: str, period_type: str, start: dt.date) -> pl.DataFrame:
    """What the degrees of one cell are made of."""
    return marts.frame(COMPONENTS, area_key, category_key, period_type, start)


def history(marts: Marts, area_key: str, category_key: str, period_type: str, start: dt.date) -> pl.DataFrame:
    """The composite of one cell over time up to `start`: date_on, observed."""
    return marts.frame(HISTORY, area_key, category_key, period_type, start)


def reweigh(frame: pl.DataFrame, weights: dict[str, float]) -> pl.DataFrame:
    """Add `own_score`: the weighted mean of the degrees present (a missing degree is left out, never zero)."""
    score = [pl.col(f"{d}_score") for d in DEGREES]
    given = pl.sum_horizontal(*(s.fill_null(0) * weights[d] for s, d in zip(score, DEGREES, strict=True)))
    total = pl.sum_horizontal(
        *(pl.when(s.is_null()).then(0.0).otherwise(weights[d]) for s, d in zip(score, DEGREES, strict=True))
    )
    return frame.with_columns(own_score=pl.when(total > 0).then(given / total)).sort(
        "own_score", descending=True, nulls_last=True
    )


def changed_in_top(before: pl.DataFrame, after: pl.DataFrame, *, top: int = 10) -> list[tuple[str, str]]:
    """Cells (area_key, category_key) of the new top that were not in the old one."""
    old = set(before.head(top).select("area_key", "category_key").iter_rows())
    return [cell for cell in after.head(top).select("area_key", "category_key").iter_rows() if cell not in old]
