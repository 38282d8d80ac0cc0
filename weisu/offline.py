"""The switches that keep every component from talking to the outside."""

from __future__ import annotations

import os
from pathlib import Path

SWITCHES = {
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
}


def stay_offline() -> None:
    """Set the switches for this process and its children; must run before the components are imported."""
    os.environ.update(SWITCHES)


def keep_prefect_in(folder: Path) -> None:
    """Let Prefect's own files live in the workspace instead of the user's home."""
    os.environ["PREFECT_HOME"] = str(folder)
    os.environ["PREFECT_PROFILES_PATH"] = str(folder / "profiles.toml")
