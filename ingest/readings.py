"""Rows that the ledger has read before, told by a keyed fingerprint: they are neither masked nor compared again.

The fingerprint is taken of a row as its profile reads it, before masking, so it is enciphered: without the workspace's key nobody can
try out which number a masked text held (a seeded hash under a pseudorandom function, as in Wegman & Carter 1981).
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ingest.readers.table import ROW_NUMBER
from weisu.identity import files_digest

if TYPE_CHECKING:
    import duckdb

PRIVACY = Path(__file__).parent / "privacy"
KNOWN = """
select keys.row_number, min(version_hash) as version_hash
from raw.ticket_versions v join keys on v.ticket_id = keys.ticket_id and v.reading = keys.reading
where source = $source group by all
"""


class Readings:
    """The fingerprints of one source's rows by one profile, and what earlier loads made of rows with the same."""

    def __init__(self, con: duckdb.DuckDBPyConnection | None, source: str, *, key: bytes, profile_version: str) -> None:
        """`con` None: a ledger that knows nothing.  It is asked by a cursor of its own, which a load's transaction does not hinder."""
        self._source = source
        secret = hashlib.blake2b(
            f"{source}\n{profile_version}\n{_masking_version()}".encode(), key=key[:64], digest_size=64
        )
        self._seed, self._key = int.from_bytes(secret.digest()[:8]), secret.digest()[32:]
        self._con = con.cursor() if con and _has_any(con, source) else None

    def close(self) -> None:
        """Give the cursor back."""
        if self._con:
            self._con.close()

    def fingerprints(self, rows: pl.DataFrame) -> pl.Series:
        """`reading` of each row (u64): all its values but the row number; equal only for equal rows, but for chance."""
        told = rows.select(pl.col(name) for name in sorted(rows.columns) if name != ROW_NUMBER)
        told = told.with_columns(pl.col(pl.List(pl.String)).list.join("\x1f"))
        return pl.Series("reading", _enciphered(told.hash_rows(self._seed).to_numpy(), self._key), dtype=pl.UInt64)

    def known(self, rows: pl.DataFrame) -> pl.DataFrame:
        """row_number and version_hash of the rows that earlier loads gave.

        Args:
            rows: row_number, ticket_id, reading.
        """
        keys = rows.select(ROW_NUMBER, "ticket_id", "reading")  # DuckDB finds it by this name
        if self._con is None:
            return keys.select(ROW_NUMBER, version_hash="ticket_id").clear()
        return self._con.execute(KNOWN, {"source": self._source}).pl()


def _enciphered(numbers: np.ndarray, key: bytes) -> np.ndarray:
    """The first half of each number's own AES block (u64)."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    blocks = np.zeros((len(numbers), 2), "<u8")
    blocks[:, 0] = numbers
    made = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(blocks.tobytes())
    return np.frombuffer(made, "<u8")[::2].copy()


def _has_any(con: duckdb.DuckDBPyConnection, source: str) -> bool:
    return con.execute("select exists (from raw.ticket_versions where source = ?)", [source]).fetchone()[0]


@cache
def _masking_version() -> str:
    """A digest of the rules and word lists of masking: other rules read every row anew."""
    return files_digest(PRIVACY, (path for path in PRIVACY.iterdir() if path.is_file()))
