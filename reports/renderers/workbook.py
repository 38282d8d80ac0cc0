"""The workbook: what it says of itself, each table as a sheet, and every number with the place it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from reports.context import Figure, ReportContext, Section, section_claims
from reports.renderers.pictures import Picture
from weisu.table_files import XLSX_OPTIONS
from weisu.texts import text

Row = Sequence[object]
FORBIDDEN = r"[\[\]:*?/\\']"  # in the name of a sheet
LONGEST_NAME = 31


def write(context: ReportContext, pictures: dict[str, Picture], path: Path) -> Path:
    """Sheets: 说明, one per table, 数字; figures are numbers where they have one, as written where they are withheld."""
    import xlsxwriter

    def said(key: str) -> str:
        return text(f"report.workbook.{key}", context.lang)

    with xlsxwriter.Workbook(str(path), {**XLSX_OPTIONS, "in_memory": True}) as book:
        names: set[str] = set()
        _sheet(book, said("about"), _about(context, said), (26, 110), names, has_header=False)
        for section in (*context.sections, *context.annex):
            for table in section.tables:
                width = tuple(max(12, round(share * 100)) for share in table.widths)
                _sheet(book, table.title or section.heading, [table.columns, *table.rows], width, names)
        _sheet(book, said("numbers"), _numbers(context, said), (18, 60, 22, 16, 34), names)
    return path


def _about(context: ReportContext, said: Any) -> list[Row]:
    rows: list[Row] = [(context.title.sentence, ""), (said("status"), context.draft)]
    rows += [(said("city"), context.city), (said("as_of"), context.as_of_on)]
    rows += [(said("period"), f"{context.period_start_on} – {context.period_end_on}")]
    rows += [(said("data_version"), context.data_version), (said("rules_version"), context.rules_version)]
    rows += [("", notice.sentence) for notice in context.notices]
    for section in context.annex:
        rows += [(section.heading, "")] + [("", claim.sentence) for claim in _sentences(section)]
    return rows


def _sentences(section: Section) -> Iterable[Any]:
    return (claim for paragraph in section.paragraphs for claim in paragraph.claims)


def _numbers(context: ReportContext, said: Any) -> list[Row]:
    rows: list[Row] = [[said(name) for name in ("section", "sentence", "figure", "written", "source")]]
    for section in (*context.sections, *context.annex):
        for claim in section_claims(section):
            rows += [(section.heading, claim.sentence, f.name, f, f.source) for f in claim.figures]
    return rows


def _sheet(
    book: Any, title: str, rows: Sequence[Row], widths: Sequence[int], names: set[str], *, has_header: bool = True
) -> None:
    """One sheet; bold are the header, or without one the first column."""
    sheet = book.add_worksheet(_name(title, names))
    bold, share = book.add_format({"bold": True}), book.add_format({"num_format": "0.0%"})
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width, bold if column == 0 and not has_header else None)
    if has_header:
        sheet.set_row(0, None, bold)
        sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            value, is_share = _value(cell)
            sheet.write(number, column, value, share if is_share else None)


def _value(cell: object) -> tuple[object, bool]:
    """A number where a figure has one, else its words; and whether it is a share."""
    if not isinstance(cell, Figure):
        return cell, False
    is_number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    return (cell.value, "%" in cell.text) if is_number else (cell.text, False)


def _name(title: str, names: set[str]) -> str:
    """A name that Excel takes and that no sheet has yet."""
    short = re.sub(FORBIDDEN, " ", title).strip()[:LONGEST_NAME] or "-"
    found, number = short, 1
    while found.lower() in names:
        number += 1
        found = f"{short[: LONGEST_NAME - len(str(number)) - 1]} {number}"
    names.add(found.lower())
    return found
