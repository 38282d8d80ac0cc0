"""Suggested categories, on the page of the data: for a person to decide; no ticket is changed by them."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboards.parts import empty, filled_table, sentence
from dashboards.queries import category_help as queries
from dashboards.view import View

SHOWN = 500


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
        "chance": st.column_config.NumberColumn(view.t("category_help.chance"), format="percent", width="small", help=view.t("category_help.chance_help")),
        "title": st.column_config.TextColumn(view.t("column.title"), width="medium"),
        "text": st.column_config.TextColumn(view.t("column.text"), width="large"),
        "ticket_id": st.column_config.TextColumn(view.t("column.ticket_id")),
    }  # fmt: skip
    return filled_table(view, sure.head(SHOWN), config, most=330, title=view.t("data.category_help"))
