"""The made-up city's calendar: national holidays, weekends, Spring Festival and its own turning points."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from weisu.simulation.config import SimulationConfig

DIP = {
    -4: 0.8,
    -3: 0.75,
    -2: 0.65,
    -1: 0.5,
    0: 0.35,
    1: 0.35,
    2: 0.4,
    3: 0.45,
    4: 0.5,
    5: 0.55,
    6: 0.65,
    7: 0.8,
    8: 0.85,
    9: 0.9,
}


@dataclass(frozen=True)
class Calendar:
    """Days that are not like others."""

    holidays: dict[dt.date, str]
    makeup: frozenset[dt.date]
    new_years: tuple[dt.date, ...]  # first day of the lunar year
    merger_on: dt.date  # a channel joins the hotline: reporting changes, not the city
    revised_on: dt.date  # the duty list is revised

    @property
    def last_before_revision(self) -> dt.date:
        return self.revised_on - dt.timedelta(days=1)

    def rest_factor(self, days: list[dt.date]) -> tuple[np.ndarray, np.ndarray]:
        """Per day: demand of a day of rest against a working day, and the dip of Spring Festival."""
        rest = np.array([self._rest(day) for day in days])
        dip = np.array([min(DIP.get((day - new_year).days, 1.0) for new_year in self.new_years) for day in days])
        return rest, dip

    def _rest(self, day: dt.date) -> float:
        if day in self.makeup:
            return 0.97
        if day in self.holidays:
            return 0.72
        return (1.08, 1.03, 1.0, 1.0, 0.98, 0.84, 0.76)[day.weekday()]


def build_calendar(config: SimulationConfig) -> Calendar:
    """National holidays of the period (package holidays) and the city's own dates, placed within it."""
    import holidays

    years = range(config.first_on.year, config.last_on.year + 2)
    national = holidays.country_holidays("CN", years=years, language="zh_CN")
    makeup = frozenset(day for day in national.weekend_workdays if day.year in years)
    new_years = tuple(
        min(day for day, name in national.items() if day.year == year and "春节" in name) for year in years
    )
    merger = config.first_on + dt.timedelta(days=int(config.days * 0.46))
    revised = config.first_on + dt.timedelta(days=int(config.days * 0.6))
    merger, revised = (max(day.replace(day=1), config.first_on + dt.timedelta(days=1)) for day in (merger, revised))
    return Calendar(dict(national.items()), makeup, new_years, merger, revised)
