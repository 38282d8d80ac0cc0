"""The page where people judge words: the gravest first, a judgement is data at once, can be taken back, and tells which kind of word is bad."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from dashboards.queries import words as queries
from dashboards.queries.marts import Marts
from tests.fixtures_publication import make_workspace
from weisu.publishing import current
from weisu.settings import Workspace
from weisu.store import open_store
from weisu.word_reviews import GRAVE, in_force, list_word_reviews


def script() -> None:
    from dashboards.shell import main

    main(only="words")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_workspace(tmp_path_factory.mktemp("words") / "city")


@pytest.fixture
def city(built: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    shutil.copytree(built.root, tmp_path / "city")
    monkeypatch.setenv("WEISU_WORKSPACE", str(tmp_path / "city"))
    return Workspace(tmp_path / "city")


@pytest.fixture
def engine(city: Workspace) -> Iterator[sa.Engine]:
    made = open_store(city)
    yield made
    made.dispose()


@pytest.fixture
def marts(built: Workspace) -> Iterator[Marts]:
    publication = current(built)
    made = Marts(publication.path, publication.name)
    yield made
    made.close()


def open_page(**params: str) -> AppTest:
    at = AppTest.from_function(script, default_timeout=60)
    for key, value in params.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


def words(at: AppTest) -> str:
    return " ".join(str(element.proto.body) for element in at.get("html"))


def hits(at: AppTest) -> object:
    """The list of the page."""
    return next(t.value for t in at.dataframe if "words" in t.value.columns)


def press(
    at: AppTest, verdict: str, kind: str | None = None, *, actor: str = "甲", note: str = "", row: int = 0
) -> str:
    """Judge the ticket that is shown; gives its fingerprint."""
    key = next(b.key for b in at.button if (b.key or "").startswith(f"{verdict}-{kind or 'kind'}-"))
    text_hash = key.rsplit("-", 1)[1]
    at.text_input(key=f"actor-{text_hash}").set_value(actor)
    at.text_input(key=f"note-{text_hash}").set_value(note)
    at.button(key=key).click().run()
    assert not at.exception
    return text_hash


def test_list_when_opened_then_danger_to_life_behind_alerts_first_and_each_text_once(marts: Marts) -> None:
    rows = queries.listed(marts, kind="*", word="*", area="*", alerts=["al01"], is_behind=False, left_out={})
    assert rows.select("text_hash", "term_kind").is_duplicated().sum() == 0
    grave = rows["term_kind"].is_in(GRAVE).to_list()
    assert grave == sorted(grave, reverse=True)
    assert any(grave)
    behind = rows.filter(rows["term_kind"].is_in(GRAVE))["is_behind"].to_list()
    assert behind == sorted(behind, reverse=True)
    assert {True, False} == set(behind)
    assert rows["tickets"].max() > 1  # copies
    assert set(rows["all_texts"]) == {rows.height}
    assert set(rows["grave_texts"]) == {sum(grave)}


def test_list_when_filtered_then_only_those(marts: Marts) -> None:
    rows = queries.listed(
        marts, kind="life_safety", word="爆炸", area="东湖区", alerts=["al01"], is_behind=True, left_out={}
    )
    assert rows.height > 0
    assert rows["area"].str.starts_with("东湖区").all()
    assert rows["is_behind"].all()
    assert set(rows["term_kind"]) == {"life_safety"}
    copies = (
        "select count(*) from marts.mart_ticket_words where text_hash = ?"  # a judgement reaches those elsewhere, too
    )
    assert rows["tickets"].to_list() == [marts.frame(copies, text_hash).item() for text_hash in rows["text_hash"]]
    none = queries.listed(marts, kind="life_safety", word="洪水", area="*", alerts=[], is_behind=False, left_out={})
    assert none.is_empty()


def test_hits_when_written_as_evidence_then_read_by_kind() -> None:
    assert queries.hits_of("life_safety: 着火、爆炸; threat: analyst; weather: rain") == {"life_safety": "着火、爆炸", "threat": "analyst"}  # fmt: skip
    assert queries.hits_of(None) == {}


def test_judgement_when_pressed_then_stored_with_name_and_note_and_the_next_hit_comes(
    city: Workspace, engine: sa.Engine
) -> None:
    at = open_page(lang="zh")
    first = hits(at).iloc[0]
    assert first["term_kind"] == "人身安全"
    before = len(hits(at))
    text_hash = press(at, "wrong", "life_safety", note="练习，电话15473824651")
    (review,) = list_word_reviews(engine)
    assert (review.text_hash, review.term_kind, review.verdict, review.actor) == (
        text_hash,
        "life_safety",
        "wrong",
        "甲",
    )
    assert review.note.startswith("练习")
    assert "15473824651" not in review.note
    assert review.ticket_key.endswith(first["ticket_id"])
    assert len(hits(at)) == min(before, len(hits(at)))
    assert hits(at).iloc[0]["ticket_id"] != first["ticket_id"]
    assert any("词不达意" in t.value for t in at.toast)
    assert "核对 1 处，1 处词不达意" in words(at)


def test_lead_when_the_list_stops_then_says_at_least_how_many(city: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = words(open_page(lang="en"))
    monkeypatch.setattr(queries, "STEP", 5)
    many = words(open_page(lang="en"))
    (n,) = re.findall(r"(\d+) wordings to check", whole)
    assert f"At least {n} wordings to check" in many


def test_judgement_when_taken_back_then_listed_again(city: Workspace, engine: sa.Engine) -> None:
    at = open_page(lang="en")
    press(at, "right", "life_safety")
    judged = open_page(lang="en", show="judged")
    assert hits(judged).iloc[0]["verdict"] == "Right"
    press(judged, "undo", "life_safety")
    assert in_force(list_word_reviews(engine)) == {}
    assert [r.verdict for r in list_word_reviews(engine)] == ["right", "undo"]
    assert "No such words" in words(open_page(lang="en", show="judged"))


def test_missing_when_a_ticket_is_looked_up_then_the_kind_is_added(city: Workspace, engine: sa.Engine) -> None:
    at = open_page(lang="en")
    at.text_input(key="words-ticket").set_value("000000000000001").run()
    text_hash = next(b.key for b in at.button if (b.key or "").startswith("missing-kind-")).rsplit("-", 1)[1]
    at.selectbox(key=f"missing-{text_hash}").set_value("threat")
    assert press(at, "missing") == text_hash
    (review,) = list_word_reviews(engine)
    assert (review.text_hash, review.term_kind, review.verdict, review.ticket_key) == (text_hash, "threat", "missing", "hotline:000000000000001")  # fmt: skip
    at.text_input(key="words-ticket").set_value("none such").run()
    assert "No such ticket" in words(at)


def test_judgement_when_nobody_gives_a_name_then_nothing_is_written(city: Workspace, engine: sa.Engine) -> None:
    at = open_page(lang="en")
    press(at, "wrong", "life_safety", actor=" ")
    assert any("Please give your name" in t.value for t in at.text)
    assert list_word_reviews(engine) == []


def test_precision_when_checked_then_share_of_right_with_its_wilson_interval(marts: Marts) -> None:
    reviews = [made(n, "right" if n < 8 else "wrong") for n in range(10)] + [made(10, "missing")]
    row = queries.precision(marts, {(r.text_hash, r.term_kind): r for r in reviews}).row(0, named=True)
    assert (row["term_kind"], row["checked"], row["right"], row["wrong"], row["missing"]) == (
        "life_safety",
        10,
        8,
        2,
        1,
    )
    assert (round(row["precision"], 2), round(row["lower"], 3), round(row["upper"], 3)) == (0.8, 0.490, 0.943)


def made(number: int, verdict: str) -> object:
    import datetime as dt

    from weisu.word_reviews import WordReview

    return WordReview(f"r{number}", f"h{number}", "life_safety", 1, verdict, "t:1", "", "甲", dt.datetime(2026, 4, 1))


def test_page_when_the_publication_is_of_an_earlier_release_then_says_so(city: Workspace) -> None:
    path = current(city).path
    path.chmod(0o640)
    with duckdb.connect(str(path)) as con:
        con.execute("alter table marts.mart_ticket_words drop column text_hash")
    assert "weisu build" in words(open_page())
