"""A run without any route ends the same, and tries no outside connection."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

NEEDS = {"unshare": "util-linux", "strace": "strace"}
OUTSIDE = re.compile(
    r"connect\(\d+, \{sa_family=AF_INET6?, .*?(?:inet_addr\(\"([^\"]+)\"\)|inet_pton\(AF_INET6, \"([^\"]+)\")"
)
INSIDE = {"127.0.0.1", "::1", "0.0.0.0"}


def small_city(weisu, root: Path) -> Path:
    """Two years of the synthetic city, loaded."""
    made = root / "made"
    assert (
        weisu(
            "simulate", "-o", made, "--tickets", "6000", "--seed", "5", "--from", "2025-01-01", "--to", "2026-03-31"
        ).status
        == 0
    )
    place = root / "city"
    assert weisu("init", place).status == 0
    done = weisu("load", *sorted((made / "exports").glob("*.csv")), "--source", "hotline", "--workspace", place)
    assert done.status == 0, done.err
    return place


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("unshare"), reason="a network namespace needs root and unshare"
)
def test_without_any_route_a_build_and_a_report_end_the_same(weisu, tmp_path: Path) -> None:
    command = weisu.__globals__["WEISU"]
    place = small_city(weisu, tmp_path)
    for arguments in (["build"], ["report", "weekly", "--week", "2026-W12", "-o", str(tmp_path / "out")]):
        done = subprocess.run(
            ["unshare", "-n", str(command), *arguments, "--workspace", str(place)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_no_outside_connection_is_tried(weisu, tmp_path: Path) -> None:
    command = weisu.__globals__["WEISU"]
    place = small_city(weisu, tmp_path)
    for name, arguments in {
        "build": ["build"],
        "run": ["run", str(next((tmp_path / "made" / "exports").glob("*.csv"))), "--source", "hotline"],
    }.items():
        log = tmp_path / f"{name}.strace"
        done = subprocess.run(["strace", "-f", "-qq", "-e", "trace=connect", "-o", str(log), str(command), *arguments, "--workspace", str(place)],
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr
        tried = {a or b for a, b in OUTSIDE.findall(log.read_text())} - INSIDE
        assert not tried, f"{name} tried {tried}"
