"""Fast inner kernels of the regression beside slow, obvious ones."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.series.breaks import _sums_from_the_end
from detectors.series.irls import _moving_sum


@pytest.mark.parametrize("window", [1, 2, 4, 7, 14])
@pytest.mark.parametrize("steps", [1, 3, 14, 40])
def test_moving_sum_is_the_sum_over_the_window_cut_at_the_ends(window: int, steps: int) -> None:
    values = np.random.default_rng(0).integers(0, 9, (3, steps)).astype(np.float32)
    found = _moving_sum(values, window)
    for t in range(steps):
        part = values[:, max(0, t - window // 2) : t + window - window // 2]
        np.testing.assert_array_equal(found[:, t], part.sum(axis=1))


def test_sums_from_the_end_are_numpys_running_sums_to_the_last_bit() -> None:
    rng = np.random.default_rng(1)
    weight, columns = rng.random((5, 30)).astype(np.float32), rng.normal(size=(30, 4)).astype(np.float32)
    slow = np.cumsum((weight[:, :, None] * columns[None])[:, ::-1], axis=1)[:, ::-1]
    np.testing.assert_array_equal(_sums_from_the_end(weight, columns), slow)
