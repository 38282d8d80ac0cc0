"""Large text tables of any encoding go piece by piece and give what the careful way gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.readers import bulk, read_table, transcoding
from ingest.readers.table import Table

HEADER = "工单编号,诉求时间,诉求标题,诉求内容,经度\n"
ROWS = [
    f'GD{i:08d},2026-03-01 08:{i % 60:02d}:00,反映{i}号,"第一行\n第{i}行，""引号""",116.{4000 + i}\n'
    for i in range(400)
]
TEXT = HEADER + "".join(ROWS)
STRANGER = "列一,列二,列三,列四,列五\n"


def with_line(line: bytes, encoding: str, at: int = 300) -> bytes:
    return (HEADER + "".join(ROWS[:at])).encode(encoding) + line + "".join(ROWS[at:]).encode(encoding)


FILES = {
    "gb18030": TEXT.encode("gb18030"),
    "utf-16": TEXT.encode("utf-16"),
    "utf-16 without mark": TEXT.encode("utf-16-be"),
    "utf-32": TEXT.encode("utf-32"),
    "utf-8 with mark": TEXT.encode("utf-8-sig"),
    "late Chinese in gb18030": b"id,at,title,text,lon\n"
    + b"".join(b"GD%08d,2026-03-01 08:00:00,t,x,116.4\n" % i for i in range(400))
    + "GD99999999,2026-03-01 08:00:00,反映井盖,缺失,116.4\n".encode("gb18030") * 9,
    "utf-8 among gb18030": with_line("GD77777777,2026-03-01 08:00:00,反映井盖,混入,116.4\n".encode(), "gb18030"),
    "no text in gb18030": with_line(b"GD77777777,2026-03-01 08:00:00,\xff\xfe,x,116.4\n", "gb18030"),
    "short in gb18030": with_line("GD77777777,反映\n".encode("gb18030"), "gb18030"),
    "stranger": with_line(STRANGER.encode(), "utf-8"),
    "stranger in gb18030": with_line(STRANGER.encode("gb18030"), "gb18030"),
}


def contents(table: Table) -> tuple:
    whole = table.whole()
    rows = [tuple(c.replace("\r\n", "\n") for c in row) for row in whole.records()]
    return (
        whole.header,
        rows,
        list(whole.row_numbers) or list(range(1, len(rows) + 1)),
        [(r.row_number, r.reason) for r in whole.refused],
    )


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("piece", [4096, 1 << 20])
def test_piece_by_piece_is_the_same_table(
    kind: str, piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(FILES[kind])
    careful = contents(read_table(path))
    monkeypatch.setattr(bulk, "FROM_BYTES", 0)
    monkeypatch.setattr(transcoding, "PIECE", piece)
    monkeypatch.setattr(transcoding, "SAMPLE", max(piece, 16_384))
    table = read_table(path, streamed=True)
    assert table.stream is not None
    assert contents(table) == careful
    assert list(tmp_path.iterdir()) == [path]


def test_rewriting_streams_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.rewrite import rewrite

    path, small, large = tmp_path / "a.csv", tmp_path / "small.csv", tmp_path / "large.csv"
    path.write_bytes(FILES["stranger in gb18030"])
    first = rewrite(path, small)
    monkeypatch.setattr(bulk, "FROM_BYTES", 0)
    assert rewrite(path, large) | {"set_aside_file": 0} == first | {"set_aside_file": 0}
    assert large.read_bytes() == small.read_bytes()
    assert first["set_aside"] == 1
