"""模型 Models: what came of their alerts, their cards (模型备案) and who answers for them."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboards import session
from dashboards.parts import block, empty, guarded, lead, table, written_column
from dashboards.queries.feedback import reviews
from dashboards.screens import outcomes
from dashboards.view import View
from weisu import numbers
from weisu.model_cards import as_markdown, read_cards, sign_card
from weisu.texts import text


def show(view: View) -> None:
    """Draw the page."""
    cards = read_cards(view.workspace.var / "models")
    waiting = sum(card["approved_by"] is None for card in cards)
    if not cards:
        lead(view.t("models.lead_none"))
    else:
        lead(view.t("models.lead_waiting" if waiting else "models.lead", n=len(cards), waiting=waiting))
    with guarded(view, view.t("models.reviews")):
        _reviews(view)
    with guarded(view, view.t("outcomes.effects")):
        outcomes.effects(view)
    with guarded(view, view.t("outcomes.held")):
        outcomes.held_back(view)
    with guarded(view, view.t("models.cards")):
        _cards(view, cards)


def _reviews(view: View) -> None:
    block(view.t("models.reviews"), view.t("models.reviews_note"))
    rows = reviews(view.marts)
    if rows.is_empty():
        return empty(view.t("models.no_reviews"))
    told = [
        numbers.share_interval(row["lower"], row["upper"]) if row["precision"] is not None else numbers.UNKNOWN
        for row in rows.iter_rows(named=True)
    ]
    names = [view.t(f"signal.{code}") for code in rows["signal"]]
    config = {
        "signal": st.column_config.TextColumn(view.t("models.signal")),
        "alerts": st.column_config.NumberColumn(view.t("models.alerts"), width="small"),
        "confirmed": st.column_config.NumberColumn(view.t("models.confirmed"), width="small"),
        "dismissed": st.column_config.NumberColumn(view.t("models.dismissed"), width="small"),
        "interval": written_column(view.t("models.precision")),
    }
    return table(
        view,
        rows.with_columns(signal=pl.Series(names), interval=pl.Series(told)),
        config,
        title=view.t("models.reviews"),
    )


def _cards(view: View, cards: list[dict[str, Any]]) -> None:
    block(view.t("models.cards"), view.t("models.cards_note"))
    if not cards:
        return empty(view.t("models.no_cards"), view.t("models.no_cards_why"), view.t("models.no_cards_todo"))
    known = {card["model"]: card for card in cards}
    chosen = session.choose(
        st.segmented_control, "model", view.t("models.model"), list(known), required=True,
        format_func=lambda model: text(f"modelcard.name.{model}", view.lang),
    )  # fmt: skip
    left, right = st.columns([7, 3], gap="large")
    with right:
        _sign(view, known[chosen])
    told = as_markdown(known[chosen], view.lang)
    left.markdown(told.partition("\n")[2].replace("\n## ", "\n##### "))  # the page has its own headings
    left.download_button(view.t("models.download"), told, file_name=f"{chosen}.{view.lang}.md")
    return None


def _sign(view: View, card: dict[str, Any]) -> None:
    with st.form(f"sign-{card['model']}"):
        owner = st.text_input(view.t("models.owner"), card["owner"] or "", max_chars=60)
        by = st.text_input(view.t("models.approved_by"), card["approved_by"] or "", max_chars=60)
        st.caption(view.t("models.sign_note", version=card["version"]))
        if st.form_submit_button(view.t("models.save")):
            sign_card(view.workspace.var / "models", card["model"], owner=owner.strip(), approved_by=by.strip(), approved_on=view.today)  # fmt: skip
            st.rerun()
