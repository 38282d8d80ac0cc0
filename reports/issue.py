"""From a workspace and a period to files: which day the report knows, which publication knows exactly that, then make and render."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from reports import annual, monthly, special, weekly
from reports.errors import ReportError
from reports.marts import open_marts
from reports.periods import Period, month_of, week_of
from reports.queries.completeness import Completeness, completeness
from reports.renderers import FORMATS, render
from weisu.publishing import Publication, current
from weisu.settings import Workspace

MAKERS = {"monthly": monthly.make, "weekly": weekly.make}
PERIODS = {"monthly": month_of, "weekly": week_of}
LANGUAGES = ("zh", "en")


def write(workspace: Workspace, kind: str, code: str, *, publication_as_of: Callable[[dt.date], Publication], lang: str = "zh",
          formats: Sequence[str] = FORMATS, out_dir: Path | None = None, today: dt.date | None = None) -> list[Path]:  # fmt: skip
    """Write one report as known at the end of its period, or as of the current publication when that is earlier.

    Args:
        kind: "monthly" (`code` = 2015-03) or "weekly" (`code` = 2015-W13).
        publication_as_of: gives the publication of exactly one day; the caller decides how it comes about.
        out_dir: default `var/reports` of the workspace.
        today: the city's day; default the day the publication was made.  Page one says whether the period is over.

    Raises:
        ReportError: not a period, not a language, or the period begins after the data end.
        WarehouseError: nothing published.
    """
    _check_language(lang)
    cut_on = cut_off(PERIODS[kind](code), current(workspace).as_of_on)
    publication = publication_as_of(cut_on)
    return render(MAKERS[kind](publication.path, code, lang, today), formats, out_dir or workspace.reports)


def completeness_of(publication: Path, kind: str, code: str) -> Completeness:
    """How much of a period a publication holds; `kind` and `code` as in `write`.

    Raises:
        ReportError: not a period, or not a publication.
    """
    with open_marts(publication) as marts:
        return completeness(marts, PERIODS[kind](code, marts.facts.as_of_on))


def write_annual(
    workspace: Workspace, year: int, *, lang: str = "zh", formats: Sequence[str] = FORMATS, out_dir: Path | None = None
) -> list[Path]:
    """Write the report of a year as the current publication knows it; releases its open data where they were not.

    The writer's lock must be held: what is told is recorded, so that no later report tells more by differing.

    Raises:
        ReportError: not a language.
        OpenDataError: the year is not over, or nothing of it can be told.
        WarehouseError: nothing published.
    """
    _check_language(lang)
    book = annual.read_yearbook(workspace, year)
    return render(annual.make(current(workspace).path, book, lang), formats, out_dir or workspace.reports)


def write_note(
    workspace: Workspace,
    alert_id: str,
    *,
    lang: str = "zh",
    formats: Sequence[str] = FORMATS,
    out_dir: Path | None = None,
) -> list[Path]:
    """Write the special note on one alert of the current publication.

    Raises:
        ReportError: not a language, no such alert, or one that was set aside.
        WarehouseError: nothing published.
    """
    _check_language(lang)
    return render(special.make(current(workspace).path, alert_id, lang), formats, out_dir or workspace.reports)


def _check_language(lang: str) -> None:
    if lang not in LANGUAGES:
        raise ReportError(f"unknown language {lang!r}", where="--lang", todo="choose zh or en")


def cut_off(period: Period, known_on: dt.date) -> dt.date:
    """The day the report knows: the period's end, or `known_on` when the data end earlier.

    Raises:
        ReportError: the period begins after `known_on`.
    """
    if period.start_on > known_on:
        raise ReportError(
            f"{period.code} begins after the data end ({known_on})",
            todo="choose an earlier period, or load newer exports and run: weisu build",
        )
    return min(period.end_on, known_on)
