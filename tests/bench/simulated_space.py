"""Cities of points to check the scan on: another make than the public bench, other shapes and sizes, and all of it made up.

A case is one stream of a city: 3 to 250 events a day on some thousand addresses (a core, towns, houses along streets, a few very large
buildings), weekday, trend, quarters that grow or empty, in a third of the cases people who call again.  Two in three cases hold one
planted cluster of the judged days: a disc, a thin street, two streets that meet, an ellipse or a disc that grows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

BASE, JUDGED, WASHOUT = 110, 42, 14
ORIGIN = (30.6, 114.3)
METRES = 111_195.0
FIRST_DAY = 18_000
KINDS = ("disc", "street", "corner", "ellipse", "growing")
SIZES = (1.5, 2.5, 4.0, 6.0)

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Zone:
    """A planted cluster: days since 1970 (both inclusive), membership of points in metres, which events it brought."""

    kind: str
    size: float
    start: int
    end: int
    inside: Callable[[Points], NDArray[np.bool_]]
    injected: NDArray[np.bool_]


@dataclass(frozen=True)
class Case:
    """Events of one stream, places in degrees; homes: the addresses (metres) with their weight."""

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    day: NDArray[np.int64]
    homes: Points
    zone: Zone | None

    @property
    def judged(self) -> range:
        return range(FIRST_DAY + BASE, FIRST_DAY + BASE + JUDGED)


class Report(Protocol):
    """What a detector says on a day; days since 1970."""

    as_of: int
    start: int
    lat: float
    lon: float
    radius_m: float
    score: float


def simulate(seed: int) -> Case:
    """The same seed gives the same case."""
    rng = np.random.default_rng(seed)
    homes, weight = _city(rng)
    days = np.arange(BASE + JUDGED)
    week = np.exp(rng.normal(0.0, 0.15, 7))
    level = np.exp(rng.uniform(np.log(3.0), np.log(250.0)) + rng.normal(0.0, 0.15) * days / 100.0) * week[days % 7]
    growth = _growth(homes, rng)
    at, day = _draw(homes, weight, growth, level, rng)
    if rng.random() < 1 / 3:
        at, day = _call_again(at, day, rng)
    zone, planted = (
        _plant(homes, weight, float(level.mean()), rng) if rng.random() < 2 / 3 else (None, (at[:0], day[:0]))
    )
    at, day, new = (
        np.r_[at, planted[0]],
        np.r_[day, planted[1]],
        np.r_[np.zeros(len(at), bool), np.ones(len(planted[0]), bool)],
    )
    order = np.argsort(day, kind="stable")
    xy = homes[at[order]] + rng.normal(0.0, 8.0, (len(at), 2))
    if zone is not None:
        zone = Zone(zone.kind, zone.size, zone.start, zone.end, zone.inside, new[order])
    return Case(*degrees(xy), day[order] + FIRST_DAY, homes, zone)


def degrees(xy: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres east and north of the origin as (lat, lon)."""
    return ORIGIN[0] + xy[:, 1] / METRES, ORIGIN[1] + xy[:, 0] / METRES / np.cos(np.radians(ORIGIN[0]))


