"""Suggested categories: learned from the labelled tickets of a year, for recent ones without a category or with 其他; silent where nothing is learned."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from flows import category_help

AS_OF = dt.date(2026, 3, 31)
WATER, NOISE = "自来水发黄浑浊停水", "半夜施工打桩噪音扰民"
COLUMNS = "ticket_key text, created_at timestamp, created_on date, title text, text text, has_text boolean, is_removed boolean, category_l2_key text"


def fact(key: str, days_ago: int, said: str | None, category: str | None, *, is_removed: bool = False) -> tuple:
    on = AS_OF - dt.timedelta(days=days_ago)
    return (key, dt.datetime.combine(on, dt.time(8)), on, said, said, said is not None, is_removed, category)


def labelled(days_ago: int = 30) -> list[tuple]:
    return [
        fact(f"{kind}{n}", days_ago + n % 20, f"{said}，第{n}号院", f"事项->{kind}")
        for kind, said in (("供水", WATER), ("噪声", NOISE))
        for n in range(40)
    ]


def suggested(folder: Path, rows: list[tuple]) -> dict[str, tuple[str, bool]]:
    build = folder / "build.duckdb"
    with duckdb.connect(str(build)) as con:
        con.execute(f"create schema marts; create table marts.fct_tickets ({COLUMNS})")
        con.executemany("insert into marts.fct_tickets values (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    category_help.run(build, AS_OF)
    with duckdb.connect(str(build), read_only=True) as con:
        found = con.execute(
            "select ticket_key, category_key, is_sure, chance from sense.category_suggestions"
        ).fetchall()
    assert all(0 <= chance <= 1 and is_sure == (chance >= 0.6) for *_, is_sure, chance in found)
    return {key: (category, is_sure) for key, category, is_sure, _ in found}


def test_suggestion_when_blank_or_other_then_the_category_its_words_tell(tmp_path: Path) -> None:
    asked = [
        fact("blank", 3, "家里自来水发黄", None),
        fact("other", 5, "打桩噪音半夜扰民", "事项->其他"),
        fact("old", 120, "家里自来水发黄", None),
        fact("silent", 2, None, None),
        fact("void", 2, "家里自来水发黄", None, is_removed=True),
    ]
    assert suggested(tmp_path, labelled() + asked) == {"blank": ("事项->供水", True), "other": ("事项->噪声", True)}


def test_suggestion_when_words_tell_nothing_then_not_sure(tmp_path: Path) -> None:
    found = suggested(tmp_path, [*labelled(), fact("strange", 3, "qwertz", None)])
    assert found["strange"][1] is False


@pytest.mark.parametrize("days_ago", [400, None])
def test_suggestion_when_nothing_recent_is_labelled_then_none(tmp_path: Path, days_ago: int | None) -> None:
    rows = labelled(days_ago) if days_ago else []
    assert suggested(tmp_path, [*rows, fact("blank", 3, WATER, None)]) == {}


def test_suggestion_when_nothing_lacks_a_category_then_an_empty_table(tmp_path: Path) -> None:
    assert suggested(tmp_path, labelled()) == {}
