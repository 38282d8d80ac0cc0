"""The first page of the monthly report: each of its nine parts in a sentence or two; what they rest on stands in the annex.

Importance decides what stays when the page is full (`reports/page.py`); the first sentence of a part always does.
"""

from __future__ import annotations

from collections.abc import Iterable

from reports.context import Claim, Paragraph, Section
from reports.marts import Row
from reports.material import Material
from reports.queries import background, handling
from reports.queries.cells import Cell
from reports.sections import decisions, outlook, situation
from reports.sections.areas import above_expectation, issue_labels
from reports.sections.loop import known_status, tally
from reports.sections.resolved import outcome_counts
from reports.sections.rising import cause, fastest

PROPOSED, OUTLOOK = 3, 2
RATE_IMPORTANCE = (0.72, 0.52, 0.37)
PROPOSAL_IMPORTANCE = (0.85, 0.7, 0.55, 0.35, 0.3)


def conclusion(m: Material) -> Section:
    """一: the three sentences."""
    return _section(m, "conclusion", (c for p in decisions.conclusion(m).paragraphs for c in p.claims))


def resolved(m: Material) -> Section:
    """二: what became of items for decision, of last month's alerts, and of the first that people acted on."""
    w, raised = m.words, handling.alerts(m.marts, m.before())
    if not raised:
        nothing = w.sentence(w.claim("resolved.none_raised", kind="absence"), importance=0.3)
        return _section(m, "resolved", [*_items(m), nothing])
    acts = handling.acts(m.marts, m.before())
    acted = [alert for alert in raised if alert["alert_id"] in acts][:1]
    followed = (_followed(m, alert) for alert in acted)
    return _section(m, "resolved", [*_items(m), _counts(m, "raised", raised, acts), *followed])


def situation_(m: Material) -> Section:
    """三: handling; the counts themselves stand in the conclusion."""
    w, rates, waiting = m.words, situation.rates(m), situation.backlog(m)
    said = [w.sentence(rate, importance=at) for rate, at in zip(rates, RATE_IMPORTANCE, strict=False)]
    said += [waiting] if waiting else []
    return _section(m, "situation", [*(said or situation.handling(m)), *situation.fallen(m)])


def rising(m: Material) -> Section:
    """四: up to five categories in the order of surprise."""
    w, shown = m.words, fastest(m)
    if not shown:
        return _section(m, "rising", [w.sentence(w.claim("rising.none", kind="absence"))])
    return _section(m, "rising", [_first(m, shown[0]), *([_next(m, shown[1:])] if shown[1:] else [])])


def areas(m: Material) -> Section:
    """五: districts above their own expectation, and the most reported long-standing issue."""
    w, high, source = m.words, above_expectation(m), f"mart_degrees {m.period.code}"
    items = [w.claim("brief.area", labels={"area": m.area(c.key, c.name)}, ratio=m.ratio(c, source)) for c in high]
    first = w.listed("brief.areas", items) if items else w.claim("areas.calm", kind="absence")
    return _section(m, "areas", [w.sentence(first, importance=0.65), *_historic(m)])


def loop(m: Material) -> Section:
    """六: raised, confirmed, dismissed, handled, effective."""
    w = m.words
    if not m.alerts:
        return _section(m, "loop", [w.sentence(w.claim("loop.none", kind="absence"))])
    more = [("singles", m.singles, 0.36), ("set_aside", m.artefacts, 0.25)]
    said = [
        w.sentence(w.claim(f"brief.{key}", count=w.exact(len(found), "mart_alerts")), importance=importance)
        for key, found, importance in more
        if found
    ]
    return _section(m, "loop", [_counts(m, "counts", m.alerts, m.acts), *said])


def outlook_(m: Material) -> Section:
    """七: what the season will bring."""
    w, found = m.words, background.seasonal(m.marts, m.period.following)
    if not found:
        return _section(m, "outlook", [w.sentence(w.claim("brief.no_outlook", kind="absence"))])
    items = [w.claim("brief.named", labels={"category": row["category_name"]}) for row in found[:OUTLOOK]]
    return _section(m, "outlook", [w.sentence(w.listed("brief.outlook", items), kind="suggestion", importance=0.6)])


def silence(m: Material) -> Section:
    """八: where to go and listen, and where seldom-heard demands wait longest."""
    return _section(m, "silence", [_silent(m), *_gap(m)])


def proposals(m: Material) -> Section:
    """九: what the committee is asked to decide, and by when answers are due."""
    w, asked = m.words, decisions.proposed(m)[:PROPOSED]
    if not asked:
        return _section(m, "proposals", [w.sentence(w.claim("proposal.none", kind="absence"))])
    said = [
        w.sentence(decisions.told(m, item, "brief.proposal"), importance=importance)
        for item, importance in zip(asked, PROPOSAL_IMPORTANCE, strict=False)
    ]
    by_day = w.sentence(w.claim("brief.by_day", kind="suggestion", day=m.answer_by()), importance=0.5)
    return _section(m, "proposals", [*said, by_day])


