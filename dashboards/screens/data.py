"""数据 Data quality: loads, refused rows, changed exports, coverage by type and year, freshness, rules in force, versions."""

from __future__ import annotations

import altair as alt
import polars as pl
import streamlit as st

from dashboards.parts import (
    block,
    chart,
    empty,
    facts,
    guarded,
    lead,
    small_title,
    table,
)
from dashboards.queries import quality as queries
from dashboards.screens.category_help import category_help
from dashboards.view import View
from weisu import numbers
from weisu.charts import dress
from weisu.texts import text

LEDGER = ("rows_read", "rows_new", "rows_new_version", "rows_unchanged", "rows_quarantined", "rows_flagged")


def show(view: View) -> None:
    """Draw the page."""
    with guarded(view, view.t("nav.data")):
        _conclusion(view)
    parts = {
        "coverage": _coverage,
        "loads": _loads,
        "quarantine": _quarantine,
        "category_help": category_help,
        "drift": _drift,
        "freshness": _freshness,
        "rules": _rules,
        "versions": _versions,
    }
    for name, draw in parts.items():
        with guarded(view, view.t(f"data.{name}")):
            block(view.t(f"data.{name}"), view.t(f"data.{name}_note"))
            draw(view)


def _conclusion(view: View) -> None:
    loads = queries.loads(view.marts)
    if loads.is_empty():
        return lead(view.t("data.lead_none"))
    read, refused = loads["rows_read"].sum(), loads["rows_quarantined"].sum()
    about = view.about
    span = numbers.day_range(about.first_on, about.last_on, view.lang)
    return lead(view.t("data.lead" if refused else "data.lead_clean", tickets=view.n(about.tickets), share=numbers.share(refused / read if read else None, view.lang)),
                view.t("data.sub", span=span, read=numbers.exact(read, view.lang), refused=numbers.exact(refused, view.lang), loads=loads.height))  # fmt: skip


def _coverage(view: View) -> None:
    rows = queries.coverage(view.marts)
    if rows.is_empty():
        return empty(view.t("empty.rows"))
    ramp, theme, most = view.theme.ramp, view.theme, float(rows["reports"].max())
    base = alt.Chart(rows).encode(
        x=alt.X("year:O", title=None, axis=alt.Axis(orient="top", labelAngle=0)),
        y=alt.Y("category:N", title=None, axis=alt.Axis(labelLimit=260)),
    )
    tips = [alt.Tooltip("category:N", title=view.t("column.category")), alt.Tooltip("year:O", title=view.t("data.year")), alt.Tooltip("reports:Q", title=view.kpi("reports"), format=","),
            alt.Tooltip("first_on:N", title=view.t("data.first")), alt.Tooltip("last_on:N", title=view.t("data.last"))]  # fmt: skip
    text_rows = rows.with_columns(pl.col("first_on", "last_on").dt.to_string("%Y-%m-%d"))
    base.data = text_rows
    boxes = base.mark_rect(stroke=theme.paper, strokeWidth=2).encode(
        color=alt.Color(
            "reports:Q", scale=alt.Scale(type="sqrt", domain=[0, most], range=[ramp[0], ramp[-1]]), legend=None
        ),
        tooltip=tips,
    )
    labels = base.mark_text(fontSize=11).encode(
        text=alt.Text("reports:Q", format=","),
        color=alt.condition(alt.datum.reports > most * 0.35, alt.value(theme.paper), alt.value(theme.ink)),
    )
    return chart(
        dress(boxes + labels, theme, height=24 * rows["category"].n_unique() + 24), alt_text=view.t("data.coverage")
    )


def _loads(view: View) -> None:
    columns = {
        "loaded_at": st.column_config.DatetimeColumn(
            view.t("data.loaded_at"), format="YYYY-MM-DD HH:mm", width="small"
        ),
        "source": st.column_config.TextColumn(view.t("data.source"), width="small"),
        "file_label": st.column_config.TextColumn(view.t("data.file")),
        **{
            name: st.column_config.NumberColumn(view.t(f"data.{name}"), format="localized", width="small")
            for name in LEDGER
        },
        "fingerprint": st.column_config.TextColumn("SHA-256", width="small"),
    }
    table(view, queries.loads(view.marts), columns, title=view.t("data.loads"))


def _quarantine(view: View) -> None:
    rows = queries.quarantine(view.marts)
    if rows.is_empty():
        return empty(view.t("data.no_quarantine"))
    codes = rows["reason_code"].unique().to_list()
    rows = rows.with_columns(
        pl.col("reason_code").replace_strict(codes, [text(f"row.reason.{code}", view.lang) for code in codes])
    )
    columns = {
        "source": st.column_config.TextColumn(view.t("data.source")),
        "reason_code": st.column_config.TextColumn(view.t("data.reason")),
        "column_name": st.column_config.TextColumn(view.t("data.column")),
        "rows": st.column_config.NumberColumn(view.t("data.rows"), format="localized"),
    }
    return table(view, rows, columns, title=view.t("data.quarantine"))


def _drift(view: View) -> None:
    rows = queries.drift(view.marts)
    if rows.is_empty():
        return empty(view.t("data.no_drift"))
    columns = {
        "loaded_at": st.column_config.DatetimeColumn(view.t("data.loaded_at"), format="YYYY-MM-DD HH:mm"),
        "source": st.column_config.TextColumn(view.t("data.source")),
        "kind": st.column_config.TextColumn(view.t("data.drift_kind")),
        "field": st.column_config.TextColumn(view.t("data.drift_field")),
        "value": st.column_config.TextColumn(view.t("data.drift_value")),
        "detail": st.column_config.TextColumn(view.t("data.drift_detail")),
    }
    kinds = [view.t(f"data.change.{kind}") for kind in rows["kind"]]
    return table(view, rows.with_columns(kind=pl.Series(kinds, dtype=pl.String)), columns, title=view.t("data.drift"))


def _freshness(view: View) -> None:
    columns = {
        "source": st.column_config.TextColumn(view.t("data.source")),
        "last_loaded_at": st.column_config.DatetimeColumn(view.t("data.loaded_at"), format="YYYY-MM-DD HH:mm"),
        "last_created_on": st.column_config.DateColumn(view.t("data.last")),
        "days_behind": st.column_config.NumberColumn(view.t("data.days_behind")),
    }
    table(view, queries.freshness(view.marts), columns, title=view.t("data.freshness"))


def _rules(view: View) -> None:
    names = ("rule", "key", "value", "version", "author", "decided_on", "reason")
    columns = {n: st.column_config.Column(view.t(f"data.rule_{n}")) for n in names}
    columns["decided_on"] = st.column_config.DateColumn(view.t("data.rule_decided_on"))
    table(view, queries.rules(view.marts), columns, title=view.t("data.rules"))


def _versions(view: View) -> None:
    about = view.about
    small_title(view.marts.name)
    facts([
        (view.t("data.as_of"), view.day(about.as_of_on)),
        (view.t("data.built_at"), view.local(about.built_at)),
        (view.t("data.run_id"), str(about.run_id or numbers.UNKNOWN)),
        (view.t("data.data_version"), str(about.data_version or numbers.UNKNOWN)),
        (view.t("data.rules_version"), str(about.rules_version or numbers.UNKNOWN)),
        (view.t("data.note"), (about.note_en if view.lang == "en" else about.note) or numbers.UNKNOWN),
    ])  # fmt: skip
