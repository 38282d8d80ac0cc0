"""Bytes to lines of text, and the lines whose bytes are of another encoding."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import AnyStr

from ingest.errors import Refused
from ingest.readers.kinds import BOMS

BAD_LINE_SHARE = 0.3  # more undecodable lines than this: not a text file we know
SAMPLE = 64 << 10
LOOK_AT, DELIMITERS = 2000, (",", ";", "\t", "|")  # lines that show how many delimiters a row has
END_OF_FILE = b"\r\n\x1a"  # blank lines, and the end of a text file of old
CONTROL = re.compile(rb"[\x00\x02-\x08\x0e-\x1a]")  # \x01 and \x1c-\x1f are delimiters of some exports
SHIFTED = re.compile(rb"\+[A-Za-z0-9+/]{3,}-|~\{[!-~]{2,}~\}|\x1b\$[@AB)]")  # UTF-7, HZ, ISO-2022: Chinese in ASCII
COMMON_SHARE = 0.6  # of the Chinese characters of a true GBK text are in the first level of GB 2312


@dataclass(frozen=True)
class Lines:
    """Physical lines without their ends; `bad` holds the indexes of lines that do not decode."""

    text: list[str]
    encoding: str
    bad: frozenset[int] = frozenset()


def read_lines(data: bytes, label: str, sure: str = "", *, is_whole: bool = False) -> Lines:
    """Detect the encoding (byte-order mark, UTF-16 by its zero bytes, UTF-8, GB18030) unless it is `sure`, and split into lines.

    Args:
        is_whole: all of a text table, in which CR alone may part rows among others that end in LF.

    Raises:
        Refused: empty, binary, or most lines decode in no known encoding.
    """
    if not data.strip():
        raise Refused("is empty", code="empty_file", where=label, todo="export it again")
    if sure:
        return _eight_bit(data, label, sure, is_whole=is_whole)
    encoding, mark = find_encoding(data[:SAMPLE], label)
    data = data[mark:]
    if encoding.startswith(("utf-16", "utf-32")):
        return _wide(data, encoding, label, is_whole=is_whole)
    data = data.rstrip(END_OF_FILE)
    try:
        return _eight_bit(data, label, encoding if mark else "", is_whole=is_whole)
    except Refused:
        if not mark:
            raise
        return _eight_bit(data, label, is_whole=is_whole)  # a mark that another program put before its GBK


def find_encoding(head: bytes, label: str) -> tuple[str, int]:
    """Encoding by the first bytes and the length of the byte-order mark; "" is UTF-8 or GB18030, to be seen line by line.

    Raises:
        Refused: binary, or an encoding of Chinese in ASCII.
    """
    for bom, encoding in BOMS:
        if head.startswith(bom):
            return encoding, len(bom)
    if guess := _utf16_by_zeros(head[:4096]):
        return guess, 0
    if len(CONTROL.findall(head)) > len(head) // 200:
        raise Refused(
            "is not a text table (binary content)", code="binary", where=label, todo="load the original export"
        )
    if head.isascii() and len(SHIFTED.findall(head)) > 3:
        raise _unknown(label)
    return "", 0


def _unknown(label: str) -> Refused:
    return Refused("decodes neither as UTF-8 nor as GB18030", code="undecodable", where=label, todo="save it as UTF-8")


def _utf16_by_zeros(head: bytes) -> str:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if min(even, odd) * 10 >= max(even, odd) or max(even, odd) < len(head) // 20:
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _wide(data: bytes, encoding: str, label: str, *, is_whole: bool) -> Lines:
    try:
        return Lines(_split(data.decode(encoding), is_whole=is_whole), encoding)
    except UnicodeDecodeError as error:
        raise Refused(
            f"is damaged {encoding} text at byte {error.start}", code="undecodable", where=label, todo="export it again"
        ) from error


def _eight_bit(data: bytes, label: str, sure: str = "", *, is_whole: bool = False) -> Lines:
    try:
        return Lines(_split(data.decode("utf-8"), is_whole=is_whole), "utf-8")
    except UnicodeDecodeError:
        raw = _split(data, is_whole=is_whole)
    foreign = [i for i, line in enumerate(raw) if not line.isascii()]
    utf8 = {i for i in foreign if decodes(raw[i], "utf-8")}
    encoding = sure or ("utf-8" if len(utf8) * 2 >= len(foreign) else "gb18030")
    bad = {i for i in foreign if not decodes(raw[i], encoding) or (encoding == "gb18030" and i in utf8)}
    if len(bad) > max(3, BAD_LINE_SHARE * len(foreign)) or (len(bad) == len(foreign) and len(raw) < 3):
        raise _unknown(label)
    text = [_shown(line) if i in bad else line.decode(encoding) for i, line in enumerate(raw)]
    if encoding == "gb18030" and not sure and not is_chinese("\n".join(text[i] for i in foreign[:500] if i not in bad)):
        raise _unknown(label)
    return Lines(text, encoding, frozenset(bad))


def is_chinese(text: str) -> bool:
    """Whether bytes that decode as GB18030 mean Chinese: Big5, Latin and others decode too, to rare characters."""
    signs = Counter(sign for sign in text if sign >= "\x80")
    common = sum(count for sign, count in signs.items() if _is_common(sign))
    known = sum(
        count for sign, count in signs.items() if sign < "\U00010000"
    )  # 4-byte characters cannot come by chance
    return common >= COMMON_SHARE * known


def _is_common(sign: str) -> bool:
    """In GB 2312: level 1 of its characters, or its punctuation and full-width forms."""
    try:
        return sign.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return sign in "€·—–…※①②③④⑤⑥⑦⑧⑨⑩"


def decodes(line: bytes, encoding: str) -> bool:
    """Whether a line is text in this encoding."""
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _shown(line: bytes) -> str:
    """ASCII of a line with the unreadable bytes replaced: delimiters and quotes stay where they are."""
    return line.decode("ascii", errors="replace")


def _split(text: AnyStr, *, is_whole: bool) -> list[AnyStr]:
    """At CRLF or LF; at CR alone where the first lines end so, seen outside quotes, or where it parts a line of a whole table into rows."""
    cr, lf, quoted = ("\r", "\n", '"[^"]*"') if isinstance(text, str) else (b"\r", b"\n", b'"[^"]*"')
    if cr not in text:
        lines = text.split(lf)
    else:
        bare = re.sub(quoted, cr[:0], text[:SAMPLE])
        is_cr = bare.count(cr) - bare.count(cr + lf) > 3 * bare.count(lf)
        lines = text.split(cr) if is_cr else text.replace(cr + lf, lf).split(lf)
        lines = _parted(lines, cr) if is_whole and not is_cr else lines
    if lines and not lines[-1]:
        lines.pop()
    return lines


def _parted(lines: list[AnyStr], cr: AnyStr) -> list[AnyStr]:
    """Lines with CR alone among them, parted there where every piece has as many delimiters as most lines."""
    marked = [line for line in lines if cr in line]
    if not marked:
        return lines
    signs = DELIMITERS if isinstance(cr, str) else tuple(sign.encode() for sign in DELIMITERS)
    pieces = [piece for line in lines[:LOOK_AT] for piece in line.split(cr) if piece.strip()]
    usual = {sign: Counter(piece.count(sign) for piece in pieces).most_common(1)[0][0] for sign in signs}
    sign, count = max(usual.items(), key=lambda item: item[1])
    return [
        piece for line in lines for piece in (_rows(line.split(cr), sign, count) if cr in line else None) or (line,)
    ]


def _rows(pieces: list[AnyStr], sign: AnyStr, count: int) -> list[AnyStr]:
    """The pieces that are no blanks, where all of them are rows; else none."""
    filled = [piece for piece in pieces if piece.strip()]
    return filled if count and all(piece.count(sign) == count for piece in filled) else []
