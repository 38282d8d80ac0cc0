"""四、上升最快五类: how much, where, why (a labelled hypothesis), who, what next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.context import Claim, Paragraph, Section
from reports.marts import CITY, Row
from reports.material import Material
from reports.queries import cells, handling
from reports.queries.cells import Cell
from reports.sections import drawings

SHOWN = 5
LEAST_BASE = 20  # without an expectation: growth on a base of at least this many
CONCENTRATED, BROAD = 0.5, 0.6  # share of the excess in one district; share of districts above expectation
CLASS_CAUSES = ("sudden_event", "policy", "emerging", "historic")  # not the season: the expectation holds it already
_CHANGES = """
select changed_on, driver, verdict from marts.mart_change_points
where area_key = '*' and category_key = $1 and changed_on between $2::date - 60 and $3 order by changed_on desc limit 1"""


@dataclass(frozen=True)
class Cause:
    """What may lie behind a rise: a hypothesis, and the kind of step that follows from it."""

    claim: Claim
    step: str  # concentrated | broad | channel
    area: str = ""


def rising(m: Material) -> Section:
    """The five paragraphs and the chart of the first."""
    w, shown = m.words, fastest(m)
    heading = w.say("heading.monthly.rising")
    if not shown:
        return Section("rising", heading, (Paragraph((w.sentence(w.claim("rising.none", kind="absence")),)),))
    opening = _opening(m, len(shown))
    paragraphs = tuple(_paragraph(m, cell) for cell in shown)
    return Section("rising", heading, opening + paragraphs, charts=drawings.days_of_category(m, shown[0]))


def fastest(m: Material) -> list[Cell]:
    """Up to five categories: by surprise, or by growth when nothing has an expectation."""
    if m.has_expectations:
        return m.risers[:SHOWN]
    grown = [
        c for c in m.categories if not c.previous_break_on and c.previous >= LEAST_BASE and c.genuine > 1.2 * c.previous
    ]
    return sorted(grown, key=lambda c: c.genuine - c.previous, reverse=True)[:SHOWN]


def where(m: Material, cell: Cell) -> list[Row]:
    """Districts that lie above their expectation, largest excess first."""
    rows = cells.where_it_rose(m.marts, cell.key, m.period.window)
    return [row for row in rows if row["observed"] > row["expected"]]


def cause(m: Material, cell: Cell) -> Cause:
    """The likeliest reading of a rise: changed registration, one district, a class of alerts, the whole city, or open."""
    every = cells.where_it_rose(m.marts, cell.key, m.period.window)
    named = _by_registration(m, cell) or _by_place(m, every)
    if named:
        return named
    general = "hypothesis.broad" if _is_broad(every) else "hypothesis.mixed"
    return Cause(_by_class(m, cell) or m.words.claim(general, kind="hypothesis"), "broad")


def cause_of_alert(m: Material, alert: Row) -> Cause:
    """The reading of one alert: its class, else that of its category when city-wide, else its own area."""
    known = _of_classes(m, (alert["classes"] or "").split(","))
    if alert["area_key"] != CITY and (known or not _rose_everywhere(m, alert["category_key"])):
        area = m.area(alert["area_key"], alert["area"])
        local = m.words.claim("hypothesis.concentrated", kind="hypothesis", labels={"area": area})
        return Cause(known or local, "concentrated", area)
    cell = next((c for c in m.categories if c.key == alert["category_key"]), None)
    if known or cell is None:
        return Cause(known or m.words.claim("hypothesis.mixed", kind="hypothesis"), "broad")
    return cause(m, cell)


def hypothesis(m: Material, reason: Cause) -> Claim:
    """The cause, marked as a hypothesis."""
    return m.words.sentence(
        m.words.listed("hypothesis.lead", [reason.claim], "text"), kind="hypothesis", importance=0.4
    )


def responsible(
    m: Material, found: Row, reason: Cause, subject: Mapping[str, str] | None = None
) -> tuple[Claim, Claim]:
    """Who answers (`found`: owner, legal_basis, is_listed), and what is suggested by when (of `subject`, see `Claim.subject`)."""
    w = m.words
    name = found.get("owner") or ""
    if not name:
        who, basis = w.claim("owner.unknown", kind="absence"), None
    else:
        who = w.claim("owner.listed" if found["is_listed"] else "owner.from_tickets", labels={"owner": name})
        basis = w.claim("owner.basis", labels={"basis": found["legal_basis"]}) if found.get("legal_basis") else None
    labels = {} if reason.step == "channel" else {"owner": name or w.say("suggest.nobody")}
    step_key = "alone" if reason.step == "concentrated" and is_named(reason.area, name) else reason.step
    labels |= {"area": reason.area} if step_key == "concentrated" else {}
    about = dict(subject or {}) | ({"owner": name} if name and subject else {})
    step = w.claim(f"suggest.{step_key}", kind="suggestion", labels=labels, subject=about, day=m.answer_by())
    return w.sentence(who, basis, importance=0.5), w.sentence(step, kind="suggestion", importance=0.5)


def is_named(area: str, owner: str) -> bool:
    """Whether the owner's name already says the area (区城管局、二桥街道 for 东湖区二桥街道)."""
    return area in owner or any(len(part) > 1 and area.endswith(part) for part in owner.split("、"))


