"""Rows slipped by one cell with the right width are set aside, and no honest row is."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import polars as pl
import pytest

from ingest.readers import bulk, read_table

HEADER = (
    "工单编号", "诉求时间", "诉求来源", "一级分类", "二级分类", "诉求标题", "诉求内容", "区县", "街道", "事发地址", "经度", "纬度",
    "承办单位", "办结时间", "满意度",
)  # fmt: skip
TWO_LEVELS = (("市容环卫", "油烟扰民"), ("市容环卫", "垃圾清运"), ("交通管理", "违章停车"), ("公共服务", "供暖"))
PLACES = (("城东区", "和平街道"), ("城东区", "青年路街道"), ("城西区", "西苑街道"), ("南湖区", "南湖街道"))


def ticket(i: int) -> list[str]:
    rnd = random.Random(i)
    (first, second), (district, street) = rnd.choice(TWO_LEVELS), rnd.choice(PLACES)
    return [
        f"GD20260301{i:06d}", f"2026-03-{1 + i % 28:02d} 08:{i % 60:02d}:12", rnd.choice(("电话", "微信", "网站")), first, second,
        f"反映{street}{second}问题", f"市民反映{street}{i}号附近{second}，已持续{i % 9}天，影响生活，请尽快处理。", district, street,
        f"{street}幸福路{i}号", f"116.{400000 + 137 * (i % 900)}", f"39.{900000 - 91 * (i % 900)}", rnd.choice(("城管局", "交警支队")),
        "" if i % 3 == 0 else f"2026-04-02 10:{i % 60:02d}:00", rnd.choice(("满意", "", "不满意")),
    ]  # fmt: skip


ROWS = [ticket(i) for i in range(1, 151)]
LOST = [(left, right) for left in range(2, 10) for right in range(left + 3, 13)]  # the first and the last cell touched


def lost_early(cells: list[str], left: int, right: int, sign: str = "，") -> list[str]:
    late = cells[right]
    halves = [late[: len(late) // 2], late[len(late) // 2 :]]
    return [*cells[:left], cells[left] + sign + cells[left + 1], *cells[left + 2 : right], *halves, *cells[right + 1 :]]


def lost_late(cells: list[str], left: int, right: int, sign: str = "") -> list[str]:
    early = cells[left]
    halves = [early[: len(early) // 2], early[len(early) // 2 :]]
    return [*cells[:left], *halves, *cells[left + 1 : right - 1], cells[right - 1] + sign + cells[right], *cells[right + 1 :]]  # fmt: skip


def blank_early(cells: list[str], left: int, right: int) -> list[str]:
    return [*cells[:left], "", *cells[left:right], *cells[right + 1 :]]


def export(path: Path, rows: list[list[str]]) -> Path:
    if path.suffix == ".xlsx":
        pl.DataFrame(rows, schema=list(HEADER), orient="row").write_excel(path)
        return path
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


@pytest.mark.parametrize("slip", [lost_early, lost_late, blank_early])
def test_a_row_slipped_over_three_columns_or_more_is_set_aside(tmp_path: Path, slip) -> None:
    missed = []
    for place, (left, right) in enumerate(LOST):
        rows = [*ROWS]
        at = 7 + place % 100
        rows[at] = slip(rows[at], left, right)
        assert len(rows[at]) == len(HEADER)
        table = read_table(export(tmp_path / "slipped.csv", rows))
        assert [row.row_number for row in table.refused] in ([], [at + 1]), (left, right)
        missed += [] if table.refused else [(left, right)]
    assert len(missed) * 10 <= len(LOST), missed


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_several_slipped_rows_are_found_among_the_others(tmp_path: Path, ending: str) -> None:
    rows = [*ROWS]
    for at, (left, right) in {3: (2, 9), 70: (3, 8), 110: (6, 11)}.items():
        rows[at] = lost_early(rows[at], left, right)
    table = read_table(export(tmp_path / f"slipped.{ending}", rows))
    assert [(row.row_number, row.reason) for row in table.refused] == [(n, "slipped_cells") for n in (4, 71, 111)]
    kept = [tuple(row) for i, row in enumerate(rows, start=1) if i not in (4, 71, 111)]
    assert [tuple(row) for row in table.records()] == kept
    assert list(table.row_numbers) == [i for i in range(1, 151) if i not in (4, 71, 111)]


def test_a_large_file_finds_them_as_a_small_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [*ROWS]
    for at in (20, 99):
        rows[at] = lost_late(rows[at], 2, 9)
    path = export(tmp_path / "slipped.csv", rows)
    small = read_table(path)
    monkeypatch.setattr(bulk, "FROM_BYTES", 0)
    large = read_table(path)
    assert [r.row_number for r in small.refused] == [r.row_number for r in large.refused] == [21, 100]
    assert [tuple(row) for row in small.records()] == [tuple(row) for row in large.records()]


@pytest.mark.parametrize(("one", "other"), [(2, 3), (3, 4), (7, 8), (12, 13)])
def test_two_neighbours_in_each_others_place_are_set_aside(tmp_path: Path, one: int, other: int) -> None:
    rows = [list(row) for row in ROWS]
    rows[60][one], rows[60][other] = rows[60][other], rows[60][one]
    assert [row.reason for row in read_table(export(tmp_path / "a.csv", rows)).refused] == ["slipped_cells"]


def test_words_that_come_later_in_the_file_are_learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A piece of a large file brings a new district, street and category in half of its rows, and a slipped row."""
    later = [
        [*row[:3], "社会保障", "医保报销", *row[5:7], "高新区", "高新街道", *row[9:]] if i % 2 else row
        for i, row in enumerate(ROWS)
    ]
    later[40] = lost_early(later[40], 2, 9)
    path = export(tmp_path / "a.csv", [*ROWS, *later])
    monkeypatch.setattr(bulk, "FROM_BYTES", 0)
    monkeypatch.setattr(bulk, "PIECE_BYTES", path.stat().st_size // 2)
    assert [row.row_number for row in read_table(path).refused] == [191]


HONEST = {
    "a new district and street": {7: "高新区", 8: "高新街道"},
    "a new category": {3: "社会保障", 4: "医保报销"},
    "a category that is blank": {3: ""},
    "nothing known of the place": {7: "不详", 8: "无", 9: "-", 10: "", 11: ""},
    "point of another city": {10: "121.473701", 11: "31.230416"},
    "no point": {10: "0", 11: "0"},
    "latitude and longitude exchanged": {10: "39.9", 11: "116.4"},
    "a district in the field of the street": {7: "", 8: "城东区"},
    "ragged categories": {3: "油烟扰民", 4: ""},
    "text for a time": {13: "尚未办结"},
    "several units": {12: "城管局、交警支队"},
    "a title that is a category": {5: "供暖", 4: "其他"},
    "a number for the address": {9: "12345"},
}  # fmt: skip


@pytest.mark.parametrize("case", HONEST)
def test_an_odd_but_honest_row_stays(tmp_path: Path, case: str) -> None:
    rows = [list(row) for row in ROWS]
    for index, cell in HONEST[case].items():
        rows[60][index] = cell
    assert read_table(export(tmp_path / "honest.csv", rows)).refused == ()


def test_a_file_of_few_rows_accuses_nobody(tmp_path: Path) -> None:
    assert read_table(export(tmp_path / "few.csv", [lost_early(ROWS[0], 5, 8), ROWS[1], ROWS[2]])).refused == ()


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize(("column", "at"), [(0, 4), (0, 13), (-1, 3), (-1, 10)])
def test_a_row_torn_inside_an_id_or_a_number_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: int, at: int, large: bool) -> None:  # fmt: skip
    """A line break in the first or last cell leaves a row of the right width with half an id."""
    lines = [",".join([*row[:6], *row[7:], f"138{i:08d}"]) for i, row in enumerate(ROWS)]
    place = at if column == 0 else len(lines[60]) - 11 + at
    lines[60] = f"{lines[60][:place]}\n{lines[60][place:]}"
    path = tmp_path / "torn.csv"
    path.write_text("\n".join([",".join([*HEADER[:6], *HEADER[7:], "电话"]), *lines]), encoding="utf-8")
    monkeypatch.setattr(bulk, "FROM_BYTES", 0 if large else bulk.FROM_BYTES)
    table = read_table(path)
    assert [row.row_number for row in table.refused] == [61, 62]
    assert table.height == len(ROWS) - 1


def test_a_note_below_the_rows_takes_no_row_with_it(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", ROWS)
    path.write_text(path.read_text(encoding="utf-8") + "注：以上数据由系统导出\n42\n", encoding="utf-8")
    table = read_table(path)
    assert [row.row_number for row in table.refused] == [151, 152]


@pytest.mark.parametrize("word", ["合计", "总计：", "Total"])
@pytest.mark.parametrize("large", [False, True])
def test_a_row_of_sums_is_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, large: bool) -> None:
    rows = [*ROWS, [word, *[""] * (len(HEADER) - 2), "150"]]
    monkeypatch.setattr(bulk, "FROM_BYTES", 0 if large else bulk.FROM_BYTES)
    table = read_table(export(tmp_path / "a.csv", rows))
    assert [(row.row_number, row.reason) for row in table.refused] == [(151, "foreign_record")]


def test_two_numbers_in_one_cell_beside_a_blank_are_set_aside(tmp_path: Path) -> None:
    rows = [list(row) for row in ROWS]
    rows[60][10:12] = [rows[60][10] + rows[60][11], ""]
    assert [row.row_number for row in read_table(export(tmp_path / "a.csv", rows)).refused] == [61]
