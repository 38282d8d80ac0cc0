"""What a ticket is about and where: set phrases and places told apart from the matter itself."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# said in every letter, tells nothing of the matter
SET_PHRASES = re.compile(
    r"尊敬的|各位|领导|书记|市长|您好|你好|谢谢|感谢|恳请|请求|希望|建议|咨询|反映|投诉|举报|关于|有关|相关|部门|政府|问题|情况|"
    r"请问|是否|为什么|怎么|什么时候|何时|能否|可否|尽快|解决|处理|来信|来电|市民|先生|女士|本人|我们|我是|小区业主|业主|居民|严重|"
    r"please|hello|thank you|thanks|dear sir|regarding|about the|problem|issue"
)
ADMIN = re.compile(
    r"[A-Z]?\d*[省市区县]|(?<=[\u4e00-\u9fff])(?:自治区|自治州|开发区|高新区|新区)|[A-Z]\d*(?:街道|镇|乡|县|区|市)"
)
_KIND = (
    "小区|花园|家园|公寓|大厦|广场|社区|街道|大道|公园|学校|中学|小学|幼儿园|医院|学院|大学|车站|地铁站|市场|工业园|安置房|新村|"
    "新城|国际|公馆|山庄|别墅|佳苑|嘉园|华庭|华府|路口|路|街|巷|镇|乡|村|苑|园|城|府|湾|庭|轩|桥|站|厂|楼盘|号线|路公交"
)
PLACE = re.compile(
    rf"[\u4e00-\u9fffA-Za-z0-9]{{2,7}}?(?:{_KIND})|\d{{1,5}} [A-Z][A-Za-z]+ (?:st|ave|rd|dr|sq|blvd)\b", re.IGNORECASE
)
_JOINTS = re.compile(
    r"[，。！？、；：\s,.!?;:()（）“”\"'《》【】\[\]—\-~…/]+|位于|在|的|和|与|及|从|到|至|对|把|被|将|让|向|给|于|由|因|了|是|有|住"
)
_MARKS = re.compile(r"[^\w]+")
_GENERIC = frozenset(
    [
        "小区",
        "花园",
        "社区",
        "街道",
        "学校",
        "道路",
        "马路",
        "公路",
        "路口",
        "本小区",
        "该小区",
        "我小区",
        "整个小区",
        "高速公路",
        "农村",
        "全村",
        "我村",
        "本村",
        "我镇",
        "中小学",
        "城市",
    ]
)


@dataclass(frozen=True)
class Wording:
    """A ticket in two parts: `matter` (title twice, start of the text, no places, no set phrases) and `places` named in it."""

    matter: str
    places: frozenset[str]


def read_wording(title: str, text: str, place: str = "", length: int = 160) -> Wording:
    """Split one ticket; `place` is what its own column says, if anything."""
    title, text = _plain(title), _plain(text)[:length]
    named = {_plain(place)} - {""} if place else set()
    for part in (title, text):
        named |= set(places_in(part))
    tails = {name[-4:] for name in named if len(name) > 4}  # 拆除楚天中苑 and 楚天中苑 are one place
    matter = f"{title} {title} {text}"
    for name in sorted(named, key=lambda n: (-len(n), n)):
        matter = matter.replace(name, " ")
    matter = _MARKS.sub(" ", ADMIN.sub(" ", SET_PHRASES.sub(" ", matter)))
    return Wording(" ".join(matter.split()), frozenset(named | tails))


def places_in(text: str) -> list[str]:
    """Names of estates, roads, villages, schools, lines … as the text spells them, without administrative prefixes."""
    found = []
    for piece in _JOINTS.split(ADMIN.sub(" ", SET_PHRASES.sub(" ", text))):
        found += [m.group() for m in PLACE.finditer(piece)]
    return [name for name in found if name not in _GENERIC and len(name) > 2]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text or "").strip()
