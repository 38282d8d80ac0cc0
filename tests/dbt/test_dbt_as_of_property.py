"""As-of truth on random loads: the state of a day from the whole ledger equals that from a ledger that got only the files exported up to that day."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dbt.city import MODELS_ONLY, City, run, ticket

pytestmark = pytest.mark.long  # a pair of builds an example; test_dbt_as_of has one pair in every run
FIRST = dt.date(2025, 6, 1)
DAYS = 12  # exports are taken at the end of some of these days
COMPARED = "select * exclude (load_id) from marts.fct_tickets order by ticket_id"
_folders = itertools.count()

# a life: created, dispatched, closed and solved or not, on days after FIRST; merged into another or not
lives = st.fixed_dictionaries({
    "created": st.integers(0, DAYS), "until_dispatch": st.none() | st.integers(0, 4), "until_close": st.none() | st.integers(0, 8),
    "is_solved": st.none() | st.booleans(), "place": st.sampled_from(["一号", "二号"]), "redo_after": st.none() | st.integers(1, 3),
})  # fmt: skip


def instant(day: int) -> dt.datetime:
    """Noon of a day of the trial."""
    return dt.datetime.combine(FIRST + dt.timedelta(days=day), dt.time(12))


def seen(number: int, life: dict[str, Any], day: int) -> dict[str, Any] | None:
    """What an export taken at the end of `day` says of a ticket: its events up to then."""
    if life["created"] > day:
        return None

    def known(after: int | None) -> str | None:
        return None if after is None or life["created"] + after > day else str(instant(life["created"] + after))

    closed = known(life["until_close"])
    redo_on = (
        None
        if closed is None or life["redo_after"] is None
        else life["created"] + life["until_close"] + life["redo_after"]
    )
    is_redone = redo_on is not None and redo_on <= day
    row = ticket(
        str(instant(life["created"])), dispatched=known(life["until_dispatch"]), closed=closed, ticket_id=f"t{number}", address=life["place"],
        is_solved=life["is_solved"] if closed else None, redo_count=int(is_redone),
    )  # fmt: skip
    end = dt.datetime.combine(FIRST + dt.timedelta(days=day + 1), dt.time()) - dt.timedelta(seconds=1)
    content = (row["dispatched_at"], row["closed_at"], row["is_solved"], row["redo_count"])
    return row | {"version_hash": f"{content}", "exported_at": end, "state_at": max(row["state_at"], instant(redo_on)) if is_redone else row["state_at"]}  # fmt: skip


def ledger(all_lives: list[dict[str, Any]], exports: list[int]) -> list[dict[str, Any]]:
    """Every version in the order of the exports that brought it; what was seen before is no version."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for day in exports:
        for number, life in enumerate(all_lives):
            row = seen(number, life, day)
            if row is not None:
                found.setdefault((row["ticket_id"], row["version_hash"]), row)
    return list(found.values())


def state(folder: Path, versions: list[dict[str, Any]], as_of: dt.date) -> list[tuple]:
    """The tickets of a build of the facts."""
    (folder := folder / str(next(_folders))).mkdir()
    path = run(folder, City(as_of=as_of, tickets=versions), ("facts",), without=MODELS_ONLY)
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(COMPARED).fetchall()


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    all_lives=st.lists(lives, min_size=3, max_size=8),
    exports=st.sets(st.integers(0, DAYS), min_size=2, max_size=5).map(sorted),
    data=st.data(),
)
def test_a_past_day_is_what_its_exports_said(
    all_lives: list[dict[str, Any]], exports: list[int], data: st.DataObject, tmp_path: Path
) -> None:
    day = data.draw(st.sampled_from(exports))
    as_of = FIRST + dt.timedelta(days=day)
    whole, then = (ledger(all_lives, [e for e in exports if e <= last]) for last in (DAYS, day))
    if not then:
        return
    assert state(tmp_path, whole, as_of) == state(tmp_path, then, as_of)
