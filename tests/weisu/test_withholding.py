"""Tables that leave the house: no small count is shown, and none follows from both tables with all their margins, weeks and months."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import product
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weisu import withholding
from weisu.suppression import LEAST, Sums, derivable

AREAS = {"*": None, "东": "*", "西": "*", "东/一": "东", "东/二": "东", "西/一": "西", "西/二": "西"}
CATEGORIES = {"*": None, "A": "*", "B": "*", "A->x": "A", "A->y": "A", "B->x": "B"}
WEEKS = [dt.date(2027, 2, 1) + dt.timedelta(days=7 * n) for n in range(4)]  # February 2027 is four whole weeks
MONTH, BEFORE = dt.date(2027, 2, 1), dt.date(2027, 1, 1)
KPIS = ["kpi_code", "area_key", "category_key", "unit", "period_type", "period_start_on", "value", "numerator", "denominator", "lower", "upper",
        "expected_value", "previous_value", "year_ago_value"]  # fmt: skip
pytestmark = pytest.mark.slow
Published = tuple[pl.DataFrame, pl.DataFrame]


def rolled_up(finest: dict[tuple[str, str, int], int]) -> Counter[tuple[str, str, str, dt.date]]:
    """Counts of all areas, categories, weeks and the month from (street, second category, week)."""
    found: Counter[tuple[str, str, str, dt.date]] = Counter()
    for (street, category, week), n in finest.items():
        areas, categories = (street, street[0], "*"), (category, category[0], "*")
        for area, kind, period in product(areas, categories, (("week", WEEKS[week]), ("month", MONTH))):
            found[(area, kind, *period)] += n
    return found


def published(finest: dict[tuple[str, str, int], int]) -> Published:
    """What `weisu export scores` and `weisu export kpis` would write."""
    reports = rolled_up(finest)
    degrees = [(a, c, *p, n, n, 50.0) for (a, c, *p), n in reports.items() if c != "*"]
    rows = [("reports", a, c, None, *p, n, n, None, None, None, 9.5, None, None) for (a, c, *p), n in reports.items()]
    rows += [
        ("solved_share", a, c, None, *p, (n // 2) / n, n // 2, n, 0.1, 0.9, 0.5, None, None)
        for (a, c, *p), n in reports.items()
        if n
    ]
    scores = pl.DataFrame(degrees, ["area_key", "category_key", "period_type", "period_start_on", "reports", "persons", "composite_score"], orient="row")  # fmt: skip
    kpis = pl.DataFrame(rows, dict.fromkeys(KPIS) | {"unit": pl.String, "lower": pl.Float64, "upper": pl.Float64, "previous_value": pl.Float64, "year_ago_value": pl.Float64}, orient="row", infer_schema_length=None)  # fmt: skip
    with duckdb.connect() as con:
        con.execute("create schema marts")
        con.register("degrees_rows", scores)
        con.register("kpi_rows", kpis)
        con.execute(
            "create table marts.mart_degrees as from degrees_rows; create table marts.mart_kpis as from kpi_rows"
        )
        for name, key, tree in (("dim_area", "area_key", AREAS), ("dim_category", "category_key", CATEGORIES)):
            con.execute(f"create table marts.{name} ({key} text, parent_{key} text)")
            con.executemany(f"insert into marts.{name} values (?, ?)", list(tree.items()))
        small = withholding.judge(con)
    return withholding.scores(scores, small), withholding.kpis(kpis, small)


def followed(reports: Counter, told: set[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Cells that are not told and follow from those that are, by every sum of places, categories and time."""
    cells = {key: n for n, key in enumerate(reports)}
    sums: list[tuple[int, list[int]]] = []
    for (area, category, *period), total in cells.items():
        sums.append(
            (
                total,
                [
                    cells[a, category, *period]
                    for a, parent in AREAS.items()
                    if parent == area and (a, category, *period) in cells
                ],
            )
        )
        sums.append(
            (
                total,
                [
                    cells[area, c, *period]
                    for c, parent in CATEGORIES.items()
                    if parent == category and (area, c, *period) in cells
                ],
            )
        )
        if period[0] == "month":
            sums.append(
                (total, [cells[area, category, "week", w] for w in WEEKS if (area, category, "week", w) in cells])
            )
    rows = [
        (n, c, is_total)
        for n, (total, parts) in enumerate(s for s in sums if s[1])
        for c, is_total in [(total, True), *((p, False) for p in parts)]
    ]
    table = np.array(rows, dtype=np.int64)
    hidden = np.array([key not in told and reports[key] > 0 for key in cells])
    fixed = derivable(hidden, Sums(table[:, 0], table[:, 1], table[:, 2].astype(bool)))
    return [key for key, is_fixed in zip(cells, fixed, strict=True) if is_fixed]


STREETS, SECOND = ("东/一", "东/二", "西/一", "西/二"), ("A->x", "A->y", "B->x")
cities = st.dictionaries(
    st.tuples(st.sampled_from(STREETS), st.sampled_from(SECOND), st.integers(0, 3)), st.integers(1, 9) | st.integers(1, 90), min_size=1
)  # fmt: skip


