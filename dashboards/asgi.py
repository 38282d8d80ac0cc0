"""The app as its server runs it: the pages behind the gate, beside the sign-in page."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware
from streamlit.starlette import App

from dashboards.door import Door
from dashboards.gate import Gate
from dashboards.login import routes
from dashboards.server import LANGUAGE_VARIABLE
from weisu.errors import SettingsError
from weisu.settings import find_workspace

SECRET_VARIABLE = "WEISU_OIDC_SECRET"


def provider(door: Door) -> dict[str, Any] | None:
    """What `st.login` is told of the identity provider; None in other modes.

    Raises:
        SettingsError: the client's secret is not in the environment.
    """
    access = door.access
    if access.mode != "oidc":
        return None
    if SECRET_VARIABLE not in os.environ:
        raise SettingsError("the secret of the OpenID client is missing", where=SECRET_VARIABLE, todo="set this variable for the server alone")  # fmt: skip
    return {
        "auth": {
            "redirect_uri": access.public_address.rstrip("/") + "/oauth2callback",
            "cookie_secret": secrets.token_hex(32),  # of this process: after a restart everybody signs in again
            "client_id": access.oidc_client_id,
            "client_secret": os.environ[SECRET_VARIABLE],
            "server_metadata_url": access.oidc_metadata,
        }
    }


door = Door.of(find_workspace(), os.environ.get(LANGUAGE_VARIABLE, ""))
app = App(
    Path(__file__).with_name("app.py"),
    middleware=[Middleware(Gate, door=door)],
    routes=routes(door),
    secrets=provider(door),
)
