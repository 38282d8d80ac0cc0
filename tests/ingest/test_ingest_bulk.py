"""Reading a large file piece by piece gives what reading it whole and with care gives, wherever the pieces end."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from ingest.readers import bulk, read_table
from ingest.readers.table import Table

CLEAN = "id,created,title,text\n" + "".join(f'GD{i:05d},2026-03-01,t{i},"a ""{i}"", b\nc"\n' for i in range(50))
PLAIN = "id,created,title,text\n" + "".join(f"GD{i:05d},2026-03-01,,市民反映{i}\n" for i in range(50))
FAST = {
    "quoted": CLEAN,
    "no quotes": PLAIN,
    "no end of line": CLEAN.rstrip("\n"),
    "title row": "导出\n" + CLEAN,
    "windows ends": CLEAN.replace("\n", "\r\n"),
    "byte-order mark": "\ufeff" + CLEAN,
    "paragraphs": PLAIN + 'GD1,2026-03-01,x,"a\n\nb"\n',
}
UNUSUAL = {
    "short row": "GD1,2026-03-01,x\n",
    "long row": "GD1,2026-03-01,x,y,z\n",
    "short and long": "GD1,2026-03-01,x\nGD2,2026-03-01,x,y,z\n",
    "open quote": 'GD1,2026-03-01,x,"y\nGD2,2026-03-01,x,y\n',
    "quote inside": 'GD1,2026-03-01,a 5" b 6",y\nGD1,2026-03-01,5"" tube,y\n',
    "text behind a quote": 'GD1,2026-03-01,"x" y,z\n',
    "blank line": "\nGD1,2026-03-01,x,y\n",
    "blank record": ",,,\nGD1,2026-03-01,x,y\n",
    "second header": "id,created,title,text\nGD1,2026-03-01,x,y\n",
    "lone carriage return": "GD1,2026-03-01,x\ry,z\n",
}


def save(folder: Path, data: bytes) -> Path:
    path = folder / "a.csv"
    path.write_bytes(data)
    return path


def frame(table: Table) -> pl.DataFrame:
    return table.frame().with_columns(pl.col(pl.String).replace("", None).str.replace_all("\r\n", "\n"))


def rows_are_equal(table: Table, other: Table) -> bool:
    return table.header == other.header and table.refused == other.refused and frame(table).equals(frame(other))


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch):
    def cut(size: int) -> None:
        monkeypatch.setattr(bulk, "FROM_BYTES", 0)
        monkeypatch.setattr(bulk, "PIECE_BYTES", size)
        monkeypatch.setattr(bulk, "LOOK_AHEAD", 8)

    return cut


@pytest.mark.parametrize("size", [70, 333, 1 << 20])
@pytest.mark.parametrize("kind", FAST)
def test_pieces_of_a_clean_file_take_the_fast_way(
    tmp_path: Path, small_pieces, monkeypatch: pytest.MonkeyPatch, kind: str, size: int
) -> None:
    path = save(tmp_path, FAST[kind].encode())
    careful = read_table(path)
    small_pieces(size)
    monkeypatch.setattr(bulk, "split_records", None)  # the careful way would fail
    assert rows_are_equal(read_table(path), careful)


@pytest.mark.parametrize("size", [70, 333, 1 << 20])
@pytest.mark.parametrize("kind", UNUSUAL)
@pytest.mark.parametrize("before", [CLEAN, PLAIN], ids=["quoted", "plain"])
def test_an_unusual_record_in_the_middle_is_read_with_care(
    tmp_path: Path, small_pieces, before: str, kind: str, size: int
) -> None:
    after = before.partition("\n")[2].replace("GD", "HD")
    path = save(tmp_path, (before + UNUSUAL[kind] + after).encode())
    careful = read_table(path)
    small_pieces(size)
    assert rows_are_equal(read_table(path), careful)


def test_undecodable_bytes_cost_their_record_only(tmp_path: Path, small_pieces) -> None:
    path = save(tmp_path, PLAIN.encode() + b"GD1,2026-03-01,\xd6\xd0,y\n" + PLAIN.partition("\n")[2].encode())
    careful = read_table(path)
    small_pieces(333)
    assert [row.reason for row in read_table(path).refused] == ["undecodable_bytes"]
    assert rows_are_equal(read_table(path), careful)


def test_parts_keep_their_place_in_the_file(tmp_path: Path, small_pieces) -> None:
    path = save(tmp_path, CLEAN.encode())
    small_pieces(300)
    parts = list(read_table(path, streamed=True).parts())
    assert len(parts) > 3
    assert [n for part in parts for n in part.frame["row_number"]] == list(range(1, 51))
    shares = [part.share for part in parts]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize("seed", range(20))
def test_any_damage_gives_the_same_table_both_ways(tmp_path: Path, small_pieces, seed: int) -> None:
    drawn = random.Random(seed)
    data = bytearray(drawn.choice([CLEAN, PLAIN]).encode() * 1)
    begin = data.index(b"\n") + 200
    for _ in range(drawn.randint(1, 4)):
        at = drawn.randrange(begin, len(data))
        data[at : at + drawn.randint(0, 2)] = drawn.choice([b'"', b",", b"\n", b"\r\n", b'""', b"x", b"", b" "])
    path = save(tmp_path, bytes(data))
    careful = read_table(path)
    small_pieces(drawn.choice([90, 400, 2000]))
    assert rows_are_equal(read_table(path), careful)


def test_another_encoding_is_read_with_care(tmp_path: Path, small_pieces) -> None:
    path = save(tmp_path, (CLEAN + "GD1,2026-03-01,井盖,缺失\n").encode("gb18030"))
    careful = read_table(path)
    small_pieces(333)
    assert careful.facts.encoding == "gb18030"
    assert rows_are_equal(read_table(path), careful)
