"""专报, the special note: one page on one alert, on demand."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

from reports import frontmatter
from reports.context import Paragraph, ReportContext, Section
from reports.errors import ReportError
from reports.marts import CITY, Marts, Row, open_marts
from reports.material import Material
from reports.periods import Window, week_of
from reports.queries import handling
from reports.sections.digest import alert_numbers, quote
from reports.sections.loop import done_by_people, known_status, tally
from reports.sections.rising import cause_of_alert, hypothesis, responsible
from reports.wording import Wording

LOOK_BACK_DAYS = 365


def make(publication: Path, alert_id: str, lang: str) -> ReportContext:
    """The context of one alert, with what the publication knows of it now; its week is the period.

    Args:
        alert_id: of `mart_alerts`.
        lang: "zh" or "en".

    Raises:
        ReportError: not a publication, no such alert, or one that was set aside as an artefact.
    """
    with open_marts(publication) as marts:
        alert = _found(marts, alert_id)
        year, week, _ = alert["raised_on"].isocalendar()
        material = Material(marts, week_of(f"{year}-W{week:02d}", marts.facts.as_of_on), Wording(lang))
        sections = tuple(partial(section, alert=alert) for section in (matter, reason, handled, past, advice))
        return frontmatter.assemble(material, frontmatter.note(material, alert), sections)


def _found(marts: Marts, alert_id: str) -> Row:
    alert = handling.alert(marts, alert_id)
    if not alert:
        raise ReportError(
            f"no alert {alert_id[:40]!r} in the current publication", where="--alert", todo="see weisu export alerts"
        )
    if alert["signal_status"] == "suspected_artefact":
        raise ReportError(
            f"alert {alert_id} was set aside as a suspected artefact",
            where="--alert",
            todo="confirm it on the desk first",
        )
    return alert


def matter(m: Material, alert: Row) -> Section:
    """一、基本情况: what was reported, how much more than expected, in whose words."""
    w, source = m.words, f"mart_alerts {alert['alert_id']}"
    raised = w.sentence(
        w.claim("note.raised", day=w.day(alert["raised_on"], source), level=w.level(alert["level"], source)),
        importance=0.9,
    )
    claims = (raised, alert_numbers(m, alert, 0.9), *quote(m, alert))
    return Section("matter", w.say("heading.note.matter"), (Paragraph(claims),))


def reason(m: Material, alert: Row) -> Section:
    """二、原因研判, a labelled hypothesis."""
    claims = (hypothesis(m, cause_of_alert(m, alert)),)
    return Section("reason", m.words.say("heading.note.reason"), (Paragraph(claims),))


def handled(m: Material, alert: Row) -> Section:
    """三、办理进展: what people did, and what was reported since."""
    w, acts = m.words, handling.acts_on(m.marts, alert["alert_id"])
    status = w.claim("note.status", labels={"status": w.say(f"status.{known_status(alert)}")})
    since = Window(min(alert["raised_on"], m.as_of), m.as_of)
    reports = handling.reports_at(m.marts, alert, since)
    now = m.told_at(alert["area_key"], alert["category_key"], since, reports, "fct_tickets")
    claims = (
        w.sentence(status, done_by_people(m, alert, acts), importance=0.7),
        w.sentence(w.claim("note.since", now=now, as_of=w.day(m.as_of)), importance=0.6),
    )
    return Section("handled", w.say("heading.note.handled"), (Paragraph(claims),))


def past(m: Material, alert: Row) -> Section:
    """四、既往同类: alerts of the same category, here and in all, and what came of them."""
    w, first = m.words, alert["raised_on"] - dt.timedelta(days=LOOK_BACK_DAYS)
    before = handling.alerts(m.marts, Window(first, alert["raised_on"] - dt.timedelta(days=1)))
    same = [a for a in before if a["category_key"] == alert["category_key"]]
    here = [a for a in same if _is_here(a["area_key"], alert["area_key"])]
    if not same:
        claims = (w.sentence(w.claim("note.no_past", kind="absence")),)
    else:
        counts = tally(same, handling.acts(m.marts, Window(first, alert["raised_on"])))
        figures = {name: w.exact(counts[name], "mart_alert_acts") for name in ("confirmed", "dismissed", "verified")}
        told = w.claim(
            "note.past", all=w.exact(len(same), "mart_alerts"), here=w.exact(len(here), "mart_alerts"), **figures
        )
        claims = (w.sentence(told, importance=0.4),)
    return Section("past", w.say("heading.note.past"), (Paragraph(claims),))


def advice(m: Material, alert: Row) -> Section:
    """五、责任与建议: who answers, on what basis, what is suggested by when."""
    answer = responsible(m, alert | {"is_listed": True}, cause_of_alert(m, alert))
    return Section("advice", m.words.say("heading.note.advice"), (Paragraph(answer),))


def _is_here(area: str, own: str) -> bool:
    """Whether one of two areas holds the other."""
    return CITY in (area, own) or area == own or area.startswith(f"{own}/") or own.startswith(f"{area}/")
