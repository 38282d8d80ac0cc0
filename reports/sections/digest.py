"""The five parts of the weekly digest."""

from __future__ import annotations

from reports.context import Claim, Paragraph, Section
from reports.marts import CITY, Row
from reports.material import Material, surprise
from reports.queries import background, handling
from reports.queries.cells import Cell
from reports.sections import drawings
from reports.sections.loop import known_status, singles
from reports.sections.rising import cause, cause_of_alert, hypothesis, responsible
from reports.sections.situation import count_sentence
from reports.sections.situation import handling as handling_sentences
from reports.wording import FEWEST

TYPICAL, BUDDING, FOLLOWED, TOP = 4, 2, 3, 3
QUOTE_LENGTH = 42
BUDDING_SIGMAS, BUDDING_REPORTS = 1.2, 5


def overview(m: Material) -> Section:
    """一、本周概览."""
    claims = [count_sentence(m)]
    if m.total.reports:
        claims += [*_most(m), _alert_count(m), *(c for c in handling_sentences(m) if c.kind != "absence")]
    return Section(
        "overview",
        m.words.say("heading.weekly.overview"),
        (Paragraph(tuple(claims)),),
        charts=drawings.weeks_of_city(m),
    )


def typical(m: Material) -> Section:
    """二、典型问题: alerts first, then categories clearly above expectation; single reports in one line."""
    w = m.words
    found = [_from_alert(m, alert, 0.9 - i / 20) for i, alert in enumerate(m.patterns[:TYPICAL])]
    named = {a["category_key"] for a in m.patterns[:TYPICAL]}
    rest = [c for c in m.risers if c.key not in named][: max(0, TYPICAL - len(found))]
    found += [_from_category(m, cell, 0.6 - i / 20) for i, cell in enumerate(rest)]
    if single := singles(m):
        found.append(Paragraph(single))
    none = (Paragraph((w.sentence(w.claim("typical.none", kind="absence")),)),)
    return Section("typical", w.say("heading.weekly.typical"), tuple(found) or none)


def budding(m: Material) -> Section:
    """三、苗头提示: above expectation, not yet clearly."""
    w = m.words
    named = {a["category_key"] for a in m.patterns} | {c.key for c in m.risers}
    signs = [
        c
        for c in m.categories
        if c.key not in named and c.is_learnt and c.genuine >= BUDDING_REPORTS and surprise(c) >= BUDDING_SIGMAS
    ]
    signs = sorted(signs, key=surprise, reverse=True)[:BUDDING]
    claims = [_sign(m, cell) for cell in signs] or [w.sentence(w.claim("budding.none", kind="absence"))]
    return Section("budding", w.say("heading.weekly.budding"), (Paragraph(tuple(claims)),))


def follow_up_week(m: Material) -> Section:
    """四、上期跟踪: each alert of the week before, its state and its counts."""
    w, raised = m.words, handling.alerts(m.marts, m.before())[:FOLLOWED]
    claims = [_followed(m, alert) for alert in raised] or [w.sentence(w.claim("follow_up.none", kind="absence"))]
    return Section("follow_up", w.say("heading.weekly.follow_up"), (Paragraph(tuple(claims)),))


def routine(m: Material) -> Section:
    """五、一条常规诉求: what few report and nobody hurries for."""
    w, row = m.words, background.routine_demand(m.marts, m.period.window)
    heading = w.say("heading.weekly.routine")
    if not row:
        return Section("routine", heading, (Paragraph((w.sentence(w.claim("routine.no_demand", kind="absence")),)),))
    now = m.told_at(CITY, row["category_key"], m.period.window, row["now"], "fct_tickets")
    figures = {"now": now, "waiting": w.few(row["waiting"], "fct_tickets status")}
    first = w.claim("routine.demand", labels={"category": row["category_name"]}, **figures)
    late = (
        w.claim("routine.overdue", overdue=w.few(row["overdue"], "fct_tickets.is_overdue"))
        if row["overdue"] and not 0 < row["waiting"] - row["overdue"] < FEWEST
        else None
    )
    return Section(
        "routine", heading, (Paragraph((w.sentence(first, late, w.claim("routine.remind"), importance=0.5),)),)
    )


