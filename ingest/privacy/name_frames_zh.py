"""Frames in which only a person fits, so that a noun there is a name: 市民石头反映, 高兴女士."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.privacy import name_score_zh as score
from ingest.privacy.name_cut_zh import Token, count_of
from ingest.privacy.words import word_list

# least weight of the characters, see `frame`
FRAMED = -99.0  # between a cue and words that only persons or offices do
FRAMED_POLITE = -1.0  # before a title
FRAMED_ACTING = -0.5  # between a cue and an act
FRAMED_WEAKLY = 0.0
FRAMED_STRAY = 1.0  # before 女士, with something before that is no cue
FRAMED_LISTED = 2.5  # of a word that is listed as none
UNFRAMED = 99.0
FRAMED_FAMILY, FRAMED_COUNT = 1.5, 6000  # least weight of the surname; most frequent noun in a weak frame
NOUNS = ("n", "a", "b", "i", "l", "j", "s", "z", "v", "d", "t")  # tags begin so
PEOPLE = frozenset(
    "员工民者长师友客手商户主委会局队站所部处院校司官兵方群众属眷辈婆妇妻母父公爷孙家位体人子女生"
)  # words for some end so
PLACES = ("ns", "nt", "s", "v")


def frame(left: float, behind: float, *, is_end: bool) -> float:
    """The least weight of characters with which a noun is a name, where only a person fits: 市民…反映, …女士.

    Args:
        is_end: a mark or the end stands behind.
    """
    is_cued = left >= score.BEFORE["before"]
    if is_cued and behind >= score.AFTER_WORD:
        return FRAMED if behind >= score.AFTER_TELLING else FRAMED_ACTING
    if behind >= score.AFTER_TITLE:
        return FRAMED_POLITE if left >= score.EDGE else FRAMED_STRAY if behind >= score.AFTER_POLITE else UNFRAMED
    is_form = is_end and left >= score.BEFORE["before_sure"]
    is_weak = left >= score.EDGE and behind >= score.AFTER_TELLING
    return FRAMED_WEAKLY if is_form or is_weak else UNFRAMED


def may_frame(name: str) -> bool:
    """The surname is one, and the word none that also fits where a person does (单位, 时常)."""
    return score.surnames().get(name[0], 0.0) >= FRAMED_FAMILY and name not in word_list("not_whole_names_zh.txt")


def is_polite(name: str, left: float, behind: float) -> bool:
    """A word before 女士 that names no sort of people: 安全女士, not 居民女士."""
    return behind >= score.AFTER_POLITE and left >= score.EDGE and name[-1] not in PEOPLE


def is_told(weight: float, left: float, behind: float) -> bool:
    """A listed word of characters that names have, between a cue and what only persons do: 市民高峰来电."""
    return weight >= FRAMED_LISTED and left >= score.BEFORE["before"] and behind >= score.AFTER_TELLING


def is_framed_noun(tokens: Iterable[Token], start: int, end: int, least: float) -> bool:
    """A noun of the dictionary, and of those that are not rare only where the frame is sure."""
    for word in tokens:
        if (word.start, word.end) == (start, end):
            is_usual = not word.tag.startswith("nr") and (
                count_of(word.word) > FRAMED_COUNT or word.tag.startswith(PLACES)
            )
            return word.tag.startswith(NOUNS) and not (is_usual and least >= FRAMED_WEAKLY)
    return False
