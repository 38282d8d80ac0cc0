"""Names of persons in English texts: titles, signatures, mail headers, account handles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ingest.privacy import names_people_en
from ingest.privacy.spans import Span
from ingest.privacy.words import word_list

WORD = r"(?:[OD]['’]|Ma?c)?[A-Z][a-z]+(?:['’][A-Za-z]+)?(?:-[A-Z][a-z]+)?"
NAME = rf"{WORD}(?:[ ]{{1,2}}(?:[A-Z]\.?[ ]{{1,2}})?{WORD})?"
TITLE = r"(?i:officers?|ofc|ofcr|aco|sgt|sergeant|lt|lieutenant|capt|captain|inspector|insp|supervisor|detective|det|mr|mrs|ms|miss|dr|councilor|councillor|foreman|dispatcher|operator|director|technician|tech|warden|ranger|agent)"
NICKED = re.compile(rf"(?<![\w'’.-])({WORD}[ ](?:[\"“'‘(]{WORD}[\"”'’)])[ ]{WORD})\b")  # Robert "Bob" Jenkins
TITLED = re.compile(rf"\b{TITLE}s?\.?[ ]{{1,2}}({NAME}|[A-Z]\.[ ]?{WORD})")
NAMED = re.compile(
    rf"(?i:\b(?:spoke (?:to|with)|contact(?:ed)?|called|call|met with|emailed|by|per|from|attn|contact person|name is|caller|owner|resident|tenant|neighbor|constituent))[:,]?[ ]{{1,2}}({WORD}[ ]{{1,2}}{WORD})\b"
)
SIGNED = re.compile(
    rf"(?i:\b(?:thank you|thanks|sincerely|regards|respectfully|signed|cheers))[ ,.!-]{{1,4}}({NAME})\s{{0,8}}$"
)
AT_END = re.compile(rf"(?:[.!?)\"”]|\s-|~|/)\s{{0,8}}-?\s{{0,8}}({NAME})[ ]?(?:#?\d{{2,3}})?[\s.]{{0,12}}$")
BADGED = re.compile(rf"\b({WORD}|[a-z]{{4,}})[ ]?[#/]?[ ]?1\d\d\b(?![\s]{{0,8}}(?:{WORD}|[a-z]|-))")
IN_BRACKETS = re.compile(rf"[(\[]({NAME})(?:[ ]{{0,4}}[#/]?[ ]{{0,4}}\d{{2,3}})?[)\]]")
INITIALS = re.compile(
    r"(?:(?<=[\s(/.\-])|^)([A-Za-z]{2}[ ]?[#/]?[ ]?1\d\d)(?=[\s.)]*$)|(?:[.\-/]|[AP]M)\s{0,8}-?\s?([A-Z]{2,3})[\s.]{0,12}$"
)
MAIL_HEAD = re.compile(
    rf"({NAME}|[A-Z][a-z]+)\s{{1,8}}(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\s{{1,8}})?(?:[A-Z][a-z]{{2}}\s{{1,8}}\d{{1,2}}\s{{1,8}})?\d{{1,2}}:\d\d\s{{0,8}}[AP]M\s{{0,8}}\([^)]{{1,30}}ago\)"
)
HANDLE = re.compile(r"(?<![\w@.])[a-z]{2,}\.[a-z]{2,}(?:-[a-z]+)?(?![\w@.]|\.[a-z])")
HANDLE_RUN = re.compile(
    r"(?:(?<![\w@.])[a-z]{2,}\.[a-z]{2,}(?:-[a-z]+)?[\s,;]{1,8}){2,}[a-z]{2,}(?:\.[a-z]{2,})?(?:-[a-z]+)?"
)
INITIALED = re.compile(
    r"\b((?:[A-Z]\.[ ]{0,2}){1,2}(?:(?:Mc|Mac|O['’])?[A-Z][a-z]{2,}|[A-Z]{3,}))\b|(?:[.!)]|\s)\s(?=[A-Z] )([A-Z][ ](?:[A-Z][a-z]{2,}))[\s.]{0,12}$"
)
MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
BY_MAIL = re.compile(rf"\b({NAME})\s{{1,3}}<[^<>@\s]{{1,40}}@")
BY_DATE = re.compile(rf"\b({NAME})\s{{1,3}}{MONTH}\s{{1,8}}\d{{1,2}},?\s{{1,8}}\d{{4}}")
REPORTING = re.compile(rf"\b({WORD})\s{{1,3}}(?:reports|reported|responded|stated|advised|confirmed)\b")
LAST_WORDS = re.compile(
    rf"(?:\s{{2}}|[.!?])((?:[A-Z]\.?\s)?{WORD})\s{{0,8}}(?:\s(?:AC&?C|ACO|(?i:animal control)))?[\s.]{{0,12}}$"
)
LAST_CAPITAL = re.compile(  # "took the cat Jenner", not "on the corner in Dorchester"
    rf"(?<![A-Za-z])(?!(?i:in|at|on|near|of|to|from|the|and|with|by|into|for|via)\b)[a-z]+(?:[ ]|--)((?:[A-Z][ ])?{WORD})\s{{0,8}}(?:AC&?C)?[\s.]{{0,12}}$"
)
BY_TIME = re.compile(rf"(?:[.!?]|\s{{2}}|Resolved|Notified|by)\s{{0,8}}({WORD})\s{{1,3}}\d{{1,2}}:\d\d\s?[AP]M")
TO_MAYOR = re.compile(rf"\bto Mayor\s{{1,3}}({WORD})\b")
OFFICER = re.compile(r"\b(?:[Oo]ff?ii?cer|[Aa][Cc][Oo]|CO|[Aa]nimal [Cc]ontrol)\s{1,3}([A-Za-z]{4,})\b")
STREET = re.compile(rf"(?:[ ]{{1,2}}[A-Z][a-z]+)?[ ]{{1,2}}(?i:{names_people_en.PLACE})\b")
SURE = (
    NICKED,
    TITLED,
    NAMED,
    SIGNED,
    AT_END,
    BADGED,
    IN_BRACKETS,
    MAIL_HEAD,
    BY_MAIL,
    BY_DATE,
    REPORTING,
    LAST_WORDS,
    LAST_CAPITAL,
    BY_TIME,
    TO_MAYOR,
    OFFICER,
)
ENDINGS = frozenset("com org net gov edu us info html htm pdf jpg png aspx php".split())  # of addresses and files  # noqa: SIM905


@cache
def _given() -> str:
    return "|".join(sorted(word.capitalize() for word in word_list("first_names_en.txt")))


@cache
def listed_given() -> re.Pattern[str]:
    """A given name of the bundled list alone between wide gaps, as in the address line of a pasted mail."""
    return re.compile(rf"\s{{2}}({_given()})(?=\s{{2}})")


def patterns() -> tuple[re.Pattern[str], ...]:
    """All rules, for a coarse search over whole columns."""
    return (*SURE, INITIALS, INITIALED, HANDLE, HANDLE_RUN, listed_given(), *names_people_en.patterns())


def find_names(text: str) -> Iterator[Span]:
    """Spans of person names."""
    yield from _sure(text)
    for pattern, ordinary_at in ((INITIALS, 0), (INITIALED, -1)):
        for match in pattern.finditer(text):
            group = 1 if match[1] else 2
            word = (
                match[group].split()[ordinary_at].strip(".").lower() if pattern is INITIALED else match[group].lower()
            )
            if word not in word_list("words_en.txt") and not STREET.match(text, match.end(group)):
                yield Span(*match.span(group), "name")
    yield from (Span(*match.span(), "name") for match in HANDLE_RUN.finditer(text))
    yield from (Span(*match.span(), "name") for match in HANDLE.finditer(text) if _is_handle(match[0]))
    yield from (Span(*match.span(1), "name") for match in listed_given().finditer(text))
    yield from names_people_en.find_people(text)


def _is_handle(text: str) -> bool:
    """first.last: no ordinary word on either side (of a full stop without a blank) and no address of a page."""
    parts = text.replace("-", ".").split(".")
    return parts[-1] not in ENDINGS and not any(part in word_list("words_en.txt") for part in parts)


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
