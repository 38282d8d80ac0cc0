"""The interval of a precision is scipy's Wilson interval, at the ends as between them; the app does not load scipy for it."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from dashboards.queries.feedback import wilson


@pytest.mark.parametrize(("held", "of"), [(0, 1), (1, 1), (0, 12), (8, 10), (12, 12), (499, 1000)])
def test_wilson_when_compared_then_as_scipy_has_it(held: int, of: int) -> None:
    interval = binomtest(held, of).proportion_ci(method="wilson")
    assert wilson(held, of) == pytest.approx((interval.low, interval.high), abs=1e-12)
