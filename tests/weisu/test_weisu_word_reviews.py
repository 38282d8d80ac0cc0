"""Judgements of words: append-only, undo, one at a time, and what a build reads back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from weisu import store
from weisu.cli.door import mask_typed
from weisu.settings import Workspace
from weisu.word_reviews import WordReview, in_force, last_seen, list_word_reviews, review_word

NOW = dt.datetime(2026, 4, 1, 1, 0)
WORD = ("ab" * 16, "life_safety")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def engine(workspace: Workspace) -> Iterator[sa.Engine]:
    made = store.open_store(workspace)
    yield made
    made.dispose()


def judge(engine: sa.Engine, verdict: str, seen: str | None = None, **more: str) -> WordReview:
    given = {"text_hash": WORD[0], "term_kind": WORD[1], "ticket_key": "t:1", "actor": "甲", "note": "练习"} | more
    return review_word(engine, verdict=verdict, now=NOW, seen=seen, mask=mask_typed, **given)  # type: ignore[arg-type]


def test_judgement_when_taken_back_then_the_one_before_counts_and_all_rows_stay(engine: sa.Engine) -> None:
    first = judge(engine, "right")
    second = judge(engine, "wrong", first.review_id)
    assert in_force(list_word_reviews(engine))[WORD].verdict == "wrong"
    third = judge(engine, "undo", second.review_id)
    assert in_force(list_word_reviews(engine))[WORD].verdict == "right"
    fourth = judge(engine, "undo", third.review_id)
    found = list_word_reviews(engine)
    assert in_force(found) == {}
    assert [r.position for r in found] == [1, 2, 3, 4]
    assert last_seen(found) == {WORD: fourth.review_id}


def test_judgement_when_another_came_first_then_refused(engine: sa.Engine) -> None:
    judge(engine, "wrong", actor="乙")
    with pytest.raises(store.ActConflict, match="meanwhile"):
        judge(engine, "right")
    assert [r.actor for r in list_word_reviews(engine)] == ["乙"]


def test_judgement_when_of_another_kind_or_text_then_apart(engine: sa.Engine) -> None:
    judge(engine, "wrong")
    judge(engine, "missing", term_kind="threat")
    judge(engine, "right", text_hash="cd" * 16)
    assert sorted(r.verdict for r in in_force(list_word_reviews(engine)).values()) == ["missing", "right", "wrong"]


@pytest.mark.parametrize(
    ("verdict", "more"),
    [("undo", {}), ("perhaps", {}), ("wrong", {"actor": " "}), ("wrong", {"term_kind": "weather"})],
)
def test_judgement_when_it_makes_no_sense_then_refused(engine: sa.Engine, verdict: str, more: dict) -> None:
    with pytest.raises(store.StoreError):
        judge(engine, verdict, **more)
    assert list_word_reviews(engine) == []


@pytest.mark.parametrize(
    "statement", ["update acts_word_reviews set verdict = 'right'", "delete from acts_word_reviews"]
)
def test_rows_when_changed_by_hand_then_database_refuses(engine: sa.Engine, statement: str) -> None:
    judge(engine, "wrong")
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), engine.begin() as con:
        con.execute(sa.text(statement))


def test_version_and_copy_when_words_were_judged_then_build_reads_them_back(
    workspace: Workspace, engine: sa.Engine
) -> None:
    before = store.version(workspace)
    judge(engine, "wrong", note="电话15473824651")
    assert store.version(workspace) != before
    with duckdb.connect() as con:
        store.copy_into(workspace, con)
        rows = con.execute("select text_hash, term_kind, verdict, note, reviewed_at from acts.word_reviews").fetchall()
    assert [(*row[:3], row[4]) for row in rows] == [(*WORD, "wrong", NOW)]
    assert "15473824651" not in rows[0][3]


def test_copy_when_nobody_judged_then_an_empty_table(workspace: Workspace) -> None:
    with duckdb.connect() as con:
        store.copy_into(workspace, con)
        assert con.execute("select count(*) from acts.word_reviews").fetchone() == (0,)
