"""Keys: the keyed hash that stands for a person, and stable ids for everything that is published."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from weisu.errors import SettingsError

HMAC_BLOCK = 64  # bytes, of SHA-256


def person_key(path: Path) -> bytes:
    """The workspace's secret, made on first use with mode 0600; whoever holds it could link callers, so it never leaves the machine.

    Raises:
        SettingsError: the key file is readable by others, or too short.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
    if path.stat().st_mode & 0o077:
        raise SettingsError("key file is readable by others", where=str(path), todo=f"run: chmod 600 {path}")
    key = path.read_bytes()
    if len(key) < 16:
        raise SettingsError(
            "key file is damaged",
            where=str(path),
            todo="restore it from your backup; a new key breaks the link to earlier persons",
        )
    return key


def person_hash(key: bytes, identifier: str) -> str:
    """HMAC-SHA-256 of a caller's normalised phone number or account, 24 hex digits."""
    return hmac.new(key, identifier.strip().encode("utf-8"), hashlib.sha256).hexdigest()[:24]


def person_hashes(key: bytes, identifiers: Iterable[str]) -> list[str]:
    """`person_hash` of many: the key's half of the work is done once (RFC 2104)."""
    block = key if len(key) <= HMAC_BLOCK else hashlib.sha256(key).digest()
    block = block.ljust(HMAC_BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))
    copy_inner, copy_outer, made = inner.copy, outer.copy, []
    for identifier in identifiers:
        within, around = copy_inner(), copy_outer()
        within.update(identifier.strip().encode("utf-8"))
        around.update(within.digest())
        made.append(around.hexdigest()[:24])
    return made


def files_digest(root: Path, paths: Iterable[Path]) -> str:
    """SHA-256 of the names below `root` and the bytes of some files, whatever their order and wherever `root` lies; hex."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(root)}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def stable_id(*parts: object, length: int = 12) -> str:
    """The same parts give the same id on every machine and in every run."""
    return hashlib.sha256("\x1f".join(str(p) for p in parts).encode("utf-8")).hexdigest()[:length]
