"""Header names -> how surely they name a canonical field: words, what they mean, and how meanings combine (synonyms.toml)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from ingest.columns import DATUM_SUFFIX, bare_name
from ingest.profiles import list_profiles, load_profile

BEST, RANK_STEP = 0.98, 0.003  # of a whole name that is known; less for each name listed before it
EXTRA_CONCEPT, EXTRA_WORD = 0.08, 0.1  # what one concept or one unknown word beyond the pattern costs
HARDLY, BY_HEAD = 0.4, 0.95
EXPLANATION = re.compile(r"[,，;；:：(（\[【\n]")
FILLER = "filler"
HAN = re.compile(r"[\u3400-\u9fff]+")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-zà-ÿ]+|\d+|[\u3400-\u9fff]+|#")


@dataclass(frozen=True)
class Pattern:
    """Concepts that name a field when they stand together."""

    concepts: frozenset[str]
    score: float


@dataclass(frozen=True)
class Meaning:
    """One header name taken apart."""

    concepts: frozenset[str]
    unknown: int  # words nobody knows


@cache
def _lexicon() -> dict:
    return tomllib.loads(resources.files("ingest").joinpath("synonyms.toml").read_text(encoding="utf-8"))


@cache
def _concepts() -> Mapping[str, str]:
    return {word: concept for concept, words in _lexicon()["words"].items() for word in words}


@cache
def _patterns() -> Mapping[str, tuple[tuple[Pattern, ...], frozenset[str]]]:
    return {
        field: (
            tuple(Pattern(frozenset(names.split()), score) for names, score in rule["patterns"].items()),
            frozenset(rule["against"]),
        )
        for field, rule in _lexicon()["fields"].items()
    }


@cache
def known_names() -> Mapping[str, Mapping[str, float]]:
    """Field -> whole header name, compact -> confidence; from the bundled profiles and synonyms.toml."""
    known: dict[str, dict[str, float]] = {}
    for columns in (*(load_profile(name).columns for name in list_profiles()), _lexicon()["names"]):
        for field, names in columns.items():
            for rank, name in enumerate(names):
                known.setdefault(field, {}).setdefault(compact(name), BEST - min(rank, 20) * RANK_STEP)
    return known


def compact(name: str) -> str:
    """A name without blanks, signs and datum: how whole names are compared."""
    return re.sub(r"[\W_]+", "", DATUM_SUFFIX.sub("", bare_name(name)) or bare_name(name))


def name_scores(header: str) -> dict[str, float]:
    """Field (and `category` for any level) -> 0 to 1 by the name alone; fields that the name rules out are absent.

    Of a header that explains itself (热线单号，热线系统原生单号，如…) the words before the explanation count.
    """
    scores = _whole_scores(header)
    head = EXPLANATION.split(header, maxsplit=1)[0].strip()
    if max(scores.values(), default=0.0) < HARDLY and head and head != header:
        return {field: score * BY_HEAD for field, score in _whole_scores(head).items()}
    return scores


def _whole_scores(header: str) -> dict[str, float]:
    meaning = read_name(header)
    scores = {field: s for field, rule in _patterns().items() if (s := _score(meaning, *rule)) > 0}
    key = compact(header)
    for field, names in known_names().items():
        if key in names:
            target = "category" if field.startswith("category_") else field
            scores[target] = max(scores.get(target, 0.0), names[key])
    return scores


def level_of(header: str) -> int:
    """The level 1 to 4 that a category's name says (大类, subtype, level 2); 0 when it says none."""
    found = read_name(header).concepts
    return next((level for level in (4, 3, 2, 1) if f"group{level}" in found), 0)


def _score(meaning: Meaning, patterns: tuple[Pattern, ...], against: frozenset[str]) -> float:
    """The best of the patterns that fit, a wider pattern instead of the narrower ones inside it."""
    fitting = [p for p in patterns if p.concepts <= meaning.concepts]
    widest = [p for p in fitting if not any(p.concepts < q.concepts for q in fitting)]
    return max((_one_score(meaning, p, against) for p in widest), default=0.0)


def _one_score(meaning: Meaning, pattern: Pattern, against: frozenset[str]) -> float:
    beyond = meaning.concepts - pattern.concepts
    if beyond & against:
        return 0.0
    return pattern.score - EXTRA_CONCEPT * len(beyond) - EXTRA_WORD * meaning.unknown


@cache
def read_name(header: str) -> Meaning:
    """Cut a header name into words and look each up."""
    text = unicodedata.normalize("NFKC", header)
    text = DATUM_SUFFIX.sub(" wgs84", text) if DATUM_SUFFIX.sub("", text) else text
    concepts, unknown = set(), 0
    for word in WORD.findall(text.replace("#", " number ")):
        for concept in _look_up(word):
            unknown += concept == ""
            concepts.add(concept)
    return Meaning(frozenset(concepts - {"", FILLER}), unknown)


def stem_of(header: str) -> str:
    """A header name without its words for date and time: what they are the date and the time of."""
    return " ".join(part for word in WORD.findall(unicodedata.normalize("NFKC", header)) for part in _stem_parts(word))


def _stem_parts(word: str) -> list[str]:
    known = _concepts()
    parts = _cut(word, known, needs_all=False) if HAN.fullmatch(word) else _cut(word.lower(), known, needs_all=True)
    return [part.lower() for part in parts or [word] if known.get(part.lower()) not in ("when", FILLER)]


def _look_up(word: str) -> list[str]:
    """Concepts of one word, "" for a part that means nothing known."""
    known = _concepts()
    for form in (word.lower(), word.lower().removesuffix("s")):
        if form in known:
            return [known[form]]
    if HAN.fullmatch(word):
        return [known.get(part, "") for part in _cut(word, known, needs_all=False)]
    if word.isdigit():
        return []
    return [known[part] for part in _cut(word.lower(), known, needs_all=True)] or [""]


def _cut(word: str, known: Mapping[str, str], *, needs_all: bool) -> list[str]:
    """The cheapest cutting into known words (fewest parts, fewest letters left over); [] when all must be known and are not."""
    longest, least = 12 if needs_all else 8, 2 if needs_all else 1
    best: list[tuple[float, list[str]]] = [(0.0, [])]
    for end in range(1, len(word) + 1):
        options = [(best[end - 1][0] + (99 if needs_all else 3), _grown(best[end - 1][1], word[end - 1], known))]
        for start in range(max(0, end - longest), end - least + 1):
            if (part := word[start:end]) in known:
                options.append((best[start][0] + 1, [*best[start][1], part]))
        best.append(min(options, key=lambda o: o[0]))
    return [] if needs_all and best[-1][0] >= 99 else best[-1][1]


def _grown(parts: list[str], letter: str, known: Mapping[str, str]) -> list[str]:
    """Left-over letters side by side are one unknown word."""
    if parts and parts[-1] not in known:
        return [*parts[:-1], parts[-1] + letter]
    return [*parts, letter]
