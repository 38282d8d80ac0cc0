"""The one pipeline behind `build`, `run` and `replay`: facts → sense → scores → judge → alerts → publish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from flows import casebook
from flows.steps import Build, Report
from ingest.ledger import upgrade_ledger
from weisu import rulebook, store, transform
from weisu.errors import WarehouseError
from weisu.identity import files_digest, stable_id
from weisu.publishing import Publication, list_publications, point_to, publish
from weisu.settings import Workspace
from weisu.variables import project_variables
from weisu.warehouse import connect, single_writer

CODE = Path(__file__).resolve().parent.parent
ROOMS, CODED = ("dbt", "detectors", "flows", "weisu"), {".py", ".sql", ".csv", ".toml", ".yml"}  # what a build rests on


@dataclass(frozen=True)
class Outcome:
    """What a build did."""

    publication: Publication
    is_new: bool  # False: the same data, rules and code were published before, nothing was done
    seconds: dict[str, float] = field(default_factory=dict)  # step -> wall seconds
    judged_from: dt.date | None = (
        None  # numbers of periods that ended before are those of the last publication; None: all were judged
    )


def build(
    workspace: Workspace,
    *,
    as_of: dt.date | None,
    now: dt.datetime,
    alert_from: dt.date | None = None,
    flip: bool = True,
    full: bool = False,
    report: Report = lambda step: None,
) -> Outcome:
    """Build and publish the marts as they were known at the end of local day `as_of` (default: the last day with a ticket).

    Args:
        now: naive UTC.
        alert_from: first day on which alerts are raised; default `alerts.lookback_days` before `as_of`.
        flip: make it the publication that readers see.
        full: build even when nothing changed since the same publication.

    Raises:
        WarehouseError: nothing loaded, nothing known by `as_of`, or another load or build is running.
        CheckFailed: a dbt test failed; the last publication stays in place.
    """
    settings = workspace.settings()
    with single_writer(workspace.var):
        known, today = _known_days(workspace), settings.local_day(now)
        day, newest = _checked(as_of, *known, today=today), _checked(None, *known, today=today)
        alert_from = alert_from or day - dt.timedelta(days=settings.alerts.lookback_days)
        # a look back at a past day shows only what people had decided by then
        acts_until = None if day == newest else settings.end_of_day(day)
        basis = basis_version(workspace)
        data = data_version(workspace, basis, alert_from, acts_until)
        if not full and (made := _find(workspace, day, data)):
            return Outcome(point_to(workspace, made) if flip else made, is_new=False)
        variables = project_variables(
            settings, as_of=day, run_id=f"{day}-{data}", data_version=data, built_at=now, acts_until=acts_until
        ) | {"basis_version": basis}
        with _private_file(workspace) as path:
            under_way = Build(workspace, settings, path, day, alert_from, variables, full)
            done = under_way.run(report)
            report("publish")
            made = publish(workspace, path, as_of=day, data_version=data, now=now, flip=flip)
            if flip:
                rulebook.keep(workspace, path, as_of=day, now=now)
                casebook.keep(under_way.casebook, path)
    judged_from = done.stands.until if done.stands else None
    return Outcome(made, is_new=True, seconds=done.seconds, judged_from=judged_from)


def publication_as_of(
    workspace: Workspace, as_of: dt.date, *, now: dt.datetime, report: Report = lambda step: None
) -> Publication:
    """The publication that knows exactly what was known at the end of `as_of`; a side publication is built when there is none."""
    return build(workspace, as_of=as_of, now=now, flip=False, report=report).publication


def basis_version(workspace: Workspace) -> str:
    """One hash over what numbers rest on beside the tickets: reference files, settings, weights, rules, code and engine."""
    given = files_digest(workspace.root, [workspace.settings_file, *workspace.reference.glob("*.csv")])
    code = files_digest(CODE, (p for room in ROOMS for p in (CODE / room).rglob("*") if p.suffix in CODED))
    return stable_id(given, code, rulebook.history(workspace), version("duckdb"), length=16)


def data_version(workspace: Workspace, basis: str, alert_from: dt.date, acts_until: dt.datetime | None) -> str:
    """One hash over all that a build depends on: the basis, loads and acts."""
    con = connect(workspace.ledger, read_only=True)
    try:
        loads = con.execute("select load_id from raw.loads order by 1").fetchall()
    finally:
        con.close()
    return stable_id(loads, basis, store.version(workspace), alert_from, acts_until, length=16)


def _known_days(workspace: Workspace) -> tuple[dt.date, dt.date]:
    if not workspace.ledger.is_file():
        raise WarehouseError("nothing loaded yet", where=str(workspace.root), todo="run: weisu load FILE --source NAME")
    upgrade_ledger(workspace)
    con = connect(workspace.ledger, read_only=True)
    try:
        first, last = con.execute("select min(created_on), max(created_on) from raw.ticket_versions").fetchone()
    finally:
        con.close()
    if last is None:
        raise WarehouseError(
            "the ledger holds no ticket yet", where=str(workspace.root), todo="run: weisu load FILE --source NAME"
        )
    return first, last


def _checked(as_of: dt.date | None, first: dt.date, last: dt.date, *, today: dt.date) -> dt.date:
    if as_of is None:
        return min(last, today)
    if not first <= as_of <= today:
        raise WarehouseError(
            f"cannot build as of {as_of}", todo=f"choose a day from {first} (first ticket) to {today} (today)"
        )
    return as_of


def _find(workspace: Workspace, as_of: dt.date, version: str) -> Publication | None:
    same = [p for p in list_publications(workspace) if p.as_of_on == as_of and p.data_version == version]
    return same[-1] if same else None


@contextmanager
def _private_file(workspace: Workspace) -> Iterator[Path]:
    workspace.builds.mkdir(parents=True, exist_ok=True)
    path = workspace.builds / "build.duckdb"  # one name for all days: the parsed project holds for it
    _forget(path)  # what a killed build left
    try:
        yield path
    finally:
        _forget(path)


def _forget(path: Path) -> None:
    transform.forget(path)
    for leftover in (path, path.with_suffix(".duckdb.wal")):
        leftover.unlink(missing_ok=True)
