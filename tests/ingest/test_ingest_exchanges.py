"""Rows in which two columns stand in each other's place are set aside, block by block or scattered; tables that share words are left alone."""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import polars as pl
import pytest

from ingest.errors import Refused
from ingest.readers import bulk, read_table
from ingest.readers.exchanges import Exchanges
from ingest.reversals import Reversals

HEADER = ("工单编号", "诉求时间", "诉求来源", "一级分类", "二级分类", "诉求标题", "区县", "承办单位", "经度", "纬度")
MATTERS = (
    ("市容环卫", "油烟扰民"),
    ("市容环卫", "垃圾清运"),
    ("交通管理", "违章停车"),
    ("公共服务", "供暖"),
    ("公共服务", "燃气"),
)
ROWS = 300


def ticket(i: int) -> list[str]:
    rnd = random.Random(i)
    (first, second), district = rnd.choice(MATTERS), rnd.choice(("城东区", "城西区", "南湖区"))
    return [
        f"GD20260301{i:06d}", f"2026-03-{1 + i % 28:02d} 08:{i % 60:02d}:12", rnd.choice(("电话", "微信", "网站")), first, second,
        f"反映{district}{i}号附近{second}问题", district, district + rnd.choice(("城管局", "住建局", "供水公司")), f"116.{400000 + 137 * i}",
        f"39.{900000 - 91 * i}",
    ]  # fmt: skip


TICKETS = [ticket(i) for i in range(ROWS)]
THIRDS = {
    "the last third": range(200, 300),
    "the first third": range(100),
    "one of three exports": range(100, 200),
    "every third row": range(0, 300, 3),
}


def exchanged(rows: range, one: str, other: str) -> list[list[str]]:
    left, right = HEADER.index(one), HEADER.index(other)
    made = [list(row) for row in TICKETS]
    for at in rows:
        made[at][left], made[at][right] = made[at][right], made[at][left]
    return made


def export(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


@pytest.mark.parametrize("rows", THIRDS)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("二级分类", "承办单位"),
        ("一级分类", "承办单位"),
        ("诉求来源", "区县"),
        ("诉求时间", "区县"),
        ("诉求标题", "承办单位"),
    ],
)
def test_rows_with_two_columns_exchanged_are_set_aside(tmp_path: Path, rows: str, one: str, other: str) -> None:
    table = read_table(export(tmp_path / "a.csv", exchanged(THIRDS[rows], one, other)))
    assert [row.row_number - 1 for row in table.refused] == list(THIRDS[rows])
    assert {row.reason for row in table.refused} == {"exchanged_columns"}


def as_json(path: Path, rows: list[list[str]]) -> None:
    path.write_text(json.dumps([dict(zip(HEADER, row, strict=True)) for row in rows]), encoding="utf-8")


def as_xml(path: Path, rows: list[list[str]]) -> None:
    tickets = (
        "".join(f"<{name}>{escape(cell)}</{name}>" for name, cell in zip(HEADER, row, strict=True)) for row in rows
    )
    path.write_text(f"<all>{''.join(f'<ticket>{t}</ticket>' for t in tickets)}</all>", encoding="utf-8")


def as_parquet(path: Path, rows: list[list[str]]) -> None:
    pl.DataFrame(rows, schema=list(HEADER), orient="row").write_parquet(path)


@pytest.mark.parametrize("write", [as_json, as_xml, as_parquet])
def test_no_format_hides_exchanged_columns_slipped_rows_and_totals(tmp_path: Path, write: Callable) -> None:
    rows = exchanged(range(100), "二级分类", "承办单位")
    rows[150] = ["", *rows[150][:-1]]
    write(tmp_path / "a", [*rows, ["合计", "300 件", *[""] * 7, "0 公里"]])
    table = read_table(tmp_path / "a")
    assert [row.row_number - 1 for row in table.refused] == [*range(100), 150, 300]
    assert [row.reason for row in table.refused] == ["exchanged_columns"] * 100 + ["slipped_cells", "foreign_record"]
    assert [list(row) for row in table.records()] == TICKETS[100:150] + TICKETS[151:]


