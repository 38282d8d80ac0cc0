"""Ids that the export does not hold in one column: several cells joined, or a keyed hash of them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ingest.profiles import Identity
from weisu.identity import person_hashes

BETWEEN = "\x1f"


def joined_identity(identity: Identity, columns: Sequence[int]) -> pl.Expr:
    """Text of the cells `b<i>` together; null where one of them is blank, of a derived id where all are."""
    cells = [pl.col(f"b{index}") for index in columns]
    if not identity.is_derived:
        return pl.concat_str(cells, separator=identity.separator)
    whole = pl.concat_str([cell.fill_null("") for cell in cells], separator=BETWEEN)
    return pl.when(pl.any_horizontal(cell.is_not_null() for cell in cells)).then(whole)


def with_derived_id(rows: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """Replace the joined cells in `ticket_id` by their hash: keyed, for a plain one could be searched for what was hashed."""
    joined = rows["ticket_id"].drop_nulls().unique().to_list()
    hashes = person_hashes(key, [f"ticket:{text}" for text in joined])
    return rows.with_columns(pl.col("ticket_id").replace_strict(joined, hashes, default=None, return_dtype=pl.String))
