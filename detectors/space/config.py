"""What a scan is asked to do, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ScanConfig:
    """Geometry, windows and calibration of a scan; lengths in metres and days.

    Attributes:
        strip_half_lengths_m, strip_half_width_cells, strip_directions: strips lie in so many directions around each cell, on it and half a
            cell beside it; those longer than the largest circle are left out, () = circles alone.
        strip_lead: a strip is told only when its log likelihood ratio leads that of the best circle on it by so much.
        lasting_days: a cluster without an excess in its last so many days is over.
        half_life_days: a day so much older says half as much of what to expect, because places grow and empty.
        prior_events: weight, in events, of the surrounding district's rate in a circle's expectation.
        replicates: permutations of the past per calibration epoch.
        epoch_days: length of an epoch; all days of one share a calibration that saw nothing of the epoch.
    """

    cell_m: float = 250.0
    radii_m: tuple[float, ...] = (300.0, 600.0, 1000.0, 1500.0, 2000.0, 3000.0)
    strip_half_lengths_m: tuple[float, ...] = (750.0, 1500.0)
    strip_half_width_cells: float = 0.76
    strip_directions: int = 8
    strip_lead: float = 1.0
    max_window_days: int = 14
    lasting_days: int = 3
    study_days: int = 90
    half_life_days: float = 45.0
    prior_events: float = 1.0
    min_events: int = 3
    max_clusters: int = 5
    replicates: int = 19
    epoch_days: int = 14

    def __post_init__(self) -> None:
        if (
            self.cell_m <= 0
            or not self.radii_m
            or min(self.radii_m) < self.cell_m
            or list(self.radii_m) != sorted(self.radii_m)
        ):
            raise ValueError("radii_m must rise and be at least cell_m")
        if (
            self.strip_directions < 1
            or self.strip_half_width_cells <= 0.5
            or min(self.strip_half_lengths_m, default=1.0) <= 0
        ):
            raise ValueError("strips must be longer than nothing, wider than a cell and have a direction")
        if self.max_window_days < 1 or self.study_days < 2 * self.max_window_days:
            raise ValueError("study_days must be at least twice max_window_days")
        if (
            self.min_events < 1
            or self.max_clusters < 1
            or min(self.lasting_days, self.half_life_days) < 1
            or self.replicates < 5
            or self.epoch_days < 1
        ):
            raise ValueError(
                "min_events, max_clusters, lasting_days, half_life_days and epoch_days must be positive, replicates at least 5"
            )

    @property
    def reach_days(self) -> int:
        """Days of the past that one scan looks at, the judged day included."""
        return self.study_days + self.max_window_days

    @property
    def lead_days(self) -> int:
        """Days before the first judged day that change its result: the scan's own and its epoch's calibration."""
        return self.reach_days + self.epoch_days


@dataclass(frozen=True)
class Cluster:
    """One shape × window, judged with what was known at the end of day `as_of`.

    `start`, `end` and `as_of` are day numbers (end = as_of, both inclusive); `members` indexes the caller's event arrays.  Of a strip,
    `lat`, `lon` and `radius_m` are the circle around it, `observed`, `expected` and `members` its own.
    `score` is -log10 of the Gumbel p-value of the day's most unusual shape, so it compares between groups; higher = more unusual.
    """

    as_of: int
    start: int
    end: int
    lat: float
    lon: float
    radius_m: float
    observed: int
    expected: float
    relative_risk: float
    score: float
    p_value: float
    recurrence_days: float
    members: np.ndarray
