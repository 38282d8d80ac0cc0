"""“Why this number”: what a published indicator counts, from how many, as of when, by which versions, and the way down to its tickets."""

from __future__ import annotations

import datetime as dt
import html
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboards.parts import facts, link
from dashboards.view import View
from weisu import numbers
from weisu.texts import text

TABLE = "mart_kpis"


@dataclass(frozen=True)
class Cell:
    """Where and when the numbers are of, all categories and units together."""

    period_type: str  # week or month
    start_on: dt.date
    area_key: str = "*"

    def explained(self, code: str) -> str:
        """The command that counts a month's indicator again, down to the versions of its tickets."""
        return shlex.join(
            ("weisu", "explain", "kpi", code, "--area", self.area_key, "--month", f"{self.start_on:%Y-%m}")
        )


def why(view: View, cell: Cell, rows: Sequence[Mapping[str, Any]], *, key: str, links_to_table: bool = False) -> None:
    """Draw the button, and under it each indicator's definition and counts, then what all of them rest on.

    Args:
        rows: kpi_code, value, numerator, denominator of each number on show.
        links_to_table: lead to the page Performance, where the same period is told by unit, area and category.
    """
    with st.popover(view.t("why.title"), type="tertiary", key=f"why-{key}"):
        st.html(f'<dl class="why-list">{"".join(_told(view, row) for row in rows)}</dl>')
        about = view.about
        facts([
            (view.t("filter.period"), view.t(f"why.{cell.period_type}", day=view.day(cell.start_on), month=f"{cell.start_on:%Y-%m}")),
            (view.t("why.as_of"), view.day(about.as_of_on)),
            (view.t("why.versions"), view.t("why.versions_of", data=about.data_version or numbers.UNKNOWN, rules=about.rules_version or numbers.UNKNOWN)),
            (view.t("why.table"), TABLE),
        ])  # fmt: skip
        if cell.period_type == "month" and rows:
            st.html(f'<p class="sub">{html.escape(view.t("why.explain"))}</p>')
            st.code(cell.explained(rows[0]["kpi_code"]), language="bash", wrap_lines=True)
        if links_to_table:
            link(view, "performance", view.t("why.to_table"), period=cell.period_type, start=cell.start_on)
        link(view, "data", view.t("why.to_data"))


def _told(view: View, row: Mapping[str, Any]) -> str:
    code, is_share = row["kpi_code"], row["kpi_code"].endswith(("_share", "_rate"))
    base = row["denominator"]
    value = numbers.share(row["value"], view.lang, base=base) if is_share else _plain(view, code, row["value"])
    counts = view.t("why.counts", n=view.n(row["numerator"]), of=view.n(base)) if is_share and base is not None else ""
    said = text(f"kpi.definition.{code}", view.lang)
    return f"<dt>{html.escape(view.kpi(code))} <b>{html.escape(value)}</b> <small>{html.escape(counts)}</small></dt><dd>{html.escape(said)}</dd>"


def _plain(view: View, code: str, value: numbers.Number) -> str:
    return numbers.duration(value, view.lang) if code.endswith("_hours") else view.n(value)
