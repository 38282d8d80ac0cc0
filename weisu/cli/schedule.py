"""`weisu serve`: the schedules."""

from __future__ import annotations

import typer

from weisu.cli.options import WorkspaceOption


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve_command)


def serve_command(workspace: WorkspaceOption = None) -> None:
    """Serve the schedules: daily load and build, weekly digest, monthly report, deliveries, in the city's time zone."""
    from flows.server import local_server
    from weisu.offline import keep_prefect_in
    from weisu.settings import find_workspace

    place = find_workspace(workspace)
    zone = place.settings().city.timezone
    keep_prefect_in(place.var / "prefect")
    with local_server() as address:
        from flows.schedules import serve_schedules

        print(
            f"schedules of {place.root} ({zone}): inbox/SOURCE/ daily 06:00, digest Monday 08:00, report on the 1st 08:00, deliveries every ten minutes"
        )
        print(f"their server is {address}, for this machine only; Ctrl-C ends both", flush=True)
        serve_schedules(place)
