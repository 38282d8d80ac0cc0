"""Personal data out of texts.  `mask` is the whole interface; `batch` applies it to columns."""

from __future__ import annotations

from ingest.privacy import addresses, names_en, names_zh, numbers, numbers_en
from ingest.privacy.spans import LABELS, Rule, Span, black_out, without_overlaps

__all__ = ["LABELS", "Span", "find_spans", "mask", "rules"]


def mask(text: str, lang: str = "zh", *, names: bool = True) -> tuple[str, list[Span]]:
    """Black out personal data.

    Args:
        lang: "zh" or "en": which rules for names, and the language of the labels.
        names: look for names of persons; off for addresses, labels and companies.

    Returns:
        The masked text, and the spans in the original, sorted, without overlap.
    """
    spans = find_spans(text, lang, names=names)
    return (black_out(text, spans, lang) if spans else text), spans


def find_spans(text: str, lang: str = "zh", *, names: bool = True) -> list[Span]:
    """All spans of personal data in a text; see `mask`."""
    flat = numbers.flat(text)
    spans = [span for rule in rules(lang) for span in rule.find(flat)]
    if names:
        spans += names_en.find_names(flat) if lang == "en" else names_zh.find_names(text)
    return without_overlaps(spans)


def rules(lang: str) -> tuple[Rule, ...]:
    """The regular expressions for all but names; they see a text after `numbers.flat`."""
    return numbers.RULES + (numbers_en.RULES if lang == "en" else addresses.RULES)
