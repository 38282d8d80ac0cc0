"""词语核对 Words: what the lexicon counted in tickets; a person says whether the text means it, and the next build counts accordingly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
import streamlit as st

from dashboards import filters, session
from dashboards.board import board
from dashboards.parts import block, empty, filled_table, guarded, lead
from dashboards.queries import names
from dashboards.queries import words as queries
from dashboards.screens.word_acts import kind_name, pane, said_words
from dashboards.screens.word_precision import precision
from dashboards.view import View
from weisu.lifecycle import ENDED
from weisu.word_reviews import GRAVE, KINDS, WordReview, in_force, last_seen, list_word_reviews

SHOWN = 200
STATES = ("open", "judged")
ANY, BEHIND = "*", "open"


@dataclass(frozen=True)
class Choices:
    """The filters of the page; ANY for all."""

    state: str
    kind: str
    word: str
    area: str
    alert: str  # alert_id, or BEHIND: any open alert
    ticket: str  # empty: the chosen row of the list


def show(view: View) -> None:
    """Draw the page."""
    if not queries.has_words(view.marts):
        lead(view.t("words.lead_none"))
        return empty(view.t("words.no_table"), view.t("words.no_table_why"), view.t("words.no_table_todo"))
    reviews = list_word_reviews(view.engine)
    judged = in_force(reviews)
    alerts = {
        a.alert_id: a.title(view.lang) for a in board(view) if a.state.status not in (*ENDED, "suspected_artefact")
    }
    chosen = _filters(view, alerts)
    rows = _rows(view, chosen, list(alerts), judged)
    _lead(view, chosen, rows, judged)
    with guarded(view, view.t("words.one")):
        _one(view, chosen, rows, reviews)
    with guarded(view, view.t("words.list")):
        _list(view, chosen, rows)
    with guarded(view, view.t("words.precision")):
        precision(view, judged)
    return None


def _filters(view: View, alerts: Mapping[str, str]) -> Choices:
    behind = {ANY: view.t("words.any_ticket"), BEHIND: view.t("words.behind_open")} | dict(alerts)
    with filters.row():
        state = filters.segment(view, "show", "words.show", STATES, "words.state")
        kind = session.choose(
            st.selectbox,
            "kind",
            view.t("words.kind"),
            [ANY, *KINDS],
            width=190,
            format_func=lambda k: kind_name(view, k),
        )
        found = queries.common_words(view.marts, kind) if kind != ANY else []
        word = session.choose(st.selectbox, "word", view.t("words.word"), [ANY, *found], width=170, disabled=kind == ANY,
                              format_func=lambda w: said_words(view, w) if w != ANY else view.t("words.any_word"))  # fmt: skip
        area = filters.area(view, list(names.area_names(view.marts)), width=190)
        alert = session.choose(
            st.selectbox, "alert", view.t("words.alert"), list(behind), width=240, format_func=behind.__getitem__
        )
        ticket = st.text_input(view.t("words.ticket"), key="words-ticket", width=190, help=view.t("words.ticket_help"))
    return Choices(state, kind, word, area, alert, (ticket or "").strip())


def _rows(view: View, chosen: Choices, alerts: list[str], judged: Mapping[queries.Word, WordReview]) -> pl.DataFrame:
    """The list that was asked for, most consequential first; what was judged, newest first."""
    if chosen.state == "judged":
        found = queries.judged(view.marts, judged)
        is_kind = pl.lit(chosen.kind == ANY) | (pl.col("term_kind") == chosen.kind)
        is_there = pl.lit(chosen.area == ANY) | (pl.col("area") + " / ").str.starts_with(
            chosen.area.replace("/", " / ") + " / "
        )
        return found.filter(is_kind, is_there.fill_null(value=False))
    behind = alerts if chosen.alert in (ANY, BEHIND) else [chosen.alert]
    return queries.listed(
        view.marts,
        kind=chosen.kind,
        word=chosen.word,
        area=chosen.area,
        alerts=behind,
        is_behind=chosen.alert != ANY,
        left_out=judged,
    )


def _lead(view: View, chosen: Choices, rows: pl.DataFrame, judged: Mapping[queries.Word, WordReview]) -> None:
    sub = view.t("words.sub", n=view.n(len(judged)))
    if chosen.state == "judged":
        return lead(view.t("words.lead_judged", n=view.n(rows.height)), sub)
    if rows.is_empty():
        return lead(view.t("words.lead_none"), sub)
    n, grave = rows.height, rows.filter(pl.col("term_kind").is_in(GRAVE)).height
    if n < queries.STEP:
        return lead(view.t("words.lead", n=view.n(n), grave=view.n(grave)), sub)
    # the list stops, and what was judged further down is not known apart
    least = rows["all_texts"][0] - len(judged)
    grave = max(grave, rows["grave_texts"][0] - sum(kind in GRAVE for _, kind in judged))
    return lead(view.t("words.lead_many", n=view.n(max(n, least)), grave=view.n(grave)), sub)


def _one(view: View, chosen: Choices, rows: pl.DataFrame, reviews: list[WordReview]) -> None:
    """One ticket with all that was counted in it."""
    block(view.t("words.one"), view.t("words.one_note"))
    key = chosen.ticket or _chosen_ticket(view, rows)
    if not key:
        return empty(view.t("words.none"), view.t("words.none_why"), view.t("words.none_todo"))
    ticket = queries.of_ticket(view.marts, key)
    if ticket is None:
        return empty(view.t("words.no_ticket"), view.t("words.no_ticket_why"))
    return pane(view, ticket, in_force(reviews), last_seen(reviews))


def _chosen_ticket(view: View, rows: pl.DataFrame) -> str:
    """The ticket of the chosen row; the first one, so that after each judgement the next comes by itself."""
    known = rows.head(SHOWN).drop_nulls("ticket_id")
    labels = {
        f"{row['term_kind']}~{row['ticket_key']}": " · ".join(
            (str(n), kind_name(view, row["term_kind"]), view.day(row["created_on"]), str(row["ticket_id"]))
        )
        for n, row in enumerate(known.iter_rows(named=True), start=1)
    }
    if not labels:
        return ""
    hit = session.choose(
        st.selectbox, "hit", view.t("words.hit"), list(labels), format_func=labels.__getitem__, width=460
    )
    return hit.partition("~")[2]


def _list(view: View, chosen: Choices, rows: pl.DataFrame) -> None:
    block(view.t(f"words.list_{chosen.state}"), view.t(f"words.list_{chosen.state}_note", n=SHOWN))
    if rows.is_empty():
        return empty(view.t("words.none"), view.t("words.none_why"))
    shown = rows.head(SHOWN).with_row_index("number", offset=1)
    said = [said_words(view, words) for words in shown["words"]]
    shown = shown.with_columns(
        term_kind=pl.Series([kind_name(view, kind) for kind in shown["term_kind"]]),
        words=pl.Series(said, dtype=pl.String),
    )
    if chosen.state == "judged":
        verdicts = {verdict: view.t(f"words.verdict.{verdict}") for verdict in ("right", "wrong", "missing")}
        local = [view.local(at) for at in shown["reviewed_at"]]
        shown = shown.with_columns(pl.col("verdict").replace(verdicts), reviewed_at=pl.Series(local, dtype=pl.String))
    return filled_table(view, shown, _columns(view, chosen.state), most=430, title=view.t(f"words.list_{chosen.state}"))


def _columns(view: View, state: str) -> dict:
    hit = {
        "number": st.column_config.NumberColumn(view.t("words.number"), width="small"),
        "term_kind": st.column_config.TextColumn(view.t("words.kind"), width=130),
        "words": st.column_config.TextColumn(view.t("words.words"), width="medium"),
    }
    opened = {
        "is_behind": st.column_config.CheckboxColumn(
            view.t("words.is_behind"), width="small", help=view.t("words.is_behind_help")
        )
    }
    return {
        **hit,
        **(_judgement(view) if state == "judged" else opened),
        "tickets": st.column_config.NumberColumn(
            view.t("words.tickets"), width="small", help=view.t("words.tickets_help")
        ),
        "title": st.column_config.TextColumn(view.t("column.title"), width="medium"),
        "text": st.column_config.TextColumn(view.t("column.text"), width="large"),
        "area": st.column_config.TextColumn(view.t("column.area"), width="medium"),
        "created_on": st.column_config.DateColumn(view.t("column.created_on"), width="small"),
        "ticket_id": st.column_config.TextColumn(view.t("column.ticket_id")),
    }


def _judgement(view: View) -> dict:
    return {
        "verdict": st.column_config.TextColumn(view.t("words.judgement"), width="small"),
        "note": st.column_config.TextColumn(view.t("words.why"), width="medium"),
        "actor": st.column_config.TextColumn(view.t("words.by"), width="small"),
        "reviewed_at": st.column_config.TextColumn(view.t("words.reviewed_at"), width=140),
    }