def _most(m: Material) -> list[Claim]:
    w = m.words
    items = [
        w.claim("overview.top_item", labels={"category": c.name}, now=m.count(c, f"fct_daily {c.key}"))
        for c in m.categories[:TOP]
    ]
    return [w.sentence(w.listed("overview.top", items), importance=0.4)] if items else []


def _alert_count(m: Material) -> Claim:
    w = m.words
    if not m.alerts:
        return w.sentence(w.claim("overview.no_alerts", kind="absence"))
    return w.sentence(w.claim("overview.alerts", raised=w.exact(len(m.alerts), "mart_alerts")), importance=0.8)


def _from_alert(m: Material, alert: Row, importance: float) -> Paragraph:
    w, area = m.words, m.area(alert["area_key"], alert["area"])
    lead = w.sentence(w.claim("typical.lead", labels={"category": alert["category"] or "—", "area": area}))
    reason = cause_of_alert(m, alert)
    answer = responsible(m, alert | {"is_listed": True}, reason)
    return Paragraph((alert_numbers(m, alert, importance), *quote(m, alert), hypothesis(m, reason), *answer), lead)


def alert_numbers(m: Material, alert: Row, importance: float) -> Claim:
    """How many reports in how many days, expected, persons and places."""
    w, source = m.words, f"mart_alerts {alert['alert_id']}"
    days, is_told = (alert["window_end_on"] - alert["window_start_on"]).days + 1, not m.discretion.hides_alert(alert)
    observed, expected = m.observed(alert, source), w.expected(alert["expected"], source)
    return w.sentence(
        w.claim("typical.alert", days=w.exact(days, source), observed=observed, expected=expected)
        if days > 1
        else w.claim("typical.alert_day", observed=observed, expected=expected),
        w.claim("typical.ratio", ratio=m.alert_ratio(alert, source)) if alert["ratio"] and is_told else None,
        w.claim("typical.persons", persons=w.persons(alert["persons"], source))
        if alert["persons"] and is_told
        else None,
        w.claim("typical.places", places=w.exact(alert["places"], source)) if alert["places"] else None,
        importance=importance,
    )


def _from_category(m: Material, cell: Cell, importance: float) -> Paragraph:
    w, source, reason = m.words, f"fct_daily {cell.key} {m.period.code}", cause(m, cell)
    lead = w.sentence(w.claim("rising.lead", labels={"category": cell.name}))
    counts = {
        "now": m.count(cell, source),
        "previous": m.count(cell, source, "previous"),
        "expected": w.expected(cell.expected, source),
    }
    numbers = w.sentence(w.claim("typical.category", ratio=m.ratio(cell, source), **counts), importance=importance)
    return Paragraph(
        (numbers, hypothesis(m, reason), *responsible(m, handling.owner(m.marts, cell.key, m.period.window), reason)),
        lead,
    )


def quote(m: Material, alert: Row) -> tuple[Claim, ...]:
    """The masked words of one report, shortened; none where no text is told."""
    for row in background.quotes(m.marts, alert["alert_id"], 1):
        plain = " ".join(row["text"].split()).rstrip("。.！!")
        words = plain if len(plain) <= QUOTE_LENGTH else plain[: QUOTE_LENGTH - 1] + "…"
        said = m.words.sentence(m.words.claim("typical.quote", kind="quote", labels={"quote": words}), importance=0.35)
        return (said,)
    return ()


def _sign(m: Material, cell: Cell) -> Claim:
    w, source = m.words, f"fct_daily {cell.key} {m.period.code}"
    counts = {"now": m.count(cell, source), "expected": w.expected(cell.expected, source)}
    return w.sentence(w.claim("budding.item", labels={"category": cell.name}, **counts), importance=0.5)


def _followed(m: Material, alert: Row) -> Claim:
    w, before, now = m.words, m.before(), m.period.window
    labels = {
        "what": alert["category"] or "—",
        "where": m.area(alert["area_key"], alert["area"]),
        "status": w.say(f"status.{known_status(alert)}"),
    }
    was, is_ = (
        m.told_at(alert["area_key"], alert["category_key"], x, handling.reports_at(m.marts, alert, x), "fct_tickets")
        for x in (before, now)
    )
    head = w.claim("follow_up.item", labels=labels)
    return w.sentence(
        head,
        w.claim("follow_up.now", before=was, now=is_),
        importance=0.55,
    )
