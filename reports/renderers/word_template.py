"""Makes the shipped .docx templates (`python -m reports.renderers.word_template`): the layout of GB/T 9704-2012, which a user then edits in Word or WPS.

Every style carries its own East Asian font; theme fonts are taken out, else Word falls back to MS Mincho.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from reports.renderers.layout import LAYOUTS, MARGINS_MM, Layout

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
FANG, KAI, HEI, SONG, TITLE_SONG, LATIN = (
    "仿宋_GB2312",
    "楷体_GB2312",
    "黑体",
    "宋体",
    "方正小标宋简体",
    "Times New Roman",
)
FOOTER_MM = 23  # the page number stands 7 mm under the type area
OFF_GRID = (
    "Title",
    "Subtitle",
    "Notice",
    "Chart Title",
    "Chart",
    "Chart Note",
    "Cell",
)  # not of the size of the body: not snapped to its lines
ORDER = (
    "{%p for block in blocks %}",
    "{%p if block.kind == 'annex' %}", ("Annex", "{{ block.text }}"), "{%p endif %}",
    "{%p if block.kind == 'signature' %}", ("Signature", "{{ block.text }}"), "{%p endif %}",
    "{%p if block.kind == 'heading' %}", ("Heading 1", "{{ block.text }}"), "{%p endif %}",
    "{%p if block.kind == 'paragraph' %}", ("Normal", None), "{%p endif %}",
    "{%p if block.kind == 'chart' %}", ("Chart Title", "{{ block.title }}"), ("Chart", "{{ block.picture }}"), ("Chart Note", "{{ block.caption }}"), "{%p endif %}",
    "{%p if block.kind == 'table' %}", ("Chart Title", "{{ block.title }}"), ("Chart Note", "{{ block.marker }}"), "{%p endif %}",
    "{%p endfor %}",
)  # fmt: skip


def write_templates(folder: Path = TEMPLATES) -> list[Path]:
    """Write all templates; existing ones are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, layout in LAYOUTS.items():
        path = folder / f"{name}.docx"
        build(layout).save(str(path))
        paths.append(path)
    return paths


def build(layout: Layout) -> Any:
    """One template as a python-docx document."""
    document = Document()
    _page(document, layout)
    _styles(document, layout)
    for name, words in (("Title", "{{ title }}"), ("Subtitle", "{{ subtitle }}")):
        document.add_paragraph(words, style=name)
    _loop(document, "{%p for notice in notices %}", "Notice", "{{ notice }}")
    for part in ORDER:
        _add(document, part)
    return document


def _loop(document: Any, opening: str, style: str, words: str) -> None:
    document.add_paragraph(opening)
    document.add_paragraph(words, style=style)
    document.add_paragraph("{%p endfor %}")


def _add(document: Any, part: str | tuple[str, str | None]) -> None:
    if isinstance(part, str):
        document.add_paragraph(part)
    elif part[1] is not None:
        document.add_paragraph(part[1], style=part[0])
    else:
        paragraph = document.add_paragraph(style=part[0])
        paragraph.add_run("{% if block.is_run_in %}{{ block.lead }}{% endif %}", style="Lead Heading")
        paragraph.add_run(
            "{% if not block.is_run_in %}{{ block.lead }}{% endif %}{% if block.lead and lang == 'en' %} {% endif %}",
            style="Lead",
        )
        paragraph.add_run("{{ block.text }}")


def _page(document: Any, layout: Layout) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, size in MARGINS_MM.items():
        setattr(section, f"{side}_margin", Mm(size))
    section.header_distance, section.footer_distance = Mm(20), Mm(FOOTER_MM)
    _line_grid(section, layout)
    document.settings.odd_and_even_pages_header_footer = True
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        _styled(header.paragraphs[0], "{{ draft }}", "Draft", WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)


def _line_grid(section: Any, layout: Layout) -> None:
    """22 lines a page for Chinese (`lines`: `linesAndChars` would spread every character in LibreOffice); none for English."""
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.attrib.clear()
    if layout.lang == "zh":
        grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(layout.line * 20)))


def _page_number(footer: Any, side: Any) -> None:
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    _styled(paragraph, "— ", "Page Number Line", side)
    for kind, words in (("begin", None), (None, "PAGE"), ("end", None)):
        run = paragraph.add_run()
        node = OxmlElement("w:fldChar" if kind else "w:instrText")
        node.set(qn("w:fldCharType"), kind) if kind else setattr(node, "text", words)
        run._r.append(node)
    paragraph.add_run(" —")
    indent = OxmlElement("w:ind")
    indent.set(qn("w:rightChars" if side == WD_ALIGN_PARAGRAPH.RIGHT else "w:leftChars"), "100")
    paragraph._p.get_or_add_pPr().append(indent)


