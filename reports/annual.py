"""The annual report: a year by month, category and district, told by the counts of its open data alone."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from reports import frontmatter
from reports.context import Paragraph, ReportContext, Section
from reports.marts import open_marts
from reports.material import Material
from reports.open_data.releases import OpenDataError, make_edition
from reports.periods import year_of
from reports.sections import year as parts
from reports.sections.annex import versions
from reports.wording import FEWEST, Wording
from reports.yearbook import Yearbook
from weisu.numbers import MIN_BASE
from weisu.settings import Workspace

SECTIONS = (parts.conclusion, parts.months, parts.categories, parts.districts, parts.handled)


def read_yearbook(workspace: Workspace, year: int) -> Yearbook:
    """The released counts of a year and of the one before, released now where they were not; the writer's lock must be held.

    Raises:
        OpenDataError: the year is not over, or nothing of it can be released.
        WarehouseError: nothing published.
    """
    edition = make_edition(workspace, year)
    try:
        return Yearbook(edition, make_edition(workspace, year - 1))
    except OpenDataError:
        return Yearbook(edition, None)


def make(publication: Path, book: Yearbook, lang: str) -> ReportContext:
    """The context of a year.

    Args:
        publication: the one that the yearbook was read from.
        lang: "zh" or "en".

    Raises:
        ReportError: not a publication.
    """
    with open_marts(publication) as marts:
        material = Material(marts, year_of(str(book.year), marts.facts.as_of_on), Wording(lang))
        sections = [partial(section, book=book) for section in SECTIONS]
        about = (_definitions(material), versions(material))
        return frontmatter.assemble(material, frontmatter.annual(material), sections, about=about)


def _definitions(m: Material) -> Section:
    w = m.words
    claims = (
        w.claim("definition.demand"),
        w.claim("definition.year"),
        w.claim("definition.year_withheld", words=w.withheld(), few=w.exact(FEWEST)),
        w.claim("definition.year_change", base=w.exact(MIN_BASE, "weisu.numbers")),
    )
    return Section(
        "definitions", w.say("heading.annex.definitions"), tuple(Paragraph((w.sentence(c),)) for c in claims)
    )
