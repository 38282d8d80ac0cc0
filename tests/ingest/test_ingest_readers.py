"""One table, every kind of file: each reader must hand over the same."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from ingest.errors import Refused
from ingest.readers import read_table

HEADER = ("工单编号", "诉求时间", "诉求标题", "诉求内容")
ROWS = [
    ("20260301000000000001", "2026-03-01 08:17:07", "反映井盖缺失", '第一行\n第二行，逗号, 和"引号"'),
    ("20260301000000000002", "2026-03-01 09:00:00", "反映噪音", ""),
    ("00042", "2026/3/2 7:05:01", "𠮷田路路灯", "=1+1"),
]


def as_csv(delimiter: str = ",") -> str:
    quoted = [
        [f'"{c.replace(chr(34), chr(34) * 2)}"' if set(c) & set(f'"\n{delimiter}') else c for c in row]
        for row in (HEADER, *ROWS)
    ]
    return "".join(delimiter.join(row) + "\r\n" for row in quoted)


def write_xlsx(path: Path) -> Path:
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False})
    empty, sheet = book.add_worksheet("说明"), book.add_worksheet("数据")
    empty.write_string(0, 0, "导出说明")
    sheet.merge_range(0, 0, 0, 3, "12345 热线工单明细表")
    for r, row in enumerate((HEADER, *ROWS), start=1):
        for c, value in enumerate(row):
            sheet.write_string(r, c, value)
    book.close()
    return path


def write_parquet(path: Path) -> Path:
    import polars as pl

    pl.DataFrame({name: [row[i] for row in ROWS] for i, name in enumerate(HEADER)}).write_parquet(path)
    return path


def write_zip(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("工单.csv", as_csv())
    return path


def save(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


OBJECTS = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
FILES = {
    "csv": lambda d: save(d / "a.csv", as_csv().encode()),
    "csv_bom": lambda d: save(d / "a.csv", as_csv().encode("utf-8-sig")),
    "csv_gb18030": lambda d: save(d / "a.csv", as_csv().encode("gb18030")),
    "csv_utf16": lambda d: save(d / "a.csv", as_csv().encode("utf-16")),
    "csv_utf16_without_bom": lambda d: save(d / "a.csv", as_csv().encode("utf-16-be")),
    "csv_title_rows": lambda d: save(d / "a.csv", ("综合查询\r\n导出时间：2026-03-05,,\r\n\r\n" + as_csv()).encode()),
    "tsv": lambda d: save(d / "a.tsv", as_csv("\t").encode()),
    "semicolons": lambda d: save(d / "a.csv", as_csv(";").encode()),
    "pipes": lambda d: save(d / "a.txt", as_csv("|").encode()),
    "xlsx": lambda d: write_xlsx(d / "a.xlsx"),
    "json": lambda d: save(d / "a.json", json.dumps(OBJECTS, ensure_ascii=False).encode()),
    "json_wrapped": lambda d: save(
        d / "a.json", json.dumps({"code": 0, "data": {"total": 3, "rows": OBJECTS}}).encode()
    ),
    "jsonl": lambda d: save(d / "a.jsonl", "\n".join(json.dumps(o) for o in OBJECTS).encode()),
    "parquet": lambda d: write_parquet(d / "a.parquet"),
    "gz": lambda d: save(d / "a.csv.gz", gzip.compress(as_csv().encode())),
    "zip": lambda d: write_zip(d / "a.zip"),
}


@pytest.mark.parametrize("kind", FILES)
def test_every_reader_gives_the_same_table(kind: str, tmp_path: Path) -> None:
    table = read_table(FILES[kind](tmp_path))
    assert table.header == HEADER
    assert [tuple(c.replace("\r\n", "\n") for c in row) for row in table.records()] == ROWS
    assert table.refused == ()
    assert table.frame()["row_number"].to_list() == [1, 2, 3]


def test_big_json_numbers_keep_every_digit(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.json", b'[{"id": 20260301000000000017, "x": 1.10}, {"id": 20260301000000000018, "x": null}]'
    )
    assert list(read_table(path).records()) == [("20260301000000000017", "1.10"), ("20260301000000000018", "")]


WIDE = "id,created,title,text\n"


@pytest.mark.parametrize(
    ("body", "reason", "numbers"),
    [
        (
            '1,2026-01-01,a,"open\n2,2026-01-01,b,x\n3,2026-01-01,c,"y"\n',
            "broken_quotes",
            [2, 3],
        ),  # an open quote takes its own row alone
        ("1,2026-01-01,a,x\n2,2026-01-01,b\n3,2026-01-01,c,z\n", "too_few_cells", [1, 3]),
        ("1,2026-01-01,a,x\n2,2026-01-01,b,y,z\n3,2026-01-01,c,z\n", "too_many_cells", [1, 3]),
        ("1,2026-01-01,a,x\n2,2026-01-01,b,\udcff\udcfe\n3,2026-01-01,c,井盖\n", "undecodable_bytes", [1, 3]),
    ],
)
def test_a_broken_record_is_set_aside_alone(tmp_path: Path, body: str, reason: str, numbers: list[int]) -> None:
    table = read_table(save(tmp_path / "a.csv", (WIDE + body).encode("utf-8", "surrogateescape")))
    assert [r.reason for r in table.refused] == [reason]
    assert list(table.row_numbers) == numbers


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("a.csv", b"", "empty"),
        ("a.xlsx", as_csv().encode(), "by its content"),
        ("a.csv", b'[{"id": 1}]', "JSON"),
        ("a.csv", b"%PDF-1.7", "PDF"),
        ("a.xls", b"<html><table></table></html>", "web page"),
        ("a.csv", bytes(range(256)) * 40, "binary"),
        ("a.json", b'{"code": 500, "data": null}', "no rows"),
        ("a.json", b'[{"id": 1}, {"id"', "cut off"),
        ("a.json", b"[" * 100_000, "nested"),
        ("a.parquet", b"PAR1 nothing", "Parquet"),
        ("a.zip", b"PK\x03\x04 nothing", "archive"),
        ("a.csv", b"1,2026-01-01 10:00:00,12.5,77\n2,2026-01-02 10:00:00,12.5,78\n", "no header"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(tmp_path: Path, name: str, data: bytes, word: str) -> None:
    with pytest.raises(Refused) as caught:
        read_table(save(tmp_path / name, data))
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_gzip_bomb_is_refused_before_it_grows(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb") as packed:
        for _ in range(300):
            packed.write(bytes(1 << 20))
    with pytest.raises(Refused, match="bomb"):
        read_table(save(tmp_path / "a.csv.gz", buffer.getvalue()))


def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(Refused, match="no plain file"):
        read_table(tmp_path / "a.csv")
