"""What stands around the sections: title, notices of the first page, signature."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reports.context import Claim, ReportContext, Section, section_claims
from reports.errors import ReportError
from reports.material import Material
from reports.wording import FEWEST


def assemble(
    m: Material, kind: str, sections: Sequence[Callable[[Material], Section]], annex: tuple[Section, ...]
) -> ReportContext:
    """The whole context; when the period has no demand at all only the first section and the annex are made.

    Raises:
        ReportError: the period begins after the publication's as-of day.
    """
    if m.period.start_on > m.period.cut_on:
        raise ReportError(
            f"{m.period.code} begins after the data end ({m.marts.facts.as_of_on})",
            todo="choose an earlier period or load newer exports",
        )
    made = tuple(section(m) for section in (sections if m.total.reports else sections[:1]))
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
        kind=kind, lang=m.lang, name=f"{kind}-{m.period.code}-{m.lang}", title=_title(m, kind), subtitle=_subtitle(m, kind), draft=_running_head(m),
        notices=(*_notices(m), *_withheld(m, made)), sections=made, annex=annex, signature=_signature(m, kind), city=m.city_name, **known, **days,
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


def _title(m: Material, kind: str) -> Claim:
    if kind == "weekly":
        return m.words.claim("title.weekly")
    return m.words.claim("title.monthly", labels={"city": m.city_name}, month=m.words.month(m.period.start_on))


def _subtitle(m: Material, kind: str) -> Claim:
    labels = {"draft": m.words.say("draft")}
    if kind == "monthly":
        return m.words.claim("subtitle.monthly", labels=labels)
    year, week, _ = m.period.start_on.isocalendar()
    issue = m.words.exact(week, "ISO week")
    return m.words.claim("subtitle.weekly", labels=labels | {"city": m.city_name, "year": str(year)}, issue=issue)


def _notices(m: Material) -> tuple[Claim, ...]:
    w, facts, window = m.words, m.marts.facts, m.period.window
    note = (facts.note_en if m.lang == "en" else facts.note) or ""
    said = [
        w.sentence(
            w.claim(
                "notice.as_of",
                as_of=w.day(m.as_of, "mart_publication.as_of_on"),
                days=w.days(window.first_on, window.last_on),
            )
        )
    ]
    if not m.period.is_complete:
        said.append(w.sentence(w.claim("notice.incomplete", days=w.exact(window.days))))
    if facts.is_synthetic:
        said.append(w.sentence(w.claim("notice.synthetic")))
    if note:
        said.append(w.sentence(w.claim("notice.coverage", labels={"note": note.rstrip("。.")})))
    return tuple(said)


def _signature(m: Material, kind: str) -> tuple[Claim, ...]:
    w, labels, day = m.words, {"city": m.city_name}, m.words.day(m.as_of)
    if kind == "weekly":
        return (w.claim("signature.editor", labels=labels),)
    return (w.claim("signature.city", labels=labels), w.claim("signature.day", day=day))
