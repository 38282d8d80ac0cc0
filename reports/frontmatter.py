"""What stands around the sections: title, notices of the first page, signature."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from reports.context import Claim, ReportContext, Section, section_claims
from reports.errors import ReportError
from reports.marts import Row
from reports.material import Material
from reports.queries.completeness import ThinDay, completeness
from reports.wording import FEWEST

MOST_THIN_DAYS = 3  # that are named; all are counted


@dataclass(frozen=True)
class Front:
    """What stands on the first page before the sections, and under the last."""

    kind: Literal["annual", "monthly", "weekly", "note"]
    code: str  # names the file: 2015, 2015-03, 2015-W13, the id of an alert
    title: Claim
    subtitle: Claim
    notices: tuple[Claim, ...]
    signature: tuple[Claim, ...]


def monthly(m: Material) -> Front:
    """Of the monthly report."""
    w = m.words
    title = w.claim("title.monthly", labels={"city": m.city_name}, month=w.month(m.period.start_on))
    as_of = w.day(m.as_of, "mart_publication.as_of_on")
    subtitle = w.claim("subtitle.page", labels={"draft": w.say("draft")}, as_of=as_of)
    signature = w.claim("brief.signature", labels={"city": m.city_name}, day=w.day(m.as_of))
    return Front("monthly", m.period.code, title, subtitle, (*_incomplete(m), *_synthetic(m)), (signature,))


def weekly(m: Material) -> Front:
    """Of the weekly digest."""
    w = m.words
    year, week, _ = m.period.start_on.isocalendar()
    labels = {"draft": w.say("draft"), "city": m.city_name, "year": str(year)}
    subtitle = w.claim("subtitle.weekly", labels=labels, issue=w.exact(week, "ISO week"))
    editor = (w.claim("signature.editor", labels={"city": m.city_name}),)
    return Front("weekly", m.period.code, w.claim("title.weekly"), subtitle, _period_notices(m), editor)


def annual(m: Material) -> Front:
    """Of the annual report."""
    w = m.words
    title = w.claim("title.annual", labels={"city": m.city_name, "year": m.period.code})
    subtitle = w.claim("subtitle.monthly", labels={"draft": w.say("draft")})
    as_of = w.sentence(w.claim("notice.as_of_note", as_of=w.day(m.as_of, "mart_publication.as_of_on")))
    return Front("annual", m.period.code, title, subtitle, (as_of, *_data_notices(m)), _signed(m))


def note(m: Material, alert: Row) -> Front:
    """Of a special note on one alert."""
    w = m.words
    labels = {"category": alert["category"] or "—", "area": m.area(alert["area_key"], alert["area"])}
    subtitle = w.claim("subtitle.note", labels={"draft": w.say("draft"), "city": m.city_name})
    as_of = w.sentence(w.claim("notice.as_of_note", as_of=w.day(m.as_of, "mart_publication.as_of_on")))
    title = w.claim("title.note", labels=labels)
    return Front("note", alert["alert_id"], title, subtitle, (as_of, *_data_notices(m)), _signed(m))


def assemble(
    m: Material,
    front: Front,
    sections: Sequence[Callable[[Material], Section]],
    annex: Sequence[Callable[[Material], Section]] = (),
    about: tuple[Section, ...] = (),
) -> ReportContext:
    """The whole context: sections, an annex that tells more of them, then `about` the numbers; when the period has no demand at all only
    the first section and `about` are made.

    Raises:
        ReportError: the period begins after the publication's as-of day.
    """
    if m.period.start_on > m.period.cut_on:
        raise ReportError(
            f"{m.period.code} begins after the data end ({m.marts.facts.as_of_on})",
            todo="choose an earlier period or load newer exports",
        )
    made = tuple(section(m) for section in (sections if m.total.reports else sections[:1]))
    more = tuple(section(m) for section in (annex if m.total.reports else ()))
    facts, window = m.marts.facts, m.period.window
    known = {
        "data_version": facts.data_version or "",
        "rules_version": facts.rules_version or "",
        "is_synthetic": bool(facts.is_synthetic),
    }
    days = {
        "as_of_on": m.as_of.isoformat(),
        "period_start_on": window.first_on.isoformat(),
        "period_end_on": window.last_on.isoformat(),
    }
    return ReportContext(
        kind=front.kind, lang=m.lang, name=f"{front.kind}-{front.code}-{m.lang}", title=front.title, subtitle=front.subtitle, draft=_running_head(m),
        notices=(*front.notices, *_withheld(m, made)), sections=made, annex=more + about, signature=front.signature, city=m.city_name, **known, **days,
    )  # fmt: skip


def _withheld(m: Material, sections: tuple[Section, ...]) -> tuple[Claim, ...]:
    """What stands for a withheld count, where one is withheld."""
    w = m.words
    told = [f for s in sections for c in section_claims(s) for f in c.figures]
    told += [f for s in sections for table in s.tables for row in table.rows for f in row]
    if not any(f.value is None and f.text == w.withheld().text for f in told):
        return ()
    return (w.sentence(w.claim("notice.withheld", words=w.withheld(), few=w.exact(FEWEST))),)


def _running_head(m: Material) -> str:
    """What stands on every page: that it is a draft, and that the data are synthetic when they are."""
    return m.words.say("draft_synthetic" if m.marts.facts.is_synthetic else "draft")


def _period_notices(m: Material) -> tuple[Claim, ...]:
    w, window = m.words, m.period.window
    days = w.days(window.first_on, window.last_on)
    said = [w.sentence(w.claim("notice.as_of", as_of=w.day(m.as_of, "mart_publication.as_of_on"), days=days))]
    return (*said, *_incomplete(m), *_data_notices(m))


def _incomplete(m: Material) -> Iterator[Claim]:
    """What is missing of the period: it is not over, its data are late, or days of it came in part."""
    w, window, known = m.words, m.period.window, completeness(m.marts, m.period)
    days = w.exact(window.days)
    if known.missing_days and _is_over(m):
        last = w.day(window.last_on, "mart_publication.as_of_on")
        yield w.sentence(w.claim("notice.late", last=last, missing=w.exact(known.missing_days), days=days))
    elif known.missing_days:
        yield w.sentence(w.claim("notice.incomplete", days=days))
    if known.thin:
        shown = [_thin_day(m, one) for one in known.thin[:MOST_THIN_DAYS]]
        yield w.sentence(w.listed("notice.thin", shown, days=w.exact(len({one.date_on for one in known.thin}))))


def _thin_day(m: Material, one: ThinDay) -> Claim:
    w = m.words
    figures = {"tickets": w.few(one.tickets, "fct_tickets"), "usual": w.count(float(round(one.usual)), "fct_tickets")}
    return w.claim("notice.thin_day", labels={"source": one.source}, day=w.day(one.date_on, year=False), **figures)


def _is_over(m: Material) -> bool:
    """Whether the period is over in the city."""
    facts, today = m.marts.facts, m.today
    if today is None and facts.built_at is not None:
        today = facts.built_at.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(facts.timezone)).date()
    return today is not None and today > m.period.end_on


def coverage(m: Material) -> tuple[Claim, ...]:
    """What the data cover, as the city says."""
    w, facts = m.words, m.marts.facts
    note = (facts.note_en if m.lang == "en" else facts.note) or ""
    return (w.sentence(w.claim("notice.coverage", labels={"note": note.rstrip("。.")})),) if note else ()


def _data_notices(m: Material) -> tuple[Claim, ...]:
    return (*_synthetic(m), *coverage(m))


def _synthetic(m: Material) -> tuple[Claim, ...]:
    return (m.words.sentence(m.words.claim("notice.synthetic")),) if m.marts.facts.is_synthetic else ()


def _signed(m: Material) -> tuple[Claim, ...]:
    w = m.words
    return (w.claim("signature.city", labels={"city": m.city_name}), w.claim("signature.day", day=w.day(m.as_of)))
