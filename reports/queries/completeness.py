"""How much of a period the publication holds: days that are missing at its end, and days on which a source sent far less than it usually does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from reports.marts import Marts
from reports.periods import DAY, Period
from reports.queries import handling

WEEK = 7
LEAST_WEEKS = 4  # of the weeks before, in which a source must have been there to say what is usual
Counts = Mapping[tuple[str, dt.date], int]  # tickets per source and day


@dataclass(frozen=True)
class ThinDay:
    """A day with far fewer tickets of a source than on the same weekday before."""

    source: str
    date_on: dt.date
    tickets: int
    usual: float


@dataclass(frozen=True)
class Completeness:
    """What is known of a period."""

    missing_days: int  # at its end
    thin: tuple[ThinDay, ...]  # thinnest first

    @property
    def is_complete(self) -> bool:
        return not self.missing_days and not self.thin


@dataclass(frozen=True)
class _Rule:
    """`completeness` in dbt/seeds/rules.csv."""

    usual_weeks: float
    thin_day_share: float
    least_usual: float


def completeness(marts: Marts, period: Period) -> Completeness:
    """Judge a period by the rules of its publication; one that has none of them has no thin days."""
    missing = (period.end_on - period.window.last_on).days
    found = {row["key"]: float(row["value"]) for row in handling.rules(marts, ("completeness",))}
    if set(found) != set(_Rule.__dataclass_fields__):
        return Completeness(missing, ())
    return Completeness(missing, tuple(sorted(_thin(marts, period, _Rule(**found)), key=_thinness)))


def _thin(marts: Marts, period: Period, rule: _Rule) -> list[ThinDay]:
    window = period.window
    first = window.first_on - int(rule.usual_weeks) * WEEK * DAY
    rows = marts.rows(_TICKETS, [first, window.last_on], table="fct_tickets")
    counts = {(row["source"], row["created_on"]): row["tickets"] for row in rows}
    begun = {row["source"]: row["begun_on"] for row in marts.rows(_BEGUN, table="fct_tickets")}
    holidays = {
        row["date_on"] for row in marts.rows(_HOLIDAYS, [window.first_on, window.last_on], table="dim_calendar")
    }
    found = []
    for source in {source for source, _ in counts}:
        for day in (window.first_on + n * DAY for n in range(window.days)):
            usual = _usual(counts, source, day, max(first, begun[source]), window.first_on)
            tickets = counts.get((source, day), 0)
            most = 0 if day in holidays else rule.thin_day_share * usual  # a holiday is thin only when nothing came
            if usual >= rule.least_usual and (tickets < most or tickets == 0):
                found.append(ThinDay(source, day, tickets, usual))
    return found


def _usual(counts: Counts, source: str, day: dt.date, first: dt.date, until: dt.date) -> float:
    """The median of the same weekday from `first` on, before `until`; 0 when there are too few to say."""
    back = (day - until).days // WEEK + 1  # weeks to the last such weekday before the period
    days, at = [], day - back * WEEK * DAY
    while at >= first:
        days.append(counts.get((source, at), 0))
        at -= WEEK * DAY
    return median(days) if len(days) >= LEAST_WEEKS else 0.0


def _thinness(one: ThinDay) -> tuple[float, dt.date, str]:
    return one.tickets / one.usual, one.date_on, one.source


_TICKETS = """
select source, created_on, count(*)::bigint as tickets from marts.fct_tickets where created_on between $1 and $2 group by 1, 2"""

_BEGUN = "select source, min(created_on) as begun_on from marts.fct_tickets group by 1"

_HOLIDAYS = "select date_on from marts.dim_calendar where holiday_name is not null and date_on between $1 and $2"
