"""The Prefect flows: the same steps with schedules, retries for I/O and a history; no logic of their own.

What is due and what was sent already is known by the store, not by Prefect: a run that came late, twice or not at all changes nothing
(`issuing`, `delivering`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from prefect import Flow, flow, serve, task
from prefect.schedules import Cron

from flows import delivering, pipeline
from ingest.load import load_files
from weisu.errors import WarehouseBusy
from weisu.settings import Workspace


def _is_passing(task: Any, run: Any, state: Any) -> bool:
    """Retry what may pass by itself (disk, network share, another run); a wrong file, a failed check or a defect stays."""
    return isinstance(state.result(raise_on_failure=False), OSError | WarehouseBusy)


@task(retries=2, retry_delay_seconds=10, retry_condition_fn=_is_passing)
def load(workspace: str, files: list[str], source: str) -> dict[str, int]:
    """Load exports into the ledger; returns the ledger's counts."""
    return load_files(Workspace(Path(workspace)), [Path(f) for f in files], source, now=_now()).as_dict()


@task(retries=2, retry_delay_seconds=10, retry_condition_fn=_is_passing)
def build(workspace: str, as_of: str | None = None) -> str:
    """Build and publish; returns the name of the publication."""
    day = dt.date.fromisoformat(as_of) if as_of else None
    return pipeline.build(Workspace(Path(workspace)), as_of=day, now=_now()).publication.name


@task(retries=2, retry_delay_seconds=10, retry_condition_fn=_is_passing)
def report(workspace: str, kind: str, period: str) -> list[str]:
    """Write one report in all formats; returns the paths."""
    from reports import write

    place = Workspace(Path(workspace))
    as_of = partial(pipeline.publication_as_of, place, now=_now())
    settings = place.settings()
    lang, today = settings.city.language, settings.local_day(_now())
    return [str(p) for p in write(place, kind, period, publication_as_of=as_of, lang=lang, today=today)]


@task(retries=2, retry_delay_seconds=10, retry_condition_fn=_is_passing)
def send(workspace: str) -> dict[str, int]:
    """Issue the reports that are due and send what each recipient wants; how many reports and messages."""
    place = Workspace(Path(workspace))
    done = delivering.deliver(
        place, clock=_now, publication_as_of=partial(pipeline.publication_as_of, place, now=_now())
    )
    return delivering.tally(done)


def daily_of(files: Sequence[Path]) -> Flow[[str, str], dict[str, Any]]:
    """The flow `daily` for given files.  File names may hold personal data, so they are no parameter that Prefect would store."""

    @flow(name="daily")
    def run(workspace: str, source: str) -> dict[str, Any]:
        """Load what came in, build, publish."""
        counts = load(workspace, [str(f) for f in files], source)
        return {"load": counts, "publication": build(workspace)}

    return run


@flow(name="daily")
def daily(workspace: str) -> dict[str, Any]:
    """The scheduled daily run: every folder inbox/SOURCE/ (loaded before: nothing happens), then build, publish and send.

    A folder that cannot be loaded does not keep the others, nor the build, from being done; the run fails at its end.
    """
    folders = sorted(p for p in (Path(workspace) / "inbox").glob("*") if p.is_dir() and any(p.iterdir()))
    states = {p.name: load(workspace, [str(p)], p.name, return_state=True) for p in folders}
    publication = build(workspace)
    send(workspace)
    return {"load": {name: state.result() for name, state in states.items()}, "publication": publication}


@flow(name="weekly")
def weekly(workspace: str, week: str | None = None) -> list[str] | dict[str, int]:
    """The weekly digest of `week` (2015-W13), written only; default: issue and send every week that is due."""
    return report(workspace, "weekly", week) if week else send(workspace)


@flow(name="monthly")
def monthly(workspace: str, month: str | None = None) -> list[str] | dict[str, int]:
    """The monthly report of `month` (2015-03), written only; default: issue and send every month that is due."""
    return report(workspace, "monthly", month) if month else send(workspace)


@flow(name="deliver")
def deliver(workspace: str) -> dict[str, int]:
    """Every ten minutes: retries, quiet hours that ended, alerts confirmed meanwhile, reports that waited for data."""
    return send(workspace)


@flow(name="replay")
def replay(workspace: str, first: str, last: str) -> str:
    """What would have been raised from `first` to `last`; returns the name of the side publication that holds it."""
    from flows.replay import replay as steps

    return steps(Workspace(Path(workspace)), dt.date.fromisoformat(first), dt.date.fromisoformat(last), now=_now()).name


def serve_schedules(workspace: Workspace) -> None:
    """Serve daily 06:00, weekly Monday 08:00, monthly 1st 08:00 in the city's time zone, deliveries every ten minutes, and replay on
    demand; one run at a time.  Begins with a daily run, so that what downtime left undone is made good at once.
    """
    zone, parameters = workspace.settings().city.timezone, {"workspace": str(workspace.root)}
    plans = ((daily, "0 6 * * *"), (weekly, "0 8 * * 1"), (monthly, "0 8 1 * *"), (deliver, "*/10 * * * *"))
    timed = [
        f.to_deployment(f.name, parameters=parameters, schedule=Cron(cron, timezone=zone), concurrency_limit=1)
        for f, cron in plans
    ]
    daily(str(workspace.root), return_state=True)  # its failure is in the history, and keeps no schedule from running
    serve(*timed, replay.to_deployment(replay.name, parameters=parameters, concurrency_limit=1), limit=1)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
