"""Spans of personal data in a text and how they are blacked out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Type = Literal["phone", "id_card", "bank_card", "email", "plate", "account", "address", "name"]
LABELS = {
    "zh": {"phone": "〔电话〕", "id_card": "〔证件〕", "bank_card": "〔银行卡〕", "email": "〔邮箱〕", "plate": "〔车牌〕", "account": "〔账号〕", "address": "〔门牌〕", "name": "〔姓名〕"},
    "en": {"phone": "〔phone〕", "id_card": "〔id〕", "bank_card": "〔card〕", "email": "〔e-mail〕", "plate": "〔plate〕", "account": "〔account〕", "address": "〔unit〕", "name": "〔name〕"},
}  # fmt: skip


class Span(NamedTuple):
    """Characters start (included) to end (excluded) of the original text."""

    start: int
    end: int
    type: Type


@dataclass(frozen=True)
class Rule:
    """A regular expression for one kind of personal data.

    Args:
        group: which group of the match is the personal part; 0 = all of it.
        accepts: a further test of a match, e.g. its check digit.
    """

    pattern: re.Pattern[str]
    type: Type
    group: int = 0
    accepts: Callable[[re.Match[str]], bool] | None = None

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
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, s.start)):
        if all(span.end <= k.start or span.start >= k.end for k in kept):
            kept.append(span)
    return sorted(kept)


def black_out(text: str, spans: Iterable[Span], lang: str) -> str:
    """The text with each span replaced by its label; neighbouring spans of one type become one label."""
    parts, at, last = [], 0, ""
    for span in spans:
        if span.start > at or last != span.type:
            parts += (text[at : span.start], LABELS[lang][span.type])
        at, last = span.end, span.type
    return "".join((*parts, text[at:]))
