"""A corpus of odd and hostile files, made here: what each must come to.  "read" = the whole table, "aside n" = less n records, else a word of the refusal."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.errors import Refused
from ingest.readers import read_table

HEADER = ["工单编号", "诉求时间", "诉求标题", "诉求内容", "经度"]
ROWS = [
    [
        f"GD2026030100{i:04d}",
        f"2026-03-01 08:{i % 60:02d}:00",
        f"反映{i}号井盖",
        f"市民反映{i}号井盖缺失，请处理",
        f"116.{4000 + i}",
    ]
    for i in range(1, 31)
]
OBJECTS = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
TEXT = "".join(",".join(row) + "\r\n" for row in (HEADER, *ROWS))
LINES = TEXT.splitlines(keepends=True)
BIG5 = "編號,時間,標題\n" + "".join(f"GD{i:08d},2026-03-01 08:00,民眾反映第{i}號水管損壞請處理\n" for i in range(30))


def changed(old: str, new: str) -> bytes:
    assert old in TEXT
    return TEXT.replace(old, new).encode("utf-8", "surrogatepass")


def rows_json(rows: object = OBJECTS) -> str:
    return json.dumps(rows, ensure_ascii=False)


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def book(fill: Callable, **options: object) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False, **options})
    fill(made)
    made.close()
    return out.getvalue()


def put(sheet, rows: list[list[str]], top: int = 0, left: int = 0) -> None:
    for r, row in enumerate(rows, start=top):
        for c, cell in enumerate(row, start=left):
            sheet.write_string(r, c, cell)


def simple(made) -> None:
    put(made.add_worksheet("数据"), [HEADER, *ROWS])


def shifted(made) -> None:
    put(made.add_worksheet(), [HEADER, *ROWS], top=4, left=2)


def monthly(made) -> None:
    for name, rows in (("一月", ROWS[:10]), ("二月", ROWS[10:25]), ("三月", ROWS[25:])):
        put(made.add_worksheet(name), [["月度明细"], HEADER, *rows])
    put(made.add_worksheet("说明"), [["字段", "含义"], ["工单编号", "唯一"]])


def stray(made) -> None:
    put(made.add_worksheet(), [HEADER, *ROWS])
    made.worksheets()[0].write_string(30, 60, "备注")


def totals(made) -> None:
    put(made.add_worksheet(), [HEADER, *ROWS, ["合计", "三十件"], ["制表人", "审核人", "", "", "签字"]])


def endless(made) -> None:
    put(made.add_worksheet(), [HEADER, *ROWS])
    made.worksheets()[0].write_string(1_048_575, 16_383, "x")


def hidden(made) -> None:
    simple(made)
    sheet = made.add_worksheet("旧")
    put(sheet, [HEADER, *ROWS[:3]])
    sheet.hide()


def merged_column(made) -> None:
    sheet = made.add_worksheet()
    put(sheet, [HEADER, *ROWS])
    for top in range(1, 31, 10):
        sheet.merge_range(top, 2, top + 9, 2, "反映井盖")


def uncalculated(made) -> None:
    simple(made)
    made.worksheets()[0].write_formula(3, 2, '="反映"&A2', None, "")


def error_cells(made) -> None:
    simple(made)
    made.worksheets()[0].write_formula(3, 4, "=NA()", None, "#N/A")


def numeric_ids(made) -> None:
    """Ids as numbers of 17 digits, which no spreadsheet keeps: the first digits tell them apart, the last are gone."""
    simple(made)
    for r in range(1, 31):
        made.worksheets()[0].write_number(r, 0, (2026030100 + r) * 10**7 + 17)


def joined_in_other_order(made) -> None:
    put(made.add_worksheet(), [HEADER, *ROWS[:15], *(turned(row) for row in (HEADER, *ROWS[15:]))])


def turned(row: list[str]) -> list[str]:
    """The same cells with title and text exchanged."""
    return [*row[:2], row[3], row[2], *row[4:]]


def uncalculated_text(name: str, body: bytes) -> bytes:
    """A formula that says to be a text and has no value."""
    cell = re.compile(rb'<c r="C2"[^>]*>.*?</c>')
    return cell.sub(b'<c r="C2" t="str"><f>A2</f></c>', body) if "sheet1" in name else body


def rezipped(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {m.filename: change(m.filename, archive.read(m)) for m in archive.infolist()}
    return zipped({name: body for name, body in members.items() if body is not None})


def with_dtd(name: str, body: bytes) -> bytes:
    dtd = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    late = b"<!--" + b" " * 9000 + b"-->"
    return body.replace(b"?>\n", b"?>" + late + dtd, 1) if name == "xl/sharedStrings.xml" else body


def bomb_book() -> bytes:
    return rezipped(book(simple), lambda n, b: b + b" " * (600 << 20) if n == "xl/sharedStrings.xml" else b)


def lying_zip() -> bytes:
    data = bytearray(zipped({"a.csv": TEXT.encode()}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(signature) + offset
        data[at : at + 4] = struct.pack("<I", 10)
    return bytes(data)


def encrypted_zip() -> bytes:
    data = bytearray(zipped({"a.csv": TEXT.encode()}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(signature) + offset] |= 1
    return bytes(data)


def gzip_bomb(inner: bytes = bytes(1 << 20), times: int = 300) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb") as packed:
        for _ in range(times):
            packed.write(inner)
    return out.getvalue()


def parquet(columns: dict[str, object] | None = None, **options: object) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    columns = columns or {name: [row[i] for row in ROWS] for i, name in enumerate(HEADER)}
    pq.write_table(pa.table(columns), out, **options)
    return out.getvalue()


def parquet_bomb() -> bytes:
    """A few hundred bytes of dictionary that say one long text a hundred million times."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    table = pa.table(
        {name: pa.DictionaryArray.from_arrays(pa.array([0] * 4_000_000, pa.int8()), ["井盖" * 400]) for name in "ab"}
    )
    with pq.ParquetWriter(out, table.schema, compression="zstd") as writer:
        for _ in range(5):
            writer.write_table(table)
    return out.getvalue()


