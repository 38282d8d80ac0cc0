"""Delimiter and quoting of a text table, from its first lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.readers.records import Dialect, Splitter, split_records

DELIMITERS = (",", "\t", ";", "|", "\x01", "\x1f", "^", "~", "#", ":", "，", " ")
RARE = {"#": 0.5, ":": 0.3, " ": 0.1, "，": 0.4, "^": 0.8, "~": 0.8}  # also occur in ordinary text
RUNS = re.compile(r"[!-,/:-@\[-`{-~\x01\x1c-\x1f]{2,4}|\t{2,4}")  # signs that may be a delimiter together
SAMPLE_LINES = 200


def detect(lines: Sequence[str]) -> Dialect:
    """The dialect under which most records of the sample have one and the same number of cells (more cells preferred)."""
    sample = lines[:SAMPLE_LINES]
    filled = [line for line in sample if line.strip()]
    quote = _quote(filled)
    rated = {d: _agreement(sample, _dialect(sample, filled, quote, d)) for d in _candidates(filled)}
    best = max(rated, key=lambda d: rated[d], default=",")
    return _dialect(lines, filled, quote, best if rated.get(best, 0) > 0 else ",")


def _dialect(lines: Sequence[str], filled: Sequence[str], quote: str, delimiter: str) -> Dialect:
    spaced = _is_spaced(filled, delimiter)
    close = [line.replace(f"{delimiter} ", delimiter) for line in lines] if spaced else lines
    return Dialect(delimiter, quote, _escape(close, quote, delimiter), spaced)


def _candidates(lines: Sequence[str]) -> list[str]:
    """Delimiters that occur; a sign that stands only inside a longer delimiter is none by itself."""
    text = "\n".join(lines)
    runs = Counter(run for line in lines for run in {r.strip("\"'") for r in RUNS.findall(line[:5000])})
    longer = [
        run
        for run, count in runs.items()
        if len(run) > 1 and len(set(run) & {'"', "'"}) == 0 and count >= 0.8 * len(lines)
    ]
    longer = [run for run in longer if _is_alone(run, lines)]
    inside = {sign for run in longer for sign in run}
    return [d for d in DELIMITERS if d in text and d not in inside] + longer


def _is_alone(run: str, lines: Sequence[str]) -> bool:
    """Whether the signs of a run (hardly ever) stand outside it, seen at the first lines."""
    head = re.sub(r'"[^"]*"', '""', "\n".join(lines[:20]))
    return all(head.count(run) * run.count(sign) >= 0.98 * head.count(sign) for sign in set(run))


def _quote(sample: Sequence[str]) -> str:
    edges = Counter()
    for line in sample:
        for quote in ('"', "'"):
            edges[quote] += len(re.findall(rf"(?:^|[^\w\s]\s?){quote}[^{quote}]*{quote}(?=[^\w\s]|\s*$)", line[:5000]))
    return "'" if edges["'"] > 5 * max(1, edges['"']) and edges["'"] >= len(sample) // 2 else '"'


def _agreement(sample: Sequence[str], dialect: Dialect) -> float:
    """Share of records with the commonest width, raised by that width; a cell over several lines is one cell."""
    records = list(split_records(sample, dialect, line_width(sample, dialect)))
    widths = Counter(len(record.cells) for record in records if record.cells is not None)
    width, agreeing = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(0, 0))
    if width < (3 if dialect.delimiter in RARE else 2):
        return 0.0
    return agreeing / len(records) * (1 + min(width, 20) / 10) * RARE.get(dialect.delimiter, 1.0)


def line_width(lines: Sequence[str], dialect: Dialect) -> int:
    """Cells of most lines that are a record by themselves; 0 where fewer than half of the lines agree."""
    splitter = Splitter(dialect)
    filled = [line for line in lines if line.strip()]
    widths = Counter(len(cells) for line in filled if (cells := splitter.cells(line)) is not None)
    width, agreeing = max(widths.items(), key=lambda item: item[1], default=(0, 0))
    return width if width > 1 and agreeing * 2 >= len(filled) else 0


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
