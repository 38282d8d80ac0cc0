"""The checks behind `weisu doctor`; each says what it found and how to mend it."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from weisu import publishing
from weisu.errors import WeisuError
from weisu.settings import Workspace, find_workspace
from weisu.warehouse import connect, disk_faults

if TYPE_CHECKING:
    import duckdb

PINS = {"duckdb": "1.5.5", "dbt-core": "1.11.", "dbt-duckdb": "1.11.", "prefect": "3.8.8", "streamlit": "1.67."}
FREE_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Finding:
    """One check: what it is about, whether it is fine, what it found, what to do."""

    about: str
    is_fine: bool
    says: str
    todo: str = ""


def examine(folder: Path | None) -> list[Finding]:
    """All checks that apply; a missing workspace is a finding, not an error."""
    findings = [_python(), *_pins(), _extensions(), _fonts()]
    try:
        place = find_workspace(folder)
    except WeisuError as error:
        return [*findings, Finding("workspace", False, error.what, error.todo)]
    return findings + [check(place) for check in WORKSPACE_CHECKS]


def _python() -> Finding:
    return Finding(
        "python", sys.version_info[:2] in {(3, 11), (3, 12)}, sys.version.split()[0], "use Python 3.11 or 3.12"
    )


def _pins() -> Iterator[Finding]:
    for name, wanted in PINS.items():
        try:
            found = version(name)
        except PackageNotFoundError:
            found = "not installed"
        yield Finding(name, found.startswith(wanted), found, f"run: make install (the lock says {wanted}*)")


def _extensions() -> Finding:
    con = connect(":memory:")
    rows = con.execute("select extension_name from duckdb_extensions() where loaded").fetchall()
    con.close()
    missing = {"parquet", "json", "core_functions"} - {name for (name,) in rows}
    says = f"missing: {', '.join(sorted(missing))}" if missing else "parquet and json are built in, none is downloaded"
    return Finding("extensions", not missing, says, "run: make install")


def _fonts() -> Finding:
    folder = Path(__file__).resolve().parent.parent / "reports" / "fonts"
    found = sorted(p.name for p in folder.glob("*.[ot]tf"))
    return Finding("fonts", bool(found), f"{len(found)} bundled", f"restore {folder} from the repository")


def _settings(place: Workspace) -> Finding:
    try:
        settings = place.settings()
    except WeisuError as error:
        return Finding("settings", False, str(error), error.todo)
    return Finding("settings", True, f"{settings.city.name}, {settings.city.timezone}")


def _permissions(place: Workspace) -> Finding:
    private = [p for p in (place.var, place.archive, place.key_file) if p.exists() and p.stat().st_mode & 0o077]
    names = ", ".join(p.name for p in private)
    says = f"open to others: {names}" if private else "var, archive and key are private"
    return Finding("permissions", not private, says, f"run: chmod go-rwx {' '.join(map(str, private))}")


def _writable(place: Workspace) -> Finding:
    where = place.var if place.var.exists() else place.root
    return Finding("writable", os.access(where, os.W_OK), str(where), "check owner and permissions")


def _disk(place: Workspace) -> Finding:
    free = shutil.disk_usage(place.root).free
    return Finding(
        "disk", free > FREE_BYTES, f"{free / 1e9:.1f} GB free", "make room; a build needs about three times the ledger"
    )


UNBALANCED = """
select count(*) from raw.loads l where rows_new + rows_new_version <> (select count(*) from raw.ticket_versions v where v.load_id = l.load_id)
    or rows_quarantined <> (select count(*) from raw.quarantine q where q.load_id = l.load_id)
"""


def _ledger(place: Workspace) -> Finding:
    """Every block can be read, each load's rows are there, and each original is named by a load: rows lost with a .wal show here."""
    if not place.ledger.is_file():
        return Finding("ledger", True, "nothing loaded yet")
    try:
        with disk_faults(place.ledger):
            known, unbalanced = _known_originals(place)
    except WeisuError as error:
        return Finding(
            "ledger", False, error.what, "restore var/ from your backup, or load the exports into a new workspace"
        )
    kept = {path.name.removesuffix(".zst") for path in place.archive.glob("[!.]*")}
    strangers = len(kept - known)
    says = f"{len(known)} files loaded; {unbalanced} loads lack rows; {strangers} originals that no load names"
    todo = "a load was cut off, or ledger.duckdb.wal was lost: load the latest exports again"
    return Finding("ledger", not strangers and not unbalanced, says, todo)


def _known_originals(place: Workspace) -> tuple[set[str], int]:
    con = connect(place.ledger, read_only=True)
    try:
        _read_all(con)
        hashes = {sha for (sha,) in con.execute("select distinct file_sha256 from raw.loads").fetchall()}
        return hashes, con.execute(UNBALANCED).fetchone()[0]
    finally:
        con.close()


def _read_all(con: duckdb.DuckDBPyConnection) -> None:
    """Read every value once: DuckDB checks the checksum of each block that it reads."""
    for (table,) in con.execute("select table_name from duckdb_tables() where schema_name = 'raw'").fetchall():
        con.execute(f'select bit_xor(hash(every)) from raw."{table}" as every').fetchall()


def _freshness(place: Workspace) -> Finding:
    try:
        shown = publishing.current(place)
        newer = _loads_since(place, shown)
    except WeisuError as error:
        return Finding("publication", False, error.what, error.todo)
    says = f"as of {shown.as_of_on}, made {shown.published_at} UTC"
    if newer:
        return Finding("publication", False, f"{says}; {newer} newer load(s)", "run: weisu build")
    return Finding("publication", shown.path.is_file(), says, "run: weisu build --full")


def _loads_since(place: Workspace, shown: publishing.Publication) -> int:
    con = connect(place.ledger, read_only=True)
    try:
        (newer,) = con.execute(
            "select count(*) from raw.loads where loaded_at > $at", {"at": shown.published_at}
        ).fetchone()
    finally:
        con.close()
    return newer


def _deliveries(place: Workspace) -> Finding:
    """The address book can be read and holds every subscriber, and nothing was given up lately."""
    from weisu.delivery.health import faults

    try:
        found = faults(place, now=dt.datetime.now(dt.UTC).replace(tzinfo=None))
    except WeisuError as error:
        return Finding("deliveries", False, error.what, error.todo)
    todo = "see weisu deliver status and var/delivery.toml; mend the cause, then: weisu deliver run --again"
    return Finding("deliveries", not found, "; ".join(found) or "nothing was given up", todo)


WORKSPACE_CHECKS: tuple[Callable[[Workspace], Finding], ...] = (
    _settings, _writable, _permissions, _disk, _ledger, _freshness, _deliveries,
)  # fmt: skip
