"""What people corrected of words: the next build reads the text anew, an undo brings the words back, and what is not corrected is not read again."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt.city import MODELS_ONLY, City, Row, prepare, ticket, write_ledger
from weisu import transform
from weisu.variables import project_variables
from weisu.word_reviews import KINDS

AS_OF = dt.date(2025, 3, 20)
FIRE = "商铺着火了，请马上来"
CALM = "路灯不亮，请修理"
TOLD = {"text": FIRE, "category_l1": "城市管理", "category_l2": "消防"}
CALM_TOLD = {"text": CALM, "category_l1": "城市管理", "category_l2": "路灯"}


def said(text: str, title: str = "") -> str:
    """The fingerprint of a ticket without a title, as the key of a judgement."""
    return hashlib.md5(f"{title}|{text}".encode()).hexdigest()


def judgement(number: int, text_hash: str, kind: str, verdict: str, position: int = 1) -> Row:
    at = dt.datetime(2025, 3, 21) + dt.timedelta(minutes=number)
    return {"review_id": f"r{number}", "text_hash": text_hash, "term_kind": kind, "position": position, "verdict": verdict,
            "ticket_key": "t:x", "note": "", "actor": "甲", "reviewed_at": at}  # fmt: skip


TICKETS = [
    ticket("2025-03-10 08:00", ticket_id="fire", **TOLD),
    ticket("2025-03-11 08:00", ticket_id="copy", **TOLD),
    ticket("2025-03-12 08:00", ticket_id="calm", **CALM_TOLD),
    ticket("2025-03-13 08:00", ticket_id="silent"),
]
WRONG = [judgement(1, said(FIRE), "life_safety", "wrong")]
MISSING = [judgement(n, said(CALM), kind, "missing") for n, kind in ((2, "threat"), (3, "sensitive"), (4, "emotion"))]


def facts(folder: Path, name: str, reviews: list[Row], published: Path | None = None, **more: Any) -> Path:
    """The first pass over the tickets with these judgements."""
    city = City(as_of=AS_OF, word_reviews=reviews)
    ledger = write_ledger(folder / f"ledger-{name}.duckdb", more.pop("tickets", TICKETS))
    (folder / name).mkdir()
    path = prepare(folder / name / "build-x.duckdb", city)
    variables = project_variables(city.settings, as_of=AS_OF, run_id="run", data_version="data", **more)
    transform.run_pass(path, ledger, "facts", variables=variables | {"words_stand": published is not None}, published=published, without=MODELS_ONLY)  # fmt: skip
    return path


def rows(path: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(sql).fetchall()


def read(path: Path) -> dict[str, tuple]:
    found = rows(path, "select ticket_id, w.has_life_safety_words, w.has_sensitive_words, w.emotion_level, w.term_hits, w.corrections from marts.mart_ticket_words w join marts.fct_tickets using (ticket_key)")  # fmt: skip
    return {row[0]: row[1:] for row in found}


def digests(path: Path) -> list[tuple]:
    return rows(path, "select date_on, digest from marts.mart_day_digests order by 1")


def everything(path: Path) -> list[list[tuple]]:
    return [rows(path, f"select * from marts.{t} order by all") for t in ("mart_ticket_words", "fct_tickets", "mart_day_digests")]  # fmt: skip


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return facts(tmp_path_factory.mktemp("before"), "before", [])


@pytest.mark.slow
def test_correction_when_built_then_flag_gone_and_undo_brings_it_back_as_a_full_build_has_it(
    tmp_path: Path, before: Path
) -> None:
    assert {k: v[0] for k, v in read(before).items()} == {"fire": True, "copy": True, "calm": False, "silent": False}
    corrected = facts(tmp_path, "corrected", WRONG + MISSING, before)
    found = read(corrected)
    assert found["fire"] == found["copy"]  # the same text says the same
    assert (found["fire"][0], found["fire"][4]) == (False, "-life_safety")
    assert "life_safety" not in (found["fire"][3] or "")
    assert found["calm"][:3] == (True, True, 0.667)
    assert found["calm"][3] == "emotion: analyst; threat: analyst; sensitive: analyst"
    assert found["silent"] == (False, False, None, None, None)
    grave = "select is_life_safety, coalesce(intensity_score >= 80, false) from marts.fct_tickets where ticket_id in ('fire', 'calm') order by ticket_id"
    assert rows(corrected, grave) == [(True, True), (False, False)]
    assert everything(corrected) == everything(facts(tmp_path, "corrected-full", WRONG + MISSING))
    back = [judgement(9 + n, m["text_hash"], m["term_kind"], "undo", 2) for n, m in enumerate(WRONG + MISSING)]
    undone = facts(tmp_path, "undone", [*WRONG, *MISSING, *back], corrected)
    assert everything(undone) == everything(before)


@pytest.mark.slow
def test_correction_when_built_then_only_its_texts_are_read_again_and_only_their_days_have_news(
    tmp_path: Path, before: Path
) -> None:
    marked = tmp_path / "marked.duckdb"
    shutil.copyfile(before, marked)
    with duckdb.connect(str(marked)) as con:
        con.execute("update marts.mart_ticket_words set term_hits = 'read before'")
    reviews = [judgement(1, said(CALM), "sensitive", "missing"), judgement(2, said(FIRE), "life_safety", "right")]
    after = facts(tmp_path, "after", reviews, marked)
    again = {name for name, told in read(after).items() if told[3] != "read before"}
    assert again == {"calm"}  # what was found right changes nothing
    news = {new[0] for new, old in zip(digests(after), digests(before), strict=True) if new != old}
    assert news == {dt.date(2025, 3, 12)}


@pytest.mark.slow
def test_correction_when_a_new_version_says_the_same_then_kept_and_later_judgements_are_not_known_in_a_replay(
    tmp_path: Path,
) -> None:
    later = dt.datetime(2025, 3, 18)
    same = TICKETS[0] | {"version_hash": "v-same", "unit": "甲局", "state_at": later}
    other = TICKETS[1] | {"version_hash": "v-other", "text": FIRE + "！", "state_at": later}
    reviews = [*WRONG, judgement(90, said(FIRE), "life_safety", "undo", 2)]
    until = dt.datetime(2025, 3, 21, 1, tzinfo=dt.UTC)
    found = read(facts(tmp_path, "later", reviews, tickets=[*TICKETS, same, other], acts_until=until))
    assert (found["fire"][0], found["copy"][0]) == (False, True)


def test_kinds_of_the_store_are_those_of_the_model() -> None:
    sql = (Path(__file__).parents[2] / "dbt/models/intermediate/facts/int_ticket_words.sql").read_text(encoding="utf-8")
    (line,) = [x for x in sql.splitlines() if x.startswith("{% set kinds")]
    assert {word.strip(" '") for word in line.split("[")[1].split("]")[0].split(",")} == set(KINDS)
