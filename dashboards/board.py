"""The alerts of a view as they stand now."""

from __future__ import annotations

from dataclasses import replace

from dashboards.overlay import Alert, overlay
from dashboards.queries import alerts as queries
from dashboards.view import View
from weisu.numbers import duration
from weisu.store import acts_by_alert


def board(view: View) -> list[Alert]:
    """All alerts with the store's acts laid over them, what needs a decision first."""
    stored = acts_by_alert(view.engine)
    if not view.reader.sight.has_texts:  # what people typed is not for everybody
        stored = {alert: [replace(act, reason="", actor="") for act in acts] for alert, acts in stored.items()}
    return overlay(queries.alerts(view.marts), queries.published_acts(view.marts), stored, zone=view.zone, now=view.now)


def deadline_text(view: View, alert: Alert) -> str:
    """`逾期 2 小时`, `还剩 6 小时` or nothing."""
    if alert.due_at is None:
        return ""
    late = alert.overdue_hours(view.now)
    if late > 0:
        return view.t("alert.overdue", time=duration(late, view.lang))
    return view.t("alert.due", time=duration((alert.due_at - view.now).total_seconds() / 3600, view.lang))


def age_text(view: View, alert: Alert) -> str:
    """How long ago the alert was raised."""
    days = (view.today - alert.row["raised_on"]).days
    return view.t("alert.today") if days <= 0 else view.t("alert.age", days=days)


def status_text(view: View, alert: Alert) -> str:
    """The status in words, with the end of a sleep."""
    name = view.t(f"status.{alert.state.status}")
    if alert.is_snoozed(view.today):
        return f"{name} · {view.t('alert.snoozed', day=view.day(alert.state.snoozed_until, year=False))}"
    return name
