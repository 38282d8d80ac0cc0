"""Addresses down to the room.  A street number stays: it is where the problem is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.spans import Span

NUMBER = r"[0-9A-Za-z一二三四五六七八九十百]{1,6}"
ROOM = re.compile(
    rf"(?:{NUMBER}(?:号楼|栋|幢|座|#楼|号院|号)[-—\s,，]?)((?:{NUMBER}(?:单元|门|梯)[-—\s,，]?)?(?:{NUMBER}(?:楼|层)[-—\s,，]?)?(?:[0-9]{{3,4}}|{NUMBER}(?=室|户|房))(?:室|户(?!人)|房间|房(?!产|屋|地)|号(?!楼))?)(?![0-9米元年月日人个路多余万余楼])"
)
UNIT_ROOM = re.compile(
    rf"({NUMBER}单元[-—\s,，]?(?:{NUMBER}(?:楼|层)[-—\s,，]?)?(?:[0-9]{{3,4}}|{NUMBER}(?=室|户|房))(?:室|户|房间|房|号)?)(?![0-9米元年月日])"
)
PLAIN_ROOM = re.compile(r"(?<![0-9A-Za-z])([0-9]{3,4}(?:室|房))(?!地产|间|屋|东|租|价|产|型|数|款)")
DASHED = re.compile(
    r"(?<![0-9A-Za-z-])[0-9]{1,3}((?:-[0-9]{1,2})?-[0-9]{3,4})(?![0-9-])(?=室|户|房|号|的|业主|居民|住户|家|，|。|；|、|$)"
)
PATTERNS = (ROOM, UNIT_ROOM, PLAIN_ROOM, DASHED)


def find_rooms(text: str) -> Iterator[Span]:
    """Unit, floor and room behind a building number."""
    if not any(c.isdigit() or c in "室户房" for c in text):
        return
    for pattern in PATTERNS:
        yield from (Span(*m.span(1), "address") for m in pattern.finditer(text) if m[1].strip())
