"""`weisu dashboard`: the app on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from weisu.cli.options import WorkspaceOption

if TYPE_CHECKING:
    from weisu.settings import Workspace


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("dashboard")(dashboard_command)


def dashboard_command(
    workspace: WorkspaceOption = None,
    port: Annotated[int, typer.Option("--port", help="Port to listen on.", min=1, max=65535)] = 8501,
    address: Annotated[
        str, typer.Option("--address", help="Address to listen on; any but 127.0.0.1 needs a login (docs/access.md).")
    ] = "127.0.0.1",
    lang: Annotated[str, typer.Option("--lang", help="zh or en; default: the city's language.")] = "",
    processes: Annotated[
        int,
        typer.Option(
            "--processes", help="How many processes draw pages; 0: as many as cores, at most 4.", min=0, max=32
        ),
    ] = 0,
) -> None:
    """Open the dashboard, on 127.0.0.1 unless another address is given."""
    from weisu.settings import find_workspace

    serve_dashboard(find_workspace(workspace), port=port, lang=lang, address=address, processes=processes)


def serve_dashboard(
    workspace: Workspace, *, port: int = 8501, lang: str = "", address: str = "127.0.0.1", processes: int = 0
) -> None:
    """Become the dashboard's server process; returns only by an error.

    Raises:
        SettingsError: unknown language, the port is taken, or the address is not for a dashboard without a login or TLS.
    """
    from dashboards.server import run
    from weisu.texts import check_language

    if lang:
        check_language(lang)
    run(workspace, port=port, lang=lang, address=address, processes=processes)
