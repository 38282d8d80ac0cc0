"""Bytes to lines of text, and the lines whose bytes are of another encoding."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from ingest.errors import Refused

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
BAD_LINE_SHARE = 0.3  # more undecodable lines than this: not a text file we know
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class Lines:
    """Physical lines without their ends; `bad` holds the indexes of lines that do not decode."""

    text: list[str]
    encoding: str
    bad: frozenset[int] = frozenset()


def read_lines(data: bytes, label: str, sure: str = "") -> Lines:
    """Detect the encoding (BOM, UTF-16 by its zero bytes, UTF-8, GB18030) unless it is `sure`, and split into lines.

    Raises:
        Refused: empty, binary, or most lines decode in no known encoding.
    """
    if not data.strip():
        raise Refused("is empty", code="empty_file", where=label, todo="export it again")
    if sure:
        return _eight_bit(data, label, sure)
    for bom, encoding in BOMS:
        if data.startswith(bom):
            data = data[len(bom) :]
            return _utf16(data, encoding, label) if encoding != "utf-8" else _eight_bit(data, label, encoding)
    if guess := _utf16_by_zeros(data[:4096]):
        return _utf16(data, guess, label)
    if len(CONTROL.findall(data[:65536])) > len(data[:65536]) // 200:
        raise Refused(
            "is not a text table (binary content)", code="binary", where=label, todo="load the original export"
        )
    return _eight_bit(data, label)


def _utf16_by_zeros(head: bytes) -> str:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if min(even, odd) * 10 >= max(even, odd) or max(even, odd) < len(head) // 20:
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _utf16(data: bytes, encoding: str, label: str) -> Lines:
    try:
        return Lines(_split(data.decode(encoding)), encoding)
    except UnicodeDecodeError as error:
        raise Refused(
            f"is damaged {encoding} text at byte {error.start}", code="undecodable", where=label, todo="export it again"
        ) from error


def _eight_bit(data: bytes, label: str, sure: str = "") -> Lines:
    try:
        return Lines(_split(data.decode("utf-8")), "utf-8")
    except UnicodeDecodeError:
        raw = re.split(rb"\r?\n" if b"\n" in data else rb"\r", data)
    if raw and raw[-1] == b"":
        raw.pop()
    foreign = [i for i, line in enumerate(raw) if not line.isascii()]
    utf8 = {i for i in foreign if _decodes(raw[i], "utf-8")}
    encoding = sure or ("utf-8" if len(utf8) * 2 >= len(foreign) else "gb18030")
    bad = {i for i in foreign if not _decodes(raw[i], encoding) or (encoding == "gb18030" and i in utf8)}
    if len(bad) > max(3, BAD_LINE_SHARE * len(foreign)) or (len(bad) == len(foreign) and len(raw) < 3):
        raise Refused(
            "decodes neither as UTF-8 nor as GB18030", code="undecodable", where=label, todo="save it as UTF-8"
        )
    text = [_shown(line) if i in bad else line.decode(encoding) for i, line in enumerate(raw)]
    return Lines(text, encoding, frozenset(bad))


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _shown(line: bytes) -> str:
    """ASCII of a line with the unreadable bytes replaced: delimiters and quotes stay where they are."""
    return line.decode("ascii", errors="replace")


def _split(text: str) -> list[str]:
    """At CRLF or LF; at CR alone only when the text has no LF at all."""
    lines = text.split("\r") if "\n" not in text else text.replace("\r\n", "\n").split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    return lines
