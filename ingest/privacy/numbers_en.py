"""North American telephone and social-security numbers, apartments."""

from __future__ import annotations

import re

from ingest.privacy.spans import Rule

PHONE = re.compile(
    r"(?<![\d.])(?:\+?1[-. ]{0,2})?(?:\(\d{3}\)[ ]{0,2}|[2-9]\d{2}[-. ]{1,2})\d{3}[-. ]{1,2}\d{4}(?!\d)|(?<![\d.])[2-9]\d{2}[2-9]\d{6}(?!\d)"
)
SHORT_PHONE = re.compile(r"(?<![\d-])(?:[Ee]xt?\.?[ ]?\d{3,5}|[2-9]\d{2}-\d{4})(?![\d-])")
SOCIAL_SECURITY = re.compile(r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)")
APARTMENT = re.compile(r"(?i:\b(?:apt|apartment|unit|suite|rm|room)\b\.?[ ]{0,2}#?[ ]?(?=\w*\d)\w{1,6}\b)")
RULES = (Rule(PHONE, "phone"), Rule(SHORT_PHONE, "phone"), Rule(SOCIAL_SECURITY, "id_card"), Rule(APARTMENT, "address"))
