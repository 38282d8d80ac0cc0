"""The scan finds what was planted, stays quiet elsewhere, and knows only the past."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detectors.space.config import Cluster, ScanConfig
from detectors.space.scan import scan_days

FIRST, LAST = 16000, 16160


def city(rng: np.random.Generator, per_day: float = 12.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A quiet city of about 15 km, uneven, some thousand events over 161 days."""
    n = int(per_day * (LAST - FIRST + 1))
    return rng.normal(31.2, 0.04, n), rng.normal(121.4, 0.05, n), rng.integers(FIRST, LAST + 1, n)


def with_burst(rng: np.random.Generator, events: int = 25) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same city with a burst of five days at one corner."""
    lat, lon, day = city(rng)
    return (
        np.r_[lat, 31.25 + rng.normal(0, 0.001, events)],
        np.r_[lon, 121.45 + rng.normal(0, 0.001, events)],
        np.r_[day, rng.integers(16150, 16155, events)],
    )


def same(one: list[Cluster], other: list[Cluster]) -> bool:
    """Equal in every number and member."""
    plain = [{k: v for k, v in vars(c).items() if k != "members"} for c in one]
    return plain == [{k: v for k, v in vars(c).items() if k != "members"} for c in other] and all(
        np.array_equal(a.members, b.members) for a, b in zip(one, other, strict=True)
    )


def test_scan_when_burst_planted_then_found_at_its_place_and_time():
    lat, lon, day = with_burst(np.random.default_rng(1))
    best = scan_days(lat, lon, day, [16154])[0]
    assert best.p_value < 1e-6
    assert best.recurrence_days == pytest.approx(1e6)
    assert abs(best.lat - 31.25) < 0.004
    assert abs(best.lon - 121.45) < 0.004
    assert (best.start, best.end) == (16150, 16154)
    assert best.observed >= 25
    assert best.relative_risk > 10


def test_scan_when_told_then_members_are_exactly_the_points_of_circle_and_window():
    lat, lon, day = with_burst(np.random.default_rng(2))
    for c in scan_days(lat, lon, day, [16152, 16154], ScanConfig(strip_half_lengths_m=())):
        east = (lon - c.lon) * np.cos(np.radians(c.lat))
        inside = np.hypot(lat - c.lat, east) * 111_195.0 <= c.radius_m
        assert np.array_equal(np.flatnonzero(inside & (day >= c.start) & (day <= c.end)), c.members)
        assert c.observed == len(c.members)


def with_street(rng: np.random.Generator, turn: float, events: int = 22) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same city with five days of trouble along a street of 2.4 km."""
    lat, lon, day = city(rng)
    along, across = rng.uniform(-1200, 1200, events), rng.uniform(-60, 60, events)
    east, north = along * np.cos(turn) - across * np.sin(turn), along * np.sin(turn) + across * np.cos(turn)
    return (
        np.r_[lat, 31.22 + north / 111_195],
        np.r_[lon, 121.42 + east / 111_195 / np.cos(np.radians(31.2))],
        np.r_[day, rng.integers(16150, 16155, events)],
    )


def test_scan_when_streets_planted_then_strips_find_them_more_surely_than_circles():
    both, circles = [], []
    for k in range(12):
        points = with_street(np.random.default_rng([11, k]), turn=np.pi * k / 12, events=10)
        for scores, config in ((both, ScanConfig()), (circles, ScanConfig(strip_half_lengths_m=()))):
            near = [
                c for c in scan_days(*points, [16154], config)
                if np.isin(c.members, np.arange(len(points[0]) - 10, len(points[0]))).mean() > 0.3
            ]  # fmt: skip
            scores.append(max((c.score for c in near), default=0.0))
    found = np.mean(np.array([both, circles]) > 3.0, axis=1)
    assert found[0] >= found[1] + 0.2
    assert np.mean(both) > np.mean(circles) + 0.5


def test_strip_when_reported_then_circle_covers_its_members_and_middle_is_on_the_street():
    lat, lon, day = with_street(np.random.default_rng(12), turn=0.5)
    best = scan_days(lat, lon, day, [16154])[0]
    east = (lon[best.members] - best.lon) * np.cos(np.radians(best.lat))
    away = np.hypot(lat[best.members] - best.lat, east) * 111_195.0
    assert away.max() <= best.radius_m <= 1800
    assert best.observed == len(best.members)
    assert np.all((day[best.members] >= best.start) & (day[best.members] <= best.end))
    # the circle around a strip holds more of the city than the strip does
    everything = np.hypot(lat - best.lat, (lon - best.lon) * np.cos(np.radians(best.lat))) * 111_195.0 <= best.radius_m
    assert best.observed < (everything & (day >= best.start) & (day <= best.end)).sum()


