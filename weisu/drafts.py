"""A file whole or not there: written beside its place, forced to the disk, then put in its place in one step."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME_LENGTH = 200  # of the 255 bytes that file systems take


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """A file of the same ending to write instead of `path`; it takes its place when the block ends well, and is gone when not.

    Raises:
        OSError: the disk does not take it; the draft was not written.
    """
    draft = path.with_name(f".{path.stem[:NAME_LENGTH]}.draft{path.suffix}")
    try:
        yield draft
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(draft, path)
        sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Force what was renamed or removed in a folder to the disk, so that a power cut does not undo it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: Path, text: str) -> None:
    """UTF-8 text into a file, whole or not at all."""
    with draft_of(path) as draft:
        draft.write_text(text, encoding="utf-8")
