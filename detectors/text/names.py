"""Names that carry no word for their kind (枫林九溪, 融鑫通), learned from the texts themselves.

A seed is two characters that stand side by side in no word of the dictionary, or a proper noun, said in several texts and where names stand.
It grows by what nearly always stands beside it: 九溪 -> 枫林九溪.  What is mostly said within one name is short for it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from detectors.text.places import AREA, KINDS, LINE, NO_NAME, Spots, is_generic
from detectors.text.sounds import sound_of

if TYPE_CHECKING:
    import rjieba

LEAST = 3  # texts that say a name
CUED = 0.25  # share of them in which it stands as a name does
BESIDE = 0.6  # share of them in which a character must stand beside it to be part of it
WITHIN = 0.6  # share of the texts of a piece that say the whole name, from which it is short for it
LONGEST = 7
ACTS = frozenset(["v", "vd", "d", "r", "p", "c", "ad"])
PROPER = frozenset(["ns", "nr", "nz", "nt", "nrt", "nrfg"])
BEHIND = re.compile(
    rf"(?:[一二三四五六七八九十\d]{{1,3}}(?:期|栋|幢|号|座|单元)|的?(?:业主|居民|住户|老板|受害|家长|学生|学校)|附近|旁|边上|门口|楼[上下]|对面|周边|隔壁|[东西南北][侧门边面]|项目|"
    rf"开发商|平台|案|{KINDS})"
)
BEFORE = re.compile(r"(?:[A-Z]\d{0,3}[区县市镇乡]|住在|位于|紧[挨邻靠]|关于|投诉|反映|\n|^)$")
OFTEN = frozenset(
    "和人上下里外前后左右中内间时候年月日天号元万千百十一二三四五六七八九零两几多少个次本之新老好坏高低长短大小市区县省镇乡村路街楼房家车"
)  # no seed by themselves
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TITLED = re.compile(r"尊敬|敬爱|书记|[市省县区局厅][长委]")
_AREA_END = re.compile(r"[省市区县镇乡州]$|街道$|[一二三四五六七八九十\d][栋幢期座号组]$")


class Names:
    """Names and what is short for them, to be looked for in texts, also in characters of the same sound."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """`names`: spelling -> name; spellings of two characters are looked for as they are."""
        self.names = dict(names)
        self._by_sound = {sound_of(spelt): name for spelt, name in names.items() if len(spelt) > 2}
        self._short, self._long = _any([spelt for spelt in names if len(spelt) < 3]), _any(self._by_sound)

    def with_more(self, names: Collection[str]) -> Names:
        """These and others, which are spelt as they are."""
        return Names({name: name for name in names} | self.names)

    def said(self, text: str) -> dict[str, int]:
        """The names that a text says, with the place of the first mention."""
        found = [(m.start(), self.names[m.group()]) for m in self._short.finditer(text)]
        found += [(m.start(), self._by_sound[m.group()]) for m in self._long.finditer(sound_of(text))]
        return {name: at for at, name in sorted(found, reverse=True)}

    def added(self, spots: Spots, text: str) -> Spots:
        """The spots of a text with the names that it says beside them, in order of appearance."""
        said = self.said(text)
        more = {name: at for name, at in said.items() if not any(name in known for known in spots.names)}
        if not more:
            return spots
        places = {name: text.find(name) for name in spots.names} | more
        return replace(spots, names=tuple(sorted(places, key=lambda name: (places[name], name))))


def _any(spellings: Collection[str]) -> re.Pattern[str]:
    longest_first = sorted(spellings, key=lambda s: (-len(s), s))
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def learn_names(texts: Sequence[str], cutter: rjieba.Jieba) -> tuple[Names, Names]:
    """The names said in `LEAST` different normalised texts or more, and other words that no dictionary has (商转公)."""
    different = list(dict.fromkeys(AREA.sub("，", text) for text in texts))
    said = _seeds(different, cutter)
    names: dict[str, str] = {}
    terms: dict[str, str] = {}
    for seed, where in said.items():
        name = _grown(seed, [different[k] for k in sorted(where)])
        if _is_name(name, cutter):
            (names if _is_cued(name, [different[k] for k in where]) else terms)[seed] = name
    terms = {seed: name for seed, name in terms.items() if len(name) > 2 and not cutter.has_word(name)}
    return Names(_spellings(names, said, different)), Names(_spellings(terms, said, different))


def _seeds(texts: Sequence[str], cutter: rjieba.Jieba) -> dict[str, set[int]]:
    said: dict[str, set[int]] = defaultdict(set)
    proper: dict[str, bool] = {}
    for k, text in enumerate(texts):
        if text.isascii():
            continue
        before = ""
        for word in cutter.cut(text, False):
            if len(word) == 1 and _HAN.match(word) and word not in NO_NAME:
                if before and not (before in OFTEN and word in OFTEN):
                    said[before + word].add(k)
                before = word
                continue
            before = ""
            if len(word) > 1 and _HAN.match(word):
                if word not in proper:
                    proper[word] = cutter.tag(word)[0][1] in PROPER
                if proper[word]:
                    said[word].add(k)
    return {seed: where for seed, where in said.items() if len(where) >= LEAST}


def _grown(seed: str, texts: Sequence[str]) -> str:
    name = seed
    while len(name) < LONGEST:
        sides = Counter(side for text in texts for side in set(_sides(name, text)))
        if not sides:
            break
        longer, count = max(sides.items(), key=lambda pair: (pair[1], pair[0]))
        if count < max(LEAST, BESIDE * len(texts)):
            break
        name = longer
    return name


def _sides(name: str, text: str) -> Iterator[str]:
    """The name with the character before it, and with the one behind it."""
    at = text.find(name)
    while at >= 0:
        if at and text[at - 1].isalnum():
            yield text[at - 1 : at + len(name)]
        if text[at + len(name) : at + len(name) + 1].isalnum():
            yield text[at : at + len(name) + 1]
        at = text.find(name, at + 1)


def _is_name(name: str, cutter: rjieba.Jieba) -> bool:
    if (
        not NO_NAME.isdisjoint(name)
        or _AREA_END.search(name)
        or _TITLED.search(name)
        or LINE.search(name)
        or is_generic(name)
    ):
        return False
    for word, tag in cutter.tag(name):
        is_thing = tag == "n" and len(word) > 2 and not name.endswith(word)
        if (is_thing or (tag in ACTS and len(word) > 1)) and cutter.has_word(word):
            return False
    return len(name) > 2 or not cutter.has_word(name)


def _is_cued(name: str, texts: Sequence[str]) -> bool:
    cued = sum(
        any(_stands_as_name(text, m.start(), m.end()) for m in re.finditer(re.escape(name), text)) for text in texts
    )
    return cued >= max(2, CUED * len(texts))


def _stands_as_name(text: str, start: int, stop: int) -> bool:
    return bool(BEHIND.match(text[stop : stop + 6]) or BEFORE.search(text[max(start - 4, 0) : start]))


def _spellings(names: Mapping[str, str], said: Mapping[str, set[int]], texts: Sequence[str]) -> dict[str, str]:
    """Spelling -> name: names themselves, and the seeds that are short for one."""
    made = {name: name for name in names.values()}
    for seed, name in names.items():
        if seed != name and sum(name in texts[k] for k in said[seed]) >= WITHIN * len(said[seed]):
            made[seed] = name
    return made
