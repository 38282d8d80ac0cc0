"""Delimiter and quoting of a text table, from its first lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.readers.records import Dialect, split_records

DELIMITERS = (",", "\t", ";", "|", "||", "\x01", "\x1f", "^", "~", "#", ":", "，", " ")
RARE = {"#": 0.5, ":": 0.3, " ": 0.1, "，": 0.4, "^": 0.8, "~": 0.8}  # also occur in ordinary text
SAMPLE_LINES = 200


def detect(lines: Sequence[str]) -> Dialect:
    """The dialect under which most records of the sample have one and the same number of cells (more cells preferred)."""
    sample = lines[:SAMPLE_LINES]
    quote = _quote([line for line in sample if line.strip()])
    text = "\n".join(sample)
    rated = {d: _agreement(sample, Dialect(d, quote, _escape(sample, quote, d))) for d in DELIMITERS if d in text}
    best = max(rated, key=lambda d: (rated[d], -DELIMITERS.index(d)), default=",")
    delimiter = best if rated.get(best, 0) > 0 else ","
    return Dialect(delimiter, quote, _escape(lines, quote, delimiter), _is_spaced(sample, delimiter))


def _quote(sample: Sequence[str]) -> str:
    edges = Counter()
    for line in sample:
        for quote in ('"', "'"):
            edges[quote] += len(re.findall(rf"(?:^|[^\w\s]\s?){quote}[^{quote}]*{quote}(?=[^\w\s]|\s*$)", line[:5000]))
    return "'" if edges["'"] > 5 * max(1, edges['"']) and edges["'"] >= len(sample) // 2 else '"'


def _agreement(sample: Sequence[str], dialect: Dialect) -> float:
    """Share of records with the commonest width, raised by that width; a cell over several lines is one cell."""
    records = list(split_records(sample, dialect, 0))
    widths = Counter(len(record.cells) for record in records if record.cells is not None)
    width, agreeing = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(0, 0))
    if width < 2:
        return 0.0
    return agreeing / len(records) * (1 + min(width, 20) / 10) * RARE.get(dialect.delimiter, 1.0)


def _escape(lines: Sequence[str], quote: str, delimiter: str) -> str:
    """Which way an inner quote is written; decided on the lines that have one."""
    inner = re.compile(
        rf"(?<=[^{re.escape(delimiter)}\s]){quote}(?={quote})|(?<=\\){quote}|(?<=[^{re.escape(delimiter)}{quote}\\\n]){quote}(?=[^{re.escape(delimiter)}{quote}\s])"
    )
    found = Counter()
    for line in lines:
        if quote in line:
            found.update(_style(line, match.start(), quote, delimiter) for match in inner.finditer(line))
    if found["\\"] > max(found[quote], found[""]):
        return "\\"
    return "" if found[""] > 0 and found[""] >= found[quote] and _all_quoted(lines, quote, delimiter) else quote


def _style(line: str, at: int, quote: str, delimiter: str) -> str | None:
    """How the inner quote at a place is written; None where a backslash may as well end the cell."""
    rest = line[at + 1 :]
    if line[at - 1 : at] != "\\":
        return quote if rest.startswith(quote) else ""
    if not (after := rest.removeprefix(quote)) or after.startswith(delimiter):
        return None
    return quote if rest.startswith(quote) else "\\"


def _all_quoted(lines: Sequence[str], quote: str, delimiter: str) -> bool:
    head = next((line for line in lines if line.strip()), "")
    cells = head.strip().split(delimiter)
    return len(cells) > 1 and all(
        len(c) > 1 and c.strip().startswith(quote) and c.strip().endswith(quote) for c in cells
    )


def _is_spaced(sample: Sequence[str], delimiter: str) -> bool:
    if delimiter.isspace():
        return False
    total = sum(line.count(delimiter) for line in sample[:20])
    spaced = sum(line.count(f"{delimiter} ") for line in sample[:20])
    return total > 0 and spaced >= 0.95 * total
