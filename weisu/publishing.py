"""Publications: versioned read-only databases and the pointer that says which one is current."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from weisu.errors import WarehouseError
from weisu.settings import Workspace
from weisu.warehouse import connect

POINTER = "CURRENT"


@dataclass(frozen=True)
class Publication:
    """One published database and what it says of itself."""

    name: str  # e.g. 2015-03-31-9f2c1a
    as_of_on: dt.date
    published_at: str  # ISO 8601, UTC
    data_version: str  # hash over the loads it was built from
    path: Path


def publish(
    workspace: Workspace, build: Path, *, as_of: dt.date, data_version: str, now: dt.datetime, flip: bool = True
) -> Publication:
    """Copy the marts of a finished build into a new read-only file, then flip the pointer.

    A crash before the flip leaves yesterday's publication in place.  Old publications beyond `publishing.keep` are removed.
    """
    folder = workspace.publications
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{as_of.isoformat()}-{data_version[:6]}-{now:%Y%m%dT%H%M%S%f}"
    final, draft = folder / f"{name}.duckdb", folder / f".{name}.draft"
    draft.unlink(missing_ok=True)
    _copy_marts(build, draft)
    os.chmod(draft, 0o440)
    os.replace(draft, final)
    made = Publication(name, as_of, now.isoformat(timespec="seconds"), data_version, final)
    _write_atomically(
        folder / f"{name}.json", json.dumps(asdict(made) | {"as_of_on": as_of.isoformat(), "path": final.name})
    )
    if flip:
        _write_atomically(folder / POINTER, name)
        _forget_old(workspace, folder, keep=name)
    return made


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
    return [_read(p) for p in sorted(workspace.publications.glob("*.json"), key=lambda p: _read(p).published_at)]


def _read(meta: Path) -> Publication:
    try:
        raw = json.loads(meta.read_text())
    except (OSError, ValueError) as error:
        raise WarehouseError(
            "publication record is missing or damaged", where=str(meta), todo="run: weisu build"
        ) from error
    return Publication(
        raw["name"],
        dt.date.fromisoformat(raw["as_of_on"]),
        raw["published_at"],
        raw["data_version"],
        meta.parent / raw["path"],
    )


def _copy_marts(build: Path, target: Path) -> None:
    con = connect(target)
    try:
        con.execute(f"attach '{_quoted(build)}' as build (read_only)")
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
    with target.open("rb") as handle:
        os.fsync(handle.fileno())


def _write_atomically(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(draft, path)


def _forget_old(workspace: Workspace, folder: Path, *, keep: str) -> None:
    old = [p for p in list_publications(workspace) if p.name != keep]
    spare = max(0, workspace.settings().publishing.keep - 1)
    for publication in old[: max(0, len(old) - spare)]:
        publication.path.unlink(missing_ok=True)
        (folder / f"{publication.name}.json").unlink(missing_ok=True)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
