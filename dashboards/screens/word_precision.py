"""Which kind of words is bad, on the page of words: what people found right among what they checked."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from dashboards.parts import block, filled_table, sentence, written_column
from dashboards.queries import words as queries
from dashboards.screens.word_acts import kind_name
from dashboards.view import View
from weisu import numbers
from weisu.word_reviews import WordReview


def precision(view: View, judged: Mapping[queries.Word, WordReview]) -> None:
    """The worst kind in a sentence, then each kind that was counted or judged."""
    block(view.t("words.precision"), view.t("words.precision_note"))
    known = pl.col("tickets") + pl.col("checked") + pl.col("missing") > 0
    rows = queries.precision(view.marts, judged).filter(known)
    sentence(_worst(view, rows))
    told = [numbers.share_interval(lower, upper) for lower, upper in rows.select("lower", "upper").iter_rows()]
    named = [kind_name(view, kind) for kind in rows["term_kind"]]
    shown = rows.with_columns(term_kind=pl.Series(named, dtype=pl.String), interval=pl.Series(told, dtype=pl.String))
    config = {
        "term_kind": st.column_config.TextColumn(view.t("words.kind")),
        "tickets": st.column_config.NumberColumn(view.t("words.hit_tickets"), width="small"),
        "checked": st.column_config.NumberColumn(view.t("words.checked"), width="small"),
        "right": st.column_config.NumberColumn(view.t("words.verdict.right"), width="small"),
        "wrong": st.column_config.NumberColumn(view.t("words.verdict.wrong"), width="small"),
        "missing": st.column_config.NumberColumn(view.t("words.verdict.missing"), width="small"),
        "interval": written_column(view.t("words.interval"), width="medium", tip=view.t("words.interval_help")),
    }
    filled_table(view, shown, config, most=500, title=view.t("words.precision"))


def _worst(view: View, rows: pl.DataFrame) -> str:
    checked = rows.filter(pl.col("checked") > 0).sort("precision", "checked", descending=[False, True])
    if checked.is_empty():
        return view.t("words.precision_none")
    row = checked.row(0, named=True)
    if row["wrong"] == 0:
        return view.t("words.precision_good", checked=int(checked["checked"].sum()))
    return view.t(
        "words.precision_lead", kind=kind_name(view, row["term_kind"]), wrong=row["wrong"], checked=row["checked"]
    )
