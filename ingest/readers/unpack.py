""".gz and .zip: unpacked into a private temporary file by a child process, with limits on size and ratio so that a bomb never grows."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ingest.errors import Refused
from ingest.readers.kinds import ENDINGS
from ingest.readers.table import Source

CHUNK = 1 << 20
MAX_UNPACKED = 8 << 30
MAX_RATIO = 200  # text tables shrink 5 to 60 times
FREE_BYTES = 64 << 20  # below this size the ratio does not matter
DAMAGED = (OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)


@contextmanager
def unpacked(source: Source) -> Iterator[Path]:
    """The one file inside, as a temporary file; gone afterwards.

    Raises:
        Refused: damaged, encrypted, several files inside, or a bomb.
    """
    from ingest.readers.confined import run_confined

    with tempfile.TemporaryDirectory(prefix="weisu-") as name:
        folder = Path(name)
        yield folder / run_confined("unpack", source, folder)["file"]


def unpack(source: Source, folder: Path) -> dict[str, str]:
    """Write the one file inside to `folder`; the child's part of `unpacked`."""
    with source.path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    try:
        target = _ungzip(source, folder) if is_gzip else _unzip(source, folder)
    except DAMAGED as error:
        raise Refused("is a damaged or encrypted archive", code="bad_archive", where=source.label,
                      todo="pack it again without a password") from error  # fmt: skip
    return {"file": target.name}


def _ungzip(source: Source, folder: Path) -> Path:
    target = _target(source.path.name.lower().removesuffix(".gz"), folder)
    with gzip.open(source.path, "rb") as packed:
        _copy(packed, target, source.path.stat().st_size, source.label)
    return target


def _unzip(source: Source, folder: Path) -> Path:
    with zipfile.ZipFile(source.path) as archive:
        members = [m for m in archive.infolist() if not m.is_dir() and not _is_litter(m.filename)]
        if len(members) != 1:
            raise Refused(f"holds {len(members)} files, not one", code="many_files", where=source.label,
                          todo="unpack it and load the folder")  # fmt: skip
        member = members[0]
        packed = min(member.compress_size, source.path.stat().st_size)
        check_ratio(member.file_size, packed, source.label)
        target = _target(member.filename, folder)
        with archive.open(member) as file:
            _copy(file, target, packed, source.label)
    return target


def _is_litter(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.endswith((".DS_Store", "Thumbs.db"))


def _target(name: str, folder: Path) -> Path:
    """A name of our own: of the packed name only a known ending is kept."""
    ending = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    return folder / f"inside{ending if ending in ENDINGS else ''}"


def _copy(packed_file: BinaryIO, target: Path, packed: int, label: str) -> None:
    size = 0
    with target.open("wb") as file:
        while chunk := packed_file.read(CHUNK):
            size += len(chunk)
            check_ratio(size, packed, label)
            file.write(chunk)


def check_ratio(size: int, packed: int, label: str) -> None:
    """Stop at a size no honest table has.

    Raises:
        Refused: a bomb.
    """
    if size > MAX_UNPACKED or (size > FREE_BYTES and size > MAX_RATIO * max(packed, 1)):
        raise Refused(
            "unpacks to an absurd size (archive bomb)", code="bomb", where=label, todo="check where the file came from"
        )
