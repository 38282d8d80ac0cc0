"""What the cell reader drops of an .ods: line breaks, tabs and blanks inside a paragraph, zeros that only a format shows.  Put where it looks."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

CONTENT = "content.xml"
MARKS = {
    re.compile(rb"<text:line-break\s*/>|<text:line-break\s*>\s*</text:line-break>"): b"&#10;",
    re.compile(rb"<text:tab(?:\s[^<>]*)?/>|<text:tab(?:\s[^<>]*)?>\s*</text:tab>"): b"&#9;",
}
# a number shown as 000123: as text it keeps its zeros
SHOWN = re.compile(
    rb'(<table:table-cell\b[^>]*?)office:value-type="float"([^>]*?) office:value="([0-9]+)"([^>]*)>(<text:p>)(0[0-9]*)</text:p>'
)


def plain_ods(path: Path) -> bytes:
    """The workbook, whose cells say in plain text what their markup says."""
    with zipfile.ZipFile(path) as archive:
        body = archive.read(CONTENT)
        plain = _plain(body)
        if plain == body:
            return path.read_bytes()
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w") as target:
            for member in archive.infolist():
                target.writestr(member, plain if member.filename == CONTENT else archive.read(member))
    return copy.getvalue()


def _plain(body: bytes) -> bytes:
    for mark, sign in MARKS.items():
        body = mark.sub(sign, body)
    return SHOWN.sub(_as_text, body)


def _as_text(cell: re.Match[bytes]) -> bytes:
    opening, before, value, after, paragraph, shown = cell.groups()
    if int(value) != int(shown) or len(shown) <= len(value):
        return cell[0]
    return opening + b'office:value-type="string"' + before + after + b">" + paragraph + shown + b"</text:p>"
