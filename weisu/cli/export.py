"""`weisu export`: tables for Excel, BI tools and other programs."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from weisu.cli.options import JsonOption, OutOption, WorkspaceOption


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
    from weisu.exports import check_target, table, write_table
    from weisu.settings import find_workspace

    place = find_workspace(workspace)
    check_target(out)
    frame = table(place, name)
    write_table(frame, out)
    print(json.dumps({"rows": frame.height, "file": str(out)}) if as_json else f"{frame.height} rows written to {out}")
