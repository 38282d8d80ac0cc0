"""What spreadsheets do to cells: the text trick ="…", days since 1904, zeros that only a format shows, line breaks of an .ods."""

from __future__ import annotations

import csv
import datetime as dt
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from ingest.errors import Refused
from ingest.readers import bulk, read_table
from ingest.readers.xls_formats import zeros_in_xls

HEADER = ("工单编号", "诉求时间", "诉求标题", "诉求内容", "处理次数")
ROWS = [
    (f"{i:06d}", f"2026-03-{i:02d} 08:00:12", f"标题{i}", "他说，好, \"行\"" if i % 3 else f"第{i}件", str(i % 4)) for i in range(1, 25)
]  # fmt: skip


def trick(cell: str, *, doubled: bool = True) -> str:
    return '="' + (cell.replace('"', '""') if doubled else cell) + '"'


def bare(rows: list[tuple[str, ...]], delimiter: str = ",") -> str:
    return "".join(delimiter.join(map(trick, row)) + "\r\n" for row in rows)


def in_quotes(rows: list[tuple[str, ...]], *, doubled: bool) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([trick(cell, doubled=doubled) for cell in row] for row in rows)
    return out.getvalue()


TRICKS: dict[str, Callable[[], str]] = {
    "bare": lambda: bare([HEADER, *ROWS]),
    "by tabs": lambda: bare([HEADER, *ROWS], "\t"),
    "by semicolons": lambda: bare([HEADER, *ROWS], ";"),
    "header without": lambda: ",".join(HEADER) + "\n" + bare(ROWS),
    "in quotes": lambda: in_quotes([HEADER, *ROWS], doubled=True),
    "in quotes, inner ones as they are": lambda: in_quotes([HEADER, *ROWS], doubled=False),
    "ids alone": lambda: "\n".join([",".join(HEADER), *(f'{trick(r[0])},{r[1]},{r[2]},"{r[3].replace(chr(34), chr(34) * 2)}",{r[4]}' for r in ROWS)]),
}  # fmt: skip


@pytest.mark.parametrize("way", TRICKS)
@pytest.mark.parametrize("is_large", [False, True])
def test_the_text_inside_the_trick_is_the_cell(
    way: str, is_large: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TRICKS[way](), encoding="utf-8", newline="")
    if is_large:
        monkeypatch.setattr(bulk, "FROM_BYTES", 0)
    table = read_table(path)
    assert table.header == HEADER
    assert [tuple(row) for row in table.records()] == ROWS


def test_a_line_break_inside_the_trick_stays_in_its_cell(tmp_path: Path) -> None:
    rows = [(*ROWS[0][:3], "第一行\n第二行", "1"), *ROWS[1:]]
    path = tmp_path / "a.csv"
    path.write_text(bare([HEADER, *rows]), encoding="utf-8", newline="")
    assert [tuple(row) for row in read_table(path).records()] == rows


def test_a_formula_here_and_there_stays_as_it_is(tmp_path: Path) -> None:
    rows = [(*row[:2], '="标题"' if i == 5 else row[2], *row[3:]) for i, row in enumerate(ROWS)]
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    assert [tuple(row) for row in read_table(path).records()] == rows


def book(path: Path, write: Callable, **options: object) -> Path:
    made = xlsxwriter.Workbook(path, options)
    sheet = made.add_worksheet("数据")
    sheet.write_row(0, 0, HEADER)
    for place, row in enumerate(ROWS, start=1):
        for column, cell in enumerate(row):
            write(made, sheet, place, column, cell)
    made.close()
    return path


@pytest.mark.parametrize(("is_1904", "start"), [(True, dt.datetime(1904, 1, 1)), (False, dt.datetime(1899, 12, 30))])
def test_days_since_1904_without_a_date_format(tmp_path: Path, is_1904: bool, start: dt.datetime) -> None:
    def write(_, sheet, place: int, column: int, cell: str) -> None:
        if column == 1:
            sheet.write_number(place, column, (dt.datetime.fromisoformat(cell) - start) / dt.timedelta(days=1))
        elif column == 4:
            sheet.write_number(place, column, 40_000 + int(cell))  # a count in the range of days
        else:
            sheet.write_string(place, column, cell)

    table = read_table(book(tmp_path / "a.xlsx", write, date_1904=is_1904))
    times = [row[1] for row in table.records()]
    assert times == [row[1] for row in ROWS] if is_1904 else all(time.startswith("4") for time in times)
    assert [row[4] for row in table.records()] == [str(40_000 + int(row[4])) for row in ROWS]
    assert bool(table.facts.warnings) is is_1904


@pytest.mark.parametrize(("code", "before"), [("000000", ""), ('"GD"000000', "GD"), ("000000;-000000", "")])
def test_zeros_that_only_a_number_format_shows(tmp_path: Path, code: str, before: str) -> None:
    def write(made, sheet, place: int, column: int, cell: str) -> None:
        if column == 0 and place % 5:
            sheet.write_number(place, 0, int(cell), made.add_format({"num_format": code}))
        elif column == 4:
            sheet.write_number(place, 4, int(cell), made.add_format({"num_format": "0"}))
        else:
            sheet.write_string(place, column, cell)

    table = read_table(book(tmp_path / "a.xlsx", write))
    assert [row[0] for row in table.records()] == [(before if int(row[0]) % 5 else "") + row[0] for row in ROWS]
    assert [row[4] for row in table.records()] == [row[4] for row in ROWS]


