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
from weisu.workspaces import create_workspace, install_reference, reference_tables, template_of

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")]
CityOption = Annotated[
    str,
    typer.Option(
        "--city",
        metavar="NAME",
        help="A bundled city (blank, boston311, synthetic), a folder made by `simulate`, or your city's own name.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add `init`."""
    app.command("init")(init)


def init(
    folder: Folder,
    city: CityOption = "blank",
    language: Annotated[str, typer.Option(help="zh or en; default en for a city's own name in Latin letters.")] = "",
    timezone: Annotated[str, typer.Option(help="The city's clock, such as America/New_York.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Make a workspace: weisu.toml, sources/, reference/ (areas, categories, duties, calendar) and var/."""
    simulated = Path(city).expanduser() if is_simulated(Path(city).expanduser()) else None
    template = "synthetic" if simulated else city if city in cities.templates() else "blank"
    is_new = template_of(Workspace(folder.expanduser().resolve())) is None
    if simulated:
        reference_tables(simulated)  # refuse before anything is made
    name = city if template == "blank" != city else None
    workspace = create_workspace(folder, template=template, name=name, language=language, timezone=timezone)
    if simulated and is_new:
        install_reference(workspace, simulated)
    if as_json:
        made = {"workspace": str(workspace.root), "template": template, "created": is_new} | _city(workspace)
        typer.echo(json.dumps(made, ensure_ascii=False))
    else:
        _say(workspace, template, is_new, simulated)


def _city(workspace: Workspace) -> dict[str, str]:
    city = workspace.settings().city
    return {"language": city.language, "timezone": city.timezone, "region": city.region}


def _say(workspace: Workspace, template: str, is_new: bool, simulated: Path | None) -> None:
    """What was made, and the next command."""
    city, root = workspace.settings().city, str(workspace.root)
    key = "workspace.created" if is_new else "workspace.unchanged"
    typer.echo(text(key, city.language, root=root, template=template, city=city.name))
    typer.echo(text("workspace.city", city.language, settings=workspace.settings_file, **_city(workspace)))
    if simulated:
        exports = simulated.resolve() / "exports"
        typer.echo(text("workspace.next_bundled", city.language, exports=exports, source="hotline", root=root))
    elif files := cities.bundled_exports(template):
        exports = files[0].parent
        typer.echo(text("workspace.next_bundled", city.language, exports=exports, source=template, root=root))
    else:
        typer.echo(text("workspace.next", city.language, reference=workspace.reference, root=root))


def is_simulated(folder: Path) -> bool:
    """Whether `folder` was made by `weisu simulate`."""
    return (folder / "truth.csv").is_file() and (folder / "reference").is_dir()
