"""Coordinates in a reference system named by its EPSG code -> WGS-84 degrees, by pyproj, without the network."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from pyproj import CRS, Transformer

NAMED = ("wgs84", "gcj02", "bd09")
CODE = re.compile(r"EPSG:(\d{4,6})$")
MARGIN_DEGREES = 1.0  # a city at the edge of its system's area is still inside


def checked_datum(datum: str) -> str:
    """A datum as profiles write it: wgs84, gcj02, bd09 or EPSG:nnnn.

    Raises:
        ValueError: another word, or no system of places on the ground has this code.
    """
    name = datum.strip()
    if name.lower() in NAMED:
        return name.lower()
    name = name.upper().replace(" ", "")
    if not CODE.match(name):
        raise ValueError(f"unknown datum {datum[:40]!r}: use {', '.join(NAMED)} or EPSG:nnnn")
    system = _system(name)
    if not (system.is_projected or system.is_geographic):
        raise ValueError(f"{name} is no system of plane or geographic coordinates")
    return name


def is_projected(datum: str) -> bool:
    """Whether its numbers are metres or feet, not degrees."""
    return datum.startswith("EPSG:") and _system(datum).is_projected


def to_degrees(frame: pl.DataFrame, datum: str) -> pl.DataFrame:
    """Replace the numbers lon (x, easting) and lat (y, northing) of a system EPSG:nnnn by WGS-84 degrees.

    Adds swapped_coordinates: x and y were exchanged (seen by the area in which the system is used) and were put right.
    Points without a place become null.
    """
    x, y = (frame[name].fill_null(float("nan")).to_numpy() for name in ("lon", "lat"))
    straight, turned = (_transformer(datum).transform(*pair) for pair in ((x, y), (y, x)))
    found = pl.DataFrame(
        {"lon": straight[0], "lat": straight[1], "turned_lon": turned[0], "turned_lat": turned[1]}
    ).with_columns(
        (~_in_area(datum, "lat", "lon") & _in_area(datum, "turned_lat", "turned_lon")).alias("swapped_coordinates")
    )
    best = {
        name: pl.when("swapped_coordinates").then(f"turned_{name}").otherwise(name).alias(name)
        for name in ("lat", "lon")
    }
    kept = found.select(*best.values(), "swapped_coordinates").with_columns(
        pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in ("lat", "lon")
    )
    return frame.with_columns(kept.get_columns())


def _in_area(datum: str, lat: str, lon: str) -> pl.Expr:
    area = _system(datum).area_of_use
    if area is None:
        return pl.lit(True)
    north_south = pl.col(lat).is_between(area.south - MARGIN_DEGREES, area.north + MARGIN_DEGREES)
    west, east = area.west - MARGIN_DEGREES, area.east + MARGIN_DEGREES
    around = pl.col(lon).is_between(west, east) if west <= east else (pl.col(lon) >= west) | (pl.col(lon) <= east)
    return north_south & around


@cache
def _system(datum: str) -> CRS:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_epsg(int(CODE.match(datum)[1]))
    except CRSError as error:
        raise ValueError(f"no coordinate system has the code {datum}") from error


@cache
def _transformer(datum: str) -> Transformer:
    from pyproj import Transformer
    from pyproj.network import set_network_enabled

    set_network_enabled(False)
    return Transformer.from_crs(_system(datum), "EPSG:4326", always_xy=True)
