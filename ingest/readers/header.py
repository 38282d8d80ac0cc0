"""Which record is the header: the first full one above the data, below title rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

UNSEEN = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad"))
LOOK_AT = 60  # records in which the header is searched
VALUE_LIKE = re.compile(
    r"^\s*(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}.*|-?\d+(?:\.\d+)?|[A-Za-z]{0,4}\d{8,}|\d{1,2}:\d{2}.*)\s*$"
)


def usual_width(records: Sequence[Sequence[str]]) -> int:
    """Cells of most records (trailing blank cells count)."""
    widths = Counter(len(r) for r in records[: LOOK_AT * 4])
    return max(widths, key=lambda w: (widths[w] * (2 if w > 1 else 1), w)) if widths else 0


def find_header(records: Sequence[Sequence[str]], width: int) -> int | None:
    """Index of the header record; None when the first full record is data already.

    A header is `width` wide, at least half filled, holds no value-like cell to speak of and (nearly) no name twice.
    """
    for index, cells in enumerate(records[:LOOK_AT]):
        filled = [c for c in cells if c.strip()]
        if len(cells) < max(1, width - 1) or len(cells) > width + 1 or len(filled) * 2 < width:
            continue
        values = sum(bool(VALUE_LIKE.match(c)) for c in filled)
        return index if values * 5 <= len(filled) and (values == 0 or len(filled) > 2) else None
    return None


def is_reordered(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a record names the columns once more, but not in their order: the rows behind it belong elsewhere."""
    if cells[0].strip() not in header:
        return False
    places = {name: i for i, name in enumerate(header)}
    known = [(places[name], i) for i, name in enumerate(clean_names(cells)) if name in places]
    return len(known) * 2 >= len(header) > 2 and any(there != here for there, here in known)


def clean_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Header names without marks that nobody sees, line breaks and outer blanks; a name left blank is its place."""
    names = (" ".join(c.translate(UNSEEN).split()) for c in cells)
    return tuple(name or f"column {i}" for i, name in enumerate(names, start=1))
