"""A signed JSON POST: what was said, as sentences and as facts, with the files in base64."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from weisu.delivery.address_book import Recipient
from weisu.delivery.http import post
from weisu.delivery.messages import Message

VERSION = 1


def send(
    recipient: Recipient, message: Message, *, key: str, queued_at: dt.datetime, now: dt.datetime, var: Path
) -> None:
    """POST one message.

    Args:
        key: the delivery id; the same at every attempt, and so is the body.
        queued_at, now: naive UTC; `now` is signed, so that an old body cannot be played again.

    Raises:
        Undelivered: see `weisu.delivery.http.post`.
    """
    body = json.dumps(payload(message, key=key, queued_at=queued_at, var=var), ensure_ascii=False).encode()
    stamp = str(int(now.replace(tzinfo=dt.UTC).timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": key,
        "X-Weisu-Timestamp": stamp,
        "X-Weisu-Signature": f"sha256={signature(recipient.key, stamp, body)}",
    }
    post(recipient.address, body, headers)


def signature(key: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA-256 over timestamp, a full stop and the body's bytes; hex."""
    return hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def payload(message: Message, *, key: str, queued_at: dt.datetime, var: Path) -> dict[str, Any]:
    """What the body says."""
    return {
        "version": VERSION,
        "delivery_id": key,
        "queued_at": f"{queued_at.isoformat(timespec='seconds')}Z",
        "lang": message.lang,
        "subject": message.subject,
        "text": message.body,
        "facts": list(message.facts),
        "files": [_file(var / name) for name in message.files],
    }


def _file(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {
        "name": path.name,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "base64": base64.b64encode(content).decode(),
    }
