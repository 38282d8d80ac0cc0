"""`weisu report annual|monthly|weekly|note`: the paper in Word, PDF and HTML; `--context FILE`: an edited one; `approve`: a numbered one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weisu.cli import report_edit, resolutions
from weisu.cli.options import JsonOption, WorkspaceOption

if TYPE_CHECKING:
    from weisu.publishing import Publication
    from weisu.settings import Workspace

FormatOption = Annotated[
    str, typer.Option("--format", help="Any of docx,pdf,html,xlsx,json; json is the context, to edit.")
]
LangOption = Annotated[str | None, typer.Option("--lang", help="zh or en; default: the city's language.")]
FolderOption = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="DIR", help="Folder to write to; default: var/reports of the workspace."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    reports = typer.Typer(
        invoke_without_command=True, help="Write the annual or monthly report, the weekly digest or a special note."
    )
    reports.callback()(given_command)
    reports.command("monthly")(monthly_command)
    reports.command("weekly")(weekly_command)
    reports.command("annual")(annual_command)
    reports.command("note")(note_command)
    reports.command("approve")(approve_command)
    report_edit.register(reports)
    resolutions.register(reports)
    app.add_typer(reports, name="report")


def given_command(
    context: typer.Context,
    given: Annotated[
        Path | None, typer.Option("--context", metavar="FILE", help="Render an edited context (JSON) instead.")
    ] = None,
    formats: FormatOption = "docx,pdf,html",
    out: FolderOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the annual or monthly report, the weekly digest or a special note; with --context, an edited one."""
    if context.invoked_subcommand is not None:
        return
    if given is None:
        print(context.get_help())
        raise typer.Exit(2)
    from reports.given import read_context
    from reports.renderers import render
    from weisu.settings import find_workspace

    read = read_context(given)
    _told(render(read, _named(formats), out or find_workspace(workspace).reports), as_json)


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


def annual_command(
    year: Annotated[int, typer.Option("--year", metavar="YYYY", help="The calendar year; it must be over.")],
    formats: FormatOption = "docx,pdf,html",
    lang: LangOption = None,
    out: FolderOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the report of a year; its counts are those of the year's open data, which it releases."""
    from reports import write_annual
    from weisu.settings import find_workspace
    from weisu.warehouse import single_writer

    place = find_workspace(workspace)
    chosen = lang or place.settings().city.language
    with single_writer(place.var):
        paths = write_annual(place, year, lang=chosen, formats=_named(formats), out_dir=out)
    _told(paths, as_json)


def note_command(
    alert: Annotated[str, typer.Option("--alert", metavar="ID", help="The alert; see weisu export alerts.")],
    formats: FormatOption = "docx,pdf,html",
    lang: LangOption = None,
    out: FolderOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the special note (专报) on one alert, one page."""
    from reports import write_note
    from weisu.settings import find_workspace

    place = find_workspace(workspace)
    chosen = lang or place.settings().city.language
    _told(write_note(place, alert, lang=chosen, formats=_named(formats), out_dir=out), as_json)


def approve_command(
    draft: Annotated[Path, typer.Argument(metavar="FILE", help="The draft's context (JSON), as written or edited.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who answers for the report.")],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What is to be remembered of the decision.")] = "",
    seen: Annotated[
        str | None,
        typer.Option("--seen", metavar="SHA256", help="The text that was read; refused when it is another by now."),
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Number a draft and freeze it in var/reports/approved, in all forms and without its draft mark."""
    from reports.approval import approve
    from weisu.cli.build import utc_now
    from weisu.settings import find_workspace

    folder = approve(find_workspace(workspace), draft, by=by, now=utc_now(), note=note, seen=seen)
    _told(sorted(folder.iterdir()), as_json)


def _write(
    kind: str, code: str, formats: str, lang: str | None, out: Path | None, workspace: Path | None, as_json: bool
) -> None:
    from weisu.settings import find_workspace

    place = find_workspace(workspace)
    from reports import write
    from weisu.cli.build import utc_now
    from weisu.cli.progress import step_progress

    with step_progress() as progress:
        paths = write(
            place,
            kind,
            code,
            lang=lang or place.settings().city.language,
            formats=_named(formats),
            out_dir=out,
            publication_as_of=lambda day: _publication(place, day, progress),
            today=place.settings().local_day(utc_now()),
        )
    _told(paths, as_json)


def _named(formats: str) -> list[str]:
    return [name.strip() for name in formats.split(",") if name.strip()]


def _told(paths: list[Path], as_json: bool) -> None:
    print(json.dumps({"files": [str(path) for path in paths]}) if as_json else "\n".join(str(path) for path in paths))


def _publication(place: Workspace, day: dt.date, progress: Callable[[str], None]) -> Publication:
    from flows.pipeline import publication_as_of
    from weisu.cli.build import utc_now

    return publication_as_of(place, day, now=utc_now(), report=progress)
