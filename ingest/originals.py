"""Original bytes in the private archive: found, and given back as they arrived."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from ingest.arrival import CHUNK, Arrival
from ingest.errors import Refused
from ingest.readers import ENDINGS

if TYPE_CHECKING:
    import duckdb

Progress = Callable[[str, float, int], None]  # label, files done (with a fraction), files in all
COMPRESSED, RESTORED = ".zst", "restored-"
# each original once per export time, in the order of its first load
ORIGINALS = """
select source, file_sha256, arg_min(file_label, loaded_at), min(file_bytes), exported_at, min(loaded_at)
from raw.loads {where} group by source, file_sha256, exported_at order by min(loaded_at), min(rowid)
"""


@dataclass(frozen=True)
class Original:
    """One file of the archive as the ledger knows it; `loaded_at` is the clock of its first load."""

    source: str
    sha256: str
    label: str
    bytes: int
    exported_at: dt.datetime | None
    loaded_at: dt.datetime


@dataclass(frozen=True)
class Restored(Arrival):
    """An original given back: its export time is the one the ledger holds, the name is gone."""

    exported_at: dt.datetime | None = None


def list_originals(
    con: duckdb.DuckDBPyConnection, where: str = "", parameters: Sequence[object] = ()
) -> list[Original]:
    """All originals the ledger knows, or those of the loads that an SQL condition chooses."""
    return [Original(*row) for row in con.execute(ORIGINALS.format(where=where), list(parameters)).fetchall()]


def find_original(archive: Path, sha256: str) -> Path | None:
    """The archived file of these bytes; null when it was purged or lost."""
    kept = (archive / sha256, archive / f"{sha256}{COMPRESSED}")
    return next((path for path in kept if path.is_file()), None)


def progress_of(progress: Progress | None, index: int, count: int) -> Progress | None:
    """What reports the load of one original as a part of all that are read again."""
    return (lambda label, done, _: progress(label, index + done, count)) if progress else None


@contextmanager
def restored(original: Original, archive: Path) -> Iterator[Restored]:
    """The original's bytes in a private temporary file beside the archive, with the ending it came with; the caller holds the writer lock.

    Raises:
        Refused: it is not there, or its bytes are not those that were loaded.
    """
    kept = find_original(archive, original.sha256)
    if kept is None:
        raise Refused("is no longer in the archive", code="no_original", where=original.label, todo="load the file again")  # fmt: skip
    sweep(archive)
    with tempfile.TemporaryDirectory(dir=archive.parent, prefix=RESTORED) as folder:
        path = Path(folder) / f"original{_endings(original.label)}"
        if _unpack(kept, path) != original.sha256:
            raise Refused("is damaged in the archive", code="damaged_original", where=original.label,
                          todo="restore var/archive from your backup, or load the file again")  # fmt: skip
        yield Restored(path, original.label, original.bytes, original.sha256, exported_at=original.exported_at)


def sweep(archive: Path) -> None:
    """Remove what a killed retry or replay left; the caller holds the writer lock."""
    for leftover in archive.parent.glob(f"{RESTORED}*"):
        shutil.rmtree(leftover)


def _endings(label: str) -> str:
    """`.csv.gz` of a name; readers want the ending that the file had."""
    last = PurePath(label).suffixes[-2:]
    return "".join(e for e in last if e.lower() in ENDINGS)


def _unpack(kept: Path, target: Path) -> str:
    import pyarrow as pa

    digest = hashlib.sha256()
    with kept.open("rb") as raw, target.open("xb") as file:
        target.chmod(0o600)
        source = pa.CompressedInputStream(pa.PythonFile(raw, "r"), "zstd") if kept.suffix == COMPRESSED else raw
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()
