"""An edited context: what may be changed is rendered, what may not is refused in one line; the workbook holds the numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastexcel
import pytest
import typer

from reports import monthly
from reports.context import ReportContext
from reports.errors import ReportError
from reports.given import read_context, schema
from reports.renderers import render
from tests.fixtures_publication import make_publication
from weisu.cli.report import register

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "report-context.schema.json"


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> ReportContext:
    return monthly.make(make_publication(tmp_path_factory.mktemp("given") / "full.duckdb"), "2026-03", "zh")


@pytest.fixture
def edited(context: ReportContext, tmp_path: Path) -> Callable[[Callable[[dict], object]], Path]:
    def edit(change: Callable[[dict], object]) -> Path:
        given = json.loads(context.to_json())
        change(given)
        path = tmp_path / "edited.json"
        path.write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
        return path

    return edit


def test_schema_in_docs_is_that_of_the_code() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema()


def test_context_when_written_and_read_then_the_same(context: ReportContext, tmp_path: Path) -> None:
    (path,) = render(context, ["json"], tmp_path)
    assert read_context(path) == context


def test_claims_may_be_dropped_reordered_and_rewritten(
    context: ReportContext, edited: Callable, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(given: dict[str, Any]) -> None:
        given["sections"] = given["sections"][::-1][:3]
        given["sections"][0]["paragraphs"][0]["claims"][0]["sentence"] = "编辑改写的一句。"

    app = typer.Typer(pretty_exceptions_enable=False)
    register(app)
    app(
        args=["report", "--context", str(edited(change)), "--format", "html,xlsx", "-o", str(tmp_path)],
        standalone_mode=False,
    )
    page, book = map(Path, capsys.readouterr().out.split())
    assert "编辑改写的一句。" in page.read_text(encoding="utf-8")
    assert context.sections[0].heading not in page.read_text(encoding="utf-8")
    assert book.suffix == ".xlsx"


def new_number(given: dict[str, Any]) -> None:
    given["sections"][0]["paragraphs"][0]["claims"][0]["sentence"] += "其中 98.7 % 已解决。"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (new_number, "98.7"),
        (lambda given: given.update(draft=""), "征求意见稿"),
        (lambda given: given.update(name="../../etc/passwd"), "name"),
        (lambda given: given.update(lang="fr"), "fr"),
        (lambda given: given.update(schema_version="0"), "schema version"),
        (lambda given: given["sections"][0].update(colour="red"), "sections.0.colour"),
        (lambda given: given.pop("title"), "title"),
        (lambda given: given.update(sections="none"), "sections"),
    ],
)
def test_what_may_not_be_changed_is_refused_in_one_line(edited: Callable, change: Callable, said: str) -> None:
    with pytest.raises(ReportError) as refused:
        read_context(edited(change))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"[" * 100_000, b"{}", b"[]", b'"text"'])
def test_what_is_no_context_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "given.json"
    path.write_bytes(content)
    with pytest.raises(ReportError):
        read_context(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="cannot be read"):
        read_context(tmp_path / "none.json")


def test_workbook_says_what_it_is_and_holds_every_figure_of_the_tables(context: ReportContext, tmp_path: Path) -> None:
    (path,) = render(context, ["xlsx"], tmp_path)
    book = fastexcel.read_excel(path)
    assert (book.sheet_names[0], book.sheet_names[-1]) == ("说明", "数字")
    about = book.load_sheet("说明", header_row=None).to_polars()
    said = {str(value) for column in about.iter_columns() for value in column.drop_nulls()}
    assert {context.title.sentence, context.draft, context.data_version} <= said
    tables = [t for s in (*context.sections, *context.annex) for t in s.tables]
    assert len(book.sheet_names) == len(tables) + 2
    numbers = book.load_sheet("数字").to_polars()
    claimed = sum(len(c.figures) for s in (*context.sections, *context.annex) for p in s.paragraphs for c in [*([p.lead] if p.lead else []), *p.claims])  # fmt: skip
    assert numbers.height >= claimed > 20
