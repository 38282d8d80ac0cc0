"""Publications: versioned read-only databases and the pointer that says which one is current."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from weisu.drafts import draft_of, write_text
from weisu.errors import WarehouseError
from weisu.settings import Workspace
from weisu.warehouse import attach, connect

POINTER = "CURRENT"


@dataclass(frozen=True)
class Publication:
    """One published database and what it says of itself."""

    name: str  # e.g. 2015-03-31-9f2c1a
    as_of_on: dt.date
    published_at: str  # ISO 8601, UTC
    data_version: str  # hash over all it was built from
    path: Path
    is_side: bool = False  # made for a past day or a replay; readers were never pointed to it


def publish(
    workspace: Workspace, build: Path, *, as_of: dt.date, data_version: str, now: dt.datetime, flip: bool = True
) -> Publication:
    """Copy the marts of a finished build into a new read-only file, then flip the pointer.

    A crash before the flip leaves yesterday's publication in place; what it left is swept by the next publication.
    The newest `publishing.keep` publications and as many side publications stay.
    """
    folder = workspace.publications
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{as_of.isoformat()}-{data_version[:6]}-{now:%Y%m%dT%H%M%S%f}"
    final = folder / f"{name}.duckdb"
    _sweep(folder)
    with draft_of(final) as draft:
        _copy_marts(build, draft)
        os.chmod(draft, 0o440)
    made = Publication(name, as_of, now.isoformat(timespec="seconds"), data_version, final, is_side=not flip)
    _write_record(made)
    if flip:
        point_to(workspace, made)
    _forget_old(workspace)
    return made


def point_to(workspace: Workspace, publication: Publication) -> Publication:
    """Make a publication the one that readers see."""
    shown = replace(publication, is_side=False)
    _write_record(shown)
    write_text(workspace.publications / POINTER, shown.name)
    return shown


def current(workspace: Workspace) -> Publication:
    """The publication that readers see.

    Raises:
        WarehouseError: nothing was published yet.
    """
    pointer = workspace.publications / POINTER
    if not pointer.is_file():
        raise WarehouseError(
            "nothing published yet",
            where=str(workspace.root),
            todo="run: weisu load FILE --source NAME, then weisu build",
        )
    return _read(workspace.publications / f"{pointer.read_text().strip()}.json")


def list_publications(workspace: Workspace) -> list[Publication]:
    """All publications on disk, oldest first; also those made for a past day without a flip."""
    found = [_read(p) for p in workspace.publications.glob("*.json")]
    return sorted((p for p in found if p.path.is_file()), key=lambda p: p.published_at)


def _read(meta: Path) -> Publication:
    try:
        raw = json.loads(meta.read_text())
    except (OSError, ValueError) as error:
        raise WarehouseError(
            "publication record is missing or damaged", where=str(meta), todo="run: weisu build"
        ) from error
    raw |= {"as_of_on": dt.date.fromisoformat(raw["as_of_on"]), "path": meta.parent / raw["path"]}
    return Publication(**raw)


def _write_record(made: Publication) -> None:
    record = asdict(made) | {"as_of_on": made.as_of_on.isoformat(), "path": made.path.name}
    write_text(made.path.with_suffix(".json"), json.dumps(record))


def _copy_marts(build: Path, target: Path) -> None:
    con = connect(target)
    try:
        attach(con, build, "build")
        con.execute("create schema marts")
        tables = con.execute(
            "select table_name from duckdb_tables() where database_name = 'build' and schema_name = 'marts' order by 1"
        ).fetchall()
        for (table,) in tables:
            con.execute(f'create table marts."{table}" as from build.marts."{table}"')
        con.execute("detach build")
        con.execute("checkpoint")
    finally:
        con.close()


def _forget_old(workspace: Workspace) -> None:
    shown, keep = workspace.publications / POINTER, workspace.settings().publishing.keep
    name = shown.read_text().strip() if shown.is_file() else ""
    for is_side in (False, True):
        alike = [p for p in list_publications(workspace) if p.is_side == is_side]
        for old in alike[:-keep]:
            if old.name != name:
                old.path.with_suffix(".json").unlink(missing_ok=True)  # the record first: what has none is swept
                old.path.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove what a killed run left: drafts, and databases without a record."""
    for leftover in [*folder.glob(".*.draft*"), *folder.glob("*.duckdb.wal")]:
        leftover.unlink(missing_ok=True)
    for database in folder.glob("*.duckdb"):
        if not database.with_suffix(".json").is_file():
            database.unlink(missing_ok=True)
