"""The data dictionary is complete in both languages, and what `weisu docs` writes needs no network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from weisu.cli import run as weisu
from weisu.dictionary import entries, gaps, in_language
from weisu.lineage import Project, read_project
from weisu.transform import PROJECT

LOADS = re.compile(
    r"<(?:script|img|iframe)[^>]+src=[\"']?(?:https?:)?//|<link[^>]+href=[\"']?(?:https?:)?//|@import|url\([\"']?(?:https?:)?//"
)


@pytest.fixture(scope="module")
def project() -> Project:
    return read_project()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "site"
    assert weisu(["docs", "-o", str(folder)]) == 0
    return folder


@pytest.mark.slow
def test_every_table_and_column_says_grain_unit_null_rule_and_limits_of_use_in_both_languages(project: Project) -> None:
    assert [f"{gap.place}: {gap.part} ({gap.lang})" for gap in gaps(project)] == []


@pytest.mark.slow
def test_every_model_lists_its_columns(project: Project) -> None:
    assert [t.name for t in project.tables.values() if t.kind != "source" and not t.columns] == []


@pytest.mark.slow
def test_every_model_file_is_a_table_of_the_dictionary(project: Project) -> None:
    files = {path.stem for path in (PROJECT / "models").rglob("*.sql")}
    assert files == {entry.table for entry in entries(project, "en") if entry.kind == "model"}


@pytest.mark.slow
def test_every_source_table_reads_what_there_is(project: Project) -> None:
    assert {parent for t in project.tables.values() for parent in t.parents} <= set(project.tables)


@pytest.mark.slow
def test_docs_when_written_then_nothing_in_them_loads_from_a_network(site: Path) -> None:
    for name in ("index.html", "dictionary.html"):
        page = (site / name).read_text(encoding="utf-8")
        assert "Content-Security-Policy" in page
        assert LOADS.findall(page.split("<body", 1)[0]) == []
        assert LOADS.findall(page) == [] or name == "index.html"  # dbt's script holds links to its own licences


@pytest.mark.slow
def test_docs_when_written_then_the_workbook_has_notes_and_both_languages(site: Path) -> None:
    import polars as pl

    book = pl.read_excel(site / "dictionary.xlsx", sheet_id=0, engine="calamine")
    assert list(book) == ["说明 Notes", "表", "字段", "Tables", "Columns"]
    assert book["字段"].height == book["Columns"].height > 1000
    assert "mart_kpis" in book["Tables"]["Table"].to_list()


@pytest.mark.parametrize(
    ("lang", "expected"), [("en", ["One row per day.", "Unit: a, b."]), ("zh", ["每日一行。", "单位：件。"])]
)
def test_a_description_in_two_languages_is_told_apart_by_sentences(lang: str, expected: list[str]) -> None:
    assert in_language("One row per day. 每日一行。Unit: a, b. 单位：件。", lang) == expected
