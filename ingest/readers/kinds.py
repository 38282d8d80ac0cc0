"""What a file is, by its first bytes; files that are no plain files are refused before they are opened."""

from __future__ import annotations

import codecs
import re
import stat
from enum import StrEnum
from pathlib import Path

from ingest.errors import Refused

MAX_BYTES = 8 << 30
BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip


class Kind(StrEnum):
    """The kinds of file the door knows."""

    DELIMITED = "delimited text"
    WORKBOOK = "workbook"
    JSON = "JSON"
    XML = "XML"
    PARQUET = "Parquet"
    PACKED = "packed file"


ENDINGS = {
    ".csv": Kind.DELIMITED, ".tsv": Kind.DELIMITED, ".tab": Kind.DELIMITED,
    ".xlsx": Kind.WORKBOOK, ".xlsm": Kind.WORKBOOK, ".xls": Kind.WORKBOOK, ".ods": Kind.WORKBOOK,
    ".json": Kind.JSON, ".jsonl": Kind.JSON, ".ndjson": Kind.JSON, ".geojson": Kind.JSON,
    ".xml": Kind.XML,
    ".parquet": Kind.PARQUET, ".gz": Kind.PACKED, ".zip": Kind.PACKED,
}  # fmt: skip
JSON_START = re.compile(r"^\s*[\[{]")
XML_START = re.compile(r"^\s*<")
EXCEL_2003 = "urn:schemas-microsoft-com:office:spreadsheet"
WEB_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|table|meta|div|script|style)\b", re.IGNORECASE)
WORKBOOK_PART = re.compile(
    rb"PK(?:\x03\x04.{26}|\x01\x02.{42})(?:\[Content_Types\]\.xml|xl/workbook\.xml|mimetype)", re.DOTALL
)
NO_TABLES = (
    (b"%PDF", "a PDF"), (b"7z\xbc\xaf\x27\x1c", "a 7z archive"), (b"Rar!", "a rar archive"), (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"), (b"\x28\xb5\x2f\xfd", "a zstd file"), (b"SQLite format 3\0", "an SQLite database"),
    (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"), (b"{\\rtf", "an RTF document"),
    (b"ARROW1", "an Arrow file"), (b"ORC", "an ORC file"), (b"Obj\x01", "an Avro file"),
)  # fmt: skip
HEAD, TAIL = 64 << 10, 1 << 20


def check_file(path: Path, label: str) -> int:
    """Size in bytes of a plain file; never opens a pipe, a device or a folder.

    Raises:
        Refused: missing, no plain file, or too large.
    """
    try:
        state = path.stat()
    except (OSError, ValueError) as error:
        what = "does not exist" if isinstance(error, FileNotFoundError) else getattr(error, "strerror", "")
        raise Refused(what or "cannot be opened", code="missing_file", where=label, todo="check the path") from error
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
        Refused: content that is certainly no table: HTML, PDF, pictures, other archives and databases.
    """
    check_file(path, label)
    head = _head(path, label)
    if found := next((what for magic, what in NO_TABLES if head.startswith(magic)), ""):
        raise Refused(f"is {found}, not a table", code="wrong_kind", where=label, todo="export it as CSV or xlsx")
    if head[257:262] == b"ustar":
        raise Refused("is a tar archive", code="wrong_kind", where=label, todo="unpack it and load the folder")
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return Kind.WORKBOOK
    if head.startswith(b"\x1f\x8b"):
        return Kind.PACKED
    if head.startswith(b"PK"):
        return _zip_kind(path, head)
    return _text_kind(path, _as_text(head[:4096]), label)


def _head(path: Path, label: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError as error:
        raise Refused(error.strerror or "cannot be opened", code="unreadable_file", where=label,
                      todo="check its permissions") from error  # fmt: skip


def _text_kind(path: Path, head: str, label: str) -> Kind:
    if XML_START.match(head):
        if EXCEL_2003 in head:
            raise Refused("is an XML spreadsheet of Excel 2003", code="wrong_kind", where=label,
                          todo="open it in Excel or WPS and save it as xlsx")  # fmt: skip
        if WEB_PAGE.search(head):
            raise Refused("is a web page, not a table", code="wrong_kind", where=label, todo="export it as CSV or xlsx")
        return Kind.XML
    if JSON_START.match(head) or (path.suffix.lower() in (".json", ".jsonl", ".ndjson") and not head.count(",")):
        return Kind.JSON
    return Kind.DELIMITED


def _as_text(head: bytes) -> str:
    """The first characters of a text file, good enough to tell markup and JSON; other bytes become signs of no meaning."""
    for bom, encoding in BOMS:
        if head.startswith(bom):
            return head[len(bom) :].decode(encoding, errors="replace")
    return head.replace(b"\0", b"").decode("latin-1")


def _zip_kind(path: Path, head: bytes) -> Kind:
    """A workbook is a zip file that names a workbook's parts; found without parsing, so that nothing can be provoked."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        is_workbook = WORKBOOK_PART.search(head) or WORKBOOK_PART.search(file.read(TAIL))
    return Kind.WORKBOOK if is_workbook or path.suffix.lower() in (".xlsx", ".xlsm", ".ods") else Kind.PACKED


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
