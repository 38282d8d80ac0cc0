"""Delimiter and quoting of a text table, from its first lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

DELIMITERS = (",", "\t", ";", "|", "||", "\x01", "\x1f", "^", "~", "#", ":", "，", " ")
RARE = {"#": 0.5, ":": 0.3, " ": 0.1, "，": 0.4, "^": 0.8, "~": 0.8}  # also occur in ordinary text
SAMPLE_LINES = 200


@dataclass(frozen=True)
class Dialect:
    """How cells are told apart."""

    delimiter: str
    quote: str = '"'
    escape: str = '"'  # '"' doubled, "\\" before the quote, "" when inner quotes are not escaped at all
    spaced: bool = False  # each delimiter is followed by a blank that is not content


def detect(lines: Sequence[str]) -> Dialect:
    """The dialect under which most sample lines have one and the same number of cells (more cells preferred)."""
    sample = [line for line in lines[:SAMPLE_LINES] if line.strip()]
    quote = _quote(sample)
    best = max(DELIMITERS, key=lambda d: (_agreement(sample, d, quote), -DELIMITERS.index(d)))
    delimiter = best if _agreement(sample, best, quote) > 0 else ","
    return Dialect(delimiter, quote, _escape(lines, quote, delimiter), _is_spaced(sample, delimiter))


def _quote(sample: Sequence[str]) -> str:
    edges = Counter()
    for line in sample:
        for quote in ('"', "'"):
            edges[quote] += len(re.findall(rf"(?:^|[^\w\s]\s?){quote}[^{quote}]*{quote}(?=[^\w\s]|\s*$)", line[:5000]))
    return "'" if edges["'"] > 5 * max(1, edges['"']) and edges["'"] >= len(sample) // 2 else '"'


def _agreement(sample: Sequence[str], delimiter: str, quote: str) -> float:
    widths = Counter(len(_outside_quotes(line, quote).split(delimiter)) for line in sample)
    width, lines = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
    if width < 2:
        return 0.0
    return lines / len(sample) * (1 + min(width, 20) / 10) * RARE.get(delimiter, 1.0)


def _outside_quotes(line: str, quote: str) -> str:
    return re.sub(f"{quote}[^{quote}]*{quote}", "", line) if quote in line else line


def _escape(lines: Sequence[str], quote: str, delimiter: str) -> str:
    """Which way an inner quote is written; decided on the lines that have one."""
    inner = re.compile(
        rf"(?<=[^{re.escape(delimiter)}\s]){quote}(?={quote})|(?<=\\){quote}|(?<=[^{re.escape(delimiter)}{quote}\\\n]){quote}(?=[^{re.escape(delimiter)}{quote}\s])"
    )
    found = Counter()
    for line in lines:
        if quote in line:
            for match in inner.finditer(line):
                before, after = line[match.start() - 1 : match.start()], line[match.end() : match.end() + 1]
                found["\\" if before == "\\" else quote if after == quote else ""] += 1
    if found["\\"] > max(found[quote], found[""]):
        return "\\"
    return "" if found[""] > 0 and found[""] >= found[quote] and _all_quoted(lines, quote, delimiter) else quote


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