def _opening(m: Material, count: int) -> tuple[Paragraph, ...]:
    w = m.words
    if not m.has_expectations:
        return (Paragraph((w.sentence(w.claim("rising.no_expectation")),)),)
    if count < SHOWN:
        return (Paragraph((w.sentence(w.claim("rising.fewer", count=w.exact(count, "rule of clear rises"))),)),)
    return ()


def _paragraph(m: Material, cell: Cell) -> Paragraph:
    reason, about = cause(m, cell), {"area_key": cell.area_key, "category_key": cell.key}
    lead = m.words.sentence(m.words.claim("rising.lead", labels={"category": cell.name}))
    claims = (
        _numbers(m, cell),
        *_where_claim(m, cell),
        hypothesis(m, reason),
        *responsible(m, handling.owner(m.marts, cell.key, m.period.window), reason, about),
    )
    return Paragraph(claims, lead)


def _numbers(m: Material, cell: Cell) -> Claim:
    w, source = m.words, f"fct_daily {cell.key} {m.period.code}"
    year = (
        w.claim(
            "total.year_ago",
            year_ago=m.count(cell, source, "year_ago"),
            change=m.change(cell, source, "year_ago"),
        )
        if cell.year_ago is not None and not cell.year_ago_break_on
        else None
    )
    expected = f"mart_degrees.expected {cell.key} {m.period.code}"
    known = (
        w.claim("total.expected", expected=w.expected(cell.expected, expected), ratio=m.ratio(cell, expected))
        if cell.expected
        else w.claim("total.no_expected", kind="absence")
    )
    persons = (
        w.claim("rising.persons", persons=w.persons(cell.persons, "mart_degrees.persons")) if cell.persons else None
    )
    aside = w.claim("rising.set_aside", count=w.few(cell.set_aside, "mart_alert_tickets")) if cell.set_aside else None
    now = w.claim(
        "rising.now",
        now=m.count(cell, source),
        previous=m.count(cell, source, "previous"),
        change=m.change(cell, source),
    )
    return w.sentence(now, year, known, persons, aside, importance=0.8)


def _where_claim(m: Material, cell: Cell) -> tuple[Claim, ...]:
    w, source = m.words, f"mart_series_days {cell.key}"
    items = [
        w.claim(
            "rising.where_item",
            labels={"area": m.area(r["area_key"], r["area_name"])},
            observed=m.told_at(r["area_key"], cell.key, m.period.window, r["observed"], source),
            expected=w.expected(r["expected"], source),
        )
        for r in where(m, cell)[:2]
    ]
    return (w.sentence(w.listed("rising.where", items), importance=0.6),) if items else ()


def _by_class(m: Material, cell: Cell) -> Claim | None:
    return _of_classes(
        m, [c for a in m.alerts if a["category_key"] == cell.key for c in (a["classes"] or "").split(",")]
    )


def _of_classes(m: Material, classes: list[str]) -> Claim | None:
    found = next((c for c in CLASS_CAUSES if c in classes), None)
    return m.words.claim(f"hypothesis.{found}", kind="hypothesis") if found else None


def _by_registration(m: Material, cell: Cell) -> Cause | None:
    change = m.marts.one(_CHANGES, [cell.key, m.period.start_on, m.period.window.last_on], table="mart_change_points")
    if change.get("verdict") != "reporting":
        return None
    day, labels = m.words.day(change["changed_on"], "mart_change_points"), {"driver": _plain_driver(change["driver"])}
    return Cause(m.words.claim("hypothesis.channel", kind="hypothesis", labels=labels, day=day), "channel")


def _by_place(m: Material, every: list[Row]) -> Cause | None:
    above = [row["observed"] - row["expected"] for row in every if row["observed"] > row["expected"]]
    if len(every) < 2 or not above or above[0] < CONCENTRATED * sum(above):
        return None
    area = m.area(every[0]["area_key"], every[0]["area_name"])
    claim = m.words.claim("hypothesis.concentrated", kind="hypothesis", labels={"area": area})
    return Cause(claim, "concentrated", area)


def _rose_everywhere(m: Material, category_key: str) -> bool:
    is_rising = any(c.key == category_key for c in m.risers)
    return is_rising and _is_broad(cells.where_it_rose(m.marts, category_key, m.period.window))


def _is_broad(every: list[Row]) -> bool:
    rose = [row for row in every if row["observed"] > row["expected"]]
    return len(every) > 1 and len(rose) >= BROAD * len(every)


def _plain_driver(driver: str | None) -> str:
    return (driver or "").split(":", 1)[-1].strip() or "—"
