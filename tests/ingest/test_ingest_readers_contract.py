"""What every reader promises, on one table written in each format: a new reader adds a line to FORMATS and inherits it all."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ingest.errors import Refused
from ingest.readers import ENDINGS, READERS, read_table
from ingest.readers.kinds import Kind
from ingest.readers.table import ROW_NUMBER

HEADER = ("工单编号", "诉求时间", "诉求标题", "诉求内容", "经度")
ROWS = [
    ("00000000000000000042", "2026-03-01 08:17:07", "反映井盖缺失", '第一行\n第二行，逗号, 和"引号"', "116.40"),
    ("20260301000000000002", "2026-03-01", "𠮷田路路灯", "", "1e3"),
    ("00042", "2026/3/2 7:05:01", "=1+1", "<b>&amp;</b>", "NaN"),
    ("-7", "", "null", "\tTab und 'Strich'", "0.10"),
    ("00043", "2026年3月3日", "a", "它说：“好”", ""),
]
Rows = Sequence[Sequence[str]]


def as_csv(rows: Rows, delimiter: str = ",") -> str:
    quoted = [
        f'"{c.replace(chr(34), chr(34) * 2)}"' if set(c) & set(f'"\r\n{delimiter}') else c for row in rows for c in row
    ]
    width = len(rows[0])
    return "".join(delimiter.join(quoted[i : i + width]) + "\r\n" for i in range(0, len(quoted), width))


def as_objects(rows: Rows) -> list[dict[str, str]]:
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def as_json(rows: Rows) -> bytes:
    return json.dumps(as_objects(rows), ensure_ascii=False).encode()


def as_json_lines(rows: Rows) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in as_objects(rows)).encode()


def as_xml(rows: Rows) -> bytes:
    from xml.sax.saxutils import escape

    records = (
        "".join(f"<{n}><![CDATA[{v}]]></{n}>" if "\t" in v else f"<{n}>{escape(v)}</{n}>" for n, v in row.items())
        for row in as_objects(rows)
    )
    return f"<requests>{''.join(f'<request>{record}</request>' for record in records)}</requests>".encode()


def as_xlsx(rows: Rows) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("数据")
    sheet.merge_range(0, 0, 0, 4, "12345 热线工单明细表")
    for r, row in enumerate(rows, start=1):
        for c, value in enumerate(row):
            sheet.write_string(r, c, value)
    book.close()
    return out.getvalue()


def as_ods(rows: Rows) -> bytes:
    from xml.sax.saxutils import escape

    def cell(value: str) -> str:
        text = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.replace("\t", "\0").split("\n"))
        return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'.replace("\0", "<text:tab/>")

    space = "urn:oasis:names:tc:opendocument:xmlns"
    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{space}:office:1.0" '
        f'xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="数据">{body}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{space}:manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return as_zip(
        {"mimetype": kind.encode(), "content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()}
    )


def as_parquet(rows: Rows) -> bytes:
    import polars as pl

    out = io.BytesIO()
    pl.DataFrame({name: [row[i] or None for row in rows[1:]] for i, name in enumerate(rows[0])}).write_parquet(out)
    return out.getvalue()


def as_zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


FORMATS: dict[str, Callable[[Rows], bytes]] = {
    "csv": lambda rows: as_csv(rows).encode(),
    "tsv": lambda rows: as_csv(rows, "\t").encode("utf-16"),
    "txt": lambda rows: as_csv(rows, "|").encode("gb18030"),
    "json": as_json,
    "jsonl": as_json_lines,
    "xml": as_xml,
    "xlsx": as_xlsx,
    "ods": as_ods,
    "parquet": as_parquet,
    "csv.gz": lambda rows: gzip.compress(as_csv(rows).encode()),
    "zip": lambda rows: as_zip({"a.xlsx": as_xlsx(rows)}),
}


def written(folder: Path, form: str, rows: Rows, cut: int = 0) -> Path:
    path = folder / f"a.{form}"
    data = FORMATS[form](rows)
    path.write_bytes(data[: len(data) - cut])
    return path


def test_every_kind_of_file_has_a_reader_and_is_in_this_list() -> None:
    assert set(READERS) == set(Kind)
    assert {ENDINGS.get(f".{form.split('.')[-1]}", Kind.DELIMITED) for form in FORMATS} == set(Kind)


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_table_comes_out_of_every_format_as_text(form: str, tmp_path: Path) -> None:
    table = read_table(written(tmp_path, form, (HEADER, *ROWS)))
    layout = {"xml": None, "ods": " "}  # outer blanks are layout there
    expected = [tuple(c.strip(layout[form]) for c in row) for row in ROWS] if form in layout else ROWS
    assert table.header == HEADER
    assert [tuple(c.replace("\r\n", "\n") for c in row) for row in table.records()] == expected
    assert table.refused == ()
    assert table.facts.warnings == ()
    assert list(table.row_numbers) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("form", FORMATS)
def test_the_frame_holds_the_rows_and_their_numbers(form: str, tmp_path: Path) -> None:
    import polars as pl

    table = read_table(written(tmp_path, form, (HEADER, *ROWS)))
    frame = table.frame()
    assert frame.columns == [ROW_NUMBER, "c0", "c1", "c2", "c3", "c4"]
    assert set(frame.dtypes[1:]) == {pl.String}
    assert frame["c0"].to_list() == [row[0] for row in ROWS]
    assert pl.concat([part.frame for part in table.parts(2)])[ROW_NUMBER].to_list() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("form", FORMATS)
def test_blank_rows_are_no_rows(form: str, tmp_path: Path) -> None:
    rows = (HEADER, ROWS[0], ("", "", "", "", ""), ROWS[2], ("", "", "", "", ""))
    table = read_table(written(tmp_path, form, rows))
    assert [row[0] for row in table.records()] == [ROWS[0][0], ROWS[2][0]]


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_that_is_cut_off_is_refused_or_loses_only_its_last_record_openly(form: str, tmp_path: Path) -> None:
    rows = [HEADER, *([f"GD{i:012d}", "2026-03-01", f"标题{i}", "内容" * 10, "116.4"] for i in range(40))]
    for cut in (16, 60, 333):  # a cut inside the last cell alone cannot be seen in plain text
        try:
            table = read_table(written(tmp_path, form, rows, cut))
        except Refused as refused:
            assert "\n" not in str(refused)  # noqa: PT017
            continue
        assert form in ("csv", "tsv", "txt", "jsonl"), f"{form} cut by {cut} was read"
        whole = [tuple(row) for row in rows[1:]]
        got = [tuple(row) for row in table.records()]
        assert got == whole[: len(got)]
        assert len(table.refused) == 1


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_in_an_empty_file_is_a_table(form: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="empty"):
        read_table(written(tmp_path, form, (HEADER, *ROWS), cut=1 << 30))


def test_a_small_table_of_text_needs_neither_a_child_nor_a_heavy_package(tmp_path: Path) -> None:
    path = written(tmp_path, "csv", (HEADER, *ROWS))
    code = f"import sys; from pathlib import Path; from ingest.readers import read_table; read_table(Path({str(path)!r})); print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"polars", "pyarrow", "numpy", "fastexcel", "duckdb", "ingest.readers.confined"} & set(modules)
