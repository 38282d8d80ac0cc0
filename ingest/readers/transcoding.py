"""Large text files of other encodings: piece by piece to a UTF-8 copy, so that all large files go one way."""

from __future__ import annotations

import codecs
from pathlib import Path

from ingest.errors import Refused
from ingest.readers.encodings import Lines, decodes, find_encoding, read_lines

PIECE = 8 << 20
SAMPLE = 1 << 20
MARK = "\ufdd0"  # stands for undecodable bytes in the copy; no text holds this noncharacter


def has_line_feeds(path: Path) -> bool:
    """Whether rows end in line feeds (or CRLF), as a file must to be read piece by piece."""
    with path.open("rb") as file:
        return file.read(SAMPLE).count(b"\n") > 1


def first_lines(path: Path, label: str) -> Lines:
    """Whole lines from the head of a file, with its encoding; where the head is ASCII, later lines tell the encoding.

    Raises:
        Refused: as `read_lines`.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE)
        lines = read_lines(_whole_lines(head, label), label)
        if lines.encoding != "utf-8" or not head.isascii():
            return lines
        while piece := file.read(SAMPLE):
            if not piece.isascii():
                telling = piece[piece.find(b"\n") + 1 :] + file.readline()
                return Lines(lines.text, read_lines(telling, label).encoding, lines.bad) if telling.strip() else lines
    return lines


def _whole_lines(head: bytes, label: str) -> bytes:
    encoding, _ = find_encoding(head, label)
    if not encoding.startswith(("utf-16", "utf-32")):
        return head[: head.rfind(b"\n") + 1] or head
    unit = 2 if encoding.startswith("utf-16") else 4
    end = head.rfind("\n".encode(encoding))
    while end > 0 and end % unit:
        end = head.rfind("\n".encode(encoding), 0, end)
    return head[: end + unit] if end > 0 else head[: len(head) // unit * unit]


def to_utf8(path: Path, encoding: str, target: Path, label: str) -> bool:
    """Write a UTF-8 copy; lines of GB18030 that do not decode, or that are UTF-8 among GB18030, carry `MARK`; whether any does.

    Raises:
        Refused: damaged UTF-16 or UTF-32.
    """
    with path.open("rb") as source, target.open("wb") as copy:
        if encoding == "gb18030":
            has_marks = False
            while lines := source.readlines(PIECE):
                text = _recoded(lines)
                has_marks = has_marks or MARK in text
                copy.write(text.encode("utf-8"))
            return has_marks
        decoder = codecs.getincrementaldecoder(encoding)()
        is_start = True
        try:
            while piece := source.read(PIECE):
                text = decoder.decode(piece)
                copy.write((text.removeprefix("\ufeff") if is_start else text).encode("utf-8"))
                is_start = False
            decoder.decode(b"", final=True)
        except (UnicodeDecodeError, UnicodeEncodeError) as error:
            raise Refused(f"is damaged {encoding} text", code="undecodable", where=label,
                          todo="export it again") from error  # fmt: skip
    return False


def _recoded(lines: list[bytes]) -> str:
    """One piece of GB18030 text; line by line only where a line may be of another encoding."""
    strange = {i for i, line in enumerate(lines) if not line.isascii() and decodes(line, "utf-8")}
    if not strange:
        try:
            return b"".join(lines).decode("gb18030")
        except UnicodeDecodeError:
            pass
    return "".join(
        _marked(line) if i in strange or not decodes(line, "gb18030") else line.decode("gb18030")
        for i, line in enumerate(lines)
    )


def _marked(line: bytes) -> str:
    return line.decode("ascii", errors="replace").replace("\ufffd", MARK)
