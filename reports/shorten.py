"""Keep a report within its length: the least important claims go first, a fact never without its whole paragraph's figures."""

from __future__ import annotations

from dataclasses import replace

from reports.context import Claim, ReportContext, Section


def shorten(context: ReportContext, longest: int) -> ReportContext:
    """Drop whole claims, least important first, until the sections hold at most `longest` characters; each section keeps one claim."""
    while length(context) > longest:
        claim = _least(context)
        if claim is None:
            return context
        context = replace(context, sections=tuple(_without(section, claim) for section in context.sections))
    return context


def length(context: ReportContext) -> int:
    """Characters of all headings and sentences of the sections."""
    return sum(
        len(s.heading) + sum(len(p.lead.sentence) if p.lead else 0 for p in s.paragraphs) + _said(s)
        for s in context.sections
    )


def _said(section: Section) -> int:
    return sum(len(c.sentence) for p in section.paragraphs for c in p.claims)


def _least(context: ReportContext) -> Claim | None:
    spare = [c for s in context.sections for c in _droppable(s)]
    return min(spare, key=lambda c: c.importance, default=None)


def _droppable(section: Section) -> list[Claim]:
    claims = [c for p in section.paragraphs for c in p.claims]
    return claims if len(claims) > 1 else []


def _without(section: Section, claim: Claim) -> Section:
    left = (replace(p, claims=tuple(c for c in p.claims if c is not claim)) for p in section.paragraphs)
    return replace(section, paragraphs=tuple(p for p in left if p.claims))
