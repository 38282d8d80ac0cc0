"""The frame around every page: opens the publication, draws the masthead and the navigation, runs the page."""

from __future__ import annotations

import gc
import html
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from dashboards import saved, session
from dashboards.door import Door, utc_now
from dashboards.entrance import log_for, name_tag, refused_page, stranger_page, watch_texts
from dashboards.identity import Stranger, reader_of, seat_of
from dashboards.parts import guarded
from dashboards.queries.marts import Marts
from dashboards.queries.quality import freshness
from dashboards.screens import (
    alert_desk,
    audit_log,
    connect,
    data,
    degrees,
    foresight,
    issues,
    models,
    performance,
    places,
    reports,
    settings,
    silence,
    subscriptions,
    today,
    trends,
    users,
    words,
)
from dashboards.server import LANGUAGE_VARIABLE
from dashboards.style import sheet
from dashboards.view import View
from weisu.access import Reader
from weisu.errors import WeisuError
from weisu.publishing import current
from weisu.settings import Workspace, find_workspace
from weisu.texts import LANGUAGES, text

STATIC = Path(__file__).with_name("static")
MODULES = 50  # loaded since memory was settled: worth doing it again
SCREENS: dict[str, Callable[[View], None]] = {
    "today": today.show,
    "alerts": alert_desk.show,
    "degrees": degrees.show,
    "trends": trends.show,
    "map": places.show,
    "issues": issues.show,
    "words": words.show,
    "performance": performance.show,
    "foresight": foresight.show,
    "silence": silence.show,
    "reports": reports.show,
    "models": models.show,
    "subscriptions": subscriptions.show,
    "data": data.show,
    "connect": connect.show,
    "settings": settings.show,
    "users": users.show,
    "audit": audit_log.show,
}


