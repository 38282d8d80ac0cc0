"""`weisu report monthly|weekly`: the paper in Word, PDF and HTML."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weisu.cli.options import JsonOption, WorkspaceOption

if TYPE_CHECKING:
    from weisu.publishing import Publication
    from weisu.settings import Workspace

FormatOption = Annotated[str, typer.Option("--format", help="Any of docx,pdf,html.")]
LangOption = Annotated[str | None, typer.Option("--lang", help="zh or en; default: the city's language.")]
FolderOption = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="DIR", help="Folder to write to; default: var/reports of the workspace."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    reports = typer.Typer(no_args_is_help=True, help="Write the monthly report or the weekly digest.")
    reports.command("monthly")(monthly_command)
    reports.command("weekly")(weekly_command)
    app.add_typer(reports, name="report")


def monthly_command(
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="The calendar month.")],
    formats: FormatOption = "docx,pdf,html",
    lang: LangOption = None,
    out: FolderOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the monthly report as known at the month's end."""
    _write("monthly", month, formats, lang, out, workspace, as_json)


def weekly_command(
    week: Annotated[str, typer.Option("--week", metavar="YYYY-Www", help="The ISO week.")],
    formats: FormatOption = "docx,pdf,html",
    lang: LangOption = None,
    out: FolderOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the weekly digest as known at the week's Sunday."""
    _write("weekly", week, formats, lang, out, workspace, as_json)


def _write(
    kind: str, code: str, formats: str, lang: str | None, out: Path | None, workspace: Path | None, as_json: bool
) -> None:
    from weisu.settings import find_workspace

    place = find_workspace(workspace)
    from reports import write
    from weisu.cli.progress import step_progress

    chosen = [name.strip() for name in formats.split(",") if name.strip()]
    with step_progress() as progress:
        paths = write(
            place,
            kind,
            code,
            lang=lang or place.settings().city.language,
            formats=chosen,
            out_dir=out,
            publication_as_of=lambda day: _publication(place, day, progress),
        )
    print(json.dumps({"files": [str(path) for path in paths]}) if as_json else "\n".join(str(path) for path in paths))


def _publication(place: Workspace, day: dt.date, progress: Callable[[str], None]) -> Publication:
    from flows.pipeline import publication_as_of
    from weisu.cli.build import utc_now

    return publication_as_of(place, day, now=utc_now(), report=progress)
