"""One alert on one screen: why, five figures, chart, map, drivers, owner, tickets, similar alerts, history."""

from __future__ import annotations

import datetime as dt
import html

import polars as pl
import streamlit as st

from dashboards import session
from dashboards.board import age_text, deadline_text, status_text
from dashboards.overlay import Alert
from dashboards.parts import (
    Figure,
    chart,
    empty,
    facts,
    figures,
    filled_table,
    guarded,
    level_mark,
    link,
    not_for_role,
    small_title,
)
from dashboards.queries import alerts as queries
from dashboards.queries import trends
from dashboards.queries.similar import of_alert
from dashboards.screens.alert_acts import act_bar
from dashboards.screens.reports import note_button
from dashboards.screens.similar import similar_alerts, similar_cases
from dashboards.view import View
from weisu import charts, maps, numbers
from weisu.lifecycle import standing

SPANS = {"90": 90, "730": 730}


def show_alert(view: View, alert: Alert, alerts: list[Alert]) -> None:
    """Draw the alert; each part stands alone."""
    _head(view, alert)
    _figures(view, alert)
    if not view.reader.sight.has_texts:
        _owner(view, alert)
        return not_for_role(view, "alert")
    left, right = st.columns([8, 5], gap="medium")
    with left, guarded(view, view.t("detail.chart")):
        _series(view, alert)
    with right, guarded(view, view.t("detail.map")):
        _map(view, alert)
    with guarded(view, view.t("detail.drivers")):
        _drivers(view, alert)
    left, right = st.columns([7, 6], gap="large")
    with left, guarded(view, view.t("detail.owner")):
        _owner(view, alert)
    with right, guarded(view, view.t("detail.history")):
        _history(view, alert)
    with guarded(view, view.t("detail.tickets")):
        _tickets(view, alert)
    with guarded(view, view.t("detail.similar")):
        similar_alerts(view, alert, alerts)
    with guarded(view, view.t("similar.title")):
        similar_cases(view, of_alert(view.marts, alert.alert_id))
    if view.reader.may("write_reports"):
        with guarded(view, view.t("reports.note")):
            note_button(view, alert.alert_id)
    return act_bar(view, alert)


def _head(view: View, alert: Alert) -> None:
    late = alert.overdue_hours(view.now) > 0
    deadline = deadline_text(view, alert)
    tags = [f'<span class="tag">{html.escape(status_text(view, alert))}</span>']
    tags += [f'<span class="tag {"warn" if late else ""}">{html.escape(deadline)}</span>'] if deadline else []
    tags += [
        f'<span class="tag">{html.escape(view.t(f"signal.{code}"))}</span>'
        for code in alert.signals
        if code in ("rise", "cluster", "emotion", "sensitive")
    ]
    when = numbers.day_range(alert.row["window_start_on"], alert.row["window_end_on"], view.lang)
    line = f"{html.escape(alert.title(view.lang))} <span class='sub'>{html.escape(when)} · {html.escape(age_text(view, alert))}</span>"
    st.html(
        f'<div>{level_mark(alert.level)}<b>{line}</b> {" ".join(tags)}</div><p class="why">{html.escape(alert.why(view.lang))}</p>'
    )
    if alert.row["artefact_reason"]:
        st.html(f'<p class="sub">{html.escape(view.t("detail.artefact", reason=alert.row["artefact_reason"]))}</p>')


def _figures(view: View, alert: Alert) -> None:
    row = alert.row
    figures([
        Figure(view.t("figure.observed"), view.n(row["observed"]), is_hot=True),
        Figure(view.t("figure.expected"), numbers.expected(row["expected"], view.lang)),
        Figure(view.t("figure.ratio"), numbers.ratio(row["ratio"], view.lang)),
        Figure(view.t("figure.persons"), view.n(row["persons"]), "" if row["persons"] is not None or not view.reader.sight.has_texts else view.t("figure.persons_unknown")),
        Figure(view.t("figure.places"), view.n(row["places"])),
    ])  # fmt: skip


