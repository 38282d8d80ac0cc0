"""What every test shares: the switches that keep components offline, and a folder for the workspace."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from hypothesis import settings

from weisu.offline import stay_offline

stay_offline()
settings.register_profile("steady", derandomize=True, deadline=None, database=None)  # the same examples in every run
settings.register_profile(
    "search", max_examples=3000, deadline=None, database=None
)  # HYPOTHESIS_PROFILE=search looks for new ones
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

NOW = dt.datetime(2026, 11, 21, 4, 0, 0)


@pytest.fixture
def now() -> dt.datetime:
    """One fixed clock, naive UTC."""
    return NOW


@pytest.fixture(scope="session")
def repo() -> Path:
    """The root of the checkout."""
    return Path(__file__).resolve().parent.parent
