"""The nine classes of 未诉先办 (DOMAIN.md 3.3).  Each rule gives its evidence, or None when it does not hold or its fields are missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import f as f_distribution
from scipy.stats import poisson

from detectors.judge.issue import Issue
from detectors.judge.window import TicketIndex

MONTH = 28
Evidence = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """What a class rule looks at: an issue on a day, and the days of earlier clusters of its category near its area."""

    day: int
    category: int
    issue: Issue
    index: TicketIndex
    cluster_days: tuple[int, ...] = ()
    rising: frozenset[tuple[int, int]] = frozenset()  # (category, area) of alerts raised in the last 28 days

    @property
    def at(self) -> np.ndarray:
        return self.issue.lead.tickets


def common(case: Case) -> Evidence | None:
    """高频共性: among the busiest tenth of categories in 3 of 4 months, spread over ≥ 10 small areas, ≥ 20 voices, ≥ half the districts."""
    months = case.index.once(_busy_months, case.day).get(case.category, 0)
    areas, tree = case.index.tickets.areas, case.index.context.tree
    level = next((k for k in (3, 2) if (areas[case.at, k] >= 0).mean() >= 0.5), None) if len(case.at) else None
    if level is None or months < 3:
        return None
    small, districts = _distinct(areas[case.at, level]), _distinct(areas[case.at, 1])
    voices, all_districts = case.index.voices(case.at), int((tree.level == 1).sum())
    if small < 10 or voices < 20 or 2 * districts < all_districts:
        return None
    return {"months": months, "areas": small, "districts": districts, "voices": voices}


def _busy_months(index: TicketIndex, day: int) -> dict[int, int]:
    """In how many of the last four months each category was among the busiest tenth."""
    counts = np.array([_monthly(at, day, index) for at in index.by_category.values()])
    if len(counts) < 2:
        return {}
    busy = (counts >= np.quantile(counts, 0.9, axis=0)).sum(axis=1)
    return dict(zip(index.by_category, busy.tolist(), strict=True))


def seasonal(case: Case) -> Evidence | None:
    """季节性周期性: two harmonics matter (F-test, p < .01, ≥ 104 weeks) and these weeks lie above the year's mean."""
    return case.index.once(_season, case.category, case.day)


