"""Clauses of a text: what a rule sees at once."""

from __future__ import annotations

import re

CLAUSE = r"[^，。！？；,!?;\n\r]+[，。！？；,!?;\n\r]*|[，。！？；,!?;\n\r]+"  # the same in Python's and polars' regular expressions
_CLAUSE = re.compile(CLAUSE)


def clauses(text: str) -> list[str]:
    """The text cut behind its marks; joined they are the text again."""
    return _CLAUSE.findall(text)
