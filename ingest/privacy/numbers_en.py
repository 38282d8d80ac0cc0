"""North American telephone and social-security numbers, apartments, plates."""

from __future__ import annotations

import re

from ingest.privacy.spans import Rule

PHONE = re.compile(
    r"(?<![\d.])(?:\+?1[-. ]{0,2})?(?:\(\d{3}\)[ ]{0,2}|[2-9]\d{2}[-. ]{1,2})\d{3}[-. ]{1,2}\d{4}(?:,?[ ]{0,2}(?i:ext?\.?|extension|x)[ ]?\d{1,5})?(?!\d)"
    r"|(?<![\d.])[2-9](?:\d{2}[2-9]\d{6}|(?: \d){9}(?! \d))(?!\d)"
)
SHORT_PHONE = re.compile(r"(?<![\d-])(?:[Ee]xt?\.?[ ]?\d{3,5}|[2-9]\d{2}-\d{4})(?![\d-])")
SOCIAL_SECURITY = re.compile(r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)")
APARTMENT = re.compile(r"(?i:\b(?:apt|apartment|unit|suite|rm|room)\b\.?[ ]{0,2}#?[ ]?(?=\w*\d)\w{1,6}\b)")
HASH_APARTMENT = re.compile(r"#[ ]?(?=\w?\d)\w{1,5}\b")
STREET_BEFORE = re.compile(
    r"\b(?i:st|street|ave|avenue|rd|road|dr|drive|blvd|ln|lane|pl|place|sq|ct|court|pkwy|way|ter|terrace)\b[.,]{0,2}[ ]$"
)
NEAR = 12  # characters before a number in which the street's last word is looked for
PLATE_SIGNS = r"((?:[A-Z]{2} )?(?=[A-Za-z0-9 -]{0,7}\d)[A-Za-z0-9]{1,4}(?:[ -]?[A-Z0-9]{2,4})?)(?![A-Za-z0-9])"
PLATE = re.compile(
    rf"(?i:\b(?:licen[cs]e plates?|licen[cs]e|plates?|lic|tags?|registration|reg)\b)\.?[ ]?(?i:(?:number|numbers|no|num|reads?|is|was)\b\.?[ ]?){{0,2}}[#:]{{0,2}}[ ]?[(]?{PLATE_SIGNS}"
)
BARE_PLATE = re.compile(r"(?<![A-Za-z0-9])\d[A-Z]{3}\d{3}(?![A-Za-z0-9])")  # of California
RULES = (Rule(PHONE, "phone"), Rule(SHORT_PHONE, "phone"), Rule(SOCIAL_SECURITY, "id_card"), Rule(APARTMENT, "address"),
    Rule(HASH_APARTMENT, "address", accepts=lambda m: _is_behind_street(m)), Rule(PLATE, "plate", 1, accepts=lambda m: _is_plate(m[1])), Rule(BARE_PLATE, "plate"))  # fmt: skip


def _is_behind_street(number: re.Match[str]) -> bool:
    """12 Beacon St #3R, not ticket #3."""
    return STREET_BEFORE.search(number.string[max(0, number.start() - NEAR) : number.start()]) is not None


def _is_plate(signs: str) -> bool:
    """Letters and digits, or digits alone that are no year and no count."""
    bare = re.sub(r"[ -]", "", signs)
    return sum(map(str.isdigit, bare)) >= 1 and len(bare) >= 5
