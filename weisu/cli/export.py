"""`weisu export`: tables for Excel, BI tools and other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from weisu.cli.options import JsonOption, OutOption, WorkspaceOption

if TYPE_CHECKING:
    from weisu.settings import Workspace


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export_command)


def export_command(
    name: Annotated[
        str, typer.Argument(metavar="TABLE", help="tickets, alerts, scores, kpis, clusters or quarantine.")
    ],
    out: OutOption,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write one table of the current publication as .csv, .parquet or .xlsx."""
    from weisu.exports import table
    from weisu.settings import find_workspace
    from weisu.table_files import check_target, write_table

    place = find_workspace(workspace)
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
