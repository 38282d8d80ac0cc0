"""What stands of the last publication: a build that judges only the periods with news has the same marts as one that judges all."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from flows.standing import Standing, read_before, standing, used_new_goalposts
from tests.dbt.city import MODELS_ONLY, City, prepare, ticket, write_ledger, write_sense
from weisu import goalposts, rulebook, transform
from weisu.publishing import publish
from weisu.settings import Workspace
from weisu.variables import project_variables
from weisu.warehouse import connect

pytestmark = pytest.mark.timeout(1200)  # pairs of whole builds
FIRST, LAST = dt.date(2023, 11, 20), dt.date(2025, 4, 5)
BEFORE = dt.date(2025, 3, 20)  # of the first build
NOW = dt.datetime(2025, 4, 6)
PLACES = [
    ("东区", "一街", "甲社区", "甲苑"),
    ("东区", "一街", "乙社区", "乙苑"),
    ("东区", "二街", "丙社区", "丙苑"),
    ("西区", "三街", "丁社区", "丁苑"),
]
KINDS = [("环境", "垃圾", "清运"), ("环境", "垃圾", "分类"), ("环境", "噪音", "施工"), ("住房", "漏水", "屋顶")]


def lives(seed: int, located_from: dt.date = LAST, size: int = 4) -> list[dict[str, Any]]:
    """Tickets of sixteen months in `size` places and categories in their last state; every cell meets from the beginning, so that goalposts freeze but for those of distances."""
    draw = random.Random(seed)
    found = []
    for day in range((LAST - FIRST).days + 1):
        for n in range(6):
            at = dt.datetime.combine(FIRST + dt.timedelta(days=day), dt.time(8 + n, draw.randrange(60)))
            place, kind = PLACES[draw.choice([0, 0, 1, 2, 3]) % size], draw.choice(KINDS[:size])
            point = (
                {"lon": 113 + draw.random() / 20, "lat": 23 + draw.random() / 20} if at.date() >= located_from else {}
            )
            closed = at + dt.timedelta(hours=draw.expovariate(1 / 120)) if draw.random() < 0.9 else None
            outcome = {
                "is_solved": draw.random() < 0.7, "satisfaction": draw.choice(["satisfied", "unsatisfied", None]), "redo_count": draw.choice([0, 0, 1]),
                "is_contacted": draw.random() < 0.9, "transfer_count": draw.choice([0, 1, 3]), "is_extended": draw.random() < 0.1,
            } if closed else {}  # fmt: skip
            found.append(ticket(
                str(at), closed=str(closed) if closed else None, due=str(at + dt.timedelta(days=5)), dispatched=str(at + dt.timedelta(minutes=30)),
                ticket_id=f"t{day:04d}{n}", **dict(zip(("district", "street", "community", "estate"), place, strict=True)),
                **dict(zip(("category_l1", "category_l2", "category_l3"), kind, strict=True)), text=draw.choice(["没人管，太危险了", "请处理", "多次反映"]),
                person_hash=f"p{draw.randrange(900)}", unit=draw.choice(["城管局", "住建局"]), channel=draw.choice(["电话", "网络"]), **outcome, **point,
            ))  # fmt: skip
    return found


def known(row: dict[str, Any], on: dt.date) -> dict[str, Any] | None:
    """What an export at the end of a day says of a ticket."""
    if row["created_on"] > on:
        return None
    if row["closed_on"] and row["closed_on"] > on:
        blank = dict.fromkeys(
            (
                "closed_at",
                "closed_on",
                "is_solved",
                "satisfaction",
                "redo_count",
                "is_contacted",
                "transfer_count",
                "is_extended",
            )
        )
        return (
            row
            | blank
            | {"status": "open", "state_at": row["dispatched_at"], "version_hash": row["version_hash"] + "o"}
        )
    return row


def before(tickets: list[dict[str, Any]], late: list[str]) -> list[dict[str, Any]]:
    """What had arrived by the first build; of late tickets nothing had."""
    return [v for row in tickets if row["ticket_id"] not in late and (v := known(row, BEFORE))]


def after(tickets: list[dict[str, Any]], late: list[str], last: dt.date) -> list[dict[str, Any]]:
    """All versions by the second build."""
    new = [v for row in tickets if (v := known(row, last))]
    old = before(tickets, late)
    had = {(v["ticket_id"], v["version_hash"]) for v in old}
    return old + [v for v in new if (v["ticket_id"], v["version_hash"]) not in had]


def build(folder: Path, place: Workspace, city: City, *, full: bool) -> tuple[Path, Standing | None]:
    """The facts and scores of a city, with what stands of the workspace's publication."""
    folder.mkdir()
    ledger, path = write_ledger(folder / "ledger.duckdb", city.tickets), prepare(folder / "build-x.duckdb", city)
    con = connect(path)
    rulebook.copy_into(place, con, as_of=city.as_of)
    con.close()
    variables = project_variables(city.settings, as_of=city.as_of, run_id="run", data_version="data") | {
        "basis_version": "b"
    }
    read = None if full else read_before(place, basis="b")
    transform.run_pass(
        path,
        ledger,
        "facts",
        variables=variables | {"words_stand": read is not None},
        published=read,
        without=MODELS_ONLY,
    )
    goalposts.let_go(path, as_of=city.as_of)
    write_sense(path, city)
    con = connect(path)
    stands = None if full else standing(con, place, as_of=city.as_of, basis="b")
    con.close()
    told = variables | (stands.variables if stands else {})
    transform.run_pass(
        path, ledger, "scores", variables=told, published=stands.published if stands else None, without=MODELS_ONLY
    )
    assert not (stands and used_new_goalposts(path))
    return path, stands


