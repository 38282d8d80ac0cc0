"""Slow, obvious references in plain Python (statsmodels, scipy) agree with the models on the bundled and on a made-up city."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pytest
from scipy.stats import gamma, nbinom, norm, poisson
from statsmodels.duration.survfunc import SurvfuncRight, survdiff
from statsmodels.stats.proportion import proportion_confint

from detectors.series import PeriodConfig, cell_expectations
from flows.counts import city_features, read_counts
from tests.dbt import real_city
from tests.dbt.city import SETTINGS
from weisu import recounts

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=[pytest.param("boston", marks=pytest.mark.long), "synthetic"])
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The finished build, read-only."""
    path = getattr(real_city, request.param)(tmp_path_factory.mktemp(request.param))
    with duckdb.connect(str(path), read_only=True) as con:
        yield con


@pytest.fixture
def rows(city: Any) -> Callable[..., list[tuple[Any, ...]]]:
    """`rows(sql)`."""
    return lambda sql: city.execute(sql).fetchall()


def survival(times: list[float], closed: list[bool]) -> SurvfuncRight:
    return SurvfuncRight(np.array(times, float), np.array(closed, int))


def at(curve: SurvfuncRight, time: float) -> float:
    """S at a time, 1 before the first closure."""
    before = curve.surv_prob[curve.surv_times <= time]
    return float(before[-1]) if len(before) else 1.0


def interval_at(curve: SurvfuncRight, time: float) -> tuple[float, float]:
    """Greenwood's 95 % interval of S at a time, cut at 0 and 1; no width where S is 0 or 1."""
    share, errors = at(curve, time), curve.surv_prob_se[curve.surv_times <= time]
    width = norm.ppf(0.975) * float(errors[-1]) if len(errors) and 0 < share < 1 else 0.0
    return max(share - width, 0.0), min(share + width, 1.0)


def median(curve: SurvfuncRight) -> float | None:
    """The first time at which at most half are open."""
    reached = curve.surv_times[curve.surv_prob <= 0.5 + 1e-9]
    return float(reached[0]) if len(reached) else None


def area_under(curve: SurvfuncRight, until: float) -> float:
    steps = np.concatenate([[0], np.minimum(curve.surv_times, until), [until]])
    return float(np.sum(np.diff(steps) * np.concatenate([[1], curve.surv_prob])))


def cohorts(rows: Callable[..., list[tuple[Any, ...]]]) -> dict[tuple[str, str, dt.date], list[tuple[float, bool]]]:
    """Month cohorts of city and districts, judged at each month's end: elapsed over limit and whether closed, from tickets alone."""
    ends = dict(rows("select period_start_on, judged_at from intermediate.int_scored_periods where period_type = 'month' and is_shown"))  # fmt: skip
    sql = """select created_on, created_at, closed_at, limit_hours, is_removed, district_key, category_l1_key, category_l2_key from marts.fct_tickets
        where is_demand and limit_hours > 0 and not coalesce(is_lawfully_ended, false) and (closed_at is null or elapsed_hours is not null)"""
    found: dict[tuple[str, str, dt.date], list[tuple[float, bool]]] = defaultdict(list)
    for created_on, created_at, closed_at, limit, is_removed, district, first, second in rows(sql):
        month = created_on.replace(day=1)
        if month not in ends:
            continue
        is_closed = closed_at is not None and closed_at < ends[month]
        if is_removed and (is_closed or closed_at is None):  # merged or void by then: no outcome of its own
            continue
        end = closed_at if is_closed else ends[month]
        elapsed = (end - created_at) / dt.timedelta(hours=1) / limit
        for area in ("*", district):
            for category in (first, second):
                if area is not None and category is not None:
                    found[area, category, month].append((max(elapsed, 0.0), is_closed))
    return found


def test_survival_agrees_with_statsmodels_in_every_cell(rows) -> None:
    expected = {}
    for key, tickets in cohorts(rows).items():
        times, closed = [t for t, _ in tickets], [c for _, c in tickets]
        if len(times) >= 20 and sum(closed) >= 10:
            curve = survival(times, closed)
            known = max(times) >= 1
            shares = (at(curve, 1), *interval_at(curve, 1)) if known else (None, None, None)
            expected[key] = (len(times), area_under(curve, 2) if known else None, *shares)
    sql = "select area_key, category_key, period_start_on, tickets, restricted_mean_limits, open_at_limit_share, open_at_limit_lower_share, open_at_limit_upper_share from intermediate.int_survival join marts.dim_area using (area_key) join marts.dim_category using (category_key) where period_type = 'month' and area_level in ('city', 'district') and category_level in (1, 2) and tickets is not null"
    found = {tuple(row[:3]): row[3:] for row in rows(sql)}
    assert len(expected) > 30
    shared = expected.keys() & found.keys()
    assert shared == expected.keys()
    for key in shared:
        assert found[key] == pytest.approx(expected[key], abs=1e-9), key


