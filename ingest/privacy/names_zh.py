"""Names of persons in Chinese ticket texts: a few set phrases, then every place where a surname can stand, scored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.privacy import name_score_zh as score
from ingest.privacy.name_cut_zh import segmenter
from ingest.privacy.name_phrases_zh import set_phrases
from ingest.privacy.name_readings_zh import NICKNAME, SURE, TITLED_SCORE, Read, Reading, read_window, window
from ingest.privacy.spans import Span, best_apart

MOST_NAMES = 50  # in a text with more, none is looked for again


def find_names(text: str) -> list[Span]:
    """Spans of person names; titles behind a name stay, so the sentence stays readable."""
    return chosen(text, list(read_all(text)), list(phrases(text)))


def read_all(text: str) -> Iterator[tuple[int, Read]]:
    """The place of each surname and what it may be read as."""
    known = score.surnames()
    for start, char in enumerate(text):
        is_surname = char in known or text[start : start + 2] in score.COMPOUND
        if is_surname and (read := read_window(*window(text, start))):
            yield start, read


def phrases(text: str) -> Iterator[Reading]:
    """Set phrases, surer than any reading; none in a text without `name_phrases_zh.SET_PHRASE`."""
    for start, end in set_phrases(text):
        yield Reading(2 * TITLED_SCORE + end - start, start, end)


def chosen(text: str, places: Sequence[tuple[int, Read]], phrased: Sequence[Reading] = ()) -> list[Span]:
    """The names of a text out of all that can be read as one."""
    if len(places) == 1 and not phrased:  # most texts
        ((start, read),) = places
        weight, length = max(read)
        if weight < SURE:
            return []
        if text.count(_called(text, start, start + length)) == 1:
            return [Span(start, start + length, "name")]
        taken = [Reading(weight, start, start + length)]
    else:
        found = [Reading(weight, start, start + length) for start, read in places for weight, length in read]
        taken = _sure(text, [*found, *phrased])
    spans = [Span(r.start, r.end, "name") for r in taken]
    full = {name for r in taken if len(name := _called(text, r.start, r.end)) > 1}
    again = [name for name in full if text.count(name) > 1] if len(full) <= MOST_NAMES else ()
    return sorted({*spans, *(span for name in again for span in _repeated(text, name))}) if again else spans


def _sure(text: str, found: list[Reading]) -> list[Reading]:
    taken = _best([r for r in found if r.score >= SURE])
    return _with_listed(text, taken, found) if len(found) > len(taken) > 0 else taken


def _with_listed(text: str, taken: list[Reading], found: list[Reading]) -> list[Reading]:
    """The readings taken and those that stand in a list beside them (张三、李四) and are nearly as sure."""
    marks = {i for r in taken for i in (r.start - 1, r.end) if i >= 0 and text[i : i + 1] in score.LIST_MARKS}
    if not marks:
        return taken
    listed = [r for r in found if (r.start - 1 in marks or r.end in marks) and r.score + score.LISTED >= SURE]
    return _best([*(r._replace(score=r.score + 2 * TITLED_SCORE) for r in taken), *listed])


def _best(found: list[Reading]) -> list[Reading]:
    return best_apart(sorted(found, reverse=True)) if len(found) > 1 else found


def _called(text: str, start: int, end: int) -> str:
    """The name, or with its 小 or 老 a surname alone."""
    is_nickname = end == start + 1 and text[start - 1 : start] in NICKNAME
    return text[start - is_nickname : end]


def _repeated(text: str, name: str) -> list[Span]:
    """All places of the same text where a full name stands; none when it is also a place's or a firm's."""
    if name[-1] in score.NO_LAST or (len(name) == 2 and segmenter().has_word(name)):
        return []
    hidden = name[0] in NICKNAME and len(name) == 2
    spans = [Span(match.start() + hidden, match.end(), "name") for match in re.finditer(re.escape(name), text)]
    return [] if any(_is_others(text, span.end) for span in spans) else spans


def _is_others(text: str, end: int) -> bool:
    """What ends here belongs to a place or a firm."""
    behind = score.after(text, end)
    return behind < 0 or (behind == 0 and score.firm_penalty(text, end) < 0)
