"""One ticket on the page of words: its text, what was counted in it, and the buttons that judge it; each judgement can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards.acting import actor_input, actor_of, judge
from dashboards.parts import empty, small_title
from dashboards.queries.words import ADDED, Word, hits_of
from dashboards.screens.alert_acts import NOTICE
from dashboards.view import View
from weisu import numbers, store
from weisu.errors import WeisuError
from weisu.word_reviews import KINDS, WordReview

INCOMPLETE = "words.incomplete"


def kind_name(view: View, kind: str) -> str:
    """A kind of words as people call it; `*` is all of them."""
    return view.t("words.any_kind") if kind == "*" else view.t(f"word_kind.{kind}")


def said_words(view: View, words: str | None) -> str:
    """The words that were counted; where a person added the kind, that it was a person."""
    if words is None:
        return numbers.UNKNOWN
    return "、".join(view.t("words.added") if word == ADDED else word for word in words.split("、"))


def pane(view: View, ticket: Mapping[str, Any], judged: Mapping[Word, WordReview], seen: Mapping[Word, str]) -> None:
    """The ticket's masked text, and a row of buttons for each kind that was counted or judged."""
    if notice := st.session_state.pop(NOTICE, None):
        st.toast(notice)
    _told(view, ticket)
    if not ticket["has_text"]:
        return empty(view.t("words.no_text"), view.t("words.no_text_why"))
    text_hash, hits = ticket["text_hash"], hits_of(ticket["term_hits"])
    kinds = [kind for kind in KINDS if kind in hits or (text_hash, kind) in judged]
    with st.form(f"words-{text_hash}", border=False):
        left, right = st.columns([2, 5])
        actor_input(view, left, key=f"actor-{text_hash}")
        right.text_input(
            view.t("words.note"), key=f"note-{text_hash}", max_chars=300, placeholder=view.t("words.note_hint")
        )
        for kind in kinds:
            _row(view, ticket, kind, hits.get(kind), judged.get((text_hash, kind)), seen)
        _missing(view, ticket, [kind for kind in KINDS if kind not in kinds], seen)
    if st.session_state.get(INCOMPLETE) == text_hash:
        st.text(view.t("words.incomplete"))
    return None


def _told(view: View, ticket: Mapping[str, Any]) -> None:
    """Number, day and place, then the masked title and text."""
    where = (ticket["ticket_id"], view.day(ticket["created_on"]), ticket["area"])
    small_title(" · ".join(str(part) for part in where if part))
    with st.container(border=True):
        for part in (ticket["title"], ticket["text"]):
            if part:
                st.text(part, width="stretch")


def _row(
    view: View,
    ticket: Mapping[str, Any],
    kind: str,
    words: str | None,
    review: WordReview | None,
    seen: Mapping[Word, str],
) -> None:
    """One kind: its words, and whether the text means it; once judged, by whom and the way back."""
    name, said, state, buttons = st.columns([2, 4, 4, 4], vertical_alignment="center")
    name.text(kind_name(view, kind))
    said.text(said_words(view, words))
    if review is None:
        state.text(view.t("words.not_judged"))
        with buttons.container(horizontal=True):
            for verdict in ("right", "wrong"):
                _button(view, ticket, kind, verdict, seen)
        return
    state.text(f"{view.t(f'words.verdict.{review.verdict}')} · {review.actor} · {view.local(review.reviewed_at)}")
    with buttons.container(horizontal=True):
        _button(view, ticket, kind, "undo", seen)


def _missing(view: View, ticket: Mapping[str, Any], kinds: list[str], seen: Mapping[Word, str]) -> None:
    """The ticket means a kind of which nothing was counted."""
    if not kinds:
        return
    left, right = st.columns([6, 8], vertical_alignment="bottom")
    chosen = f"missing-{ticket['text_hash']}"
    left.selectbox(view.t("words.missing_kind"), kinds, key=chosen, format_func=lambda kind: kind_name(view, kind))
    with right:
        _button(view, ticket, None, "missing", seen)


def _button(view: View, ticket: Mapping[str, Any], kind: str | None, verdict: str, seen: Mapping[Word, str]) -> None:
    st.form_submit_button(
        view.t(f"words.do.{verdict}"),
        type="tertiary" if verdict == "undo" else "secondary",
        key=f"{verdict}-{kind or 'kind'}-{ticket['text_hash']}",
        on_click=_judge,
        args=(view, ticket, kind, verdict, seen),
    )


def _judge(view: View, ticket: Mapping[str, Any], kind: str | None, verdict: str, seen: Mapping[Word, str]) -> None:
    """Runs before the page is drawn anew, so that the judgement is on it at once; no kind: the one chosen as missing."""
    text_hash = ticket["text_hash"]
    kind = kind or st.session_state[f"missing-{text_hash}"]
    actor, note = actor_of(view, f"actor-{text_hash}"), st.session_state.get(f"note-{text_hash}") or ""
    st.session_state[INCOMPLETE] = None if actor else text_hash
    if not actor:
        return
    try:
        judge(view, ticket, kind=kind, verdict=verdict, actor=actor, note=note, seen=seen.get((text_hash, kind)))
        st.session_state[NOTICE] = view.t(f"words.done.{verdict}", kind=kind_name(view, kind))
    except store.ActConflict:
        st.session_state[NOTICE] = view.t("words.conflict")
    except WeisuError as error:
        st.session_state[NOTICE] = str(error)
