"""A search over whole columns, with regular expressions that match wherever a rule does, and more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import polars as pl

from ingest.privacy.spans import Rule

# Texts that `numbers.flat` changes in a way that matters to a rule: full-width letters, digits and signs.
WIDE = "[\\u{ff01}-\\u{ffef}--，：（）！？；～]|[①-⑨]|[0-9A-Za-z]\\u{3000}[0-9A-Za-z]"
# What every rule of `numbers` needs: few states, where all rules together are slow to search on texts of many kinds.
NUMBERED = (
    r"\d(?:[-\s.·•—–_]?\d){4}|@|艾特|[A-Za-z]\w|[A-Z][-·•.・\s]{1,2}[A-Z0-9]|[使领]|\d{3}[-·•.・\s]{0,2}\d{3}"
    r"|[〇零一二三四五六七八九幺](?:[-\s、,，]?[〇零一二三四五六七八九幺0-9]){5}|1[-\s、]?[三四五六七八九]"
)
FREQUENT = 2  # rules at the head of `numbers.RULES`
LOOK_AROUND = re.compile(r"\(\?<?[=!]")
NOT_BEFORE = re.compile(r"(?:\(\?=\[[^\]]+\]\))?\(\?<!(?:\[([^\]]+)\]|(\\d))\)")  # (?<![…]) at the beginning
NOT_AFTER = re.compile(r"\(\?!(?:\[([^\]]+)\]|(\\d))\)$")  # (?![…]) at the end


def matching(texts: pl.Series, at: pl.Series, rules: tuple[Rule, ...]) -> Iterator[tuple[Rule, list[int]]]:
    """For each rule the numbers (out of `at`) of the texts in which it may match: the first ones alone, since they often do."""
    for rule in rules[:FREQUENT]:
        yield rule, at.filter(texts.str.contains(any_of((rule,)))).to_list()
    yield from _by_halves(texts, at, rules[FREQUENT:])


def _by_halves(texts: pl.Series, at: pl.Series, rules: tuple[Rule, ...]) -> Iterator[tuple[Rule, list[int]]]:
    """The same for rules that seldom match: a search for all of them, then for either half."""
    hit = texts.str.contains(any_of(rules))
    if not hit.any():
        return
    if len(rules) == 1:
        yield rules[0], at.filter(hit).to_list()
        return
    texts, at, middle = texts.filter(hit), at.filter(hit), len(rules) // 2
    yield from _by_halves(texts, at, rules[:middle])
    yield from _by_halves(texts, at, rules[middle:])


@cache
def any_of(rules: tuple[Rule, ...]) -> str:
    """A regular expression that matches wherever one of the rules does."""
    return "|".join(f"(?:{rule.needs or coarse(rule.pattern.pattern)})" for rule in rules)


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
