"""What the sections of one report share: the publication's rows, read once, and the wording of its language."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from reports import discretion
from reports.context import Claim, Figure
from reports.discretion import Discretion
from reports.marts import CITY, Marts, Row
from reports.periods import Period, Window
from reports.queries import background, cells, handling
from reports.queries.cells import Cell
from reports.wording import Wording

LEAST_REPORTS = 10  # a rise is named from this many reports on
LEAST_RATIO = 1.2  # and from this multiple of the expectation
SIGMAS = 2.0
OVERDISPERSION = 0.02  # variance = E + 0.02 E²: what a district-month scatters beyond Poisson
When = Literal["now", "previous", "year_ago"]
ANSWER_DAYS = {"month": 14, "week": 7}  # an answer is asked for this many days after the cut-off


@dataclass(frozen=True)
class Material:
    """One publication seen for one period in one language."""

    marts: Marts
    period: Period
    words: Wording
    today: dt.date | None = None  # the city's day; None: that on which the publication was made

    @property
    def lang(self) -> str:
        return self.words.lang

    @property
    def as_of(self) -> dt.date:
        """The last day the publication knows; never before the cut-off."""
        return self.marts.facts.as_of_on

    @cached_property
    def city_name(self) -> str:
        facts = self.marts.facts
        return (facts.city_name_en if self.lang == "en" else facts.city_name) or facts.city_name or facts.city_name_en

    @cached_property
    def total(self) -> Cell:
        return cells.total(self.marts, self.period)

    @cached_property
    def categories(self) -> list[Cell]:
        return cells.categories(self.marts, self.period)

    @cached_property
    def risers(self) -> list[Cell]:
        """Categories clearly above expectation, most unusual first."""
        return sorted((c for c in self.categories if is_clear_rise(c)), key=surprise, reverse=True)

    @cached_property
    def has_expectations(self) -> bool:
        return any(c.expected is not None for c in self.categories)

    @cached_property
    def alerts(self) -> list[Row]:
        return handling.alerts(self.marts, self.period.window)

    @cached_property
    def patterns(self) -> list[Row]:
        """Alerts that stand on more than one report: what a report tells one by one."""
        return [alert for alert in self.alerts if (alert["observed"] or 0) > 1]

    @cached_property
    def singles(self) -> list[Row]:
        """Alerts on a single report (a life at risk, a threat): checked one by one, told in one line."""
        return self.alerts[len(self.patterns) :]

    @cached_property
    def artefacts(self) -> list[Row]:
        return handling.alerts(self.marts, self.period.window, status="suspected_artefact")

    @cached_property
    def acts(self) -> dict[str, list[Row]]:
        return handling.acts(self.marts, self.period.window)

    @cached_property
    def kpis(self) -> dict[str, Row]:
        return handling.kpis(self.marts, self.period)

    @cached_property
    def long_standing(self) -> list[Row]:
        return background.long_standing(self.marts, self.as_of, self.period.window)

    @cached_property
    def silent(self) -> list[Row]:
        return background.silent(self.marts)

    @cached_property
    def _area_rows(self) -> dict[str, Row]:
        return background.area_names(self.marts)

    def area(self, key: str | None, name: str | None = None) -> str:
        """The name of an area with the area above it (东湖区二桥街道; Ward 7, Dorchester); the whole city for `*`."""
        if key == CITY:
            return self.words.say("city")
        row = self._area_rows.get(key or "", {})
        leaf, above = row.get("area_name") or name or key, row.get("above")
        if not leaf:
            return self.words.say("unknown_place")
        if not above:
            return leaf
        return f"{above}{leaf}" if is_chinese(leaf) else f"{leaf}, {above}"

    def answer_by(self) -> Figure:
        """The day an answer is asked for."""
        return self.words.day(
            self.as_of + dt.timedelta(days=ANSWER_DAYS[self.period.kind]), "cut-off + days for an answer"
        )

    @cached_property
    def discretion(self) -> Discretion:
        """What this report does not tell."""
        return discretion.judge(self.marts, self.period)

    def count(self, cell: Cell, source: str = "", when: When = "now") -> Figure:
        """The reports of a cell, unless they are withheld."""
        values = {"now": cell.reports, "previous": cell.previous, "year_ago": cell.year_ago}
        return self.words.withheld(source) if self._hides(cell, when) else self.words.count(values[when], source)

    def ratio(self, cell: Cell, source: str = "") -> Figure:
        """Reports over expectation, which tells the reports."""
        return self.words.withheld(source) if self._hides(cell, "now") else self.words.ratio(cell.ratio, source)

    def change(self, cell: Cell, source: str = "", when: When = "previous") -> Figure:
        """The change of a cell; "—" where one of the two is withheld, or a registered break lies between."""
        broken_on = cell.previous_break_on if when == "previous" else cell.year_ago_break_on
        hidden = broken_on is not None or self._hides(cell, "now") or self._hides(cell, when)
        return self.words.change(
            None if hidden else cell.reports, cell.previous if when == "previous" else cell.year_ago, source
        )

    def observed(self, alert: Row, source: str = "") -> Figure:
        """The reports of an alert, unless they are withheld."""
        hidden = self.discretion.hides_alert(alert)
        return self.words.withheld(source) if hidden else self.words.count(alert["observed"], source)

    def alert_ratio(self, alert: Row, source: str = "") -> Figure:
        """Reports over expectation of an alert, unless that tells what is withheld."""
        hidden = self.discretion.hides_alert(alert)
        return self.words.withheld(source) if hidden else self.words.ratio(alert["ratio"], source)

    def told_at(self, area_key: str | None, category_key: str, window: Window, value: int, source: str = "") -> Figure:
        """A count of a place, a category and days, unless it is withheld."""
        hidden = self.discretion.hides(area_key, category_key, window)
        return self.words.withheld(source) if hidden else self.words.few(value, source)

    def _hides(self, cell: Cell, when: When) -> bool:
        windows = {"now": self.period.window, "previous": self.period.previous, "year_ago": self.period.year_ago}
        return self.discretion.hides(cell.area_key, cell.category_key, windows[when])

    def change_claim(self, key: str, cell: Cell, when: When = "previous") -> Claim | None:
        """A change clause; nothing when the base is under twenty (the previous count itself is given elsewhere)."""
        figure = self.change(cell, f"fct_daily {self.period.code}", when)
        return None if figure.value is None else self.words.claim(key, change=figure)

    def before(self) -> Window:
        return self.period.previous


def is_chinese(words: str) -> bool:
    """Whether a name is written in Chinese characters, so that names join without a gap."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in words)


def surprise(cell: Cell) -> float:
    """How many standard deviations of chance (over-dispersed) the genuine reports lie above the expectation."""
    if not cell.expected:
        return 0.0
    return cell.excess / (cell.expected + OVERDISPERSION * cell.expected**2) ** 0.5


def is_more_than_chance(reports: float, expected: float) -> bool:
    """Whether a count lies more than one standard deviation (over-dispersed) above its expectation."""
    return reports - expected > (expected + OVERDISPERSION * expected**2) ** 0.5


def is_clear_rise(cell: Cell) -> bool:
    """Enough reports, far enough above an expectation of the same level, and not made of suspected artefacts."""
    return (
        bool(cell.expected)
        and cell.is_learnt
        and cell.genuine >= max(LEAST_REPORTS, LEAST_RATIO * cell.expected)
        and surprise(cell) >= SIGMAS
    )
