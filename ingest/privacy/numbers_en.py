"""North American telephone and social-security numbers, apartments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.privacy.spans import Span

PHONE = re.compile(
    r"(?<![\d.])(?:\+?1[-. ]{0,2})?(?:\(\d{3}\)[ ]{0,2}|[2-9]\d{2}[-. ]{1,2})\d{3}[-. ]{1,2}\d{4}(?!\d)|(?<![\d.])[2-9]\d{2}[2-9]\d{6}(?!\d)"
)
SHORT_PHONE = re.compile(r"(?<![\d-])(?:[Ee]xt?\.?[ ]?\d{3,5}|[2-9]\d{2}-\d{4})(?![\d-])")
SOCIAL_SECURITY = re.compile(r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)")
APARTMENT = re.compile(r"(?i:\b(?:apt|apartment|unit|suite|rm|room)\b\.?[ ]{0,2}#?[ ]?(?=\w*\d)\w{1,6}\b)")
PATTERNS = (PHONE, SHORT_PHONE, SOCIAL_SECURITY, APARTMENT)


def find_numbers(text: str) -> Iterator[Span]:
    """Spans that the general patterns do not know."""
    if not any(c.isdigit() for c in text):
        return
    for pattern in (PHONE, SHORT_PHONE):
        yield from (Span(*m.span(), "phone") for m in pattern.finditer(text))
    yield from (Span(*m.span(), "id_card") for m in SOCIAL_SECURITY.finditer(text))
    yield from (Span(*m.span(), "address") for m in APARTMENT.finditer(text))
