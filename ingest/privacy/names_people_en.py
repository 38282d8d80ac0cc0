"""Names of persons in running English text, by lists of names and by what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from ingest.privacy.spans import Span
from ingest.privacy.words import word_list

WORD = r"(?:[ODL]['’]|Ma?c|De|Di|La|Le|Van|Al-|El-)?[A-Z][a-z]+(?:-[A-Z]?[a-z]+)*|[ODL]['’][A-Z][a-z]+"
PARTICLE = r"(?:de|del|de la|da|dos|van|von|bin|ibn|al|el|y)"
RUN = re.compile(rf"(?<![\w'’.-])(?:{WORD})(?:[ ]{{1,2}}(?:(?:[A-Z]\.?|{PARTICLE})[ ]{{1,2}})?(?:{WORD}))*(?![a-z])")
RELATIVE = (
    "husband|wife|sons?|daughters?|kids|children|parents|mother|father|mom|dad|brothers?|sisters?|grandmother|grandfather|grandson|granddaughter|uncle|aunt|cousin|nephew|niece|"
    "boyfriend|girlfriend|super|janitor|custodian|caretaker|pastor|reverend|rabbi|imam|coach|nurse|principal|bus driver|crossing guard|plumber|landlady|grandma|grandpa|nana|stepson|stepfather|stepmother|in-law|"
    "fianc[eé]e?|roommates?|neighbou?rs?|friends?|coworker|boss|child|kid|baby|classmate|named|name is|name['’]s|name:|my name|i am|i['’]m|this is|sra?[.]?|srta[.]?"
)
ROLE = (
    "per|thank|thanks to|kudos to|tell|ask|dear|hi|hello|hey|landlord|landlady|tenant|owner|manager|super|superintendent|resident|caller|complainant|constituent|requestor|requester|reporter|customer|client|patient|student|"
    "teacher|principal|nurse|doctor|driver|operator|mechanic|plumber|electrician|contractor|inspector|supervisor|foreman|agent|clerk|receptionist|representative|rep|"
    "coordinator|director|officer|detective|guard|janitor|custodian|caretaker|pastor|reverend|father|rabbi|imam|coach|judge|attorney|lawyer|realtor|vendor|witness|victim|suspect|"
    "employee|worker|dispatcher|technician|tech|spoke (?:to|with)|talked (?:to|with)|speak (?:to|with)|met with|meet with|contact(?:ed)?|called|call|call back|emailed|email|texted|text|"
    "ask for|asked|told|attn|attention|voicemail (?:for|from)|message (?:for|from)|on behalf of|submitted by|reported by|closed by|completed by|handled by|signed|someone called|"
    "reported to|saw|tell|told by|c/o|cc|belong(?:s|ing) to|complaint against|signed by|contact person|reach|phone|see|to see|emailed to"
)
LINKING = "by|per|from|to|for|with|at|and|against|let|via|re"
ASIDE = r"(?:(?:in|of|at) [\w ]{1,12}, )?"  # Tenant in 4B, …
BEFORE = re.compile(
    rf"(?i)\b(?:(?P<relative>{RELATIVE})|(?P<role>{ROLE})|(?P<link>{LINKING}))(?: is)?[:,]?[ ]{{1,2}}{ASIDE}$"
)
VERB = (
    r"(?:says|said|reports|reported|called|calls|complains|complained|requests|requested|wants|wanted|told|tells|stated|states|advised|advises|asks|asked|claims|claimed|lives|lived|"
    r"refuses|refused|keeps|kept|threatens|threatened|yelled|yells|hit|parks|leaves|dumped|dumps|fell|tripped|slipped|responded|responds|replied|confirmed|agreed|promised|answered|"
    r"emailed|texted|wrote|hung up|drove|works|worked|is my|was my|is our|who|has been|will call|would like|would not|won['’]t|doesn['’]t|never|and (?:his|her|their))\b"
)
OWNED = "dog|car|truck|house|yard|apartment|office|phone|kids?|son|daughter|wife|husband|mother|tree|fence|boat|cat"
AFTER = re.compile(
    rf"(?:,? (?:who|age|aged) |, (?:the|our|my|a) (?:{RELATIVE}|{ROLE})\b|,? \(?(?:age|aged) |,? \d\d,|[ ]{{1,2}}{VERB}|['’]s (?:{OWNED})\b| (?:from|in|at) (?:next door|upstairs|downstairs|apt|unit|the|apartment)\b| next door\b)"
)
LOWER_CUE = rf"(?:\b(?:{RELATIVE}|mr\.?|mrs\.?|ms\.?|miss|landlord|landlady|tenant|owner|manager|super|driver|spoke (?:to|with)|talked (?:to|with)|ask for),? )"
LOWER = re.compile(rf"(?:{LOWER_CUE}|^)(?=([a-z]{{3,}})(?: ([a-z][a-z'’]{{2,}}))?\b)")
HONOURS = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Rev|Sgt|Det|Officer)\.?[ ]{{1,2}}({WORD})(?![a-z])")
FAMILY = re.compile(
    r"\bthe ([A-Z][a-z]{2,})s (?:next door|family|upstairs|downstairs|across|at|in|who|have|are|keep)\b"
)
CAPITALS = re.compile(r"\b[A-Z]{3,} (?:[A-Z]\.? )?[A-Z]{3,}\b")
LOWER_TITLE = re.compile(r"m(?:r|rs|s|iss)\b")
PLACE = (
    "st|street|ave|avenue|rd|road|dr|drive|blvd|boulevard|ln|lane|pl|place|sq|square|ct|court|pkwy|parkway|hwy|highway|way|terrace|ter|circle|park|river|library|hall|school|"
    "center|centre|bridge|beach|hospital|church|field|playground|cemetery|station|service|postal|airport|wharf|pier|plaza|mall|pond|lake|hill|heights|garden|gardens|common|"
    "stadium|theat(?:er|re)|houses?|apartments?|condos?|projects|estates|village|store|pizza|diner|cafe|restaurant|deli|market|pharmacy|bank|inc|llc|co|construction|plumbing|"
    "realty|propert(?:y|ies)|elementary|middle|high|academy|university|college|hotel|memorial|towers?|building|expressway|tunnel|housing|development|statue|monument|mural|plain|brook|creek|island|point|"
    "harbor|stop|line|fund|foundation|society|club|gym|ymca|parking|towing|auto|motors|county|city|neighborhood"
)
OTHERS = re.compile(rf"(?:[ ]{{1,2}}[A-Z][a-z]+\.?){{0,2}}[ ]{{1,2}}(?:[A-Z][a-z]* )?(?i:{PLACE})\b")
FIRM = re.compile(rf"['’]s? (?!(?:{OWNED})\b)")  # Wendy's lot
CORNER = re.compile(
    r"(?i)\b(?:on|at|near|corner of|intersection of|in|off|along|between|behind|outside|inside|around|across from|street|avenue|through|st\.?|saint|fort|mt\.?|mount|port)[ ]$"
)
NEAR = 24  # characters
BESIDE_AFTER = re.compile(rf"(?:,? and |, | & )({WORD})(?: ({WORD}))?(?![a-z])")
BESIDE_BEFORE = re.compile(rf"(?<![\w'’.-])({WORD}(?: {WORD})?)(?:,? and |, | & )$")
PLACED = re.compile(rf"(?i:\b(?:{PLACE}))$")
TITLES = frozenset(("mr", "mrs", "ms", "miss", "dr", "sgt", "lt", "capt", "ofc", "det", "rev", "prof"))
HONOURED = {  # whom statues, streets and schools are named for
    ("Martin", "Luther", "King"), ("Rosa", "Parks"), ("Cesar", "Chavez"), ("Harriet", "Tubman"), ("George", "Washington"),
    ("Abraham", "Lincoln"), ("Malcolm", "X"), ("John", "Kennedy"), ("Paul", "Revere"), ("Frederick", "Douglass"),
}  # fmt: skip
INITIAL = re.compile(r"[ ][A-Z]\.(?=[ ,;)]|$)")  # Dana K. said
APART = re.compile(r",|[.!]?\s{0,8}$")
REACH = 40  # characters before a name in which a cue is looked for


class Around(NamedTuple):
    """What stands around a run of capital words.

    Args:
        before: "relative" (sure), "role", "link" (by, from) or nothing.
        verb: a verb of persons behind it.
        apart: commas around it.
    """

    before: str | None
    verb: bool
    apart: bool


def find_people(text: str) -> Iterator[Span]:
    """Spans of person names."""
    found = [span for match in RUN.finditer(text) for span in _in_run(text, match)]
    found += _in_lower(text)
    found += [
        Span(*m.span(1), "name") for m in HONOURS.finditer(text) if _is_family(m[1]) and not OTHERS.match(text, m.end())
    ]
    found += [
        Span(*m.span(1), "name") for m in FAMILY.finditer(text) if m[1].lower() in word_list("family_names_en.txt")
    ]
    found += [
        Span(*m.span(), "name") for m in CAPITALS.finditer(text) if _is_full(m[0].split()) and not PLACED.search(m[0])
    ]
    yield from found
    if found:
        yield from _beside(text, found)


def _in_run(text: str, run: re.Match[str]) -> Iterator[Span]:
    """The name in a run of capital words; ordinary words at its ends are cut off."""
    words = list(re.finditer(r"[\w'’.-]+", run[0]))
    while words and _is_ordinary(words[0][0]) and not _is_full([word[0] for word in words[:2]]):
        words.pop(0)
    while words and _is_ordinary(words[-1][0]) and not (len(words) > 1 and _is_family(words[-1][0])):
        words.pop()
    if not words:
        return
    start, end = run.start() + words[0].start(), run.start() + words[-1].end()
    names = [word[0] for word in words]
    is_place = CORNER.search(text, max(0, start - REACH), start) or FIRM.match(text, end)
    if (
        not (is_place and not _is_full(names))
        and not OTHERS.match(text, end)
        and _is_person(names, _around(text, start, end))
    ):
        initial = INITIAL.match(text, end)
        yield Span(start, initial.end() if initial else end, "name")


def _around(text: str, start: int, end: int) -> Around:
    before = BEFORE.search(text[max(0, start - REACH) : start])
    is_called = start == 0 and text[end : end + 2] == ", "
    apart = is_called or (text[max(0, start - 2) : start] == ", " and APART.match(text, end) is not None)
    return Around(before.lastgroup if before else None, AFTER.match(text, end) is not None, apart)


def _is_person(names: list[str], around: Around) -> bool:
    """Given and family name are enough when both are listed; else what stands around must say so."""
    is_cued = around.before in ("relative", "role")
    if len(names) > 1:
        return not (PLACED.search(names[-1]) and not is_cued) and _is_whole(names, around)
    is_given, is_listed = _is_given(names[0]), _is_listed(names[0])
    if is_cued or around.verb:
        is_odd = not _is_ordinary(names[0]) and (around.before == "relative" or (is_cued and around.verb))
        return is_listed or is_odd or (is_given and is_cued)
    return around.apart and is_given and is_listed


def _is_whole(names: list[str], around: Around) -> bool:
    """Whether two or more words are a name."""
    is_plain = not any(_is_ordinary(name) for name in names[1:])
    is_listed = any(_is_listed(name) for name in names)
    if tuple(names) in HONOURED:
        return False
    is_full = _is_full(names) and (is_listed or not any(_is_ordinary(name) for name in names))
    if is_full or (is_plain and _is_given(names[0]) and _is_listed(names[0])):
        return True
    if around.before in ("relative", "role") or around.verb:
        return is_listed or _is_given(names[0]) or _is_family(names[-1]) or (around.before == "relative" and is_plain)
    return around.before == "link" and is_listed and is_plain


def _in_lower(text: str) -> Iterator[Span]:
    """my neighbor mike, the landlord jimmy kowalski."""
    ordinary = word_list("words_en.txt")
    for match in LOWER.finditer(text):
        given, family = match[1], match[2]
        is_titled = LOWER_TITLE.match(match[0]) is not None and given in word_list("family_names_en.txt")
        if (is_titled or given in word_list("first_names_en.txt")) and given not in ordinary:
            end = match.end(2 if family and _is_family(family) and family not in ordinary else 1)
            if match.start(1) or AFTER.match(text, end):
                yield Span(match.start(1), end, "name")


def _beside(text: str, found: list[Span]) -> Iterator[Span]:
    """Listed names next to a name, and the parts of a full name that stand elsewhere in the text."""
    for span in found:
        behind = BESIDE_AFTER.match(text, span.end)
        if behind and (_is_given(behind[1]) or _is_family(behind[1])) and not OTHERS.match(text, behind.end(1)):
            is_full = behind[2] and _is_family(behind[2])
            yield Span(behind.start(1), behind.end(2 if is_full else 1), "name")
        ahead = BESIDE_BEFORE.search(text, max(0, span.start - NEAR), span.start)
        if ahead and (_is_given(ahead[1].split()[0]) or (" " in ahead[1] and _is_family(ahead[1].split()[-1]))):
            yield Span(*ahead.span(1), "name")
    parts = {part for span in found for part in text[span.start : span.end].split() if _is_listed(part)}
    for part in parts:
        for match in re.finditer(rf"\b{re.escape(part)}\b", text):
            if not OTHERS.match(text, match.end()):
                yield Span(*match.span(), "name")


def _is_full(names: list[str]) -> bool:
    return len(names) > 1 and _is_given(names[0]) and _is_family(names[-1])


def _is_ordinary(word: str) -> bool:
    bare = word.strip(".").lower()
    return bare in word_list("words_en.txt") or bare in TITLES


def _is_listed(word: str) -> bool:
    """A name that is no other word."""
    bare = _bare(word)
    return (
        bare in word_list("first_names_en.txt") or bare in word_list("family_names_en.txt")
    ) and bare not in word_list("words_en.txt")


def _is_given(word: str) -> bool:
    return _bare(word) in word_list("first_names_en.txt") or _bare(word) in word_list("first_words_en.txt")


def _is_family(word: str) -> bool:
    bare = _bare(word)
    if word[1:2] in ("'", "’") and word[:1] in "ODLodl":
        return len(word) > 4
    return any(
        part in word_list("family_names_en.txt") or part in word_list("family_words_en.txt")
        for part in (bare, *bare.split("-"))
    ) or bool(re.match(r"(?:Mc|Mac|O['’]|Al-|El-|De)[A-Z]", word))


def _bare(word: str) -> str:
    return re.sub(r"['’]s$", "", word).strip(".").replace("’", "'").lower()


@cache
def patterns() -> tuple[re.Pattern[str], ...]:
    """Regular expressions, one of which matches wherever a name is found; for a search over whole columns."""
    given = "|".join(
        sorted(word.capitalize() for word in word_list("first_names_en.txt") | word_list("first_words_en.txt"))
    )
    lower = "|".join(
        sorted((word_list("first_names_en.txt") | word_list("family_names_en.txt")) - word_list("words_en.txt"))
    )
    return (
        re.compile(rf"(?:{given})[ ]{{1,2}}(?:[A-Z]\.?[ ]{{1,2}}|{PARTICLE}[ ]{{1,2}})?[A-Z]"),
        re.compile(rf"(?i:(?:{RELATIVE}|{ROLE}|{LINKING})(?: is)?[:,]?[ ]{{1,2}}{ASIDE})[A-Z][a-z'’]"),
        re.compile(rf"[A-Z][a-z]+(?:-[a-z]+)?(?:{AFTER.pattern})"),
        re.compile(rf"(?:{LOWER_CUE}|^)(?:{lower})"),
        HONOURS,
        FAMILY,
        re.compile(rf"(?:{given.upper()}) (?:[A-Z]\.? )?[A-Z]{{3}}"),
        re.compile(rf"^(?:{given}), "),
        re.compile(rf", (?:{given})(?:,|[.!]?\s{{0,8}}$)"),
    )
