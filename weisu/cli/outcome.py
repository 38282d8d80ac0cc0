"""What a load did, in words: one table over the files, then what there is to know about them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import typer

from weisu.texts import text

if TYPE_CHECKING:
    from ingest.drift import Drift
    from ingest.replay import ReplaySummary
    from ingest.retry import RetrySummary
    from ingest.summary import LoadSummary

COUNTS = ("read", "new", "new_version", "unchanged", "quarantined", "flagged")
MOST_NAMED = 5  # codes or columns in one line; raw.drift holds all


def print_summary(summary: LoadSummary, lang: str, remarks: Sequence[str] = (), *, as_json: bool) -> None:
    """The files with their counts and remarks; as JSON one line of the six totals on stdout."""
    if as_json:
        import json

        typer.echo(json.dumps(summary.as_dict()))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else 140)
    if summary.files:
        console.print(_table(summary, lang))
    for remark in (*remarks, *_told(summary, lang)):
        console.print(Text(remark), style="dim")


def _told(summary: LoadSummary, lang: str) -> list[str]:
    """Remarks once each, what changed with the file that told it, and where to see the rows set aside."""
    lines = list(dict.fromkeys(remark_line(r.code, r.values, lang) for file in summary.files for r in file.remarks))
    if flags := sum((Counter(file.flags) for file in summary.files), Counter()):
        lines.append(text("ingest.ledger.flags", lang, flags=flag_words(flags, lang)))
    for unused in dict.fromkeys(file.unused for file in summary.files if file.unused):
        lines.append(text("ingest.ledger.unused", lang, count=len(unused), names=_first(unused)))
    for file in summary.files:
        opening = f"{file.label}: " if len(summary.files) > 1 else ""
        lines += [opening + line for line in drift_lines(file.drift, lang)]
    if any(file.quarantined and not file.is_repeat for file in summary.files):
        lines.append(text("ingest.ledger.see_quarantine", lang))
    return lines


def remark_line(code: str, values: Mapping[str, object], lang: str) -> str:
    """What a reader remarked, in words."""
    return text(f"reader.remark.{code}", lang, **values)


def _table(summary: LoadSummary, lang: str):
    from rich.table import Table
    from rich.text import Text

    table = Table(*[text(f"ingest.ledger.{name}", lang) for name in ("file", *COUNTS)])
    for file in summary.files:
        label = Text(f"{file.label} ({text('ingest.ledger.repeat', lang)})" if file.is_repeat else file.label)
        table.add_row(label, *(f"{getattr(file, name):,}" for name in COUNTS))
    table.add_section()
    table.add_row(text("ingest.ledger.total", lang), *(f"{summary.total(name):,}" for name in COUNTS))
    return table


def drift_lines(drift: Iterable[Drift], lang: str) -> list[str]:
    """One line per kind and field: how many, and the first of them."""
    lines = []
    for (kind, field), each in groupby(drift, key=_kind_and_field):
        found = list(each)
        if kind == "perhaps_renamed_column":
            lines += [text(f"ingest.drift.{kind}", lang, old=d.value, new=d.detail) for d in found]
            continue
        names = _first([str(d.value or d.detail) for d in found])
        what = text(f"ingest.coded.{field}", lang) if field else ""
        lines.append(text(f"ingest.drift.{kind}", lang, count=len(found), names=names, what=what))
    return lines


def _first(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")


def flag_words(flags: Mapping[str, int], lang: str) -> str:
    """Flags in words, with their rows, the most frequent first."""
    ranked = sorted(flags.items(), key=lambda item: (-item[1], item[0]))
    return "; ".join(f"{text(f'row.flag.{flag}', lang)} {rows:,}" for flag, rows in ranked)


def _kind_and_field(drift: Drift) -> tuple[str, str | None]:
    if drift.kind == "new_column" and drift.field:
        return "new_column_read", None
    return drift.kind, drift.field if drift.kind in _BY_FIELD else None


_BY_FIELD = ("new_code", "vanished_code", "not_in_reference", "reference_added", "reference_removed")


def retry_lines(tried: RetrySummary, lang: str) -> list[str]:
    """What became of the rows that were set aside, and which files could not be tried."""
    if not tried.waiting:
        return [text("ingest.retry.nothing", lang)]
    lines = [text("ingest.retry.entered", lang, waiting=tried.waiting, entered=tried.entered)]
    if tried.same_profile:
        lines.append(text("ingest.retry.same_profile", lang, files=", ".join(tried.same_profile)))
    for label, day in tried.purged:
        lines.append(text("ingest.retry.purged" if day else "ingest.retry.lost", lang, file=label, day=day))
    return lines


def replay_lines(replayed: ReplaySummary, lang: str) -> list[str]:
    """What a replay changed, and where the ledger of before is."""
    key = "ingest.replay.same" if not replayed.differing else "ingest.replay.differing"
    return [
        text(key, lang, tickets=replayed.tickets, differing=replayed.differing),
        text("ingest.replay.before", lang, path=replayed.before),
    ]
