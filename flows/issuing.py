"""Issuing reports by the calendar: which weeks and months are due, made good after downtime, in order, each once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from reports import completeness_of, write
from reports.periods import DAY, Period, month_of, week_of
from weisu.delivery.issues import Issue, keep, list_issues, record
from weisu.delivery.subscriptions import Subscription, list_subscriptions
from weisu.errors import WarehouseError
from weisu.publishing import Publication, current
from weisu.settings import Settings, Workspace

HOUR = 8  # of the city's day after the period, at which its report is due
PERIODS = {"weekly": week_of, "monthly": month_of}
FORMATS = ("docx", "pdf", "html", "json")
PublicationAsOf = Callable[[dt.date], Publication]


@dataclass(frozen=True)
class Plan:
    """One report that is due, and what is to become of it now."""

    kind: str
    period: Period
    lang: str
    state: str  # due, waiting (for data), skipped (too far back)
    is_complete: bool = True

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.period.code}-{self.lang}"


def plans(workspace: Workspace, engine: sa.Engine, now: dt.datetime) -> list[Plan]:
    """What is due and was not issued, oldest first of each kind and language; a report waits for the one before it.

    Args:
        now: naive UTC.
    """
    try:
        shown = current(workspace)
    except WarehouseError:  # nothing published: nothing can be due
        return []
    settings, issued, subscriptions = workspace.settings(), list_issues(engine), list_subscriptions(engine)
    found: list[Plan] = []
    for kind in PERIODS:
        for lang, since in _languages(kind, settings, subscriptions).items():
            last = [i.period for i in issued if (i.kind, i.lang) == (kind, lang)]
            due = _due(kind, settings, now, PERIODS[kind](max(last)).end_on if last else None, since)
            found += _judged(kind, lang, due, shown, settings, now)
    return found


def issue_due(
    workspace: Workspace, engine: sa.Engine, *, clock: Callable[[], dt.datetime], publication_as_of: PublicationAsOf
) -> tuple[list[Issue], list[Plan]]:
    """Write what is due and record it; gives what was issued and what was not.

    Raises:
        WeisuError: a publication or a report cannot be made; what was issued before it stays.
    """
    made, left = [], []
    for plan in plans(workspace, engine, clock()):
        if plan.state == "due":
            made += _issue(workspace, engine, plan, clock(), publication_as_of)
        else:
            left.append(plan)
    return made, left


def code_of(kind: str, day: dt.date) -> str:
    """The code of the week or month that holds a day."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}" if kind == "weekly" else f"{day:%Y-%m}"


def _languages(kind: str, settings: Settings, subscriptions: Sequence[Subscription]) -> dict[str, dt.datetime | None]:
    """The city's language, and those that somebody asked for, since when."""
    found: dict[str, dt.datetime | None] = {settings.city.language: None}
    for one in subscriptions:
        if one.what == kind and one.lang not in found:
            found[one.lang] = one.since_at
    return found


def _due(
    kind: str, settings: Settings, now: dt.datetime, last_on: dt.date | None, since: dt.datetime | None
) -> list[Period]:
    """Periods over and not issued, oldest first; of a kind that was never issued the last one alone."""
    found: list[Period] = []
    period = PERIODS[kind](code_of(kind, settings.local_day(now)))
    while last_on is None or period.end_on > last_on:
        due_at = _due_at(period, settings)
        if since is not None and due_at < since:
            break
        if due_at <= now:
            found.append(period)
            if last_on is None:
                break
        period = PERIODS[kind](code_of(kind, period.start_on - DAY))
    return found[::-1]


def _due_at(period: Period, settings: Settings) -> dt.datetime:
    local = dt.datetime.combine(period.end_on + DAY, dt.time(HOUR), tzinfo=settings.zone)
    return local.astimezone(dt.UTC).replace(tzinfo=None)


def _judged(
    kind: str, lang: str, due: list[Period], shown: Publication, settings: Settings, now: dt.datetime
) -> Iterator[Plan]:
    limits = {"weekly": settings.delivery.catch_up_weeks, "monthly": settings.delivery.catch_up_months}
    for period in due[: -limits[kind]]:
        yield Plan(kind, period, lang, "skipped")
    is_waiting = False
    for period in due[-limits[kind] :]:
        is_known = period.start_on <= shown.as_of_on
        is_complete = is_known and completeness_of(shown.path, kind, period.code).is_complete
        is_late = now < _due_at(period, settings) + dt.timedelta(hours=settings.delivery.wait_hours)
        is_waiting = is_waiting or not is_known or (not is_complete and is_late)
        yield Plan(kind, period, lang, "waiting" if is_waiting else "due", is_complete)


def _issue(
    workspace: Workspace, engine: sa.Engine, plan: Plan, now: dt.datetime, publication_as_of: PublicationAsOf
) -> list[Issue]:
    today = workspace.settings().local_day(now)
    paths: list[Path] = write(workspace, plan.kind, plan.period.code, publication_as_of=publication_as_of, lang=plan.lang,
                              formats=FORMATS, today=today)  # fmt: skip
    files = keep(workspace, plan.name, paths)
    made = Issue(plan.name, plan.kind, plan.period.code, plan.lang, files, plan.is_complete, now)
    return [made] if record(engine, made) else []
