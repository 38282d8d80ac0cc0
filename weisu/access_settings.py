"""The section [access] of weisu.toml: who may enter the dashboard."""

from __future__ import annotations

from dataclasses import dataclass

ACCESS_MODES = ("open", "accounts", "header", "oidc")


@dataclass(frozen=True)
class Access:
    """Who may enter the dashboard (docs/access.md)."""

    mode: str = "open"  # open: no login, on 127.0.0.1 only; accounts: local passwords; header: a gateway's; oidc: an identity provider's
    public_address: str = ""  # as readers type it, https://…; needed for any address but 127.0.0.1, and for oidc
    session_hours: int = 12  # after which one signs in again
    header: str = "X-Forwarded-User"  # holds the name, in mode header
    proxies: tuple[str, ...] = ()  # addresses of gateways whose header is believed
    unknown_role: str = ""  # of names without an account, in modes header and oidc: "viewer", or "" for none
    oidc_metadata: str = ""  # address of the provider's .well-known/openid-configuration
    oidc_client_id: str = ""  # the secret comes from the variable WEISU_OIDC_SECRET
    oidc_claim: str = "preferred_username"  # which claim is the name of the account


def access_limits(access: Access) -> list[tuple[bool, str, str]]:
    """(is wrong, setting, what is allowed) for every value that has a range."""
    is_oidc, public = access.mode == "oidc", access.public_address
    return [
        (access.mode not in ACCESS_MODES, "access.mode", f"use one of {', '.join(ACCESS_MODES)}"),
        (bool(public) and not public.startswith(("https://", "http://")), "access.public_address", "use https://…"),
        (not 1 <= access.session_hours <= 720, "access.session_hours", "use 1 to 720"),
        (access.unknown_role not in ("", "viewer"), "access.unknown_role", 'use "viewer", or "" for nothing'),
        (access.mode == "header" and not (access.header and access.proxies), "access.proxies", "name the gateway's addresses and its header"),
        (is_oidc and not (access.oidc_metadata and access.oidc_client_id and access.oidc_claim and public), "access.oidc_metadata", "give oidc_metadata, oidc_client_id and public_address"),
    ]  # fmt: skip
