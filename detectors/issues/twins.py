"""Titles that say the same of different places."""

from __future__ import annotations

import re
from itertools import takewhile

from detectors.issues.wording import Wording
from detectors.text.places import core

LEAST = 4  # characters that two titles must share
_LETTER = re.compile(r"[A-Z]\d{0,3}")


def other_places(a: Wording, b: Wording) -> tuple[list[str], list[str]]:
    """Places of the one and of the other when the titles are alike but for them: they differ in one stretch, and a place stands there in both."""
    head = _alike(a.title, b.title)
    tail = _alike(a.title[head:][::-1], b.title[head:][::-1])
    spelt_a = _standing(a, head, len(a.title) - tail)
    spelt_b = _standing(b, head, len(b.title) - tail)
    rest = max(len(w.title) - sum(map(len, spelt)) for w, spelt in ((a, spelt_a), (b, spelt_b)))
    if head + tail < LEAST or 2 * (head + tail) < rest:
        return [], []
    at_a = list(spelt_a.values()) or _unread(a, b, head, tail)
    at_b = list(spelt_b.values()) or _unread(b, a, head, tail)
    return ([], []) if set(at_a) & set(at_b) else _differing(at_a, at_b)


def _alike(a: str, b: str) -> int:
    """Characters that both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))


def _unread(of: Wording, beside: Wording, head: int, tail: int) -> list[str]:
    """What stands in the stretch where the other names a place, if it looks like a name that was not known as one."""
    stretch = of.title[head : len(of.title) - tail]
    whole = any(beside.title[head : len(beside.title) - tail] in (spelt, key) for spelt, key in beside.titled)
    return [stretch] if whole and 3 <= len(stretch) <= 10 and stretch in of.text else []


def _standing(of: Wording, start: int, stop: int) -> dict[str, str]:
    """Spelling -> key of the places that touch the stretch of the title."""
    found = {}
    for place, key in of.titled:
        at = of.title.find(place)
        if at >= 0 and at < max(stop, start + 1) and at + len(place) > start:
            found[place] = key
    return found


def _differing(at_a: list[str], at_b: list[str]) -> tuple[list[str], list[str]]:
    """Of areas and names those that both have, where none of the one is one of the other."""
    made: tuple[list[str], list[str]] = ([], [])
    for is_area in (True, False):
        mine, others = ([key for key in at if bool(_LETTER.match(key)) is is_area] for at in (at_a, at_b))
        if mine and others and not any(_is_one(p, q) for p in mine for q in others):
            made[0].extend(mine)
            made[1].extend(others)
    return made


def _is_one(p: str, q: str) -> bool:
    short, long = sorted((core(p), core(q)), key=len)
    return p == q if _LETTER.match(p) else short in long