def xml(rows: str | None = None) -> str:
    fields = "".join("<request>" + "".join(f"<{n}>{v}</{n}>" for n, v in o.items()) + "</request>" for o in OBJECTS)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<service_requests>{fields if rows is None else rows}</service_requests>'


XLSX = book(simple)
BILLION = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]><l><r><a>&j;</a></r></l>"
)
CASES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    # encodings
    "utf-32": ("a.csv", lambda: TEXT.encode("utf-32"), "read"),
    "utf-16 cut in a character": ("a.csv", lambda: TEXT.encode("utf-16")[:-1], "damaged"),
    "big5": ("a.csv", lambda: BIG5.encode("big5"), "decodes neither"),
    "latin-1": ("a.csv", lambda: b"id,created,place\n" + b"".join(b"%d,2026-03-01,Montr\xe9al \xe9t\xe9\n" % i for i in range(30)), "decodes neither"),
    "utf-7": ("a.csv", lambda: TEXT.encode("utf-7"), "decodes neither"),
    "hz": ("a.csv", lambda: TEXT.encode("hz"), "decodes neither"),
    "ebcdic": ("a.csv", lambda: "\n".join(f"id{i},2026-03-01 08:00,text {i}" for i in range(99)).encode("cp037"), ""),
    "mark in the middle": ("a.csv", lambda: (TEXT + "\ufeff" + TEXT.splitlines()[0] + "\r\n").encode("utf-8"), "read"),
    "traditional in gb18030": ("a.csv", lambda: TEXT.replace("井盖缺失", "路燈損壞").encode("gb18030"), "as text"),
    "four bytes in gb18030": ("a.csv", lambda: TEXT.replace("井盖缺失", "𠮷野家😀").encode("gb18030"), "as text"),
    # delimited text
    "nul in a cell": ("a.csv", lambda: changed("反映7号井盖,", "反映\x007号井盖,"), "aside 1"),
    "lone cr in a cell": ("a.csv", lambda: changed("反映7号井盖,", "反映\r7号井盖,"), "as text"),
    "line separator in a cell": ("a.csv", lambda: changed("反映7号井盖,", "反映\u20287\u0085号井盖,"), "as text"),
    "zero width in the header": ("a.csv", lambda: changed("诉求时间", "\u200b诉求时间\u2060 "), "read"),
    "header over two lines": ("a.csv", lambda: changed("诉求时间", '"诉求\n时间"'), "height 30"),
    "full-width digits": ("a.csv", lambda: changed("2026-03-01 08:07:00", "２０２６-０３-０１ 08:07:00"), "as text"),
    "header alone": ("a.csv", lambda: LINES[0].encode(), "height 0"),
    "blanks only": ("a.csv", lambda: b" \r\n\t\r\n  ", "empty"),
    "prose": ("a.csv", lambda: ("市民来信，说路灯坏了。\n请转有关部门处理，谢谢！\n" * 20).encode(), ""),
    "open quote at the end": ("a.csv", lambda: TEXT.replace("市民反映30号", '"市民反映30号').encode(), "aside 1"),
    "cut in the last record": ("a.csv", lambda: TEXT.encode()[:-40], "aside 1"),
    "one column": ("a.csv", lambda: ("工单编号\n" + "".join(f"GD{i:08d}\n" for i in range(9))).encode(), "height 9"),
    "semicolons and decimal commas": ("a.csv", lambda: "".join(";".join(r) + "\n" for r in (HEADER, *[[*r[:4], r[4].replace(".", ",")] for r in ROWS])).encode(), "height 30"),
    "a word for the separator": ("a.csv", lambda: ("sep=;\r\n" + TEXT.replace(",", ";")).encode(), "read"),
    "a delimiter ends each row": ("a.csv", lambda: "".join([LINES[0], *(line.replace("\r\n", ",\r\n") for line in LINES[1:])]).encode(), "height 30"),
    "joined in another order": ("a.csv", lambda: (TEXT + "".join(",".join(turned(row)) + "\r\n" for row in (HEADER, *ROWS))).encode(), "another order"),
    "a table drawn with bars": ("a.csv", lambda: "".join("| " + " | ".join(c.ljust(24) for c in row) + " |\n" for row in (HEADER, *ROWS)).encode(), "drawn"),
    "10,000 columns": ("a.csv", lambda: (",".join(f"c{i}" for i in range(10_000)) + "\n" + ",".join("1" * 10_000) + "\n").encode(), "height 1"),
    # JSON
    "json": ("a.json", lambda: rows_json().encode(), "read"),
    "json with a mark": ("a.json", lambda: rows_json().encode("utf-8-sig"), "read"),
    "json in utf-16": ("a.json", lambda: rows_json().encode("utf-16"), "read"),
    "json in gbk": ("a.json", lambda: rows_json().encode("gbk"), "read"),
    "json nested": ("a.json", lambda: rows_json([{"a": {"b": {"c": 1}}, "d": [1, 2]}]).encode(), "height 1"),
    "json lines": ("a.jsonl", lambda: "\n".join(rows_json(o) for o in OBJECTS).encode(), "read"),
    "json lines, one damaged": ("a.jsonl", lambda: "\n".join(rows_json(o) if i != 5 else '{"工单编号": "x' for i, o in enumerate(OBJECTS)).encode(), "aside 1"),
    "json lines, cut": ("a.jsonl", lambda: "\n".join(rows_json(o) for o in OBJECTS).encode()[:-30], "aside 1"),
    "json cut": ("a.json", lambda: rows_json()[:-30].encode(), "cut off"),
    "json with a trailing comma": ("a.json", lambda: (rows_json()[:-1] + ",]").encode(), "damaged"),
    "json, a key twice": ("a.json", lambda: rows_json().replace('"诉求标题": "反映3号井盖"', '"诉求标题": "甲", "诉求标题": "乙"').encode(), "aside 1"),
    "json, a key twice with one value": ("a.json", lambda: rows_json().replace('"诉求标题": "反映3号井盖"', '"诉求标题": "", "诉求标题": "反映3号井盖"').encode(), "read"),
    "json, half a pair": ("a.json", lambda: rows_json().replace("反映3号井盖", "\\ud83d").encode(), "aside 1"),
    "json, two tables": ("a.json", lambda: json.dumps({"a": OBJECTS, "b": OBJECTS}).encode(), "2 arrays"),
    "json, empty list": ("a.json", lambda: b"[]", "no rows"),
    "json, deep": ("a.json", lambda: b"[" * 100_000 + b"]" * 100_000, "nested"),
    "json, deep in a row": ("a.json", lambda: b'[{"a":' * 100_000, "nested"),
    "json, 40 MB of brackets": ("a.json", lambda: b"[" * (40 << 20), "nested"),
    "json, 40 MB of empty rows": ("a.json", lambda: b"[" + b"{}," * (13 << 20) + b"{}]", ""),
    "json, a long number": ("a.json", lambda: b'[{"a": ' + b"9" * 5_000 + b"}]", "height 1"),
    "json, an error answer": ("a.json", lambda: b'{"code": 500, "message": "fail", "data": []}', "no rows"),
    # XML
    "xml": ("a.xml", lambda: xml().encode(), "read"),
    "xml in utf-16": ("a.xml", lambda: xml().replace('"utf-8"', '"utf-16"').encode("utf-16"), "read"),
    "xml in gbk": ("a.xml", lambda: xml().replace('"utf-8"', '"GBK"').encode("gbk"), "read"),
    "xml cut": ("a.xml", lambda: xml()[:-60].encode(), "cut off"),
    "xml, external entity": ("a.xml", lambda: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x><r><a>&e;</a></r></x>', "entities"),
    "xml, a billion laughs": ("a.xml", BILLION.encode, "entities"),
    "xml, deep": ("a.xml", lambda: b"<a>" * 100_000, "nested"),
    "xml, an error answer": ("a.xml", lambda: b"<errors><error><code>404</code></error></errors>", "error message"),
    "xml, no rows": ("a.xml", lambda: xml("").encode(), "no rows"),
    "xml, Excel 2003": ("a.xml", lambda: b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Row/></Workbook>', "Excel 2003"),
    "xml, not utf-8 as it says": ("a.xml", lambda: xml().encode("gbk"), "as it says"),
    # workbooks
    "xlsx": ("a.xlsx", lambda: XLSX, "read"),
    "xlsx, shifted": ("a.xlsx", lambda: book(shifted), "read"),
    "xlsx, monthly sheets": ("a.xlsx", lambda: book(monthly), "read"),
    "xlsx, a hidden sheet": ("a.xlsx", lambda: book(hidden), "read"),
    "xlsx, a stray cell": ("a.xlsx", lambda: book(stray), "as text"),
    "xlsx, a cell at the end of the world": ("a.xlsx", lambda: book(endless), "memory"),
    "xlsx, totals and signatures": ("a.xlsx", lambda: book(totals), "aside 2, none lost"),
    "xlsx, merged downwards": ("a.xlsx", lambda: book(merged_column), "filled 2"),
    "xlsx, formulas never calculated": ("a.xlsx", lambda: book(uncalculated), "formulas"),
    "xlsx, error cells": ("a.xlsx", lambda: book(error_cells), "warned"),
    "xlsx, long numbers for ids": ("a.xlsx", lambda: book(numeric_ids), "spelt"),
    "xlsx, joined in another order": ("a.xlsx", lambda: book(joined_in_other_order), "another order"),
    "xlsx, text formula never calculated": ("a.xlsx", lambda: rezipped(XLSX, uncalculated_text), "formulas"),
    "xlsx, no rows": ("a.xlsx", lambda: book(lambda b: put(b.add_worksheet(), [HEADER])), "height 0"),
    "xlsx, empty": ("a.xlsx", lambda: book(lambda b: b.add_worksheet()), "no sheet"),
    "xlsx, cut": ("a.xlsx", lambda: XLSX[:-200], "damaged"),
    "xlsx, half": ("a.xlsx", lambda: XLSX[: len(XLSX) // 2], "damaged"),
    "xlsx, a document type behind a long remark": ("a.xlsx", lambda: rezipped(XLSX, with_dtd), "entities"),
    "xlsx, a bomb": ("a.xlsx", bomb_book, "bomb"),
    "xlsx, no workbook part": ("a.xlsx", lambda: rezipped(XLSX, lambda n, b: None if n == "xl/workbook.xml" else b), "no sheet"),
    "xlsx, wild sheet": ("a.xlsx", lambda: rezipped(XLSX, lambda n, b: b.replace(b"<row", b"<wor") if "sheet1" in n else b), "read"),
    "xls, cut": ("a.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "damaged"),
    "ods, not one": ("a.ods", lambda: zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "damaged"),
    "a web page named xls": ("a.xls", lambda: b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
    # Parquet
    "parquet": ("a.parquet", parquet, "read"),
    "parquet, old timestamps": ("a.parquet", lambda: parquet({"id": ["1"], "t": __import__("datetime").datetime(2026, 3, 1) and [__import__("datetime").datetime(2026, 3, 1, 8)]}, use_deprecated_int96_timestamps=True), "height 1"),
    "parquet, lists": ("a.parquet", lambda: parquet({"id": ["1"], "x": [[1, 2]]}), "nested"),
    "parquet, cut": ("a.parquet", lambda: parquet()[:-100], "damaged"),
    "parquet, a bomb": ("a.parquet", parquet_bomb, ""),
    # packed
    "gz": ("a.csv.gz", lambda: gzip.compress(TEXT.encode()), "read"),
    "gz of two members": ("a.csv.gz", lambda: gzip.compress(TEXT.encode()[:500]) + gzip.compress(TEXT.encode()[500:]), "read"),
    "gz of json": ("a.json.gz", lambda: gzip.compress(rows_json().encode()), "read"),
    "gz of gz": ("a.gz", lambda: gzip.compress(gzip.compress(TEXT.encode())), "archive inside"),
    "gz, cut": ("a.csv.gz", lambda: gzip.compress(TEXT.encode())[:-20], "damaged"),
    "gz, garbage behind": ("a.csv.gz", lambda: gzip.compress(TEXT.encode()) + b"garbage", "damaged"),
    "gz, a bomb": ("a.csv.gz", gzip_bomb, "bomb"),
    "gz, a bomb of brackets": ("a.json.gz", lambda: gzip_bomb(b"[" * (1 << 20), 60), "nested"),
    "tar": ("a.csv.gz", lambda: gzip.compress(bytes(257) + b"ustar" + bytes(9000)), "tar"),
    "zip": ("a.zip", lambda: zipped({"导出/工单.csv": TEXT.encode()}), "read"),
    "zip of xlsx": ("a.zip", lambda: zipped({"a.xlsx": XLSX}), "read"),
    "zip, absolute name": ("a.zip", lambda: zipped({"/etc/cron.d/a.csv": TEXT.encode()}), "read"),
    "zip, stored": ("a.zip", lambda: zipped({"a.csv": TEXT.encode()}, zipfile.ZIP_STORED), "read"),
    "zip, lzma": ("a.zip", lambda: zipped({"a.csv": TEXT.encode()}, zipfile.ZIP_LZMA), "read"),
    "zip of two": ("a.zip", lambda: zipped({"a.csv": TEXT.encode(), "b.csv": TEXT.encode()}), "2 files"),
    "zip of nothing": ("a.zip", lambda: zipped({}), ""),
    "zip, lying about its size": ("a.zip", lying_zip, "damaged"),
    "zip, encrypted": ("a.zip", encrypted_zip, "encrypted"),
    "zip, a bomb": ("a.zip", lambda: zipped({"a.csv": bytes(300 << 20)}), "bomb"),
    "zip of zip": ("a.zip", lambda: zipped({"b.zip": zipped({"a.csv": TEXT.encode()})}), "archive inside"),
    # of other kinds
    "sqlite": ("a.csv", lambda: b"SQLite format 3\0" + bytes(4000), "SQLite"),
    "png": ("a.csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(400), "picture"),
    "7z": ("a.zip", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(100), "7z"),
}  # fmt: skip


def outcome(path: Path) -> tuple[str, object]:
    try:
        table = read_table(path)
    except Refused as refused:
        return str(refused), None
    return "read", table


@pytest.mark.parametrize("name", CASES)
def test_an_odd_file_comes_to_what_it_must(name: str, tmp_path: Path) -> None:
    file, data, expected = CASES[name]
    path = tmp_path / file
    path.write_bytes(data())
    said, table = outcome(path)
    if table is None:
        assert expected in said, said
        assert expected not in ("read", "as text")
        assert "\n" not in said
        return
    rows = [list(row) for row in table.records()]
    aside = int(expected.split()[1].strip(",")) if expected.startswith("aside") else 0
    assert len(table.refused) == aside
    if expected in ("read", "warned") or aside:
        assert list(table.header) == HEADER
        kept = [row for row in ROWS if row in rows]
        assert len(kept) >= len(ROWS) - max(aside, expected == "warned")
        assert len(rows) == len(ROWS) - (0 if "none lost" in expected else aside)
    elif expected == "filled 2":
        assert [row[2] for row in rows] == ["反映井盖"] * 30
    elif expected == "spelt":
        assert all(re.fullmatch(r"2\.[0-9]{14}E\+16", row[0]) for row in rows)
    elif expected == "drawn":
        assert [row[1:6] for row in rows] == ROWS
    elif expected.startswith("height"):
        assert table.height == int(expected.removeprefix("height "))
    else:
        assert expected == "as text", f"read {table.header} {rows[:2]}"
        assert len(rows) == 30
    assert expected != "warned" or table.facts.warnings[0].code == "cell_errors"


def test_what_is_no_plain_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.csv")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    for path in (tmp_path / "fifo.csv", tmp_path / "folder.csv", tmp_path / "loop.csv", tmp_path / "none.csv",
                 Path("/dev/zero"), tmp_path / ("x" * 300), Path("a\0b.csv")):  # fmt: skip
        assert outcome(path)[1] is None


@pytest.mark.parametrize(
    "name",
    ["-rf.csv", "=1+1.csv", "a\nb.csv", "$(id).csv", "{{7}}.csv", "名" * 80 + ".csv", "ａ．csv", "x\x1b[31m.csv"],
)
def test_a_file_of_any_name_is_read_and_named_in_one_line(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(TEXT.encode())
    assert outcome(path)[1].height == 30
    path.write_bytes(b"\0" * 999)
    said, _ = outcome(path)
    assert said.isprintable()
