"""A run without any route ends the same, and tries no outside connection."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

NEEDS = {"unshare": "util-linux", "strace": "strace"}
OUTSIDE = re.compile(
    r"connect\(\d+, \{sa_family=AF_INET6?, .*?(?:inet_addr\(\"([^\"]+)\"\)|inet_pton\(AF_INET6, \"([^\"]+)\")"
)
WITHOUT_ROUTES = """
import fcntl, os, socket, struct, sys
with socket.socket() as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", 0x41))  # SIOCSIFFLAGS: lo is up and running
os.execvp(sys.argv[1], sys.argv[1:])
"""
INSIDE = {"127.0.0.1", "::1", "0.0.0.0"}


@pytest.fixture(scope="module")
def loaded(weisu, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a year of the synthetic city, loaded; they end on a Sunday, so that the digest needs no build of its own."""
    root = tmp_path_factory.mktemp("offline")
    made = root / "made"
    assert (
        weisu(
            "simulate", "-o", made, "--tickets", "5000", "--seed", "5", "--from", "2025-10-01", "--to", "2026-03-29"
        ).status
        == 0
    )
    place = root / "city"
    assert weisu("init", place).status == 0
    done = weisu("load", *sorted((made / "exports").glob("*.csv")), "--source", "hotline", "--workspace", place)
    assert done.status == 0, done.err
    return root


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("unshare"), reason="a network namespace needs root and unshare"
)
def test_without_any_route_a_run_and_a_report_end_the_same_and_none_is_tried(
    weisu, loaded: Path, tmp_path: Path
) -> None:
    """The flow loads, builds and publishes by the same steps as the commands, with Prefect around them; only the machine itself can be reached."""
    log, place = tmp_path / "run.strace", loaded / "city"
    alone = ["unshare", "-n", sys.executable, "-c", WITHOUT_ROUTES, "strace", "-f", "--seccomp-bpf", "-qq", "-A", "-e", "trace=connect", "-o", log]  # fmt: skip
    export = next((loaded / "made" / "exports").glob("*.csv"))
    for arguments in (
        ["run", export, "--source", "hotline"],
        ["report", "weekly", "--week", "2026-W13", "-o", tmp_path],
    ):
        told = [*alone, weisu.__globals__["WEISU"], *arguments, "--workspace", place]
        done = subprocess.run([str(part) for part in told], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    traced = log.read_text()
    assert "127.0.0.1" in traced  # Prefect's own server: connections are seen
    assert {a or b for a, b in OUTSIDE.findall(traced)} <= INSIDE
