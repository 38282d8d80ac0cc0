"""The index of cases in a build: one case per issue, its state, and what the pages are told of it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dashboards.queries import similar
from dashboards.queries.marts import Marts
from flows import similar_cases
from tests.dbt.city import City, prepare, ticket, write_ledger, write_sense
from weisu import transform
from weisu.variables import project_variables

pytestmark = pytest.mark.slow
NOISE, WATER = "半夜打桩施工噪音大睡不着", "自来水浑浊发黄流出黄水"


def city() -> City:
    made = City()
    for at, (said, kind) in enumerate(((NOISE, "噪声"), (WATER, "供水"))):
        for n in range(6):
            day, place = f"2025-11-{1 + n:02d}", f"{kind}{n}号院"
            closed = None if n == 0 else f"2025-11-{3 + n:02d} 08:00"
            words = {
                "title": said,
                "text": f"{place}{said}，盼解决",
                "reply": None if n == 0 else f"已处理{n}",
                "unit": f"{n}局",
            }
            made.add(ticket(f"{day} {8 + at:02d}:00", ticket_id=f"{kind}{n}", address=place, category_l1="事项", category_l2=kind, closed=closed, is_solved=None if n != 1 else False, **words))  # fmt: skip
    # the same issue once more, closed later, and again after that
    again = {"title": NOISE, "text": NOISE, "address": "噪声5号院", "category_l1": "事项", "category_l2": "噪声"}
    made.add(
        ticket(
            "2025-11-20 08:00",
            ticket_id="噪声5再",
            closed="2025-11-21 08:00",
            reply="再次处理",
            satisfaction="satisfied",
            **again,
        )
    )
    made.add(ticket("2025-11-22 08:00", ticket_id="作废", status="void", **again))
    later = again | {"address": "噪声4号院", "closed": "2025-11-24 08:00"}
    made.add(ticket("2025-11-23 08:00", ticket_id="噪声4再", **later))
    return made


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Marts:
    folder = tmp_path_factory.mktemp("cases")
    made = city()
    ledger, build = write_ledger(folder / "ledger.duckdb", made.tickets), prepare(folder / "build-x.duckdb", made)
    variables = project_variables(made.settings, as_of=made.as_of, run_id="run", data_version="data")
    for name in transform.PASSES:
        if name == "scores":
            write_sense(build, made)
        if name == "alerts":
            similar_cases.run(build)
        transform.run_pass(build, ledger, name, variables=variables)
    return Marts(build, "x")


def asked(marts: Marts, ticket_id: str) -> list[dict]:
    return similar.similar(marts, similar.of_ticket(marts, ticket_id)).to_dicts()


def test_cases_are_one_per_issue_and_hold_no_words(marts: Marts) -> None:
    cases = marts.frame("select * from marts.mart_similar_cases")
    assert cases.height == cases["matter_case_key"].n_unique() == 12
    text = marts.frame("select terms, weights from marts.mart_similar_cases")
    assert {str(kind) for kind in text.dtypes} == {"List(Int32)"}


def test_similar_when_asked_for_a_ticket_then_its_kind_first_and_itself_left_out(marts: Marts) -> None:
    found = asked(marts, "噪声2")
    assert found
    assert {row["category_key"] for row in found} == {"事项->噪声"}
    assert "噪声2" not in [row["ticket_id"] for row in found]
    assert all(similar.FLOOR <= row["likeness"] <= 1 for row in found)


def test_similar_tells_settled_from_unsettled_with_reply_unit_and_outcome(marts: Marts) -> None:
    found = {row["ticket_id"]: row for row in asked(marts, "噪声2")}
    assert {name for name, row in found.items() if not row["is_settled"]} == {
        "噪声0",
        "噪声1",
    }  # open; said to be unsolved
    assert (found["噪声3"]["reply"], found["噪声3"]["unit"], round(found["噪声3"]["days"], 1)) == (
        "已处理3",
        "3局",
        2.0,
    )
    assert found["噪声4"]["outcome_code"] == "recurred"  # reported again, though closed without an answer
    assert found["噪声5再"]["outcome_code"] == "satisfied"
    assert "噪声5" not in found  # the issue stands there once
    assert "作废" not in found


def test_similar_when_nothing_is_like_it_then_none(marts: Marts) -> None:
    assert similar.similar(marts, ["no such issue"]).is_empty()


def test_similar_when_the_publication_has_no_index_then_none(marts: Marts, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "old.duckdb")) as con:
        con.execute("create schema marts")
    old = Marts(tmp_path / "old.duckdb", "old")
    assert not similar.has_index(old)
    assert similar.similar(old, ["x"]).is_empty()
