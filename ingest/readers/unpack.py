""".gz and .zip: unpacked into a private temporary file, with limits on size and ratio so that a bomb never grows."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ingest.errors import Refused

CHUNK = 1 << 20
MAX_UNPACKED = 8 << 30
MAX_RATIO = 200  # text tables shrink 5 to 60 times
FREE_BYTES = 64 << 20  # below this size the ratio does not matter


@contextmanager
def unpacked(path: Path, label: str) -> Iterator[tuple[Path, str]]:
    """The one file inside, as a temporary file; gone afterwards.

    Raises:
        Refused: damaged, encrypted, several files inside, or a bomb.
    """
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    with tempfile.TemporaryDirectory(prefix="weisu-") as folder:
        try:
            if is_gzip:
                name = path.name.removesuffix(".gz") or "inside"
                target = Path(folder) / f"inside{Path(name).suffix.lower()}"
                with gzip.open(path, "rb") as source:
                    _copy(source, target, path.stat().st_size, label)
            else:
                target = _unzip(path, Path(folder), label)
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise Refused(
                "is a damaged or encrypted archive",
                code="bad_archive",
                where=label,
                todo="pack it again without a password",
            ) from error
        yield target, label


def _unzip(path: Path, folder: Path, label: str) -> Path:
    with zipfile.ZipFile(path) as archive:
        members = [
            m
            for m in archive.infolist()
            if not m.is_dir() and not m.filename.startswith("__MACOSX/") and not m.filename.endswith(".DS_Store")
        ]
        if len(members) != 1:
            raise Refused(
                f"holds {len(members)} files, not one",
                code="many_files",
                where=label,
                todo="unpack it and load the folder",
            )
        check_ratio(members[0].file_size, members[0].compress_size, label)
        target = folder / f"inside{Path(members[0].filename).suffix.lower()}"
        with archive.open(members[0]) as source:
            _copy(source, target, members[0].compress_size, label)
    return target


def _copy(source: BinaryIO, target: Path, packed: int, label: str) -> None:
    size = 0
    with target.open("wb") as file:
        while chunk := source.read(CHUNK):
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
