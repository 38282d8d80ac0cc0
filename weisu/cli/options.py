"""Options that every command shares."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", help="The workspace folder; default: WEISU_WORKSPACE or the current folder."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON line for machines.")]
OutOption = Annotated[Path, typer.Option("-o", "--out", help="Where to write.")]
