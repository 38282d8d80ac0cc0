"""Accounts: a name, a role, an area, and for local accounts an argon2id hash; each change is a further row, the newest counts."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import sqlalchemy as sa

from weisu import audit
from weisu.access import Reader, Role
from weisu.access_tables import ACCOUNTS
from weisu.store import ActConflict, StoreError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LEAST_PASSWORD, LONGEST_PASSWORD = 12, 256  # characters
LONGEST_NAME = 64
NOBODY = " "  # no account's name: asked in the log where a name is none, so that the answer takes as long
MOST_FAILURES = 5  # wrong passwords in a row within REST
REST = dt.timedelta(minutes=15)
_hashing = threading.BoundedSemaphore(
    2
)  # each hash takes 64 MiB: a flood of sign-ins waits instead of filling the memory


@dataclass(frozen=True)
class Account:
    """One account as it stands."""

    name: str
    position: int  # its changes, from 1
    role: Role
    area_key: str | None
    password_hash: str | None
    password_at: dt.datetime | None
    is_disabled: bool
    changed_by: str
    changed_at: dt.datetime

    @property
    def reader(self) -> Reader:
        """Who sits before the page when this account signed in."""
        return Reader(self.name, self.role, self.area_key)


def list_accounts(engine: sa.Engine) -> list[Account]:
    """All accounts as they stand, by name."""
    with engine.connect() as con:
        rows = con.execute(sa.select(ACCOUNTS).order_by(ACCOUNTS.c.position)).mappings().all()
    newest = {row["name"]: _account(row) for row in rows}
    return [newest[name] for name in sorted(newest)]


def find_account(engine: sa.Engine, name: str) -> Account | None:
    """One account as it stands; None when there is none of this name."""
    query = sa.select(ACCOUNTS).where(ACCOUNTS.c.name == name).order_by(ACCOUNTS.c.position.desc()).limit(1)
    with engine.connect() as con:
        row = con.execute(query).mappings().first()
    return _account(row) if row else None


def _account(row: sa.RowMapping) -> Account:
    told = {name: value for name, value in row.items() if name != "row_id"}
    return Account(**told | {"role": Role(row["role"])})


def add_account(
    engine: sa.Engine,
    *,
    name: str,
    role: str,
    area_key: str | None,
    password: str | None,
    changed_by: str,
    now: dt.datetime,
) -> Account:
    """Make an account.

    Args:
        password: None for names that a gateway or an identity provider vouches for.

    Raises:
        StoreError: the name is taken or no plain name, an unknown role, a role without its area, or too short a password.
    """
    if find_account(engine, name) is not None:
        raise StoreError("there is an account of this name", where=name, todo="change it: weisu users role")
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or name != name.strip():
        raise StoreError("no name for an account", todo=f"use up to {LONGEST_NAME} printable characters")
    known, area = _checked(role, area_key)
    hashed = hash_password(password) if password is not None else None
    made = Account(name, 1, known, area, hashed, now if hashed else None, False, changed_by, now)
    return _append(engine, made, "added")


def change_account(
    engine: sa.Engine,
    name: str,
    *,
    changed_by: str,
    now: dt.datetime,
    role: str | None = None,
    area_key: str | None = None,
    password: str | None = None,
    is_disabled: bool | None = None,
) -> Account:
    """Change what is given; whoever is signed in by this account gets it at the next click.

    Raises:
        StoreError: no such account, or as `add_account`.
    """
    account = find_account(engine, name)
    if account is None:
        raise StoreError("no such account", where=name, todo="see: weisu users list")
    made, what = replace(account, position=account.position + 1, changed_by=changed_by, changed_at=now), "changed"
    if role is not None:
        known, area = _checked(role, area_key)
        made = replace(made, role=known, area_key=area)
    if password is not None:
        made, what = replace(made, password_hash=hash_password(password), password_at=now), "password"
    if is_disabled is not None:
        made, what = replace(made, is_disabled=is_disabled), "disabled" if is_disabled else "enabled"
    return _append(engine, made, what)


def _checked(role: str, area_key: str | None) -> tuple[Role, str | None]:
    if role not in list(Role):
        raise StoreError(f"no role {role!r}", where="--role", todo=f"known: {', '.join(Role)}")
    if (role == Role.OFFICER) != bool(area_key):
        raise StoreError(f"{Role.OFFICER} and an area go together", where="--area", todo="name a key such as 东区 or 东区/一街")  # fmt: skip
    return Role(role), area_key or None


def _append(engine: sa.Engine, made: Account, what: str) -> Account:
    audit.record(engine, now=made.changed_at, actor=made.changed_by, role="", what="change", subject=f"account {made.name}",
                 detail={"act": what, "role": made.role, "area": made.area_key})  # fmt: skip
    try:
        with engine.begin() as con:
            con.execute(sa.insert(ACCOUNTS).values(**vars(made)))
    except sa.exc.IntegrityError as error:
        raise ActConflict("somebody changed this account meanwhile", where=made.name, todo="look again") from error
    return made


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()  # argon2id; RFC 9106, second recommended parameters


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher().hash("nobody has this password")


def hash_password(password: str) -> str:
    """argon2id of a password, with its salt and parameters.

    Raises:
        StoreError: it is too short or too long.
    """
    if not LEAST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise StoreError("not a password", todo=f"use {LEAST_PASSWORD} to {LONGEST_PASSWORD} characters")
    with _hashing:
        return _hasher().hash(password)


def verify(engine: sa.Engine, name: str, password: str, *, now: dt.datetime, address: str = "") -> Account | None:
    """The account that a name and a password open, else None, after the same work whether the account exists or not.

    After `MOST_FAILURES` wrong passwords within `REST` an account rests until they are older.  What was typed as a name is logged only where it is one.
    """
    account = find_account(engine, name)
    is_right = _matches(account.password_hash if account else None, password)
    failures = _failures(engine, account.name if account else NOBODY, account.password_at if account else None, now)
    is_resting = account is not None and failures >= MOST_FAILURES
    is_closed = account is not None and (is_resting or account.is_disabled)
    opens = is_right and not is_closed
    what = "sign_in" if opens else "refused" if is_closed else "sign_in_failed"
    audit.record(engine, now=now, actor=account.name if account else "", role=account.role if account else "", what=what, subject="accounts",
                 detail={"address": address})  # fmt: skip
    return account if opens else None


def _matches(hashed: str | None, password: str) -> bool:
    from argon2.exceptions import VerificationError

    with _hashing:
        try:
            return _hasher().verify(hashed or _nobody(), password[:LONGEST_PASSWORD]) and hashed is not None
        except VerificationError:
            return False


def _failures(engine: sa.Engine, name: str, password_at: dt.datetime | None, now: dt.datetime) -> int:
    """Failed sign-ins within `REST` since the last one that opened, or since the password was set."""
    opened = audit.search(engine, audit.Asked(actor=name, what="sign_in", since=now - REST), most=1)["at"].to_list()
    since = max([now - REST, *opened, *([password_at] if password_at else [])])
    return audit.count(engine, audit.Asked(actor=name, what="sign_in_failed", since=since))
