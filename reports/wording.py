"""From numbers to sentences: figures are written by weisu.numbers, sentences come from report.toml, and nothing is printed that is not one of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from reports.context import Claim, Figure, Kind
from weisu import numbers
from weisu.texts import text
from weisu.theme import LEVEL_SIGNS

FEWEST = 5  # persons under this are withheld
Value = float | int | None


@dataclass(frozen=True)
class Wording:
    """Writes figures and claims in one language."""

    lang: str

    def count(self, value: Value, source: str = "") -> Figure:
        """A count of tickets: in full under 10,000 so that text and tables agree, then with three significant digits."""
        if value is not None and abs(value) < numbers.WAN and float(value).is_integer():
            return self.exact(value, source)
        return self._figure(_number(value), numbers.number(value, self.lang), source)

    def expected(self, value: Value, source: str = "") -> Figure:
        """An expected count: one decimal under ten, whole from there on; never a zero that is not one."""
        if value is None:
            return self.count(None, source)
        if value < numbers.LEAST_EXPECTED:
            return self._figure(_number(value), numbers.expected(value, self.lang), source)
        return self.count(float(round(value, 1) if value < 10 else round(value)), source)

    def exact(self, value: Value, source: str = "") -> Figure:
        """A count in full: tables, days, numbers of alerts."""
        return self._figure(_number(value), numbers.exact(value, self.lang), source)

    def withheld(self, source: str = "") -> Figure:
        """A count that is not told: it is small, or would give a small one back."""
        return self._figure(None, text("report.withheld", self.lang), source)

    def few(self, value: Value, source: str = "") -> Figure:
        """A count that stands alone, withheld under five; nothing is told that it is a part of."""
        return self.withheld(source) if value is not None and 0 < value < FEWEST else self.count(value, source)

    def persons(self, value: Value, source: str = "") -> Figure:
        """A count of persons, withheld under five."""
        if value is not None and 0 < value < FEWEST:
            return self._figure(None, text("report.few", self.lang, limit=FEWEST), source)
        return self.count(value, source)

    def ratio(self, value: Value, source: str = "") -> Figure:
        """Observed over expected."""
        return self._figure(_number(value), numbers.ratio(value, self.lang), source)

    def mean(self, value: Value, source: str = "") -> Figure:
        """A mean of counts, two decimals."""
        return self._figure(_number(value), numbers.UNKNOWN if value is None else f"{value:.2f}", source)

    def share(self, value: Value, base: Value, source: str = "") -> Figure:
        """A share; "—" on a base under twenty."""
        written = numbers.share(value, self.lang, base=base)
        return self._figure(None if written == numbers.UNKNOWN else _number(value), written, source)

    def change(self, now: Value, before: Value, source: str = "") -> Figure:
        """`+73 %` against `before`; "—" on a base under twenty."""
        written = numbers.percent_change(now, before) or numbers.UNKNOWN
        return self._figure(None if written == numbers.UNKNOWN else now / before - 1, written, source)

    def day(self, value: dt.date | None, source: str = "", *, year: bool = True) -> Figure:
        """A day of the city."""
        return Figure("", value.isoformat() if value else None, numbers.day(value, self.lang, year=year), source)

    def days(self, first: dt.date, last: dt.date, source: str = "") -> Figure:
        """A range of days."""
        return Figure("", f"{first}/{last}", numbers.day_range(first, last, self.lang), source)

    def span(self, lower: Figure, upper: Figure, source: str = "") -> Figure:
        """`61–74` from two counts."""
        return Figure("", f"{lower.value}/{upper.value}", f"{lower.text}–{upper.text}", source)

    def share_span(self, lower: Value, upper: Value, source: str = "") -> Figure:
        """`61.2–74.0 %` from two shares."""
        written = numbers.share_interval(lower, upper)
        return self._figure(None, written, source)

    def hours(self, value: Value, source: str = "") -> Figure:
        """A duration given in hours."""
        return self._figure(_number(value), numbers.duration(value, self.lang), source)

    def month(self, first: dt.date) -> Figure:
        """`2015年3月` / `March 2015`."""
        written = f"{first.year}年{first.month}月" if self.lang == "zh" else f"{first:%B} {first.year}"
        return Figure("", first.isoformat()[:7], written, "period")

    def month_number(self, code: str) -> Figure:
        """`3月` / `March` of 2015-03."""
        first = dt.date.fromisoformat(f"{code}-01")
        return Figure("", code, f"{first.month}月" if self.lang == "zh" else f"{first:%B}", "period")

    def level(self, value: int | None, source: str = "mart_alerts.level") -> Figure:
        """Alert level 一–四 / 1–4."""
        level = min(max(value or 4, 1), 4)
        return Figure("", level, LEVEL_SIGNS[level - 1] if self.lang == "zh" else str(level), source)

    def word(self, value: str) -> Figure:
        """A cell of a table that is a name, not a number."""
        return Figure("label", None, value, "label")

    def claim(
        self,
        key: str,
        *,
        kind: Kind = "fact",
        importance: float = 0.0,
        labels: dict[str, str] | None = None,
        subject: dict[str, str] | None = None,
        **figures: Figure,
    ) -> Claim:
        """The sentence `report.<key>` with its names and those of the figures that it tells."""
        template = self.say(key)
        named = {n: replace(figure, name=n) for n, figure in figures.items() if f"{{{n}}}" in template}
        words: dict[str, Any] = {name: figure.text for name, figure in named.items()} | (labels or {})
        said = text(f"report.{key}", self.lang, **words)
        return Claim(key, said, kind, importance, tuple(named.values()), labels or {}, subject or {})

    def sentence(self, *clauses: Claim | None, importance: float = 0.0, kind: Kind | None = None) -> Claim:
        """One sentence out of clauses (missing ones are left out); it keeps the figures and names of all."""
        said = [clause for clause in clauses if clause is not None]
        body = text("report.comma", self.lang).join(clause.sentence for clause in said)
        if self.lang == "en":
            body = body[:1].upper() + body[1:]
        figures = tuple(replace(f, name=f"{clause.key}.{f.name}") for clause in said for f in clause.figures)
        labels = {f"{clause.key}.{name}": label for clause in said for name, label in clause.labels.items()}
        body += text("report.stop", self.lang)
        return Claim(said[0].key, body, kind or said[0].kind, importance, figures, labels, said[0].subject)

    def listed(self, key: str, items: list[Claim], name: str = "names", **figures: Figure) -> Claim:
        """The text `key` whose placeholder `name` is the list of `items`; it keeps their figures and names."""
        joined = self.joined([item.sentence for item in items])
        outer = self.claim(key, labels={name: joined}, **figures)
        inner = tuple(replace(f, name=f"{i}.{f.name}") for i, item in enumerate(items) for f in item.figures)
        labels = {f"{i}.{n}": label for i, item in enumerate(items) for n, label in item.labels.items()}
        return replace(outer, figures=outer.figures + inner, labels=labels)

    def say(self, key: str) -> str:
        """A text without numbers."""
        return text(f"report.{key}", self.lang)

    def kpi(self, code: str, *, is_title: bool = False) -> str:
        """The name of an indicator, as in a sentence or as a title."""
        name = text(f"kpi.name.{code}", self.lang)
        return name[:1].upper() + name[1:] if is_title else name

    def joined(self, parts: list[str]) -> str:
        """`甲、乙`, `“甲”“乙”` (GB/T 15834: nothing between quotation marks) / `A, B`."""
        is_quoted = all(part.startswith("“") and part.endswith("”") for part in parts)
        return (("" if is_quoted else "、") if self.lang == "zh" else ", ").join(parts)

    def _figure(self, value: float | None, written: str, source: str) -> Figure:
        return Figure("", value, written.replace(" ", "") if self.lang == "zh" else written, source)


def _number(value: Value) -> float | None:
    return None if value is None else round(float(value), 6)
