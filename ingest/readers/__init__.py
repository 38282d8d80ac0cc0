"""Readers: any table file -> one table of text.  The content decides the kind, never the file's ending alone."""

from __future__ import annotations

from pathlib import Path

from ingest.readers.kinds import ENDINGS, Kind, check_ending, check_file, content_kind
from ingest.readers.table import Reader, Source, Table

__all__ = ["ENDINGS", "READERS", "check_file", "read_table", "shown_name"]

PACKED_SHARE = 10  # an unpacked file earns the limits of at most this many times its packed size


def _delimited(source: Source) -> Table:
    from ingest.readers.delimited import read_delimited

    return read_delimited(source)


def _confined(task: str) -> Reader:
    def read(source: Source) -> Table:
        from ingest.readers.confined import read_confined

        return read_confined(task, source)

    return read


def _packed(source: Source) -> Table:
    from ingest.readers.unpack import unpacked

    with unpacked(source) as inner:
        budget = min(inner.stat().st_size, PACKED_SHARE * source.budget)
        return read_table(inner, source.label, inside=budget, streamed=True, may_lack_header=source.may_lack_header)


READERS: dict[Kind, Reader] = {
    Kind.DELIMITED: _delimited,
    Kind.WORKBOOK: _confined("sheet"),
    Kind.JSON: _confined("json"),
    Kind.XML: _confined("xml"),
    Kind.PARQUET: _confined("parquet"),
    Kind.PACKED: _packed,
}


def read_table(
    path: Path, label: str = "", *, inside: int | None = None, streamed: bool = False, may_lack_header: bool = False
) -> Table:
    """Read the one table of a file.

    Args:
        label: how the file is named in messages; default its name.
        inside: for a file that came out of an archive, the bytes its limits are scaled by; another archive is refused there.
        streamed: a large table may come as a stream, to be read by `Table.parts`.
        may_lack_header: text rows without a header are wanted too; all names are blank.

    Raises:
        Refused: missing, no regular file, of another kind than its ending says, or not readable without loss.
    """
    label = label or shown_name(path)
    size = check_file(path, label)
    kind = content_kind(path, label)
    check_ending(path, kind, label, is_inside=inside is not None)
    table = READERS[kind](Source(path, label, size if inside is None else inside, may_lack_header))
    return table if streamed else table.whole()


def shown_name(path: Path) -> str:
    """The file's name for messages: control characters escaped, at most 120 characters."""
    name = "".join(
        c if c.isprintable() else f"\\x{ord(c):02x}" for c in path.name.encode("utf-8", "replace").decode("utf-8")
    )
    return name if len(name) <= 120 else f"{name[:80]}…{name[-30:]}"
