"""Points: text -> WGS-84 degrees inside the city, or null with a flag that says why."""

from __future__ import annotations

import math

import polars as pl

from ingest.profiles import Box
from ingest.projection import is_projected, to_degrees

ADORNED = r"^\s*(?:东经|北纬|[EN])?\s*([0-9]{1,3})[.,，]([0-9]{3,})\s*[°度]?\s*[EN]?\s*$"
APOSTROPHES = " '`\u2018\u2019"  # a spreadsheet's mark of a number kept as text
EARTH_RADIUS_M, ECCENTRICITY = 6378245.0, 0.00669342162296594323  # Krasovsky 1940, as GCJ-02 uses them
SPAN_DEGREES = 2.0  # without a box: as far from the middle of the file's points as a city can reach
FEWEST_POINTS = 10
SOUTHMOST, NORTHMOST = -56.0, 75.0  # no city lies beyond
CHINA = Box(south=0.8293, west=72.004, north=55.8271, east=137.8347)  # outside, GCJ-02 and BD-09 maps do not shift


def place_points(frame: pl.DataFrame, *, datum: str, box: Box | None) -> pl.DataFrame:
    """Replace the text columns lat, lon by WGS-84 degrees and add the flag columns.

    Args:
        datum: wgs84, gcj02, bd09 or EPSG:nnnn; of a projected one `lon` holds the easting (x) and `lat` the northing (y).

    Flags: bad_coordinates (no number or no place on earth), zero_coordinates, swapped_coordinates (repaired), out_of_city (dropped).
    """
    raw = pl.col("lat").is_not_null() | pl.col("lon").is_not_null()
    frame = frame.with_columns(raw.alias("_raw"), _degrees(frame["lat"]), _degrees(frame["lon"]))
    frame = frame.with_columns(
        ((pl.col("lat").abs() < 0.01) & (pl.col("lon").abs() < 0.01)).fill_null(False).alias("zero_coordinates")
    )
    frame = _dropped(frame, pl.col("zero_coordinates"))
    if is_projected(datum):
        frame = to_degrees(frame, datum)
    else:
        frame = _converted(_unswapped(frame, box or usual_box(frame)), datum)
    frame = _checked(frame)
    box = box or usual_box(frame)
    outside = ~_inside(box, "lat", "lon") if box else pl.lit(False)
    frame = frame.with_columns(outside.fill_null(False).alias("out_of_city"))
    return _dropped(frame, pl.col("out_of_city")).with_columns(pl.col("lat", "lon").round(7)).drop("_raw")


def _degrees(texts: pl.Series) -> pl.Series:
    """Numbers, of full width or behind a spreadsheet's apostrophe, too.

    Where half of the column is written with a decimal comma, a degree sign or a point of the compass, those as well.
    """
    numbers = texts.cast(pl.Float64, strict=False)
    if numbers.null_count() > texts.null_count():
        texts = texts.str.normalize("NFKC").str.strip_chars(APOSTROPHES)
        numbers = texts.cast(pl.Float64, strict=False)
    unread = texts.filter(numbers.is_null() & texts.is_not_null())
    if len(unread) * 2 < len(texts) - texts.null_count() or not len(unread):
        return numbers
    plain = texts.str.replace(ADORNED, "${1}.${2}").cast(pl.Float64, strict=False)
    return numbers.zip_with(numbers.is_not_null(), plain)


def _unswapped(frame: pl.DataFrame, box: Box | None) -> pl.DataFrame:
    """Exchange lat and lon where only that puts the point into the city, or onto a latitude that has cities."""
    swapped = _is_settled("lon") & ~_is_settled("lat") & (pl.col("lat").abs() <= 180)
    if box:
        swapped = ~_inside(box, "lat", "lon") & _inside(box, "lon", "lat")
    return frame.with_columns(swapped.fill_null(False).alias("swapped_coordinates")).with_columns(
        pl.when("swapped_coordinates").then("lon").otherwise("lat").alias("lat"),
        pl.when("swapped_coordinates").then("lat").otherwise("lon").alias("lon"),
    )


def _is_settled(lat: str) -> pl.Expr:
    return pl.col(lat).is_between(SOUTHMOST, NORTHMOST)


def _checked(frame: pl.DataFrame) -> pl.DataFrame:
    """Flag and drop what is no place on earth."""
    on_earth = (
        pl.col("lat").is_finite()
        & pl.col("lon").is_finite()
        & (pl.col("lat").abs() <= 90)
        & (pl.col("lon").abs() <= 180)
    ).fill_null(False)
    frame = frame.with_columns((pl.col("_raw") & ~on_earth & ~pl.col("zero_coordinates")).alias("bad_coordinates"))
    return _dropped(frame, pl.col("bad_coordinates"))


