"""Start Streamlit with the house's options: 127.0.0.1 unless there is a login, no outside request, the tokens as its theme."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from dashboards.door import LOCAL_HOSTS, allowed_hosts, check_address, provider
from dashboards.style import streamlit_options
from weisu.errors import SettingsError
from weisu.offline import stay_offline
from weisu.settings import Workspace

APP = Path(__file__).with_name("asgi.py")
LANGUAGE_VARIABLE = "WEISU_LANG"
OPTIONS = {
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.runOnSave": "false",
    "server.enableXsrfProtection": "true",
    "server.enableCORS": "true",
    "browser.gatherUsageStats": "false",
    "browser.serverAddress": "127.0.0.1",
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
}


def command(port: int, *, address: str = "127.0.0.1", hosts: tuple[str, ...] = LOCAL_HOSTS) -> list[str]:
    """The command line that starts the app.

    Args:
        hosts: names under which it may be called.
    """
    options = {**OPTIONS, "server.address": address, "server.port": str(port), **streamlit_options()}
    flags = [f"--{name}={value}" for name, value in options.items()] + [
        f"--server.allowedHosts={host}" for host in hosts
    ]
    return [sys.executable, "-m", "streamlit", "run", str(APP), *flags]


def environment(workspace: Workspace, lang: str) -> dict[str, str]:
    """The environment the app is started with."""
    believed = {"FORWARDED_ALLOW_IPS": ""}  # who is connected is the peer itself, whatever X-Forwarded-For says
    return {**os.environ, **believed, "WEISU_WORKSPACE": str(workspace.root), LANGUAGE_VARIABLE: lang}


def run(workspace: Workspace, *, port: int, lang: str, address: str = "127.0.0.1") -> None:
    """Replace this process by the app's server.

    Raises:
        SettingsError: the port is taken, without a login or TLS the address is not for the dashboard, or a secret is missing.
    """
    _check_free(address, port)
    access = workspace.settings().access
    check_address(access, address, workspace.settings_file)
    provider(access)  # says what is missing, before the server starts
    stay_offline()
    sys.stdout.flush()
    order = command(port, address=address, hosts=allowed_hosts(access))
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