def _series(view: View, alert: Alert) -> None:
    span = session.choose(
        st.segmented_control,
        "span",
        view.t("detail.span"),
        list(SPANS),
        required=True,
        label_visibility="collapsed",
        format_func=lambda s: view.t(f"detail.span_{s}"),
    )
    row, category = alert.row, alert.row["category_key"]
    last = min(view.about.as_of_on, row["window_end_on"] + dt.timedelta(days=30))
    first = last - dt.timedelta(days=SPANS[span])
    area = queries.area_with_series(view.marts, row["area_key"], category)
    days = queries.series(view.marts, area or "", category, first, last)
    if days.is_empty():
        return empty(view.t("empty.series"), view.t("empty.series_why"))
    if area != row["area_key"]:
        st.html(f'<p class="sub">{html.escape(view.t("detail.wider", area=view.area(area)))}</p>')
    is_long = span == "730"
    changes = [day for day in queries.changes(view.marts, area, category)["changed_on"] if day >= first]
    events = trends.events(view.marts, first, last) if is_long else None
    made = charts.observed_expected(
        charts.weekly(days) if is_long else days, lang=view.lang, theme=view.theme, window=(row["window_start_on"], row["window_end_on"]),
        changes=changes, events=events, unit="week" if is_long else "day", height=270,
    )  # fmt: skip
    return chart(made, alt_text=alert.why(view.lang))


def _map(view: View, alert: Alert) -> None:
    tickets = queries.tickets_of(view.marts, alert.alert_id)
    spots = (
        tickets.drop_nulls(["lat", "lon"])
        .group_by("lat", "lon")
        .agg(pl.col("place_key").first().alias("label"), pl.len().alias("value"))
    )
    small_title(view.t("detail.map"), view.t("detail.located", n=int(spots["value"].sum() or 0), all=tickets.height))
    if spots.is_empty():
        return empty(view.t("empty.places"), view.t("empty.places_why"))
    row = alert.row
    has_cluster = "cluster" in alert.signals and row["lat"] is not None and row["radius_m"]
    circles = [maps.Circle(row["lat"], row["lon"], row["radius_m"])] if has_cluster else []
    labels = queries.area_labels(view.marts, "district" if row["area_level"] in ("city", "district") else "street")
    made = maps.ticket_map(
        spots,
        lang=view.lang,
        theme=view.theme,
        areas=labels,
        circles=circles,
        background=queries.background(view.marts),
        height=270,
    )
    return chart(made, alt_text=view.t("detail.map"))


def _drivers(view: View, alert: Alert) -> None:
    small_title(view.t("detail.drivers"))
    tickets = queries.tickets_of(view.marts, alert.alert_id)
    if tickets.is_empty():
        return empty(view.t("empty.rows"))
    lists = {
        "places": _top(_under_street(tickets), "place_key"),
        "channels": _top(tickets, "channel"),
        "repeats": _repeats(view, tickets),
    }
    for place, (name, rows) in zip(st.columns(3, gap="medium"), lists.items(), strict=True):
        with place:
            st.html(f'<p class="sub">{html.escape(view.t(f"detail.by_{name}"))}</p>')
            if rows.is_empty():
                empty(view.t("empty.unknown"))
            else:
                chart(
                    charts.bar_list(rows, lang=view.lang, theme=view.theme, limit=5),
                    alt_text=view.t(f"detail.by_{name}"),
                )
    return None


def _under_street(tickets: pl.DataFrame) -> pl.DataFrame:
    """Places without the district and street that the alert names already."""
    short = pl.col("place_key").str.strip_prefix(pl.col("street_key") + "/")
    return tickets.with_columns(place_key=pl.coalesce(short, "place_key"))


def _top(tickets: pl.DataFrame, column: str) -> pl.DataFrame:
    return (
        tickets.drop_nulls(column)
        .group_by(pl.col(column).alias("label"))
        .agg(pl.len().alias("value"))
        .sort("value", "label", descending=[True, False])
    )


