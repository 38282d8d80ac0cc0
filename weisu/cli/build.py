"""`weisu build`, `weisu run`, `weisu replay`: marts, alerts and publications."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Annotated

import typer

from weisu.cli.options import JsonOption, WorkspaceOption
from weisu.cli.progress import step_progress
from weisu.errors import SettingsError


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("build")(build_command)
    app.command("run")(run_command)
    app.command("replay")(replay_command)


def build_command(
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="Know nothing after this local day; default: the last day loaded."
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Build even when nothing changed, and judge all periods anew.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Build marts, scores and alerts, then publish them."""
    from flows.pipeline import build
    from weisu.settings import find_workspace

    place = find_workspace(workspace)
    with step_progress() as report:
        outcome = build(place, as_of=parse_day(as_of, "--as-of"), now=utc_now(), full=full, report=report)
    made = outcome.publication
    if as_json:
        print(
            json.dumps(
                {
                    "publication": made.name,
                    "as_of": made.as_of_on.isoformat(),
                    "is_new": outcome.is_new,
                    "judged_from": outcome.judged_from.isoformat() if outcome.judged_from else None,
                    "seconds": {k: round(v, 2) for k, v in outcome.seconds.items()},
                }
            )
        )
    elif outcome.is_new:
        print(f"published {made.name} (as of {made.as_of_on}, {sum(outcome.seconds.values()):.1f} s)")
        if outcome.judged_from:
            print(f"nothing new is known before {outcome.judged_from}: numbers of earlier periods stand")
    else:
        print(f"nothing changed: {made.name} stays published (as of {made.as_of_on}; --full builds anyway)")


def run_command(
    files: Annotated[list[Path], typer.Argument(help="Exports to load; folders and patterns too.")],
    source: Annotated[
        str, typer.Option("--source", "--profile", help="The source profile: a name, or a file in sources/.")
    ],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Load, build and publish as the Prefect flow `daily`."""
    from ingest.arrival import find_files
    from ingest.profiles import source_name
    from weisu.offline import keep_prefect_in
    from weisu.settings import find_workspace

    place = find_workspace(workspace)
    place.settings()
    found = find_files([f.resolve() for f in files])
    keep_prefect_in(place.var / "prefect")
    os.environ["PREFECT_LOGGING_LEVEL"] = (
        "CRITICAL"  # an error is one line of ours; Prefect's log would repeat it as a traceback
    )
    from flows.schedules import daily_of

    outcome = daily_of(found)(str(place.root), source_name(source, place.sources))
    print(json.dumps(outcome) if as_json else f"loaded {outcome['load']}, published {outcome['publication']}")


def replay_command(
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="First day on which alerts are raised.")],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day.")],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="Write the alerts here (.csv .parquet .xlsx); default: print a summary."),
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """What would have been raised, day by day, with past data only."""
    from flows.replay import replay
    from weisu.exports import alerts
    from weisu.settings import find_workspace
    from weisu.table_files import check_target, write_table

    place = find_workspace(workspace)
    if out:
        check_target(out)
    begun = dt.datetime.now(dt.UTC)
    first_on, last_on = parse_day(first, "--from"), parse_day(last, "--to")
    with step_progress() as report:
        publication = replay(place, first_on, last_on, now=utc_now(), report=report)
    rows = alerts(publication, place.settings(), raised_from=first_on)
    if out:
        write_table(rows, out)
    seconds = (dt.datetime.now(dt.UTC) - begun).total_seconds()
    days = (last_on - first_on).days + 1
    print(
        json.dumps({"alerts": rows.height, "days": days, "seconds": round(seconds, 1)})
        if as_json
        else f"{rows.height} alerts in {days} days ({seconds:.1f} s){f', written to {out}' if out else ''}"
    )


def parse_day(given: str | None, option: str) -> dt.date | None:
    """An ISO date from the command line.

    Raises:
        SettingsError: not YYYY-MM-DD.
    """
    if given is None:
        return None
    try:
        return dt.date.fromisoformat(given)
    except ValueError as error:
        raise SettingsError(f"{given!r} is not a date", where=option, todo="write it as YYYY-MM-DD") from error


def utc_now() -> dt.datetime:
    """The only clock of the command line, naive UTC."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
