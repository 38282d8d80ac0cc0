"""`weisu init`: a new workspace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from weisu import cities
from weisu.cli.options import JsonOption
from weisu.settings import Workspace
from weisu.texts import text
from weisu.workspaces import create_workspace, template_of

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")]
CityOption = Annotated[
    str, typer.Option("--city", help="A bundled city (blank, boston311, synthetic) or your city's own name.")
]


def register(app: typer.Typer) -> None:
    """Add `init`."""
    app.command("init")(init)


def init(folder: Folder, city: CityOption = "blank", as_json: JsonOption = False) -> None:
    """Make a workspace: weisu.toml, sources/, reference/ (areas, categories, duties, calendar) and var/."""
    is_template = city in cities.templates()
    template, name = (city, None) if is_template else ("blank", city)
    is_new = template_of(Workspace(folder.expanduser().resolve())) is None
    workspace = create_workspace(folder, template=template, name=name)
    if as_json:
        typer.echo(
            json.dumps({"workspace": str(workspace.root), "template": template, "created": is_new}, ensure_ascii=False)
        )
        return
    settings = workspace.settings()
    lang, root = settings.city.language, str(workspace.root)
    key = "workspace.created" if is_new else "workspace.unchanged"
    typer.echo(text(key, lang, root=root, template=template, city=settings.city.name))
    if exports := cities.bundled_exports(template):
        typer.echo(text("workspace.next_bundled", lang, exports=exports[0].parent, source=template, root=root))
    else:
        typer.echo(text("workspace.next", lang, reference=workspace.reference, root=root))