def _dropped(frame: pl.DataFrame, condition: pl.Expr) -> pl.DataFrame:
    return frame.with_columns(pl.when(~condition).then(pl.col(name)).alias(name) for name in ("lat", "lon"))


def _inside(box: Box, lat: str, lon: str) -> pl.Expr:
    return pl.col(lat).is_between(box.south, box.north) & pl.col(lon).is_between(box.west, box.east)


def usual_box(frame: pl.DataFrame) -> Box | None:
    """As far around the middle of the points (columns lat, lon) as a city can reach; None with too few of them."""
    points = frame.filter(pl.col("lat").is_finite() & pl.col("lon").is_finite())
    if points.height < FEWEST_POINTS:
        return None
    lat, lon = points["lat"].median(), points["lon"].median()
    if not SOUTHMOST <= lat <= NORTHMOST or abs(lon) > 180:
        return None
    return Box(south=lat - SPAN_DEGREES, north=lat + SPAN_DEGREES, west=lon - SPAN_DEGREES, east=lon + SPAN_DEGREES)


def _converted(frame: pl.DataFrame, datum: str) -> pl.DataFrame:
    if datum == "wgs84":
        return frame
    if datum not in ("gcj02", "bd09"):
        return to_degrees(frame, datum).with_columns(frame["swapped_coordinates"])
    made = frame.with_columns(**_bd09_to_gcj02(pl.col("lat"), pl.col("lon"))) if datum == "bd09" else frame
    made = gcj02_to_wgs84(made)
    shifted = _inside(CHINA, "lat", "lon").fill_null(False)
    kept = frame.select(shifted.alias("_shifted"), "lat", "lon")
    return made.with_columns(
        pl.when(kept["_shifted"]).then(pl.col(name)).otherwise(kept[name]).alias(name) for name in ("lat", "lon")
    )


def _bd09_to_gcj02(lat: pl.Expr, lon: pl.Expr) -> dict[str, pl.Expr]:
    k = math.pi * 3000.0 / 180.0
    x, y = lon - 0.0065, lat - 0.006
    z = (x * x + y * y).sqrt() - 0.00002 * (y * k).sin()
    theta = pl.arctan2(y, x) - 0.000003 * (x * k).cos()
    return {"lat": z * theta.sin(), "lon": z * theta.cos()}


def gcj02_to_wgs84(frame: pl.DataFrame) -> pl.DataFrame:
    """Inverse of the published GCJ-02 offset on the columns lat, lon, by three fixed-point steps: under 0.1 m inside China."""
    made = frame.with_columns(pl.col("lat").alias("_lat"), pl.col("lon").alias("_lon"))
    for _ in range(3):
        dlat, dlon = _offset(pl.col("_lat"), pl.col("_lon"))
        made = made.with_columns((pl.col("lat") - dlat).alias("_lat"), (pl.col("lon") - dlon).alias("_lon"))
    return made.with_columns(pl.col("_lat").alias("lat"), pl.col("_lon").alias("lon")).drop("_lat", "_lon")


def _offset(lat: pl.Expr, lon: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    x, y, pi = lon - 105.0, lat - 35.0, math.pi
    root = x.abs().sqrt()
    wave = (20.0 * (6.0 * x * pi).sin() + 20.0 * (2.0 * x * pi).sin()) * 2.0 / 3.0
    dlat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
    dlat += (20.0 * (y * pi).sin() + 40.0 * (y / 3.0 * pi).sin()) * 2.0 / 3.0
    dlat += (160.0 * (y / 12.0 * pi).sin() + 320.0 * (y * pi / 30.0).sin()) * 2.0 / 3.0
    dlon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
    dlon += (20.0 * (x * pi).sin() + 40.0 * (x / 3.0 * pi).sin()) * 2.0 / 3.0
    dlon += (150.0 * (x / 12.0 * pi).sin() + 300.0 * (x / 30.0 * pi).sin()) * 2.0 / 3.0
    rad = lat / 180.0 * pi
    magic = 1.0 - ECCENTRICITY * rad.sin() * rad.sin()
    dlat = dlat * 180.0 / (EARTH_RADIUS_M * (1.0 - ECCENTRICITY) / (magic * magic.sqrt()) * pi)
    dlon = dlon * 180.0 / (EARTH_RADIUS_M / magic.sqrt() * rad.cos() * pi)
    return dlat, dlon
