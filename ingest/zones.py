"""Whose clock an export may have been written by: where its points lie beside the zone that the city is set to."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

FURTHEST_HOURS = 3.0  # between a zone and the sun, inside the lands that use it (western China: 2.9)
PLACE = re.compile(r"^\S+\t([+-]\d{4}(?:\d\d)?)([+-]\d{5}(?:\d\d)?)\t(\S+)", re.MULTILINE)
WINTER, SUMMER = dt.datetime(2026, 1, 15), dt.datetime(2026, 7, 15)


@dataclass(frozen=True)
class Zone:
    """What is proposed in the comment of a profile; the city's zone counts until a person says otherwise."""

    city: str  # IANA name
    nearest: str  # that of the points, "" where there are none
    is_far: bool  # the points lie where no clock shows the city's time


def judge_zone(city: str, middle: tuple[float, float] | None) -> Zone:
    """Compare the city's zone with the middle (lat, lon) of the points."""
    if middle is None or middle == (0.0, 0.0):
        return Zone(city, "", False)
    apart = abs((middle[1] / 15 - standard_hours(city) + 12) % 24 - 12)
    return Zone(city, nearest_zone(*middle), apart > FURTHEST_HOURS)


def standard_hours(zone: str) -> float:
    """Hours from UTC, without summer time."""
    offsets = [ZoneInfo(zone).utcoffset(day) or dt.timedelta() for day in (WINTER, SUMMER)]
    return min(offsets).total_seconds() / 3600


def nearest_zone(lat: float, lon: float) -> str:
    """The zone whose principal place lies nearest (tz database, zone1970.tab); by the sun where that table is missing."""
    places = _places()
    if not places:
        return f"Etc/GMT{-round(lon / 15):+d}"
    return min(places, key=lambda name: _distance((lat, lon), places[name]))


@cache
def _places() -> dict[str, tuple[float, float]]:
    try:
        table = resources.files("tzdata").joinpath("zoneinfo", "zone1970.tab").read_text(encoding="utf-8")
    except (ModuleNotFoundError, OSError):
        return {}
    return {name: (_degrees(lat, 2), _degrees(lon, 3)) for lat, lon, name in PLACE.findall(table)}


def _degrees(text: str, digits: int) -> float:
    """±DDMM[SS] or ±DDDMM[SS] of ISO 6709."""
    whole, minutes, seconds = text[1 : digits + 1], text[digits + 1 : digits + 3], text[digits + 3 :] or "0"
    value = int(whole) + int(minutes) / 60 + int(seconds) / 3600
    return -value if text[0] == "-" else value


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Haversine of the angle between two points: larger is farther."""
    (a, x), (b, y) = ((math.radians(lat), math.radians(lon)) for lat, lon in (one, other))
    return math.sin((a - b) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin((x - y) / 2) ** 2
