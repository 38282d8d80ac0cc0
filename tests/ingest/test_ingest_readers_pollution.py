"""One clean ticket table, polluted in every way and place of the Pollock list: read exactly, with the damaged records set aside, or refused."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.errors import Refused
from ingest.readers import read_table
from ingest.rewrite import rewrite

HEADER = (
    "工单编号", "诉求时间", "诉求来源", "一级分类", "二级分类", "诉求标题", "诉求内容", "区县", "街道", "经度", "纬度",
    "承办单位", "办结时间", "是否解决", "满意度", "联系电话",
)  # fmt: skip
WIDTH, HEIGHT = len(HEADER), 45
STEP = 1 if os.environ.get("WEISU_ALL_POLLUTIONS") else 23  # every n-th place of a damage in the usual run


def ticket(i: int) -> list[str]:
    special = {4: '他说"马上处理"，没有下文', 10: '第一行\n第二行，逗号, 和"引号"', 23: "电话 it's; a|b\tc", 31: "-"}
    return [
        f"GD2026030100{i:04d}", f"2026-03-{1 + i // 20:02d} {8 + i % 12:02d}:{i % 60:02d}:12",
        ("电话", "微信", "APP", "网站")[i % 4], ("市容环卫", "交通管理")[i % 2], ("油烟扰民", "违章停车", "垃圾清运")[i % 3],
        f"反映{i}号路灯问题", special.get(i, f"市民反映幸福路{i}号附近路灯不亮，已持续{i}天，请处理。"),
        ("城东区", "城西区")[i % 2], ("和平街道", "南湖街道", "西苑街道")[i % 3], f"116.{400000 + i * 137}", f"39.{900000 - i * 91}",
        "城管局", "" if i % 3 == 0 else f"2026-03-05 10:{i % 60:02d}:00", "是" if i % 2 else "否",
        ("满意", "", "不满意")[i % 3], f"1380000{i:04d}",
    ]  # fmt: skip


ROWS = [ticket(i) for i in range(1, HEIGHT + 1)]


def written(rows: list[list[str]], *, line_end: str = "\r\n", **dialect: object) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator=line_end, **dialect).writerows(rows)
    return out.getvalue()


CLEAN = written([list(HEADER), *ROWS])
RECORDS = [written([row]) for row in (list(HEADER), *ROWS)]


def joined(separator: str, quote: str = '"', escape: str = '"') -> str:
    """All cells quoted, with a separator, quote and escape that Python's writer cannot write."""
    return "".join(
        separator.join(f"{quote}{cell.replace(quote, escape + quote)}{quote}" for cell in row) + "\r\n"
        for row in (list(HEADER), *ROWS)
    )


def plain(separator: str) -> str:
    """No quotes at all: cells without the separator, quotes and newlines."""
    strip = str.maketrans({'"': "", "\n": " ", **dict.fromkeys(separator, " ")})
    return "".join(separator.join(c.translate(strip) for c in row) + "\r\n" for row in (list(HEADER), *ROWS))


