"""五、重点区域与历史遗留: areas against their own expectation, issues that come back after a year."""

from __future__ import annotations

from reports.context import Claim, Paragraph, Section
from reports.marts import Row
from reports.material import Material, is_clear_rise, surprise
from reports.queries import cells
from reports.queries.background import HISTORIC_DAYS, HISTORIC_REPORTS
from reports.sections import drawings

SHOWN = 3


def areas(m: Material) -> Section:
    """Two paragraphs and the map of the month."""
    paragraphs = (Paragraph(tuple(_areas(m))), Paragraph(tuple(_historic(m))))
    return Section("areas", m.words.say("heading.monthly.areas"), paragraphs, charts=drawings.map_of_period(m))


def issue_item(m: Material, issue: Row) -> Claim:
    """One long-standing issue: what, in which street (never the address), since when, how often."""
    w = m.words
    first, reports = w.day(issue["first_on"], "fct_issues.first_on"), w.few(issue["reports"], "fct_issues.reports")
    return w.claim("historic.item", labels=issue_labels(m, issue), first=first, reports=reports)


def issue_labels(m: Material, issue: Row) -> dict[str, str]:
    """Category and area of an issue by name."""
    return {
        "category": issue["category_name"] or issue["category_l2"] or "—",
        "area": m.area(issue["area_key"], issue["area_name"]),
    }


def above_expectation(m: Material) -> list[cells.Cell]:
    """Up to three districts clearly above their own expectation, the most unusual first."""
    found = [c for c in cells.areas(m.marts, m.period) if is_clear_rise(c)]
    return sorted(found, key=surprise, reverse=True)[:SHOWN]


def _areas(m: Material) -> list[Claim]:
    w, found = m.words, cells.areas(m.marts, m.period)
    if len(found) < 2:
        return [w.sentence(w.claim("areas.none", kind="absence"))]
    if not any(c.expected for c in found):
        return [w.sentence(_counts(m, found[:SHOWN])), w.sentence(w.claim("areas.context"))]
    high = above_expectation(m)
    if not high:
        return [
            w.sentence(w.claim("areas.calm")),
            w.sentence(_counts(m, found[:SHOWN])),
            w.sentence(w.claim("areas.context")),
        ]
    source = f"mart_degrees {m.period.code}"
    items = [
        w.claim(
            "areas.item",
            labels={"area": m.area(c.key, c.name)},
            now=m.count(c, source),
            expected=w.expected(c.expected, source),
            ratio=m.ratio(c, source),
        )
        for c in high
    ]
    return [w.sentence(w.listed("areas.intro", items), importance=0.7), w.sentence(w.claim("areas.context"))]


def _counts(m: Material, found: list[cells.Cell]) -> Claim:
    w, source = m.words, f"fct_daily {m.period.code}"
    items = [
        w.claim(
            "areas.count_item",
            labels={"area": m.area(c.key, c.name)},
            now=m.count(c, source),
            previous=m.count(c, source, "previous"),
        )
        for c in found
    ]
    key = "areas.no_expectation" if not any(c.expected for c in found) else "areas.most"
    return w.listed(key, items)


def _historic(m: Material) -> list[Claim]:
    w, issues = m.words, m.long_standing
    if not issues:
        return [w.sentence(w.claim("historic.none", kind="absence"))]
    rule = {"days": w.exact(HISTORIC_DAYS, "DOMAIN §3.3"), "reports": w.exact(HISTORIC_REPORTS, "DOMAIN §3.3")}
    count = w.claim("historic.count", count=w.exact(len(issues), "fct_issues"), **rule)
    return [
        w.sentence(count, importance=0.5),
        *(w.sentence(issue_item(m, issue), importance=0.4) for issue in issues[:SHOWN]),
    ]