def marts(path: Path) -> dict[str, dict[str, np.ndarray]]:
    """All published tables, in an order of their own that floats do not decide."""
    with duckdb.connect(str(path), read_only=True) as con:
        found = {}
        for (table,) in con.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by 1"
        ).fetchall():
            columns = con.execute(
                f"select column_name, data_type from duckdb_columns() where schema_name = 'marts' and table_name = '{table}'"
            ).fetchall()
            keys = [f'"{name}"' for name, kind in columns if kind != "DOUBLE"]
            found[table] = con.execute(f'select * from marts."{table}" order by {", ".join(keys)}').fetchnumpy()
        return found


def assert_same(left: Path, right: Path) -> None:
    one, other = marts(left), marts(right)
    assert one.keys() == other.keys()
    for table, columns in one.items():
        for name, values in columns.items():
            told, expected = (
                np.ma.filled(v, np.nan) if v.dtype.kind == "f" else np.ma.filled(v.astype(object), None)
                for v in (values, other[table][name])
            )
            assert told.shape == expected.shape, f"{table}: {len(told)} rows, not {len(expected)}"
            if values.dtype.kind == "f":
                np.testing.assert_allclose(
                    told, expected, rtol=1e-6, atol=1.1e-4, equal_nan=True, err_msg=f"{table}.{name}"
                )
            else:
                assert list(map(str, told)) == list(map(str, expected)), f"{table}.{name}"


def published(folder: Path, tickets: list[dict[str, Any]]) -> Workspace:
    """A workspace whose current publication is the first build."""
    (folder / "work").mkdir()
    (folder / "work" / "weisu.toml").write_text('[city]\nname = "试验市"\ntimezone = "UTC"\n', encoding="utf-8")
    place = Workspace(folder / "work")
    path, stands = build(folder / "before", place, City(as_of=BEFORE, tickets=tickets), full=False)
    assert stands is None
    publish(place, path, as_of=BEFORE, data_version="data", now=NOW)
    rulebook.keep(place, path, as_of=BEFORE, now=NOW)
    return place


def judged_anew(path: Path) -> set[dt.date]:
    with duckdb.connect(str(path), read_only=True) as con:
        return {day for (day,) in con.execute("select period_end_on from intermediate.int_scored_periods").fetchall()}


def assert_standing_is_full(
    folder: Path, tickets: list[dict[str, Any]], late: list[str], until: dt.date | None, last: dt.date = LAST
) -> None:
    place = published(folder, before(tickets, late))
    city = City(as_of=last, tickets=after(tickets, late, last))
    quick, stands = build(folder / "quick", place, city, full=False)
    assert (stands and stands.until) == until
    if until:
        assert min(judged_anew(quick)) >= until
    whole, _ = build(folder / "full", place, replace(city), full=True)
    assert_same(quick, whole)


