"""民情摘报, the weekly digest: five parts on at most two pages."""

from __future__ import annotations

from pathlib import Path

from reports.context import ReportContext
from reports.frontmatter import assemble
from reports.marts import open_marts
from reports.material import Material
from reports.periods import week_of
from reports.sections.digest import budding, follow_up_week, overview, routine, typical
from reports.shorten import shorten
from reports.wording import Wording

SECTIONS = (overview, typical, budding, follow_up_week, routine)
LONGEST = {"zh": 1000, "en": 3300}  # characters that fit two pages


def make(publication: Path, week: str, lang: str) -> ReportContext:
    """The context of one ISO week, with what the publication knew on its as-of day.

    Args:
        week: `2015-W13`.
        lang: "zh" or "en".

    Raises:
        ReportError: not an ISO week, not a publication, or the week begins after the as-of day.
    """
    with open_marts(publication) as marts:
        material = Material(marts, week_of(week, marts.facts.as_of_on), Wording(lang))
        return shorten(assemble(material, "weekly", SECTIONS, ()), LONGEST[lang])
