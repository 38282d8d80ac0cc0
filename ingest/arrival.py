"""A file at the door: found, fingerprinted, and its original bytes kept in the private archive."""

from __future__ import annotations

import glob
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import Refused
from ingest.readers import ENDINGS, check_file, shown_name

CHUNK = 1 << 20
PACKED = (b"\x1f\x8b", b"PK", b"PAR1", b"\x28\xb5\x2f\xfd")


@dataclass(frozen=True)
class Arrival:
    """One file as it was found; `label` is its masked name."""

    path: Path
    label: str
    bytes: int
    sha256: str


def find_files(given: Sequence[Path]) -> list[Path]:
    """Files named directly, all table files of a folder, or the matches of a glob; sorted within each, each file once.

    Raises:
        Refused: a path that does not exist, or a folder or glob without any table file.
    """
    found: dict[Path, None] = {}
    for path in given:
        if path.is_dir():
            matches = [p for p in sorted(path.iterdir()) if p.is_file() and _is_table_name(p)]
        elif not path.exists() and glob.has_magic(str(path)):
            matches = [p for p in map(Path, sorted(glob.glob(str(path), recursive=True))) if p.is_file()]
        else:
            matches = [path]
        if not matches:
            raise Refused(
                "holds no table file", code="nothing_found", where=str(path), todo="check the folder or the pattern"
            )
        found |= dict.fromkeys(matches)
    return list(found)


def _is_table_name(path: Path) -> bool:
    return not path.name.startswith((".", "~$")) and path.suffix.lower() in ENDINGS


def arrive(path: Path) -> Arrival:
    """Check and fingerprint one file.

    Raises:
        Refused: missing, no plain file, empty, or it changed while it was read.
    """
    label = masked_label(path)
    size = check_file(path, label)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    if path.stat().st_size != size:
        raise Refused(
            "changed while it was read", code="moving_file", where=label, todo="wait until it is written completely"
        )
    return Arrival(path, label, size, digest.hexdigest())


def masked_label(path: Path) -> str:
    """The file name as it may be shown and kept: escaped, shortened, long digit runs other than dates masked."""
    return re.sub(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)", "〔号码〕", shown_name(path))


def archive(arrival: Arrival, folder: Path) -> Path:
    """Keep the original bytes under their hash (folder 0700, file 0600); the same bytes are kept once.

    Raises:
        Refused: the file changed since it was fingerprinted.
    """
    import pyarrow as pa

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    with arrival.path.open("rb") as file:
        packed = file.read(4).startswith(PACKED)
    target = folder / (arrival.sha256 if packed else f"{arrival.sha256}.zst")
    if target.exists():
        return target
    draft = folder / f".{target.name}.{os.getpid()}"
    digest = hashlib.sha256()
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
        sink = raw if packed else pa.CompressedOutputStream(pa.PythonFile(raw, "wb"), "zstd")
        with arrival.path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                sink.write(chunk)
        if not packed:
            sink.close()
        else:
            raw.flush()
    if digest.hexdigest() != arrival.sha256:
        draft.unlink()
        raise Refused(
            "changed while it was read",
            code="moving_file",
            where=arrival.label,
            todo="wait until it is written completely",
        )
    os.replace(draft, target)
    return target
