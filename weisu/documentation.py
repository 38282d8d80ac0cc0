"""What `weisu docs` writes: dbt's own site in one file, and the data dictionary as a workbook and a page; all from the dbt descriptions.

Nothing written here loads anything from a network: the site is dbt's static page with a policy that forbids it.
"""

from __future__ import annotations

import html
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from weisu import transform
from weisu.dictionary import ColumnEntry, TableEntry, entries
from weisu.drafts import draft_of, write_text
from weisu.errors import WarehouseError
from weisu.lineage import parse_project
from weisu.settings import LANGUAGES
from weisu.texts import text

if TYPE_CHECKING:
    import xlsxwriter

SITE, WORKBOOK, PAGE = "index.html", "dictionary.xlsx", "dictionary.html"
POLICY = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:\">"
TABLE_PARTS = ("table", "kind", "layer", "grain", "meaning", "not_for", "key", "rests_on")
COLUMN_PARTS = ("table", "column", "type", "unit", "null", "meaning")
STYLE = (
    "body{font:15px/1.5 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;margin:2em auto;max-width:76em;padding:0 1em}"
    "table{border-collapse:collapse;width:100%;margin:.5em 0 2em}td,th{border:1px solid #ccc;padding:.25em .5em;text-align:left;vertical-align:top}"
    "th{background:#f3f3f3}h2{margin-top:2.5em}.note{color:#555}"
)


def write_documentation(folder: Path) -> dict[str, int]:
    """Write the site and the dictionary into `folder`; returns the files' sizes in bytes.

    Raises:
        WarehouseError: the project cannot be read, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WarehouseError(
            f"cannot be written ({error.strerror})", where=str(folder), todo="choose another folder"
        ) from error
    with tempfile.TemporaryDirectory() as scratch:
        project = parse_project(Path(scratch))
        site = static_site(Path(scratch))
    told = {lang: entries(project, lang) for lang in LANGUAGES}
    write_text(folder / SITE, site)
    write_text(folder / PAGE, dictionary_page(told))
    with draft_of(folder / WORKBOOK) as draft:
        _write_workbook(draft, told)
    return {name: (folder / name).stat().st_size for name in (SITE, PAGE, WORKBOOK)}


def static_site(parsed: Path) -> str:
    """dbt's documentation as one page that needs no server and no network.

    Args:
        parsed: the folder of a `parse_project`; compiling instead would need a database.

    Raises:
        WarehouseError: dbt could not make it.
    """
    quiet = ["--no-compile", "--empty-catalog", "--static"]
    result = transform.invoke(["docs", "generate", *quiet, *transform.flags(parsed)])
    if not result.success:
        raise WarehouseError(f"dbt could not write its site ({result.exception})", todo="run: weisu doctor")
    page = (parsed / "target" / "static_index.html").read_text(encoding="utf-8")
    return page.replace("<head>", f"<head>{POLICY}", 1)


def dictionary_page(told: dict[str, list[TableEntry]]) -> str:
    """The dictionary as one page: Chinese, then English, every table with its columns."""
    parts = [
        "<!doctype html><html lang='zh'><head><meta charset='utf-8'>",
        POLICY,
        f"<title>{text('dictionary.title', 'zh')}</title>",
    ]
    parts += [f"<style>{STYLE}</style></head><body><p><a href='#zh'>中文</a> · <a href='#en'>English</a></p>"]
    for lang, tables in told.items():
        parts.append(f"<section id='{lang}' lang='{lang}'><h1>{text('dictionary.title', lang)}</h1>")
        parts += [f"<p class='note'>{html.escape(line)}</p>" for line in notes(tables, lang)]
        parts += [_table_section(table, lang) for table in tables]
        parts.append("</section>")
    return "\n".join([*parts, "</body></html>"])


def notes(tables: list[TableEntry], lang: str) -> list[str]:
    """What the dictionary is and how to read it."""
    columns = sum(len(table.columns) for table in tables)
    keys = ("source", "null", "units", "time")
    return [
        text("dictionary.counts", lang, tables=len(tables), columns=columns),
        *(text(f"dictionary.notes.{k}", lang) for k in keys),
    ]


def _table_section(table: TableEntry, lang: str) -> str:
    facts = [(part, getattr(table, part)) for part in TABLE_PARTS[1:]]
    lines = "".join(
        f"<tr><th>{text(f'dictionary.part.{part}', lang)}</th><td>{html.escape(value)}</td></tr>"
        for part, value in facts
        if value
    )
    head = "".join(f"<th>{text(f'dictionary.part.{part}', lang)}</th>" for part in COLUMN_PARTS[1:])
    rows = "".join(f"<tr>{''.join(f'<td>{html.escape(v)}</td>' for v in _cells(c))}</tr>" for c in table.columns)
    columns = f"<table><tr>{head}</tr>{rows}</table>" if table.columns else ""
    return f"<h2 id='{lang}-{table.table}'>{html.escape(table.table)}</h2><table>{lines}</table>{columns}"


def _cells(column: ColumnEntry) -> list[str]:
    return [getattr(column, part) for part in COLUMN_PARTS[1:]]


def _write_workbook(path: Path, told: dict[str, list[TableEntry]]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(text("dictionary.sheet.notes", "zh"))
        sheet.set_column(0, 0, 120, book.add_format({"text_wrap": True}))
        lines = [
            line for lang, tables in told.items() for line in (text("dictionary.title", lang), *notes(tables, lang))
        ]
        for row, line in enumerate(lines):
            sheet.write_string(row, 0, line)
        for lang, tables in told.items():
            _write_sheet(book, "tables", lang, TABLE_PARTS, tables)
            _write_sheet(book, "columns", lang, COLUMN_PARTS, [c for t in tables for c in t.columns])


def _write_sheet(
    book: xlsxwriter.Workbook, name: str, lang: str, parts: tuple[str, ...], rows: Iterable[TableEntry | ColumnEntry]
) -> None:
    sheet = book.add_worksheet(text(f"dictionary.sheet.{name}", lang))
    bold = book.add_format({"bold": True, "bg_color": "#F3F3F3"})
    last = 0
    for place, part in enumerate(parts):
        sheet.write_string(0, place, text(f"dictionary.part.{part}", lang), bold)
        sheet.set_column(place, place, 60 if part in {"grain", "meaning", "not_for", "null"} else 24)
    for last, row in enumerate(rows, start=1):
        for place, part in enumerate(parts):
            sheet.write_string(last, place, getattr(row, part))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(parts) - 1)
