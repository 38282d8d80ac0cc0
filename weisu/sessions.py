"""Sessions of local accounts: the browser holds a random token, the store its SHA-256 and when it was opened and closed."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

import sqlalchemy as sa

from weisu import audit
from weisu.access_tables import SESSIONS
from weisu.accounts import Account, find_account


def open_session(engine: sa.Engine, account: Account, *, now: dt.datetime) -> str:
    """The token of a new session."""
    token = secrets.token_urlsafe(32)
    _append(engine, token, "open", account.name, now)
    return token


def close_session(engine: sa.Engine, token: str, *, now: dt.datetime) -> None:
    """End a session, whoever else still holds its token; an unknown or ended one stays as it is."""
    acts = _acts(engine, token)
    if "open" in acts and "close" not in acts:
        name = acts["open"][0]
        audit.record(engine, now=now, actor=name, role="", what="sign_out", subject="accounts")
        _append(engine, token, "close", name, now)


def account_of(engine: sa.Engine, token: str, *, now: dt.datetime, hours: int) -> Account | None:
    """Whose session it is; None: unknown, ended, older than `hours` or than the password, or the account is disabled."""
    acts = _acts(engine, token)
    if "open" not in acts or "close" in acts:
        return None
    name, opened = acts["open"]
    account = find_account(engine, name)
    if account is None or account.is_disabled or not opened <= now < opened + dt.timedelta(hours=hours):
        return None
    return None if account.password_at and account.password_at > opened else account


def _append(engine: sa.Engine, token: str, act: str, name: str, now: dt.datetime) -> None:
    with engine.begin() as con:
        con.execute(sa.insert(SESSIONS).values(session_hash=_hash(token), act=act, name=name, at=now))


def _acts(engine: sa.Engine, token: str) -> dict[str, tuple[str, dt.datetime]]:
    query = sa.select(SESSIONS).where(SESSIONS.c.session_hash == _hash(token))
    with engine.connect() as con:
        return {row["act"]: (row["name"], row["at"]) for row in con.execute(query).mappings()}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