def _styled(paragraph: Any, words: str, style: str, side: Any) -> None:
    styles = paragraph.part.styles if hasattr(paragraph.part, "styles") else None
    name = style if styles is None or style in [s.name for s in styles] else None
    paragraph.add_run(words)
    paragraph.alignment = side
    paragraph._p.get_or_add_pPr().get_or_add_pStyle().val = name.replace(" ", "") if name else style.replace(" ", "")


def _styles(document: Any, layout: Layout) -> None:
    zh = layout.lang == "zh"
    _drop_theme_fonts(document)
    body = _style(document, "Normal", FANG, layout.body, layout.line)
    body.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    _indent(body, layout.indent)
    body.paragraph_format.space_after = Pt(layout.gap)
    _style(document, "Title", TITLE_SONG, layout.title, layout.title + 11, bold=not zh, centred=zh)
    _style(document, "Subtitle", KAI, layout.body, layout.line, centred=zh)
    _style(
        document,
        "Heading 1",
        HEI,
        layout.body if zh else layout.body + 2,
        layout.line,
        bold=not zh,
        keep=True,
        indent=layout.indent,
        before=0 if zh else 6,
    )
    _style(document, "Notice", FANG, layout.note + 1, layout.note + 7, grey=True, after=2)
    _style(document, "Annex", HEI, layout.body, layout.line, bold=not zh, new_page=True)
    _style(document, "Chart Title", HEI, layout.note, layout.note + 6, bold=not zh, keep=True, before=6)
    _style(document, "Chart", FANG, layout.body, None, keep=True)
    _style(document, "Chart Note", FANG, layout.note - 1.5, layout.note + 4, grey=True, after=6)
    _style(document, "Cell", FANG, layout.note - 1, layout.note + 3)
    _style(document, "Signature", FANG, layout.body, layout.line, right=zh)
    _style(document, "Draft", KAI, layout.note, layout.note + 4)
    _style(document, "Page Number Line", SONG, 14, None)
    for name, font in (("Lead", KAI), ("Lead Heading", HEI)):
        run = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        _fonts(run, font)
        run.font.bold = None if zh else True
    if zh:
        for fonts in document.styles.element.iter(qn("w:rFonts")):
            fonts.set(qn("w:hint"), "eastAsia")  # “ ” and … take the width of a character


def _style(document: Any, name: str, font: str, size: float, line: float | None, *, bold: bool = False, centred: bool = False, right: bool = False,
           keep: bool = False, grey: bool = False, new_page: bool = False, indent: int = 0, before: float = 0, after: float = 0) -> Any:  # fmt: skip
    known = [style.name for style in document.styles]
    style = document.styles[name] if name in known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    _fonts(style, font)
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = RGBColor(0x44, 0x44, 0x44) if grey else RGBColor(0, 0, 0)
    form = style.paragraph_format
    form.space_before, form.space_after, form.keep_with_next, form.page_break_before = (
        Pt(before),
        Pt(after),
        keep,
        new_page,
    )
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY if line else WD_LINE_SPACING.SINGLE
    if line:
        form.line_spacing = Pt(line)
    form.alignment = (
        WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    )
    for border in style.element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    _indent(style, indent)
    if name in OFF_GRID:
        off = OxmlElement("w:snapToGrid")
        off.set(qn("w:val"), "0")
        style.element.get_or_add_pPr().insert_element_before(off, "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
    return style


def _fonts(style: Any, font: str) -> None:
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for script, name in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", font), ("cs", LATIN)):
        fonts.set(qn(f"w:{script}"), name)
    properties.insert(0, fonts)


def _indent(style: Any, hundredths: int) -> None:
    properties = style.element.get_or_add_pPr()
    for old in properties.findall(qn("w:ind")):
        properties.remove(old)
    style.paragraph_format.first_line_indent = (
        Pt(0) if not hundredths else Pt((style.font.size.pt if style.font.size else 16) * hundredths / 100)
    )
    properties.find(qn("w:ind")).set(qn("w:firstLineChars"), str(hundredths))


def _drop_theme_fonts(document: Any) -> None:
    for fonts in document.styles.element.iter(qn("w:rFonts")):
        for name in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[name]
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


if __name__ == "__main__":
    write_templates()
