"""What stands at the entrance: who is signed in, what somebody sees who may not enter, and the note that texts were seen."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable

import streamlit as st

from dashboards import session
from dashboards.door import Door, utc_now
from dashboards.gate import LOGIN, LOGOUT
from dashboards.identity import Stranger
from dashboards.parts import empty, lead
from dashboards.style import sheet
from dashboards.view import View
from weisu import audit
from weisu.access import Reader
from weisu.identity import stable_id
from weisu.texts import text

WAYS_OUT = {"accounts": LOGOUT, "oidc": "/auth/logout"}
SEEN = "texts seen"
AGAIN = dt.timedelta(minutes=10)  # after which the same texts on the same page are told again
MOST_IDS = 1000  # in one row of the log; more are counted


def name_tag(view: View, mode: str) -> str:
    """Name, role and area of the reader, and the way out, as HTML; nothing where nobody signed in."""
    reader = view.reader
    if not reader.is_signed_in:
        return ""
    parts = (reader.name, text(f"access.role.{reader.role}", view.lang), reader.area or "")
    way = WAYS_OUT.get(mode)  # a gateway has its own
    out = f' <a href="{way}" target="_self">{html.escape(text("access.sign_out", view.lang))}</a>' if way else ""
    return f'<span class="reader">{html.escape(" · ".join(part for part in parts if part))}{out}</span>'


def refused_page(view: View) -> None:
    """A page that is not of this role."""
    lead(text("access.refused.lead", view.lang))
    role = text(f"access.role.{view.reader.role}", view.lang)
    empty(text("access.refused.what", view.lang, role=role), text("access.refused.todo", view.lang))


def stranger_page(door: Door, stranger: Stranger) -> None:
    """The way in, for who is not in; nothing of the city is on it."""
    lang = session.language(door.language)
    st.html(sheet(session.theme()))
    lead(text(f"access.stranger.{stranger.code}", lang))
    empty(text(f"access.stranger.{stranger.code}_what", lang, name=stranger.name))
    if door.access.mode == "accounts":
        st.html(f'<p class="why"><a href="{LOGIN}" target="_self">{html.escape(text("access.login.do", lang))}</a></p>')
    elif door.access.mode == "oidc":
        _provider_buttons(lang, is_in=bool(st.user.is_logged_in))


def _provider_buttons(lang: str, *, is_in: bool) -> None:
    if is_in:
        st.button(text("access.sign_out", lang), on_click=st.logout, key="oidc-out")
    else:
        st.button(text("access.login.provider", lang), on_click=st.login, type="primary", key="oidc-in")


def watch_texts(door: Door, reader: Reader, tickets: list[str]) -> None:
    """Log that a signed-in reader was given texts, once per page and tickets within `AGAIN`.

    Raises:
        StoreError: the log cannot be written; then the texts are not given.
    """
    now, page = utc_now(), session.page()
    seen: dict[str, dt.datetime] = st.session_state.setdefault(SEEN, {})
    key = stable_id(page, *tickets)
    if key in seen and now < seen[key] + AGAIN:
        return
    chosen = {name: value for name, value in st.query_params.items() if name != "lang"}
    audit.record(door.engine, now=now, actor=reader.name, role=reader.role, what="view_text", subject=page, rows=len(tickets),
                 detail={"tickets": tickets[:MOST_IDS], **chosen})  # fmt: skip
    seen[key] = now


def log_for(door: Door, reader: Reader) -> Callable[..., None]:
    """How a page without a publication appends to the audit log."""

    def log(what: str, subject: str, **detail: object) -> None:
        audit.record(door.engine, now=utc_now(), actor=reader.name, role=reader.role, what=what, subject=subject, detail=detail)  # fmt: skip

    return log
