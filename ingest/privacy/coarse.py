"""Regular expressions for a search over whole columns: they match wherever a rule does, and more."""

from __future__ import annotations

import re
from functools import cache

# Full-width letters, digits and signs (the rules see them narrowed), but the marks of Chinese texts, which the rules know as they are.
WIDE = "[\\u{ff00}-\\u{ffef}--，：（）！？；～]|[①-⑨]|[0-9A-Za-z]\\u{3000}[0-9A-Za-z]"
CAN_HOLD_NUMBERS = (  # a necessary condition of every rule for Chinese texts
    r"\d[-\s.·•—–_]?\d[-\s.·•—–_]?\d|[室户房门]|[〇零一二三四五六七八九幺](?:[-\s、]?[〇零一二三四五六七八九幺0-9]){5}|@|[A-Za-z]\w"
    r"|艾特|[A-Z][-·•.・\s]{1,2}[A-Z0-9]"
)
LOOK_AROUND = re.compile(r"\(\?<?[=!]")


@cache
def coarse(pattern: str) -> str:
    """A regular expression without look-ahead and look-behind: it matches wherever the full one does."""
    parts, at = [], 0
    while match := LOOK_AROUND.search(pattern, at):
        parts.append(pattern[at : match.start()])
        at = _closing(pattern, match.end()) + 1
    return "".join((*parts, pattern[at:]))


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
