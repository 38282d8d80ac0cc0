"""The count of the period against before, a year ago and expectation; how tickets were handled; what fell."""

from __future__ import annotations

from reports.context import Claim, Paragraph, Section
from reports.material import OVERDISPERSION, Material
from reports.sections import drawings
from weisu.numbers import MIN_BASE

SHOWN_KPIS = ("on_time_share", "closed_3d_share", "satisfied_share", "solved_share", "recurrence_share")
FALLEN_RATIO, FALLEN_SIGMAS = 0.8, -2.0


def situation(m: Material) -> Section:
    """三、总体态势."""
    first = Paragraph((count_sentence(m), *fallen(m)))
    return Section(
        "situation",
        m.words.say("heading.monthly.situation"),
        (first, Paragraph(tuple(handling(m)))),
        charts=drawings.weeks_of_city(m),
    )


def count_sentence(m: Material) -> Claim:
    """Now, before, a year ago, expected; a part that is not known says so."""
    w, total, kind = m.words, m.total, m.period.kind
    source = f"fct_daily {m.period.window.first_on}..{m.period.window.last_on}"
    if not total.reports:
        return w.sentence(
            w.claim("total.none", kind="absence", days=w.days(m.period.start_on, m.period.window.last_on))
        )
    period = {"period": w.month(m.period.start_on)} if kind == "month" else {}
    return w.sentence(
        w.claim(f"total.{kind}", now=m.count(total, source), **period),
        w.claim(
            f"total.previous.{kind}",
            previous=m.count(total, source, "previous"),
            change=m.change(total, source),
        ),
        _year_ago(m, source) if kind == "month" else None,
        _expected(m),
        importance=1.0,
    )


def handling(m: Material) -> list[Claim]:
    """Up to three rates with enough cases behind them, then the backlog."""
    w, said, waiting = m.words, rates(m), backlog(m)
    if not said and waiting is None:
        return [w.sentence(w.claim("kpi.none", kind="absence"))]
    return [c for c in (w.sentence(*said, importance=0.6) if said else None, waiting) if c]


def rates(m: Material) -> list[Claim]:
    """Up to three rates with enough cases behind them, each a clause."""
    known = [m.kpis[code] for code in SHOWN_KPIS if code in m.kpis]
    return [_rate(m, row) for row in known if (row["denominator"] or 0) >= MIN_BASE][:3]


def _year_ago(m: Material, source: str) -> Claim:
    w, total = m.words, m.total
    if broken := m.kpis.get("reports", {}).get("year_ago_break_on"):
        return w.claim("total.not_comparable", kind="absence", since=w.day(broken, "reference/calendar.csv"))
    if total.year_ago is None:
        return w.claim("total.no_year_ago", kind="absence")
    return w.claim(
        "total.year_ago",
        year_ago=m.count(total, source, "year_ago"),
        change=m.change(total, source, "year_ago"),
    )


def _expected(m: Material) -> Claim:
    w, total = m.words, m.total
    if total.expected is None:
        return w.claim("total.no_expected", kind="absence")
    source = f"mart_kpis expected_reports {m.period.code}"
    return w.claim("total.expected", expected=w.expected(total.expected, source), ratio=m.ratio(total, source))


def _rate(m: Material, row: dict) -> Claim:
    w, code = m.words, row["kpi_code"]
    source = f"mart_kpis {code} {m.period.code}"
    previous = w.share(row["previous_value"], None, source)
    return w.claim(
        "kpi.sentence",
        labels={"name": w.kpi(code)},
        value=w.share(row["value"], row["denominator"], source),
        previous=previous,
    )


def backlog(m: Material) -> Claim | None:
    """What is open at the end, and how much of it past its limit; nothing when that is not known."""
    w, waiting, overdue = m.words, m.kpis.get("open_count"), m.kpis.get("overdue_count")
    if waiting is None:
        return None
    late = (
        w.claim("kpi.overdue", overdue=w.count(round(overdue["value"]), "mart_kpis overdue_count")) if overdue else None
    )
    return w.sentence(
        w.claim("kpi.backlog", open=w.count(round(waiting["value"]), "mart_kpis open_count")), late, importance=0.5
    )


def fallen(m: Material) -> list[Claim]:
    """Large categories clearly below their expectation, in one sentence."""
    w, source = m.words, f"mart_degrees {m.period.code}"
    low = [c for c in m.categories if c.expected and c.expected >= 20 and c.reports <= FALLEN_RATIO * c.expected]
    low = sorted((c for c in low if _below(c) <= FALLEN_SIGMAS), key=_below)[:2]
    items = [
        w.claim(
            "kpi.fallen_item",
            labels={"category": c.name},
            now=m.count(c, source),
            expected=w.expected(c.expected, source),
        )
        for c in low
    ]
    return [w.sentence(w.listed("kpi.fallen", items), importance=0.3)] if items else []


def _below(cell: object) -> float:
    return (cell.reports - cell.expected) / (cell.expected + OVERDISPERSION * cell.expected**2) ** 0.5
