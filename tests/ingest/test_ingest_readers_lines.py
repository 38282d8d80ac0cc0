"""A quoted cell of several lines is one cell, whatever its lines look like, unless a quote was left open: both ways of reading agree."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from ingest.readers import bulk, read_table

TABLES = {
    "day and id before the text": ("id,created,title,text", ["{i}", "2026-03-01 08:{i:02d}", "反映{i}号", "{text}"]),
    "no day": ("id,place,title,text", ["{i}", "城东", "反映{i}号", "{text}"]),
    "id of letters, no day": ("id,place,title,text", ["GD-{i:06d}", "城东", "反映{i}号", "{text}"]),
    "text first": ("text,id,place,created", ["{text}", "{i}", "城东", "2026-03-01 08:{i:02d}"]),
    "text in the middle": (
        "id,text,place,created,state",
        ["{i}", "{text}", "城东", "2026-03-01 08:{i:02d}", "已办结"],
    ),
    "text alone": ("who,place,title,text", ["市民", "城东", "反映", "{text}"]),
}
TEXTS = {
    "a line as wide as a row": "第一行说明\n你好,我家,停水,三天了\n谢谢",
    "several": "说明\n你好,我家,停水,三天了\n还有,电,也,停\n门口,有,水,坑,\n谢谢",
    "with quotes": '说明\n他说"你好",我家,停水,三天了\n谢谢',
    "with figures": "说明\n共3户,停水,5天,三次\n谢谢",
}


def rows(kind: str, text: str, count: int = 40) -> list[list[str]]:
    return [[cell.format(i=i, text=text) for cell in TABLES[kind][1]] for i in range(10, 10 + count)]


def written(kind: str, records: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(records)
    return TABLES[kind][0] + "\n" + out.getvalue()


def read_both_ways(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[list[str]], list[tuple[int, str]]]:
    """The rows and what was set aside, the same from the careful and the streamed way."""
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    seen = []
    for least in (bulk.FROM_BYTES, 0):
        monkeypatch.setattr(bulk, "FROM_BYTES", least)
        table = read_table(path).whole()
        seen.append(([list(r) for r in table.records()], [(r.row_number, r.reason) for r in table.refused]))
    assert seen[0] == seen[1]
    return seen[0]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("kind", TABLES)
def test_a_line_of_text_with_commas_is_no_row(
    kind: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = rows(kind, TEXTS[text])
    assert read_both_ways(written(kind, wanted), tmp_path, monkeypatch) == (wanted, [])


@pytest.mark.parametrize("kind", TABLES)
def test_a_last_line_with_commas_is_no_row(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = rows(kind, "第一行说明\n你好,我家,停水,三天了")
    assert read_both_ways(written(kind, wanted), tmp_path, monkeypatch) == (wanted, [])


@pytest.mark.parametrize("kind", [kind for kind in TABLES if kind != "text in the middle"])
def test_an_open_quote_costs_its_record_alone(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = rows(kind, "停水三天")
    lines = written(kind, wanted).split("\n")
    lines[9] = lines[9].replace("停水三天", '"停水三天')
    assert read_both_ways("\n".join(lines), tmp_path, monkeypatch) == (
        wanted[:8] + wanted[9:],
        [(9, "broken_quotes")],
    )


def test_a_text_left_open_keeps_its_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = "day and id before the text"
    wanted = rows(kind, TEXTS["several"])
    content = written(kind, wanted[:8]) + written(kind, wanted[8:]).partition("\n")[2].replace('谢谢"', "谢谢", 1)
    assert read_both_ways(content, tmp_path, monkeypatch) == (wanted[:8] + wanted[9:], [(9, "broken_quotes")])


@pytest.mark.parametrize("between", [0, 1, 5])
@pytest.mark.parametrize("kind", ["day and id before the text", "no day", "id of letters, no day"])
def test_rows_between_two_stray_quotes_are_rows(
    kind: str, between: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = rows(kind, "停水三天")
    lines = written(kind, wanted).split("\n")
    lines[9] = lines[9].replace("停水三天", '"停水三天')
    lines[10 + between] += '"'
    found, aside = read_both_ways("\n".join(lines), tmp_path, monkeypatch)
    assert found[: 8 + between] == wanted[:8] + wanted[9 : 9 + between]
    assert wanted[10 + between :] == found[-len(wanted[10 + between :]) :]
    assert aside[0] == (9, "broken_quotes")


def test_many_rows_within_a_quote_are_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = rows("text alone", "停水三天")
    lines = written("text alone", wanted).split("\n")
    lines[9] = lines[9].replace("停水三天", '"停水三天')
    lines[35] = '市民,"'
    found, aside = read_both_ways("\n".join(lines), tmp_path, monkeypatch)
    assert found == wanted[:8] + wanted[9:34] + wanted[35:]
    assert aside[0] == (9, "broken_quotes")


@pytest.mark.parametrize("stray", ["", '"'], ids=["open", "closed in a later row"])
def test_a_damaged_record_with_an_open_quote_costs_no_other(
    stray: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = "day and id before the text"
    wanted = rows(kind, "停水三天")
    lines = written(kind, wanted).split("\n")
    lines.insert(9, 'GD1,2026,反映,"x')  # its own cells are unlike those of any row
    lines[14] += stray
    found, aside = read_both_ways("\n".join(lines), tmp_path, monkeypatch)
    assert [row for row in wanted if row not in found] == ([wanted[12]] if stray else [])
    assert aside[0] == (9, "broken_quotes")


@pytest.mark.parametrize("ends", [("\r", "\n", "\r\n"), ("\r\n", "\r\n", "\r"), ("\n", "\r")])
def test_rows_that_end_in_three_ways_are_all_read(tmp_path: Path, ends: tuple[str, ...]) -> None:
    records = [f"{i},2026-03-01 08:{i:02d},反映{i}号,停水" for i in range(10, 50)]
    content = "".join(line + ends[i % len(ends)] for i, line in enumerate(["id,created,title,text", *records]))
    (tmp_path / "a.csv").write_bytes(content.encode())
    table = read_table(tmp_path / "a.csv")
    assert [",".join(row) for row in table.records()] == records
    assert table.refused == ()


def test_a_carriage_return_within_a_cell_stays(tmp_path: Path) -> None:
    records = [f"{i},2026-03-01 08:{i:02d},反映{i}号,停\r水" for i in range(10, 50)]
    (tmp_path / "a.csv").write_bytes("\n".join(["id,created,title,text", *records]).encode())
    assert [row[3] for row in read_table(tmp_path / "a.csv").records()] == ["停\r水"] * 40
