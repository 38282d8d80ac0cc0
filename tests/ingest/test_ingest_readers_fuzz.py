"""Files with flipped bytes, of all formats: always a table or a refusal, and never wrong beyond the record that was hit.

WEISU_FUZZ_FILES=10000 runs that many (the usual run is lean); WEISU_FUZZ_SEED starts elsewhere.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import signal
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.errors import Refused
from ingest.readers import read_table
from ingest.readers.json_rows import read_json
from ingest.readers.parquet import read_parquet
from ingest.readers.sheets import read_sheet
from ingest.readers.table import Source, Table
from ingest.readers.xml_rows import read_xml

FILES = int(os.environ.get("WEISU_FUZZ_FILES", "600"))
SEED = int(os.environ.get("WEISU_FUZZ_SEED", "0"))
LONGEST_SECONDS = 20
HEADER = ("工单编号", "诉求时间", "诉求来源", "诉求标题", "诉求内容", "经度", "纬度")
TEXTS = ("路灯不亮", '他说"马上"，没来', "第一行\n第二行，逗号, 和引号", "it's a|b;c", "")
ROWS = [
    (f"GD2026{i:08d}", f"2026-03-{1 + i % 28:02d} 08:{i % 60:02d}:12", ("电话", "网站")[i % 2], f"反映第{i}号井盖",
     TEXTS[i % 5], f"116.{400000 + i * 137}", f"39.{900000 + i * 31}") for i in range(40)
]  # fmt: skip


def as_csv(delimiter: str = ",") -> str:
    rows = (
        [f'"{c.replace(chr(34), chr(34) * 2)}"' if set(c) & set(f'"\n{delimiter}') else c for c in row]
        for row in (HEADER, *ROWS)
    )
    return "".join(delimiter.join(row) + "\r\n" for row in rows)


def as_xlsx() -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("数据")
    for r, row in enumerate((HEADER, *ROWS)):
        for c, value in enumerate(row):
            sheet.write_string(r, c, value)
    book.close()
    return out.getvalue()


def as_parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    table = pa.table({name: [row[i] for row in ROWS] for i, name in enumerate(HEADER)})
    pq.write_table(table, out, write_page_checksum=True)
    return out.getvalue()


def as_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", as_csv())
    return out.getvalue()


def as_xml() -> bytes:
    def field(name: str, value: str) -> str:
        return f"<{name}>{value.replace('&', '&amp;').replace('<', '&lt;')}</{name}>"

    rows = ("".join(map(field, HEADER, row)) for row in ROWS)
    return f"<requests>{''.join(f'<request>{row}</request>' for row in rows)}</requests>".encode()


OBJECTS = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
FORMATS: dict[str, tuple[str, bytes, Callable[[Source], Table] | None]] = {
    "utf-8": ("a.csv", as_csv().encode(), None),
    "gb18030": ("a.csv", as_csv().encode("gb18030"), None),
    "utf-16": ("a.csv", as_csv().encode("utf-16"), None),
    "tabs": ("a.tsv", as_csv("\t").encode(), None),
    "pipes": ("a.csv", as_csv("|").encode(), None),
    "json": ("a.json", json.dumps(OBJECTS, ensure_ascii=False).encode(), read_json),
    "json lines": ("a.jsonl", "".join(json.dumps(o, ensure_ascii=False) + "\n" for o in OBJECTS).encode(), read_json),
    "xml": ("a.xml", as_xml(), read_xml),
    "xlsx": ("a.xlsx", as_xlsx(), read_sheet),
    "parquet": ("a.parquet", as_parquet(), read_parquet),
}
PACKED = {"gzip": ("a.csv.gz", gzip.compress(as_csv().encode())), "zip": ("a.zip", as_zip())}
VERIFIED = ("xlsx", "parquet", "gzip", "zip")  # these carry checksums: whole or refused


def flipped(data: bytes, dice: random.Random) -> bytes:
    """One byte (seldom two) changed: a bit, any other byte, or a sign that means something."""
    made = bytearray(data)
    for _ in range(1 if dice.random() < 0.9 else 2):
        at = dice.randrange(len(made))
        made[at] = dice.choice((made[at] ^ (1 << dice.randrange(8)), dice.randrange(256), *b'",\n\r<{[\0'))
    return bytes(made)


@contextmanager
def in_time() -> Iterator[None]:
    def late(*_: object) -> None:
        raise AssertionError(f"not read within {LONGEST_SECONDS} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(LONGEST_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def faults(table: Table, changes: int) -> str:
    """What is wrong with a table read from a file with so many changed bytes; "" when only the hit records are touched."""
    rows = [tuple(c.replace("\r\n", "\n") for c in row) for row in table.records()]
    if len(table.header) == len(HEADER):
        known = {row: i for i, row in enumerate(ROWS)}
        places = [known.get(row) for row in rows]
    else:  # a changed key makes a column of its own
        sets = {frozenset(row) - {""}: i for i, row in enumerate(ROWS)}
        places = [sets.get(frozenset(row) - {""}) for row in rows]
    found = [place for place in places if place is not None]
    altered, missing = places.count(None), len(ROWS) - len(found)
    if found != sorted(set(found)):
        return "rows twice or out of order"
    if altered > changes:
        return f"{altered} rows altered"
    if missing > 2 * changes + altered or (missing > altered and not table.refused):
        return f"{missing} rows missing, {altered} altered, {len(table.refused)} set aside"
    if sum(a != b for a, b in zip(table.header, HEADER, strict=False)) > changes and len(table.header) == len(HEADER):
        return "header altered"
    return ""


def read(path: Path, data: bytes, reader: Callable[[Source], Table] | None) -> Table | None:
    """The table, or None where it was refused; anything else is an error of the test."""
    path.write_bytes(data)
    try:
        if reader is None or not data:
            return read_table(path)
        return reader(Source(path, path.name, len(data)))
    except Refused as refused:
        assert "\n" not in str(refused)  # noqa: PT017
        return None


@pytest.mark.parametrize("form", FORMATS)
def test_a_flipped_file_is_a_table_or_refused_and_wrong_in_nothing_else(form: str, tmp_path: Path) -> None:
    name, data, reader = FORMATS[form]
    wrong, refused, share = [], 0, max(1, FILES // len(FORMATS))
    for number in range(share):
        dice = random.Random(f"{SEED} {form} {number}")
        changed = flipped(data, dice)
        with in_time():
            try:
                table = read(tmp_path / name, changed, reader)
            except (ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError, OSError) as error:
                if reader is None:  # no child stands between this reader and its caller
                    wrong.append(f"{number}: {type(error).__name__} {error}")
                table = None
        if table is None:
            refused += 1
            continue
        hit = sum(a != b for a, b in zip(data, changed, strict=True))
        if said := faults(table, 0 if form in VERIFIED else max(1, hit)):
            wrong.append(f"{number}: {said}")
    assert wrong == []
    assert refused < share


@pytest.mark.parametrize("form", [*PACKED, "xlsx", "json"])
def test_a_flipped_file_is_a_table_or_refused_by_way_of_the_child(form: str, tmp_path: Path) -> None:
    name, data = PACKED[form] if form in PACKED else FORMATS[form][:2]
    wrong = []
    for number in range(max(6, FILES // 100)):
        changed = flipped(data, random.Random(f"{SEED} child {form} {number}"))
        with in_time():
            table = read(tmp_path / name, changed, None)
        if table and (said := faults(table, 0 if form in VERIFIED else 2)):
            wrong.append(f"{number}: {said}")
    assert wrong == []
