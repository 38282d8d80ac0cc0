"""Long work gives way to the readers of the app; what a person waits for does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ASKED = "import os, sys\nfrom weisu import cli\ncli.run = lambda arguments: os.getpriority(os.PRIO_PROCESS, 0)\ncli.main(sys.argv[1:])"


@pytest.mark.parametrize(
    ("command", "is_long"), [("build", True), ("load", True), ("report", False), ("export", False)]
)
def test_command_when_long_then_of_lower_priority(command: str, is_long: bool, tmp_path: Path) -> None:
    usual = subprocess.run([sys.executable, "-c", ASKED, "doctor"], cwd=tmp_path, check=False).returncode
    asked = subprocess.run([sys.executable, "-c", ASKED, command], cwd=tmp_path, check=False).returncode
    assert asked == (max(usual, 10) if is_long else usual)
