"""The everyday demand: counts by category × street × day, then one draft row per ticket."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from weisu.simulation.catalogue import APP_DRIVEN, OFFICE, Catalogue
from weisu.simulation.city import City
from weisu.simulation.config import SimulationConfig
from weisu.simulation.seasons import Calendar

CHANNELS = ("电话", "微信", "网站", "领导留言板", "信访", "网格上报", "市民通APP")
CHANNEL_SHARE = np.array([0.68, 0.13, 0.07, 0.035, 0.015, 0.07])  # without the app
APP = CHANNELS.index("市民通APP")
QUIET_FROM, QUIET_SHARE = 0.7, 0.25  # one street falls silent after this part of the period, to this share
APP_LIFT = 1.3  # what the merger added to the categories people report by app
ESTATE_SHARE = np.array([0.25, 0.85])  # of tickets that name an estate: roadside and residential categories
DAY_HOURS = np.array(
    [2, 1, 1, 1, 1, 2, 5, 14, 34, 44, 42, 32, 22, 28, 38, 36, 34, 28, 22, 20, 18, 13, 8, 4], dtype=float
)
NIGHT_HOURS = np.array([12, 8, 4, 2, 1, 2, 4, 6, 9, 10, 10, 9, 8, 8, 8, 8, 9, 11, 14, 22, 32, 38, 36, 24], dtype=float)


ORDINARY = (
    pl.lit(-1, pl.Int32).alias("event"),
    pl.lit(1.0, pl.Float32).alias("slowness"),  # times the usual time to closure
    pl.lit(0.0, pl.Float32).alias("unsolved"),  # added chance of staying unsolved
    pl.lit(None, pl.String).alias("parent"),
    *(pl.lit(False).alias(name) for name in ("is_repeat", "is_test", "is_merged")),
)  # columns of a draft that only events and followers change


@dataclass(frozen=True)
class Demand:
    """Expected everyday tickets of a configuration."""

    config: SimulationConfig
    city: City
    catalogue: Catalogue
    calendar: Calendar
    target: float  # everyday tickets over the whole period

    @cached_property
    def street_share(self) -> np.ndarray:
        """[category, street], rows sum to 1: population × propensity × a taste of its own."""
        taste = np.exp(self.config.generator("taste").normal(0, 0.35, (self.catalogue.size, self.city.streets)))
        share = taste * self.city.street_population * self.city.street_propensity
        return share / share.sum(axis=1, keepdims=True)

    def profile(self, days: list[dt.date]) -> np.ndarray:
        """[category, day]: relative demand of the whole city."""
        season = self.catalogue.season[:, [day.month - 1 for day in days]]
        office = self.catalogue.flag("l1", OFFICE)[:, None]
        rest, dip = self.calendar.rest_factor(days)
        week = np.where(office, rest**2, rest) * dip
        trend = np.array([1.06 ** ((day - self.config.first_on).days / 365) for day in days])
        merged = np.array([day >= self.calendar.merger_on for day in days])
        lift = np.where(self.catalogue.flag("l1", APP_DRIVEN)[:, None] & merged, APP_LIFT, 1.0)
        return self.catalogue.weight[:, None] * season * week * trend * lift

    @cached_property
    def unit(self) -> float:
        """Tickets per unit of profile."""
        return self.target / float(self.profile(self.config.all_days()).sum())

    def expected(self, days: list[dt.date]) -> np.ndarray:
        """[category, street, day]: expected everyday tickets."""
        mean = self.unit * self.street_share[:, :, None] * self.profile(days)[:, None, :]
        is_quiet = np.array([(day - self.config.first_on).days >= self.config.days * QUIET_FROM for day in days])
        mean[:, self.city.quiet_street, is_quiet] *= QUIET_SHARE
        return mean


def everyday_rows(demand: Demand, days: list[dt.date]) -> pl.DataFrame:
    """Draft rows of the everyday tickets of `days` (negative binomial: gamma noise by street-week and by city-day)."""
    rng = demand.config.generator("everyday", days[0])
    mean = demand.expected(days)
    weeks = np.array([(day - days[0]).days // 7 for day in days])
    mean *= rng.gamma(12, 1 / 12, (*mean.shape[:2], weeks.max() + 1))[:, :, weeks]
    mean *= rng.gamma(50, 1 / 50, (mean.shape[0], 1, mean.shape[2]))
    category, street, day = np.nonzero(counts := rng.poisson(mean))
    times = counts[category, street, day]
    category, street, day = (np.repeat(index, times) for index in (category, street, day))
    midnight = np.array([np.datetime64(on, "s") for on in days])[day]
    return drafts(demand, rng, category, street, midnight + second_of_day(demand, rng, category))


def second_of_day(demand: Demand, rng: np.random.Generator, category: np.ndarray) -> np.ndarray:
    """Seconds after midnight; categories of the night come in the evening."""
    is_night = demand.catalogue.table["season"].is_in(["night", "exam"]).to_numpy()[category]
    hours = np.empty(len(category), dtype=np.int64)
    for wanted, weights in ((False, DAY_HOURS), (True, NIGHT_HOURS)):
        chosen = is_night == wanted
        hours[chosen] = rng.choice(24, chosen.sum(), p=weights / weights.sum())
    return (hours * 3600 + rng.integers(0, 3600, len(category))).astype("timedelta64[s]")


def drafts(
    demand: Demand,
    rng: np.random.Generator,
    category: np.ndarray,
    street: np.ndarray,
    created_at: np.ndarray,
    estate: np.ndarray | None = None,
) -> pl.DataFrame:
    """One draft row per ticket: who, where and by which channel; events start from the same rows.

    Args:
        category, street: indices per ticket; created_at: local seconds.
        estate: index per ticket, -1 for none; default drawn by population within the street.
    """
    size = len(category)
    if estate is None:
        estate = _draw_estates(demand, rng, category, street)
    community = np.where(estate >= 0, demand.city.estate_community[estate], demand.city.some_community(rng, street))
    lat, lon = _positions(demand.city, rng, estate, community)
    buildings = np.where(estate >= 0, demand.city.estate_buildings[estate], 180)  # or house numbers along the road
    return pl.DataFrame(
        {
            "created_at": created_at.astype("datetime64[ms]"),
            "category": category.astype(np.int32),
            "street": street.astype(np.int32),
            "community": community.astype(np.int32),
            "estate": estate.astype(np.int32),
            "lat": lat,
            "lon": lon,
            "person": _draw_persons(demand, rng, street),
            "channel": _draw_channels(demand, rng, category, created_at),
            "phrase": (category * 3 + rng.integers(0, 3, size)).astype(np.int32),
            "building": rng.integers(1, 1 + buildings).astype(np.int32),
        }
    ).with_columns(ORDINARY)


def _draw_estates(demand: Demand, rng: np.random.Generator, category: np.ndarray, street: np.ndarray) -> np.ndarray:
    """Weighted by population within the street; roadside categories mostly name none."""
    city = demand.city
    total = np.cumsum(city.estate_population.astype(float))  # estates are ordered by street
    first = np.searchsorted(city.estate_street, np.arange(city.streets))
    before = np.concatenate([[0.0], total])[first]
    after = np.append(before[1:], total[-1])
    drawn = before[street] + rng.random(len(street)) * (after - before)[street]
    estate = np.minimum(np.searchsorted(total, drawn, side="right"), len(total) - 1)
    is_place = demand.catalogue.table["is_place"].to_numpy()[category]
    return np.where(rng.random(len(street)) < ESTATE_SHARE[is_place], estate, -1)


def _positions(
    city: City, rng: np.random.Generator, estate: np.ndarray, community: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    spread = np.where(estate >= 0, 0.0004, 0.004)
    lat = np.where(estate >= 0, city.estate_lat[estate], city.community_lat[community])
    lon = np.where(estate >= 0, city.estate_lon[estate], city.community_lon[community])
    return lat + rng.normal(0, 1, len(lat)) * spread, lon + rng.normal(0, 1, len(lon)) * spread


def _draw_persons(demand: Demand, rng: np.random.Generator, street: np.ndarray) -> np.ndarray:
    """Person numbers; a few people of each street call often.  -1: unknown caller."""
    pool = int(demand.config.tickets / demand.city.streets * 1.6) + 50
    person = street.astype(np.int64) * pool + (pool * rng.random(len(street)) ** 1.4).astype(np.int64)
    return np.where(rng.random(len(street)) < 0.06, -1, person)


def _draw_channels(
    demand: Demand, rng: np.random.Generator, category: np.ndarray, created_at: np.ndarray
) -> np.ndarray:
    channel = rng.choice(len(CHANNEL_SHARE), len(category), p=CHANNEL_SHARE)
    merged = created_at >= np.datetime64(demand.calendar.merger_on)
    by_app = demand.catalogue.flag("l1", APP_DRIVEN)[category] & merged & (rng.random(len(category)) < 1 - 1 / APP_LIFT)
    return np.where(by_app, APP, channel).astype(np.int8)
