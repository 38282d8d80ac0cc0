"""What budgets of alerts mean in a week: how many series are watched, how many districts there are, how many alerts came."""

from __future__ import annotations

import datetime as dt

from dashboards.queries.marts import Marts

FALSE_A_WEEK = {"1/yr": 7 / 365, "1/90d": 7 / 90}  # of one series
WEEKS = 4
SERIES = "select count(expected) from marts.mart_series_days where date_on = (select max(date_on) from marts.mart_series_days)"
DISTRICTS = "select count(*) from marts.dim_area where area_level = 'district'"
ALERTS = "select count(*) from marts.mart_alerts where signal_status = 'active' and raised_on > ? and raised_on <= ?"


def series_count(marts: Marts) -> int:
    """Series with an expectation on the last day."""
    return int(marts.frame(SERIES).item())


def district_count(marts: Marts) -> int:
    """Districts of the city."""
    return int(marts.frame(DISTRICTS).item())


def alerts_a_week(marts: Marts, as_of: dt.date) -> float:
    """New alerts a week in the last four weeks."""
    return marts.frame(ALERTS, as_of - dt.timedelta(weeks=WEEKS), as_of).item() / WEEKS