@pytest.mark.slow
@pytest.mark.parametrize("size", [2, pytest.param(4, marks=pytest.mark.long)])
def test_a_build_on_what_stands_is_a_full_one_when_a_ticket_came_late(tmp_path: Path, size: int) -> None:
    """Beside goalposts of distances that are provisional, as the first points are of January: they stand within the month, though news is older."""
    late = dt.date(2025, 2, 25)
    tickets = lives(1, located_from=dt.date(2025, 1, 5), size=size)
    assert_standing_is_full(tmp_path, tickets, [f"t{(late - FIRST).days:04d}1"], late, last=dt.date(2025, 3, 29))
    with duckdb.connect(str(tmp_path / "quick" / "build-x.duckdb"), read_only=True) as con:
        assert con.execute("select count(*) from marts.mart_goalposts where frozen_as_of is null").fetchone()[0]


@pytest.mark.long
def test_provisional_goalposts_do_not_outlive_their_month(tmp_path: Path) -> None:
    assert_standing_is_full(tmp_path, lives(1, located_from=dt.date(2025, 1, 5)), [], None)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 6))
def test_a_build_on_what_stands_is_a_full_one_on_random_schedules(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    days = [draw.randrange(380, (BEFORE - FIRST).days) for _ in range(draw.randrange(3))]
    oldest = min([FIRST + dt.timedelta(days=d) for d in days], default=BEFORE + dt.timedelta(days=1))
    assert_standing_is_full(tmp_path, lives(seed), [f"t{d:04d}{draw.randrange(6)}" for d in days], oldest)


@pytest.mark.long
def test_nothing_stands_when_news_is_old(tmp_path: Path) -> None:
    assert_standing_is_full(tmp_path, lives(7), ["t00501"], None)


@pytest.mark.long
def test_a_build_on_what_stands_is_a_full_one_when_a_text_was_corrected(tmp_path: Path) -> None:
    day = dt.date(2025, 2, 25)
    tickets = [row | ({"text": "此处只说一次，太危险了"} if row["ticket_id"] == f"t{(day - FIRST).days:04d}1" else {}) for row in lives(8)]  # fmt: skip
    place = published(tmp_path, before(tickets, []))
    text_hash = hashlib.md5("|此处只说一次，太危险了".encode()).hexdigest()
    judged = {"review_id": "r1", "text_hash": text_hash, "term_kind": "threat", "position": 1, "verdict": "missing", "ticket_key": "t:1",
              "note": "", "actor": "甲", "reviewed_at": NOW}  # fmt: skip
    city = City(as_of=dt.date(2025, 3, 29), tickets=after(tickets, [], dt.date(2025, 3, 29)), word_reviews=[judged])
    quick, stands = build(tmp_path / "quick", place, city, full=False)
    assert stands
    assert stands.until == day
    whole, _ = build(tmp_path / "full", place, replace(city), full=True)
    assert_same(quick, whole)


@pytest.mark.slow
def test_a_version_is_read_once_and_another_one_anew(tmp_path: Path) -> None:
    kept, changed = (
        ticket("2025-03-10 08:00", ticket_id=name, text="没人管，太危险了") for name in ("kept", "changed")
    )
    ledger, path = (
        write_ledger(tmp_path / "before.duckdb", [kept, changed]),
        prepare(tmp_path / "build-x.duckdb", City(as_of=BEFORE)),
    )
    variables = project_variables(City().settings, as_of=BEFORE, run_id="run", data_version="data")
    transform.run_pass(path, ledger, "facts", variables=variables, without=MODELS_ONLY)
    published = tmp_path / "published.duckdb"
    shutil.copyfile(path, published)
    with duckdb.connect(str(published)) as con:
        con.execute("update marts.mart_ticket_words set term_hits = 'read before', worded_urgency_level = 0.125")
    later = changed | {"version_hash": "v-later", "text": "请处理", "state_at": dt.datetime(2025, 3, 11)}
    ledger, path = (
        write_ledger(tmp_path / "after.duckdb", [kept, changed, later]),
        prepare(tmp_path / "build-y.duckdb", City(as_of=BEFORE)),
    )
    transform.run_pass(
        path, ledger, "facts", variables=variables | {"words_stand": True}, published=published, without=MODELS_ONLY
    )
    with duckdb.connect(str(path), read_only=True) as con:
        sql = "select ticket_id, term_hits from marts.mart_ticket_words join marts.fct_tickets using (ticket_key)"
        assert dict(con.execute(sql).fetchall()) == {"kept": "read before", "changed": None}
        (urgency,) = con.execute("select urgency_level from marts.fct_tickets where ticket_id = 'kept'").fetchone()
        assert urgency == 0.125
