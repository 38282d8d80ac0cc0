"""The fast way for large files gives what the careful way gives, and steps back from everything unusual."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from ingest.readers import bulk, read_table

CLEAN = "id,created,title,text\n" + "".join(f'GD{i:05d},2026-03-01,t{i},"a ""{i}"", b\nc"\n' for i in range(50))
UNUSUAL = {
    "short row": CLEAN + "GD1,2026-03-01,x\n",
    "long row": CLEAN + "GD1,2026-03-01,x,y,z\n",
    "short and long": CLEAN + "GD1,2026-03-01,x\nGD2,2026-03-01,x,y,z\n",
    "open quote": CLEAN + 'GD1,2026-03-01,x,"y\nGD2,2026-03-01,x,y\n',
    "blank line": CLEAN + "\nGD1,2026-03-01,x,y\n",
    "blank record": CLEAN + ",,,\nGD1,2026-03-01,x,y\n",
    "second header": CLEAN + "id,created,title,text\nGD1,2026-03-01,x,y\n",
}


def both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes) -> tuple:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    careful = read_table(path)
    monkeypatch.setattr(bulk, "FROM_BYTES", 0)
    return careful, read_table(path)


def frame(table) -> pl.DataFrame:
    return table.frame().with_columns(pl.col(pl.String).replace("", None))


@pytest.mark.parametrize(
    "text", [CLEAN, CLEAN.rstrip("\n"), "导出\n" + CLEAN, CLEAN.replace("\n", "\r\n"), "\ufeff" + CLEAN]
)
def test_a_clean_file_takes_the_fast_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    careful, fast = both(tmp_path, monkeypatch, text.encode())
    assert fast.native is not None
    assert fast.header == careful.header
    left = frame(careful).with_columns(pl.col(pl.String).str.replace_all("\r\n", "\n"))
    assert left.equals(frame(fast).with_columns(pl.col(pl.String).str.replace_all("\r\n", "\n")))


@pytest.mark.parametrize("kind", UNUSUAL)
def test_an_unusual_file_is_read_with_care(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    careful, fast = both(tmp_path, monkeypatch, UNUSUAL[kind].encode())
    assert fast.native is None
    assert frame(careful).equals(frame(fast))


def test_another_encoding_is_read_with_care(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    careful, fast = both(tmp_path, monkeypatch, (CLEAN + "GD1,2026-03-01,井盖,缺失\n").encode("gb18030"))
    assert fast.native is None
    assert fast.facts.encoding == careful.facts.encoding == "gb18030"
