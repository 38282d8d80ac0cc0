"""Accounts, sign-in, sessions and the audit log: append-only, no word about who exists, and no build goes stale by them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from weisu import audit
from weisu.access_tables import ACCOUNTS, AUDIT, SESSIONS
from weisu.accounts import MOST_FAILURES, REST, add_account, change_account, find_account, list_accounts, verify
from weisu.sessions import account_of, close_session, open_session
from weisu.settings import Workspace
from weisu.store import ActConflict, StoreError, open_store, version

GOOD = "正确的密码-horse-battery"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    return open_store(Workspace(tmp_path))


@pytest.fixture
def ana(engine: sa.Engine, now: dt.datetime) -> sa.Engine:
    add_account(engine, name="ana", role="analyst", area_key=None, password=GOOD, changed_by="shell", now=now)
    return engine


def log(engine: sa.Engine) -> list[tuple[str, str]]:
    return list(reversed(audit.search(engine).select("what", "actor").rows()))


def test_password_is_kept_as_argon2id_only(ana: sa.Engine) -> None:
    hashed = find_account(ana, "ana").password_hash
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    with ana.connect() as con:
        everything = str([con.execute(sa.select(table)).all() for table in (ACCOUNTS, AUDIT, SESSIONS)])
    assert GOOD not in everything


def test_sign_in_with_name_and_password_opens(ana: sa.Engine, now: dt.datetime) -> None:
    account = verify(ana, "ana", GOOD, now=now + MINUTE, address="10.0.0.7")
    assert account.reader.role == "analyst"
    assert log(ana)[-1] == ("sign_in", "ana")
    assert '"10.0.0.7"' in audit.search(ana)["detail"][0]


@pytest.mark.parametrize(("name", "password"), [("ana", "wrong"), ("nobody", GOOD), ("", ""), ("ana", ""), ("ANA", GOOD), ("ana", GOOD + " ")])  # fmt: skip
def test_sign_in_otherwise_does_not_open(ana: sa.Engine, now: dt.datetime, name: str, password: str) -> None:
    assert verify(ana, name, password, now=now) is None
    assert log(ana)[-1] == ("sign_in_failed", "ana" if name == "ana" else "")  # a password typed as a name is not kept


def test_sign_in_when_the_name_is_none_then_the_database_is_asked_the_same(ana: sa.Engine, now: dt.datetime) -> None:
    def asked(name: str) -> list[str]:
        heard: list[str] = []
        told = lambda _con, _cursor, statement, *_rest: heard.append(statement)  # noqa: E731
        sa.event.listen(ana, "before_cursor_execute", told)
        assert verify(ana, name, "wrong", now=now) is None
        sa.event.remove(ana, "before_cursor_execute", told)
        return heard

    known = asked("ana")
    assert sum("from audit_log" in one.replace("\n", " ").lower() for one in known) == 2
    assert asked("nobody") == asked("") == known


def test_sign_in_asks_the_log_by_its_index(ana: sa.Engine, now: dt.datetime) -> None:
    heard: list[tuple[str, object]] = []
    sa.event.listen(ana, "before_cursor_execute", lambda _con, _cursor, said, given, *_rest: heard.append((said, given)))  # fmt: skip
    verify(ana, "ana", "wrong", now=now)
    queries = [one for one in heard if "FROM audit_log" in one[0]]
    with ana.connect() as con:
        plans = [row[3] for said, given in queries for row in con.exec_driver_sql(f"explain query plan {said}", given)]
    looked = [one for one in plans if "audit_log" in one]
    assert len(looked) == 2
    assert all("ix_audit_log_actor_what_at (actor=? AND what=? AND at>?" in one for one in looked)


def test_account_without_a_password_never_opens_by_one(engine: sa.Engine, now: dt.datetime) -> None:
    add_account(engine, name="gate", role="viewer", area_key=None, password=None, changed_by="shell", now=now)
    assert verify(engine, "gate", "nobody has this password", now=now) is None


def test_unknown_name_costs_the_same_work(ana: sa.Engine, now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2 import PasswordHasher

    done = []
    real = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda self, *given: done.append(1) or real(self, *given))
    for name in ("ana", "nobody"):
        verify(ana, name, "wrong", now=now)
    assert len(done) == 2


def test_account_rests_after_wrong_passwords_and_then_opens_again(ana: sa.Engine, now: dt.datetime) -> None:
    later = now + MINUTE
    for _ in range(MOST_FAILURES):
        assert verify(ana, "ana", "wrong", now=later) is None
    assert verify(ana, "ana", GOOD, now=later + MINUTE) is None  # right, but resting
    assert log(ana)[-1] == ("refused", "ana")
    assert verify(ana, "ana", GOOD, now=later + REST + MINUTE) is not None


def test_disabled_account_is_out_at_once(ana: sa.Engine, now: dt.datetime) -> None:
    token = open_session(ana, find_account(ana, "ana"), now=now)
    assert account_of(ana, token, now=now, hours=12).name == "ana"
    change_account(ana, "ana", is_disabled=True, changed_by="boss", now=now + MINUTE)
    assert account_of(ana, token, now=now + MINUTE, hours=12) is None
    assert verify(ana, "ana", GOOD, now=now + MINUTE) is None


def test_session_ends_by_hours_by_sign_out_and_by_a_new_password(ana: sa.Engine, now: dt.datetime) -> None:
    ends, out, changed = (open_session(ana, find_account(ana, "ana"), now=now) for _ in range(3))
    assert account_of(ana, ends, now=now + dt.timedelta(hours=2) - MINUTE, hours=2)
    assert account_of(ana, ends, now=now + dt.timedelta(hours=2), hours=2) is None
    close_session(ana, out, now=now)
    close_session(ana, out, now=now)
    assert account_of(ana, out, now=now, hours=2) is None
    change_account(ana, "ana", password=GOOD + "2", changed_by="ana", now=now + MINUTE)
    assert account_of(ana, changed, now=now + MINUTE, hours=2) is None
    assert account_of(ana, "forged", now=now, hours=2) is None


def test_role_changes_hold_and_the_past_stays(ana: sa.Engine, now: dt.datetime) -> None:
    change_account(ana, "ana", role="district_officer", area_key="东湖区", changed_by="boss", now=now)
    assert [(a.role, a.area_key, a.position) for a in list_accounts(ana)] == [("district_officer", "东湖区", 2)]
    with ana.connect() as con:
        assert con.execute(sa.select(sa.func.count()).select_from(ACCOUNTS)).scalar_one() == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"name": "ana"}, "there is an account"),
        ({"name": " x"}, "no name"),
        ({"name": "a\nb"}, "no name"),
        ({"role": "king"}, "no role"),
        ({"role": "district_officer"}, "area go together"),
        ({"area_key": "东湖区"}, "area go together"),
        ({"password": "short"}, "not a password"),
        ({"password": "x" * 300}, "not a password"),
    ],
)
def test_account_that_cannot_be_is_refused(ana: sa.Engine, now: dt.datetime, given: dict, says: str) -> None:
    wanted = {"name": "neu", "role": "viewer", "area_key": None, "password": GOOD, "changed_by": "boss", "now": now}
    with pytest.raises(StoreError, match=says):
        add_account(ana, **wanted | given)
    assert [a.name for a in list_accounts(ana)] == ["ana"]


def test_two_changes_of_the_same_sight_the_second_is_refused(ana: sa.Engine, now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    from weisu import accounts

    seen = find_account(ana, "ana")
    change_account(ana, "ana", is_disabled=True, changed_by="boss", now=now)
    monkeypatch.setattr(accounts, "find_account", lambda *_given: seen)  # what the other one still saw
    with pytest.raises(ActConflict):
        change_account(ana, "ana", role="admin", changed_by="mallory", now=now)


@pytest.mark.parametrize("table", [ACCOUNTS, SESSIONS, AUDIT])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_rows_cannot_be_changed_or_deleted(ana: sa.Engine, now: dt.datetime, table: sa.Table, verb: str) -> None:
    open_session(ana, find_account(ana, "ana"), now=now)
    statement = sa.delete(table) if verb == "delete" else sa.update(table).values(row_id=99)
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), ana.begin() as con:
        con.execute(statement)


def test_no_build_goes_stale_by_accounts_sessions_and_the_log(ana: sa.Engine, tmp_path: Path, now: dt.datetime) -> None:
    verify(ana, "ana", GOOD, now=now)
    assert version(Workspace(tmp_path)) == "empty"


def test_log_is_searched_by_who_what_when_and_what_it_holds(engine: sa.Engine, now: dt.datetime) -> None:
    for n, (who, what, about) in enumerate([("a", "export", "表"), ("b", "export", "100%"), ("a", "view_text", "alerts")]):  # fmt: skip
        audit.record(engine, now=now + n * MINUTE, actor=who, role="analyst", what=what, subject=about, detail={"tickets": [f"T{n}"]}, rows=n)  # fmt: skip
    asked = audit.Asked
    wanted = {
        asked(actor="a"): [2, 0],
        asked(what="export"): [1, 0],
        asked(holds="T2"): [2],
        asked(holds="%"): [1],  # no wildcard
        asked(holds="' or 1=1 --"): [],
        asked(since=now + MINUTE): [2, 1],
        asked(until=now + MINUTE): [0],
        asked(actor="a", what="export"): [0],
    }
    assert {ask: audit.search(engine, ask)["rows"].to_list() for ask in wanted} == wanted
    assert {ask: audit.count(engine, ask) for ask in wanted} == {ask: len(rows) for ask, rows in wanted.items()}
    assert audit.search(engine, most=1)["rows"].to_list() == [2]


def test_log_that_cannot_be_written_is_an_error(engine: sa.Engine, now: dt.datetime) -> None:
    with pytest.raises(StoreError, match="no such entry"):
        audit.record(engine, now=now, actor="a", role="", what="gossip", subject="")
    with engine.begin() as con:
        con.execute(sa.text("drop table audit_log"))
    with pytest.raises(StoreError, match="cannot be written"):
        audit.record(engine, now=now, actor="a", role="", what="export", subject="")
