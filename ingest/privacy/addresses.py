"""Addresses down to the room.  A street number stays: it is where the problem is."""

from __future__ import annotations

import re

from ingest.privacy.spans import Rule

NUMBER = r"[0-9A-Za-z零〇一二三四五六七八九十百]{1,6}"
FLOOR = rf"(?:{NUMBER}(?:楼|层)[-—\s,，]?)"
DOOR = rf"(?:[0-9]{{3,4}}(?:室|户(?!人)|房间|房(?!产|屋|地)|号(?!楼)|门)?|{NUMBER}(?:室|户(?!人)|房间|房(?!产|屋|地)|号房)|[东西南北中左右]{{1,2}}(?:户|门|室)|[0-9]{{1,2}}[-—][0-9]{{3,4}}(?:室|户|房|号)?)"
BUILDING = rf"{NUMBER}(?:号楼|号?栋|号?幢|座|#楼?|号院|号|栋楼)[-—\s,，]?"
UNIT = rf"{NUMBER}(?:号?单元|门|梯)[-—\s,，]?"
NO_QUANTITY = r"(?![0-9米元年月日人个路多余万楼])"
ROOM = re.compile(rf"{BUILDING}((?:{UNIT})?{FLOOR}?{DOOR}){NO_QUANTITY}")
UNIT_ROOM = re.compile(rf"({UNIT}{FLOOR}?{DOOR}){NO_QUANTITY}")
PLAIN_ROOM = re.compile(r"(?<![0-9A-Za-z])([0-9]{3,4}(?:室|房))(?!地产|间|屋|东|租|价|产|型|数|款)")
DASHED = re.compile(
    r"(?<![0-9A-Za-z-])[0-9]{1,3}((?:-[0-9]{1,2})?-[0-9]{3,4}(?:室|户|房(?!产|屋|地)|号(?!楼))?)(?![0-9-])(?=的|业主|居民|住户|家|住|租|群租|出租|,|，|。|；|、|$|漏|暖|水|楼|下)"
)
RULES = tuple(Rule(pattern, "address", 1) for pattern in (ROOM, UNIT_ROOM, PLAIN_ROOM, DASHED))
