"""What can go wrong between the outbox and a recipient.  No message of these ever holds an address, a key or a server's answer."""

from __future__ import annotations

from weisu.errors import WeisuError


class DeliveryError(WeisuError):
    """A recipient, a subscription or `var/delivery.toml` is wrong."""

    code = "delivery"


class Undelivered(Exception):
    """One attempt failed.

    Args:
        detail: a short code such as "smtp 451", "http 500", "no connection".
        is_final: whether trying again is of no use.
    """

    def __init__(self, detail: str, *, is_final: bool = False) -> None:
        super().__init__(detail)
        self.detail, self.is_final = detail, is_final