@settings(max_examples=12)
@given(cities)
def test_no_count_under_the_limit_is_told_or_follows(finest: dict[tuple[str, str, int], int]) -> None:
    scores, kpis = published(finest)
    reports = rolled_up(finest)
    told = {
        (*row[:4],) for row in scores.filter(pl.col("reports").is_not_null()).select("area_key", "category_key", "period_type", "period_start_on").iter_rows()
    } | {
        (*row[:4],) for row in kpis.filter((pl.col("kpi_code") == "reports") & pl.col("value").is_not_null()).select("area_key", "category_key", "period_type", "period_start_on").iter_rows()
    }  # fmt: skip
    assert not [key for key in told if 0 < reports[key] < LEAST]
    assert followed(reports, told) == []


@settings(max_examples=12)
@given(cities)
def test_a_withheld_numerator_takes_share_and_interval_with_it(finest: dict[tuple[str, str, int], int]) -> None:
    _, kpis = published(finest)
    solved = kpis.filter(pl.col("kpi_code") == "solved_share")
    shown = solved.filter(~pl.col("is_withheld"))
    other_side = shown["denominator"] - shown["numerator"]
    assert not ((shown["numerator"] > 0) & (shown["numerator"] < LEAST)).any()
    assert not ((other_side > 0) & (other_side < LEAST)).any()
    hidden = solved.filter("is_withheld")
    assert (
        hidden.select("value", "numerator", "lower", "upper").null_count().sum_horizontal().sum() == 4 * hidden.height
    )


def test_scores_of_a_withheld_cell_are_withheld_too() -> None:
    scores, kpis = published(
        {("东/一", "A->x", 0): 3, ("东/二", "A->x", 0): 90, ("西/一", "A->x", 0): 80, ("西/二", "A->y", 1): 70}
    )
    cell = scores.filter((pl.col("area_key") == "东/一") & (pl.col("period_type") == "month"))
    assert cell["is_withheld"].all()
    assert cell.select("reports", "persons", "composite_score").null_count().sum_horizontal().sum() == 3 * cell.height
    assert kpis.filter((pl.col("area_key") == "*") & (pl.col("category_key") == "*") & (pl.col("kpi_code") == "reports"))["value"].to_list() != [None]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "earlier"),
    [("week", (dt.date(2027, 1, 25), dt.date(2026, 2, 2))), ("month", (BEFORE, dt.date(2026, 2, 1)))],
)
def test_comparisons_name_the_periods_that_the_models_compare(kind: str, earlier: tuple[dt.date, dt.date]) -> None:
    assert withholding._earlier(kind, MONTH) == earlier


def test_clusters_of_few_keep_no_figure() -> None:
    frame = pl.DataFrame({"cluster_id": ["a", "b"], "observed": [4, 5], "relative_risk": [2.0, 2.0], "score": [1.0, 1.0], "p_value": [0.01, 0.01],
                          "recurrence_days": [9.0, 9.0], "ticket_keys": [["t"], ["t"]]})  # fmt: skip
    assert withholding.clusters(frame)["observed"].to_list() == [None, 5]


def told_by(rows: list[tuple[Any, ...]]) -> withholding.Withheld:
    """What is withheld of indicators (kpi_code, area, period_type, first day, value, numerator, denominator) of category A."""
    with duckdb.connect() as con:
        con.execute("create schema marts")
        con.execute("create table marts.mart_degrees (area_key text, category_key text, period_type text, period_start_on date, reports int, persons int)")  # fmt: skip
        con.execute("create table marts.mart_kpis (kpi_code text, area_key text, category_key text, unit text, period_type text, period_start_on date, value double, numerator double, denominator double, previous_value double, year_ago_value double)")  # fmt: skip
        con.executemany("insert into marts.mart_kpis values (?, ?, 'A', null, ?, ?, ?, ?, ?, null, null)", rows)
        con.execute("create table marts.dim_area as select * from (values ('*', null), ('东', '*'), ('西', '*')) as t (area_key, parent_area_key)")  # fmt: skip
        con.execute("create table marts.dim_category as select 'A' as category_key, '*' as parent_category_key")
        return withholding.judge(con)


def test_stocks_of_weeks_are_not_added_up_to_months() -> None:
    """30 open at the end of February and 8, 9, 7, 6 at the ends of its weeks: no sum, so nothing but the 3 of one week goes."""
    stocks = [("open_count", "*", "week", day, n, None, None) for day, n in zip(WEEKS, (8, 9, 3, 6), strict=True)]
    hidden = told_by([*stocks, ("open_count", "*", "month", MONTH, 30, None, None), ("open_count", "*", "month", dt.date(2027, 3, 1), 9, None, None)])  # fmt: skip
    assert {cell[4:] for cell in hidden.cells} == {("week", WEEKS[2])}


def test_none_of_a_small_base_hides_the_base_alone() -> None:
    """0 of 3 solved in 东, 20 of 40 in the city: the 3 is withheld, the 0 gives nothing away."""
    shares = [("solved_share", "*", "month", MONTH, 0.5, 20, 40), ("solved_share", "西", "month", MONTH, 20 / 37, 20, 37), ("solved_share", "东", "month", MONTH, 0.0, 0, 3)]  # fmt: skip
    hidden = told_by(shares)
    assert not [cell for cell in hidden.cells if cell[0] == "solved_share"]
    assert ("solved_share|of", "东", "A", None, "month", MONTH) in hidden.cells


def test_parts_that_are_more_than_what_is_published_are_no_sum() -> None:
    """Two months between Mondays, the second of which has no row: their weeks say nothing about the first."""
    weeks = [("reports", "*", "week", dt.date(2027, 2, 1) + dt.timedelta(days=7 * n), 9, None, None) for n in range(13)]
    assert not told_by([*weeks, ("reports", "*", "month", MONTH, 36, None, None)]).cells
