"""今日 Today: decide, watch, know."""

from __future__ import annotations

import datetime as dt
import html

import polars as pl
import streamlit as st

from dashboards.board import age_text, board, deadline_text, status_text
from dashboards.overlay import Alert
from dashboards.parts import Figure, block, chart, empty, figures, guarded, lead, level_mark, link, small_title
from dashboards.queries import alerts as alert_queries
from dashboards.queries import overview
from dashboards.view import View
from dashboards.why import Cell, why
from weisu import charts, maps, numbers

DECIDE_SHOWN, WATCH_SHOWN = 6, 6
SHARES = ("closed_1d_share", "closed_3d_share", "satisfied_share", "solved_share", "redo_share", "recurrence_share")


def show(view: View) -> None:
    """Draw the page."""
    alerts = board(view)
    decide = [a for a in alerts if a.needs_decision(view.today) and (a.level <= 2 or a.overdue_hours(view.now) > 0)]
    _conclusion(view, alerts, decide)
    with guarded(view, view.t("today.know")):
        _numbers(view)
    left, right = st.columns([7, 5], gap="large")
    with left:
        with guarded(view, view.t("today.decide")):
            _decide(view, decide)
        with guarded(view, view.t("today.watch")):
            _watch(view, [a for a in alerts if a not in decide])
    with right:
        if view.reader.sight.has_texts:
            with guarded(view, view.t("detail.map")):
                _map(view, alerts)
        with guarded(view, view.t("today.city")):
            _city(view)
    with guarded(view, view.t("today.rates")):
        _rates(view)


def _conclusion(view: View, alerts: list[Alert], decide: list[Alert]) -> None:
    late = sum(a.overdue_hours(view.now) > 0 for a in alerts)
    if decide:
        first = decide[0]
        return lead(
            view.t("today.lead", n=len(decide), high=sum(a.level <= 2 for a in decide), first=first.title(view.lang)),
            first.why(view.lang),
        )
    raised = [a.row["raised_on"] for a in alerts if a.level <= 2 and a.state.status != "suspected_artefact"]
    if not raised:
        return lead(view.t("today.calm"), view.t("today.calm_never", day=view.day(view.about.as_of_on)))
    return lead(view.t("today.calm"), view.t("today.calm_since", day=view.day(max(raised)), late=late))


def _numbers(view: View) -> None:
    kpis = overview.latest_kpis(view.marts, view.home)
    if not kpis:
        return empty(view.t("empty.kpis"), view.t("empty.kpis_why"))
    reports, expected = kpis.get("reports"), (kpis.get("expected_reports") or {}).get("value")
    row = [_count(view, "reports", reports, expected=expected)] if reports else []
    row += [_count(view, code, kpis.get(code)) for code in ("open_count", "overdue_count") if kpis.get(code)]
    row += [_share(view, "on_time_share", kpis["on_time_share"])] if "on_time_share" in kpis else []
    small_title(view.t("today.week_of", day=view.day(_start(kpis))), view.t("today.week_note"))
    figures(row[:4])
    return _why(view, kpis, ("reports", "expected_reports", "open_count", "overdue_count", "on_time_share"), key="week")


def _why(view: View, kpis: dict[str, dict[str, object]], codes: tuple[str, ...], *, key: str) -> None:
    cell = Cell("week", _start(kpis), view.home)
    shown = [kpis[code] for code in codes if code in kpis and not kpis[code].get("is_suppressed")]
    why(view, cell, shown, key=key, links_to_table=True)


def _start(kpis: dict[str, dict[str, object]]) -> dt.date:
    return next(iter(kpis.values()))["period_start_on"]  # type: ignore[return-value]


def _count(view: View, code: str, row: dict[str, object] | None, *, expected: object = None) -> Figure:
    row = row or {}
    change = numbers.percent_change(row.get("value"), row.get("previous_value"))
    parts = [view.t("today.was", n=view.n(row.get("previous_value"))) + (f" ({change})" if change else "")]
    parts += [view.t("today.expected", n=view.n(expected))] if expected is not None else []
    return Figure(view.kpi(code), view.n(row.get("value")), " · ".join(parts))


