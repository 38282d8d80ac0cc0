"""Saved views in the masthead: the list, the form that keeps the present filters, and what one may do with one's own.

A view is opened by its address, `?saved=…`: its filters take the place of those in force, and each page reads them as it reads any address.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboards import session
from dashboards.parts import guarded, link, small_title
from dashboards.view import View
from weisu.cli.door import mask_typed
from weisu.errors import WeisuError
from weisu.saved_views import (
    FILTERS,
    LONGEST_NAME,
    SavedView,
    delete_view,
    may_change,
    rename_view,
    save_view,
    share_view,
    visible_views,
)
from weisu.texts import text

ASKED = "saved"  # in the address
NOTICE, GONE = "saved.notice", "saved.gone"


def open_asked(view: View, page: str) -> None:
    """Put the filters of the view that the address names in force, before the page is drawn."""
    if (asked := st.query_params.get(ASKED)) is None:
        return
    del st.query_params[ASKED]
    found = next((one for one in visible_views(view.engine, view.reader) if one.view_id == asked), None)
    if found is None or found.page != page:
        st.session_state[NOTICE] = _t(view, "gone")
        return
    for name in FILTERS[page]:
        session.choose_anew(name, found.params.get(name))
    st.session_state[_key(page)] = False  # the list has served


def control(view: View, page: str) -> None:
    """Draw the button that opens the list; what is in it is drawn when it is open."""
    if page in FILTERS:
        _control(view, page)


@st.fragment
def _control(view: View, page: str) -> None:
    if notice := st.session_state.pop(NOTICE, None):
        st.toast(notice)
    with st.container(key="saved"):
        box = st.popover(_t(view, "title"), icon=":material/bookmark:", type="tertiary", key=_key(page), on_change="rerun")  # fmt: skip
        if box.open:
            with box, guarded(view, _t(view, "title")):
                _content(view, page)


def _t(view: View, key: str, **values: object) -> str:
    return text(f"saved.{key}", view.lang, **values)


def _key(page: str) -> str:
    return f"saved-{page}"


def _content(view: View, page: str) -> None:
    found = visible_views(view.engine, view.reader)
    small_title(_t(view, "title"))
    if not found:
        st.html(f'<p class="sub">{_t(view, "none")}</p>')
    for one in sorted(found, key=lambda one: one.page != page):
        link(view, one.page, _label(view, one, page), **{ASKED: one.view_id})
    _save_form(view, page)
    mine = {one.view_id: one for one in found if may_change(one, view.reader)}
    if mine:
        _manage_form(view, mine, page)
    if gone := st.session_state.get(GONE):
        st.button(_t(view, "undo"), key="saved-undo", on_click=_done, args=(view, lambda: _restore(view, gone), "restored"))  # fmt: skip


def _label(view: View, one: SavedView, page: str) -> str:
    """The name, with the page where it is another, and whose it is where it is not one's own."""
    name = one.name if one.page == page else _t(view, "on", name=one.name, page=view.t(f"nav.{one.page}"))
    if not view.seated.is_signed_in or not one.is_shared:
        return name
    is_others = one.owner not in ("", view.seated.name)
    return f"{name} · {_t(view, 'shared_by', owner=one.owner) if is_others else _t(view, 'shared')}"


def _save_form(view: View, page: str) -> None:
    params = _present(page)
    small_title(_t(view, "save_title"), " · ".join(map(session.said, params)) or _t(view, "default"))
    with st.form("saved-new", border=False, clear_on_submit=True):
        st.text_input(_t(view, "name"), key="saved-name", max_chars=LONGEST_NAME)
        if view.seated.is_signed_in:
            st.checkbox(_t(view, "share"), key="saved-share")
        st.form_submit_button(_t(view, "save"), type="primary", key="saved-do", on_click=_done, args=(view, lambda: _save(view, page), "saved"))  # fmt: skip


def _manage_form(view: View, mine: dict[str, SavedView], page: str) -> None:
    small_title(_t(view, "manage"))
    chosen = mine[st.selectbox(_t(view, "which"), list(mine), key="saved-which", format_func=lambda one: _label(view, mine[one], page))]  # fmt: skip
    st.text_input(_t(view, "new_name"), value=chosen.name, key=f"saved-new-name-{chosen.view_id}", max_chars=LONGEST_NAME)  # fmt: skip
    with st.container(horizontal=True):
        st.button(_t(view, "rename"), key="saved-rename", on_click=_done, args=(view, lambda: _rename(view, chosen), "renamed"))  # fmt: skip
        if chosen.owner:
            label, said = ("unshare", "was_unshared") if chosen.is_shared else ("share_do", "was_shared")
            st.button(_t(view, label), key="saved-toggle", on_click=_done, args=(view, lambda: _share(view, chosen), said))  # fmt: skip
        st.button(_t(view, "delete"), key="saved-delete", on_click=_done, args=(view, lambda: _delete(view, chosen), "deleted"))  # fmt: skip


def _present(page: str) -> dict[str, str]:
    """The filters in the address whose values a widget of the page holds, so that nothing typed by hand is kept."""
    return {name: value for name in FILTERS[page] if (value := st.query_params.get(name)) and str(session.kept(name)) == value}  # fmt: skip


def _save(view: View, page: str) -> SavedView:
    name, is_shared = str(st.session_state.get("saved-name") or ""), bool(st.session_state.get("saved-share"))
    return save_view(view.engine, view.reader, name=name, page=page, params=_present(page), is_shared=is_shared, now=view.read_clock(), mask=mask_typed)  # fmt: skip


def _rename(view: View, one: SavedView) -> SavedView:
    name = str(st.session_state.get(f"saved-new-name-{one.view_id}") or "")
    return rename_view(view.engine, view.reader, one.view_id, name, now=view.read_clock(), mask=mask_typed)


def _share(view: View, one: SavedView) -> SavedView:
    return share_view(view.engine, view.reader, one.view_id, is_shared=not one.is_shared, now=view.read_clock())


def _delete(view: View, one: SavedView) -> SavedView:
    made = delete_view(view.engine, view.reader, one.view_id, now=view.read_clock())
    st.session_state[GONE] = one.view_id
    return made


def _restore(view: View, view_id: str) -> SavedView:
    made = delete_view(view.engine, view.reader, view_id, is_deleted=False, now=view.read_clock())
    del st.session_state[GONE]
    return made


def _done(view: View, do: Callable[[], SavedView], said: str) -> None:
    """Runs before the list is drawn anew: the change is on it at once, or why there is none."""
    try:
        made = do()
        view.log("change", f"view {made.view_id}", page=made.page, state=said)
        st.session_state[NOTICE] = _t(view, said, name=made.name)
    except WeisuError as error:
        st.session_state[NOTICE] = str(error)