SPACE = "urn:oasis:names:tc:opendocument:xmlns"
ODS = f"""<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{SPACE}:office:1.0" xmlns:table="{SPACE}:table:1.0"
 xmlns:text="{SPACE}:text:1.0"><office:body><office:spreadsheet><table:table table:name="数据">{{rows}}</table:table></office:spreadsheet>
</office:body></office:document-content>"""
KIND = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = f'<manifest:manifest xmlns:manifest="{SPACE}:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="{KIND}"/></manifest:manifest>'


def test_line_breaks_tabs_and_zeros_of_an_ods(tmp_path: Path) -> None:
    def text(inner: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{inner}</text:p></table:table-cell>'

    def number(value: int, shown: str) -> str:
        return f'<table:table-cell table:style-name="a" office:value-type="float" office:value="{value}"><text:p>{shown}</text:p></table:table-cell>'

    rows = ["".join(map(text, HEADER))]
    body = "一<text:line-break/>二<text:tab/>三<text:line-break></text:line-break>四</text:p><text:p>五"
    rows += [
        number(i, f"{i:06d}") + text("2026-03-01") + text("a") + text(body) + number(i, str(i)) for i in (1, 2, 30)
    ]
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", KIND)
        archive.writestr(
            "content.xml", ODS.format(rows="".join(f"<table:table-row>{row}</table:table-row>" for row in rows))
        )
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    table = read_table(tmp_path / "a.ods")
    assert [tuple(row) for row in table.records()] == [
        (f"{i:06d}", "2026-03-01", "a", "一\n二\t三\n四\n五", str(i)) for i in (1, 2, 30)
    ]


def test_a_span_of_time_in_parquet_is_hours_minutes_and_seconds(tmp_path: Path) -> None:
    spans = [dt.timedelta(hours=-1, minutes=-5), None, dt.timedelta(days=3, seconds=7)]
    pl.DataFrame({"工单编号": ["1", "2", "3"], "时长": spans}).write_parquet(tmp_path / "a.parquet")
    assert [row[1] for row in read_table(tmp_path / "a.parquet").records()] == ["-1:05:00", "", "72:00:07"]


def test_an_xml_spreadsheet_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_text(
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Table/></Workbook>'
    )
    with pytest.raises(Refused, match="Excel 2003"):
        read_table(tmp_path / "a.xls")


def test_zeros_that_a_format_shows_are_known_of_an_old_workbook() -> None:
    """BIFF8, begun in C3; formats 000000 and "GD"0000000, a text among the ids, a second sheet without a format."""
    table = read_table(Path(__file__).with_name("zeros_by_format.xls"))
    rows = list(table.records())
    assert table.header == ("工单编号", "诉求时间", "分类", "件数", "承办编码")
    assert [row[0] for row in rows] == [*(f"000{i}" for i in range(123, 135)), "A-7"]
    assert rows[0][3:] == ("5", "GD0000040")


@pytest.mark.parametrize("cut", [600, 3000, 5000])
def test_a_cut_old_workbook_gives_no_formats_and_no_error(cut: int) -> None:
    data = Path(__file__).with_name("zeros_by_format.xls").read_bytes()
    assert zeros_in_xls(data[:cut]) == {} or cut > 4096
    assert zeros_in_xls(data[:512] + bytes(cut)) == {}


def test_sheets_with_the_same_columns_in_another_order_are_one_table(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for name, order, rows in (("1月", (0, 1, 2, 3, 4), ROWS[:14]), ("2月", (3, 0, 4, 1, 2), ROWS[14:])):
            sheet = book.add_worksheet(name)
            for i, row in enumerate([HEADER, *rows]):
                sheet.write_row(i, 0, [row[at] for at in order])
    table = read_table(tmp_path / "a.xlsx")
    assert table.header == HEADER
    assert [tuple(row) for row in table.records()] == ROWS
    assert table.facts.warnings == ()


@pytest.mark.timeout(20)
def test_a_compound_file_whose_chain_leads_in_circles_gives_no_formats() -> None:
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", head, 30, 9)
    struct.pack_into("<I", head, 48, 0xFFFFFFFE)
    struct.pack_into("<2I", head, 68, 0, 0xFFFFFFFF)  # four billion further sectors, the first of which is its own next
    struct.pack_into("<109I", head, 76, *[0xFFFFFFFF] * 109)
    assert zeros_in_xls(bytes(head) + struct.pack("<128I", *[0xFFFFFFFF] * 127, 0)) == {}


def test_a_workbook_named_as_one_of_another_format_is_read_by_its_content(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as made:
        sheet = made.add_worksheet()
        for at, row in enumerate([HEADER, *ROWS]):
            sheet.write_row(at, 0, row)
    old = Path(__file__).parent / "zeros_by_format.xls"
    for true, told in ((tmp_path / "a.xlsx", tmp_path / "b.xls"), (old, tmp_path / "c.xlsx")):
        told.write_bytes(true.read_bytes())
        plain, renamed = read_table(true), read_table(told)
        assert renamed.header == plain.header
        assert [tuple(row) for row in renamed.records()] == [tuple(row) for row in plain.records()]