def _repeats(view: View, tickets: pl.DataFrame) -> pl.DataFrame:
    calls = tickets.drop_nulls("person_hash").group_by("person_hash").len()
    if calls.is_empty():
        return pl.DataFrame({"label": [], "value": []}, schema={"label": pl.String, "value": pl.Int64})
    kinds = {
        "once": calls.filter(pl.col("len") == 1),
        "twice": calls.filter(pl.col("len") == 2),
        "often": calls.filter(pl.col("len") > 2),
    }
    return pl.DataFrame(
        {
            "label": [view.t(f"detail.called_{k}") for k in kinds],
            "value": [int(rows["len"].sum()) for rows in kinds.values()],
        }
    )


def _owner(view: View, alert: Alert) -> None:
    small_title(view.t("detail.owner"))
    row = alert.row
    known = [
        ("detail.assigned", alert.state.assignee),
        ("detail.sector", row["sector_unit"]),
        ("detail.territory", row["territory_unit"]),
        ("detail.basis", row["legal_basis"]),
    ]
    facts([(view.t(key), str(value or numbers.UNKNOWN)) for key, value in known if value or key != "detail.assigned"])
    advice = [view.t(f"advice.{code}") for code in alert.classes if code in ADVISED]
    if advice:
        small_title(
            view.t("detail.advice"), " · ".join(view.t(f"class.{code}") for code in alert.classes if code in ADVISED)
        )
        st.html("<ul>" + "".join(f"<li>{html.escape(a)}</li>" for a in advice) + "</ul>")


ADVISED = (
    "common",
    "seasonal",
    "similar_places",
    "lead_lag",
    "key_area",
    "sudden_event",
    "emerging",
    "historic",
    "policy",
)


def _tickets(view: View, alert: Alert) -> None:
    rows = _readable(view, queries.tickets_of(view.marts, alert.alert_id))
    small_title(view.t("detail.tickets"), view.t("detail.masked", n=rows.height))
    config = {
        "created_on": st.column_config.DateColumn(view.t("column.created_on"), width="small"),
        "category_l3_key": st.column_config.TextColumn(view.t("column.category")),
        "place_key": st.column_config.TextColumn(view.t("column.place")),
        "channel": st.column_config.TextColumn(view.t("column.channel"), width="small"),
        "status": st.column_config.TextColumn(view.t("column.status"), width="small"),
        "title": st.column_config.TextColumn(view.t("column.title"), width="medium"),
        "text": st.column_config.TextColumn(view.t("column.text"), width="large"),
        "ticket_id": st.column_config.TextColumn(view.t("column.ticket_id")),
    }
    filled_table(view, rows, config, most=320)
    link(view, "words", view.t("words.of_alert"), alert=alert.alert_id)


def _readable(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """Codes as words, and only the last part of the category's path."""
    words = {
        code: view.t(f"ticket_status.{code}") for code in ("open", "closed", "void", "merged", "withdrawn", "returned")
    }
    return rows.with_columns(pl.col("status").replace(words), pl.col("category_l3_key").str.split("->").list.last())


def _history(view: View, alert: Alert) -> None:
    small_title(view.t("detail.history"))
    stands = {act.act_id for act in standing(alert.history)}
    items = [
        f"<li>{html.escape(view.t('detail.raised', level=alert.level))}<small>{html.escape(view.day(alert.row['raised_on']))}</small></li>"
    ]
    for act in alert.history:
        what = (
            view.t(f"act.{act.act}")
            + (f" → {act.assignee}" if act.assignee else "")
            + (f" · {view.day(act.until_on)}" if act.until_on else "")
        )
        gone = "" if act.act_id in stands or act.act == "undo" else ' class="gone"'
        items.append(
            f"<li{gone}>{html.escape(view.t('detail.done', what=what, reason=act.reason))}<small>{html.escape(act.actor)} · {html.escape(view.local(act.acted_at))}</small></li>"
        )
    st.html(f'<ul class="timeline">{"".join(reversed(items))}</ul>')
