"""Planted events: the plan of a whole period, made before the first month is written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from weisu.simulation.background import Demand, drafts, second_of_day

NEIGHBOURS = 50_000_000  # person numbers above those of the everyday callers (below 1e8: one telephone number each)
KINDS = ("event", "artefact", "silence")
Span = tuple[dt.date, int]  # first day, number of days
Where = tuple[str, str]  # area key, place
CITY: Where = ("*", "")


@dataclass(frozen=True)
class Event:
    """One row of truth.csv; `klass` is one of the nine codes or blank."""

    event_id: str
    klass: str
    kind: str  # event, artefact, silence
    category: str  # path key of the second level
    area: str  # area key
    place: str
    start_on: dt.date
    end_on: dt.date
    note: str

    def truth(self) -> dict[str, str]:
        """The row without its ticket count."""
        row = {name: str(value) for name, value in vars(self).items()}
        return {"class": row.pop("klass"), **row}


@dataclass(frozen=True)
class Plan:
    """All planted rows, phrases and calendar dates."""

    events: tuple[Event, ...]
    rows: pl.DataFrame
    phrases: tuple[str, ...]
    dates: list[dict[str, str]]

    def between(self, first: dt.date, end: dt.datetime) -> pl.DataFrame:
        """Planted rows from `first` on and before `end`."""
        start = dt.datetime.combine(first, dt.time())
        return self.rows.filter((pl.col("created_at") >= start) & (pl.col("created_at") < end))


@dataclass
class Planter:
    """Collects events; each kind of event has its own function in planted.py or artefacts.py."""

    demand: Demand
    rng: np.random.Generator
    events: list[Event] = field(default_factory=list)
    rows: list[pl.DataFrame] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    dates: list[dict[str, str]] = field(default_factory=list)

    def day(self, fraction: float) -> dt.date:
        """A day of the period: 0 the first, 1 the last."""
        return self.demand.config.first_on + dt.timedelta(days=round(fraction * (self.demand.config.days - 1)))

    def day_in(self, months: tuple[int, ...]) -> dt.date | None:
        """A random day of these months in the latest year that has one 30 days before the end; None when there is none."""
        fit = [day for day in self.demand.config.all_days()[:-30] if day.month in months]
        return fit[-int(self.rng.integers(1, min(len(fit), 60) + 1))] if fit else None

    def days(self, start_on: dt.date, count: int) -> list[dt.date]:
        """`count` days from `start_on` on, as far as they lie within the period."""
        days = (start_on + dt.timedelta(days=n) for n in range(count))
        return [day for day in days if day <= self.demand.config.last_on]

    def neighbours(self, estate: int, size: int) -> np.ndarray:
        """Different callers of one estate."""
        return NEIGHBOURS + int(estate) * 1000 + self.rng.permutation(900)[:size]

    def sized(self, tickets: float) -> int:
        """A city-wide number for the default size, grown with the city."""
        return max(3, round(tickets * max(self.demand.config.scale, 0.5) ** 0.8))

    def say(self, *phrases: str) -> np.ndarray:
        """Numbers of new phrases."""
        start = len(self.phrases)
        self.phrases += phrases
        return np.arange(start, start + len(phrases))

    def tickets(
        self,
        l3: str,
        created_at: np.ndarray,
        *,
        street: Any = None,
        estate: Any = None,
        said: np.ndarray | None = None,
        **fixed: Any,
    ) -> pl.DataFrame:
        """Drafts of one category; `fixed` overrides whole columns (person, channel, unsolved, …)."""
        size, index = len(created_at), self.demand.catalogue.index(l3)
        category = np.full(size, index)
        if estate is not None:
            estate = np.broadcast_to(estate, size)
            street = self.demand.city.estate_street[estate] if street is None else street
        rows = drafts(self.demand, self.rng, category, np.broadcast_to(street, size), created_at, estate)
        if said is not None:
            fixed["phrase"] = self.rng.choice(said, size)
        return rows.with_columns(
            [pl.Series(name, np.broadcast_to(value, size), dtype=rows.schema[name]) for name, value in fixed.items()]
        )

    def lifted(
        self, l3: str, days: list[dt.date], factor: float, street: int | None = None, **fixed: Any
    ) -> pl.DataFrame:
        """Extra tickets: `factor` times the everyday expectation of a category, in one street or everywhere."""
        index = self.demand.catalogue.index(l3)
        mean = self.demand.expected(days)[index] * factor
        if street is not None:
            mean = np.where(np.arange(len(mean))[:, None] == street, mean, 0.0)
        streets, day = np.nonzero(counts := self.rng.poisson(mean))
        times = counts[streets, day]
        midnight = np.repeat(np.array(days, dtype="datetime64[s]")[day], times)
        seconds = second_of_day(self.demand, self.rng, np.full(len(midnight), index))
        return self.tickets(l3, midnight + seconds, street=np.repeat(streets, times), **fixed)

    def within(self, start_on: dt.date, days: float, size: int) -> np.ndarray:
        """`size` instants between 07:00 and 22:00 of the days from `start_on`."""
        day = np.floor(self.rng.random(size) * days).astype(int)
        seconds = self.rng.integers(7 * 3600, 22 * 3600, size)
        return np.datetime64(start_on, "s") + (day * 86400 + seconds).astype("timedelta64[s]")

    def plant(self, label: str, l3: str, rows: pl.DataFrame | None, span: Span, note: str, where: Where = CITY) -> None:
        """Add one event and its tickets.

        Args:
            label: a class code of DOMAIN §3.3, or `event`, `artefact`, `silence` for what has no class.
            l3: third-level category; blank for all.
        """
        start_on, days = span
        end_on = min(start_on + dt.timedelta(days=days - 1), self.demand.config.last_on)
        klass, kind = ("", label) if label in KINDS else (label, "event")
        name = f"{label}-{1 + sum(event.event_id.startswith(f'{label}-') for event in self.events):02d}"
        category = self.demand.catalogue.key(l3) if l3 else "*"
        self.events.append(Event(name, klass, kind, category, *where, start_on, end_on, note))
        if rows is not None:
            self.rows.append(rows.with_columns(event=pl.lit(len(self.events) - 1, pl.Int32)))

    def estate(self, estate: int) -> Where:
        """The area and place of an estate."""
        return self.demand.city.estate_key(estate), self.demand.city.estate_names[estate]

    def street(self, street: int) -> Where:
        """The area of a street."""
        return self.demand.city.street_key(street), ""

    def mark(
        self, on: dt.date, kind: str, name: str, category_l1: str | None = None, district: str | None = None
    ) -> None:
        """Add a calendar row."""
        self.dates.append(
            {"date": on.isoformat(), "kind": kind, "name": name, "category_l1": category_l1, "district": district}
        )


def plan_events(demand: Demand) -> Plan:
    """All events of a configuration; the same configuration gives the same plan."""
    from weisu.simulation.artefacts import plant_artefacts
    from weisu.simulation.planted import plant_classes
    from weisu.simulation.unclassed import plant_unclassed

    phrases = [phrase for group in demand.catalogue.phrases for phrase in group]
    planter = Planter(demand, demand.config.generator("events"), phrases=phrases)
    plant_classes(planter)
    plant_unclassed(planter)
    plant_artefacts(planter)
    end = dt.datetime.combine(demand.config.last_on + dt.timedelta(days=1), dt.time())
    rows = pl.concat(planter.rows).filter(
        (pl.col("created_at") >= demand.config.first_on) & (pl.col("created_at") < end)
    )
    return Plan(tuple(planter.events), rows, tuple(planter.phrases), planter.dates)
