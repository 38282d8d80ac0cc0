"""Suggested categories, on the page of the data: a person decides, and the next build counts the ticket so."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboards.parts import empty, filled_table, sentence, written_column
from dashboards.queries import category_help as queries
from dashboards.screens.category_acts import acts, decided
from dashboards.view import View
from weisu import numbers
from weisu.category_reviews import in_force, last_seen, list_category_reviews

SHOWN = 500
CERTAIN = 0.99  # nothing is: a few hundred held-out tickets cannot tell more


def category_help(view: View) -> None:
    """How many tickets lack a category, for how many one is likely, and which."""
    rows = queries.suggested(view.marts) if queries.has_table(view.marts) else pl.DataFrame()
    if rows.is_empty():
        return empty(view.t("category_help.none"), view.t("category_help.none_why"))
    sure = rows.filter("is_sure")
    sentence(view.t("category_help.lead", all=view.n(rows.height), sure=view.n(sure.height)))
    if sure.is_empty():
        return empty(view.t("category_help.abstains"))
    reviews = list_category_reviews(view.engine)
    shown = _shown(view, sure.head(SHOWN)).with_columns(
        decided(view, sure.head(SHOWN)["ticket_key"], in_force(reviews))
    )
    picked = filled_table(view, shown, _columns(view), most=330, title=view.t("data.category_help"), on_select="rerun",
                          selection_mode="multi-row", key=f"category-help-{len(reviews)}")  # fmt: skip
    return acts(view, sure[picked.selection.rows], last_seen(reviews), in_force(reviews))


def _shown(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    chances = [_chance(view, chance) for chance in rows["chance"]]
    return rows.with_columns(
        chance=pl.Series(chances, dtype=pl.String),
        suggested=pl.col("suggested_category_key").str.replace_all("->", " / ", literal=True),
    )


def _columns(view: View) -> dict[str, Any]:
    return {
        "created_on": st.column_config.DateColumn(view.t("column.created_on"), width="small"),
        "category": st.column_config.TextColumn(view.t("category_help.now"), width="small"),
        "suggested": st.column_config.TextColumn(view.t("category_help.suggested"), width="medium"),
        "chance": written_column(view.t("category_help.chance"), tip=view.t("category_help.chance_help")),
        "decided": st.column_config.TextColumn(view.t("category_help.decided"), width="medium"),
        "title": st.column_config.TextColumn(view.t("column.title"), width="medium"),
        "text": st.column_config.TextColumn(view.t("column.text"), width="large"),
        "ticket_id": st.column_config.TextColumn(view.t("column.ticket_id")),
    }  # fmt: skip


def _chance(view: View, chance: float) -> str:
    """A chance as a share; near one only that it is."""
    return numbers.share(chance, view.lang) if chance < CERTAIN else f"> {numbers.share(CERTAIN, view.lang)}"
