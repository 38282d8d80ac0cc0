"""Start Streamlit with the house's options: 127.0.0.1 only, no outside request, the tokens as its theme."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from dashboards.style import streamlit_options
from weisu.errors import SettingsError
from weisu.offline import stay_offline
from weisu.settings import Workspace

APP = Path(__file__).with_name("app.py")
LANGUAGE_VARIABLE = "WEISU_LANG"
HOSTS = ("127.0.0.1", "localhost")  # any other Host header is refused: no DNS rebinding
OPTIONS = {
    "server.address": "127.0.0.1",
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.runOnSave": "false",
    "browser.gatherUsageStats": "false",
    "browser.serverAddress": "127.0.0.1",
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
}


def command(port: int) -> list[str]:
    """The command line that starts the app."""
    options = {**OPTIONS, "server.port": str(port), **streamlit_options()}
    flags = [f"--{name}={value}" for name, value in options.items()] + [
        f"--server.allowedHosts={host}" for host in HOSTS
    ]
    return [sys.executable, "-m", "streamlit", "run", str(APP), *flags]


def environment(workspace: Workspace, lang: str) -> dict[str, str]:
    """The environment the app is started with."""
    return {**os.environ, "WEISU_WORKSPACE": str(workspace.root), LANGUAGE_VARIABLE: lang}


def run(workspace: Workspace, *, port: int, lang: str) -> None:
    """Replace this process by the app's server.

    Raises:
        SettingsError: the port is taken.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SettingsError(
                f"port {port} is taken", where="127.0.0.1", todo=f"choose another: --port {port + 1}"
            ) from error
    stay_offline()
    sys.stdout.flush()
    os.execve(sys.executable, command(port), environment(workspace, lang))
