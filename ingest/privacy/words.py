"""Bundled word lists: one text file each, blanks between words, # begins a remark."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def word_list(file: str) -> frozenset[str]:
    """The words of a bundled list, lower case."""
    lines = resources.files("ingest.privacy").joinpath(file).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines for word in line.partition("#")[0].lower().split())
