"""The monthly report for the standing committee: nine parts on one page, and an annex that tells more of each (DOMAIN.md §4)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from reports import frontmatter
from reports.context import ReportContext
from reports.marts import open_marts
from reports.material import Material
from reports.page import fit
from reports.periods import month_of
from reports.sections import brief
from reports.sections.annex import about
from reports.sections.areas import areas
from reports.sections.decisions import proposals
from reports.sections.loop import loop
from reports.sections.outlook import outlook, silence
from reports.sections.resolved import resolved
from reports.sections.rising import rising
from reports.sections.situation import situation
from reports.wording import Wording

ANNEX = (resolved, situation, rising, areas, loop, outlook, silence, proposals)


def make(publication: Path, month: str, lang: str, today: dt.date | None = None) -> ReportContext:
    """The context of one month, with what the publication knew on its as-of day.

    Args:
        month: `2015-03`.
        lang: "zh" or "en".
        today: the city's day; default the day the publication was made.

    Raises:
        ReportError: not a month, not a publication, or the month begins after the as-of day.
    """
    with open_marts(publication) as marts:
        material = Material(marts, month_of(month, marts.facts.as_of_on), Wording(lang), today)
        front = frontmatter.monthly(material)
        return fit(frontmatter.assemble(material, front, brief.SECTIONS, ANNEX, about(material)))
