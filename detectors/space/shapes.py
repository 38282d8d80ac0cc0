"""The shapes a scan lays around every cell: circles, and strips for what happens along a street."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detectors.space.config import ScanConfig


@dataclass(frozen=True)
class Shape:
    """A circle, or a strip that turns by `turn` (radians) from east and lies `aside_m` off the centre, to its left.

    Attributes:
        reach_m: radius of the circle, half the length of the strip.
        half_width_m: None for a circle.
    """

    reach_m: float
    half_width_m: float | None = None
    turn: float = 0.0
    aside_m: float = 0.0

    @property
    def is_strip(self) -> bool:
        return self.half_width_m is not None

    @property
    def farthest_m(self) -> float:
        """No place of the shape lies farther from the centre."""
        return float(np.hypot(self.reach_m, (self.half_width_m or 0.0) + self.aside_m)) + 1.0

    def covers(self, east: np.ndarray, north: np.ndarray) -> np.ndarray:
        """Which places, in metres from the centre, the shape holds; its edge belongs to it."""
        if self.half_width_m is None:
            return np.hypot(east, north) <= self.reach_m
        along = east * np.cos(self.turn) + north * np.sin(self.turn)
        across = north * np.cos(self.turn) - east * np.sin(self.turn) - self.aside_m
        return (np.abs(along) <= self.reach_m + 1e-6) & (np.abs(across) <= self.half_width_m + 1e-6)

    def middle(self) -> tuple[float, float]:
        """Metres east and north from the centre cell to the middle of the shape."""
        return -self.aside_m * float(np.sin(self.turn)), self.aside_m * float(np.cos(self.turn))


def shapes_of(config: ScanConfig) -> list[Shape]:
    """All circles, smallest first, then the strips; none reaches beyond the largest circle."""
    circles = [Shape(r) for r in config.radii_m]
    strips = [
        Shape(half, config.strip_half_width_cells * config.cell_m, np.pi * k / config.strip_directions, aside)
        for half in config.strip_half_lengths_m
        if half <= config.radii_m[-1]
        for k in range(config.strip_directions)
        for aside in (0.0, config.cell_m / 2)
    ]
    return circles + strips
