"""Delimiter and quoting of a text table, from its first lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.readers.records import Dialect, Splitter, split_records

DELIMITERS = (",", "\t", ";", "|", "¦", "｜", "\x01", "\x1f", "^", "~", "#", ":", "，", "；", " ")
RARE = {"#": 0.5, ":": 0.3, " ": 0.1, "，": 0.4, "；": 0.4, "^": 0.8, "~": 0.8}  # also occur in ordinary text
RUNS = re.compile(r"[!-,/:-@\[-`{-~\x01\x1c-\x1f]{2,4}|\t{2,4}")  # signs that may be a delimiter together
SAMPLE_LINES = 200
WIDTH = 4  # cells that make a delimiter as likely again
SURE_SHARE = 0.9  # of the records agree in their width
FORMULA = re.compile(r'(^|[^\w"])="')  # the beginning of a cell ="…"
LONGEST_LINE = 100_000  # of a table: longer ones tell nothing and cost much


def detect(lines: Sequence[str]) -> Dialect:
    """The dialect under which most records of the sample have one and the same number of cells (more cells preferred)."""
    sample = [line for line in lines[:SAMPLE_LINES] if len(line) < LONGEST_LINE] or lines[:SAMPLE_LINES]
    filled = [line for line in sample if line.strip()]
    rated: dict[Dialect, float] = {}
    for delimiter in _candidates(filled):
        for dialect in _escapes(_dialect(sample, filled, delimiter), filled):
            is_sure = any(_is_wrapped(line, delimiter, dialect.quote) for line in filled[:10])
            rated[dialect] = _agreement(sample, dialect) * (2 if is_sure else 1)
    best = max(rated, key=lambda d: rated[d], default=None)
    return best if best and rated[best] > 0 else _dialect(lines, filled, ",")


def _escapes(dialect: Dialect, filled: Sequence[str]) -> list[Dialect]:
    """The dialect, and the same with a backslash as escape where the text may mean it: how many records agree decides."""
    may = dialect.escape != "\\" and any(f"\\{dialect.quote}" in line for line in filled)
    return [dialect, replace(dialect, escape="\\")] if may else [dialect]


def _dialect(lines: Sequence[str], filled: Sequence[str], delimiter: str) -> Dialect:
    spaced, quote = _is_spaced(filled, delimiter), _quote(filled, delimiter)
    close = [line.replace(f"{delimiter} ", delimiter) for line in lines] if spaced else lines
    padded = spaced and _is_spaced(filled, delimiter, before=True)
    formulas = _has_formulas(filled, delimiter)
    bare = [FORMULA.sub(r'\1"', line) for line in close] if formulas else close
    return Dialect(delimiter, quote, _escape(bare, quote, delimiter), spaced, padded, formulas)


def _has_formulas(filled: Sequence[str], delimiter: str) -> bool:
    """Whether half of the lines hold a cell that begins as ="…", bare or in quotes of its own."""
    begins = re.compile(rf'(?:^|{re.escape(delimiter)}) ?"?="', re.MULTILINE)
    return 2 * sum(bool(begins.search(line)) for line in filled) >= len(filled) > 0


def _candidates(lines: Sequence[str]) -> list[str]:
    """Delimiters that occur; a sign that stands only inside a longer delimiter is none by itself."""
    text = "\n".join(lines)
    bare = re.sub(r'"[^"]*"', '""', "\n".join(line[:5000] for line in lines[:40]))
    runs = {run for found in RUNS.findall(bare) if len(run := found.strip("\"'")) > 1 and not set(run) & {'"', "'"}}
    longer = [run for run in runs if _is_alone(run, bare)]
    inside = {sign for run in longer for sign in run}
    return [d for d in DELIMITERS if d in text and d not in inside] + longer


def _is_alone(run: str, bare: str) -> bool:
    """Whether the signs of a run stand inside it only: all in the first line that has any, nearly all in text without its quoted cells."""
    first = next((line for line in bare.split("\n") if set(run) & set(line)), "")
    return all(
        first.count(run) * run.count(sign) == first.count(sign)
        and bare.count(run) * run.count(sign) >= 0.8 * bare.count(sign)
        for sign in set(run)
    )


def _quote(sample: Sequence[str], delimiter: str) -> str:
    """The single quote where it stands round every name of the header, or round far more cells than the double one."""
    if any(_is_wrapped(line, delimiter, "'") for line in sample[:10]):
        return "'"
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
    return agreeing / len(records) * (1 + min(width, 20) / WIDTH) * RARE.get(dialect.delimiter, 1.0)


def row_width(lines: Sequence[str], dialect: Dialect) -> int:
    """Cells of nearly all records where every quote is believed, else `line_width`: lines within quoted cells are no rows."""
    records = list(split_records(lines, dialect, 0))
    widths = Counter(len(record.cells) for record in records if record.cells)
    width, agreeing = max(widths.items(), key=lambda item: item[1], default=(0, 0))
    return width if width > 1 and agreeing >= SURE_SHARE * len(records) else line_width(lines, dialect)


def line_width(lines: Sequence[str], dialect: Dialect) -> int:
    """Cells of most lines that are a record by themselves; 0 where fewer than half of the lines agree."""
    splitter = Splitter(dialect)
    filled = [line for line in lines if line.strip()]
    widths = Counter(len(cells) for line in filled if (cells := splitter.cells(line)) is not None)
    width, agreeing = max(widths.items(), key=lambda item: item[1], default=(0, 0))
    return width if width > 1 and agreeing * 2 >= len(filled) else 0


def _escape(lines: Sequence[str], quote: str, delimiter: str) -> str:
    """Which way an inner quote is written; decided on the (beginnings of the) lines that have one."""
    inner = re.compile(
        rf"(?<=[^{re.escape(delimiter)}\s]){quote}(?={quote})|(?<=\\){quote}|(?<=[^{re.escape(delimiter)}{quote}\\\n]){quote}(?=[^{re.escape(delimiter)}{quote}\s])"
    )
    found = Counter()
    for line in (whole[:LONGEST_LINE] for whole in lines[:SAMPLE_LINES]):
        if quote in line:
            found.update(_style(line, match.start(), quote, delimiter) for match in inner.finditer(line))
    if found["\\"] > max(found[quote], found[""]):
        return "\\"
    return "" if found[""] > 0 and found[""] >= found[quote] and _all_quoted(lines, quote, delimiter) else quote


def _style(line: str, at: int, quote: str, delimiter: str) -> str | None:
    """How the inner quote at a place is written; None where a backslash may as well end the cell."""
    is_doubled = line.startswith(quote, at + 1)
    if line[at - 1 : at] != "\\":
        return quote if is_doubled else ""
    after = at + 1 + is_doubled
    if after == len(line) or line.startswith(delimiter, after):
        return None
    return quote if is_doubled else "\\"


def _all_quoted(lines: Sequence[str], quote: str, delimiter: str) -> bool:
    return _is_wrapped(next((line for line in lines if line.strip()), ""), delimiter, quote)


def _is_wrapped(line: str, delimiter: str, quote: str) -> bool:
    """Whether each of several cells stands in quotes."""
    cells = [cell.strip() for cell in line.strip().split(delimiter)]
    return len(cells) > 1 and all(len(c) > 1 and c[0] == c[-1] == quote for c in cells)


def _is_spaced(sample: Sequence[str], delimiter: str, *, before: bool = False) -> bool:
    """Whether a blank belongs to the delimiter: always in some early line, and nearly always elsewhere."""
    if delimiter.isspace():
        return False
    both = f" {delimiter}" if before else f"{delimiter} "
    counts = [
        (len(inner.split(delimiter)) - 1, inner.count(both))
        for line in sample[:20]
        if (inner := line.strip(f"{delimiter} "))
    ]
    total, spaced = map(sum, zip(*counts, strict=True)) if counts else (0, 0)
    return any(1 < many == blanks for many, blanks in counts[:5]) and spaced >= 0.8 * total