SECTIONS = (conclusion, resolved, situation_, rising, areas, loop, outlook_, silence, proposals)


def _section(m: Material, code: str, claims: Iterable[Claim]) -> Section:
    return Section(code, m.words.say(f"heading.brief.{code}"), (Paragraph(tuple(claims)),), is_run_in=True)


def _items(m: Material) -> list[Claim]:
    w, counts = m.words, outcome_counts(m)
    if not counts:
        return []
    told = ("done", "failed", "adopted", "rejected", "proposed")
    figures = {name: w.exact(counts.get(name, 0), "mart_resolutions.resolution_status") for name in told}
    return [w.sentence(w.claim("brief.items", **figures), importance=0.8)]


def _counts(m: Material, key: str, alerts: list[Row], acts: dict[str, list[Row]]) -> Claim:
    w, counts = m.words, tally(alerts, acts)
    figures = {name: w.exact(value, "mart_alert_acts") for name, value in counts.items()}
    if any(value for name, value in counts.items() if name != "raised"):
        return w.sentence(w.claim(f"brief.{key}", **figures), importance=0.7)
    silent = "brief.no_act" if key == "counts" else f"brief.{key}_no_act"
    return w.sentence(w.claim(silent, kind="absence", **figures), importance=0.7)


def _followed(m: Material, alert: Row) -> Claim:
    labels = {
        "what": alert["category"] or "—",
        "where": m.area(alert["area_key"], alert["area"]),
        "status": m.words.say(f"status.{known_status(alert)}"),
    }
    return m.words.sentence(m.words.claim("brief.followed", labels=labels), importance=0.45)


def _first(m: Material, cell: Cell) -> Claim:
    """How much, why (supposedly), who; where, the conclusion tells."""
    w, source = m.words, f"fct_daily {cell.key} {m.period.code}"
    labels, owner = {"category": cell.name}, handling.owner(m.marts, cell.key, m.period.window).get("owner")
    if cell.expected:
        first = w.claim("brief.rising", labels=labels, ratio=m.ratio(cell, source))
    else:
        now, previous = m.count(cell, source), m.count(cell, source, "previous")
        first = w.claim("brief.rising_previous", labels=labels, now=now, previous=previous)
    reason = w.claim(f"brief.cause.{cause(m, cell).claim.key.rpartition('.')[2]}", kind="hypothesis")
    return w.sentence(first, reason, w.claim("brief.owner", labels={"owner": owner}) if owner else None, importance=0.9)


def _next(m: Material, others: list[Cell]) -> Claim:
    w, items = m.words, []
    for cell in others:
        source, labels = f"fct_daily {cell.key} {m.period.code}", {"category": cell.name}
        if cell.expected:
            items.append(w.claim("brief.rising_item", labels=labels, ratio=m.ratio(cell, source)))
        else:
            items.append(w.claim("brief.rising_item_previous", labels=labels, now=m.count(cell, source)))
    return w.sentence(w.listed("brief.rising_next", items), importance=0.88)


def _historic(m: Material) -> list[Claim]:
    w = m.words
    return [
        w.sentence(
            w.claim(
                "brief.historic", labels=issue_labels(m, issue), count=w.exact(len(m.long_standing), "fct_issues"),
                first=w.day(issue["first_on"], "fct_issues.first_on"), reports=w.few(issue["reports"], "fct_issues.reports"),
            ),
            importance=0.48,
        )
        for issue in m.long_standing[:1]
    ]  # fmt: skip


def _silent(m: Material) -> Claim:
    w, shown = m.words, outlook.most_silent(m)
    if not shown:
        return w.sentence(w.claim("silence.none", kind="absence"))
    row, key = shown[0], "brief.silent" if shown[0]["verdict"] == "silent" else "brief.maybe_silent"
    labels = {"area": m.area(row["area_key"], row["area_name"]), "category": row["category_name"]}
    return w.sentence(w.claim(key, labels=labels), kind="suggestion", importance=0.5)


def _gap(m: Material) -> list[Claim]:
    w, source = m.words, "mart_routine_gaps"
    return [
        w.sentence(
            w.claim(
                "brief.gap",
                labels={"area": m.area(row["area_key"], row["area_name"])},
                routine=w.count(row["routine_median_days"], f"{source}.routine_median_days"),
                hot=w.count(row["hot_median_days"], f"{source}.hot_median_days"),
            ),
            importance=0.4,
        )
        for row in background.routine_gaps(m.marts)[:1]
    ]
