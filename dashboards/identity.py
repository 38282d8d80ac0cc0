"""Who sits before the page: asked anew at every run, so that a disabled account is out at its next click."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import streamlit as st

from dashboards.door import Door, utc_now
from dashboards.gate import COOKIE, TOKEN, VOUCH
from weisu import audit
from weisu.access import LOCAL, Reader, Role
from weisu.accounts import find_account
from weisu.errors import WeisuError
from weisu.sessions import account_of

ENTERED = "entered at"


SAID = {
    "sign_in": "not signed in",
    "no_account": "no account",
    "expired": "signed in too long ago",
    "changed": "the account was changed meanwhile",
}


class Stranger(WeisuError):
    """Nobody who may enter; `code` is a text of access.toml: `sign_in`, `no_account`, `expired`; `changed`: no longer who the page was drawn for."""

    def __init__(self, code: str, *, name: str = "") -> None:
        super().__init__(SAID[code], todo="look again")
        self.code, self.name = code, name


def reader_of(door: Door, now: dt.datetime) -> Reader:
    """The reader of this run.

    Raises:
        Stranger: not signed in, without an account, disabled, or signed in too long ago.
    """
    mode = door.access.mode
    if mode == "open":
        return LOCAL
    if mode == "accounts":
        token = st.context.cookies.get(COOKIE)
        held = token if isinstance(token, str) else ""
        account = account_of(door.engine, held, now=now, hours=door.access.session_hours)
        if account is None:
            raise Stranger("sign_in")
        return account.reader
    name = _gateway_name(door) if mode == "header" else _provider_name(door, now)
    return _known(door, name, now)


def seat_of(door: Door, reader: Reader) -> Callable[[], None]:
    """What asks, later and without Streamlit's context (downloads are made outside of it), whether the reader of this run is still who may sit here.

    The function raises Stranger where the reader signed out, or the account was disabled or changed.
    """
    mode, hours = door.access.mode, door.access.session_hours
    token = st.context.cookies.get(COOKIE) if mode == "accounts" else None

    def check() -> None:
        if mode == "accounts":
            account = account_of(door.engine, str(token or ""), now=utc_now(), hours=hours)
        else:
            account = find_account(door.engine, reader.name)
        if account is None and mode != "accounts" and door.access.unknown_role:
            return
        if account is None or account.is_disabled or account.reader != reader:
            raise Stranger("changed")

    return check if mode != "open" else lambda: None


def _gateway_name(door: Door) -> str:
    """The name that the gateway gave, in UTF-8; only where our gate said that it was the gateway."""
    if st.context.headers.get(VOUCH) != TOKEN:
        raise Stranger("sign_in")
    try:
        return (st.context.headers.get(door.access.header) or "").encode("latin-1").decode().strip()
    except UnicodeError as error:
        raise Stranger("sign_in") from error


def _provider_name(door: Door, now: dt.datetime) -> str:
    """The name that the identity provider signed."""
    if not st.user.is_logged_in:
        raise Stranger("sign_in")
    issued = st.user.get("iat")
    if not isinstance(issued, int | float) or _is_over(door, dt.datetime.fromtimestamp(issued, dt.UTC).replace(tzinfo=None), now):  # fmt: skip
        raise Stranger("expired")
    return str(st.user.get(door.access.oidc_claim) or "").strip()


def _known(door: Door, name: str, now: dt.datetime) -> Reader:
    """The reader of a name that somebody else vouches for: by its account, or as settings treat unknown names."""
    if not name or not name.isprintable():
        raise Stranger("no_account")
    account = find_account(door.engine, name)
    is_new = ENTERED not in st.session_state
    entered = st.session_state.setdefault(ENTERED, now)
    if _is_over(door, entered, now):
        raise Stranger("expired")
    if account is not None and not account.is_disabled:
        reader = account.reader
    elif account is None and door.access.unknown_role:
        reader = Reader(name, Role(door.access.unknown_role))
    else:
        if is_new:
            audit.record(door.engine, now=now, actor=name, role="", what="refused", subject=door.access.mode)
        raise Stranger("no_account", name=name)
    if is_new:
        audit.record(door.engine, now=now, actor=name, role=reader.role, what="sign_in", subject=door.access.mode)
    return reader


def _is_over(door: Door, since: dt.datetime, now: dt.datetime) -> bool:
    return now >= since + dt.timedelta(hours=door.access.session_hours)
