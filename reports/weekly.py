"""民情摘报, the weekly digest: five parts on at most two pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from reports import frontmatter
from reports.context import ReportContext
from reports.marts import open_marts
from reports.material import Material
from reports.periods import week_of
from reports.sections.digest import budding, follow_up_week, overview, routine, typical
from reports.shorten import length, shorten
from reports.wording import Wording

SECTIONS = (overview, typical, budding, follow_up_week, routine)
LONGEST = {"zh": 1000, "en": 3300}  # characters that fit two pages
CHART_ROOM = {"zh": 600, "en": 2200}  # a chart joins the overview when the text is at most this long


def make(publication: Path, week: str, lang: str, today: dt.date | None = None) -> ReportContext:
    """The context of one ISO week, with what the publication knew on its as-of day.

    Args:
        week: `2015-W13`.
        lang: "zh" or "en".
        today: the city's day; default the day the publication was made.

    Raises:
        ReportError: not an ISO week, not a publication, or the week begins after the as-of day.
    """
    with open_marts(publication) as marts:
        material = Material(marts, week_of(week, marts.facts.as_of_on), Wording(lang), today)
        return _fitted(frontmatter.assemble(material, frontmatter.weekly(material), SECTIONS))


def _fitted(context: ReportContext) -> ReportContext:
    """Within two pages: the chart goes first, then the least important claims."""
    if length(context) > CHART_ROOM[context.lang]:
        context = replace(context, sections=tuple(replace(section, charts=()) for section in context.sections))
    return shorten(context, LONGEST[context.lang])
