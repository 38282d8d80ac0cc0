"""审计 Audit: who did what and when, to be searched and exported by an administrator."""

from __future__ import annotations

import datetime as dt

import polars as pl
import streamlit as st

from dashboards import filters
from dashboards.export import XLSX, taken
from dashboards.parts import block, empty, grid, lead
from dashboards.view import View, end_of_day
from weisu import audit
from weisu.access import Role
from weisu.texts import text

SHOWN = 500
DAY = dt.timedelta(days=1)


def show(view: View) -> None:
    """Draw the page."""
    view.reader.demand("read_audit")
    top = st.container()
    asked = _asked(view)
    found = audit.search(view.engine, asked, most=SHOWN)
    with top:
        lead(_t(view, "lead", n=view.n(audit.count(view.engine, asked))), _t(view, "sub"))
    block(_t(view, "list"), _t(view, "shown", n=SHOWN))
    if found.is_empty():
        return empty(_t(view, "none"), "", _t(view, "none_todo"))
    columns = _columns(view)
    grid(_readable(view, found), column_config=columns, height=min(560, 38 + 35 * found.height))
    return st.download_button(
        _t(view, "export"),
        data=lambda: taken(view, _readable(view, audit.search(view.engine, asked)), columns, title=_t(view, "list"), choices={}),
        file_name=f"{_t(view, 'list')}-{view.today}.xlsx", mime=XLSX, key="audit-export", on_click="ignore",
    )  # fmt: skip


def _columns(view: View) -> dict:
    return {
        "at": st.column_config.TextColumn(_t(view, "at"), width=140),
        "actor": st.column_config.TextColumn(_t(view, "who"), width="small"),
        "role": st.column_config.TextColumn(_t(view, "role"), width="small"),
        "what": st.column_config.TextColumn(_t(view, "what"), width="small"),
        "subject": st.column_config.TextColumn(_t(view, "subject"), width="medium"),
        "rows": st.column_config.NumberColumn(_t(view, "rows"), width="small"),
        "detail": st.column_config.TextColumn(_t(view, "detail"), width="large"),
    }


def _t(view: View, key: str, **values: object) -> str:
    return text(f"access.audit.{key}", view.lang, **values)


def _asked(view: View) -> audit.Asked:
    """What the filters ask for; days are local ones."""
    with filters.row():
        who = st.text_input(_t(view, "who"), key="audit-who", width=180, placeholder=_t(view, "anybody"))
        what = st.selectbox(
            _t(view, "what"), ["", *audit.WHATS], key="audit-what", width=180,
            format_func=lambda w: text(f"access.did.{w}", view.lang) if w else _t(view, "anything"),
        )  # fmt: skip
        holds = st.text_input(_t(view, "holds"), key="audit-holds", width=240)
        first = st.date_input(_t(view, "from"), value=None, key="audit-from", width=150)
        last = st.date_input(_t(view, "to"), value=None, key="audit-to", width=150)
    since = end_of_day(first - DAY, view.zone) if isinstance(first, dt.date) else None
    until = end_of_day(last, view.zone) if isinstance(last, dt.date) else None
    return audit.Asked((who or "").strip(), what, (holds or "").strip(), since, until)


def _readable(view: View, found: pl.DataFrame) -> pl.DataFrame:
    """Local times, and codes as words."""
    words = {what: text(f"access.did.{what}", view.lang) for what in audit.WHATS}
    local = pl.Series([view.local(at) for at in found["at"]], dtype=pl.String)
    roles = {role.value: text(f"access.role.{role}", view.lang) for role in Role}
    return found.with_columns(at=local, what=found["what"].replace(words), role=found["role"].replace(roles))
