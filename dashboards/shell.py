"""The frame around every page: opens the publication, draws the masthead and the navigation, runs the page."""

from __future__ import annotations

import datetime as dt
import gc
import html
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import streamlit as st

from dashboards import session
from dashboards.parts import guarded
from dashboards.queries.marts import Marts
from dashboards.queries.quality import freshness
from dashboards.screens import (
    alert_desk,
    connect,
    data,
    degrees,
    foresight,
    issues,
    models,
    performance,
    places,
    reports,
    silence,
    today,
    trends,
    words,
)
from dashboards.server import LANGUAGE_VARIABLE
from dashboards.style import sheet
from dashboards.view import View
from weisu.errors import WeisuError
from weisu.publishing import current
from weisu.settings import Workspace, find_workspace
from weisu.store import open_store
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
    "data": data.show,
    "connect": connect.show,
}


def main(only: str | None = None) -> None:
    """Draw the app, or a single page of it by name (for tests)."""
    st.set_page_config(
        page_title="Weisu 未诉先办", page_icon=STATIC / "icon.png", layout="wide", initial_sidebar_state="collapsed"
    )
    pages: dict[str, Any] = {}
    try:
        view = open_view(pages)
    except WeisuError as error:
        return _nothing_to_show(error)
    st.html(sheet(view.theme))
    if only:
        masthead(view)
        return _draw(only, view)
    pages.update({name: _page(name, view) for name in SCREENS})
    st.logo(STATIC / f"mark-{view.theme.name}.svg", size="medium")
    chosen = st.navigation(list(pages.values()), position="top")
    masthead(view)
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


def open_view(pages: dict[str, Any]) -> View:
    """The current publication with the reader's language and theme.

    Raises:
        WeisuError: no workspace, nothing published, a damaged publication or store.
    """
    workspace = find_workspace()
    publication = current(workspace)
    marts = _open_marts(publication.name, str(publication.path))
    about = marts.about()
    lang = session.language(
        os.environ.get(LANGUAGE_VARIABLE) or (about.language if about.language in LANGUAGES else "zh")
    )
    return View(
        workspace, marts, about, _open_engine(str(workspace.root)), lang, session.theme(), utc_now, utc_now(), pages
    )


def utc_now() -> dt.datetime:
    """The one place where the app reads the clock; naive UTC."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def masthead(view: View) -> None:
    """City, as-of, freshness, synthetic or coverage note, and the language switch."""
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
    ]
    left.html(f'<div class="masthead" role="banner">{"".join(parts)}</div>')
    with right.container(key="head-lang"):
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


def _page(name: str, view: View) -> Any:
    run = partial(_draw, name, view)
    run.__name__ = name  # type: ignore[attr-defined]
    return st.Page(run, title=view.t(f"nav.{name}"), url_path=name, default=name == "today")


def _draw(name: str, view: View) -> None:
    session.forget_choices()
    with guarded(view, view.t(f"nav.{name}")):
        SCREENS[name](view)


@st.cache_resource(max_entries=3, show_spinner=False)
def _open_marts(name: str, path: str) -> Marts:
    return Marts(Path(path), name)


@st.cache_resource(show_spinner=False)
def _open_engine(root: str) -> sa.Engine:
    return open_store(Workspace(Path(root)))


def _nothing_to_show(error: WeisuError) -> None:
    lang = session.language(os.environ.get(LANGUAGE_VARIABLE) or "zh")
    st.html(sheet(session.theme()))
    st.html(f'<h1 class="lead">{html.escape(text("app.empty.publication", lang))}</h1>')
    st.html(f'<div class="empty" role="status"><b>{html.escape(str(error))}</b></div>')
    with suppress(WeisuError):
        connect.draw(find_workspace(), lang)
