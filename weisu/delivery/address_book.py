"""How each recipient is reached: `var/delivery.toml`, mode 0600, the only place with addresses, passwords and keys."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from weisu.delivery.errors import DeliveryError
from weisu.settings import Workspace

FILE = "delivery.toml"
CHANNELS = ("mail", "webhook", "wecom", "dingtalk", "feishu")
SECURITY = ("starttls", "tls", "none")
FROM_ENVIRONMENT = "env:"
LONGEST_NAME = 64
MAIL = re.compile(r"[!-;=?A-~]+@[A-Za-z0-9.-]+")  # as a server without SMTPUTF8 takes it
SENDER = re.compile(rf"{MAIL.pattern}|[^<>\r\n]* <{MAIL.pattern}>")
TODO = "see docs/delivery.md"


@dataclass(frozen=True)
class Mailbox:
    """The mail server that takes what is sent."""

    host: str
    sender: str = field(repr=False)
    port: int = 587
    security: str = "starttls"
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Recipient:
    """One person, room or program, and the one way to it."""

    name: str
    channel: str
    address: str = field(repr=False)  # of mail: an address; webhook: its URL; robots: the URL form of apprise
    key: str = field(default="", repr=False)  # signs what is sent
    host: str = ""  # of a private installation of a robot's service
    account: str = ""  # of the app, whose own it is: it may subscribe it there, and is sent no more than it may see


@dataclass(frozen=True)
class AddressBook:
    """All recipients by name; empty while nothing is set up, and then nothing is ever sent."""

    recipients: Mapping[str, Recipient]
    mailbox: Mailbox | None = None

    def find(self, name: str) -> Recipient:
        """The recipient of that name.

        Raises:
            DeliveryError: there is none.
        """
        if name not in self.recipients:
            known = ", ".join(sorted(self.recipients)) or "none yet"
            raise DeliveryError(f"no recipient {name[:40]!r}", where=FILE, todo=f"known: {known}; {TODO}")
        return self.recipients[name]


def path_of(workspace: Workspace) -> Path:
    """Where the address book of a workspace lies."""
    return workspace.var / FILE


def read_address_book(workspace: Workspace) -> AddressBook:
    """Read `var/delivery.toml`; a value `env:NAME` is taken from the environment.

    Raises:
        DeliveryError: open to others, not TOML, an unknown or missing key, an unknown channel, or no mail server for mail.
    """
    path = path_of(workspace)
    if not path.exists():
        return AddressBook({})
    raw = _parsed(path)
    if unknown := set(raw) - {"smtp", "recipients"}:
        raise _wrong(path, f"unknown section [{min(unknown)}]", "known: smtp, recipients")
    mailbox = _made(Mailbox, raw["smtp"], path, "smtp") if "smtp" in raw else None
    people = _section(raw.get("recipients", {}), path)
    book = AddressBook(
        {name: _made(Recipient, {"name": name, **_section(given, path)}, path, name) for name, given in people.items()},
        mailbox,
    )
    _check(book, path)
    return book


def _parsed(path: Path) -> dict[str, Any]:
    if path.stat().st_mode & 0o077:
        raise _wrong(path, "is readable by others", f"run: chmod 600 {path}")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise _wrong(path, "is not valid TOML", "correct it") from None  # the parser's words may quote a secret
    except OSError as error:
        raise _wrong(path, "cannot be read", error.strerror or "check the permissions") from error


def _section(given: Any, path: Path) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _wrong(path, "a recipient must be a section [recipients.NAME]", TODO)
    return given


def _made(kind: type, given: Any, path: Path, name: str) -> Any:
    known = {f.name: f for f in fields(kind)}
    given = {key: _value(value, path, f"{name}.{key}") for key, value in _section(given, path).items()}
    if unknown := set(given) - set(known):
        raise _wrong(path, f"unknown setting {name}.{min(unknown)}", f"known: {', '.join(known)}")
    for key, value in given.items():
        wanted = int if key == "port" else str
        if type(value) is not wanted:
            raise _wrong(path, f"{name}.{key} must be {wanted.__name__}", TODO)
    try:
        return kind(**given)
    except TypeError as error:
        missing = [key for key in ("channel", "address", "host", "sender") if key in known and key not in given]
        raise _wrong(path, f"{name} lacks {missing[0]}", TODO) from error


def _value(value: Any, path: Path, name: str) -> Any:
    if not (isinstance(value, str) and value.startswith(FROM_ENVIRONMENT)):
        return value
    variable = value.removeprefix(FROM_ENVIRONMENT)
    if variable not in os.environ:
        raise _wrong(path, f"{name}: the environment has no {variable}", "set it where weisu runs")
    return os.environ[variable]


def _check(book: AddressBook, path: Path) -> None:
    for one in book.recipients.values():
        if one.channel not in CHANNELS:
            raise _wrong(path, f"{one.name}.channel is unknown", f"use one of {', '.join(CHANNELS)}")
        if one.channel == "mail" and book.mailbox is None:
            raise _wrong(path, f"{one.name} wants mail, but there is no [smtp]", TODO)
        if one.channel == "mail" and not MAIL.fullmatch(one.address):
            raise _wrong(path, f"{one.name}.address is no mail address", TODO)
        if one.channel == "webhook" and not one.address.startswith(("https://", "http://")):
            raise _wrong(path, f"{one.name}.address is no http(s) address", TODO)
        if one.channel == "webhook" and len(one.key) < 16:
            raise _wrong(path, f"{one.name}.key signs what is sent and must have 16 characters or more", TODO)
        if len(one.name) > LONGEST_NAME:
            raise _wrong(path, f"the name {one.name[:20]!r}… is too long", f"use at most {LONGEST_NAME} characters")
    box = book.mailbox
    if box and not SENDER.fullmatch(box.sender):
        raise _wrong(path, "smtp.sender is no mail address", TODO)
    if box and box.security not in SECURITY:
        raise _wrong(path, "smtp.security is unknown", f"use one of {', '.join(SECURITY)}")
    if box and box.security == "none" and box.password:
        raise _wrong(path, "smtp.password would cross the network in clear", 'use security = "starttls" or "tls"')


def _wrong(path: Path, what: str, todo: str) -> DeliveryError:
    return DeliveryError(what, where=str(path), todo=todo)
