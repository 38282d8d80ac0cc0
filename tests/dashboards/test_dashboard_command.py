"""`weisu dashboard`: wrong use is one clear line; the server listens on 127.0.0.1 alone and asks nothing of the outside."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from dashboards.server import options
from dashboards.style import streamlit_options
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


def test_options_when_started_then_local_and_silent() -> None:
    told = options(8501)
    assert (told["server.address"], told["browser.gatherUsageStats"]) == ("127.0.0.1", False)
    assert (told["client.showErrorDetails"], told["client.toolbarMode"]) == ("none", "viewer")


def test_theme_when_started_then_comes_from_the_tokens() -> None:
    theme = streamlit_options()
    assert theme["theme.light.textColor"] == LIGHT.ink
    assert theme["theme.dark.backgroundColor"] == DARK.paper
