"""`weisu serve` for real: a server of our own, deployments with cron in the city's zone, runs planned ahead."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from weisu.workspaces import create_workspace

WEISU = Path(sys.executable).parent / "weisu"


def ask(address: str, path: str, password: str) -> list[dict]:
    import base64

    token = base64.b64encode(password.encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {token}"}
    request = urllib.request.Request(f"{address}/{path}", data=b"{}", headers=headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        return json.load(answer)


def environment_of(pid: int) -> dict[str, str]:
    raw = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return dict(part.decode().split("=", 1) for part in raw if b"=" in part)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads the server's password from /proc")
def test_serve_plans_runs_in_the_citys_zone(tmp_path: Path) -> None:
    place = create_workspace(tmp_path / "city", template="boston311")
    process = subprocess.Popen(
        [WEISU, "serve", "--workspace", place.root],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "5"},
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        assert "America/New_York" in process.stdout.readline()
        address = process.stdout.readline().split()[3].rstrip(",")
        children = subprocess.run(
            ["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True
        ).stdout.split()
        password = next(
            e["PREFECT_SERVER_API_AUTH_STRING"]
            for e in map(environment_of, map(int, children))
            if "PREFECT_SERVER_API_AUTH_STRING" in e
        )
        ends = time.monotonic() + 120
        while True:
            deployments = ask(address, "deployments/filter", password)
            runs = ask(address, "flow_runs/filter", password)
            planned = {r["state_type"] for r in runs if r["deployment_id"]}
            at_start = {r["state_type"] for r in runs if not r["deployment_id"]}  # nothing is loaded, and it says so
            if (len(deployments) >= 5 and "SCHEDULED" in planned and at_start <= {"FAILED"}) or time.monotonic() > ends:
                break
            time.sleep(2)
        assert {d["name"] for d in deployments} == {"daily", "weekly", "monthly", "deliver", "replay"}
        assert {s["schedule"]["timezone"] for d in deployments for s in d["schedules"]} == {"America/New_York"}
        assert {d["global_concurrency_limit"]["limit"] for d in deployments} == {1}
        assert at_start <= {"FAILED"}
        assert "SCHEDULED" in planned
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        process.stdout.close()
