"""一 and 九: the three sentences a mayor can repeat, and what the committee is asked to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.context import Claim, Figure, Paragraph, Section
from reports.marts import Row
from reports.material import Material
from reports.queries import handling
from reports.queries.cells import Cell
from reports.sections.areas import issue_labels
from reports.sections.drawings import NEAR
from reports.sections.loop import known_status, tally
from reports.sections.outlook import most_silent
from reports.sections.rising import fastest, where

SHOWN = 5
PRESSING_LEVEL, PRESSING_RATIO = 2, 1.5


@dataclass(frozen=True)
class Proposal:
    """One item for decision: `code` names its text, the rest fills it."""

    code: str  # alert | rising | historic | silence
    labels: dict[str, str]
    subject: dict[str, str]  # as `Claim.subject`
    figures: dict[str, Figure]


def conclusion(m: Material) -> Section:
    """一、三句话结论: the count, what stands out, what became of alerts."""
    claims = (_count(m), _standing_out(m), _alerts(m)) if m.total.reports else (_count(m),)
    return Section("conclusion", m.words.say("heading.monthly.conclusion"), tuple(Paragraph((c,)) for c in claims))


def proposals(m: Material) -> Section:
    """九、拟提请研究事项: at most five, the most pressing first, none twice."""
    w, heading = m.words, m.words.say("heading.monthly.proposals")
    claims = [w.sentence(told(m, item, "proposal"), kind="suggestion", importance=0.7) for item in proposed(m)]
    claims = claims or [w.sentence(w.claim("proposal.none", kind="absence"))]
    return Section("proposals", heading, tuple(Paragraph((claim,)) for claim in claims))


def proposed(m: Material) -> list[Proposal]:
    """What the committee is asked to decide, the most pressing first."""
    return [*_pressing_alerts(m), *_rising(m), *_historic(m), *_silent(m)][:SHOWN]


def told(m: Material, item: Proposal, form: str) -> Claim:
    """An item in the words of `form`: in full (`proposal`) or for the first page (`brief.proposal`)."""
    return m.words.claim(
        f"{form}.{item.code}", kind="suggestion", labels=item.labels, subject=item.subject, day=m.answer_by(), **item.figures
    )  # fmt: skip


def _count(m: Material) -> Claim:
    w, total, source = m.words, m.total, f"fct_daily {m.period.code}"
    if not total.reports:
        return w.sentence(
            w.claim("total.none", kind="absence", days=w.days(m.period.start_on, m.period.window.last_on))
        )
    year = m.change_claim("conclusion.year_change", total, "year_ago") if total.year_ago is not None else None
    ratio = _against_expectation(m, source)
    first = w.claim("conclusion.month", period=w.month(m.period.start_on), now=m.count(total, source))
    return w.sentence(first, m.change_claim("conclusion.change", total), year, ratio, importance=1.0)


def _against_expectation(m: Material, source: str) -> Claim:
    w, total = m.words, m.total
    if not total.expected:
        return w.claim("total.no_expected", kind="absence")
    if abs(total.reports / total.expected - 1) <= NEAR:
        return w.claim("conclusion.normal", expected=w.expected(total.expected, source))
    return w.claim("conclusion.ratio", ratio=m.ratio(total, source))


def _standing_out(m: Material) -> Claim:
    w, shown = m.words, fastest(m)
    if not shown:
        return _pressing(m) or w.sentence(w.claim("conclusion.no_rise", kind="absence"))
    cell, source = shown[0], f"fct_daily {shown[0].key} {m.period.code}"
    now = m.count(cell, source)
    if cell.expected:
        first = w.claim("conclusion.rising", labels={"category": cell.name}, now=now, ratio=m.ratio(cell, source))
    else:
        first = w.claim(
            "conclusion.rising_previous",
            labels={"category": cell.name},
            now=now,
            previous=m.count(cell, source, "previous"),
        )
    rose = where(m, cell)
    place = (
        w.claim("conclusion.rising_where", labels={"area": m.area(rose[0]["area_key"], rose[0]["area_name"])})
        if rose
        else None
    )
    return w.sentence(first, place, importance=0.9)


def _pressing(m: Material) -> Claim | None:
    if not m.patterns:
        return None
    w, alert = m.words, m.patterns[0]
    labels = {"category": alert["category"] or "—", "area": m.area(alert["area_key"], alert["area"])}
    figures = {
        "observed": m.observed(alert, "mart_alerts"),
        "expected": w.expected(alert["expected"], "mart_alerts"),
    }
    return w.sentence(w.claim("conclusion.pressing", labels=labels, **figures), importance=0.9)


def _alerts(m: Material) -> Claim:
    w = m.words
    if not m.alerts:
        return w.sentence(w.claim("conclusion.no_alerts", kind="absence"))
    counts = tally(m.alerts, m.acts)
    figures = {name: w.exact(counts[name], "mart_alert_acts") for name in ("raised", "confirmed", "handled")}
    waiting = sum(1 for alert in m.alerts if known_status(alert) == "new")
    rest = w.claim("conclusion.alerts_waiting", waiting=w.exact(waiting, "mart_alerts.status")) if waiting else None
    return w.sentence(w.claim("conclusion.alerts", **figures), rest, importance=0.8)


def _pressing_alerts(m: Material) -> list[Proposal]:
    open_ = [
        a
        for a in m.patterns
        if (a["level"] or 4) <= PRESSING_LEVEL and known_status(a) in ("new", "confirmed", "returned")
    ]
    return [_alert_item(m, alert) for alert in open_[:2]]


def _alert_item(m: Material, alert: Row) -> Proposal:
    w, source = m.words, f"mart_alerts {alert['alert_id']}"
    labels = {
        "category": alert["category"] or "—",
        "area": m.area(alert["area_key"], alert["area"]),
        "owner": alert["owner"] or w.say("suggest.nobody"),
    }
    figures = {"observed": m.observed(alert, source), "expected": w.expected(alert["expected"], source)}
    subject = _subject(alert, alert_id=alert["alert_id"], owner=alert["owner"])
    return Proposal("alert", labels, subject, {"level": w.level(alert["level"]), **figures})


def _rising(m: Material) -> list[Proposal]:
    named = {a["category_key"] for a in m.patterns[:2] if (a["level"] or 4) <= PRESSING_LEVEL}
    high = [c for c in m.risers if c.key not in named and (c.ratio or 0) >= PRESSING_RATIO][:1]
    return [_rising_item(m, cell, handling.owner(m.marts, cell.key, m.period.window).get("owner")) for cell in high]


def _rising_item(m: Material, cell: Cell, owner: str | None) -> Proposal:
    labels = {"category": cell.name, "owner": owner or m.words.say("suggest.nobody")}
    ratio = m.ratio(cell, f"mart_degrees {cell.key} {m.period.code}")
    return Proposal(
        "rising", labels, _subject({}, area_key=cell.area_key, category_key=cell.key, owner=owner), {"ratio": ratio}
    )


def _historic(m: Material) -> list[Proposal]:
    w = m.words
    return [
        Proposal(
            "historic",
            issue_labels(m, issue),
            _subject(issue, issue_key=issue["issue_key"], owner=issue["unit"]),
            {
                "first": w.day(issue["first_on"], "fct_issues.first_on"),
                "reports": w.few(issue["reports"], "fct_issues.reports"),
            },
        )
        for issue in m.long_standing[:1]
    ]


def _silent(m: Material) -> list[Proposal]:
    return [
        Proposal(
            "silence",
            {"area": m.area(row["area_key"], row["area_name"]), "category": row["category_name"]},
            _subject(row),
            {},
        )
        for row in most_silent(m)[:1]
        if row["verdict"] == "silent"
    ]


def _subject(row: Mapping[str, Any], **more: str | None) -> dict[str, str]:
    """The keys of what an item is about."""
    found = {name: row.get(name) for name in ("area_key", "category_key")} | more
    return {name: value for name, value in found.items() if value}
