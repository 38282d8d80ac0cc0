"""The files that hold what a city decided, weisu.toml and the lists of reference/: read, put in place whole, and kept as they were.

Every content that a change began or ended with lies in var/former under its SHA-256, private; undoing and comparing read it there.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from weisu.drafts import draft_of, sync_folder
from weisu.errors import WeisuError
from weisu.settings import SETTINGS_FILE, Workspace

LISTS = ("areas.csv", "categories.csv", "duties.csv", "calendar.csv", "weights.csv")
FILES = (SETTINGS_FILE, *LISTS)


class SettingChangeError(WeisuError):
    """A setting or list cannot be changed like this."""

    code = "setting"


def path_of(workspace: Workspace, file: str) -> Path:
    """Where a file of `FILES` lies; a link is followed, so that it stays one.

    Raises:
        SettingChangeError: no such file.
    """
    if file not in FILES:
        raise SettingChangeError("no such list", where=file[:40], todo=f"known: {', '.join(LISTS)}")
    return (workspace.settings_file if file == SETTINGS_FILE else workspace.reference / file).resolve()


def content_of(workspace: Workspace, file: str) -> bytes:
    """What the file holds now; nothing where there is none."""
    path = path_of(workspace, file)
    return path.read_bytes() if path.is_file() else b""


def fingerprint(content: bytes) -> str:
    """SHA-256 of a content; "" of an empty or missing file."""
    return hashlib.sha256(content).hexdigest() if content else ""


def keep(workspace: Workspace, content: bytes) -> None:
    """Remember a content."""
    folder, name = workspace.var / "former", fingerprint(content)
    if not name or (folder / name).is_file():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with draft_of(folder / name) as draft:
        draft.touch(mode=0o600)
        draft.write_bytes(content)


def former(workspace: Workspace, sha256: str) -> bytes:
    """A content that was remembered.

    Raises:
        SettingChangeError: it is not there any more.
    """
    path = workspace.var / "former" / sha256
    if not sha256:
        return b""
    if not path.is_file() or fingerprint(content := path.read_bytes()) != sha256:
        raise SettingChangeError("what it was before is not kept", where=f"var/former/{sha256[:12]}", todo="restore var/former from your backup")  # fmt: skip
    return content


@contextmanager
def put_in_place(path: Path, content: bytes) -> Iterator[None]:
    """Write beside `path`, with its rights, before the block; take its place when the block ended well.

    Raises:
        SettingChangeError: the disk or the folder does not take it; nothing was changed.
    """
    draft = path.with_name(f".{path.name}.draft")  # no ending that a build would take for a list
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.is_file():
            draft.chmod(path.stat().st_mode & 0o7777)
        yield
        os.replace(draft, path)
        sync_folder(path.parent)
    except OSError as error:
        raise SettingChangeError("cannot be written", where=path.name, todo=error.strerror or "check disk and rights") from error  # fmt: skip
    finally:
        draft.unlink(missing_ok=True)
