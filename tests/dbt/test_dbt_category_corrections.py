"""Which category people gave a ticket: the next build counts it so, an undo takes it back, and only its day has news."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from tests.dbt.city import MODELS_ONLY, City, Row, run, ticket

AS_OF = dt.date(2025, 3, 20)
LAMP, ROAD = "城市管理->路灯", "城市管理->道路->坑洼"
TICKETS = [
    ticket("2025-03-10 08:00", ticket_id="other", text="路灯不亮", category_l1="其他", category_l2="其他"),
    ticket("2025-03-11 08:00", ticket_id="blank", text="路面有坑", category_l1=None, category_l2=None),
    ticket("2025-03-12 08:00", ticket_id="lamp", text="路灯不亮", category_l1="城市管理", category_l2="路灯"),
]
KEYS = "select ticket_id, category_l1_key, category_l2_key, category_l3_key from marts.fct_tickets order by ticket_id"


def judgement(number: int, ticket_id: str, verdict: str, category: str, position: int = 1) -> Row:
    at = dt.datetime(2025, 3, 20) + dt.timedelta(minutes=number)
    return {"review_id": f"r{number}", "ticket_key": f"t:{ticket_id}", "position": position, "verdict": verdict,
            "category_key": category, "note": "", "actor": "甲", "reviewed_at": at}  # fmt: skip


def facts(folder: Path, name: str, reviews: list[Row], **more: dt.datetime) -> Path:
    (folder / name).mkdir()
    return run(
        folder / name,
        City(as_of=AS_OF, tickets=TICKETS, category_reviews=reviews, **more),
        ("facts",),
        without=MODELS_ONLY,
    )


def rows(path: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(sql).fetchall()


@pytest.mark.slow
def test_category_when_given_then_the_ticket_counts_there_and_only_its_day_has_news(tmp_path: Path) -> None:
    reviews = [
        judgement(1, "other", "assign", "城市管理->广告"), judgement(2, "other", "undo", "城市管理->广告", 2),
        judgement(3, "other", "assign", LAMP, 3), judgement(4, "lamp", "keep", ROAD), judgement(5, "lamp", "undo", ROAD, 2),
        judgement(6, "blank", "assign", ROAD), judgement(7, "blank", "undo", ROAD, 2),
    ]  # fmt: skip
    before, after = facts(tmp_path, "before", []), facts(tmp_path, "after", reviews)
    told = {row[0]: row[1:] for row in rows(after, KEYS)}
    assert told == {"other": ("城市管理", LAMP, None), "lamp": ("城市管理", LAMP, None), "blank": (None, None, None)}
    digests = "select date_on, digest from marts.mart_day_digests order by date_on"
    news = {new[0] for new, old in zip(rows(after, digests), rows(before, digests), strict=True) if new != old}
    assert news == {dt.date(2025, 3, 10)}


@pytest.mark.slow
def test_category_when_no_other_ticket_has_it_then_known_from_the_day_of_the_ticket_and_later_acts_not_in_a_replay(
    tmp_path: Path,
) -> None:
    reviews = [judgement(1, "blank", "assign", ROAD), judgement(900, "other", "assign", LAMP)]
    built = facts(tmp_path, "built", reviews, acts_until=dt.datetime(2025, 3, 20, 1, tzinfo=dt.UTC))
    assert rows(built, KEYS)[0] == ("blank", "城市管理", "城市管理->道路", ROAD)
    assert rows(built, KEYS)[2] == ("other", "其他", "其他->其他", None)
    known = f"select known_from_on from marts.dim_category where category_key = '{ROAD}'"
    assert rows(built, known) == [(dt.date(2025, 3, 11),)]
