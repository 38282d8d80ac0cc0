"""Regular expressions for a search over whole columns: they match wherever a rule does, and more."""

from __future__ import annotations

import re
from functools import cache

# Texts that `numbers.flat` changes in a way that matters to a rule: full-width letters, digits and signs.
WIDE = "[\\u{ff01}-\\u{ffef}--，：（）！？；～]|[①-⑨]|[0-9A-Za-z]\\u{3000}[0-9A-Za-z]"
# Necessary conditions: of every rule of `numbers`, of every rule of `addresses`.
NUMBERED = (
    r"\d(?:[-\s.·•—–_]?\d){4}|@|艾特|[A-Za-z]\w|[A-Z][-·•.・\s]{1,2}[A-Z0-9]|[使领]|\d{3}[-·•.・\s]{0,2}\d{3}"
    r"|[〇零一二三四五六七八九幺](?:[-\s、]?[〇零一二三四五六七八九幺0-9]){5}|1[-\s、]?[三四五六七八九]"
)
ROOMED = r"\d{3}|[室户房门]"
LOOK_AROUND = re.compile(r"\(\?<?[=!]")
NOT_BEFORE = re.compile(r"\(\?<!(?:\[([^\]]+)\]|(\\d))\)")  # (?<![…]) at the beginning
NOT_AFTER = re.compile(r"\(\?!(?:\[([^\]]+)\]|(\\d))\)$")  # (?![…]) at the end


@cache
def coarse(pattern: str) -> str:
    """A regular expression without look-ahead and look-behind: it matches wherever the full one does.

    "No such character before" or "after" the whole becomes an edge or another character, which says the same; the rest is dropped.
    """
    before, after = "", ""
    if match := NOT_BEFORE.match(pattern):
        before, pattern = f"(?:^|[^{match[1] or match[2]}])", pattern[match.end() :]
    if "|" not in (outside := _outside(pattern)) and (match := NOT_AFTER.search(pattern)):
        after, pattern = f"(?:$|[^{match[1] or match[2]}])", pattern[: match.start()]
    if "|" in outside:
        before = ""
    parts, at = [], 0
    while match := LOOK_AROUND.search(pattern, at):
        parts.append(pattern[at : match.start()])
        at = _closing(pattern, match.end()) + 1
    return "".join((before, *parts, pattern[at:], after))


def _outside(pattern: str) -> str:
    """What of a pattern stands outside of all groups and classes."""
    kept, at = [], 0
    while at < len(pattern):
        if pattern[at] == "(":
            at = _closing(pattern, at + 1)
        elif pattern[at] == "[":
            at = pattern.index("]", at + 2)
        elif pattern[at] == "\\":
            at += 1
        else:
            kept.append(pattern[at])
        at += 1
    return "".join(kept)


def _closing(pattern: str, at: int) -> int:
    """Index of the bracket that closes the group opened before `at`."""
    depth, in_class = 1, False
    while depth:
        char = pattern[at]
        if char == "\\":
            at += 1
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        else:
            depth += {"(": 1, ")": -1}.get(char, 0)
        at += 1
    return at - 1
