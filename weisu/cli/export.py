"""`weisu export`: tables for Excel, BI tools and other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from weisu.cli.options import JsonOption, OutOption, WorkspaceOption
from weisu.errors import SettingsError

if TYPE_CHECKING:
    from weisu.settings import Workspace


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export_command)


def export_command(
    name: Annotated[
        str, typer.Argument(metavar="TABLE", help="tickets, alerts, scores, kpis, clusters, quarantine or open-data.")
    ],
    out: OutOption,
    year: Annotated[int | None, typer.Option("--year", help="Of open-data, which is a folder.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write one table of the current publication as .csv, .parquet or .xlsx; open-data: the open data set of a year as a folder."""
    from weisu.cli.open_data import NAME, export_open_data
    from weisu.exports import table
    from weisu.settings import find_workspace
    from weisu.table_files import check_target, write_table

    place = find_workspace(workspace)
    if name == NAME:
        export_open_data(place, year, out, as_json=as_json)
        return
    if year is not None:
        raise SettingsError("goes with open-data only", where="--year", todo="leave it out")
    check_target(out)
    _upgrade(place)
    frame = table(place, name)
    write_table(frame, out)
    print(json.dumps({"rows": frame.height, "file": str(out)}) if as_json else f"{frame.height} rows written to {out}")


def _upgrade(place: Workspace) -> None:
    """A ledger of an earlier release first gets what this one asks for."""
    from ingest.ledger import is_current, upgrade_ledger
    from weisu.warehouse import single_writer

    if place.ledger.is_file() and not is_current(place):
        with single_writer(place.var):
            upgrade_ledger(place)
