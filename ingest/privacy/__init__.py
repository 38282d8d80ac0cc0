"""Personal data out of texts.  `mask` is the whole interface; `batch` applies it to columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ingest.privacy import addresses, names_en, names_zh, numbers, numbers_en
from ingest.privacy.clauses import clauses
from ingest.privacy.spans import LABELS, Span, black_out, without_overlaps

__all__ = ["LABELS", "Span", "find_spans", "mask"]


def mask(text: str, lang: str = "zh", learned: Collection[str] = (), *, names: bool = True) -> tuple[str, list[Span]]:
    """Black out personal data.

    Args:
        lang: "zh" or "en": which rules for names, and the language of the labels.
        learned: names known from other texts of the same export (English only).
        names: look for names of persons; off for addresses, labels and companies.

    Returns:
        The masked text, and the spans in the original, sorted, without overlap.
    """
    spans = find_spans(text, lang, learned, names=names)
    return (black_out(text, spans, lang) if spans else text), spans


def find_spans(text: str, lang: str = "zh", learned: Collection[str] = (), *, names: bool = True) -> list[Span]:
    """All spans of personal data in a text; see `mask`."""
    flat = numbers.flat(text)
    if lang != "en":
        return list(_chinese(flat, names))
    spans = [*numbers.find_numbers(flat), *numbers_en.find_numbers(flat)]
    return without_overlaps((*spans, *(names_en.find_names(flat, learned) if names else ())))


def _chinese(flat: str, names: bool) -> Iterator[Span]:
    at = 0
    for clause in clauses(flat):
        for span in clause_spans(clause, names):
            yield Span(span.start + at, span.end + at, span.type)
        at += len(clause)


def clause_spans(clause: str, names: bool) -> list[Span]:
    """Spans in one clause of a Chinese text, full-width characters made narrow."""
    spans = [*numbers.find_numbers(clause), *addresses.find_rooms(clause)]
    return without_overlaps((*spans, *(names_zh.find_names(clause) if names else ())))
