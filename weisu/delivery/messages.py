"""One message: what it says, in sentences and as facts, and the files with it.  Nothing in it may be more than may leave the house."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from weisu.texts import text


@dataclass(frozen=True)
class Message:
    """What is said, before it has a channel."""

    subject: str
    lines: tuple[str, ...]
    lang: str
    facts: tuple[dict[str, Any], ...] = ()  # for programs, one per alert or report
    files: tuple[str, ...] = ()  # paths below var

    def to_json(self) -> str:
        """As it is kept in the outbox."""
        kept = {"subject": self.subject, "lines": self.lines, "lang": self.lang, "facts": self.facts}
        return json.dumps(kept | {"files": self.files}, ensure_ascii=False)

    @property
    def body(self) -> str:
        """The sentences, one a line."""
        return "\n".join(self.lines)


def from_json(kept: str) -> Message:
    """The message of an outbox row."""
    raw = json.loads(kept)
    return Message(raw["subject"], tuple(raw["lines"]), raw["lang"], tuple(raw["facts"]), tuple(raw["files"]))


def joined(messages: Sequence[Message], *, left_out: int = 0) -> Message:
    """Several messages of one digest as one; a single one stays as it is.

    Args:
        left_out: how many more were queued that the recipient may not have any more: a last line says so.
    """
    whole = _joined(messages)
    if not left_out:
        return whole
    return replace(whole, lines=(*whole.lines, text("delivery.left_out", whole.lang, count=left_out)))


def _joined(messages: Sequence[Message]) -> Message:
    first = messages[0]
    if len(messages) == 1:
        return first
    lines = [line for one in messages for line in ("", one.subject, *one.lines)][1:]
    facts = tuple(fact for one in messages for fact in one.facts)
    files = tuple(dict.fromkeys(file for one in messages for file in one.files))
    return Message(text("delivery.digest", first.lang, count=len(messages)), tuple(lines), first.lang, facts, files)


def content_hash(message: Message, var: Path) -> str:
    """SHA-256 over what is said and the bytes of the files."""
    digest = hashlib.sha256(message.to_json().encode())
    for file in message.files:
        digest.update(hashlib.sha256((var / file).read_bytes()).digest())
    return digest.hexdigest()
