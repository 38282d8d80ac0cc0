"""Words for alerts: titles and the sentence that says why, from codes and numbers and the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from detectors.judge.outputs import SUSPECTED_ARTEFACT, Alert
from flows.tickets import date_of
from weisu import numbers
from weisu.texts import text

DAYS_PER_YEAR = 365
FIRST_CJK = 0x2E80
NAMED_RULES = {
    "series": "rise",
    "term": "term",
    "bunch": "rise",
    "scan": "cluster",
    "estate": "estate",
    "ewma": "emotion",
    "life_safety": "life_safety",
    "reports": "sensitive",
}
TITLES = {"estate": "cluster"}
LEADING = {
    "series": "rise",
    "term": "rise",
    "bunch": "rise",
    "scan": "cluster",
    "estate": "cluster",
    "ewma": "emotion",
    "life_safety": "emotion",
    "reports": "sensitive",
}


@dataclass(frozen=True)
class Names:
    """Names for readers, by key; the whole city's name depends on the language."""

    areas: Mapping[str, str]
    parents: Mapping[str, str]  # area key -> key of the area it lies in
    categories: Mapping[str, str]
    city: Mapping[str, str]

    def area(self, key: str, lang: str) -> str:
        """The area's own name."""
        return self.city[lang] if key == "*" else self.areas.get(key, key)

    def place(self, key: str, lang: str) -> str:
        """The area with all it lies in: 城东区朝晖街道, Dorchester / Ward 16."""
        path: list[str] = []
        while key in self.areas and key != "*":
            path.insert(0, self.areas[key])
            key = self.parents.get(key, "*")
        if not path:
            return self.city[lang]
        return ("" if all(ord(p[-1]) >= FIRST_CJK for p in path) else " / ").join(path)

    def category(self, key: str) -> str:
        return self.categories.get(key, key)


def title(alert: Alert, area_key: str, category_key: str, names: Names, lang: str) -> str:
    """What and where, one line."""
    values = {"area": names.place(area_key, lang), "category": names.category(category_key)}
    if alert.signal_status == SUSPECTED_ARTEFACT:
        return text(
            "alerts.title.suspected_artefact",
            lang,
            **values,
            reason=text(f"alerts.artefact.{alert.artefact_reason}", lang),
        )
    rule = NAMED_RULES[alert.evidence["rule"]]
    return text(f"alerts.title.{TITLES.get(rule, rule)}", lang, **values)


def why(alert: Alert, names: Names, lang: str) -> str:
    """Why it was raised: the leading signal's numbers, where and by whom, what else speaks for it."""
    sentences = [_leading(alert, lang)]
    if alert.signal_status != SUSPECTED_ARTEFACT:
        sentences += [*_drivers(alert, names, lang), *_classes(alert, names, lang)]
    return ("" if lang == "zh" else " ").join(sentences)


def _leading(alert: Alert, lang: str) -> str:
    values = _values(alert, lang)
    if alert.signal_status == SUSPECTED_ARTEFACT:
        return text(f"alerts.why.artefact.{alert.artefact_reason}", lang, **values)
    return text(f"alerts.why.{NAMED_RULES[alert.evidence['rule']]}", lang, **values)


def _values(alert: Alert, lang: str) -> dict[str, str]:
    peak = max(alert.evidence["signals"], key=lambda s: (s["rule"] == alert.evidence["rule"], s["score"]))
    start, end = (date_of(d) for d in (alert.window_start, alert.window_end))
    recurrence_days = 10.0 ** min(alert.score, 6.0)
    return {
        "start": numbers.day(start, lang),
        "end": numbers.day(end, lang),
        "window": numbers.day_range(start, end, lang),
        "days": str((end - start).days + 1),
        "observed": numbers.number(alert.observed, lang),
        "expected": numbers.expected(alert.expected, lang),
        "ratio": numbers.ratio(alert.ratio, lang),
        "radius_m": numbers.number(alert.radius_m, lang, digits=2),
        "recurrence": numbers.duration(recurrence_days * 24, lang),
        "voices": str(peak["voices"]),
        "places": str(alert.places),
        "sigma": numbers.number(alert.score, lang, digits=2),
    }


def _drivers(alert: Alert, names: Names, lang: str) -> Iterator[str]:
    found = alert.evidence["drivers"]
    if alert.persons:
        yield text("alerts.why.spread_persons", lang, persons=alert.persons, places=alert.places)
    elif alert.places > 1:
        yield text("alerts.why.spread", lang, places=alert.places)
    if found["areas"] and alert.places > 1:
        top = found["areas"][0]
        yield text("alerts.why.top_area", lang, top=names.area(top["key"], lang), count=top["tickets"])
    if alert.evidence["artefact_tickets"]:
        yield text("alerts.why.artefacts_left_out", lang, tickets=alert.evidence["artefact_tickets"])
    if others := [text(f"alerts.signal.{s}", lang) for s in alert.signals if s != LEADING[alert.evidence["rule"]]]:
        yield text("alerts.why.also", lang, other=("、" if lang == "zh" else ", ").join(others))


def _classes(alert: Alert, names: Names, lang: str) -> Iterator[str]:
    joint = "、" if lang == "zh" else ", "
    for name in alert.classes:
        found: dict[str, Any] = dict(alert.evidence["classes"][name])
        values = {k: joint.join(map(str, v)) if isinstance(v, list) else v for k, v in found.items()}
        if name == "lead_lag":
            values["causes"] = joint.join(names.category(key) for key in found["causes"])
        if name == "similar_places":
            values["sites"] = len(found["sites"])
        if "age_days" in found:
            values["years"] = found["age_days"] // DAYS_PER_YEAR
        yield text(f"alerts.why.class.{_variant(name, found)}", lang, **values)


def _variant(name: str, found: Mapping[str, Any]) -> str:
    """Which of a class's sentences its evidence asks for."""
    if name == "emerging" and found["kind"] != "category":
        return f"emerging_{found['kind'] if found['kind'] == 'terms' else found['what']}"
    if name == "historic" and "age_days" not in found:
        return "historic_open"
    if name == "key_area" and not found["designated"]:
        return "key_area_hot" if found["hot_areas"] else "key_area_weeks"
    return name
