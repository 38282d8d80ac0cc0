"""What a ticket is about and where: set phrases and places told apart from the matter itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import rjieba

from detectors.text.normal import normalise
from detectors.text.places import Spots, core, gazetteer, spots_in

# said in every letter, tells nothing of the matter
SET_PHRASES = re.compile(
    r"尊敬的|各位|领导|书记|市长|区长|县长|您好|你好|谢谢|感谢|恳请|请求|希望|建议|咨询|反映|投诉|举报|质疑|反对|关于|有关|相关|部门|政府|问题|情况|请问|是否|"
    r"为什么|怎么|什么时候|何时|能否|可否|能不能|尽快|早日|解决|处理|核实|整治|来信|来电|市民|网友|先生|女士|本人|我们|我是|小区业主|业主|居民|住户|老百姓|群众|"
    r"严重|强烈|一直|没人管|无人管|没有结果|多次|敷衍|推诿|踢皮球|重视|关注|盼复|附近|旁边|小区|百忙之中|苦不堪言|深受其害|"
    r"please|hello|thank you|thanks|dear sir|regarding|about the|problem|issue",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[^\w]+")


@dataclass(frozen=True)
class Wording:
    """A ticket in parts.

    Attributes:
        title, text: in normal form, the text cut; titled: places and areas as it spells them, with their keys; matter, more: title and start of the text without places and set phrases.
        places: keys of all places named; primary: those of the place column, else the title, else the first of the text.
        areas, buildings: see `detectors.text.places`.
    """

    title: str
    text: str
    titled: tuple[tuple[str, str], ...]
    matter: str
    more: str
    places: frozenset[str]
    primary: frozenset[str]
    areas: frozenset[str]
    buildings: frozenset[str]


@dataclass(frozen=True)
class _Read:
    title: str
    text: str
    told: Spots
    titled: Spots
    said: Spots


def read_wordings(
    titles: Sequence[str], texts: Sequence[str], places: Sequence[str] | None = None, length: int = 160
) -> list[Wording]:
    """Split tickets; `places` is what their own column says, if anything.  Spellings of places are learned from all of them."""
    cutter = rjieba.Jieba()
    read = [
        _read(title, text, place, length, cutter)
        for title, text, place in zip(titles, texts, places or [""] * len(titles), strict=True)
    ]
    keys = gazetteer([spots for r in read for spots in (r.told, r.titled, r.said)])
    escorts = _escorts(read, keys)
    return [_worded(r, keys, escorts) for r in read]


def _escorts(read: Sequence[_Read], keys: dict[str, str], share: float = 0.6) -> frozenset[str]:
    """Names that mostly stand beside others, of different places: 混凝土搅拌站, 泥巴路, the road of many estates."""
    seen: Counter[str] = Counter()
    beside: Counter[str] = Counter()
    company: dict[str, set[str]] = {}
    for r in read:
        named = {keys[core(name)] for s in (r.told, r.titled, r.said) for name in s.names}
        seen.update(named)
        for name in named if len(named) > 1 else ():
            beside[name] += 1
            company.setdefault(name, set()).update(named - {name})
    return frozenset(n for n, others in company.items() if len(others) > 1 and beside[n] >= share * seen[n])


def _settled(names: frozenset[str], escorts: frozenset[str]) -> frozenset[str]:
    return names - escorts or names


def _read(title: str, text: str, place: str, length: int, cutter: rjieba.Jieba) -> _Read:
    title, text, place = normalise(title), normalise(text[: 2 * length])[:length], normalise(place)
    told = spots_in(place, cutter)
    if place and not told.names:
        told = Spots((place,), told.areas, told.buildings)
    return _Read(title, text, told, spots_in(title, cutter), spots_in(text, cutter))


def _worded(read: _Read, keys: dict[str, str], escorts: frozenset[str]) -> Wording:
    spots = (read.told, read.titled, read.said)
    named = [frozenset(keys[core(name)] for name in s.names) for s in spots]
    first = frozenset(keys[core(name)] for name in read.said.names[:1])
    places = _settled(frozenset().union(*named), escorts)
    primary = _settled(named[0] | named[1] or first, escorts) & places or _settled(first, escorts) & places
    areas = read.told.areas | read.titled.areas or read.said.areas
    buildings = read.told.buildings | read.titled.buildings or read.said.buildings
    spelt = {name for s in spots for name in (*s.names, *s.areas)} | {key for n in named for key in n}
    matter, more = _matter(read.title, spelt), _matter(read.text, spelt)
    titled = (*((n, keys[core(n)]) for n in read.titled.names), *((a, a) for a in sorted(read.titled.areas)))
    return Wording(read.title, read.text, titled, matter, more, places, primary, areas, buildings)


def _matter(text: str, places: set[str]) -> str:
    for name in sorted(places, key=lambda n: (-len(n), n)):
        text = text.replace(name, " ")
    return " ".join(_MARKS.sub(" ", SET_PHRASES.sub(" ", text)).lower().split())
