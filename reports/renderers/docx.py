"""The Word form: docxtpl fills the template that users may edit, python-docx sets tables and alternative texts."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from reports.context import ReportContext
from reports.renderers.blocks import Block, blocks
from reports.renderers.layout import TEXT_WIDTH_MM
from reports.renderers.pictures import Picture

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
MARKER = "⟦table {name}⟧"
HAIRLINE, RULE = 4, 8  # eighths of a point


def write(context: ReportContext, pictures: dict[str, Picture], path: Path, template: Path | None = None) -> Path:
    """Fill the template of the report's kind and language (or the one given) and save it."""
    from docx.shared import Mm
    from docxtpl import DocxTemplate, InlineImage

    form = DocxTemplate(str(template or TEMPLATES / f"{context.kind}.{context.lang}.docx"))
    found = blocks(context)
    filled = [block.plain() | _extras(block, pictures, lambda png: InlineImage(form, io.BytesIO(png), width=Mm(TEXT_WIDTH_MM - 2))) for block in found]
    lines = {"notices": [c.sentence for c in context.notices]}
    words = {"title": context.title.sentence, "subtitle": context.subtitle.sentence, "draft": context.draft}
    form.render(words | lines | {"blocks": filled}, autoescape=True)
    document = form.docx
    for block in found:
        if block.kind == "table":
            _place_table(document, block)
    _describe(document, context, [block for block in found if block.kind == "chart"])
    document.save(str(path))
    return path


def _extras(block: Block, pictures: dict[str, Picture], image: Any) -> dict[str, Any]:
    if block.kind == "chart":
        return {"picture": image(pictures[block.name].png)}
    return {"marker": MARKER.format(name=block.name)} if block.kind == "table" else {}


def _place_table(document: Any, block: Block) -> None:
    marker = next(p for p in document.paragraphs if p.text == MARKER.format(name=block.name))
    table = document.add_table(rows=0, cols=len(block.columns))
    table.autofit = False
    for number, row in enumerate((block.columns, *block.cells)):
        _fill_row(table, block, row, is_header=number == 0)
    _rules(table)
    marker._p.addprevious(table._tbl)
    marker.text = ""


def _fill_row(table: Any, block: Block, row: tuple[str, ...], *, is_header: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    made = table.add_row()
    properties = made._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if is_header:
        properties.append(OxmlElement("w:tblHeader"))
    for cell, words, share, is_number in zip(made.cells, row, block.widths, block.numeric, strict=True):
        cell.width = Mm(TEXT_WIDTH_MM * share)
        paragraph = cell.paragraphs[0]
        paragraph.style = "Cell"
        paragraph.add_run(words).bold = is_header or None
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if is_number else WD_ALIGN_PARAGRAPH.LEFT


def _rules(table: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side, size in (("top", RULE), ("bottom", RULE), ("insideH", HAIRLINE)):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", str(size)), ("space", "0"), ("color", "666666" if side == "insideH" else "000000")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _describe(document: Any, context: ReportContext, charts: list[Block]) -> None:
    from docx.oxml.ns import qn

    drawn = list(document.element.body.iter(qn("wp:docPr")))
    for shape, chart in zip(drawn, charts, strict=True):
        shape.set("descr", chart.alt)
        shape.set("title", chart.title)
    document.core_properties.title = context.title.sentence
    document.core_properties.author = context.city
    document.core_properties.language = "zh-CN" if context.lang == "zh" else "en-GB"
