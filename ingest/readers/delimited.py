"""CSV, TSV and their relatives."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from ingest.errors import Refused
from ingest.readers import bulk
from ingest.readers.dialect import detect, row_width
from ingest.readers.encodings import Lines, read_lines
from ingest.readers.exchanges import Exchanges
from ingest.readers.header import clean_names, find_header, usual_width
from ingest.readers.records import Record, split_records
from ingest.readers.shapes import Shapes, check_other_header, other_headers
from ingest.readers.slips import Slips, without_slips
from ingest.readers.table import Facts, Part, RefusedRow, Remark, Source, Table, fault_of, without
from ingest.readers.tears import without_torn
from ingest.readers.transcoding import MARK, first_lines, has_line_feeds, to_utf8

SAMPLE_RECORDS = 300
BARE_SHARE = 0.9  # of the records agree where a table without header is believed
NO_NAME = re.compile(r"[,;|\t，。！？；]|.{41}")  # in the name of an only column: a sentence, or names in one
A_ROW = re.compile(
    r"[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?[ T][0-9]{1,2}:[0-9]{2}|[0-9]{12}"
)  # in the name of a column
MOST_COLUMNS = 16_384  # as many as a sheet of Excel has
LONGEST_SHOWN = 20_000  # characters of a refused record


def read_delimited(source: Source) -> Table:
    """A text table of any delimiter, quoting, encoding and header position.

    Records of another width than the header's, with broken quotes, undecodable bytes or nothing that fits their columns are refused one by one.

    Raises:
        Refused: empty, binary, no header row, or the header itself does not fit the rows.
    """
    if source.path.stat().st_size >= bulk.FROM_BYTES and has_line_feeds(source.path):
        return _read_large(source)
    lines = read_lines(source.path.read_bytes(), source.label, is_whole=True)
    plan = _plan(lines, source)
    rest = lines.text[plan.layout.first_line :]
    records = split_records(rest, plan.layout.dialect, len(plan.layout.header))
    return without_slips(_place(records, rest, plan, lines, offset=plan.layout.first_line), plan.shapes, source.label)


@dataclass(frozen=True)
class Plan:
    """How the rows are to be read, as the first of them showed."""

    layout: bulk.Layout
    facts: Facts
    shapes: Shapes
    label: str


def _read_large(source: Source) -> Table:
    """A stream over the file, or over a passing UTF-8 copy of it: the stream keeps its file open, the name can go."""
    lines = first_lines(source.path, source.label)
    plan = _plan(lines, source)
    if lines.encoding == "utf-8":
        return _stream(source.path, plan, source.label, has_marks=False)
    with tempfile.TemporaryDirectory(prefix="weisu-") as folder:
        copy = Path(folder) / "utf8.csv"
        has_marks = to_utf8(source.path, lines.encoding, copy, source.label)
        return _stream(copy, plan, source.label, has_marks=has_marks)


def _stream(path: Path, plan: Plan, label: str, *, has_marks: bool) -> Table:
    def place(records: Iterator[Record], lines: Lines) -> Table:
        return _place(records, lines.text, plan, lines, offset=0)

    large = bulk.LargeText(path, plan.layout, label, place)
    return Table(plan.layout.header, plan.facts, stream=_Checked(large, plan, has_marks))


@dataclass(frozen=True)
class _Checked:
    """A stream whose strangers and undecodable records are refused."""

    large: bulk.LargeText
    plan: Plan
    has_marks: bool

    def parts(self) -> Iterator[Part]:
        """The same parts, less what is no row.

        Raises:
            Refused: a second table.
        """
        header = self.plan.layout.header
        slips = Slips(self.plan.shapes, Exchanges(self.plan.label, header))
        for part in self.large.parts():
            check_other_header(other_headers(part.frame, header), header, self.plan.label)
            part = without(part, self.plan.shapes.foreign_rows(part.frame), "foreign_record")
            yield slips.without(_decoded(part) if self.has_marks else part)


def _decoded(part: Part) -> Part:
    """The part less the rows with undecodable bytes, which are shown as such."""
    import polars as pl

    marked = part.frame.filter(pl.any_horizontal(pl.col(pl.String).str.contains(MARK, literal=True)))
    part = without(part, marked, "undecodable_bytes")
    return replace(part, refused=tuple(replace(r, text=r.text.replace(MARK, "\ufffd")) for r in part.refused))


def _plan(lines: Lines, source: Source) -> Plan:
    """Dialect, header and where data begins.

    Raises:
        Refused: no header row, or one that does not fit the rows.
    """
    dialect = detect(lines.text)
    known = row_width(lines.text[:SAMPLE_RECORDS], dialect)
    records = list(islice(split_records(lines.text, dialect, known), SAMPLE_RECORDS))
    sample = [r for r in records if r.cells]
    width = usual_width([r.cells for r in sample])
    if width > MOST_COLUMNS:
        raise Refused(f"has {width} columns", code="too_many_columns", where=source.label,
                      todo="export only the columns that are needed")  # fmt: skip
    index = find_header([r.cells for r in sample], width)
    shapes = Shapes([r.cells for r in sample[(-1 if index is None else index) + 1 :] if len(r.cells) == width])
    facts = Facts("delimited text", lines.encoding, dialect.delimiter)
    if index is None:
        _check_bare(records, width, shapes, source)
        facts = replace(facts, header_row=0, warnings=(Remark("no_header"),))
        return Plan(bulk.Layout(("",) * width, records[0].line, dialect, 0), facts, shapes, source.label)
    head = sample[index]
    if lines.bad.intersection(range(head.line, head.line + head.span)):
        raise Refused("has a header row that does not decode", code="undecodable", where=source.label,
                      todo="save it as UTF-8")  # fmt: skip
    rows = [r.cells for r in sample[index + 1 :]]
    is_open = len(head.cells) == width - 1 and all(len(r) < width or not r[-1].strip() for r in rows)
    header = clean_names([*head.cells, ""] if is_open else head.cells)  # a delimiter ends each row, not the header
    if len(header) != width:
        raise Refused(f"header has {len(header)} cells, the rows have {width}", code="header_width", where=source.label,
                      todo="export it again or repair the header row")  # fmt: skip
    if any(_is_several(name) for name in header) or (width == 1 and NO_NAME.search(header[0])):
        raise Refused("shows no delimiter, or a header cell that looks like several", code="header_width", where=source.label,
                      todo="export it again or repair the header row")  # fmt: skip
    layout = bulk.Layout(header, head.line + head.span, dialect, head.line + 1)
    return Plan(layout, replace(facts, header_row=layout.header_row), shapes, source.label)


def _is_several(name: str) -> bool:
    """Whether a header cell looks like several, or like a row."""
    return any(name.count(sign) > 2 for sign in ",;|\t¦，；") or bool(A_ROW.search(name))


def _check_bare(records: Sequence[Record], width: int, shapes: Shapes, source: Source) -> None:
    """Rows without a header are accepted where they are wanted, begin with the file and are beyond doubt.

    Raises:
        Refused: otherwise.
    """
    usual = sum(r.cells is not None and len(r.cells) == width for r in records)
    begins = bool(records) and records[0].cells is not None and len(records[0].cells) == width
    if not (source.may_lack_header and begins and usual >= BARE_SHARE * len(records) and len(shapes.columns) >= 2):
        raise Refused("has no header row", code="no_header", where=source.label,
                      todo="put the column names into the first row")  # fmt: skip


def _place(records: Iterator[Record], lines: Sequence[str], plan: Plan, source: Lines, *, offset: int) -> Table:
    header, rows, numbers, refused = plan.layout.header, [], [], []
    number, fragments = 0, {}
    for record in records:
        cells = record.cells
        if cells is not None and (not any(map(str.strip, cells)) or _repeats(cells, header)):
            continue
        check_other_header((cells,) if cells else (), header, plan.label)
        number += 1
        if reason := _fault(record, plan, source, offset):
            text = "\n".join(lines[record.line : record.line + record.span])
            refused.append(RefusedRow(number, reason, text[:LONGEST_SHOWN]))
            if cells and len(cells) == 1 < len(header):
                fragments[number] = cells[0]
        else:
            rows.append(cells)
            numbers.append(number)
    return without_torn(Table(header, plan.facts, rows, numbers, tuple(refused)), fragments)


def _fault(record: Record, plan: Plan, source: Lines, offset: int) -> str:
    cells, width = record.cells, len(plan.layout.header)
    if cells is None:
        return "broken_quotes"
    if source.bad and any(i in source.bad for i in range(offset + record.line, offset + record.line + record.span)):
        return "undecodable_bytes"
    if len(cells) != width:
        return "too_few_cells" if len(cells) < width else "too_many_cells"
    return fault_of(cells) or ("foreign_record" if plan.shapes.is_foreign(cells) else "")


def _repeats(cells: Sequence[str], header: tuple[str, ...]) -> bool:
    """The header once more, where two exports were joined."""
    return len(cells) == len(header) and cells[-1].strip() == header[-1] and clean_names(cells) == header
