"""`weisu simulate`: a synthetic 12345 city."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from weisu.cli.options import JsonOption
from weisu.simulation.config import Layout, SimulationConfig, SimulationError, Size
from weisu.texts import LANGUAGES, text

Folder = Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="A new or empty folder.")]
Tickets = Annotated[int, typer.Option("--tickets", help="About how many tickets in all.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same bytes.")]
First = Annotated[str, typer.Option("--from", metavar="DATE", help="First day, YYYY-MM-DD.")]
Last = Annotated[str, typer.Option("--to", metavar="DATE", help="Last day; the exports show the state at its end.")]
Columns = Annotated[Layout, typer.Option("--layout", help="full: 42 columns, a file a month.  core: 20, one file.")]
Places = Annotated[
    Size, typer.Option("--size", help="large: 16 districts, 300 streets, 7,000 communities, 400 categories.")
]
DEFAULT = SimulationConfig()


def register(app: typer.Typer) -> None:
    """Add `simulate`."""
    app.command("simulate")(simulate)


def simulate(
    out: Folder,
    tickets: Tickets = DEFAULT.tickets,
    seed: Seed = DEFAULT.seed,
    first: First = DEFAULT.first_on.isoformat(),
    last: Last = DEFAULT.last_on.isoformat(),
    layout: Columns = DEFAULT.layout,
    size: Places = DEFAULT.size,
    as_json: JsonOption = False,
) -> None:
    """Make a synthetic 12345 city: exports, reference tables, truth.  Nothing in it is real."""
    days = {"first_on": _day(first, "--from"), "last_on": _day(last, "--to")}
    config = SimulationConfig(tickets=tickets, seed=seed, layout=layout, size=size, **days)
    from weisu.simulation.run import simulate as run

    made = run(config, out.expanduser().resolve(), _progress)
    result = {"folder": str(made.folder), "tickets": made.tickets, "events": made.events, "files": len(made.exports)}
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
        return
    for lang in LANGUAGES:  # no workspace yet, so no language is set
        typer.echo(text("simulation.done", lang, **result))
        typer.echo(text("simulation.next", lang, folder=made.folder))


def _day(given: str, where: str) -> dt.date:
    try:
        return dt.date.fromisoformat(given)
    except ValueError as error:
        raise SimulationError(f"{given!r} is not a date", where=where, todo="write YYYY-MM-DD") from error


def _progress(done: int, of: int) -> None:
    """A line on a terminal, nothing in a pipe."""
    if sys.stderr.isatty():
        typer.echo(f"\r{done}/{of}", nl=done == of, err=True)
