"""The one page of the monthly report: how many lines its sentences take, and which of them it holds."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import replace
from itertools import pairwise

from reports.context import Claim, Paragraph, ReportContext, Section
from reports.renderers.layout import LAYOUTS, MARGINS_MM, TEXT_WIDTH_MM, Layout

POINTS_PER_MM = 72 / 25.4
PAGE_POINTS = (297 - MARGINS_MM["top"] - MARGINS_MM["bottom"]) * POINTS_PER_MM
NOTICE_LINE, TITLE_EXTRA, SPARE = 9, 11, 12  # points: over the size of a notice and of the title, kept free
INDENT, SCRIPT_GAP = 2.0, 0.25  # ems: of the first line; between Chinese and Latin signs
RAGGED = {"zh": 0.7, "en": 2.8}  # ems lost at the end of a line
RAGGED_WORDS = 2.2  # in Chinese with Latin words


def fit(context: ReportContext) -> ReportContext:
    """Keep the first sentence of each part, then the rest of the conclusion, then the most important ones for which the page has room."""
    sections, limit = [_with(s, s.paragraphs[0].claims[:1]) for s in context.sections], room(context)
    rest = [(i, c) for i, s in enumerate(context.sections) for c in s.paragraphs[0].claims[1:]]
    for i, claim in sorted(rest, key=lambda one: (one[0] > 0, -one[1].importance)):
        kept = sections[i].paragraphs[0].claims
        longer = [c for c in context.sections[i].paragraphs[0].claims if c is claim or c in kept]
        tried = [*sections[:i], _with(sections[i], tuple(longer)), *sections[i + 1 :]]
        if lines(replace(context, sections=tuple(tried))) <= limit:
            sections = tried
    return replace(context, sections=tuple(sections))


def overflow(context: ReportContext) -> int:
    """Lines by which an edited report is longer than its one page; 0 where it fits, or is no page."""
    if not any(section.is_run_in for section in context.sections):
        return 0
    return max(0, lines(context) - room(context))


def room(context: ReportContext) -> int:
    """Lines of body text that fit under title and notices and above the signature."""
    layout = _layout(context)
    title = _lines_of(context.title.sentence, layout.lang, layout.title) * (layout.title + TITLE_EXTRA)
    notices = _height_of_notices(context, layout)
    signed = _lines_of(" ".join(c.sentence for c in context.signature), layout.lang, layout.body)
    gaps = layout.gap * len(context.sections)
    left = PAGE_POINTS - title - notices - (1 + signed) * layout.line - gaps - SPARE
    return math.floor(left / layout.line)


def lines(context: ReportContext) -> int:
    """Lines that the sections take, each one paragraph with its heading run in."""
    lang, size = context.lang, _layout(context).body
    return sum(_lines_of(_words(lang, section), lang, size, INDENT) for section in context.sections)


def _height_of_notices(context: ReportContext, layout: Layout) -> float:
    words = " ".join(c.sentence for c in context.notices)
    return _lines_of(words, layout.lang, layout.note + 1) * (layout.note + NOTICE_LINE) if words else 0.0


def _layout(context: ReportContext) -> Layout:
    return LAYOUTS[f"{context.kind}.{context.lang}"]


def _with(section: Section, claims: tuple[Claim, ...]) -> Section:
    return replace(section, paragraphs=(Paragraph(claims),))


def _words(lang: str, section: Section) -> str:
    gap = "" if lang == "zh" else " "
    return gap.join([f"一、{section.heading}。", *(c.sentence for p in section.paragraphs for c in p.claims)])


def _lines_of(words: str, lang: str, size: float, indent: float = 0.0) -> int:
    width = TEXT_WIDTH_MM * POINTS_PER_MM / size
    has_words = any(len(word) > 4 and word.isascii() for word in words.split())
    ragged = max(RAGGED[lang], RAGGED_WORDS if has_words else 0.0)
    changes = sum(_is_wide(a) != _is_wide(b) for a, b in pairwise(words) if a.isalnum() and b.isalnum())
    return math.ceil((indent + sum(map(_ems, words)) + SCRIPT_GAP * changes) / (width - ragged))


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WFA"


def _ems(sign: str) -> float:
    """About the width of a character in a serif face."""
    if _is_wide(sign):
        return 1.0
    if sign.isupper():
        return 0.68
    return 0.5 if sign.isdigit() or sign in "+–" else 0.28 if sign in " .,;:!'il|()-" else 0.48
