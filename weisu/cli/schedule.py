"""`weisu serve`: the schedules."""

from __future__ import annotations

import typer

from weisu.cli.options import WorkspaceOption


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve_command)


def serve_command(workspace: WorkspaceOption = None) -> None:
    """Serve the schedules: daily load and build, weekly digest, monthly report, in the city's time zone."""
    from weisu.offline import keep_prefect_in
    from weisu.settings import find_workspace

    place = find_workspace(workspace)
    keep_prefect_in(place.var / "prefect")
    from flows.schedules import serve_schedules

    print(
        f"serving the schedules of {place.root} ({place.settings().city.timezone}); files in inbox/SOURCE/ are loaded daily at 06:00; Ctrl-C ends"
    )
    serve_schedules(place)
