"""The zip container of a workbook, checked before any parser sees it, and what its XML says that the cell reader does not."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO
from xml.etree import ElementTree

from ingest.errors import Refused
from ingest.readers.number_formats import Run, Runs, Zeros, zeros_by_style
from ingest.readers.ods_text import CONTENT
from ingest.readers.unpack import check_ratio
from ingest.readers.xls_formats import zeros_in_xls

MAX_UNPACKED = 2 << 30
MAX_SMALL_PART = 16 << 20  # workbook.xml, its relations, its styles
MAX_PARTS = 20_000
CHUNK, LONGEST_CELL = 1 << 20, 64 << 10
DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
VALUELESS = re.compile(
    rb"""<c (?:(?![^>]*t="str")[^>]*><f[^>]*(?:/>|>[^<]*</f>)(?:<v></v>|<v */>)|[^>]*><f[^>]*(?:/>|>[^<]*</f>))</c>"""
)
ERROR = re.compile(rb"""<c [^>]*t="e"[^>]*>""")
FILLED = re.compile(rb"""<c r="([A-Z]{1,3})[0-9]+"[^>]*[^/]><""")
MAX_COLUMNS = 16_384
BOOK, RELATIONS, STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
DATE_MODE_1904 = b"\x22\x00\x02\x00\x01\x00"  # a record of the .xls format
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError, ValueError,
           ElementTree.ParseError)  # fmt: skip


@dataclass(frozen=True)
class Merged:
    """A merged range; rows from 0, columns from 0 at the sheet's first filled column, both ends inside."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Notes:
    """What the XML of one sheet says beside its cells."""

    merged: tuple[Merged, ...] = ()
    valueless: int = 0  # formulas that were never calculated
    errors: int = 0  # cells that say #N/A, #REF! …
    zeros: tuple[Run, ...] = ()  # numbers whose format shows leading zeros; columns as in `Merged`


@dataclass(frozen=True)
class Book:
    """What the container of a workbook says beside its cells."""

    notes: Mapping[str, Notes]  # by sheet name; of .xls only leading zeros, empty for .ods
    is_1904: bool = False  # days count from 1904
    is_ods: bool = False


def check_container(path: Path, label: str) -> Book:
    """The notes of a workbook whose container holds nothing hostile.

    Raises:
        Refused: damaged (every checksum is verified), encrypted, a bomb, external entities, a name that leaves the archive.
    """
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _check_old(path, label)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive, path.stat().st_size, label)
            names = set(archive.namelist())
            zeros = _zeros(archive, label)
            parts = {m.filename: _scan(archive, m, label, zeros) for m in archive.infolist()}
            if not {BOOK, RELATIONS} <= names:
                return Book({}, is_ods=CONTENT in names)
            book = _small(archive, BOOK, label)
            sheets = _sheet_parts(book, _small(archive, RELATIONS, label))
            return Book({name: parts[part] for name, part in sheets.items() if part in parts}, _counts_from_1904(book))
    except DAMAGED as error:
        todo = "open it in Excel or WPS and save it again"
        raise Refused("is a damaged workbook", code="damaged", where=label, todo=todo) from error


def _check_old(path: Path, label: str) -> Book:
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data or "EncryptionInfo".encode("utf-16-le") in data:
        raise Refused("is encrypted with a password", code="encrypted", where=label, todo="save it without a password")
    notes = {name: Notes(zeros=runs) for name, runs in zeros_in_xls(data).items()}
    return Book(notes, DATE_MODE_1904 in data)


