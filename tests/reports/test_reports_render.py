"""The three forms: same numbers, the layout of GB/T 9704-2012, both languages, safe text."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import duckdb
import pypdf
import pytest
from docx.oxml.ns import qn

from reports import monthly, render, weekly, write
from reports.context import ReportContext
from reports.errors import ReportError
from reports.renderers import word_template
from reports.renderers.blocks import blocks
from tests.fixtures_publication import AS_OF, make_publication, make_workspace
from weisu.publishing import current

NUMBER = re.compile(r"\d[\d,.]*")


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_publication(tmp_path_factory.mktemp("render") / "full.duckdb")


@pytest.fixture(scope="module", params=["monthly-zh", "monthly-en", "weekly-zh", "weekly-en"])
def rendered(
    request: pytest.FixtureRequest, publication: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[ReportContext, dict[str, Path]]:
    kind, lang = request.param.split("-")
    context = (
        monthly.make(publication, "2026-03", lang) if kind == "monthly" else weekly.make(publication, "2026-W13", lang)
    )
    paths = render(context, ("docx", "pdf", "html"), tmp_path_factory.mktemp("out"))
    return context, {path.suffix[1:]: path for path in paths}


def tokens(words: str) -> set[str]:
    return {token.rstrip(".,") for token in NUMBER.findall(words)}


def known_numbers(context: ReportContext) -> set[str]:
    claims = context.claims()
    words = (
        [f.text for c in claims for f in c.figures]
        + [label for c in claims for label in c.labels.values()]
        + [context.city]
    )
    tables = [t for s in context.sections + context.annex for t in s.tables]
    words += [f.text for t in tables for row in t.rows for f in row]
    headings = [b.text for b in blocks(context) if b.kind == "heading"]
    return set().union(*(tokens(w) for w in words + headings))


def test_every_number_in_the_docx_is_a_number_of_a_claim(rendered: tuple[ReportContext, dict[str, Path]]) -> None:
    context, paths = rendered
    document = docx.Document(str(paths["docx"]))
    words = [p.text for p in document.paragraphs] + [
        c.text for t in document.tables for row in t.rows for c in row.cells
    ]
    found = set().union(*(tokens(w) for w in words))
    assert found
    assert found <= known_numbers(context)


def test_every_number_in_the_pdf_is_a_number_of_a_claim(rendered: tuple[ReportContext, dict[str, Path]]) -> None:
    context, paths = rendered
    pages = pypdf.PdfReader(str(paths["pdf"])).pages
    known = known_numbers(context) | {str(n + 1) for n in range(len(pages))}
    chart_words = set().union(*(tokens(words) for words in _chart_words(context)), set())
    words = "".join(page.extract_text().replace("\n", "") for page in pages)
    assert tokens(words)
    assert {t for t in tokens(words) if not _is_known(t, known | chart_words)} == set()


def _chart_words(context: ReportContext) -> list[str]:
    from reports.renderers.pictures import draw_all

    return [re.sub(r"<[^>]+>", " ", picture.svg) for picture in draw_all(context, png=False).values()]


def _is_known(token: str, known: set[str]) -> bool:
    """A token of the PDF's text; neighbouring table cells may run together, so it may be several known numbers."""
    if token in known or not token:
        return True
    return any(token.startswith(n) and _is_known(token[len(n) :].lstrip(".,"), known) for n in known if n)


def test_forms_say_the_same_sentences(rendered: tuple[ReportContext, dict[str, Path]]) -> None:
    context, paths = rendered
    document = docx.Document(str(paths["docx"]))
    words = re.sub(r"\s", "", "".join(p.text for p in document.paragraphs))
    page = re.sub(r"\s|<[^>]+>", "", paths["html"].read_text(encoding="utf-8"))
    for section in context.sections + context.annex:
        for paragraph in section.paragraphs:
            for claim in paragraph.claims:
                plain = re.sub(r"\s", "", claim.sentence)
                assert plain in words
                assert plain in page


def test_pdf_is_archival_accessible_and_has_no_stranger_fonts(rendered: tuple[ReportContext, dict[str, Path]]) -> None:
    context, paths = rendered
    reader = pypdf.PdfReader(str(paths["pdf"]))
    metadata = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfaid:part\W+2", metadata)
    assert re.search(r"pdfuaid:part\W+1", metadata)
    assert reader.metadata.title == context.title.sentence
    fonts = {str(f.get_object()["/BaseFont"]) for page in reader.pages for f in page["/Resources"]["/Font"].values()}
    assert all(re.search(r"Fandol|WenQuanYi|MicroHei|Libertinus", font) for font in fonts), fonts


def test_weekly_fits_two_pages(rendered: tuple[ReportContext, dict[str, Path]]) -> None:
    context, paths = rendered
    if context.kind == "weekly":
        assert len(pypdf.PdfReader(str(paths["pdf"])).pages) <= 2