# what the file holds -> a whole table; every one must be read exactly
WHOLE: dict[str, Callable[[], bytes]] = {
    "clean": lambda: CLEAN.encode(),
    "no final newline": lambda: CLEAN.removesuffix("\r\n").encode(),
    "two final newlines": lambda: (CLEAN + "\r\n").encode(),
    "many final newlines": lambda: (CLEAN + "\r\n" * 7).encode(),
    "line feeds": lambda: written([list(HEADER), *ROWS], line_end="\n").encode(),
    "carriage returns": lambda: written([list(HEADER), *ROWS], line_end="\r").encode(),
    "mixed line ends": lambda: "".join(
        r if i % 3 else r.removesuffix("\r\n") + "\n" for i, r in enumerate(RECORDS)
    ).encode(),
    "all quoted": lambda: joined(",").encode(),
    "comma and blank": lambda: joined(", ").encode(),
    "comma and blank, few quotes": lambda: "".join(
        ", ".join(written([[c]]).removesuffix("\r\n") if c else "" for c in row) + "\r\n" for row in (HEADER, *ROWS)
    ).encode(),
    "single quotes": lambda: joined(",", "'", "'").encode(),
    "backslash": lambda: joined(",", '"', "\\").encode(),
    "no escape": lambda: joined(",", '"', "").encode(),
    "delimited preamble": lambda: ("导出说明" + "," * (WIDTH - 1) + "\r\n" + CLEAN).encode(),
    "plain preamble": lambda: ("综合查询结果\r\n导出时间：2026-03-05\r\n\r\n" + CLEAN).encode(),
    "preamble with commas": lambda: ("查询条件：城东区,城西区,2026-03\r\n" + CLEAN).encode(),
    "header twice": lambda: (RECORDS[0] + CLEAN).encode(),
    "header three times": lambda: (RECORDS[0] * 2 + CLEAN).encode(),
    "header on every page": lambda: "".join(RECORDS[0] * (i % 20 == 1) + r for i, r in enumerate(RECORDS)).encode(),
    **{f"delimiter {d!r}": lambda d=d: written([list(HEADER), *ROWS], delimiter=d).encode() for d in ";\t|^~\x01\x1f"},
    **{f"delimiter {d!r}": lambda d=d: joined(d).encode() for d in (" ", ":", "||", "\t\t", "::", "|@|", "~|~", ";;")},
    **{f"encoding {e}": lambda e=e: CLEAN.encode(e) for e in ("utf-8-sig", "gbk", "gb18030", "utf-16", "utf-32")},
    **{f"encoding {e} without mark": lambda e=e: CLEAN.encode(e) for e in ("utf-16-le", "utf-16-be")},
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_whole_table_in_any_dialect_is_read_exactly(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(WHOLE[kind]())
    table = read_table(path)
    assert table.header == HEADER
    assert [[c.replace("\r\n", "\n") for c in row] for row in table.records()] == ROWS
    assert table.refused == ()


@pytest.mark.parametrize("separator", ["||", "\t\t", "|", "\t", ";", "^", "::"])
def test_cells_that_are_never_quoted_are_read_exactly(separator: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(plain(separator), encoding="utf-8")
    table = read_table(path)
    assert table.header == HEADER
    assert [row[0] for row in table.records()] == [row[0] for row in ROWS]


def cut_cells(record: str) -> list[str]:
    """The raw cells of a record, quotes kept."""
    cells, is_open, start = [], False, 0
    for at, sign in enumerate(record):
        is_open ^= sign == '"'
        if sign == "," and not is_open:
            cells.append(record[start:at])
            start = at + 1
    return [*cells, record[start:]]


def less(cells: list[str], at: int) -> str:
    return ",".join([*cells[:at], cells[at] + cells[at + 1], *cells[at + 2 :]])


def more(cells: list[str], at: int) -> str:
    return ",".join([*cells[:at], "", *cells[at:]])


def quoted(cells: list[str], at: int) -> str:
    return ",".join([*cells[:at], '"' + cells[at], *cells[at + 1 :]])


DAMAGES = {"less": less, "more": more, "quote": quoted}


def damaged() -> Iterator[tuple[str, int, str]]:
    """Name, damaged record (0 = the header) and the file: every damage at every place."""
    places = [(k, r, c) for k in DAMAGES for r in range(HEIGHT + 1) for c in range(WIDTH - (k == "less"))]
    for kind, record, cell in places[::STEP]:
        body = DAMAGES[kind](cut_cells(RECORDS[record].removesuffix("\r\n")), cell) + "\r\n"
        yield f"{kind} {record} {cell}", record, "".join([*RECORDS[:record], body, *RECORDS[record + 1 :]])
    for record in range(0, HEIGHT + 1, 1 if STEP == 1 else 5):
        body = " ".join(cut_cells(RECORDS[record]))
        yield f"blanks {record}", record, "".join([*RECORDS[:record], body, *RECORDS[record + 1 :]])


DAMAGED = list(damaged())


def test_one_damaged_record_costs_itself_alone_and_a_damaged_header_the_file(tmp_path: Path) -> None:
    path, wrong = tmp_path / "a.csv", []
    for name, record, text in DAMAGED:
        path.write_text(text, encoding="utf-8", newline="")
        try:
            table = read_table(path)
        except Refused:
            wrong += [f"{name}: refused"] if record else []
            continue
        rows = [row for i, row in enumerate(ROWS, start=1) if i != record]
        got = [[c.replace("\r\n", "\n") for c in row] for row in table.records()]
        if record == 0 or got != rows or [r.row_number for r in table.refused] != [record]:
            wrong.append(f"{name}: {len(got)} rows, {[(r.row_number, r.reason) for r in table.refused]}")
    assert wrong == []


# a second table below: its records are set aside, never rows of the first
SECOND = {
    "narrower": "承办单位,件数\r\n城管局,3\r\n",
    "wider": ",".join(f"列{i}" for i in range(WIDTH + 3)) + "\r\n",
    "as wide, header alone": ",".join(f"列{i}" for i in range(WIDTH)) + "\r\n",
    "after blank lines": "\r\n\r\n承办单位,件数\r\n城管局,3\r\n交警,4\r\n",
    "total and signature": "合计,45\r\n制表人：某某\r\n",
    "total as wide": "合计,45" + "," * (WIDTH - 2) + "\r\n",
}


@pytest.mark.parametrize("kind", SECOND)
def test_what_stands_below_the_table_is_set_aside(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(CLEAN + SECOND[kind], encoding="utf-8", newline="")
    table = read_table(path)
    assert [[c.replace("\r\n", "\n") for c in row] for row in table.records()] == ROWS
    assert len(table.refused) == len(SECOND[kind].split())


@pytest.mark.parametrize(("rows", "height"), [(1, 0), (2, 1), (3, 2)])
def test_a_table_of_few_rows_is_read(rows: int, height: int, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("".join(RECORDS[:rows]), encoding="utf-8", newline="")
    table = read_table(path)
    assert table.header == HEADER
    assert [list(row) for row in table.records()] == ROWS[:height]


def test_rows_without_a_header_are_refused_or_rewritten_under_blank_names(tmp_path: Path) -> None:
    path, out = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_text("".join(RECORDS[1:]), encoding="utf-8", newline="")
    with pytest.raises(Refused, match="no header"):
        read_table(path)
    assert rewrite(path, out)["warnings"] == [{"code": "no_header", "values": {}}]
    with out.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [[""] * WIDTH, *ROWS]


@pytest.mark.parametrize(
    "first", [quoted(list(HEADER), 3), " ".join(HEADER), less(list(HEADER), 2), "GD1,2026-01-01,x"]
)
def test_rows_under_a_damaged_header_are_never_rewritten(first: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(first + "\r\n" + "".join(RECORDS[1:]), encoding="utf-8", newline="")
    with pytest.raises(Refused):
        rewrite(path, tmp_path / "b.csv")
    assert not (tmp_path / "b.csv").exists()
