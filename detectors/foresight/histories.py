"""What was found where, as it was known before a day: counts that move on with the days in place of being counted anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from detectors.foresight.similar import SimilarConfig

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]


@dataclass(frozen=True)
class Finds:
    """What was found, where, when: category, place (indices) and day of each."""

    category: Ints
    place: Ints
    day: Ints

    def __len__(self) -> int:
        return len(self.day)

    def pick(self, rows: NDArray[np.generic]) -> Finds:
        """Some of them."""
        return Finds(self.category[rows], self.place[rows], self.day[rows])


@dataclass(frozen=True)
class History:
    """The finds of the days before one."""

    counts: Floats  # [place, category]
    logs: Floats  # log(1 + counts)
    total: Floats  # [place] over all categories
    recent: Floats  # [place] of the last horizon


class Histories:
    """The histories of a place's finds before one day after another; each costs what changed since the one before."""

    def __init__(self, finds: Finds, size: int, config: SimilarConfig) -> None:
        """
        Args:
            finds: by day ascending.
            size: how many places there are.
        """
        self._finds, self._config = finds, config
        self._counts = np.zeros((size, int(finds.category.max(initial=-1)) + 1))
        self._logs = np.zeros_like(self._counts)
        self._total = np.zeros(size)
        self._begin = self._end = 0

    def before(self, day: int) -> History:
        """What was found in the `history_days` before `day`; holds until the next call, whose day may not be earlier.

        Raises:
            ValueError: the day lies before that of the last call.
        """
        config, days = self._config, self._finds.day
        begin, late, end = np.searchsorted(days, [day - config.history_days, day - config.horizon_days, day])
        if end < self._end:
            raise ValueError("days must not go back")
        self._move(slice(self._end, end), 1.0)
        self._move(slice(self._begin, begin), -1.0)
        self._begin, self._end = begin, end
        recent = np.bincount(self._finds.place[late:end], minlength=len(self._total)).astype(float)
        return History(self._counts, self._logs, self._total, recent)

    def _move(self, rows: slice, sign: float) -> None:
        place, category = self._finds.place[rows], self._finds.category[rows]
        flat, times = np.unique(place * self._counts.shape[1] + category, return_counts=True)
        self._counts.ravel()[flat] += sign * times
        self._logs.ravel()[flat] = np.log1p(self._counts.ravel()[flat])
        self._total += sign * np.bincount(place, minlength=len(self._total))
