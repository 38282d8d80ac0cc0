"""The open data of the bundled city withstand a reader with a solver."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reports.open_data.releases import make_edition
from tests.reports.test_reports_open_data_attacks import ranges, small
from weisu.settings import Workspace

pytestmark = pytest.mark.slow


def test_solver_on_the_bundled_city_finds_no_narrow_range(demo, tmp_path: Path) -> None:
    place = Workspace(shutil.copytree(demo.root, tmp_path / "demo"))
    release = make_edition(place, 2014).release
    targets = small(release)
    found = ranges([dict(release.rows())], targets[:: len(targets) // 12])
    assert len(found) >= 12
    assert all(high - low >= 3 - 1e-6 for low, high in found.values())
