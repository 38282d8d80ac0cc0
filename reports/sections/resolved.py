"""二、上月议定事项办理结果: what came of each item for decision and of each suggestion, also where nobody decided or answered or it failed; then of
last month's alerts."""

from __future__ import annotations

from collections import Counter

from reports.context import Claim, Paragraph, Section
from reports.marts import Row
from reports.material import Material
from reports.queries import handling, resolutions
from reports.sections.loop import follow_up, raised_counts, state_of_place

ITEMS, FOLLOWED = 15, 3
SAID_BY = {"rejected": "outcome", "done": "outcome", "failed": "outcome"}


def resolved(m: Material) -> Section:
    """Items and suggestions first, one paragraph each, then the alerts."""
    items = resolutions.earlier(m.marts, m.period)
    paragraphs = [Paragraph(_item(m, row)) for row in items[:ITEMS]]
    if len(items) > ITEMS:
        more = m.words.claim("resolution.more", count=m.words.exact(len(items) - ITEMS, "mart_resolutions"))
        paragraphs.append(Paragraph((m.words.sentence(more),)))
    return Section("resolved", m.words.say("heading.monthly.resolved"), (*paragraphs, Paragraph(_alerts(m))))


def outcome_counts(m: Material) -> dict[str, int]:
    """Items by what became of them: done, failed, rejected, adopted (being worked on), proposed (nobody decided); empty without items.

    Suggestions that nobody took up are no items for decision.
    """
    found = Counter(row["resolution_status"] for row in resolutions.earlier(m.marts, m.period))
    return {status: many for status, many in found.items() if status != "suggested"}


def _alerts(m: Material) -> tuple[Claim, ...]:
    raised = handling.alerts(m.marts, m.before())
    if not raised:
        return (m.words.sentence(m.words.claim("resolved.none_raised", kind="absence")),)
    acts = handling.acts(m.marts, m.before())
    first = sorted(raised, key=lambda alert: alert["alert_id"] not in acts)[:FOLLOWED]
    told = (follow_up(m, alert, acts.get(alert["alert_id"], [])) for alert in first)
    return (raised_counts(m, "resolved", raised, acts), *told)


def _item(m: Material, row: Row) -> tuple[Claim, ...]:
    """What was asked, what was decided and came of it; how its place stands now; what the verification showed."""
    w, source = m.words, f"mart_resolutions {row['resolution_id']}"
    labels = {"text": row["text"].rstrip("。."), "owner": row["owner"] or w.say("suggest.nobody")}
    asked = w.sentence(w.claim("resolution.item", labels=labels), _standing(m, row, source), importance=0.8)
    now = [w.sentence(*state_of_place(m, row), importance=0.6)] if row["area_key"] and row["category_key"] else []
    return (asked, *now, *_effect(m, row))


def _standing(m: Material, row: Row, source: str) -> Claim:
    w, status = m.words, row["resolution_status"]
    if status in SAID_BY:
        return w.claim(f"resolution.{status}", labels={"outcome": (row["outcome"] or "—").rstrip("。.")})
    labels = {"owner": row["owner"] or w.say("suggest.nobody")} if status == "adopted" else {}
    if row["due_on"] is None:
        return w.claim(f"resolution.{status}", kind="absence", labels=labels)
    late = "_overdue" if row["due_on"] < m.as_of else "_due"
    return w.claim(f"resolution.{status}{late}", kind="absence", labels=labels, due=w.day(row["due_on"], source))


def _effect(m: Material, row: Row) -> list[Claim]:
    """Reports against expectation before and after, unless they tell a small count."""
    w, found = m.words, resolutions.effect(m.marts, row["alert_id"])
    if not found:
        return []
    source = f"mart_alert_effects {row['alert_id']}"
    if m.told_at(found["area_key"], found["category_key"], resolutions.days_of(found), found["observed"]).value is None:
        return []
    figures = {
        "after": w.ratio(found["ratio"], source),
        "before": w.ratio(found["ratio_before"], source),
        "chance": w.share(found["better_probability"], None, source),
    }
    return [w.sentence(w.claim("resolution.effect", **figures), w.claim(f"resolution.verdict.{found['verdict']}"), importance=0.6)]  # fmt: skip