def _check_members(archive: zipfile.ZipFile, packed: int, label: str) -> None:
    """Sizes and names alone: nothing is unpacked yet."""
    members, odd = archive.infolist(), "check where the file came from"
    total = sum(member.file_size for member in members)
    check_ratio(total, packed, label)
    for member in members:
        check_ratio(member.file_size, min(member.compress_size, packed), label)
        if member.filename.startswith("/") or ".." in member.filename.replace("\\", "/").split("/"):
            raise Refused("holds a file name that leaves the archive", code="zip_slip", where=label, todo=odd)
    if total > MAX_UNPACKED or len(members) > MAX_PARTS:
        raise Refused("unpacks to an absurd size (archive bomb)", code="bomb", where=label, todo=odd)
    if any(member.flag_bits & 1 for member in members):
        raise Refused("is encrypted with a password", code="encrypted", where=label, todo="save it without a password")


def _scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo, label: str, styles: Mapping[int, Zeros]) -> Notes:
    """Read a part to its end, which verifies its checksum; look at what sheets say on the way."""
    merged: list[Merged] = []
    valueless = errors = 0
    runs = Runs(styles)
    with archive.open(member) as part:
        for body in (
            _pieces(part) if member.filename.endswith((".xml", ".rels")) else iter(lambda: part.read(CHUNK), b"")
        ):
            _check_declarations(body, label)
            valueless += len(VALUELESS.findall(body)) if b"<f" in body else 0
            errors += len(ERROR.findall(body)) if b't="e"' in body else 0
            merged += _merged(body) if b"<mergeCell " in body else []
            runs.add(body, _column)
    zeros = runs.found()
    first = _first_column(archive, member) if zeros or any(m.bottom > m.top for m in merged) else 0
    shifted = tuple(replace(m, left=m.left - first, right=m.right - first) for m in merged if m.left >= first)
    return Notes(shifted, valueless, errors, tuple(replace(run, column=run.column - first) for run in zeros))


def _first_column(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Where the cell reader begins: at the leftmost cell with content."""
    with archive.open(member) as part:
        found = (min(map(_column, set(FILLED.findall(body))), default=MAX_COLUMNS) for body in _pieces(part))
        return min(found) % MAX_COLUMNS


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    """The whole part, cut before a cell or at least before a tag."""
    rest = b""
    while chunk := part.read(CHUNK):
        text = rest + chunk
        cut = text.rfind(b"<c ")
        if cut < len(text) - LONGEST_CELL:
            cut = text.rfind(b"<")
        cut = cut if cut > 0 else len(text)
        yield text[:cut]
        rest = text[cut:]
    yield rest


def _merged(text: bytes) -> list[Merged]:
    return [
        Merged(int(top) - 1, _column(left), int(bottom) - 1, _column(right))
        for left, top, right, bottom in MERGED.findall(text)
    ]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _counts_from_1904(book: ElementTree.Element) -> bool:
    return any(node.get("date1904") in ("1", "true") for node in book.iter() if node.tag.endswith("}workbookPr"))


def _sheet_parts(book: ElementTree.Element, relations: ElementTree.Element) -> dict[str, str]:
    """Sheet name -> part name, in the order of the book."""
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    found = {}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet") and sheet.get(RELATION) in targets:
            target = targets[sheet.get(RELATION)]
            found[sheet.get("name", "")] = (
                target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            )
    return found


def _zeros(archive: zipfile.ZipFile, label: str) -> dict[int, Zeros]:
    """Of a book bloated with styles none."""
    is_readable = STYLES in archive.namelist() and archive.getinfo(STYLES).file_size <= MAX_SMALL_PART
    return zeros_by_style(_small(archive, STYLES, label)) if is_readable else {}


def _small(archive: zipfile.ZipFile, name: str, label: str) -> ElementTree.Element:
    if archive.getinfo(name).file_size > MAX_SMALL_PART:
        raise zipfile.BadZipFile(f"{name} is absurdly large")
    body = archive.read(name)
    _check_declarations(body, label)
    return ElementTree.fromstring(body)


def _check_declarations(xml: bytes, label: str) -> None:
    if any(sign in xml for sign in DECLARATIONS):
        raise Refused("declares XML entities", code="xml_entities", where=label, todo="check where the file came from")
