"""What a ticket is about and where: set phrases and places told apart from the matter itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import rjieba

from detectors.text.names import Names, learn_names
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
OFTEN, BESIDE, OTHERS = 6, 0.6, 0.7  # tickets; share of them that name another place, too; other places per such ticket
_MARKS = re.compile(r"[^\w]+")


@dataclass(frozen=True)
class Wording:
    """A ticket in parts.

    Attributes:
        title, text: in normal form, the text cut; bare: both without places; titled: places and areas as the title spells them, with
            their keys; matter, more: title and start of the text without places and set phrases.
        places: keys of all places named; primary: those of the place column, else the title, else the first of the text; with the first
            that other tickets name, too, where the title's are named by no other.
        terms: where no place is named, words that no dictionary has, marked by # (#商转公).
        areas, buildings: see `detectors.text.places`.
    """

    title: str
    text: str
    bare: str
    titled: tuple[tuple[str, str], ...]
    matter: str
    more: str
    places: frozenset[str]
    primary: frozenset[str]
    terms: frozenset[str]
    areas: frozenset[str]
    buildings: frozenset[str]


@dataclass(frozen=True)
class _Read:
    title: str
    text: str
    told: Spots
    titled: Spots
    said: Spots

    @property
    def spots(self) -> tuple[Spots, Spots, Spots]:
        return self.told, self.titled, self.said


def read_wordings(
    titles: Sequence[str], texts: Sequence[str], places: Sequence[str] | None = None, length: int = 160
) -> list[Wording]:
    """Split tickets; `places` is what their own column says, if anything.  Places and their spellings are learned from all of them."""
    cutter = rjieba.Jieba()
    said = [
        (normalise(title), normalise(text[: 2 * length])[:length], normalise(place))
        for title, text, place in zip(titles, texts, places or [""] * len(titles), strict=True)
    ]
    learned, terms = learn_names([f"{title}\n{text}" for title, text, _ in said], cutter)
    read = [_read(*parts, cutter) for parts in said]
    names = learned.with_more(_said_again(read))
    read = [replace(r, titled=names.added(r.titled, r.title), said=names.added(r.said, r.text)) for r in read]
    places_of = _Places(read)
    return [_worded(r, places_of, terms) for r in read]


def _said_again(read: Sequence[_Read]) -> list[str]:
    """Names of three characters or more that several tickets say."""
    count = Counter(name for r in read for name in {name for spots in r.spots for name in spots.names})
    return [name for name, tickets in count.items() if tickets > 1 and len(name) > 2 and not name.isascii()]


class _Places:
    """The keys of all places that some tickets name."""

    def __init__(self, read: Sequence[_Read]) -> None:
        self._keys = gazetteer([spots for r in read for spots in r.spots])
        named = [set().union(*(self.of(spots) for spots in r.spots)) for r in read]
        self.tickets = Counter(key for keys in named for key in keys)
        self._escorts = self._standing_beside(named)

    def key(self, name: str) -> str:
        """One key for all spellings of a place."""
        return self._keys[core(name)]

    def of(self, spots: Spots) -> frozenset[str]:
        """The keys of the places that a text names."""
        return frozenset(map(self.key, spots.names))

    def settled(self, keys: frozenset[str]) -> frozenset[str]:
        """Without names that only stand beside a place, if any is left."""
        return keys - self._escorts or keys

    def are_unknown(self, keys: frozenset[str]) -> bool:
        """Whether no other ticket names any of them."""
        return all(self.tickets[key] == 1 for key in keys)

    def _standing_beside(self, named: Sequence[set[str]]) -> frozenset[str]:
        """Names that mostly stand beside others, nearly each time beside another: 混凝土搅拌站, 泥巴路."""
        beside: Counter[str] = Counter()
        company: dict[str, set[str]] = {}
        for keys in ({key for key in keys if self.tickets[key] > 1} for keys in named):
            for key in keys if len(keys) > 1 else ():
                beside[key] += 1
                company.setdefault(key, set()).update(keys - {key})
        return frozenset(
            key for key, others in company.items()
            if self.tickets[key] >= OFTEN and beside[key] >= BESIDE * self.tickets[key] and len(others) >= OTHERS * beside[key]
        )  # fmt: skip


def _read(title: str, text: str, place: str, cutter: rjieba.Jieba) -> _Read:
    told = spots_in(place, cutter)
    if place and not told.names:
        told = Spots((place,), told.areas, told.buildings)
    return _Read(title, text, told, spots_in(title, cutter), spots_in(text, cutter))


def _worded(read: _Read, places: _Places, terms: Names) -> Wording:
    named = frozenset().union(*map(places.of, read.spots))
    primary = _primary(read, places, places.settled(named))
    spelt = {name for spots in read.spots for name in (*spots.names, *spots.areas)} | named
    whole = f"{read.title}\n{read.text}"
    keys = [(name, places.key(name)) for name in read.titled.names] + [
        (area, area) for area in sorted(read.titled.areas)
    ]
    return Wording(
        title=read.title,
        text=read.text,
        bare=_without(whole, spelt, ""),
        titled=tuple(keys),
        matter=_matter(read.title, spelt),
        more=_matter(read.text, spelt),
        places=places.settled(named),
        primary=primary,
        terms=frozenset() if primary else frozenset(f"#{term}" for term in terms.said(whole)),
        areas=read.told.areas | read.titled.areas or read.said.areas,
        buildings=read.told.buildings | read.titled.buildings or read.said.buildings,
    )


def _primary(read: _Read, places: _Places, named: frozenset[str]) -> frozenset[str]:
    keys = [places.key(name) for name in read.said.names]
    first, known = frozenset(keys[:1]), frozenset([key for key in keys if places.tickets[key] > 1][:1])
    heading = places.of(read.told) | places.of(read.titled)
    if places.are_unknown(heading):
        heading |= known
    return places.settled(heading or first) & named or places.settled(first) & named


def _without(text: str, places: set[str], instead: str) -> str:
    for name in sorted(places, key=lambda n: (-len(n), n)):
        text = text.replace(name, instead)
    return text


def _matter(text: str, places: set[str]) -> str:
    return " ".join(_MARKS.sub(" ", SET_PHRASES.sub(" ", _without(text, places, " "))).lower().split())
