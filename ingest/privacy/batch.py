"""Masking of whole columns: each distinct text once, and only texts that can hold something."""

from __future__ import annotations

import polars as pl

from ingest.canonical import FREE_TEXTS
from ingest.privacy import mask
from ingest.privacy.names_en import learn_names

# texts without any of these cannot hold what the rules look for
SUSPECT = {"zh": r"\p{Han}{2}|[0-9０-９]{3}|[@＠]|[A-Za-z]{2}", "en": r"[0-9]{3}|@|[A-Z][a-z]|[a-z]\.[a-z]|[A-Z]{2}"}
CITY_WORDS = ("district", "street", "community", "estate", "unit", "co_units", "channel")


def mask_frame(rows: pl.DataFrame, lang: str) -> pl.DataFrame:
    """Mask the free-text columns; rows and the other columns stay as they are."""
    unique = {name: rows[name].drop_nulls().unique(maintain_order=True) for name in FREE_TEXTS}
    learned = learn_names(unique["reply"].to_list()) - _known_words(rows) if lang == "en" else frozenset()
    for name, values in unique.items():
        suspects = values.filter(values.str.contains(SUSPECT[lang]))
        changed = {text: masked for text in suspects if (masked := mask(text, lang, learned if name in ("reply", "text") else ())[0]) != text}
        if changed:
            rows = rows.with_columns(pl.col(name).replace(list(changed), list(changed.values())))
    return rows


def _known_words(rows: pl.DataFrame) -> frozenset[str]:
    """Words of places, streets and units: never taken for a person's name that was learned."""
    parts = [rows[name].drop_nulls().unique() for name in (*CITY_WORDS, "address")]
    words = pl.concat(parts).str.to_lowercase().str.extract_all(r"[a-z]{3,}").explode().drop_nulls().unique()
    return frozenset(words)
