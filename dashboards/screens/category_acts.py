"""Giving tickets a category: the chosen rows at once, the suggested one or another; each can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl
import streamlit as st

from dashboards.acting import actor_input, actor_of, give_category
from dashboards.queries import category_help as queries
from dashboards.screens.alert_acts import NOTICE
from dashboards.view import View
from weisu import store
from weisu.category_reviews import VERDICTS, CategoryReview
from weisu.errors import WeisuError

ACTOR, NOTE, CATEGORY = "category-actor", "category-note", "category-given"
INCOMPLETE = "category.incomplete"
SUGGESTED = ""  # as the category to give: to each ticket its own suggestion


def decided(view: View, keys: Iterable[str], judged: Mapping[str, CategoryReview]) -> pl.Series:
    """What people decided of each ticket, as words; null where nobody did."""
    return pl.Series("decided", [_told(view, judged.get(key)) for key in keys], dtype=pl.String)


def _told(view: View, review: CategoryReview | None) -> str | None:
    if review is None:
        return None
    said = view.t(f"category_help.verdict.{review.verdict}", category=review.category_key.replace("->", " / "))
    return f"{said} · {review.actor} · {view.local(review.reviewed_at)}"


def acts(view: View, chosen: pl.DataFrame, seen: Mapping[str, str], judged: Mapping[str, CategoryReview]) -> None:
    """The buttons for the chosen rows (ticket_key, suggested_category_key)."""
    if notice := st.session_state.pop(NOTICE, None):
        st.toast(notice)
    if not view.reader.may("judge_texts"):
        return
    if chosen.is_empty():
        st.caption(view.t("category_help.choose"))
        return
    with st.form("category-acts", border=False):
        left, middle, right = st.columns([2, 3, 3])
        actor_input(view, left, key=ACTOR)
        options = [SUGGESTED, *queries.known(view.marts)]
        middle.selectbox(view.t("category_help.give"), options, key=CATEGORY, format_func=lambda key: _name(view, key))
        right.text_input(view.t("words.note"), key=NOTE, max_chars=300)
        with st.container(horizontal=True):
            can_undo = any(key in judged for key in chosen["ticket_key"])
            for verdict in (*VERDICTS, "undo") if can_undo else VERDICTS:
                st.form_submit_button(view.t(f"category_help.do.{verdict}", n=view.n(chosen.height)), key=f"category-{verdict}",
                                      type="primary" if verdict == "assign" else "secondary", on_click=_judge, args=(view, chosen, verdict, seen, judged))  # fmt: skip
    if st.session_state.pop(INCOMPLETE, False):
        st.text(view.t("words.incomplete"))


def _name(view: View, key: str) -> str:
    return key.replace("->", " / ") if key else view.t("category_help.as_suggested")


def _judge(view: View, chosen: pl.DataFrame, verdict: str, seen: Mapping[str, str], judged: Mapping[str, CategoryReview]) -> None:  # fmt: skip
    """Runs before the page is drawn anew; what somebody else decided meanwhile is left, and said."""
    actor, note, given = actor_of(view, ACTOR), st.session_state.get(NOTE) or "", st.session_state.get(CATEGORY) or ""
    st.session_state[INCOMPLETE] = not actor
    if not actor:
        return
    done, left = 0, 0
    for ticket, suggested in chosen.select("ticket_key", "suggested_category_key").iter_rows():
        if verdict == "undo" and ticket not in judged:
            continue
        try:
            category = given if given and verdict == "assign" else suggested
            give_category(
                view, ticket, verdict=verdict, category_key=category, actor=actor, note=note, seen=seen.get(ticket)
            )
            done += 1
        except store.ActConflict:
            left += 1
        except WeisuError as error:
            st.session_state[NOTICE] = str(error)
            return
    said = view.t(f"category_help.done.{verdict}", n=view.n(done))
    st.session_state[NOTICE] = f"{said} {view.t('category_help.conflict', n=view.n(left))}" if left else said
