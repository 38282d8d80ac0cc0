"""`weisu dashboard`: wrong use is one clear line; the server listens on 127.0.0.1 alone and asks nothing of the outside."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from pathlib import Path

import pytest

from dashboards.command import COMMAND
from dashboards.server import options
from dashboards.style import streamlit_options
from tests.browser.serving import free_port
from tests.fixtures_publication import make_workspace
from weisu.cli.serve import serve_dashboard
from weisu.errors import SettingsError
from weisu.settings import Workspace
from weisu.theme import DARK, LIGHT


def test_dashboard_when_port_is_taken_then_clear_error(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port} is taken"):
            serve_dashboard(Workspace(tmp_path), port=port)


def test_dashboard_when_language_is_unknown_then_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="unknown language 'fr'"):
        serve_dashboard(Workspace(tmp_path), lang="fr")


def test_dashboard_when_started_then_says_where_and_answers_there(tmp_path: Path) -> None:
    place, port = make_workspace(tmp_path / "city"), free_port()
    order = [
        *COMMAND,
        "dashboard",
        "--port",
        str(port),
        "--processes",
        "1",
        "--lang",
        "en",
        "--workspace",
        str(place.root),
    ]
    with subprocess.Popen(order, stdout=subprocess.PIPE, text=True) as app:
        try:
            assert app.stdout is not None
            assert app.stdout.readline() == f"Open http{''}://127.0.0.1:{port} (Ctrl+C ends it)\n"
            ends, said = time.monotonic() + 60, b""
            while not said.startswith(b"HTTP/1.1 200") and time.monotonic() < ends:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=20) as client:
                    client.sendall(b"GET /_stcore/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                    said = client.recv(100)
                time.sleep(0.1)
            assert said.startswith(b"HTTP/1.1 200")
        finally:
            app.terminate()
    assert app.returncode == 0


def test_options_when_started_then_local_and_silent() -> None:
    told = options(8501)
    assert (told["server.address"], told["browser.gatherUsageStats"]) == ("127.0.0.1", False)
    assert (told["client.showErrorDetails"], told["client.toolbarMode"]) == ("none", "viewer")


def test_theme_when_started_then_comes_from_the_tokens() -> None:
    theme = streamlit_options()
    assert theme["theme.light.textColor"] == LIGHT.ink
    assert theme["theme.dark.backgroundColor"] == DARK.paper