def test_docx_has_the_page_of_gbt_9704(rendered: tuple[ReportContext, dict[str, Path]]) -> None:
    context, paths = rendered
    section = docx.Document(str(paths["docx"])).sections[0]
    assert [round(getattr(section, f"{side}_margin").mm) for side in ("top", "bottom", "left", "right")] == [
        37,
        35,
        28,
        26,
    ]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    grid = section._sectPr.find(qn("w:docGrid"))
    wanted = {"monthly-zh": ("lines", "579"), "weekly-zh": ("lines", "480")}.get(f"{context.kind}-{context.lang}")
    assert wanted is None or (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == wanted


def test_docx_page_number_is_a_field_odd_right_even_left(rendered: tuple[ReportContext, dict[str, Path]]) -> None:
    _, paths = rendered
    document = docx.Document(str(paths["docx"]))
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        assert [node.text for node in paragraph._p.iter(qn("w:instrText"))] == ["PAGE"]
        assert paragraph.text.startswith("— ")
        assert paragraph._p.pPr.find(qn("w:jc")).get(qn("w:val")) == side
        assert paragraph.style.font.size.pt == 14
    assert section.header.paragraphs[0].text in ("征求意见稿 · 合成数据", "Draft for comment · synthetic data")


def test_chinese_monthly_docx_has_the_fonts_and_sizes_of_gbt_9704(publication: Path, tmp_path: Path) -> None:
    (path,) = render(monthly.make(publication, "2026-03", "zh"), ("docx",), tmp_path)
    styles = docx.Document(str(path)).styles
    wanted = {"Title": ("方正小标宋简体", 22), "Normal": ("仿宋_GB2312", 16), "Heading 1": ("黑体", 16)}
    for name, (font, size) in wanted.items():
        style = styles[name]
        fonts = style.element.rPr.find(qn("w:rFonts"))
        assert (fonts.get(qn("w:eastAsia")), style.font.size.pt) == (font, size)
        assert not [key for key in fonts.attrib if key.endswith("Theme")]
    assert styles["Lead"].element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) == "楷体_GB2312"
    normal = styles["Normal"]
    assert normal.paragraph_format.line_spacing.pt == pytest.approx(28.95)
    assert normal.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
    assert styles["Cell"].element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "0"


def test_pictures_of_the_docx_carry_alternative_texts(rendered: tuple[ReportContext, dict[str, Path]]) -> None:
    context, paths = rendered
    shapes = list(docx.Document(str(paths["docx"])).element.body.iter(qn("wp:docPr")))
    wanted = [chart.alt.sentence for section in context.sections + context.annex for chart in section.charts]
    assert [shape.get("descr") for shape in shapes] == wanted
    heights = [int(e.get("cy")) / 36000 for e in docx.Document(str(paths["docx"])).element.body.iter(qn("wp:extent"))]
    assert all(height <= 70 for height in heights)


def test_shipped_templates_are_those_of_the_script(tmp_path: Path) -> None:
    for made in word_template.write_templates(tmp_path):
        shipped = word_template.TEMPLATES / made.name
        assert _parts(made) == _parts(shipped), f"run: python -m reports.renderers.word_template ({made.name})"


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return {
            name: archive.read(name)
            for name in archive.namelist()
            if name.startswith("word/") and name.endswith(".xml")
        }


def test_ticket_text_is_escaped_in_every_form(publication: Path, tmp_path: Path) -> None:
    copy = tmp_path / "hostile.duckdb"
    copy.write_bytes(publication.read_bytes())
    with duckdb.connect(str(copy)) as con:
        con.execute("update marts.fct_tickets set text = '#f() <script>alert()</script> & {{ 7 }}'")
    context = weekly.make(copy, "2026-W13", "zh")
    paths = {path.suffix[1:]: path for path in render(context, ("docx", "pdf", "html"), tmp_path)}
    page = paths["html"].read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert()&lt;/script&gt; &amp; {{ 7 }}" in page
    assert "<script>alert()</script> & {{ 7 }}" in "".join(p.text for p in docx.Document(str(paths["docx"])).paragraphs)
    printed = "".join(page.extract_text() for page in pypdf.PdfReader(str(paths["pdf"])).pages)
    assert "#f()<script>" in re.sub(r"\s", "", printed)


def test_html_asks_for_nothing_from_outside(rendered: tuple[ReportContext, dict[str, Path]]) -> None:
    _, paths = rendered
    page = paths["html"].read_text(encoding="utf-8")
    assert "<style" not in page
    assert not re.search(r"""(src|href)=["'](?!data:)""", page)
    assert "url(" not in page


def test_pdf_of_the_same_context_has_the_same_bytes(publication: Path, tmp_path: Path) -> None:
    context = weekly.make(publication, "2026-W13", "zh")
    first, second = (render(context, ("pdf",), tmp_path / name)[0].read_bytes() for name in ("a", "b"))
    assert first == second


def test_empty_publication_renders_in_every_form(tmp_path: Path) -> None:
    empty = make_publication(tmp_path / "empty.duckdb", filled=False)
    for lang in ("zh", "en"):
        assert len(render(monthly.make(empty, "2026-03", lang), ("docx", "pdf", "html"), tmp_path)) == 3


def test_unknown_format_is_refused_before_anything_is_written(publication: Path, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="unknown format"):
        render(monthly.make(publication, "2026-03", "zh"), ("docx", "odt"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_names_with_markup_and_a_long_title_do_not_break_a_form(publication: Path, tmp_path: Path) -> None:
    context = monthly.make(publication, "2026-03", "en")
    title = replace(context.title, sentence="A & B <c> " + "long " * 30)
    assert len(render(replace(context, title=title), ("docx", "pdf", "html"), tmp_path)) == 3


def test_write_asks_for_the_publication_of_the_cut_off_day(tmp_path: Path) -> None:
    """A month that is over is cut at its end, the running one at the as-of day of what is published."""
    workspace, asked = make_workspace(tmp_path / "city"), []

    def publication_as_of(day: object) -> object:
        asked.append(str(day))
        return current(workspace)

    for month in ("2026-02", "2026-03"):
        write(workspace, "monthly", month, publication_as_of=publication_as_of, formats=("html",))
    assert asked == ["2026-02-28", str(AS_OF)]
    assert sorted(p.name for p in workspace.reports.iterdir()) == ["monthly-2026-02-zh.html", "monthly-2026-03-zh.html"]
    with pytest.raises(ReportError, match="after the data end"):
        write(workspace, "weekly", "2026-W20", publication_as_of=publication_as_of)
