"""What every test shares: the switches that keep components offline, and a folder for the workspace."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from weisu.offline import stay_offline

stay_offline()

NOW = dt.datetime(2026, 11, 21, 4, 0, 0)


@pytest.fixture
def now() -> dt.datetime:
    """One fixed clock, naive UTC."""
    return NOW


@pytest.fixture(scope="session")
def repo() -> Path:
    """The root of the checkout."""
    return Path(__file__).resolve().parent.parent
