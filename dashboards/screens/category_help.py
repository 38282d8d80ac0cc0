"""Suggested categories, on the page of the data: for a person to decide; no ticket is changed by them."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboards.parts import empty, filled_table, sentence, written_column
from dashboards.queries import category_help as queries
from dashboards.view import View
from weisu import numbers

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
    config = {
        "created_on": st.column_config.DateColumn(view.t("column.created_on"), width="small"),
        "category": st.column_config.TextColumn(view.t("category_help.now"), width="small"),
        "suggested": st.column_config.TextColumn(view.t("category_help.suggested"), width="medium"),
        "chance": written_column(view.t("category_help.chance"), tip=view.t("category_help.chance_help")),
        "title": st.column_config.TextColumn(view.t("column.title"), width="medium"),
        "text": st.column_config.TextColumn(view.t("column.text"), width="large"),
        "ticket_id": st.column_config.TextColumn(view.t("column.ticket_id")),
    }  # fmt: skip
    told = [_chance(view, chance) for chance in sure["chance"]]
    shown = sure.with_columns(chance=pl.Series(told, dtype=pl.String)).head(SHOWN)
    return filled_table(view, shown, config, most=330, title=view.t("data.category_help"))


def _chance(view: View, chance: float) -> str:
    """A chance as a share; near one only that it is."""
    return numbers.share(chance, view.lang) if chance < CERTAIN else f"> {numbers.share(CERTAIN, view.lang)}"
