"""The Word form: docxtpl fills the template that users may edit, python-docx sets tables and alternative texts."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reports.context import ReportContext
from reports.renderers.blocks import Block, blocks, notices
from reports.renderers.layout import TEXT_WIDTH_MM
from reports.renderers.pictures import Picture

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
MARKER = "⟦table {name}⟧"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TWIPS_PER_MM = 1440 / 25.4
_LINE = '<w:{side} w:val="single" w:sz="{eighths}" w:space="0" w:color="{colour}"/>'
BORDERS = (
    f"<w:tblBorders>{_LINE.format(side='top', eighths=8, colour='000000')}{_LINE.format(side='bottom', eighths=8, colour='000000')}"
    f"{_LINE.format(side='insideH', eighths=4, colour='666666')}</w:tblBorders>"
)
CELL_MARGINS = '<w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>'


def write(context: ReportContext, pictures: dict[str, Picture], path: Path, template: Path | None = None) -> Path:
    """Fill the template of the report's kind and language (or the one given) and save it."""
    from docx.shared import Mm
    from docxtpl import DocxTemplate, InlineImage

    form = DocxTemplate(str(template or TEMPLATES / f"{context.kind}.{context.lang}.docx"))
    found = blocks(context)
    filled = [
        block.plain()
        | _extras(block, pictures, lambda png: InlineImage(form, io.BytesIO(png), width=Mm(TEXT_WIDTH_MM - 2)))
        for block in found
    ]
    lines = {"notices": notices(context)}
    words = {
        "title": context.title.sentence,
        "subtitle": context.subtitle.sentence,
        "draft": context.draft,
        "lang": context.lang,
    }
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
    from docx.oxml import parse_xml

    marker = next(p for p in document.paragraphs if p.text == MARKER.format(name=block.name))
    marker._p.addprevious(parse_xml(_table_xml(block)))
    marker.text = ""


def _table_xml(block: Block) -> str:
    widths = [round(TEXT_WIDTH_MM * share * TWIPS_PER_MM) for share in block.widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = "".join(
        _row_xml(block, row, widths, is_header=i == 0) for i, row in enumerate((block.columns, *block.cells))
    )
    layout = f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/>{BORDERS}<w:tblLayout w:type="fixed"/>{CELL_MARGINS}<w:tblCaption w:val="{_quoted(block.title)}"/>'
    return f'<w:tbl xmlns:w="{WORD}"><w:tblPr>{layout}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'


def _row_xml(block: Block, row: tuple[str, ...], widths: list[int], *, is_header: bool) -> str:
    bold, header = ("<w:rPr><w:b/></w:rPr>", "<w:tblHeader/>") if is_header else ("", "")
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="Cell"/><w:jc w:val="{"right" if is_number else "left"}"/></w:pPr>'
        f'<w:r>{bold}<w:t xml:space="preserve">{escape(words)}</w:t></w:r></w:p></w:tc>'
        for words, width, is_number in zip(row, widths, block.numeric, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{cells}</w:tr>"


def _quoted(words: str) -> str:
    return escape(words, {'"': "&quot;"})


def _describe(document: Any, context: ReportContext, charts: list[Block]) -> None:
    from docx.oxml.ns import qn

    drawn = list(document.element.body.iter(qn("wp:docPr")))
    for shape, chart in zip(drawn, charts, strict=True):
        shape.set("descr", chart.alt)
        shape.set("title", chart.title)
    document.core_properties.title = context.title.sentence
    document.core_properties.author = context.city
    document.core_properties.language = "zh-CN" if context.lang == "zh" else "en-GB"
