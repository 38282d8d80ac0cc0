"""Files in, files out, without a workspace: `weisu read` and `weisu mask`."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from ingest.errors import Refused
from ingest.readers import read_table
from ingest.readers.table import ROW_NUMBER, RefusedRow, Table
from weisu.drafts import draft_of

STEP = 1000  # texts between two movements of the progress bar


def rewrite(path: Path, out: Path, *, progress: Callable[[float], None] | None = None) -> dict[str, object]:
    """Any table file to UTF-8 CSV: all text, header first.

    Records that are no rows of the table (broken quotes, too many cells …) go to OUT's neighbour `NAME.set-aside.csv`, so nothing is lost.

    Args:
        progress: called with the share of the file that is done, 0 to 1.

    Returns:
        rows, set_aside, set_aside_file, encoding, delimiter, header_row, sheet, warnings (each a code and its values).

    Raises:
        Refused: the table cannot be read without loss; nothing is written.
    """
    table = read_table(path, streamed=True, may_lack_header=True)
    aside = out.with_name(f"{out.stem}.set-aside.csv")
    rows, refused = _write_parts(out, table, progress)
    if refused:
        records = ((str(r.row_number), r.reason, r.text) for r in refused)
        write_csv(aside, ("row_number", "reason", "record"), records)
    else:
        aside.unlink(missing_ok=True)  # of an earlier run
    facts = table.facts
    return {
        "rows": rows, "set_aside": len(refused), "set_aside_file": str(aside) if refused else None, "kind": facts.kind,
        "encoding": facts.encoding, "delimiter": facts.delimiter, "header_row": facts.header_row, "sheet": facts.sheet, "warnings": [asdict(remark) for remark in facts.warnings],
    }  # fmt: skip


def _write_parts(out: Path, table: Table, progress: Callable[[float], None] | None) -> tuple[int, list[RefusedRow]]:
    """All rows to a CSV, part by part; how many, and the records that are none."""
    rows = 0
    refused: list[RefusedRow] = []
    with _draft(out) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.header)
        file.flush()
        for part in table.parts() if table.stream else ():
            part.frame.drop(ROW_NUMBER).fill_null("").write_csv(file.buffer, include_header=False)
            rows, refused = rows + part.frame.height, [*refused, *part.refused]
            if progress:
                progress(part.share)
        if not table.stream:
            writer.writerows(table.records())
            rows, refused = table.height, list(table.refused)
    return rows, refused


def mask_file(path: Path, out: Path, lang: str, *, progress: Callable[[float], None] | None = None) -> None:
    """TEXTS (id,text) -> id,text,spans; spans are [[start, end, type], …] in characters of the original.

    Args:
        progress: called with the share of the texts that is done, 0 to 1.

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
        for number, row in enumerate(table.records()):
            if progress and number % STEP == 0:
                progress(number / table.height)
            text, spans = mask(row[at[1]], lang)
            yield row[at[0]], text, json.dumps([[s.start, s.end, s.type] for s in spans])

    write_csv(out, ("id", "text", "spans"), masked())


def write_csv(out: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Header and rows as UTF-8 CSV; the file is whole or not there.

    Raises:
        Refused: the place cannot be written.
    """
    with _draft(out) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


@contextmanager
def _draft(out: Path) -> Iterator[TextIO]:
    """Written beside the target, then renamed."""
    try:
        with draft_of(out) as draft, draft.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise Refused(error.strerror or "cannot be written", code="cannot_write", where=str(out),
                      todo="check the folder, its permissions and free space") from error  # fmt: skip