def _season(index: TicketIndex, category: int, day: int) -> Evidence | None:
    at = index.by_category.get(category, np.empty(0, int))
    days = index.tickets.day[at]
    days = days[: np.searchsorted(days, day, side="right")]
    weeks = (day - int(days[0])) // 7 if len(days) else 0
    if weeks < 104:
        return None
    weekly = np.bincount((day - days[days > day - weeks * 7]) // 7, minlength=weeks)[::-1]
    p, factor = harmonic_test(weekly)
    return {"p": round(p, 6), "factor": round(factor, 2), "weeks": weeks} if p < 0.01 and factor >= 1.2 else None


def harmonic_test(weekly: np.ndarray) -> tuple[float, float]:
    """(p of the F-test for two yearly harmonics beside a trend, fitted last four weeks over the year's mean), on square roots of counts."""
    n = len(weekly)
    t = np.arange(n)
    angle = 2 * np.pi * t / 52.1775
    trend = np.column_stack([np.ones(n), t / n])
    season = np.column_stack([f(k * angle) for k in (1, 2) for f in (np.cos, np.sin)])
    y = np.sqrt(weekly)
    whole = np.column_stack([trend, season])
    beta, rest, smaller = np.linalg.lstsq(whole, y, rcond=None)[0], 0.0, np.linalg.lstsq(trend, y, rcond=None)[0]
    rest, more = float(((y - whole @ beta) ** 2).sum()), float(((y - trend @ smaller) ** 2).sum())
    statistic = (more - rest) / 4 / max(rest / (n - 6), 1e-12)
    fitted = np.maximum(whole @ beta, 0.0) ** 2
    return float(f_distribution.sf(statistic, 4, n - 6)), float(fitted[-4:].mean() / max(fitted[-52:].mean(), 1e-9))


def similar_places(case: Case) -> Evidence | None:
    """举一反三: an alert of this category was confirmed at a place that shares firm, equipment or age with this one."""
    traits = case.index.context.traits
    mine = traits.get(case.issue.area, frozenset())
    for day, category, area in case.index.context.confirmed:
        shared = mine & traits.get(area, frozenset())
        if day < case.day and category == case.category and area != case.issue.area and shared:
            sites = sorted(k for k, other in traits.items() if other & shared)
            return {"shared": sorted(shared), "sites": [case.index.context.names.areas[k] for k in sites]}
    return None


def lead_lag(case: Case) -> Evidence | None:
    """由此及彼: a category known by then to be followed by this one was raised in the same area within 28 days."""
    known = [pair for pair in case.index.context.lead_lag if pair.known_day <= case.day]
    latest = max((pair.known_day for pair in known), default=0)
    pairs = [pair for pair in known if pair.known_day == latest and pair.effect == case.category]
    causes = {pair.cause for pair in pairs}
    tree = case.index.context.tree
    raised = {c for c, area in case.rising if c in causes and tree.contains(area, case.issue.area)}
    found = [pair for pair in pairs if pair.cause in raised]
    if not found:
        return None
    names = case.index.context.names.categories
    return {
        "causes": sorted({names[p.cause] for p in found}),
        "lift": round(max(p.lift for p in found), 2),
        "window_days": max(p.window_days for p in found),
    }


def key_area(case: Case) -> Evidence | None:
    """重点区域: a designated area, an area whose Q was among the top 5 % in the last two months, or clusters in three of the last four weeks."""
    context = case.index.context
    chain, names = context.tree.ancestors(case.issue.area), context.names.areas
    designated = [names[a] for a in chain if a in context.key_areas]
    months = sorted(m for m in context.months if m < case.day)[-2:]
    hot = [names[a] for a in chain if len(months) == 2 and set(months) <= context.hot_months.get(a, frozenset())]
    weeks = {(case.day - day) // 7 for day in case.cluster_days if 0 <= case.day - day < MONTH}
    if not designated and not hot and len(weeks) < 3:
        return None
    return {"designated": designated, "hot_areas": hot, "cluster_weeks": len(weeks)}


def sudden_event(case: Case) -> Evidence | None:
    """突发事件引发: p < 1e-4, ≥ 5 voices in 24 hours, and a known event within 48 hours."""
    lead = case.issue.lead
    last = case.at[case.index.tickets.day[case.at] >= case.day - 1]
    p = float(poisson.sf(lead.observed - 1, max(lead.expected, 1e-6)))
    near = [e for e in _events(case, ("event", "outage")) if abs(e.day - lead.window_end) <= 2]
    if p >= 1e-4 or case.index.voices(last) < 5 or not near:
        return None
    return {"p": p, "events": sorted({e.name for e in near})}


def emerging(case: Case) -> Evidence | None:
    """新业态新领域: new terms, a category new to the city, or a rising share of what fits nowhere; ≥ 10 reports and ≥ 5 voices each."""
    return _new_terms(case) or _new_category(case) or _rising_share(case)


def _new_terms(case: Case) -> Evidence | None:
    """The alert rests on tickets that hold terms learnt in the last four weeks: three typical ones are named."""
    for day in range(case.day, case.day - MONTH, -1):
        for new in case.index.context.new_terms.get(day, ()):
            if new.category != case.category:
                continue
            is_told = any(s.rule == "term" for s in [*case.issue.signals, *case.issue.also])
            shared = np.isin(case.at, new.tickets).mean() if len(case.at) else 0.0
            voices = case.index.voices(new.tickets)
            if not (is_told or shared >= 0.5) or len(new.tickets) < 10 or voices < 5:
                continue
            return {
                "kind": "terms", "terms": list(new.terms), "z": round(new.z, 2), "reports": len(new.tickets), "voices": voices,
                "expected": round(new.expected, 2), "typical": list(new.typical),
            }  # fmt: skip
    return None


def _new_category(case: Case) -> Evidence | None:
    """A category first seen within 60 days, in a history long enough to tell; a registered change of the taxonomy makes new codes, not new things."""
    at = case.index.by_category.get(case.category, np.empty(0, int))
    days = case.index.tickets.day[at]
    known = case.day - int(case.index.tickets.day[0]) if len(case.index.tickets) else 0
    age = case.day - int(days[0]) if len(days) else 0
    mine = at[days <= case.day]
    is_recoded = any(case.day - event.day <= 60 for event in _events(case, ("taxonomy",)))
    if not len(at) or age > 60 or known < 365 or is_recoded or len(mine) < 10 or case.index.voices(mine) < 5:
        return None
    return {"kind": "category", "first_seen": int(days[0]), "reports": len(mine)}


def _rising_share(case: Case) -> Evidence | None:
    """The alert's tickets fit nowhere (a category for the rest, or one that the duty list does not name), and the share of such has risen (z ≥ 3)."""
    t = case.index.tickets
    for name, mask in sorted(case.index.context.unplaced.items()):
        if not len(case.at) or mask[case.at].mean() < 0.5:
            continue
        spans = [(case.day - MONTH + 1, case.day + 1), (case.day - MONTH - 364, case.day - MONTH + 1)]
        now, before = (_demand(case, *span) for span in spans)
        x, y = int(mask[now].sum()), int(mask[before].sum())
        if x < 10 or len(before) < 100 or case.index.voices(now[mask[now]]) < 5 or t.day[before[0]] > spans[1][0] + 180:
            continue
        pooled = (x + y) / (len(now) + len(before))
        z = (x / len(now) - y / len(before)) / np.sqrt(
            max(pooled * (1 - pooled), 1e-9) * (1 / len(now) + 1 / len(before))
        )
        if z >= 3:
            shares = {"share": round(x / len(now), 4), "share_before": round(y / len(before), 4)}
            return {"kind": "share", "what": name, "z": round(float(z), 2), "reports": x, **shares}
    return None


def _demand(case: Case, start: int, stop: int) -> np.ndarray:
    """Demand of the days `start` to before `stop`, artefacts left out."""
    t = case.index.tickets
    at = np.arange(*np.searchsorted(t.day, [start, stop]))
    return at[t.is_demand[at] & (case.index.marks[at] == 0)]


def historic(case: Case) -> Evidence | None:
    """历史遗留: issues at least a year old with three reports or more, or tickets of theirs that stay open for more than 180 days."""
    tickets = case.index.tickets
    issues = np.unique(tickets.issue[case.at])
    at = case.index.by_category.get(case.category, np.empty(0, int))
    at = at[(tickets.day[at] <= case.day) & np.isin(tickets.issue[at], issues[issues >= 0])]
    _, first, counts = np.unique(tickets.issue[at], return_index=True, return_counts=True)
    ages = case.day - tickets.day[at[first]]  # tickets are in time order: the first one is the oldest
    old = (ages >= 365) & (counts >= 3)
    is_open = (tickets.closed_day[at] < 0) | (tickets.closed_day[at] > case.day)
    waiting = at[is_open & (case.day - tickets.day[at] > 180)]
    if not old.any() and not len(waiting):
        return None
    held = (
        {"age_days": int(ages[old].max()), "reports": int(counts[old].sum()), "issues": int(old.sum())}
        if old.any()
        else {}
    )
    return held | ({"open_tickets": len(waiting)} if len(waiting) else {})


def policy(case: Case) -> Evidence | None:
    """政策性: the window begins within 14 days of a policy date."""
    near = [e for e in _events(case, ("policy",)) if abs(e.day - case.issue.lead.window_start) <= 14]
    return {"policies": sorted({e.name for e in near})} if near else None


RULES: dict[str, Callable[[Case], Evidence | None]] = {
    "common": common, "seasonal": seasonal, "similar_places": similar_places, "lead_lag": lead_lag, "key_area": key_area,
    "sudden_event": sudden_event, "emerging": emerging, "historic": historic, "policy": policy,
}  # fmt: skip


LATER = ("lead_lag", "key_area", "emerging")  # what can come true while an alert lives, and is cheap to ask


def classify(case: Case, names: Iterable[str] = RULES) -> dict[str, Evidence]:
    """Every class of `names` that holds, with its evidence, in the contract's order."""
    found = {name: RULES[name](case) for name in names}
    return {name: evidence for name, evidence in found.items() if evidence is not None}


def _events(case: Case, kinds: tuple[str, ...]) -> list[Any]:
    tree = case.index.context.tree
    here = [
        e
        for e in case.index.context.events
        if e.kind in kinds and e.category in (-1, case.category) and e.day <= case.day
    ]
    return [
        e
        for e in here
        if e.area < 0 or tree.contains(e.area, case.issue.area) or tree.contains(case.issue.area, e.area)
    ]


def _monthly(at: np.ndarray, day: int, index: TicketIndex) -> np.ndarray:
    """Tickets of a category in each of the last four months."""
    ends = np.searchsorted(index.tickets.day[at], day + 1 - MONTH * np.arange(5))
    return ends[:-1] - ends[1:]


def _distinct(codes: np.ndarray) -> int:
    return len(np.unique(codes[codes >= 0]))
