"""In which datum an export gives its points: what its headers say, what its numbers allow, and what stays an assumption."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from ingest.columns import DATUM_SUFFIX, DATUMS
from ingest.coordinates import CHINA, NORTHMOST, SOUTHMOST
from ingest.headers import read_name
from ingest.matching import Column

HINTS = {"bd09": ("bd09", "baidu", "百度", "bd"), "gcj02": ("gcj", "amap", "gaode", "高德", "腾讯", "火星", "gd")}


@dataclass(frozen=True)
class Datum:
    """The datum to write, why, and columns that hold points in another way."""

    name: str  # wgs84, gcj02, bd09
    reason: str  # named, hinted, assumed_china, assumed, no_points
    middle: tuple[float, float] | None = None  # lat, lon: the medians
    is_swapped: bool = False  # the column of latitudes holds longitudes
    projected: tuple[str, str] | None = None  # headers of x and y in metres or feet
    pair_in_cell: str | None = None  # header of a column with both in one cell


def judge_datum(
    columns: Sequence[Column], chosen: Mapping[str, tuple[int, float]], frame: pl.DataFrame, language: str
) -> Datum:
    """Judge the chosen pair of columns, or say what else the export has."""
    by_index = {c.index: c for c in columns}
    if "lat" not in chosen:
        return _without_degrees(columns)
    lat, lon = (by_index[chosen[name][0]] for name in ("lat", "lon"))
    middle = tuple(_middle(frame[f"c{column.index}"]) for column in (lat, lon))
    if name := _named(lat.header) or _named(lon.header):
        return Datum(name, "named", middle)
    if name := _hinted(lat.header, lon.header):
        return Datum(name, "hinted", middle)
    is_swapped = not SOUTHMOST <= middle[0] <= NORTHMOST and SOUTHMOST <= middle[1] <= NORTHMOST
    middle = middle[::-1] if is_swapped else middle
    in_china = CHINA.south < middle[0] < CHINA.north and CHINA.west < middle[1] < CHINA.east
    return Datum("wgs84", "assumed_china" if in_china and language == "zh" else "assumed", middle, is_swapped)


def _middle(values: pl.Series) -> float:
    """The median of the degrees that are not zero."""
    degrees = values.str.strip_chars().cast(pl.Float64, strict=False).drop_nulls()
    return round(degrees.filter(degrees.is_finite() & (degrees != 0)).median() or 0.0, 3)


def _named(header: str) -> str | None:
    match = DATUM_SUFFIX.search(header)
    return DATUMS.get(match[1].lower().replace("-", "")) if match else None


def _hinted(*headers: str) -> str | None:
    text = " ".join(headers).lower()
    words = set(text.replace("_", " ").split())
    for name, hints in HINTS.items():
        if any(hint in words if hint.isascii() and len(hint) < 3 else hint in text for hint in hints):
            return name
    return None


def _without_degrees(columns: Sequence[Column]) -> Datum:
    found = {}
    for column in columns:
        concepts = read_name(column.header).concepts
        for axis, words in (("x", {"x", "lon"}), ("y", {"y", "lat"})):
            if concepts & words and column.facts.is_projected:
                found.setdefault(axis, column.header)
    pairs = [c.header for c in columns if c.facts.point_share > 0.5]
    return Datum(
        "wgs84",
        "no_points",
        projected=(found["x"], found["y"]) if len(found) == 2 else None,
        pair_in_cell=pairs[0] if pairs else None,
    )
