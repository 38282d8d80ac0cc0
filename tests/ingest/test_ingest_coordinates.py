"""Points of every datum arrive as WGS-84: against the published forward formulas, known places and pyproj."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.coordinates import place_points
from ingest.errors import ProfileError
from ingest.profiles import Box, parse_profile

METRES_PER_DEGREE = 111_195.0
TIMES_SQUARE = (40.7580, -73.9855)
LONG_ISLAND_FEET = "EPSG:2263"  # New York State Plane, Long Island, US survey feet


def placed(lat: object, lon: object, datum: str, box: Box | None = None) -> dict:
    texts = {"lat": [None if lat is None else str(lat)], "lon": [None if lon is None else str(lon)]}
    frame = pl.DataFrame(texts, schema={"lat": pl.String, "lon": pl.String})
    return place_points(frame, datum=datum, box=box).to_dicts()[0]


def metres_apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    east = (a[1] - b[1]) * math.cos(math.radians(a[0]))
    return math.hypot(a[0] - b[0], east) * METRES_PER_DEGREE


def published_gcj02(lat: float, lon: float) -> tuple[float, float]:
    """WGS-84 -> GCJ-02 term by term as first published (eviltransform), in plain Python: independent of the code under test."""
    a, f = 6378245.0, 1 / 298.3
    e2 = 1 - (1 - f) ** 2
    x, y = lon - 105.0, lat - 35.0
    waves = 20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + waves * 2.0 / 3.0
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y / 30.0 * math.pi)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + waves * 2.0 / 3.0
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    w2 = 1 - e2 * math.sin(math.radians(lat)) ** 2
    return (
        lat + math.degrees(north / (a * (1 - e2) / w2**1.5)),
        lon + math.degrees(east / (a / math.sqrt(w2) * math.cos(math.radians(lat)))),
    )


def published_bd09(lat: float, lon: float) -> tuple[float, float]:
    """WGS-84 -> BD-09."""
    lat, lon = published_gcj02(lat, lon)
    k = math.pi * 3000.0 / 180.0
    z = math.hypot(lon, lat) + 0.00002 * math.sin(lat * k)
    theta = math.atan2(lat, lon) + 0.000003 * math.cos(lon * k)
    return z * math.sin(theta) + 0.006, z * math.cos(theta) + 0.0065


IN_CHINA = {"lat": st.floats(18.2, 53.4), "lon": st.floats(73.7, 134.9)}


@given(**IN_CHINA)
def test_gcj02_when_inverted_then_under_five_metres(lat: float, lon: float) -> None:
    there = published_gcj02(lat, lon)
    row = placed(*there, "gcj02")
    assert metres_apart((lat, lon), there) > 20  # the shift is real
    assert metres_apart((lat, lon), (row["lat"], row["lon"])) < 0.5  # target: 5 m


@given(**IN_CHINA)
def test_bd09_when_inverted_then_under_five_metres(lat: float, lon: float) -> None:
    row = placed(*published_bd09(lat, lon), "bd09")
    assert metres_apart((lat, lon), (row["lat"], row["lon"])) < 5


def test_gcj02_when_swapped_then_put_right_before_the_shift_is_undone() -> None:
    lat, lon = published_gcj02(39.9, 116.4)
    row = placed(lon, lat, "gcj02")
    assert row["swapped_coordinates"]
    assert metres_apart((39.9, 116.4), (row["lat"], row["lon"])) < 0.5


def test_gcj02_when_outside_china_then_left_alone() -> None:
    row = placed(*TIMES_SQUARE, "gcj02")
    assert (row["lat"], row["lon"]) == TIMES_SQUARE


def feet(lat: float, lon: float) -> tuple[float, float]:
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", LONG_ISLAND_FEET, always_xy=True).transform(lon, lat)


@pytest.mark.parametrize("is_turned", [False, True])
def test_projected_when_x_and_y_are_exchanged_or_not_then_the_same_place(is_turned: bool) -> None:
    x, y = feet(*TIMES_SQUARE)
    row = placed(*((x, y) if is_turned else (y, x)), LONG_ISLAND_FEET)
    assert metres_apart(TIMES_SQUARE, (row["lat"], row["lon"])) < 0.1
    assert row["swapped_coordinates"] is is_turned


@pytest.mark.parametrize(
    ("lat", "lon", "flag"), [("0", "0", "zero_coordinates"), ("north", "1", "bad_coordinates"), (None, None, None)]
)
def test_projected_when_there_is_no_place_then_flagged_and_dropped(
    lat: str | None, lon: str | None, flag: str | None
) -> None:
    row = placed(lat, lon, LONG_ISLAND_FEET)
    assert (row["lat"], row["lon"]) == (None, None)
    assert [name for name in row if row[name] is True] == ([flag] if flag else [])


def test_projected_when_other_points_lie_elsewhere_then_out_of_city() -> None:
    x, y = feet(*TIMES_SQUARE)
    texts = {"lat": [str(y)] * 12 + ["9000000"], "lon": [str(x)] * 13}
    made = place_points(pl.DataFrame(texts), datum=LONG_ISLAND_FEET, box=None)
    assert made["out_of_city"].to_list() == [False] * 12 + [True]


def test_chinese_grid_when_declared_then_degrees() -> None:
    row = placed("4418000", "500000", "EPSG:4548")  # CGCS2000, 3-degree zone of 117° E: false easting 500 km
    assert row["lon"] == pytest.approx(117.0, abs=1e-6)
    assert row["lat"] == pytest.approx(39.896, abs=1e-3)


def test_whole_file_swapped_then_put_right_where_one_axis_has_no_cities() -> None:
    made = place_points(pl.DataFrame({"lat": ["-73.98"] * 20, "lon": ["40.75"] * 20}), datum="wgs84", box=None)
    assert made["lat"].to_list() == [40.75] * 20
    assert made["swapped_coordinates"].all()


@pytest.mark.parametrize(
    ("datum", "word"),
    [("EPSG:99999", "EPSG:99999"), ("mars", "mars"), ("EPSG:5703", "plane or geographic"), ("EPSG:x", "unknown datum")],
)
def test_profile_when_datum_is_unknown_then_one_clear_line(datum: str, word: str) -> None:
    toml = f"name = 'x'\ndatum = '{datum}'\n[columns]\nticket_id = 'a'\ncreated_at = 'b'"
    with pytest.raises(ProfileError, match=word) as caught:
        parse_profile(toml.encode(), "x.toml")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("written", "kept"), [("epsg:2263", "EPSG:2263"), ("GCJ02", "gcj02"), ("wgs84", "wgs84")])
def test_profile_when_datum_is_known_then_spelled_one_way(written: str, kept: str) -> None:
    toml = f"name = 'x'\ndatum = '{written}'\n[columns]\nticket_id = 'a'\ncreated_at = 'b'"
    assert parse_profile(toml.encode(), "x.toml").datum == kept


WRITTEN = [("116,473431", "39,917311"), ("116.473431°", "39.917311°"), ("116.473431E", "39.917311N"), ("东经116.473431度", "北纬39.917311度")]  # fmt: skip


@pytest.mark.parametrize(("lon", "lat"), WRITTEN)
def test_a_column_of_adorned_numbers_is_read(lon: str, lat: str) -> None:
    frame = place_points(pl.DataFrame({"lat": [lat, lat, None], "lon": [lon, lon, None]}), datum="wgs84", box=None)
    assert frame["lon"].to_list() == [116.473431, 116.473431, None]
    assert frame["lat"].to_list() == [39.917311, 39.917311, None]
    assert not frame["bad_coordinates"].any()


@pytest.mark.parametrize(("lon", "lat"), [*WRITTEN, ("1,164,734", "399,173")])
def test_one_adorned_number_among_plain_ones_is_not_guessed(lon: str, lat: str) -> None:
    frame = pl.DataFrame({"lat": [lat, *["39.9"] * 5], "lon": [lon, *["116.4"] * 5]})
    assert place_points(frame, datum="wgs84", box=None)["bad_coordinates"].to_list() == [True] + [False] * 5


@pytest.mark.parametrize("lat", ["３９．９０４２", "'39.9042", "’39.9042 "])
def test_a_coordinate_of_full_width_or_behind_an_apostrophe_is_a_number(lat: str) -> None:
    assert placed(lat, "116.4074", "wgs84")["lat"] == pytest.approx(39.9042)
