"""Start the app's processes with the house's options: 127.0.0.1 unless there is a login, no outside request, the tokens as its theme."""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import Any

from dashboards.door import LOCAL_HOSTS, allowed_hosts, check_address, provider
from dashboards.style import streamlit_options
from weisu.errors import SettingsError
from weisu.offline import stay_offline
from weisu.settings import Workspace
from weisu.texts import text

MOST_PROCESSES = 4  # each holds some 400 MB
LANGUAGE_VARIABLE = "WEISU_LANG"
OPTIONS = {
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.runOnSave": False,
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "browser.gatherUsageStats": False,
    "browser.serverAddress": "127.0.0.1",
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
}


def options(port: int, *, address: str = "127.0.0.1", hosts: tuple[str, ...] = LOCAL_HOSTS) -> dict[str, Any]:
    """Streamlit's options.

    Args:
        hosts: names under which the app may be called.
    """
    own = {"server.address": address, "server.port": port, "server.allowedHosts": list(hosts)}
    return {**OPTIONS, **own, **streamlit_options()}


def command(
    port: int, *, address: str = "127.0.0.1", hosts: tuple[str, ...] = LOCAL_HOSTS, processes: int = 1
) -> list[str]:
    """The command line that starts the app in so many processes."""
    told = json.dumps(options(port, address=address, hosts=hosts))
    return [sys.executable, "-m", "dashboards.front", address, str(port), str(processes), told]


def usual_processes() -> int:
    """As many as there are cores, at most MOST_PROCESSES."""
    return min(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, MOST_PROCESSES
    )


def environment(workspace: Workspace, lang: str) -> dict[str, str]:
    """The environment the app is started with."""
    believed = {"FORWARDED_ALLOW_IPS": ""}  # who is connected is the peer itself, whatever X-Forwarded-For says
    frugal = {"MALLOC_ARENA_MAX": "2"}  # each run of a page is a thread; glibc would keep memory for many of them
    return {**os.environ, **believed, **frugal, "WEISU_WORKSPACE": str(workspace.root), LANGUAGE_VARIABLE: lang}


def run(workspace: Workspace, *, port: int, lang: str, address: str = "127.0.0.1", processes: int = 0) -> None:
    """Replace this process by the app's front.

    Args:
        processes: 0: as many as usual.

    Raises:
        SettingsError: the port is taken, without a login or TLS the address is not for the dashboard, or a secret is missing.
    """
    _check_free(address, port)
    settings = workspace.settings()
    access = settings.access
    check_address(access, address, workspace.settings_file)
    provider(access)  # says what is missing, before the server starts
    stay_offline()
    at = access.public_address or f"http://{f'[{address}]' if ':' in address else address}:{port}"
    print(text("access.serving", lang or settings.city.language, at=at), flush=True)
    order = command(port, address=address, hosts=allowed_hosts(access), processes=processes or usual_processes())
    os.execve(sys.executable, order, environment(workspace, lang))


def _check_free(address: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise SettingsError(
                f"port {port} is taken", where=address, todo=f"choose another: --port {port + 1}"
            ) from error
