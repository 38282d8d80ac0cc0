"""`weisu docs`: the dbt site and the data dictionary, for reading without a server or a network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from weisu.cli.options import JsonOption

FolderOption = Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Folder to write to.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("docs")(docs_command)


def docs_command(out: FolderOption = Path("weisu-docs"), as_json: JsonOption = False) -> None:
    """Write index.html (dbt site), dictionary.html and dictionary.xlsx, Chinese and English."""
    from weisu.documentation import write_documentation

    sizes = write_documentation(out)
    if as_json:
        typer.echo(json.dumps({str(out / name): size for name, size in sizes.items()}))
        return
    for name, size in sizes.items():
        typer.echo(f"{out / name}  {size:,} bytes")
