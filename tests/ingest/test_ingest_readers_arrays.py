"""Tables that exports write in unusual ways: arrays of arrays, documents one behind the other, rare delimiters; and what only looks like a table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.errors import Refused
from ingest.readers import bulk, read_table

HEADER = ("工单编号", "诉求时间", "诉求内容", "区县")
ROWS = [(f"GD{i:04d}", f"2026-03-01 08:{i:02d}:00", f"第{i}次反映,没人管,请处理。", "城东区") for i in range(30)]
OBJECTS = [dict(zip(HEADER, row, strict=True)) for row in ROWS]

JSON: dict[str, Callable[[], str]] = {
    "the names first": lambda: json.dumps([HEADER, *ROWS]),
    "the names beside": lambda: json.dumps({"columns": HEADER, "data": ROWS}),
    "the names as objects": lambda: json.dumps({"fields": [{"name": name} for name in HEADER], "rows": ROWS}),
    "one behind the other": lambda: "".join(map(json.dumps, OBJECTS)),
    "a comma behind each line": lambda: ",\n".join(map(json.dumps, OBJECTS)) + ",\n",
}


@pytest.mark.parametrize("way", JSON)
def test_json_when_written_in_an_unusual_way_then_read_whole(tmp_path: Path, way: str) -> None:
    (tmp_path / "a.json").write_text(JSON[way](), encoding="utf-8")
    table = read_table(tmp_path / "a.json")
    assert table.header == HEADER
    assert [tuple(row) for row in table.records()] == ROWS
    assert not table.refused


@pytest.mark.parametrize(
    "document",
    [
        {"columns": HEADER, "data": [row[:3] for row in ROWS]},
        {"columns": [*HEADER[:3], HEADER[0]], "data": ROWS},
        [[1, 2], [3, 4]],
        {"a": [[1, 2]], "b": [[3, 4]], "names": ["x", "y"]},
        [HEADER],
    ],
)
def test_json_when_names_and_arrays_do_not_go_together_then_refused(tmp_path: Path, document: object) -> None:
    (tmp_path / "a.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(Refused):
        read_table(tmp_path / "a.json")


@pytest.mark.parametrize("delimiter", ["¦", "｜", "，", "；"])
def test_text_when_a_rare_delimiter_stands_beside_commas_in_the_text_then_read_by_it(
    tmp_path: Path, delimiter: str
) -> None:
    wide = [(*row, *(f"{word}{n}" for n in range(16))) for row, word in ((HEADER, "列"), *((row, "x") for row in ROWS))]
    (tmp_path / "a.csv").write_text("\n".join(map(delimiter.join, wide)), encoding="utf-8")
    table = read_table(tmp_path / "a.csv")
    assert [tuple(row)[:4] for row in table.records()] == ROWS


@pytest.mark.parametrize("gap", ["   ", "  　 "])
def test_text_when_columns_stand_by_blanks_alone_then_refused_and_not_parted_at_the_texts_commas(
    tmp_path: Path, gap: str
) -> None:
    lines = [gap.join(HEADER), *(gap.join(row) for row in ROWS)]
    (tmp_path / "a.txt").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(Refused):
        read_table(tmp_path / "a.txt")


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("end", ["\n" * 300_000, "\r\n\x1a", "\n\x1a\x1a"])
def test_text_when_blank_lines_or_an_old_end_of_file_follow_then_no_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, large: bool
) -> None:
    if large:
        monkeypatch.setattr(bulk, "FROM_BYTES", 0)
    (tmp_path / "a.csv").write_bytes(text_of(HEADER, *ROWS).encode() + end.encode())
    table = read_table(tmp_path / "a.csv").whole()
    assert [tuple(row) for row in table.records()] == ROWS
    assert not table.refused


def test_text_when_a_mark_of_utf8_stands_before_gbk_then_read_as_gbk(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbf" + text_of(HEADER, *ROWS).encode("gbk"))
    assert [tuple(row) for row in read_table(tmp_path / "a.csv").records()] == ROWS


def test_text_when_it_has_more_columns_than_a_sheet_then_refused_at_once(tmp_path: Path) -> None:
    wide = [[f"列{n}" for n in range(20_000)], *([str(n)] * 20_000 for n in range(3))]
    (tmp_path / "a.csv").write_text("\n".join(map(",".join, wide)), encoding="utf-8")
    with pytest.raises(Refused, match="20000 columns"):
        read_table(tmp_path / "a.csv")


def text_of(*rows: tuple[str, ...]) -> str:
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