def metres(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> Points:
    """The reverse of `degrees`."""
    return np.column_stack([(lon - ORIGIN[1]) * METRES * np.cos(np.radians(ORIGIN[0])), (lat - ORIGIN[0]) * METRES])


def found_shares(cases: Sequence[Case], reported: Sequence[Sequence[Report]], budget: float) -> dict[str, float]:
    """Share of the planted clusters found, in all and by kind, when so many of the clean case-days may hold a report above the threshold.

    A report finds a cluster when, on a day of it, circle and window hold a quarter of the events brought so far, and these are at least
    a tenth of all that they hold (the rule of the public bench).  `ppv`: part of the last finding circle's addresses that lie in the zone.
    """
    quiet, best = [], {}
    for n, (case, reports) in enumerate(zip(cases, reported, strict=True)):
        top = dict.fromkeys(case.judged, -np.inf)
        for r in reports:
            top[r.as_of] = max(top[r.as_of], r.score)
        zone = case.zone
        quiet += [v for d, v in top.items() if zone is None or not zone.start <= d <= zone.end + WASHOUT]
        if zone is not None:
            best[n] = [r for r in reports if zone.start <= r.as_of <= zone.end and _finds(r, case, zone)]
    threshold = float(np.sort(quiet)[::-1][int(budget * len(quiet))])
    hits = {n: [r for r in reports if r.score > threshold] for n, reports in best.items()}
    ppv = [_precision(max(found, key=lambda r: r.as_of), cases[n]) for n, found in hits.items() if found]
    kinds = {k: [bool(found) for n, found in hits.items() if cases[n].zone.kind == k] for k in KINDS}
    shares = {k: float(np.mean(v)) if v else float("nan") for k, v in kinds.items()}
    return {"all": float(np.mean([bool(found) for found in hits.values()])), "ppv": float(np.mean(ppv)), **shares}


def _finds(report: Report, case: Case, zone: Zone) -> bool:
    xy = metres(case.lat, case.lon) - metres(np.array([report.lat]), np.array([report.lon]))
    held = (np.hypot(*xy.T) <= report.radius_m) & (case.day >= report.start) & (case.day <= report.as_of)
    brought, known = (held & zone.injected).sum(), (zone.injected & (case.day <= report.as_of)).sum()
    return bool(known and brought >= 0.25 * known and brought >= 0.1 * held.sum())


def _precision(report: Report, case: Case) -> float:
    away = case.homes - metres(np.array([report.lat]), np.array([report.lon]))
    held = case.homes[np.hypot(*away.T) <= report.radius_m]
    return float(case.zone.inside(held).mean()) if len(held) else 0.0


def _city(rng: np.random.Generator) -> tuple[Points, NDArray[np.float64]]:
    """Addresses in metres and their weights."""
    half = rng.uniform(5_000.0, 12_000.0)
    core = rng.laplace(0.0, half / 4, (1_500, 2))
    towns = rng.uniform(-half, half, (rng.integers(3, 9), 2))
    town = towns[rng.integers(0, len(towns), 1_200)] + rng.normal(0.0, rng.uniform(400.0, 1_200.0), (1_200, 2))
    ends = rng.uniform(-half, half, (25, 2, 2))
    road = rng.integers(0, 25, 1_300)
    along = ends[road, 0] + rng.random((1_300, 1)) * (ends[road, 1] - ends[road, 0]) + rng.normal(0.0, 25.0, (1_300, 2))
    homes = np.r_[core, town, along, rng.uniform(-half, half, (500, 2))]
    return homes, np.exp(rng.normal(0.0, 0.9, len(homes)))


def _growth(homes: Points, rng: np.random.Generator) -> NDArray[np.float64]:
    """Change of each address's log rate over the whole time."""
    change = np.zeros(len(homes))
    for _ in range(rng.integers(0, 5)):
        middle, reach = homes[rng.integers(len(homes))], rng.uniform(400.0, 2_000.0)
        change[np.hypot(*(homes - middle).T) <= reach] = rng.choice([-1.0, 1.0]) * rng.uniform(0.3, 1.2)
    return change


def _draw(
    homes: Points,
    weight: NDArray[np.float64],
    growth: NDArray[np.float64],
    level: NDArray[np.float64],
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    at, day = [], []
    for d, mean in enumerate(level):
        rate = weight * np.exp(growth * d / len(level))
        n = rng.poisson(mean * rate.sum() / weight.sum())
        at.append(rng.choice(len(homes), n, p=rate / rate.sum()))
        day.append(np.full(n, d))
    return np.concatenate(at), np.concatenate(day)


def _call_again(
    at: NDArray[np.int64], day: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    again = rng.random(len(at)) < rng.uniform(0.02, 0.06)
    later = day[again] + rng.integers(0, 6, again.sum())
    held = later < BASE + JUDGED
    return np.r_[at, at[again][held]], np.r_[day, later[held]]


def _plant(
    homes: Points, weight: NDArray[np.float64], per_day: float, rng: np.random.Generator
) -> tuple[Zone, tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """A zone around some address and the events that it brings: `size` times the square root of what it brings anyway, and a few."""
    kind, size, length = str(rng.choice(KINDS)), float(rng.choice(SIZES)), int(rng.integers(4, 15))
    start = BASE + int(rng.integers(5, JUDGED - length))
    middle = homes[rng.choice(len(homes), p=weight / weight.sum())]
    inside = _shape(kind, middle, rng)
    chosen = np.flatnonzero(inside(homes))
    usual = per_day * length * weight[chosen].sum() / weight.sum()
    n = rng.poisson(size * (np.sqrt(usual) + 2.0))
    at = rng.choice(chosen, n, p=weight[chosen] / weight[chosen].sum())
    share = np.arange(1, length + 1) if kind == "growing" else np.ones(length)
    day = start + rng.choice(length, n, p=share / share.sum())
    zone = Zone(kind, size, FIRST_DAY + start, FIRST_DAY + start + length - 1, inside, np.empty(0, bool))
    return zone, (at, day)


def _shape(kind: str, middle: Points, rng: np.random.Generator) -> Callable[[Points], NDArray[np.bool_]]:
    turn, half, width = rng.uniform(0.0, np.pi), rng.uniform(600.0, 2_000.0), rng.uniform(50.0, 130.0)
    if kind == "street":
        return lambda xy: _in_strip(xy, middle, turn, (-half, half), width)
    if kind == "corner":
        other = turn + rng.uniform(1.0, 2.1)
        return lambda xy: (
            _in_strip(xy, middle, turn, (0.0, half), width) | _in_strip(xy, middle, other, (0.0, half), width)
        )
    reach = np.exp(rng.uniform(np.log(300.0), np.log(2_500.0)))
    flat = rng.uniform(0.3, 0.7) if kind == "ellipse" else 1.0
    return lambda xy: np.hypot(*(_turned(xy, middle, turn) / [reach, reach * flat]).T) <= 1.0


def _in_strip(xy: Points, middle: Points, turn: float, ends: tuple[float, float], width: float) -> NDArray[np.bool_]:
    along, across = _turned(xy, middle, turn).T
    return (along >= ends[0]) & (along <= ends[1]) & (np.abs(across) <= width)


def _turned(xy: Points, middle: Points, turn: float) -> Points:
    c, s = np.cos(turn), np.sin(turn)
    return (xy - middle) @ np.array([[c, -s], [s, c]])
