"""The filters that pages share; each lives in the address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards import session
from dashboards.view import View


def row() -> Any:
    """The one row at the top that holds a page's filters."""
    return st.container(horizontal=True, key="filters", vertical_alignment="bottom")


def segment(
    view: View, name: str, label: str, options: Sequence[Any], words: str, *, default: Any = None, **values: Any
) -> Any:
    """A choice of a few; `words` is the prefix of the options' texts."""
    return session.choose(
        st.segmented_control,
        name,
        view.t(label),
        list(options),
        default=default,
        required=True,
        format_func=lambda o: view.t(f"{words}.{o}", **values),
    )


def start(view: View, period_type: str, starts: Mapping[dt.date, bool]) -> dt.date:
    """One period by its first day; the newest that has ended, unless another is chosen."""
    newest = next((day for day, is_complete in starts.items() if is_complete), next(iter(starts)))
    return session.choose(
        st.selectbox, "start", view.t("filter.start"), list(starts), default=newest, width=260,
        format_func=lambda day: _period_name(view, period_type, day, starts[day]),
    )  # fmt: skip


def _period_name(view: View, period_type: str, day: dt.date, is_complete: bool) -> str:
    name = f"{day:%Y-%m}" if period_type == "month" else view.t("period.week_of", day=view.day(day))
    return name if is_complete else view.t("period.running", name=name)


def count_segment(view: View, name: str, options: Sequence[str], word: str, *, default: str) -> str:
    """A choice of a number of days or weeks; `word` is a text with {n}."""
    return session.choose(
        st.segmented_control,
        name,
        view.t("filter.span"),
        list(options),
        default=default,
        required=True,
        format_func=lambda n: view.t(word, n=n),
    )


def area(view: View, areas: Sequence[str], *, width: int = 260, default: str = "*", **more: Any) -> str:
    """One area by its key; `*` is the whole city."""
    options = ["*", *(key for key in areas if key != "*")]
    return session.choose(
        st.selectbox,
        "area",
        view.t("filter.area"),
        options,
        default=default if default in options else "*",
        width=width,
        format_func=view.area,
        **more,
    )


def category(view: View, kinds: Mapping[str, str], *, width: int = 260, **more: Any) -> str:
    """One category by its key; `*` is all of them."""
    words = {"*": view.t("filter.any_category")} | {key: name for key, name in kinds.items() if key != "*"}
    return session.choose(
        st.selectbox,
        "category",
        view.t("filter.category"),
        list(words),
        width=width,
        format_func=words.__getitem__,
        **more,
    )
