"""Values that stand alone, with no words around them that give a name away: cells of unknown columns, records that are no rows."""

from __future__ import annotations

import re

from ingest.privacy import mask
from ingest.privacy.name_score_zh import COMPOUND, surnames
from ingest.privacy.spans import LABELS

ACCOUNT = re.compile(r"(?=.*[\d_])[A-Za-z][-_.A-Za-z0-9]{4,31}")
HAN_NAME = re.compile(r"([\u4e00-\u9fff]{2,4})(?:先生|女士|小姐)?|[\u4e00-\u9fff]{2,7}[·•‧][\u4e00-\u9fff]{2,7}")
LATIN_NAME = re.compile(r"[A-Z][a-z'’-]+(?: [A-Z]\.?)?(?: [A-Z][a-z'’-]+){1,2}")
BETWEEN = re.compile(r"([,，;；|\t\"\r\n]+)")


def mask_cell(text: str, lang: str) -> str:
    """A cell masked on suspicion: what may be an account or a person's name is hidden whole."""
    bare = text.strip()
    if ACCOUNT.fullmatch(bare):
        return _label("account", lang)
    if LATIN_NAME.fullmatch(bare) if lang == "en" else _may_be_name(bare):
        return _label("name", lang)
    return mask(text, lang)[0]


def mask_record(text: str, lang: str) -> str:
    """A record that is no row: masked as a whole, then between its separators cell by cell."""
    return "".join(mask_cell(piece, lang) for piece in BETWEEN.split(mask(text, lang)[0]))


def _may_be_name(text: str) -> bool:
    match = HAN_NAME.fullmatch(text)
    if not match:
        return False
    name = match[1]
    return name is None or name[0] in surnames() or name[:2] in COMPOUND


def _label(kind: str, lang: str) -> str:
    return LABELS[lang][kind]
