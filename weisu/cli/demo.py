"""`weisu demo`: from bundled real tickets to alerts, reports and the dashboard."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weisu.cli.build import utc_now
from weisu.cli.progress import step_progress
from weisu.texts import check_language, text

if TYPE_CHECKING:
    from weisu.publishing import Publication
    from weisu.settings import Workspace

BUNDLED = "boston311"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo_command)


def demo_command(
    workspace: Annotated[Path, typer.Option("--workspace", help="Where the demo lives.")] = Path("demo"),
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the dashboard at the end.")] = True,
    lang: Annotated[str, typer.Option("--lang", help="zh or en.")] = "zh",
    port: Annotated[int, typer.Option("--port", help="Port of the dashboard on 127.0.0.1.")] = 8501,
) -> None:
    """Load the bundled real tickets, build, publish, write the month's report and the week's digest, serve the dashboard."""
    from flows.pipeline import build
    from ingest.load import load_files
    from weisu.cities import bundled_exports
    from weisu.workspaces import create_workspace

    check_language(lang)
    begun = utc_now()
    place = create_workspace(workspace.resolve(), template=BUNDLED)
    summary = load_files(place, bundled_exports(BUNDLED), BUNDLED, now=begun)
    _say(
        "demo.loaded",
        lang,
        read=summary.read,
        new=summary.new,
        unchanged=summary.unchanged,
        quarantined=summary.quarantined,
    )
    with step_progress() as report:
        outcome = build(place, as_of=None, now=utc_now(), report=report)
    _say(
        "demo.built" if outcome.is_new else "demo.unchanged",
        lang,
        as_of=outcome.publication.as_of_on,
        seconds=f"{sum(outcome.seconds.values()):.0f}",
    )
    _print_findings(outcome.publication, lang)
    for path in _write_reports(place, outcome.publication.as_of_on, lang):
        print(f"  {path}")
    settings = place.settings()
    print(settings.city.note_en if lang == "en" else settings.city.note)
    _say("demo.where", lang, root=place.root, publication=outcome.publication.path)
    _say("demo.took", lang, seconds=f"{(utc_now() - begun).total_seconds():.0f}")
    if serve:
        from weisu.cli.serve import serve_dashboard

        serve_dashboard(place, port=port, lang=lang)


def _write_reports(place: Workspace, as_of: dt.date, lang: str) -> list[Path]:
    from flows.pipeline import publication_as_of
    from reports import write

    year, week, weekday = as_of.isocalendar()
    if weekday != 7:
        year, week, _ = (as_of - dt.timedelta(days=7)).isocalendar()
    month = as_of if (as_of + dt.timedelta(days=1)).day == 1 else as_of.replace(day=1) - dt.timedelta(days=1)
    _say("demo.reports", lang)
    wanted = (("monthly", f"{month:%Y-%m}"), ("weekly", f"{year}-W{week:02d}"))
    return [
        p
        for kind, period in wanted
        for p in write(
            place, kind, period, lang=lang, publication_as_of=lambda day: publication_as_of(place, day, now=utc_now())
        )
    ]


def _print_findings(publication: Publication, lang: str) -> None:
    from weisu.warehouse import connect

    con = connect(publication.path, read_only=True)
    try:
        active = con.execute(
            f"select level, title_{lang}, raised_on from marts.mart_alerts where signal_status = 'active' order by level, raised_on desc"
        ).fetchall()
        (set_aside,) = con.execute(
            "select count(*) from marts.mart_alerts where signal_status = 'suspected_artefact'"
        ).fetchone()
    finally:
        con.close()
    _say("demo.found", lang, alerts=len(active), set_aside=set_aside)
    for level, title, raised_on in active[:5]:
        print(f"  {'一二三四'[level - 1]} {raised_on} {title}")


def _say(key: str, lang: str, **values: object) -> None:
    print(text(key, lang, **values))
