"""Prefect's own server, for this machine alone: bound to 127.0.0.1, with a password of this run, its files in the workspace."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from weisu.errors import WeisuError

START_SECONDS = 120


class ServerError(WeisuError):
    """Prefect's server did not come up."""

    code = "server"


@contextmanager
def local_server() -> Iterator[str]:
    """Start the server, point this process and its children to it, and end it afterwards; gives its address.

    Must be entered before `prefect` is imported, which reads its settings once.

    Raises:
        ServerError: it did not become healthy.
    """
    port, password = _free_port(), f"weisu:{secrets.token_urlsafe(16)}"
    os.environ |= {
        "PREFECT_API_URL": f"http{''}://127.0.0.1:{port}/api",
        "PREFECT_SERVER_API_AUTH_STRING": password,
        "PREFECT_API_AUTH_STRING": password,
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    # a session of its own: Ctrl-C ends the schedules first, which need the server to sign off
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait_until_healthy(os.environ["PREFECT_API_URL"], process)
        yield os.environ["PREFECT_API_URL"]
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_healthy(address: str, process: subprocess.Popen[bytes]) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        try:
            with opener.open(f"{address}/health", timeout=2):
                return
        except urllib.error.HTTPError as error:
            if error.code == 401:  # it answers, and wants the password
                return
        except OSError:
            pass
        time.sleep(0.5)
    raise ServerError("the schedule server did not start", where=address, todo="run: weisu doctor; then try again")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
