"""Files in, files out, without a workspace: `weisu read` and `weisu mask`."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ingest.errors import Refused
from ingest.readers import read_table
from ingest.readers.table import Table


def rewrite(path: Path, out: Path) -> dict[str, object]:
    """Any table file to UTF-8 CSV: all text, header first.

    Records that are no rows of the table (broken quotes, too many cells …) go to OUT's neighbour `NAME.set-aside.csv`, so nothing is lost.

    Returns:
        rows, set_aside, set_aside_file, encoding, delimiter, header_row, sheet, warnings.

    Raises:
        Refused: the table cannot be read without loss; nothing is written.
    """
    table = read_table(path)
    write_csv(out, table.header, table.records())
    aside = out.with_name(f"{out.stem}.set-aside.csv")
    if table.refused:
        write_csv(
            aside, ("row_number", "reason", "record"), ((str(r.row_number), r.reason, r.text) for r in table.refused)
        )
    return _report(table, aside)


def _report(table: Table, aside: Path) -> dict[str, object]:
    facts = table.facts
    return {
        "rows": table.height, "set_aside": len(table.refused), "set_aside_file": str(aside) if table.refused else None, "kind": facts.kind,
        "encoding": facts.encoding, "delimiter": facts.delimiter, "header_row": facts.header_row, "sheet": facts.sheet, "warnings": list(facts.warnings),
    }  # fmt: skip


def mask_file(path: Path, out: Path, lang: str) -> None:
    """TEXTS (id,text) -> id,text,spans; spans are [[start, end, type], …] in characters of the original.

    Raises:
        Refused: no column `text`, or the file cannot be read.
    """
    from ingest.privacy import mask

    if lang not in ("zh", "en"):
        raise Refused(f"unknown language {lang!r}", code="language", todo="use zh or en")
    table = read_table(path)
    missing = {"id", "text"} - set(table.header)
    if missing or table.refused:
        what = f"has no column {min(missing)}" if missing else f"has {len(table.refused)} broken records"
        raise Refused(what, code="not_texts", where=path.name, todo="give a table with the columns id,text")
    at = (table.header.index("id"), table.header.index("text"))

    def masked() -> Iterator[tuple[str, str, str]]:
        for row in table.records():
            text, spans = mask(row[at[1]], lang)
            yield row[at[0]], text, json.dumps([[s.start, s.end, s.type] for s in spans])

    write_csv(out, ("id", "text", "spans"), masked())


def write_csv(out: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write beside the target, then rename: a file is whole or not there."""
    draft = out.with_name(f".{out.name}.draft")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)
        os.replace(draft, out)
    finally:
        draft.unlink(missing_ok=True)
