"""预警 Alert desk: a list of what needs a decision first, beside it one alert with its evidence and acts."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboards import filters, session
from dashboards.board import age_text, board, deadline_text, status_text
from dashboards.overlay import Alert
from dashboards.parts import empty, guarded, lead, plain
from dashboards.screens.alert_detail import show_alert
from dashboards.style import LEVEL_BADGES
from dashboards.view import View
from weisu.lifecycle import ENDED
from weisu.theme import LEVEL_SIGNS

SHOWN = 60
LEVELS = ("all", "1", "2", "3", "4")
CHOICE = "kept.desk"
Keeps = Callable[[Alert], bool]
Choice = tuple[str, str, str, str]


def show(view: View) -> None:
    """Draw the page."""
    _desk(view)


@st.fragment
def _desk(view: View) -> None:
    with guarded(view, view.t("nav.alerts")):
        _draw(view, board(view))  # asks for the reader first: a click here draws this part alone


def _draw(view: View, alerts: list[Alert]) -> None:
    _conclusion(view, alerts)
    if not alerts:
        return empty(
            view.t("alerts.none"),
            view.t("alerts.none_why", day=view.day(view.about.as_of_on)),
            view.t("alerts.none_todo"),
        )
    kept, choice = _filtered(view, alerts)
    left, right = st.columns([5, 12], gap="medium")
    with left:
        picked = _list(view, kept, alerts, choice)
    with right, guarded(view, view.t("nav.alerts")):
        if picked is None:
            empty(view.t("empty.filter"), "", view.t("empty.filter_todo"))
        else:
            show_alert(view, picked, alerts)
    return None


def _conclusion(view: View, alerts: list[Alert]) -> None:
    waiting = [a for a in alerts if a.needs_decision(view.today)]
    late = [a for a in alerts if a.overdue_hours(view.now) > 0]
    high = sum(a.level <= 2 for a in waiting)
    if not waiting:
        return lead(view.t("alerts.lead_calm"), view.t("alerts.sub", n=len(alerts)))
    return lead(
        view.t("alerts.lead", n=len(waiting), high=high, late=len(late)),
        "" if view.is_live else view.t("alerts.clock", day=view.day(view.about.as_of_on)),
    )


def _sights(view: View) -> dict[str, Keeps]:
    return {
        "open": lambda a: a.state.status not in (*ENDED, "suspected_artefact"),
        "new": lambda a: a.needs_decision(view.today),
        "overdue": lambda a: a.overdue_hours(view.now) > 0,
        "ended": lambda a: a.state.status in ENDED,
        "artefact": lambda a: a.state.status == "suspected_artefact",
        "all": lambda a: True,
    }


def _filtered(view: View, alerts: list[Alert]) -> tuple[list[Alert], Choice]:
    sights, quiet = _sights(view), {"label_visibility": "collapsed"}
    counts = {name: sum(map(keeps, alerts)) for name, keeps in sights.items()}
    with filters.row():
        sight = session.choose(st.segmented_control, "show", view.t("alerts.show"), list(sights), required=True, **quiet,
                               format_func=lambda name: f"{view.t(f'alerts.sight.{name}')} {counts[name]}")  # fmt: skip
        level = session.choose(
            st.selectbox,
            "level",
            view.t("alerts.level"),
            LEVELS,
            width=150,
            format_func=lambda n: _level(view, n),
            **quiet,
        )
        area = filters.area(view, sorted({str(a.row["area_key"]) for a in alerts}), width=210, **quiet)
        kind = filters.category(
            view, {str(a.row["category_key"]): str(a.row["category"]) for a in alerts}, width=210, **quiet
        )
    kept = [
        a for a in alerts
        if sights[sight](a) and level in ("all", str(a.level)) and area in ("*", a.row["area_key"]) and kind in ("*", a.row["category_key"])
    ]  # fmt: skip
    return kept, (sight, level, area, kind)


def _level(view: View, level: str) -> str:
    return view.t("alerts.any_level") if level == "all" else view.t("alerts.level_n", sign=LEVEL_SIGNS[int(level) - 1])


def _list(view: View, kept: list[Alert], alerts: list[Alert], choice: Choice) -> Alert | None:
    by_id, shown = {a.alert_id: a for a in alerts}, kept[:SHOWN]
    asked = by_id.get(st.query_params.get("alert", ""))
    # an alert named by a link, or just acted on, stays in sight until the filters change
    if asked is not None and asked not in shown and st.session_state.get(CHOICE) in (None, choice):
        shown = [asked, *shown]
    st.session_state[CHOICE] = choice
    if not shown:
        return None
    with st.container(key="alert-list"):
        picked = session.choose(
            st.radio, "alert", view.t("nav.alerts"), [a.alert_id for a in shown], label_visibility="collapsed", width="stretch", is_always_shown=True,
            format_func=lambda key: _first_line(view, by_id[key]), captions=[_second_line(view, a) for a in shown],
        )  # fmt: skip
    if len(kept) > SHOWN:
        st.caption(view.t("alerts.more", n=len(kept) - SHOWN))
    return by_id[picked]


def _first_line(view: View, alert: Alert) -> str:
    return f":{LEVEL_BADGES[alert.level]}-badge[{LEVEL_SIGNS[alert.level - 1]}] {plain(alert.title(view.lang))}"


def _second_line(view: View, alert: Alert) -> str:
    parts = [status_text(view, alert), age_text(view, alert), deadline_text(view, alert), alert.owner]
    return plain(" · ".join(part for part in parts if part))