def test_a_large_file_remembers_the_homes_from_its_earlier_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exchange begins within the second piece and fills the third."""
    path = export(tmp_path / "a.csv", exchanged(range(170, 300), "二级分类", "承办单位")[:290])
    monkeypatch.setattr(bulk, "FROM_BYTES", 0)
    monkeypatch.setattr(bulk, "PIECE_BYTES", path.stat().st_size // 3 + 1)
    with pytest.raises(Refused) as refused:
        read_table(path)
    assert refused.value.code == "exchanged_columns"  # 120 of 290: no longer clear which is the right way
    table = read_table(export(tmp_path / "b.csv", exchanged(range(200, 300), "二级分类", "承办单位")))
    assert [row.row_number - 1 for row in table.refused] == list(range(200, 300))


def test_half_of_the_rows_each_way_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="each other's place") as refused:
        read_table(export(tmp_path / "a.csv", exchanged(range(140), "二级分类", "承办单位")))
    assert refused.value.code == "exchanged_columns"


def honest(kind: str) -> list[list[str]]:
    """Two columns with words in common."""
    rnd = random.Random(5)
    places = [f"第{i}片区" for i in range(12)]
    match kind:
        case "a district of the matter and one of the unit":
            return [[rnd.choice(places), rnd.choice(places)] for _ in range(ROWS)]
        case "codes of two lists that go with each other":
            return [[str(i), str((i * 5 + 3) % 12)] for i in (rnd.randrange(12) for _ in range(ROWS))]
        case "yes and no":
            return [["是", "否"] if rnd.random() < 0.7 else ["否", "是"] for _ in range(ROWS)]
        case "the same word twice":
            return [
                [place, place if rnd.random() < 0.8 else "其他"] for place in (rnd.choice(places) for _ in range(ROWS))
            ]
        case "from one place to another":
            return [rnd.sample(places, 2) for _ in range(ROWS)]
        case _:
            ratings = ("满意", "基本满意", "不满意", "非常满意", "")
            return [[rnd.choice(ratings), rnd.choice(ratings)] for _ in range(ROWS)]


@pytest.mark.parametrize("kind", [
    "a district of the matter and one of the unit", "codes of two lists that go with each other", "yes and no",
    "the same word twice", "from one place to another", "two ratings",
])  # fmt: skip
def test_columns_with_words_in_common_accuse_nobody(kind: str) -> None:
    assert Exchanges("a.csv", ("一", "二")).rows(list(zip(*honest(kind), strict=True))) == set()


BEGINNING = dt.datetime(2026, 3, 1)


def judged(reversed_rows: range, **changed: object) -> pl.DataFrame:
    """200 judged rows, an hour apart; those of a block the other way round."""
    created = [BEGINNING + dt.timedelta(hours=i) for i in range(200)]
    closed = [at + dt.timedelta(hours=20 + i % 50) for i, at in enumerate(created)]
    titles, texts = (
        [f"反映{i}号路灯不亮"[:9] for i in range(200)],
        [f"市民反映{i}号路灯一直不亮，请处理。" for i in range(200)],
    )
    for i in reversed_rows:
        created[i], closed[i] = closed[i], created[i]
        titles[i], texts[i] = texts[i], titles[i]
    columns = {"created_at": created, "closed_at": closed, "title": titles, "text": texts} | changed
    return pl.DataFrame(columns, schema_overrides={"created_at": pl.Datetime, "closed_at": pl.Datetime}).with_columns(reason=pl.lit(None, pl.String))  # fmt: skip


def set_aside(frame: pl.DataFrame) -> list[int]:
    return Reversals().judge(frame).with_row_index().filter(reason="exchanged_columns")["index"].to_list()


@pytest.mark.parametrize("block", [range(60), range(70, 130), range(140, 200)])
@pytest.mark.parametrize("kept", [("title", "text"), ("created_at", "closed_at")])
def test_a_block_of_rows_the_other_way_round_is_set_aside(block: range, kept: tuple[str, str]) -> None:
    usual = judged(range(0))
    assert set_aside(judged(block, **{name: usual[name] for name in kept})) == list(block)


def test_single_rows_that_end_before_they_begin_stay() -> None:
    usual = judged(range(0))
    assert set_aside(judged(range(0, 200, 3), title=usual["title"], text=usual["text"])) == []
    assert set_aside(judged(range(50, 62), title=usual["title"], text=usual["text"])) == []


def test_tickets_typed_in_after_they_were_handled_stay() -> None:
    usual = judged(range(0))
    typed = [BEGINNING + dt.timedelta(days=30, seconds=15 * i) for i in range(200)]
    assert set_aside(usual.with_columns(created_at=pl.Series(typed))) == []


def test_a_block_with_open_tickets_stays() -> None:
    frame = judged(range(60, 120), title=judged(range(0))["title"], text=judged(range(0))["text"])
    ends = [None if i % 7 == 0 else at for i, at in enumerate(frame["closed_at"])]
    assert set_aside(frame.with_columns(closed_at=pl.Series(ends, dtype=pl.Datetime))) == []


def test_titles_that_always_hold_the_text_stay() -> None:
    """Where no part of the table says what is usual."""
    assert (
        set_aside(
            judged(range(200), created_at=judged(range(0))["created_at"], closed_at=judged(range(0))["closed_at"])
        )
        == []
    )


def test_of_many_rows_a_sample_is_looked_at_first(tmp_path: Path) -> None:
    rows = [ticket(i) for i in range(12_500)]
    left, right = HEADER.index("二级分类"), HEADER.index("承办单位")
    for row in rows[9_000:10_000]:
        row[left], row[right] = row[right], row[left]
    table = read_table(export(tmp_path / "a.csv", rows))
    assert [row.row_number - 1 for row in table.refused] == list(range(9_000, 10_000))
