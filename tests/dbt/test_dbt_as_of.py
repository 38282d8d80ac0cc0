"""As-of truth: a build as of a past day equals a build from a ledger that only ever saw what was known by then."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from tests.dbt.city import MODELS_ONLY, City, run, ticket

pytestmark = pytest.mark.slow
AS_OF = dt.date(2025, 6, 30)
OPEN = ticket("2025-06-10 08:00", ticket_id="closed later", due="2025-06-20 08:00", version_hash="open")
AFTER = {"reply": "办结", "is_solved": False, "satisfaction": "unsatisfied", "redo_count": 1}

# what was known by the end of 30 June
KNOWN = [
    ticket("2025-06-01 08:00", ticket_id="closed before", closed="2025-06-05 08:00", is_solved=True),
    OPEN,
    ticket("2025-06-30 23:59", ticket_id="last minute"),
    ticket("2025-06-20 08:00", ticket_id="merged before", status="merged", parent_ticket_id="closed before"),
]
# what came to be known afterwards
LATER = [
    OPEN | ticket("2025-06-10 08:00", closed="2025-07-02 08:00", due="2025-06-20 08:00", **AFTER) | {"ticket_id": "closed later", "version_hash": "closed"},
    ticket("2025-07-01 00:00", ticket_id="first minute of July"),
    ticket("2025-06-15 08:00", ticket_id="only the later state was exported", closed="2025-07-03 08:00", dispatched="2025-07-01 08:00", **AFTER),
]  # fmt: skip
ONLY_LATER_BY_THEN = ticket("2025-06-15 08:00", ticket_id="only the later state was exported")
COMPARED = "select * exclude (version_hash, load_id) from marts.fct_tickets order by ticket_id"


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(tmp_path_factory.mktemp("full"), City(as_of=AS_OF, tickets=[*KNOWN, *LATER]), ("facts",), without=())


def read(path: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_equals_a_build_from_what_was_known(full: Path, tmp_path: Path) -> None:
    known = run(tmp_path, City(as_of=AS_OF, tickets=[*KNOWN, ONLY_LATER_BY_THEN]), ("facts",), without=MODELS_ONLY)
    for sql in (
        COMPARED,
        "select * from marts.fct_daily order by all",
        "select * from intermediate.int_cell_periods order by all",
    ):
        assert read(full, sql) == read(known, sql)


def test_tickets_of_the_next_day_do_not_exist(full: Path) -> None:
    ids = [i for (i,) in read(full, "select ticket_id from marts.fct_tickets order by 1")]
    assert ids == ["closed before", "closed later", "last minute", "merged before", "only the later state was exported"]


def test_later_closure_leaves_the_ticket_open_and_overdue(full: Path) -> None:
    found = read(
        full,
        "select status, closed_at, closed_on, reply, is_solved, satisfaction, redo_count, is_overdue, elapsed_hours from marts.fct_tickets where ticket_id = 'closed later'",
    )
    assert found == [("open", None, None, None, None, None, None, True, 20 * 24 + 16)]


def test_earlier_events_stay(full: Path) -> None:
    assert read(
        full, "select status, closed_on::text, is_solved from marts.fct_tickets where ticket_id = 'closed before'"
    ) == [("closed", "2025-06-05", True)]
    assert read(full, "select case_key from marts.fct_tickets where ticket_id = 'merged before'") == [
        ("t:closed before",)
    ]


def test_spine_ends_on_the_as_of_day(full: Path) -> None:
    assert read(
        full,
        "select max(date_on)::text, sum(reports) filter (area_key = '*' and category_level = 1) from marts.fct_daily",
    ) == [("2025-06-30", 5)]
