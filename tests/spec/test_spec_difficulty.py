"""难度 D = 100·(.20·RMST/2 + .20·S(limit) + .15·transfers + .10·multi-unit + .10·redo + .15·unsolved + .10·recurrence); Kaplan-Meier by creation cohort."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from tests.dbt.city import City, ticket

pytestmark = pytest.mark.slow
SIMPLE, MIXED, SMALL = "难度->三十天", "难度->混合", "难度->少"
SURVIVAL = "select restricted_mean_limits, open_at_limit_share, tickets from intermediate.int_survival where area_key = '*' and category_key = ? and period_type = 'month' and period_start_on = date '2025-11-01'"


def hours(first: str, last: str) -> float:
    return (np.datetime64(last) - np.datetime64(first)) / np.timedelta64(1, "h")


def mixed() -> list[tuple[int, int | None]]:
    """Day of creation in November and hours to closure (None = still open): 30 tickets, some censored early."""
    closures = [7, 12, 20, 30, 47, 48, 49, 60, 75, 90, 100, 130, 160, 200, None]
    return [(1 + (n * 13) % 30, closures[n % 15]) for n in range(30)]


def given(city: City) -> None:
    usual = {"category_l1": "难度", "category_l2": "三十天", "due": "2025-11-03 08:00"}  # limit 48 hours
    city.add(*[ticket("2025-11-01 08:00", closed="2025-11-02 08:00", **usual) for _ in range(10)])  # half the limit
    city.add(*[ticket("2025-11-01 08:00", closed="2025-11-04 08:00", **usual) for _ in range(5)])  # 1.5 limits
    city.add(*[ticket("2025-11-01 08:00", **usual) for _ in range(5)])  # open at the end of the month
    city.add(
        *[ticket("2025-11-01 08:00", **usual | {"status": "merged"}) for _ in range(7)]
    )  # merged tickets have no outcome
    for day, closure in mixed():
        created = np.datetime64(f"2025-11-{day:02d}T08:00")
        closed = str(created + np.timedelta64(closure, "h")) if closure else None
        city.add(
            ticket(
                str(created),
                closed=closed,
                due=str(created + np.timedelta64(48, "h")),
                category_l1="难度",
                category_l2="混合",
            )
        )
    city.add(
        *[
            ticket(
                "2025-11-01 08:00",
                closed="2025-11-02 08:00",
                due="2025-11-03 08:00",
                category_l1="难度",
                category_l2="少",
            )
            for _ in range(19)
        ]
    )


def test_twenty_tickets_worked_by_hand(one) -> None:
    # S = 1 until 0.5, 10/20 until 1.5, then 1/2 · 5/10: area up to 2 = 0.5·1 + 1.0·0.5 + 0.5·0.25
    assert one(SURVIVAL, SIMPLE) == pytest.approx((1.125, 0.5, 20))


def test_fewer_than_twenty_tickets_are_hidden(rows) -> None:
    assert rows(SURVIVAL, SMALL) == []


def test_agrees_with_statsmodels_on_censored_tickets(one) -> None:
    end = "2025-12-01T00:00"
    observed = [
        (
            min(c if c else 1e9, hours(f"2025-11-{d:02d}T08:00", end)),
            bool(c) and c < hours(f"2025-11-{d:02d}T08:00", end),
        )
        for d, c in mixed()
    ]
    curve = SurvfuncRight(np.array([t for t, _ in observed]) / 48, np.array([int(e) for _, e in observed]))
    steps = np.concatenate([[0], np.minimum(curve.surv_times, 2), [2]])
    mean = float(np.sum(np.diff(steps) * np.concatenate([[1], curve.surv_prob])))
    at_limit = float(curve.surv_prob[curve.surv_times <= 1][-1])
    assert one(SURVIVAL, MIXED) == pytest.approx((mean, at_limit, 30))


def test_the_november_cell_does_not_know_closures_of_december(one) -> None:
    late = [c for d, c in mixed() if c and hours(f"2025-11-{d:02d}T08:00", "2025-12-01T00:00") < c]
    closures = one(
        "select closures from intermediate.int_survival where area_key = '*' and category_key = ? and period_type = 'month' and period_start_on = date '2025-11-01'",
        MIXED,
    )
    assert late
    assert closures == 28 - len(late)


def test_components_that_were_never_asked_are_missing_not_zero(rows) -> None:
    found = rows(
        "select component from marts.mart_degree_components where area_key = '*' and category_key = ? and degree = 'difficulty' and period_type = 'month' and period_start_on = date '2025-11-01' order by 1",
        SIMPLE,
    )
    # no transfers, redo or follow-up in the source, and no place at which anything could recur
    assert found == [("open_at_limit",), ("restricted_mean",)]
