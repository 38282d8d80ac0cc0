"""Titles that say the same of different places."""

from __future__ import annotations

import re
from itertools import takewhile

from detectors.issues.wording import Wording
from detectors.text.places import core

_LETTER = re.compile(r"[A-Z]\d{0,3}")


def other_places(a: Wording, b: Wording) -> tuple[list[str], list[str]]:
    """Places of the one and of the other when the titles are alike but for them: they differ in one stretch, and a place stands there in both."""
    head = _alike(a.title, b.title)
    tail = _alike(a.title[head:][::-1], b.title[head:][::-1])
    if 2 * (head + tail) < max(len(a.title), len(b.title)):
        return [], []
    at_a = _standing(a, head, len(a.title) - tail)
    at_b = _standing(b, head, len(b.title) - tail)
    if a.primary & b.primary and not all(_LETTER.match(key) for key in at_a + at_b):
        return [], []
    at_a, at_b = at_a or _unread(a, b, head, tail), at_b or _unread(b, a, head, tail)
    is_apart = at_a and at_b and not any(_is_one(p, q) for p in at_a for q in at_b)
    return (at_a, at_b) if is_apart else ([], [])


def _alike(a: str, b: str) -> int:
    """Characters that both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))


def _unread(of: Wording, beside: Wording, head: int, tail: int) -> list[str]:
    """What stands in the stretch where the other names a place, if it looks like a name that was not known as one."""
    stretch = of.title[head : len(of.title) - tail]
    whole = any(beside.title[head : len(beside.title) - tail] in (spelt, key) for spelt, key in beside.titled)
    return [stretch] if whole and 3 <= len(stretch) <= 10 and stretch in of.text else []


def _standing(of: Wording, start: int, stop: int) -> list[str]:
    """Keys of the places that touch the stretch of the title."""
    found = []
    for place, key in of.titled:
        at = of.title.find(place)
        if at >= 0 and at < max(stop, start + 1) and at + len(place) > start:
            found.append(key)
    return found


def _is_one(p: str, q: str) -> bool:
    if _LETTER.match(p) or _LETTER.match(q):
        return p == q or bool(_LETTER.match(p)) != bool(_LETTER.match(q))
    short, long = sorted((core(p), core(q)), key=len)
    return short in long
