"""Spans of personal data in a text and how they are blacked out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal, NamedTuple, Protocol, TypeVar

Type = Literal["phone", "id_card", "bank_card", "email", "plate", "account", "address", "name"]


class HasPlace(Protocol):
    """Something from a start to an end."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


Stretch = TypeVar("Stretch", bound=HasPlace)
HIDDEN = "〔隐私〕"  # in place of a whole cell about a person
LABELS = {
    "zh": {"phone": "〔电话〕", "id_card": "〔证件〕", "bank_card": "〔银行卡〕", "email": "〔邮箱〕", "plate": "〔车牌〕", "account": "〔账号〕", "address": "〔门牌〕", "name": "〔姓名〕"},
    "en": {"phone": "〔phone〕", "id_card": "〔id〕", "bank_card": "〔card〕", "email": "〔e-mail〕", "plate": "〔plate〕", "account": "〔account〕", "address": "〔unit〕", "name": "〔name〕"},
}  # fmt: skip


class Span(NamedTuple):
    """Characters start (included) to end (excluded) of the original text."""

    start: int
    end: int
    type: Type


START = attrgetter("start")


@dataclass(frozen=True)
class Rule:
    """A regular expression for one kind of personal data.

    Args:
        group: which group of the match is the personal part; 0 = all of it.
        accepts: a further test of a match, e.g. its check digit.
        needs: what the column engine looks for first where the pattern without its look-around would match too much.
    """

    pattern: re.Pattern[str]
    type: Type
    group: int = 0
    accepts: Callable[[re.Match[str]], bool] | None = None
    needs: str = ""

    def find(self, text: str) -> list[Span]:
        """Spans in a text."""
        return [
            Span(*match.span(self.group), self.type)
            for match in self.pattern.finditer(text)
            if self.accepts is None or self.accepts(match)
        ]


def without_overlaps(spans: Sequence[Span]) -> list[Span]:
    """Longer spans win over shorter ones they touch; sorted by place."""
    if len(spans) < 2:
        return list(spans)
    apart, end = sorted(set(spans)), 0
    for span in apart:
        if span.start < end:
            return best_apart(sorted(spans, key=_longest_first))
        end = span.end
    return apart


def _longest_first(span: Span) -> tuple[int, int]:
    return span.start - span.end, span.start


def best_apart(ranked: Sequence[Stretch]) -> list[Stretch]:
    """The first of each that overlap, best first in; sorted by place out."""
    kept = list(ranked[:1])
    start, end = (kept[0].start, kept[0].end) if kept else (0, 0)
    for one in ranked[1:]:
        if one.start < end and start < one.end:  # the best of all: most often the only one
            continue
        at = bisect_left(kept, one.start, key=START)
        is_free = at == len(kept) or one.end <= kept[at].start
        if is_free and (at == 0 or kept[at - 1].end <= one.start):
            kept.insert(at, one)
    return kept


def black_out(text: str, spans: Iterable[Span], lang: str) -> str:
    """The text with each span replaced by its label; neighbouring spans of one type become one label."""
    parts, at, last = [], 0, ""
    for span in spans:
        if span.start > at or last != span.type:
            parts += (text[at : span.start], LABELS[lang][span.type])
        at, last = span.end, span.type
    return "".join((*parts, text[at:]))
