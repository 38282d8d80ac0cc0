"""What a reader chose: kept while pages change, and written to the address so that a link shows the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from weisu.texts import LANGUAGES
from weisu.theme import DARK, LIGHT, Theme

KEPT = "kept."
WIDGET = "w."
SAID = "said."
ON_PAGE = "choices on this page"
PAGE, LOG = "page", "log of this page"


def language(default: str) -> str:
    """The language of the address, else the one chosen before, else `default`."""
    asked = st.query_params.get("lang")
    chosen = asked if asked in LANGUAGES else st.session_state.get(KEPT + "lang", default)
    st.session_state[KEPT + "lang"] = chosen
    return chosen


def theme() -> Theme:
    """The theme that the reader's browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def remember(name: str, value: Any, *, default: Any = None) -> None:
    """Keep a choice and put it into the address; a default leaves the address."""
    st.session_state[KEPT + name] = value
    if value is None or value == default:
        if name in st.query_params:
            del st.query_params[name]
    elif st.query_params.get(name) != str(value):
        st.query_params[name] = str(value)


def chosen(name: str, options: Sequence[Any], default: Any) -> Any:
    """The choice in force: a new address first, then what the widget holds, then what was kept; unknown values fall to `default`."""
    by_text = {str(option): option for option in options}
    asked, seen = st.query_params.get(name), KEPT + "asked." + name
    is_new = asked is not None and st.session_state.get(seen) != asked
    st.session_state[seen] = asked
    kept = by_text.get(str(asked)) if is_new else st.session_state.get(WIDGET + name, st.session_state.get(KEPT + name))
    return kept if kept in by_text.values() else by_text.get(str(default), options[0] if options else None)


def choose(
    widget: Callable[..., Any],
    name: str,
    label: str,
    options: Sequence[Any],
    *,
    default: Any = None,
    is_always_shown: bool = False,
    **more: Any,
) -> Any:
    """Draw a widget whose value lives in the address under `name`.

    Args:
        widget: st.selectbox, st.segmented_control, st.radio …
        default: shown first and left out of the address; the first option when not given.
        is_always_shown: put the default into the address, too.
    """
    default = options[0] if default is None and options else default
    st.session_state[WIDGET + name] = chosen(name, options, default)
    value = widget(label, options, key=WIDGET + name, **more)
    value = default if value is None else value
    remember(name, value, default=None if is_always_shown else default)
    st.session_state[KEPT + "asked." + name] = st.query_params.get(name)
    choices()[label] = shown = str(more.get("format_func", str)(value))
    st.session_state[SAID + name] = f"{label} {shown}"
    return value


def put(name: str, value: Any) -> None:
    """Choose for the reader, before the widget of `name` is drawn."""
    st.session_state[WIDGET + name] = value


def choose_anew(name: str, value: str | None) -> None:
    """Choose for the reader by the address, before the widget of `name` is drawn; None is its default."""
    for key in (KEPT + name, KEPT + "asked." + name, WIDGET + name):
        st.session_state.pop(key, None)
    if value is not None:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def kept(name: str) -> Any:
    """What was chosen last under `name`."""
    return st.session_state.get(KEPT + name)


def said(name: str) -> str:
    """The same as the reader saw it, with its label."""
    return st.session_state.get(SAID + name, "")


def begin_page(name: str, log: Callable[..., None]) -> None:
    """Say which page is drawn, and how what is done on it is logged."""
    st.session_state[PAGE], st.session_state[LOG] = name, log


def page() -> str:
    """The page that is drawn."""
    return st.session_state.get(PAGE, "")


def logger() -> Callable[..., None]:
    """How a part that knows no view appends to the audit log; nothing is logged before a page began."""
    return st.session_state.get(LOG, _unlogged)


def _unlogged(_what: str, _subject: str, **_detail: Any) -> None:
    return


def log(what: str, subject: str, **detail: Any) -> None:
    """Append to the audit log, on the page that is drawn."""
    logger()(what, subject, **detail)


def forget_choices() -> None:
    """Begin a page: nothing is chosen on it yet."""
    st.session_state[ON_PAGE] = {}


def choices() -> dict[str, str]:
    """What is chosen on this page so far, in its order, as the reader sees it: label -> value."""
    return st.session_state.setdefault(ON_PAGE, {})
