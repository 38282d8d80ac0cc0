"""Categories that people gave: append-only, undo, one at a time, and what a build reads back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from weisu import store
from weisu.category_reviews import CategoryReview, in_force, last_seen, list_category_reviews, review_category
from weisu.cli.door import mask_typed
from weisu.settings import Workspace

NOW = dt.datetime(2026, 4, 1, 1, 0)
TICKET = "t:1"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    made = store.open_store(Workspace(tmp_path))
    yield made
    made.dispose()


def judge(engine: sa.Engine, verdict: str, seen: str | None = None, **more: str) -> CategoryReview:
    given = {"ticket_key": TICKET, "category_key": "城市管理->路灯照明", "actor": "甲", "note": "练习"} | more
    return review_category(engine, verdict=verdict, now=NOW, seen=seen, mask=mask_typed, **given)  # type: ignore[arg-type]


def test_category_when_taken_back_then_the_one_before_counts_and_all_rows_stay(engine: sa.Engine) -> None:
    first = judge(engine, "assign")
    second = judge(engine, "assign", first.review_id, category_key="城市管理->道路")
    assert in_force(list_category_reviews(engine))[TICKET].category_key == "城市管理->道路"
    third = judge(engine, "undo", second.review_id)
    assert in_force(list_category_reviews(engine))[TICKET].category_key == "城市管理->路灯照明"
    fourth = judge(engine, "undo", third.review_id)
    found = list_category_reviews(engine)
    assert in_force(found) == {}
    assert [r.position for r in found] == [1, 2, 3, 4]
    assert last_seen(found) == {TICKET: fourth.review_id}


def test_category_when_another_came_first_then_refused(engine: sa.Engine) -> None:
    judge(engine, "keep", actor="乙")
    with pytest.raises(store.ActConflict, match="meanwhile"):
        judge(engine, "assign")
    assert [r.actor for r in list_category_reviews(engine)] == ["乙"]


@pytest.mark.parametrize(
    ("verdict", "more"), [("undo", {}), ("perhaps", {}), ("assign", {"actor": " "}), ("assign", {"category_key": " "})]
)
def test_category_when_it_makes_no_sense_then_refused(engine: sa.Engine, verdict: str, more: dict) -> None:
    with pytest.raises(store.StoreError):
        judge(engine, verdict, **more)
    assert list_category_reviews(engine) == []


def test_rows_when_changed_by_hand_then_database_refuses(engine: sa.Engine) -> None:
    judge(engine, "assign")
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), engine.begin() as con:
        con.execute(sa.text("delete from acts_category_reviews"))


def test_version_and_copy_when_categories_were_given_then_a_build_reads_them_back(
    engine: sa.Engine, tmp_path: Path
) -> None:
    before = store.version(Workspace(tmp_path))
    judge(engine, "assign", note="电话15473824651")
    assert store.version(Workspace(tmp_path)) != before
    with duckdb.connect() as con:
        store.copy_into(Workspace(tmp_path), con)
        rows = con.execute("select ticket_key, verdict, category_key, note from acts.category_reviews").fetchall()
    assert [row[:3] for row in rows] == [(TICKET, "assign", "城市管理->路灯照明")]
    assert "15473824651" not in rows[0][3]