def main(only: str | None = None, reader: Reader | None = None) -> None:
    """Draw the app, or a single page of it by name, for whoever sits before it, or a given reader (for tests)."""
    st.set_page_config(
        page_title="Weisu 未诉先办", page_icon=STATIC / "icon.png", layout="wide", initial_sidebar_state="collapsed"
    )
    pages: dict[str, Any] = {}
    given = reader
    try:
        door = _open_door(str(find_workspace().root))
        ask = (lambda: given) if given else partial(_reader_now, door)
        reader = ask()
    except Stranger as stranger:
        return stranger_page(door, stranger)
    except WeisuError as error:
        return _nothing_to_show(error)
    try:
        view = open_view(pages, door, reader, ask)
    except WeisuError as error:
        return _nothing_to_show(error, door, reader)
    st.html(sheet(view.theme, view.lang))
    if only:
        masthead(view, only)
        return _draw(only, view)
    hidden = {name: _page(name, view, "hidden") for name in SCREENS if name not in view.reader.pages}
    pages.update({name: _page(name, view) for name in SCREENS if name not in hidden})
    st.logo(STATIC / f"mark-{view.theme.name}.svg", size="medium")
    chosen = st.navigation([*pages.values(), *hidden.values()], position="top")
    masthead(view, chosen.url_path or "today")
    chosen.run()
    _settle_memory(len(sys.modules) // MODULES)
    return None


@st.cache_resource(show_spinner=False)
def _settle_memory(loaded: int) -> None:
    """What modules brought is not searched for garbage after every run, as Streamlit has it done: that took nearly half of the time.

    Args:
        loaded: how many modules there are, in steps; done once for each.
    """
    gc.collect()
    gc.freeze()


def _reader_now(door: Door) -> Reader:
    return reader_of(door, utc_now())


def open_view(pages: dict[str, Any], door: Door, reader: Reader, ask: Callable[[], Reader]) -> View:
    """What the reader may see of the current publication, with the reader's language and theme.

    Raises:
        WeisuError: nothing published, a damaged publication or store.
    """
    publication = current(door.workspace)
    marts = _open_marts(publication.name, str(publication.path)).seen_by(reader.sight)
    if reader.is_signed_in:
        marts = marts.watched(partial(watch_texts, door, reader))
    about = marts.about()
    lang = session.language(
        os.environ.get(LANGUAGE_VARIABLE) or (about.language if about.language in LANGUAGES else "zh")
    )
    return View(
        door.workspace, marts, about, door.engine, lang, session.theme(), utc_now, utc_now(), pages, reader, ask, seat_of(door, reader)
    )  # fmt: skip


def masthead(view: View, page: str) -> None:
    """City, as-of, freshness, synthetic or coverage note, the saved views of a page and the language switch."""
    with guarded(view, text("saved.title", view.lang)):
        saved.open_asked(view, page)
    left, right = st.columns([11, 2], vertical_alignment="center")
    about, escape = view.about, html.escape
    note = (about.note_en if view.lang == "en" else about.note) or ""
    tags = [_tag(view.t("head.synthetic"), "warn")] if about.is_synthetic else []
    with guarded(view, view.t("data.freshness")):
        tags.append(_freshness_tag(view))
    parts = [
        f"<b>{escape(view.city)}</b>",
        f"<span>{escape(view.t('head.as_of', day=view.day(about.as_of_on)))}</span>",
        *tags,
        f"<span>{escape(note)}</span>",
        name_tag(view, _open_door(str(view.workspace.root)).access.mode),
    ]
    left.html(f'<div class="masthead" role="banner">{"".join(parts)}</div>')
    with right.container(key="head-lang", horizontal=True):
        with guarded(view, text("saved.title", view.lang)):
            saved.control(view, page)
        session.choose(
            st.segmented_control, "lang", view.t("head.language"), list(LANGUAGES), default=view.lang, is_always_shown=True, required=True, label_visibility="collapsed",
            format_func={"zh": "中文", "en": "English"}.__getitem__, on_change=_switch_language,
        )  # fmt: skip


def _switch_language() -> None:
    st.query_params["lang"] = st.session_state[session.WIDGET + "lang"]


def _tag(label: str, kind: str = "") -> str:
    return f'<span class="tag {kind}">{html.escape(label)}</span>'


def _freshness_tag(view: View) -> str:
    behind = freshness(view.marts)["days_behind"].drop_nulls()
    if behind.is_empty():
        return _tag(view.t("head.freshness_unknown"))
    days = int(behind.max())
    if days <= 1 and not view.is_live:
        return _tag(view.t("head.past"))
    return _tag(
        view.t("head.fresh") if days <= 1 else view.t("head.behind", days=days), "calm" if days <= 1 else "warn"
    )


def _page(name: str, view: View, visibility: Literal["visible", "hidden"] = "visible") -> Any:
    run = partial(_draw, name, view)
    run.__name__ = name  # type: ignore[attr-defined]
    return st.Page(run, title=view.t(f"nav.{name}"), url_path=name, default=name == "today", visibility=visibility)


def _draw(name: str, view: View) -> None:
    session.forget_choices()
    session.begin_page(name, view.log)
    with guarded(view, view.t(f"nav.{name}")):
        SCREENS[name](view) if name in view.reader.pages else refused_page(view)


@st.cache_resource(max_entries=3, show_spinner=False)
def _open_marts(name: str, path: str) -> Marts:
    return Marts(Path(path), name)


@st.cache_resource(show_spinner=False)  # as the gate knows it: settings of access hold until the server starts anew
def _open_door(root: str) -> Door:
    return Door.of(Workspace(Path(root)))


def _nothing_to_show(error: WeisuError, door: Door | None = None, reader: Reader | None = None) -> None:
    lang = session.language(os.environ.get(LANGUAGE_VARIABLE) or "zh")
    st.html(sheet(session.theme(), lang))
    st.html(f'<h1 class="lead">{html.escape(text("app.empty.publication", lang))}</h1>')
    st.html(f'<div class="empty" role="status"><b>{html.escape(str(error))}</b></div>')
    if door is not None and reader is not None and reader.may("connect"):
        session.begin_page("connect", log_for(door, reader))
        connect.draw(door.workspace, lang)