def test_recurrence_and_its_greenwood_interval_agree_with_statsmodels(rows) -> None:
    sql = """select date_trunc('month', t.closed_on)::date, t.closed_on, r.recurred_on from intermediate.int_ticket_recurrences r join marts.fct_tickets t using (ticket_key)"""
    last = rows("select last_on from intermediate.int_spine_span")[0][0]
    months: dict[dt.date, list[tuple[int, bool]]] = defaultdict(list)
    for month, closed_on, recurred_on in rows(sql):
        end = min(recurred_on or last, closed_on + dt.timedelta(days=90))
        months[month].append(((end - closed_on).days, recurred_on is not None))
    found = {row[0]: row[1:] for row in rows("select period_start_on, value, lower, upper from marts.mart_kpis where kpi_code = 'recurrence_share' and period_type = 'month' and area_key = '*' and category_key = '*' and unit is null")}  # fmt: skip
    assert len(found) > 6
    for month, row in found.items():
        times, recurred = zip(*months[month], strict=True)
        curve = survival(list(times), list(recurred))
        if not any(recurred):  # Greenwood's variance is zero there: Wilson
            assert row == pytest.approx((0, 0, 1.959964**2 / (len(recurred) + 1.959964**2)), abs=1e-6)
            continue
        value, error = 1 - float(curve.surv_prob[-1]), float(curve.surv_prob_se[-1])
        assert row == pytest.approx((value, max(value - 1.959964 * error, 0), min(value + 1.959964 * error, 1)), abs=2e-6)  # fmt: skip


SAMPLED = """
    select *, last_day(period_start_on) as last_on from marts.mart_kpis where period_type = 'month' and is_complete
    qualify row_number() over (partition by kpi_code order by denominator is null, md5(concat_ws('|', period_start_on, area_key, category_key, unit))) <= 12
"""


def test_every_indicator_is_recounted_from_the_tickets_alike(city) -> None:
    until = city.execute("select c.ends_at from marts.mart_publication p join marts.dim_calendar c on c.date_on = p.as_of_on").fetchone()[0]  # fmt: skip
    found = city.execute(SAMPLED).pl().to_dicts()
    again = {row["kpi_code"] for row in found} - {"expected_reports", "recurrence_share"}
    assert {"lasting_share", "returns_per_case", "median_dispatch_hours", "root_cured_share"} & again
    for row in found:
        cell = recounts.Cell(row["period_start_on"], row["last_on"], row["area_key"], row["category_key"], row["unit"])
        counted = recounts.recount(city, row["kpi_code"], cell, until)
        if row["kpi_code"] in again:
            assert counted is not None, row
            assert counted.value == pytest.approx(row["value"], abs=2e-6), row
            assert row["denominator"] in (None, counted.counted), row


def test_wilson_intervals_agree_with_statsmodels(rows) -> None:
    found = rows("select numerator, denominator, value, lower, upper from marts.mart_kpis where kpi_code like '%_share' and kpi_code <> 'recurrence_share' and denominator > 0")  # fmt: skip
    assert len(found) > 1000
    k, n, value, lower, upper = (np.array(column, float) for column in zip(*found, strict=True))
    low, high = proportion_confint(k, n, method="wilson")
    np.testing.assert_allclose(value, k / n, atol=1e-6)
    np.testing.assert_allclose(lower, low, atol=1e-6)
    np.testing.assert_allclose(upper, high, atol=1e-6)


def test_mid_p_of_real_weeks_agrees_with_scipy(city) -> None:
    first, last = city.execute("select data_first_on, last_on from intermediate.int_spine_span").fetchone()
    keys = city.execute("select distinct area_key, category_key, area_level, category_level from intermediate.int_cell_periods where area_key = '*' order by all").pl()  # fmt: skip
    counts = read_counts(city, keys, since=first, until=last)
    size = counts.values.shape[1]
    weeks = np.array([(size - 7 * (n + 1), size - 7 * n) for n in range(26)])
    found = cell_expectations(counts.values, city_features(city, counts.days, SETTINGS), weeks, PeriodConfig())
    seen = np.isfinite(found.mid_p)
    assert seen.sum() > 100
    mean, variance, y = found.expected[seen], (found.expected * found.dispersion)[seen], found.observed[seen]
    over = variance > mean * (1 + 1e-6)
    shape = np.where(over, mean**2 / np.maximum(variance - mean, 1e-12), 1.0)
    law, plain = nbinom(shape, shape / (shape + mean)), poisson(mean)
    worked = np.where(over, law.sf(y) + law.pmf(y) / 2, plain.sf(y) + plain.pmf(y) / 2)
    np.testing.assert_allclose(found.mid_p[seen], worked, atol=1e-6)


