"""A context as a flat list of blocks in reading order: what the three templates walk through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from reports.context import Chart, Claim, Paragraph, ReportContext, Section, Table
from weisu.texts import text

CHINESE = "一二三四五六七八九十"


@dataclass(frozen=True)
class Block:
    """One block: `kind` is heading, paragraph, chart, table, signature, annex (its first line) or part (a heading inside the annex)."""

    kind: str
    text: str = ""
    lead: str = ""
    is_run_in: bool = False  # of a paragraph: its lead is the heading of its section
    name: str = ""
    title: str = ""
    caption: str = ""
    alt: str = ""
    columns: tuple[str, ...] = ()
    numeric: tuple[bool, ...] = ()
    widths: tuple[float, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()

    def plain(self) -> dict[str, Any]:
        """The block for a template."""
        return asdict(self)


def blocks(context: ReportContext) -> list[Block]:
    """All blocks of the sections, the signature, then the annex."""
    found = [
        b
        for i, s in enumerate(context.sections)
        for b in _section(context.lang, s, heading(context.lang, i, s.heading))
    ]
    found.append(Block("signature", "\n".join(claim.sentence for claim in context.signature)))
    if context.annex:
        found.append(Block("annex", text("report.heading.annex.word", context.lang)))
    for i, section in enumerate(context.annex):
        found += _section(context.lang, section, heading(context.lang, i, section.heading))
    return found


def notices(context: ReportContext) -> list[str]:
    """The notices of the first page, a paragraph each; one paragraph where the whole report is one page."""
    said = [claim.sentence for claim in context.notices]
    is_page = any(section.is_run_in for section in context.sections)
    return [("" if context.lang == "zh" else " ").join(said)] if said and is_page else said


def heading(lang: str, index: int, words: str) -> str:
    """`一、三句话结论` / `1. In three sentences`."""
    return f"{_chinese(index)}、{words}" if lang == "zh" else f"{index + 1}. {words}"


def lead(lang: str, index: int, claim: Claim) -> str:
    """`（一）噪声扰民。` / `Noise.`"""
    return f"（{_chinese(index)}）{claim.sentence}" if lang == "zh" else claim.sentence


def _chinese(index: int) -> str:
    """`一` for 0, `十一` for 10."""
    return CHINESE[index] if index < len(CHINESE) else f"十{CHINESE[index - len(CHINESE)]}"


def _section(lang: str, section: Section, title: str) -> Iterator[Block]:
    paragraphs, led = section.paragraphs, 0
    if section.is_run_in and paragraphs:
        yield Block("paragraph", _words(lang, paragraphs[0]), lead=title + text("report.stop", lang), is_run_in=True)
        paragraphs = paragraphs[1:]
    else:
        yield Block("heading", title)
    for paragraph in paragraphs:
        opening = lead(lang, led, paragraph.lead) if paragraph.lead else ""
        led += 1 if paragraph.lead else 0
        yield Block("paragraph", _words(lang, paragraph), lead=opening)
    yield from (_chart(chart) for chart in section.charts)
    yield from (_table(section.code, i, table) for i, table in enumerate(section.tables))


def _words(lang: str, paragraph: Paragraph) -> str:
    return ("" if lang == "zh" else " ").join(claim.sentence for claim in paragraph.claims)


def _chart(chart: Chart) -> Block:
    return Block(
        "chart", name=chart.name, title=chart.title.sentence, caption=chart.caption.sentence, alt=chart.alt.sentence
    )


def _table(code: str, index: int, table: Table) -> Block:
    cells = tuple(tuple(figure.text for figure in row) for row in table.rows)
    return Block(
        "table",
        name=f"{code}{index}",
        title=table.title,
        columns=table.columns,
        numeric=table.numeric,
        widths=table.widths,
        cells=cells,
    )
