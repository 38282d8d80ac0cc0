"""用户 Users: the accounts, and the forms by which an administrator adds and changes them."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import streamlit as st

from dashboards.parts import block, empty, guarded, lead, table
from dashboards.queries.names import area_names
from dashboards.view import View
from weisu.access import AccessError, Role
from weisu.accounts import Account, add_account, change_account, list_accounts
from weisu.errors import WeisuError
from weisu.texts import text

NOTICE = "users.notice"


def show(view: View) -> None:
    """Draw the page."""
    if notice := st.session_state.pop(NOTICE, None):
        st.toast(notice)
    accounts = list_accounts(view.engine)
    off = sum(account.is_disabled for account in accounts)
    lead(_t(view, "lead", n=len(accounts) - off, off=off), _t(view, "sub"))
    with guarded(view, _t(view, "list")):
        _list(view, accounts)
    with guarded(view, _t(view, "add")):
        _add(view)
    if accounts:
        with guarded(view, _t(view, "change")):
            _change(view, accounts)


def _t(view: View, key: str, **values: object) -> str:
    return text(f"access.users.{key}", view.lang, **values)


def _role(view: View, role: str) -> str:
    return text(f"access.role.{role}", view.lang)


def _list(view: View, accounts: list[Account]) -> None:
    block(_t(view, "list"))
    if not accounts:
        return empty(_t(view, "none"))
    rows = [
        (a.name, _role(view, a.role), a.area_key, _t(view, "disabled" if a.is_disabled else "active"), a.changed_by, view.local(a.changed_at))
        for a in accounts
    ]  # fmt: skip
    names = ("name", "role", "area", "state", "changed_by", "changed_at")
    columns = {name: st.column_config.TextColumn(_t(view, name)) for name in names}
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return table(view, frame, columns, title=_t(view, "list"))


def _role_and_area(view: View, key: str, now: Account | None = None) -> None:
    """Ask for a role and an area; those of the account `now` stand there first."""
    areas = {"": _t(view, "no_area")} | {area: area for area in area_names(view.marts) if area != "*"}
    left, right = st.columns(2)
    role, area = (list(Role).index(now.role), (now.area_key or "")) if now else (0, "")
    place = list(areas).index(area) if area in areas else 0
    left.selectbox(_t(view, "role"), list(Role), role, key=f"{key}-role", format_func=lambda r: _role(view, r))
    right.selectbox(_t(view, "area"), list(areas), place, key=f"{key}-area", format_func=areas.__getitem__)


def _add(view: View) -> None:
    block(_t(view, "add"), _t(view, "add_note"))
    with st.form("user-add", border=False, clear_on_submit=True):
        left, right = st.columns(2)
        left.text_input(_t(view, "name"), key="user-add-name", max_chars=64)
        right.text_input(
            _t(view, "password"), key="user-add-password", type="password", max_chars=256, autocomplete="new-password"
        )
        _role_and_area(view, "user-add")
        st.form_submit_button(_t(view, "add"), type="primary", key="user-add-do", on_click=_added, args=(view,))


def _added(view: View) -> None:
    name, password, role, area = (st.session_state.get(f"user-add-{part}") for part in ("name", "password", "role", "area"))  # fmt: skip

    def add() -> Account:
        return add_account(view.engine, name=(name or "").strip(), role=role or "", area_key=area or None, password=password or None,
                           changed_by=view.reader.name, now=view.read_clock())  # fmt: skip

    _done(view, add)


def _change(view: View, accounts: list[Account]) -> None:
    block(_t(view, "change"), _t(view, "change_note"))
    by_name = {account.name: account for account in accounts}
    chosen = by_name[st.selectbox(_t(view, "name"), list(by_name), key="user-chosen", width=320)]
    left, right = st.columns(2, gap="large")
    with left, st.form("user-role", border=False):
        _role_and_area(view, f"user-{chosen.name}", chosen)
        st.form_submit_button(_t(view, "set_role"), key="user-role-do", on_click=_changed, args=(view, chosen, "role"))
    with right, st.form("user-password", border=False, clear_on_submit=True):
        st.text_input(_t(view, "password"), key="user-new-password", type="password", max_chars=256, autocomplete="new-password")  # fmt: skip
        st.form_submit_button(
            _t(view, "set_password"), key="user-password-do", on_click=_changed, args=(view, chosen, "password")
        )
    word = "enable" if chosen.is_disabled else "disable"
    st.button(_t(view, word), key="user-state", on_click=_changed, args=(view, chosen, word))


def _changed(view: View, account: Account, what: str) -> None:
    role, area, password = (st.session_state.get(key) for key in (f"user-{account.name}-role", f"user-{account.name}-area", "user-new-password"))  # fmt: skip
    given = {
        "role": {"role": role, "area_key": area or None},
        "password": {"password": password or ""},
        "disable": {"is_disabled": True},
        "enable": {"is_disabled": False},
    }[what]

    def change() -> Account:
        if account.name == view.reader.name and what != "password":
            raise AccessError(_t(view, "self"))
        return change_account(view.engine, account.name, changed_by=view.reader.name, now=view.read_clock(), **given)

    _done(view, change)


def _done(view: View, do: Callable[[], Account]) -> None:
    """Runs before the page is drawn anew: the change is on it at once, or why there is none."""
    try:
        view.reader.demand("manage_users")
        st.session_state[NOTICE] = _t(view, "done", name=do().name)
    except WeisuError as error:
        st.session_state[NOTICE] = str(error)
