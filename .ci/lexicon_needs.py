"""Fill the column `needs` of dbt/seeds/lexicon.csv: for a pattern with gaps, words of which one must be said wherever it matches.

An engine finds hundreds of plain words in one pass and is slow on patterns with gaps; so these are tried only on texts with such a word.
`python .ci/lexicon_needs.py` rewrites the file after patterns were changed; tests/dbt/test_dbt_lexicon.py proves that it is up to date.
"""

from __future__ import annotations

import csv
import re
import sys
from itertools import product
from pathlib import Path

LEXICON = Path(__file__).resolve().parent.parent / "dbt" / "seeds" / "lexicon.csv"
IS_GAPPED = re.compile(r"[\\[{*+?.]")
IS_COMPOSED = re.compile(r"[<~]")  # of classes, or with gaps that only a clause ends: quick by themselves
MOST_WORDS = 120  # more alternatives say little
Words = frozenset[str] | None  # one of these must occur; None = nothing is known


def needs(pattern: str) -> str:
    """Words as one alternation, of which every match of `pattern` holds one; empty where it is a plain word, composed of classes, or nothing is needed."""
    if IS_COMPOSED.search(pattern) or not IS_GAPPED.search(pattern):
        return ""
    words = _of_sequence(list(re._parser.parse(pattern)))
    return "|".join(re.escape(word) for word in sorted(words or ()))


def _of_sequence(nodes: list[tuple]) -> Words:
    """The most telling of the words that parts of a sequence need; neighbours that are known whole are joined."""
    best: Words = None
    run: Words = frozenset([""])
    for node in nodes:
        whole = _whole(node)
        joined = None if whole is None else frozenset(a + b for a, b in product(run, whole))
        if joined is not None and len(joined) <= MOST_WORDS:
            run = joined
            best = _better(best, run)
            continue
        best = _better(best, _of_node(node))
        run = whole if whole is not None and len(whole) <= MOST_WORDS else frozenset([""])
        best = _better(best, run)
    return best


def _better(one: Words, other: Words) -> Words:
    """Longer shortest words tell more, then fewer."""
    known = [w for w in (one, other) if w and "" not in w]
    return max(known, key=lambda w: (min(min(map(len, w)), 3), -len(w)), default=None)


def _whole(node: tuple) -> Words:
    """All texts that a part can match, where they are few."""
    kind, value = str(node[0]), node[1]
    if kind == "LITERAL":
        return frozenset([chr(value)])
    if kind == "IN" and all(str(k) == "LITERAL" for k, _ in value):
        return frozenset(chr(code) for _, code in value)
    if kind == "SUBPATTERN":
        return _whole_sequence(list(value[3]))
    if kind == "BRANCH":
        parts = [_whole_sequence(list(branch)) for branch in value[1]]
        return None if None in parts else frozenset().union(*parts)
    if kind == "MAX_REPEAT" and value[:2] == (0, 1):
        inner = _whole_sequence(list(value[2]))
        return None if inner is None else inner | {""}
    return None


def _whole_sequence(nodes: list[tuple]) -> Words:
    found: Words = frozenset([""])
    for node in nodes:
        part = _whole(node)
        if part is None or len(found) * len(part) > MOST_WORDS:
            return None
        found = frozenset(a + b for a, b in product(found, part))
    return found


def _of_node(node: tuple) -> Words:
    kind, value = str(node[0]), node[1]
    if kind == "SUBPATTERN":
        return _of_sequence(list(value[3]))
    if kind == "BRANCH":
        parts = [_of_sequence(list(branch)) for branch in value[1]]
        words = None if None in parts else frozenset().union(*parts)
        return words if words and len(words) <= MOST_WORDS else None
    if kind == "MAX_REPEAT" and value[0] > 0:
        return _of_sequence(list(value[2]))
    return None


def main() -> None:
    with LEXICON.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["needs"] = needs(row["pattern"])
    with LEXICON.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    without = [row["pattern"] for row in rows if IS_GAPPED.search(row["pattern"]) and not row["needs"]]
    print(f"{len(rows)} patterns, {len(without)} need no certain word: {without}", file=sys.stderr)


if __name__ == "__main__":
    main()
