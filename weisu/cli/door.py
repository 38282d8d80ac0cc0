"""`weisu load`, `weisu read`, `weisu mask`: the door's commands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weisu.cli.options import JsonOption, OutOption, WorkspaceOption

if TYPE_CHECKING:
    from ingest.load import LoadSummary

COUNTS = ("read", "new", "new_version", "unchanged", "quarantined", "flagged")


def register(app: typer.Typer) -> None:
    """Add the door's commands."""
    app.command("load")(load)
    app.command("read")(read)
    app.command("mask")(mask)


def load(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Exports: files, folders or globs.")],
    source: Annotated[str, typer.Option("--source", help="The source profile, such as hotline or boston311.")],
    quarantine_limit: Annotated[
        float | None, typer.Option(min=0, max=1, help="Share of a file that may be set aside; default from weisu.toml.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Load exports: read, check, mask, and write row versions; prints what became of each row."""
    import datetime as dt

    from ingest.load import load_files
    from weisu.settings import find_workspace

    place = find_workspace(workspace)
    now = dt.datetime.now(dt.UTC)
    with _progress() as progress:
        summary = load_files(place, files, source, now=now, limit=quarantine_limit, progress=progress)
    _print_summary(summary, place.settings().city.language, as_json=as_json)


def read(
    file: Annotated[Path, typer.Argument(help="Any table file.")],
    out: OutOption,
    as_json: JsonOption = False,
) -> None:
    """The readers alone: any table file to clean UTF-8 CSV, all text, header first, nothing guessed."""
    from ingest.rewrite import rewrite

    done = rewrite(file, out)
    if as_json:
        import json

        typer.echo(json.dumps(done, ensure_ascii=False))
    elif done["set_aside"]:
        typer.echo(
            f"{file.name}: {done['rows']} rows read, {done['set_aside']} records set aside in {done['set_aside_file']}",
            err=True,
        )


def mask(
    file: Annotated[Path, typer.Argument(help="Texts: id,text (CSV or any other table file).")],
    out: OutOption,
    lang: Annotated[str, typer.Option(help="zh or en: the rules for names and the labels.")] = "zh",
) -> None:
    """Mask personal data in texts: id,text becomes id,text,spans."""
    from ingest.rewrite import mask_file

    mask_file(file, out, lang)


class _Silent:
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


class _Bar:
    """A progress bar over the files, on a terminal only."""

    def __enter__(self):
        from rich.progress import Progress

        self._bar = Progress(transient=True)
        self._bar.start()
        self._task = self._bar.add_task("", total=None)
        return lambda label, done, total: self._bar.update(self._task, description=label, completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def _progress() -> _Silent | _Bar:
    return _Bar() if sys.stderr.isatty() and sys.stdout.isatty() else _Silent()


def _print_summary(summary: LoadSummary, lang: str, *, as_json: bool) -> None:
    if as_json:
        import json

        typer.echo(json.dumps(summary.as_dict()))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from weisu.texts import text

    table = Table(*[text(f"ingest.ledger.{name}", lang) for name in ("file", *COUNTS)])
    for file in summary.files:
        label = Text(f"{file.label} ({text('ingest.ledger.repeat', lang)})" if file.is_repeat else file.label)
        table.add_row(label, *(f"{getattr(file, name):,}" for name in COUNTS))
    table.add_section()
    table.add_row(text("ingest.ledger.total", lang), *(f"{summary.total(name):,}" for name in COUNTS))
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    for remark in dict.fromkeys(r for f in summary.files for r in f.remarks):
        console.print(Text(remark), style="dim")
