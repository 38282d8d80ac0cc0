"""The segmenter's cut of a few characters, and how frequent its dictionary's words are."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple


class Token(NamedTuple):
    """A word of the segmenter, of two characters or more; tag nr… = in its dictionary as a name."""

    start: int
    end: int
    tag: str
    word: str


@lru_cache(8)
def tokens_of(text: str) -> list[Token]:
    """The words of two and more characters in the dictionary's cut, without the guesses of the hidden Markov model."""
    tokens, at = [], 0
    for word, tag in segmenter().tag(text, hmm=False):
        if len(word) > 1 and tag != "m":  # numbers run together with what follows
            at = text.index(word, at)
            tokens.append(Token(at, at + len(word), tag, word))
            at += len(word)
    return tokens


def count_of(word: str) -> int:
    """How often a word of the dictionary stands in its corpus of 60 million words."""
    return segmenter().suggest_freq(word)


@cache
def segmenter():
    """The dictionary of jieba."""
    import rjieba

    return rjieba.Jieba()