def routine_groups(rows: Callable[..., list[tuple[Any, ...]]]) -> dict[str, dict[bool, list[tuple[int, bool]]]]:
    """Area → is routine → hours (rounded up) and whether closed, ranked and grouped from tickets alone."""
    last = rows("select last_on from intermediate.int_spine_span")[0][0]
    sql = f"""select category_l2_key, district_key, street_key, elapsed_hours, closed_at is not null from marts.fct_tickets where is_demand and not is_removed
        and not coalesce(is_lawfully_ended, false) and category_l2_key is not null and elapsed_hours is not null and created_on > date '{last}' - 365"""
    tickets = rows(sql)
    sizes: dict[str, int] = defaultdict(int)
    for category, *_ in tickets:
        sizes[category] += 1
    rank = {c: sum(other < size for other in sizes.values()) / (len(sizes) - 1) for c, size in sizes.items()}
    found: dict[str, dict[bool, list[tuple[int, bool]]]] = defaultdict(lambda: {True: [], False: []})
    for category, district, street, hours, is_closed in tickets:
        if rank[category] < 0.5 or rank[category] >= 0.9:
            for area in {"*", district, street} - {None}:
                found[area][rank[category] < 0.5].append((int(np.ceil(hours)), is_closed))
    return found


def test_routine_gaps_agree_with_statsmodels(rows) -> None:
    groups = routine_groups(rows)
    sql = "select area_key, routine_tickets, hot_tickets, routine_median_days, hot_median_days, logrank_chi2, p_value from marts.mart_routine_gaps"
    found = {row[0]: row[1:] for row in rows(sql)}
    assert found.keys() == groups.keys()
    compared = 0
    for area, by_kind in groups.items():
        assert found[area][:2] == (len(by_kind[True]), len(by_kind[False]))
        if any(len(g) < 20 or sum(c for _, c in g) < 10 for g in by_kind.values()):
            assert found[area][2:] == (None,) * 4
            continue
        worked = [median(survival(*map(list, zip(*by_kind[kind], strict=True)))) for kind in (True, False)]
        assert list(found[area][2:4]) == pytest.approx([m and m / 24 for m in worked], abs=1e-4), area
        both = by_kind[True] + by_kind[False]
        kinds = [0] * len(by_kind[True]) + [1] * len(by_kind[False])
        chi2, p = survdiff(np.array([t for t, _ in both]), np.array([int(c) for _, c in both]), np.array(kinds))
        assert found[area][4:] == pytest.approx((chi2, p), rel=1e-6, abs=1e-4)
        compared += 1
    assert compared >= 3


def test_silence_agrees_with_scipy(rows) -> None:
    found = np.array(rows("select reports_13w, expected_13w, probability from marts.mart_silence"), float)
    assert len(found) > 500
    worked = gamma.cdf(0.5, 1 + found[:, 0], scale=1 / (1 + found[:, 1]))
    np.testing.assert_allclose(found[:, 2], worked, atol=0.007)
    clear = np.abs(worked - 0.95) > 0.007
    np.testing.assert_array_equal(found[clear, 2] > 0.95, worked[clear] > 0.95)


def test_reporting_rates_agree_with_a_loop_over_cases(rows) -> None:
    last = rows("select last_on from intermediate.int_spine_span")[0][0]
    end = rows("select max(ends_at) from marts.dim_calendar where date_on = (select last_on from intermediate.int_spine_span)")[0][0]  # fmt: skip
    sql = """select case_key, ticket_key, created_at, created_on, closed_at, person_hash, district_key, is_removed, coalesce(is_official, false)
        from marts.fct_tickets left join intermediate.int_silence_channels using (channel)
        where is_demand and category_l1_key is not null and source in (select source from marts.fct_tickets where parent_ticket_id is not null) order by created_at, ticket_key"""
    cases: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for case, *ticket in rows(sql):
        cases[case].append(tuple(ticket))
    totals: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0.0])
    for case, (first, *others) in cases.items():
        root = next((t for t in [first, *others] if t[0] == case), None)
        if root is None or first[7] or (first[6] and first[0] == case) or first[2] <= last - dt.timedelta(days=365):
            continue
        until = min([end, first[1] + dt.timedelta(days=30), *([root[3]] if root[3] else []), *(t[1] for t in others if t[7])])  # fmt: skip
        people, duplicates = {first[4]}, 0
        for ticket in others:
            is_new = ticket[4] is None or ticket[4] not in people
            people.add(ticket[4])
            duplicates += is_new and not ticket[7] and ticket[1] <= until
        for area in {"*", first[5]} - {None}:
            days = max((until - first[1]) / dt.timedelta(days=1), 0)
            totals[area] = [a + b for a, b in zip(totals[area], (1, duplicates, days), strict=True)]
    found = {row[0]: list(row[1:]) for row in rows("select area_key, cases, duplicates, watched_days from marts.mart_reporting_rates where category_key = '*' and area_key in (select area_key from marts.dim_area where area_level in ('city', 'district'))")}  # fmt: skip
    assert found.keys() == totals.keys()
    for area, worked in totals.items():
        assert found[area] == pytest.approx(worked, rel=1e-6), area