def _share(view: View, code: str, row: dict[str, object]) -> Figure:
    base = row.get("denominator")
    if row.get("is_suppressed"):
        return Figure(view.kpi(code), numbers.UNKNOWN, view.t("today.suppressed"))
    value, before = (numbers.share(row.get(c), view.lang, base=base) for c in ("value", "previous_value"))
    span = (
        numbers.share_interval(row.get("lower"), row.get("upper"))
        if value != numbers.UNKNOWN
        else view.t("today.small_base", n=view.n(base))
    )
    return Figure(view.kpi(code), value, f"{view.t('today.was', n=before)} · {span}")


def _decide(view: View, decide: list[Alert]) -> None:
    block(view.t("today.decide"), view.t("today.decide_note"))
    if not decide:
        return empty(view.t("today.nothing"))
    for alert in decide[:DECIDE_SHOWN]:
        _row(view, alert)
    if len(decide) > DECIDE_SHOWN:
        link(view, "alerts", view.t("today.all", n=len(decide)), show="new")
    return None


def _watch(view: View, others: list[Alert]) -> None:
    block(view.t("today.watch"), view.t("today.watch_note"))
    watched = [
        a
        for a in others
        if a.state.status not in ("dismissed", "closed", "suspected_artefact") and not a.is_snoozed(view.today)
    ]
    for alert in watched[:WATCH_SHOWN]:
        _row(view, alert)
    if not watched:
        empty(view.t("today.nothing_watched"))


def _row(view: View, alert: Alert) -> None:
    with st.container(key=f"row-{alert.alert_id}", horizontal=True, gap="small", vertical_alignment="center"):
        st.html(level_mark(alert.level), width="content")
        link(view, "alerts", alert.title(view.lang), alert=alert.alert_id, show="all")
        late = alert.overdue_hours(view.now) > 0
        tail = [status_text(view, alert), age_text(view, alert)]
        deadline = deadline_text(view, alert)
        text = html.escape(" · ".join(tail)) + (
            f' · <span class="{"hot" if late else ""}">{html.escape(deadline)}</span>' if deadline else ""
        )
        st.html(f'<p class="sub">{text}</p>', width="content")


def _map(view: View, alerts: list[Alert]) -> None:
    live = [
        a.row
        for a in alerts
        if a.state.status in ("new", "confirmed", "sent", "accepted", "returned") and a.row["lat"] is not None
    ]
    small_title(view.t("today.map"), view.t("today.map_note", n=len(live)))
    background = alert_queries.background(view.marts)
    if background.is_empty() and not live:
        return empty(view.t("empty.places"), view.t("empty.places_why"))
    schema = {"lat": pl.Float64, "lon": pl.Float64, "label": pl.String, "value": pl.Int64}
    spots = pl.DataFrame(
        [(r["lat"], r["lon"], r[f"title_{view.lang}"], r["observed"]) for r in live], schema=schema, orient="row"
    )
    plane = maps.plane_of(background if not background.is_empty() else spots)
    made = maps.ticket_map(
        spots,
        lang=view.lang,
        theme=view.theme,
        areas=alert_queries.area_labels(view.marts, "district"),
        background=background,
        plane=plane,
        height=330,
    )
    return chart(made, alt_text=view.t("today.map"))


def _city(view: View) -> None:
    small_title(view.t("today.city"), view.t("today.city_note"))
    days = overview.last_week(view.marts)
    if days.is_empty():
        return empty(view.t("empty.series"))
    return chart(
        charts.observed_expected(days, lang=view.lang, theme=view.theme, height=200), alt_text=view.t("today.city")
    )


def _rates(view: View) -> None:
    block(view.t("today.rates"), view.t("today.rates_note"))
    kpis = overview.latest_kpis(view.marts, view.home)
    row = [_share(view, code, kpis[code]) for code in SHARES if code in kpis]
    if row:
        figures(row)
        _why(view, kpis, SHARES, key="rates")
    else:
        empty(view.t("empty.kpis"), view.t("empty.kpis_why"))
