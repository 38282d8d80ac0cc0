"""What a file is, by its first bytes; files that are no plain files are refused before they are opened."""

from __future__ import annotations

import re
import stat
from enum import StrEnum
from pathlib import Path

from ingest.errors import Refused

MAX_BYTES = 8 << 30


class Kind(StrEnum):
    """The kinds of file the door knows."""

    DELIMITED = "delimited text"
    WORKBOOK = "workbook"
    JSON = "JSON"
    PARQUET = "Parquet"
    PACKED = "packed file"


ENDINGS = {
    ".csv": Kind.DELIMITED, ".tsv": Kind.DELIMITED, ".tab": Kind.DELIMITED,
    ".xlsx": Kind.WORKBOOK, ".xlsm": Kind.WORKBOOK, ".xls": Kind.WORKBOOK, ".ods": Kind.WORKBOOK,
    ".json": Kind.JSON, ".jsonl": Kind.JSON, ".ndjson": Kind.JSON, ".geojson": Kind.JSON,
    ".parquet": Kind.PARQUET, ".gz": Kind.PACKED, ".zip": Kind.PACKED,
}  # fmt: skip
JSON_START = re.compile(rb"^(?:\xef\xbb\xbf)?\s*[\[{]")


def check_file(path: Path, label: str) -> int:
    """Size in bytes of a plain file; never opens a pipe, a device or a folder.

    Raises:
        Refused: missing, no plain file, or too large.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise Refused("does not exist" if isinstance(error, FileNotFoundError) else error.strerror or "cannot be opened",
                      code="missing_file", where=label, todo="check the path") from error  # fmt: skip
    if not stat.S_ISREG(state.st_mode):
        raise Refused(
            "is no plain file", code="not_a_file", where=label, todo="give a file, a folder or a glob of files"
        )
    if state.st_size == 0:
        raise Refused("is empty (0 bytes)", code="empty_file", where=label, todo="export it again")
    if state.st_size > MAX_BYTES:
        raise Refused(f"is larger than {MAX_BYTES >> 30} GiB", code="too_large", where=label, todo="split the export")
    return state.st_size


def content_kind(path: Path, label: str) -> Kind:
    """The kind by content.

    Raises:
        Refused: also for content that is certainly no table: HTML, PDF, an old or encrypted Office container is left to its reader.
    """
    check_file(path, label)
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return Kind.WORKBOOK
    if head.startswith(b"\x1f\x8b"):
        return Kind.PACKED
    if head.startswith(b"PK"):
        return _zip_kind(path)
    if head.startswith(b"%PDF") or re.match(rb"(?:\xef\xbb\xbf)?\s*<", head):
        what = "a PDF" if head.startswith(b"%PDF") else "a web page or XML"
        raise Refused(f"is {what}, not a table", code="wrong_kind", where=label, todo="export it as CSV or xlsx")
    if JSON_START.match(head) or (path.suffix.lower() in (".json", ".jsonl", ".ndjson") and not head.count(b",")):
        return Kind.JSON
    return Kind.DELIMITED


def _zip_kind(path: Path) -> Kind:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return Kind.WORKBOOK if path.suffix.lower() in (".xlsx", ".xlsm", ".ods") else Kind.PACKED
    return Kind.WORKBOOK if names & {"[Content_Types].xml", "mimetype", "xl/workbook.xml"} else Kind.PACKED


def check_ending(path: Path, kind: Kind, label: str, *, is_inside: bool) -> None:
    """Refuse a file whose name promises another kind than its content, and an archive inside an archive.

    Raises:
        Refused: one line that says what the file is and what its name says.
    """
    if is_inside and kind is Kind.PACKED:
        raise Refused("is an archive inside an archive", code="nested_archive", where=label, todo="unpack it first")
    promised = ENDINGS.get(path.suffix.lower())
    if not is_inside and promised not in (None, kind):
        raise Refused(f"is {kind.value} by its content but {path.suffix.lower()} by its name", code="wrong_kind", where=label,
                      todo="check the export, then give it the right ending")  # fmt: skip
