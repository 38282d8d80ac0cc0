"""Bundled word lists: one text file each, blanks between words, # begins a remark."""

from __future__ import annotations

from functools import cache
from importlib import resources


def _lines(file: str) -> list[str]:
    lines = resources.files("ingest.privacy").joinpath(file).read_text(encoding="utf-8").splitlines()
    return [text for line in lines if (text := line.partition("#")[0].strip())]


@cache
def word_list(file: str) -> frozenset[str]:
    """The words of a bundled list, lower case."""
    return frozenset(word for line in _lines(file) for word in line.lower().split())


@cache
def named_lists(file: str) -> dict[str, tuple[str, ...]]:
    """The lists of a file that holds one a line, its name first."""
    rows = (line.split() for line in _lines(file))
    return {name: tuple(dict.fromkeys(words)) for name, *words in rows}


@cache
def grouped_list(file: str, name: str) -> tuple[str, ...]:
    """The words of all lines of a file that begin with a name."""
    return tuple(word for line in _lines(file) if line.split()[0] == name for word in line.split()[1:])


@cache
def weighted_characters(file: str) -> dict[str, dict[str, float]]:
    """Character weights by list, from lines `LIST WEIGHT characters`."""
    lists: dict[str, dict[str, float]] = {}
    for name, weight, characters in (line.split() for line in _lines(file)):
        lists.setdefault(name, {}).update(dict.fromkeys(characters, float(weight)))
    return lists
