"""Names of persons in English texts: titles, signatures, mail headers, account handles, and names learned from the same export."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cache

from ingest.privacy.spans import Span
from ingest.privacy.words import word_list

WORD = r"[A-Z][a-z]+(?:['’][A-Za-z]+)?(?:-[A-Z][a-z]+)?"
NAME = rf"{WORD}(?:[ ]{{1,2}}(?:[A-Z]\.?[ ]{{1,2}})?{WORD})?"
TITLE = r"(?i:officers?|ofc|ofcr|aco|sgt|sergeant|lt|lieutenant|capt|captain|inspector|insp|supervisor|detective|det|mr|mrs|ms|miss|dr|councilor|councillor|foreman|dispatcher|operator|director|technician|tech|warden|ranger|agent)"
TITLED = re.compile(rf"\b{TITLE}s?\.?[ ]{{1,2}}({NAME}|[A-Z]\.[ ]?{WORD})")
NAMED = re.compile(
    rf"(?i:\b(?:spoke (?:to|with)|contact(?:ed)?|called|call|met with|emailed|by|per|from|attn|contact person|name is|caller|owner|resident|tenant|neighbor|constituent))[:,]?[ ]{{1,2}}({WORD}[ ]{{1,2}}{WORD})\b"
)
SIGNED = re.compile(
    rf"(?i:\b(?:thank you|thanks|sincerely|regards|respectfully|signed|cheers))[ ,.!-]{{1,4}}({NAME})\s*$"
)
AT_END = re.compile(rf"(?:[.!?)\"”]|\s-|~|/)\s*-?\s*({NAME})[ ]?(?:#?\d{{2,3}})?[\s.]*$")
BADGED = re.compile(rf"\b({WORD})[ ]?[#/]?[ ]?1\d\d\b(?![\s]*(?:{WORD}|[a-z]|-))")
IN_BRACKETS = re.compile(rf"[(\[]({NAME})(?:[ ]*[#/]?[ ]*\d{{2,3}})?[)\]]")
INITIALS = re.compile(
    r"(?:(?<=[\s(/.\-])|^)([A-Za-z]{2}[ ]?[#/]?[ ]?1\d\d)(?=[\s.)]*$)|(?:[.\-/]|[AP]M)\s*-?\s?([A-Z]{2,3})[\s.]*$"
)
MAIL_HEAD = re.compile(
    rf"({NAME}|[A-Z][a-z]+)\s+(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\s+)?(?:[A-Z][a-z]{{2}}\s+\d{{1,2}}\s+)?\d{{1,2}}:\d\d\s*[AP]M\s*\([^)]{{1,30}}ago\)"
)
HANDLE = re.compile(r"(?<![\w@.])[a-z]{2,}\.[a-z]{2,}(?:-[a-z]+)?(?![\w@.]|\.[a-z])")
HANDLE_RUN = re.compile(
    r"(?:(?<![\w@.])[a-z]{2,}\.[a-z]{2,}(?:-[a-z]+)?[\s,;]+){2,}[a-z]{2,}(?:\.[a-z]{2,})?(?:-[a-z]+)?"
)
INITIALED = re.compile(
    r"\b((?:[A-Z]\.[ ]{0,2}){1,2}(?:[A-Z][a-z]{2,}|[A-Z]{3,}))\b|(?:[.!)]|\s)\s(?=[A-Z] )([A-Z][ ](?:[A-Z][a-z]{2,}))[\s.]*$"
)
STREET = re.compile(
    r"[ ]{1,2}(?i:st|street|ave|avenue|rd|road|dr|drive|blvd|ln|lane|pl|place|sq|square|ct|pkwy|service|postal)\b"
)
SURE = (TITLED, NAMED, SIGNED, AT_END, BADGED, IN_BRACKETS, MAIL_HEAD)
FEWEST_SIGHTINGS = 2  # a name seen so often by sure signs is looked for everywhere
PLACE_SIGHTINGS = 15  # the same for a name that is also a street's


@cache
def given_and_family() -> re.Pattern[str]:
    """A given name of the bundled list and the capital word behind it."""
    given = "|".join(sorted(word.capitalize() for word in word_list("first_names_en.txt")))
    return re.compile(rf"\b({given})[ ]{{1,2}}({WORD})\b")


def patterns() -> tuple[re.Pattern[str], ...]:
    """All rules, for a coarse search over whole columns; names learned from the export come on top."""
    return (*SURE, INITIALS, INITIALED, HANDLE_RUN, given_and_family())


def find_names(text: str, learned: Collection[str] = ()) -> Iterator[Span]:
    """Spans of person names.

    Args:
        learned: lower-case names found in other texts of the same export (see `learn_names`), looked for everywhere.
    """
    yield from _sure(text)
    for match in INITIALS.finditer(text):
        group = 1 if match[1] else 2
        if match[group].lower() not in word_list("words_en.txt"):
            yield Span(*match.span(group), "name")
    for match in INITIALED.finditer(text):
        group = 1 if match[1] else 2
        if match[group].split()[-1].strip(".").lower() not in word_list("words_en.txt") and not STREET.match(
            text, match.end(group)
        ):
            yield Span(*match.span(group), "name")
    for match in HANDLE_RUN.finditer(text):
        yield Span(*match.span(), "name")
    yield from _known(text, learned)


def _sure(text: str) -> Iterator[Span]:
    for pattern in SURE:
        for match in pattern.finditer(text):
            if (span := _trimmed(text, *match.span(1))) and not STREET.match(text, span.end):
                yield span


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """The first run of words in the match that are no ordinary words."""
    first = last = None
    for word in re.finditer(r"[\w'’.-]+", text[start:end]):
        if word[0].strip(".").lower() in word_list("words_en.txt"):
            if first is not None:
                break
            continue
        first, last = (word.start() if first is None else first), word.end()
    return None if first is None else Span(start + first, start + last, "name")


def _known(text: str, learned: Collection[str]) -> Iterator[Span]:
    """First names of the bundled list followed by a capital word, and names learned from the export."""
    for match in given_and_family().finditer(text):
        if match[2].lower() not in word_list("words_en.txt"):
            yield Span(*match.span(), "name")
    if learned:
        for match in re.finditer(r"[A-Za-z][a-z'’-]+", text):
            if match[0].lower() in learned and (match[0][0].isupper() or len(match[0]) > 4):
                yield Span(*match.span(), "name")
        for match in HANDLE.finditer(text):
            if set(match[0].split(".")) & set(learned):
                yield Span(*match.span(), "name")


def learn_names(texts: Iterable[str], places: Collection[str] = ()) -> frozenset[str]:
    """Surnames and first names that sure signs show in many texts of one export: signatures, titles, handles in address lines.

    Args:
        places: lower-case words of the export's places; such a word must be seen far more often to count as a name.
    """
    seen: Counter[str] = Counter()
    for text in texts:
        found = {text[s.start : s.end].lower() for s in _sure(text)}
        found |= {h[0] for run in HANDLE_RUN.finditer(text) for h in HANDLE.finditer(run[0])}
        seen.update({part for name in found for part in re.split(r"[\s.]+", name) if len(part) > 2})
    ordinary = word_list("words_en.txt")
    return frozenset(
        n
        for n, times in seen.items()
        if n not in ordinary and times >= (PLACE_SIGHTINGS if n in places else FEWEST_SIGHTINGS)
    )
