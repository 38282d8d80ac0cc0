"""The caller as a keyed hash; the phone number or account itself is never stored."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from weisu.identity import person_hashes

FEWEST_CHARACTERS = 4  # shorter numbers (extension, "无", "-") identify nobody


def with_person_hash(rows: pl.DataFrame, fields: Sequence[str], key: bytes) -> pl.DataFrame:
    """Add `person_hash` from the first filled of `fields` and drop all personal inputs.

    Phone numbers are brought to one spelling (digits, no +86) so that one caller is one person; each kind of key has its own space.
    """
    filled = [field for field in fields if rows[field].null_count() < rows.height]
    hashed = pl.Series("person_hash", [None] * rows.height, dtype=pl.String)
    for field in filled:
        hashed = pl.select(pl.coalesce(hashed, _hashed(rows[field], key))).to_series().alias("person_hash")
    return rows.with_columns(hashed).drop("person_phone", "person_account", "person_name")


def _hashed(values: pl.Series, key: bytes) -> pl.Series:
    usable = pl.DataFrame({"value": values}).select(_usable(_normalised(values), values.name))["value"]
    hashes = pl.Series(person_hashes(key, usable.drop_nulls().to_list()), dtype=pl.String)
    return usable.scatter(usable.is_not_null().arg_true(), hashes)


def _normalised(values: pl.Series) -> pl.Series:
    bare = values.str.strip_chars()
    bare = bare.str.normalize("NFKC") if bare.str.contains(r"[^ -~]").any() else bare
    if values.name != "person_phone":
        return bare
    bare = bare.str.replace_all(r"[^0-9*]", "") if bare.str.contains(r"[^0-9*]").any() else bare
    return bare.str.replace(r"^(?:0086|86)(1\d{10})$", "${1}")


def _usable(values: pl.Series, field: str) -> pl.Expr:
    """`field:value`, null where the value tells nobody apart."""
    value = pl.lit(values)
    tells = (
        (value.str.len_chars() >= FEWEST_CHARACTERS)
        & ~value.str.contains(r"^(.)?[0*]+$")
        & ~value.str.contains("\\*{3,}")
    )
    return pl.when(tells).then(pl.format("{}:{}", pl.lit(field), value)).alias("value")
