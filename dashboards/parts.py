"""Small pieces that every page is made of.  All text from data is escaped here; ticket text goes through st.dataframe only."""

from __future__ import annotations

import html
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import altair as alt
import polars as pl
import streamlit as st
from altair.utils import schemapi

from dashboards import export
from dashboards.identity import Stranger
from dashboards.view import View
from weisu import numbers
from weisu.texts import text
from weisu.theme import LEVEL_SIGNS

log = logging.getLogger(__name__)
schemapi.disable_debug_mode()  # parts of charts are not checked as they are made, for the whole process of the app


@dataclass(frozen=True)
class Figure:
    """One number with its name and a quiet note under it."""

    name: str
    value: str
    note: str = ""
    is_hot: bool = False


def lead(sentence: str, sub: str = "") -> None:
    """The conclusion of the page, and one quiet line under it."""
    st.html(
        f'<h1 class="lead">{html.escape(sentence)}</h1>' + (f'<p class="sub">{html.escape(sub)}</p>' if sub else "")
    )


def block(title: str, note: str = "") -> None:
    """The heading of a part of the page."""
    st.html(f'<h2 class="block">{html.escape(title)}<small>{html.escape(note)}</small></h2>')


def sentence(told: str) -> None:
    """What a part of the page says, in words."""
    st.html(f'<p class="why">{html.escape(told)}</p>')


def small_title(title: str, note: str = "") -> None:
    """The heading over one chart or table."""
    st.html(f'<h3 class="small-title">{html.escape(title)}<small>{html.escape(note)}</small></h3>')


def figures(row: Sequence[Figure]) -> None:
    """A row of figures."""
    cells = (
        f'<div class="figure"><div class="name">{html.escape(f.name)}</div><div class="value{" hot" if f.is_hot else ""}">{html.escape(f.value)}</div>'
        f'<div class="note">{html.escape(f.note)}</div></div>'
        for f in row
    )
    st.html(f'<div class="figures">{"".join(cells)}</div>')


def facts(pairs: Sequence[tuple[str, str]]) -> None:
    """Names and values, one under the other."""
    st.html(
        '<dl class="facts">'
        + "".join(f"<dt>{html.escape(k)}</dt><dd>{html.escape(v)}</dd>" for k, v in pairs)
        + "</dl>"
    )


def empty(what: str, why: str = "", todo: str = "") -> None:
    """Say what is not there, why, and the one thing to do next."""
    tail = " ".join(html.escape(part) for part in (why, todo) if part)
    st.html(f'<div class="empty" role="status"><b>{html.escape(what)}</b> {tail}</div>')


def not_for_role(view: View, what: str) -> None:
    """Say that the reader's role does not show something; `what` is a text of access.toml."""
    role = text(f"access.role.{view.reader.role}", view.lang)
    empty(text(f"access.hidden.{what}", view.lang), text("access.hidden.why", view.lang, role=role))


def level_mark(level: int | None) -> str:
    """The character of a level in its colour, as HTML."""
    safe = min(max(level or 4, 1), 4)
    return f'<span class="lv lv{safe}">{LEVEL_SIGNS[safe - 1]}</span>'


def chart(made: alt.Chart | Any, *, alt_text: str, key: str | None = None, is_fixed: bool = False) -> None:
    """Show a chart with its own theme, to be had as a picture; `alt_text` is what a screen reader says.

    Its specification is not checked at each run (see `disable_debug_mode` above): tests have done it, and it takes a third of a page.
    """
    object.__setattr__(made, "to_dict", partial(made.to_dict, validate=False))
    st.altair_chart(made, theme=None, width="content" if is_fixed else "stretch", alt=alt_text, key=key)
    export.offer_pictures(made, name=alt_text, key=key or "")


def table(
    view: View,
    frame: pl.DataFrame,
    columns: dict[str, Any],
    *,
    title: str = "",
    height: int | str = "auto",
    **more: Any,
) -> Any:
    """A table of the named columns, to be had as a workbook; texts stay texts.

    Args:
        title: what the table is, as the workbook says it.
    """
    if frame.is_empty():
        return empty(view.t("empty.rows"))
    shown = frame.select([c for c in columns if c in frame.columns])
    event = grid(shown, column_config=columns, column_order=shown.columns, height=height, **more)
    export.offer(view, shown, columns, title=title, key=str(more.get("key", "")))
    return event


def grid(frame: pl.DataFrame, **more: Any) -> Any:
    """Rows and columns as Streamlit draws them.  They are given as Arrow: Streamlit makes any other kind with pandas first."""
    return st.dataframe(frame.to_arrow(), hide_index=True, placeholder=numbers.UNKNOWN, **more)


def filled_table(view: View, frame: pl.DataFrame, columns: dict[str, Any], *, most: int, **more: Any) -> Any:
    """The same without the columns that hold nothing, as high as its rows but at most `most` pixels."""
    known = {name: column for name, column in columns.items() if frame[name].null_count() < frame.height}
    return table(view, frame, known, height=min(most, 38 + 35 * max(frame.height, 1)), **more)


def written_column(label: str, *, width: int | str = "small", tip: str | None = None) -> Any:
    """A column of numbers that are words already: at the right, like numbers."""
    return st.column_config.TextColumn(label, width=width, alignment="right", help=tip)


def expected_column(view: View) -> Any:
    """The column of `expected_written` counts."""
    return written_column(view.t("figure.expected"))


def expected_written(view: View, rows: pl.DataFrame, column: str = "expected") -> pl.DataFrame:
    """Expected counts with one decimal under ten; `under 0.1`, never a zero that is not one."""
    round_to = [
        value if value is None or value < 0.1 else round(value, 1 if value < 10 else 0) for value in rows[column]
    ]
    written = [numbers.expected(value, view.lang) for value in round_to]
    return rows.with_columns(pl.Series(column, written, dtype=pl.String))


@contextmanager
def guarded(view: View, what: str) -> Iterator[None]:
    """A part that fails says so and leaves the rest of the page standing; the log gets the kind of error, never ticket text.

    Where the reader is no longer the one it was drawn for, the whole page is drawn anew, for whoever sits there.
    """
    try:
        yield
    except Stranger:
        st.rerun()
    except Exception as error:
        log.error("part %s failed: %s", what, type(error).__name__)
        empty(view.t("failed.what", part=what), view.t("failed.why", kind=type(error).__name__), view.t("failed.todo"))


def link(view: View, page: str, label: str, **params: object) -> None:
    """A link to another page with its choices in the address; the label is data and stays text."""
    if page in view.pages:
        st.page_link(
            view.pages[page],
            label=plain(label),
            query_params={**{k: str(v) for k, v in params.items()}, "lang": view.lang},
        )
    else:
        st.text(label)


def plain(value: object) -> str:
    """Data inside a Markdown label: every sign that Markdown could read is escaped."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|~:$^=&@/" else c for c in str(value))
