"""The caller as a keyed hash; the phone number or account itself is never stored."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from weisu.identity import person_hash

FEWEST_CHARACTERS = 4  # shorter numbers (extension, "无", "-") identify nobody


def with_person_hash(rows: pl.DataFrame, fields: Sequence[str], key: bytes) -> pl.DataFrame:
    """Add `person_hash` from the first filled of `fields` and drop all personal inputs.

    Phone numbers are brought to one spelling (digits, no +86) so that one caller is one person; each kind of key has its own space.
    """
    candidates = [_normalised(field) for field in fields]
    rows = rows.with_columns((pl.coalesce(candidates) if candidates else pl.lit(None, pl.String)).alias("person"))
    unique = rows["person"].drop_nulls().unique()
    hashes = {value: person_hash(key, value) for value in unique}
    hashed = (
        pl.col("person").replace_strict(hashes, default=None, return_dtype=pl.String)
        if hashes
        else pl.lit(None, pl.String)
    )
    return rows.with_columns(hashed.alias("person_hash")).drop(
        "person", "person_phone", "person_account", "person_name"
    )


def _normalised(field: str) -> pl.Expr:
    value = pl.col(field).str.strip_chars().str.normalize("NFKC")
    if field == "person_phone":
        value = value.str.replace_all(r"[^0-9*]", "").str.replace(r"^(?:0086|86)(1\d{10})$", "${1}")
    usable = (
        (value.str.len_chars() >= FEWEST_CHARACTERS)
        & ~value.str.contains(r"^(.)?[0*]+$")
        & ~value.str.contains("\\*{3,}")
    )
    return pl.when(usable).then(pl.format("{}:{}", pl.lit(field), value))