def test_scan_when_day_judged_alone_then_equals_replay_and_later_events_do_not_matter():
    lat, lon, day = with_burst(np.random.default_rng(3))
    replay = [c for c in scan_days(lat, lon, day, range(16100, LAST + 1)) if c.as_of == 16153]
    assert same(replay, scan_days(lat, lon, day, [16153]))
    past = day <= 16153
    cut = scan_days(lat[past], lon[past], day[past], [16153])
    moved = [replace(c, members=np.flatnonzero(past)[c.members]) for c in cut]
    assert same(replay, moved)


def test_scan_when_history_cut_to_what_matters_then_same_clusters():
    lat, lon, day = with_burst(np.random.default_rng(10))
    keep = day > 16153 - ScanConfig().lead_days - ScanConfig().epoch_days
    cut = scan_days(lat[keep], lon[keep], day[keep], [16153])
    assert same(scan_days(lat, lon, day, [16153]), [replace(c, members=np.flatnonzero(keep)[c.members]) for c in cut])


def test_scan_when_nothing_happens_then_p_values_hold():
    rng = np.random.default_rng(4)
    found = []
    for _ in range(6):
        found += scan_days(*city(rng), range(16110, 16160))
    days = 6 * 50
    rare = len({c.as_of for c in found if c.p_value < 0.05})
    assert rare <= 0.15 * days  # overlapping windows make alarms come in runs


def test_scan_when_two_bursts_then_two_disjoint_clusters():
    rng = np.random.default_rng(5)
    lat, lon, day = with_burst(rng)
    lat, lon, day = (
        np.r_[lat, 31.15 + rng.normal(0, 0.001, 20)],
        np.r_[lon, 121.35 + rng.normal(0, 0.001, 20)],
        np.r_[day, np.full(20, 16154)],
    )
    found = [c for c in scan_days(lat, lon, day, [16154]) if c.p_value < 0.01]
    assert len(found) == 2
    assert not set(found[0].members) & set(found[1].members)


def test_scan_when_order_of_events_changes_then_same_circles():
    rng = np.random.default_rng(6)
    lat, lon, day = with_burst(rng)
    order = rng.permutation(len(day))
    one = scan_days(lat, lon, day, [16154])
    other = scan_days(lat[order], lon[order], day[order], [16154])
    assert (one[0].lat, one[0].lon, one[0].observed) == (other[0].lat, other[0].lon, other[0].observed)


def test_scan_when_history_short_or_empty_then_nothing():
    lat, lon, day = city(np.random.default_rng(7))
    assert scan_days(lat, lon, day, [FIRST + 20]) == []
    assert scan_days(lat[:0], lon[:0], day[:0], [FIRST]) == []
    assert scan_days(lat, lon, day, []) == []


def test_scan_when_category_new_within_study_then_no_error():
    day = np.r_[np.full(3, FIRST), np.arange(16150, 16160)]
    assert isinstance(scan_days(np.full(13, 31.2), np.full(13, 121.4), day, [16159]), list)


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        (np.array([91.0]), np.array([0.0])),
        (np.array([np.nan]), np.array([0.0])),
        (np.array([1.0, 2.0]), np.array([0.0])),
    ],
)
def test_scan_when_input_wrong_then_value_error(lat, lon):
    with pytest.raises(ValueError, match=r"degrees|length"):
        scan_days(lat, lon, np.array([1]), [1])


@pytest.mark.parametrize(
    "change",
    [
        {"radii_m": (1500.0, 3000.0)}, {"cell_m": 500.0, "radii_m": (600.0, 3000.0)}, {"max_window_days": 2}, {"study_days": 40},
        {"prior_events": 50.0}, {"min_events": 40}, {"replicates": 9}, {"epoch_days": 5},
        {"strip_half_lengths_m": ()}, {"strip_half_lengths_m": (400.0,)}, {"strip_half_width_cells": 1.6}, {"strip_directions": 1},
        {"lasting_days": 1},
        {"half_life_days": 20.0},
    ],
)  # fmt: skip
def test_scan_when_option_changes_then_result_changes(change):
    lat, lon, day = with_burst(np.random.default_rng(8))
    assert not same(scan_days(lat, lon, day, [16154]), scan_days(lat, lon, day, [16154], ScanConfig(**change)))


def test_scan_when_max_clusters_then_no_more():
    lat, lon, day = with_burst(np.random.default_rng(9))
    assert len(scan_days(lat, lon, day, [16154], ScanConfig(max_clusters=1))) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"radii_m": ()},
        {"radii_m": (100.0,)},
        {"study_days": 20},
        {"min_events": 0},
        {"replicates": 2},
        {"max_window_days": 0},
        {"strip_directions": 0},
        {"lasting_days": 0},
        {"half_life_days": 0.0},
        {"strip_half_width_cells": 0.5},
        {"strip_half_lengths_m": (0.0,)},
    ],
)
def test_config_when_impossible_then_value_error(wrong):
    with pytest.raises(ValueError, match="must"):
        ScanConfig(**wrong)
