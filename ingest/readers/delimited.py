"""CSV, TSV and their relatives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from ingest.errors import Refused
from ingest.readers import bulk
from ingest.readers.dialect import detect
from ingest.readers.encodings import Lines, read_lines
from ingest.readers.header import clean_names, find_header, usual_width
from ingest.readers.records import Record, split_records
from ingest.readers.table import OVERSIZED_CHARACTERS, Facts, RefusedRow, Source, Table

SAMPLE_RECORDS = 300


def read_delimited(source: Source) -> Table:
    """A text table of any delimiter, quoting, encoding and header position.

    Records of another width than the header's, with broken quotes or with undecodable bytes are refused one by one.

    Raises:
        Refused: empty, binary, no header row, or the header itself does not fit the rows.
    """
    path, label = source.path, source.label
    if path.stat().st_size >= bulk.FROM_BYTES and (table := _read_large(path, label)):
        return table
    lines = read_lines(path.read_bytes(), label)
    layout = _layout(lines, label)
    facts = Facts("delimited text", lines.encoding, layout.dialect.delimiter, layout.header_row)
    rest = lines.text[layout.first_line :]
    records = split_records(rest, layout.dialect, len(layout.header))
    return _place(records, rest, layout.header, facts, lines, offset=layout.first_line)


def _read_large(path: Path, label: str) -> Table | None:
    with path.open("rb") as file:
        head = file.read(bulk.SAMPLE_BYTES)
    try:
        head[: head.rfind(b"\n") + 1].decode("utf-8")
        lines = read_lines(head[: head.rfind(b"\n") + 1], label)
        return _stream(path, _layout(lines, label), label)
    except (UnicodeDecodeError, Refused):
        return None


def _stream(path: Path, layout: bulk.Layout, label: str) -> Table:
    facts = Facts("delimited text", "utf-8", layout.dialect.delimiter, layout.header_row)

    def place(records: Iterator[Record], lines: Lines) -> Table:
        return _place(records, lines.text, layout.header, facts, lines, offset=0)

    return Table(layout.header, facts, stream=bulk.LargeText(path, layout, label, place))


def _layout(lines: Lines, label: str) -> bulk.Layout:
    """Dialect, header and where data begins.

    Raises:
        Refused: no header row, or one that does not fit the rows.
    """
    dialect = detect(lines.text)
    sample = [r for r in islice(split_records(lines.text, dialect, 0), SAMPLE_RECORDS) if r.cells]
    width = usual_width([r.cells for r in sample])
    index = find_header([r.cells for r in sample], width)
    if index is None:
        raise Refused(
            "has no header row", code="no_header", where=label, todo="put the column names into the first row"
        )
    head = sample[index]
    header = clean_names(head.cells)
    _check_header(len(header), width, label)
    return bulk.Layout(header, head.line + head.span, dialect, head.line + 1)


def _check_header(names: int, width: int, label: str) -> None:
    if names != width:
        raise Refused(
            f"header has {names} cells, the rows have {width}",
            code="header_width",
            where=label,
            todo="export it again or repair the header row",
        )


def _place(
    records: Iterator[Record],
    lines: Sequence[str],
    header: tuple[str, ...],
    facts: Facts,
    source: Lines,
    *,
    offset: int,
) -> Table:
    rows: list[list[str]] = []
    numbers: list[int] = []
    refused: list[RefusedRow] = []
    number = 0
    for record in records:
        cells = record.cells
        if cells is not None and (not any(map(str.strip, cells)) or _repeats(cells, header)):
            continue
        number += 1
        reason = _fault(record, len(header), source, offset)
        if reason:
            refused.append(
                RefusedRow(number, reason, "\n".join(lines[record.line : record.line + record.span])[:20_000])
            )
        else:
            rows.append(cells)
            numbers.append(number)
    return Table(header, facts, rows, numbers, tuple(refused))


def _fault(record: Record, width: int, source: Lines, offset: int) -> str:
    if record.cells is None:
        return "broken_quotes"
    if source.bad and any(i in source.bad for i in range(offset + record.line, offset + record.line + record.span)):
        return "undecodable_bytes"
    if len(record.cells) != width:
        return "too_few_cells" if len(record.cells) < width else "too_many_cells"
    if max(map(len, record.cells)) > OVERSIZED_CHARACTERS:
        return "oversized_cell"
    return ""


def _repeats(cells: Sequence[str], header: tuple[str, ...]) -> bool:
    """The header once more, where two exports were joined."""
    return len(cells) == len(header) and cells[-1].strip() == header[-1] and clean_names(cells) == header
