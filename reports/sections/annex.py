"""附: indicators, definitions with the rules in force, versions and coverage, what was set aside."""

from __future__ import annotations

from reports.context import Claim, Figure, Paragraph, Section, Table
from reports.frontmatter import coverage
from reports.marts import Row
from reports.material import LEAST_RATIO, LEAST_REPORTS, SIGMAS, Material
from reports.queries import handling
from reports.wording import FEWEST, Wording
from weisu.numbers import MIN_BASE
from weisu.told_counts import withheld_parts

KPI_ORDER = (
    "reports", "expected_reports", "on_time_share", "closed_1d_share", "closed_3d_share", "median_close_hours", "dispatch_in_time_share", "median_dispatch_hours",
    "contacted_24h_share", "contacted_share", "solved_share", "satisfied_share", "composite_rate", "answered_share", "satisfied_speed_share",
    "satisfied_effect_share", "satisfied_attitude_share", "satisfied_feedback_share", "redo_share", "recurrence_share", "lasting_share", "root_cured_share",
    "joint_on_time_share", "returns_per_case", "lawfully_ended_share", "open_count", "overdue_count",
)  # fmt: skip
PRINTED_RULES = {
    "degree_weight": ("frequency", "intensity", "breadth", "difficulty"),
    "setting": ("partly_satisfied_weight", "contact_weight", "solved_weight", "satisfied_weight"),
    "completeness": ("usual_weeks", "thin_day_share", "least_usual"),
}
YEARS, NAMED = 6, 5


def about(m: Material) -> tuple[Section, ...]:
    """What every number rests on: indicators, definitions, versions and coverage."""
    return (_indicators(m), _definitions(m), versions(m, *coverage(m)))


def _indicators(m: Material) -> Section:
    w, heading = m.words, m.words.say("heading.annex.kpis")
    rows = tuple(_kpi_row(w, m.kpis[code], m.period.code) for code in KPI_ORDER if code in m.kpis)
    if not rows:
        return Section("kpis", heading, (Paragraph((w.sentence(w.claim("annex.no_kpis", kind="absence")),)),))
    columns = tuple(
        w.say(f"column.{name}") for name in ("indicator", "value", "interval", "base", "previous", "year_ago")
    )
    table = Table(
        w.say("annex.kpi_table"),
        columns,
        rows,
        (0.3, 0.13, 0.18, 0.12, 0.13, 0.14),
        (False, True, True, True, True, True),
    )
    note = w.sentence(w.claim("annex.kpi_note", base=w.exact(MIN_BASE, "weisu.numbers")))
    return Section("kpis", heading, (Paragraph((note,)),), tables=(table,))


def _kpi_row(w: Wording, row: Row, code: str) -> tuple[Figure, ...]:
    name, source, base = row["kpi_code"], f"mart_kpis {row['kpi_code']} {code}", row["denominator"]
    written = [
        _kpi_value(w, name, row[column], base if column == "value" else None, source)
        for column in ("value", "previous_value", "year_ago_value")
    ]
    is_share = name.endswith(("_share", "_rate"))
    interval = (
        w.share_span(row["lower"], row["upper"], source) if is_share and written[0].value is not None else w.word("—")
    )
    return (w.word(w.kpi(name, is_title=True)), written[0], interval, w.exact(base, source), written[1], written[2])


def _kpi_value(w: Wording, name: str, value: float | None, base: float | None, source: str) -> Figure:
    if name.endswith(("_share", "_rate")):
        return w.share(value, base, source)
    if name == "returns_per_case":
        return w.mean(value, source)
    return w.hours(value, source) if name.endswith("_hours") else w.exact(value, source)


def _definitions(m: Material) -> Section:
    w = m.words
    limits = {"least": w.exact(LEAST_REPORTS), "ratio": w.ratio(LEAST_RATIO), "sigmas": w.exact(SIGMAS)}
    claims = [
        w.claim("definition.demand"),
        w.claim("definition.expected"),
        w.claim("definition.change", base=w.exact(MIN_BASE, "weisu.numbers"), few=w.exact(FEWEST)),
        w.claim("definition.withheld", words=w.withheld(), few=w.exact(FEWEST)),
        w.claim("definition.rise", **limits),
        w.claim("definition.as_of"),
        *_rules(m),
    ]
    return Section(
        "definitions", w.say("heading.annex.definitions"), tuple(Paragraph((w.sentence(c),)) for c in claims)
    )


def _rules(m: Material) -> list[Claim]:
    w, found = m.words, {(r["rule"], r["key"]): r for r in handling.rules(m.marts, tuple(PRINTED_RULES))}
    known = {rule: keys for rule, keys in PRINTED_RULES.items() if all((rule, key) in found for key in keys)}
    return [
        w.claim(
            f"definition.{rule}",
            **{key: w.count(float(found[rule, key]["value"]), f"mart_rules {rule} {key}") for key in keys},
        )
        for rule, keys in known.items()
    ]


def versions(m: Material, *more: Claim) -> Section:
    """What the report was made from: versions, span, refused rows, `more`, what was set aside, coverage by year."""
    w, facts = m.words, m.marts.facts
    labels = {"data": facts.data_version or "—", "rules": facts.rules_version or "—", "run": facts.run_id or "—"}
    claims = [w.sentence(w.claim("version.line", labels=labels))]
    if facts.first_on and facts.last_on:
        span = w.days(facts.first_on, facts.last_on, "mart_publication")
        claims.append(
            w.sentence(w.claim("version.span", tickets=w.exact(facts.tickets, "mart_publication.tickets"), days=span))
        )
    refused = sum(row["rows"] for row in handling.rows_refused(m.marts))
    claims.append(w.sentence(w.claim("version.refused", count=w.exact(refused, "mart_quarantine"))))
    return Section(
        "versions",
        w.say("heading.annex.versions"),
        (Paragraph((*claims, *more)), Paragraph((_set_aside(m),))),
        tables=_coverage(m),
    )


def _set_aside(m: Material) -> Claim:
    w = m.words
    if not m.artefacts:
        return w.sentence(w.claim("version.no_set_aside", kind="absence"))
    items = [
        w.claim(
            "version.set_aside_item", labels={"what": a["category"] or "—", "where": m.area(a["area_key"], a["area"])},
            day=w.day(a["raised_on"], "mart_alerts.raised_on", year=False), observed=m.observed(a, "mart_alerts.observed"),
        )
        for a in m.artefacts[:NAMED]
    ]  # fmt: skip
    return w.sentence(w.listed("version.set_aside", items, count=w.exact(len(m.artefacts), "mart_alerts")))


def _coverage(m: Material) -> tuple[Table, ...]:
    w, rows = m.words, handling.coverage(m.marts, YEARS)
    if not rows:
        return ()
    columns = tuple(w.say(f"column.{name}") for name in ("year", "tickets", "categories", "days"))
    hidden = withheld_parts([r["reports"] or 0 for r in rows])
    cells = tuple(
        (
            w.word(str(r["year"])),
            w.withheld("mart_coverage") if is_hidden else w.exact(r["reports"], "mart_coverage"),
            w.exact(r["categories"], "mart_coverage"),
            w.days(r["first_on"], r["last_on"], "mart_coverage"),
        )
        for r, is_hidden in zip(rows, hidden, strict=True)
    )
    return (Table(w.say("version.coverage_table"), columns, cells, (0.15, 0.2, 0.2, 0.45), (False, True, True, True)),)
