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


@pytest.fixture(scope="module")
def loaded(weisu, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fifteen months of the synthetic city, loaded; they end on a Sunday, so that the digest needs no build of its own."""
    root = tmp_path_factory.mktemp("offline")
    made = root / "made"
    assert (
        weisu(
            "simulate", "-o", made, "--tickets", "6000", "--seed", "5", "--from", "2025-01-01", "--to", "2026-03-29"
        ).status
        == 0
    )
    place = root / "city"
    assert weisu("init", place).status == 0
    done = weisu("load", *sorted((made / "exports").glob("*.csv")), "--source", "hotline", "--workspace", place)
    assert done.status == 0, done.err
    return root


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("unshare"), reason="a network namespace needs root and unshare"
)
def test_without_any_route_a_build_and_a_report_end_the_same(weisu, loaded: Path, tmp_path: Path) -> None:
    command = weisu.__globals__["WEISU"]
    place = shutil.copytree(loaded / "city", tmp_path / "city")
    for arguments in (["build"], ["report", "weekly", "--week", "2026-W13", "-o", str(tmp_path / "out")]):
        done = subprocess.run(
            ["unshare", "-n", str(command), *arguments, "--workspace", str(place)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_no_outside_connection_is_tried(weisu, loaded: Path, tmp_path: Path) -> None:
    """By the flow, which loads, builds and publishes by the same steps as the commands, with Prefect around them."""
    command = weisu.__globals__["WEISU"]
    log, export = tmp_path / "run.strace", next((loaded / "made" / "exports").glob("*.csv"))
    done = subprocess.run(["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect", "-o", str(log), str(command), "run", str(export), "--source", "hotline", "--workspace", str(loaded / "city")],
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    tried = {a or b for a, b in OUTSIDE.findall(log.read_text())} - INSIDE
    assert not tried, tried
