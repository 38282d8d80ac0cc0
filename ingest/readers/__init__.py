"""Readers: any table file -> one table of text.  The content decides the kind, never the file's ending alone."""

from __future__ import annotations

from pathlib import Path

from ingest.readers.kinds import ENDINGS, Kind, check_ending, check_file, content_kind
from ingest.readers.table import Reader, Table

__all__ = ["ENDINGS", "READERS", "check_file", "read_table", "shown_name"]


def _delimited(path: Path, label: str) -> Table:
    from ingest.readers.delimited import read_delimited

    return read_delimited(path, label)


def _sheet(path: Path, label: str) -> Table:
    from ingest.readers.sheets import read_sheet

    return read_sheet(path, label)


def _json(path: Path, label: str) -> Table:
    from ingest.readers.json_rows import read_json

    return read_json(path, label)


def _parquet(path: Path, label: str) -> Table:
    from ingest.readers.parquet import read_parquet

    return read_parquet(path, label)


def _packed(path: Path, label: str) -> Table:
    from ingest.readers.unpack import unpacked

    with unpacked(path, label) as (inner, inner_label):
        return read_table(inner, inner_label, is_inside=True)


READERS: dict[Kind, Reader] = {
    Kind.DELIMITED: _delimited,
    Kind.WORKBOOK: _sheet,
    Kind.JSON: _json,
    Kind.PARQUET: _parquet,
    Kind.PACKED: _packed,
}


def read_table(path: Path, label: str = "", *, is_inside: bool = False) -> Table:
    """Read the one table of a file.

    Args:
        label: how the file is named in messages; default its name.
        is_inside: the file came out of an archive; an archive inside an archive is refused.

    Raises:
        Refused: missing, no regular file, of another kind than its ending says, or not readable without loss.
    """
    label = label or shown_name(path)
    kind = content_kind(path, label)
    check_ending(path, kind, label, is_inside=is_inside)
    return READERS[kind](path, label)


def shown_name(path: Path) -> str:
    """The file's name for messages: control characters escaped, at most 120 characters."""
    name = "".join(
        c if c.isprintable() else f"\\x{ord(c):02x}" for c in path.name.encode("utf-8", "replace").decode("utf-8")
    )
    return name if len(name) <= 120 else f"{name[:80]}…{name[-30:]}"
