"""What the server knows of its door: settings of access, the store that holds accounts, the names under which it may be called."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from dashboards.front import SECRET_VARIABLE as COOKIE_SECRET
from weisu.access_settings import Access
from weisu.errors import SettingsError
from weisu.settings import Workspace
from weisu.store import open_store

LOCAL_HOSTS = ("127.0.0.1", "localhost")
SECRET_VARIABLE = "WEISU_OIDC_SECRET"


@dataclass(frozen=True)
class Door:
    """One workspace's way in."""

    workspace: Workspace
    access: Access
    engine: sa.Engine
    language: str

    @classmethod
    def of(cls, workspace: Workspace, language: str = "") -> Door:
        """The door of a workspace as its settings describe it."""
        settings = workspace.settings()
        return cls(workspace, settings.access, open_store(workspace), language or settings.city.language)

    @property
    def is_https(self) -> bool:
        """Whether readers come by TLS, so that cookies may be asked to."""
        return self.access.public_address.startswith("https://")

    @property
    def hosts(self) -> tuple[str, ...]:
        """Host names that a request may carry; any other is refused: no DNS rebinding."""
        return allowed_hosts(self.access)


def utc_now() -> dt.datetime:
    """The one place where the app reads the clock; naive UTC."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def allowed_hosts(access: Access) -> tuple[str, ...]:
    """The own machine's names, and that of the public address."""
    public = urlsplit(access.public_address).hostname
    return (*LOCAL_HOSTS, *((public,) if public and public not in LOCAL_HOSTS else ()))


def is_loopback(address: str) -> bool:
    """Whether an address is the machine's own."""
    try:
        return address == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def check_address(access: Access, address: str, where: Path) -> None:
    """Whether the dashboard may listen there.

    Raises:
        SettingsError: without a login only on the own machine; beyond it only behind TLS.
    """
    if is_loopback(address):
        return
    if access.mode == "open":
        raise SettingsError(f"without a login the dashboard listens on 127.0.0.1 only, not on {address}", where=f"{where} [access]",
                            todo="set mode to accounts, header or oidc (docs/access.md)")  # fmt: skip
    if not access.public_address.startswith("https://"):
        raise SettingsError(f"passwords and tickets would travel readable to {address}", where=f"{where} [access]",
                            todo="put a gateway with TLS in front and name it: public_address = \"https://…\"")  # fmt: skip


def provider(access: Access) -> dict[str, Any] | None:
    """What `st.login` is told of the identity provider; None in other modes.

    Raises:
        SettingsError: the client's secret is not in the environment.
    """
    if access.mode != "oidc":
        return None
    if SECRET_VARIABLE not in os.environ:
        raise SettingsError("the secret of the OpenID client is missing", where=SECRET_VARIABLE, todo="set this variable for the server alone")  # fmt: skip
    return {
        "auth": {
            "redirect_uri": access.public_address.rstrip("/") + "/oauth2callback",
            "cookie_secret": os.environ.get(
                COOKIE_SECRET, ""
            ),  # of the front: after a restart everybody signs in again
            "client_id": access.oidc_client_id,
            "client_secret": os.environ[SECRET_VARIABLE],
            "server_metadata_url": access.oidc_metadata,
        }
    }
