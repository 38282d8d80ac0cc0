"""The one page of the monthly report: nine parts, whatever the month was like, and nothing of it on a second sheet."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import docx
import duckdb
import pypdf
import pytest
from docx.oxml.ns import qn

from reports import monthly, render, weekly
from reports.context import ReportContext, section_claims
from reports.page import fit, lines, overflow, room
from reports.sections import brief
from tests.fixtures_publication import make_publication

MONTH = "2026-03"
BUSY = (
    "update marts.fct_daily set reports = reports * 4 where date_on >= '2026-03-01' and category_key like '%->%'",
    "update marts.fct_daily set reports = reports * 3 where date_on >= '2026-03-01' and area_key = '西山区'",
    "update marts.mart_alerts set raised_on = '2026-02-20' where alert_id in ('al04', 'al05')",
)
WORDY = ("update marts.dim_category set category_name = category_name || '及其他与之相关的历史遗留问题' || category_name where category_level > 1",)  # fmt: skip


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_publication(tmp_path_factory.mktemp("page") / "full.duckdb")


@pytest.fixture(scope="module", params=["as it is", "busy", "wordy"])
def month(request: pytest.FixtureRequest, publication: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The publication of a month that was quiet, rose everywhere, or rose under names of thirty characters."""
    copy = tmp_path_factory.mktemp(request.param.replace(" ", "-")) / "changed.duckdb"
    copy.write_bytes(publication.read_bytes())
    with duckdb.connect(str(copy)) as con:
        for statement in {"as it is": (), "busy": BUSY, "wordy": BUSY + WORDY}[request.param]:
            con.execute(statement)
    return copy


def plain(words: str) -> str:
    """Without gaps and hyphens: a line may end within a word."""
    return re.sub(r"[\s\xad-]", "", words)


def is_whole(context: ReportContext, path: Path) -> bool:
    """Whether page one ends with the signature: nothing ran over, and the annex begins on the next."""
    pages = [plain(page.extract_text()) for page in pypdf.PdfReader(str(path)).pages]
    word = "附件" if context.lang == "zh" else "Annex"
    return plain(context.signature[0].sentence) in pages[0] and word in pages[1][:60]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_nine_parts_stand_on_one_page_of_the_pdf(month: Path, tmp_path: Path, lang: str) -> None:
    context = monthly.make(month, MONTH, lang)
    (path,) = render(context, ("pdf",), tmp_path)
    assert len(context.sections) == 9
    assert is_whole(context, path)
    page = plain(pypdf.PdfReader(str(path)).pages[0].extract_text())
    assert all(plain(claim.sentence) in page for s in context.sections for claim in section_claims(s))


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_nine_parts_stand_on_one_page_of_the_word_file(month: Path, tmp_path: Path, lang: str) -> None:
    context = monthly.make(month, MONTH, lang)
    (path,) = render(context, ("docx",), tmp_path)
    subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf", "--outdir", tmp_path, path], check=True, capture_output=True)  # fmt: skip
    assert is_whole(context, path.with_suffix(".pdf"))


def test_a_full_page_keeps_the_most_important_sentences(month: Path) -> None:
    context = monthly.make(month, MONTH, "zh")
    assert len(section_claims(context.sections[0])) == 3 or "wordy" in month.parent.name
    assert all(section_claims(s) for s in context.sections)
    assert fit(context) == context
    assert lines(context) <= room(context)


def test_a_rise_is_told_with_supposed_cause_and_owner_then_the_next(publication: Path, tmp_path: Path) -> None:
    copy = tmp_path / "busy.duckdb"
    copy.write_bytes(publication.read_bytes())
    with duckdb.connect(str(copy)) as con:
        con.execute(BUSY[0])
    said = section_claims(next(s for s in monthly.make(copy, MONTH, "zh").sections if s.code == "rising"))
    assert re.fullmatch(r"“.+”为预期的[\d.]+倍，(疑为|疑与|原因待查).*，.+负责。", said[0].sentence)
    assert re.fullmatch(r"其次为(“.+?”（[\d.]+倍）、?)+。", said[1].sentence)


def test_headings_run_in_in_the_face_of_a_heading(publication: Path, tmp_path: Path) -> None:
    (path,) = render(monthly.make(publication, MONTH, "zh"), ("docx",), tmp_path)
    document = docx.Document(str(path))
    leads = [run.text for p in document.paragraphs for run in p.runs if run.style.name == "Lead Heading" and run.text]
    assert leads[0] == "一、结论。"
    assert [lead[0] for lead in leads] == list("一二三四五六七八九")
    assert document.styles["Lead Heading"].element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) == "黑体"


def test_a_page_that_grew_by_editing_says_by_how_much(publication: Path) -> None:
    context = monthly.make(publication, MONTH, "zh")
    first = context.sections[0]
    longer = tuple(replace(c, sentence=c.sentence * 6) for c in first.paragraphs[0].claims)
    grown = replace(first, paragraphs=(replace(first.paragraphs[0], claims=longer),))
    assert overflow(context) == 0
    assert overflow(replace(context, sections=(grown, *context.sections[1:]))) > 3
    assert overflow(weekly.make(publication, "2026-W13", "zh")) == 0


def test_every_part_of_the_page_is_told_in_full_in_the_annex(publication: Path) -> None:
    context = monthly.make(publication, MONTH, "en")
    assert {s.code for s in context.sections} - {"conclusion"} <= {s.code for s in context.annex}
    assert len(brief.SECTIONS) == 9
