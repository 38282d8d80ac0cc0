"""Asking the door about an upload: the command `weisu profile` runs as a child with a private copy that is removed at once.

The app never reads an export itself: a hostile file can only end the child, and its memory goes with it.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dashboards.command import ask
from weisu.drafts import write_text
from weisu.errors import WeisuError
from weisu.settings import Workspace

LIMIT_SECONDS = 300
LONGEST_NAME = 100
PLACEHOLDER = "upload"


class ConnectError(WeisuError):
    """The profile cannot be saved under this name."""

    code = "connect"


@dataclass(frozen=True)
class Upload:
    """An export as the browser sent it; it lives in memory only."""

    name: str
    data: bytes = field(repr=False)

    @property
    def file_name(self) -> str:
        """The name the copy gets: printable, without folders."""
        name = "".join(c if c.isprintable() and c not in "/\\" else "_" for c in self.name).strip(". ")
        return name[-LONGEST_NAME:] or PLACEHOLDER


@dataclass(frozen=True)
class Identity:
    """Columns that together are the id of a ticket: joined, or, where the export has none, told by a keyed hash of their cells."""

    columns: tuple[str, ...]  # as profiles name them
    separator: str = "-"
    is_derived: bool = False

    @property
    def is_enough(self) -> bool:
        """Whether a profile may say so: one column alone is an id by itself."""
        return len(self.columns) >= (1 if self.is_derived else 2)


@dataclass(frozen=True)
class Choices:
    """What the reader confirmed: everything a profile needs beside the sections taken from the suggestion."""

    columns: tuple[
        tuple[str, str], ...
    ]  # field, header as profiles name it; FIELD.time, FIELD.also: see docs/profiles.md
    language: str
    order: str
    formats: tuple[str, ...]
    zone: str  # "" = the city's
    datum: str
    null_words: tuple[str, ...]
    tail: str  # TOML sections of the suggestion that stay as they are
    identity: Identity | None = None  # instead of a column with the id


def suggestion(upload: Upload, workspace: Workspace) -> dict[str, Any]:
    """What `weisu profile suggest --json` says of an upload for this city.

    Raises:
        CommandError: the file is refused; one line.
    """
    with private_copy(upload.file_name, upload.data) as path:
        return ask("profile", "suggest", str(path), "--workspace", str(workspace.root), seconds=LIMIT_SECONDS)


def preview(upload: Upload, profile: str, workspace: Workspace, *, rows: int = 50) -> dict[str, Any]:
    """What `weisu profile preview --json` says of an upload and a profile's text.

    Raises:
        CommandError: the file or the profile is refused; one line.
    """
    with private_copy(upload.file_name, upload.data) as path:
        toml = path.parent / "profile.toml" if path.name != "profile.toml" else path.parent / "this_profile.toml"
        _write_private(toml, profile.encode())
        asked = ("--profile", str(toml), "--rows", str(rows), "--workspace", str(workspace.root))
        return ask("profile", "preview", str(path), *asked, seconds=LIMIT_SECONDS)


@contextmanager
def private_copy(name: str, data: bytes) -> Iterator[Path]:
    """A copy (0600) in a folder of its own (0700), gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="weisu-connect-") as folder:
        path = Path(folder) / name
        _write_private(path, data)
        yield path


def _write_private(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def compose(name: str, choices: Choices) -> str:
    """The profile as TOML; JSON strings are TOML strings."""
    lines = [f"name = {_quoted(name)}", f"language = {_quoted(choices.language)}"]
    lines += [f"zone = {_quoted(choices.zone)}"] if choices.zone else []
    lines += [f"datum = {_quoted(choices.datum)}"]
    lines += [f"null_words = {_listed(choices.null_words)}"] if choices.null_words else []
    for table, role in (("columns", ""), ("times", "time"), ("also", "also")):
        parts = [(field.partition("."), header) for field, header in choices.columns]
        named = [f"{field} = {_quoted(header)}" for (field, _, said), header in parts if said == role]
        lines += ["", f"[{table}]", *named] if named else []
    lines += _identity(choices.identity) if choices.identity else []
    lines += ["", "[dates]", f"order = {_quoted(choices.order)}"]
    lines += [f"formats = {_listed(choices.formats)}"] if choices.formats else []
    return "\n".join(lines) + "\n" + choices.tail


def _identity(identity: Identity) -> list[str]:
    how = "is_derived = true" if identity.is_derived else f"separator = {_quoted(identity.separator)}"
    return ["", "[identity]", f"columns = {_listed(identity.columns)}", how]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _listed(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def save(workspace: Workspace, name: str, profile: str, *, may_replace: bool) -> Path:
    """Write sources/NAME.toml whole or not at all.

    Raises:
        ConnectError: no plain name, the file exists and may not be replaced, or the folder cannot be written.
    """
    if not is_plain(name):
        raise ConnectError("bad_name")
    path = workspace.sources / f"{name}.toml"
    if path.exists() and not may_replace:
        raise ConnectError("exists")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, profile)
    except OSError as error:
        raise ConnectError("cannot be written", where=str(path), todo=error.strerror or "") from error
    return path


def is_plain(name: str) -> bool:
    """Whether a name can stand for a source."""
    return bool(name) and name.replace("_", "").replace("-", "").isalnum() and len(name) <= LONGEST_NAME


def twice(fields: Mapping[int, str]) -> list[str]:
    """Fields chosen for more than one column."""
    chosen = [field for field in fields.values() if field]
    return sorted({field for field in chosen if chosen.count(field) > 1})
