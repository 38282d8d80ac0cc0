"""The one DuckDB connection: safe settings, one writer by a kernel file lock."""

from __future__ import annotations

import fcntl
import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from weisu.errors import WarehouseBusy, WarehouseError

if TYPE_CHECKING:
    import duckdb

FAULTS = {
    "IOException",
    "FatalException",
    "InternalException",
    "OutOfMemoryException",
    "SerializationException",
    "TransactionException",  # a commit that found no room
}
FILE_ROOM = 1 << 20  # bytes of headers and blocks that any opening may write
OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
LARGEST_MEMORY = 6 << 30  # bytes that the database may hold; what is more goes to its temporary files
STORAGE = {"storage_compatibility_version": "v1.5.0"}  # of new files: knows zstd, packs codes well


def memory_limit() -> dict[str, str]:
    """How much memory the database may hold: half of the machine's, 6 GB at most; the rest is for what Python holds beside it."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"memory_limit": f"{min(machine // 2, LARGEST_MEMORY) >> 20}MiB"}


def connect(path: Path | str, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file that never fetches an extension.

    Raises:
        WarehouseError: the file is missing (read only), locked, damaged or not writable.
    """
    import duckdb

    if not read_only:
        _check_file_limit(Path(path))
    try:
        return duckdb.connect(str(path), read_only=read_only, config=OFFLINE | STORAGE | memory_limit())
    except duckdb.Error as error:
        raise WarehouseError(
            f"cannot be opened ({_first_line(error)})", where=str(path), todo="run: weisu doctor"
        ) from error


def _check_file_limit(path: Path) -> None:
    """A limit below the file's size (ulimit -f) would cut a block in its middle: never begin."""
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    if limit != resource.RLIM_INFINITY and path.is_file() and path.stat().st_size + FILE_ROOM > limit:
        raise WarehouseError(
            f"cannot be written (this process may write files of {limit} bytes at most)",
            where=str(path),
            todo="raise the limit (ulimit -f)",
        )


def attach(con: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    """Open a second DuckDB file beside the connection's own, as `name`, for reading only."""
    quoted = str(path).replace("'", "''")
    con.execute(f"attach '{quoted}' as {name} (read_only)")


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of what is done inside, or nothing."""
    con.execute("begin")
    try:
        yield
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise


@contextmanager
def disk_faults(where: Path) -> Iterator[None]:
    """Tell a full or failing disk and a damaged file as such, whatever DuckDB makes of them.

    Raises:
        WarehouseError: in place of DuckDB's I/O and fatal errors and what follows from them; other errors pass as they are.
    """
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        faults = [e for e in _chain(error) if type(e).__name__ in FAULTS]
        if not faults:
            raise
        raise WarehouseError(
            f"cannot be read or written ({_first_line(faults[-1])})",
            where=str(where),
            todo="check the disk's room and health, then run: weisu doctor",
        ) from error


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those it was raised over: a failed commit is followed by a rollback that fails."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@contextmanager
def single_writer(var: Path) -> Iterator[None]:
    """Hold the workspace's writer lock; the kernel releases it when the process dies.

    Raises:
        WarehouseBusy: another load or build is running.
        WarehouseError: `var` cannot be written; also in place of DuckDB's disk errors within.
    """
    with kernel_lock(var, "writer.lock", "another load or build is running"), disk_faults(var), _scratch(var):
        yield


@contextmanager
def kernel_lock(var: Path, name: str, taken: str) -> Iterator[None]:
    """Hold the lock file `name` in `var`; the kernel releases it when the process dies.

    Args:
        taken: what to say when another process holds it.

    Raises:
        WarehouseBusy: another process holds it.
        WarehouseError: `var` cannot be written.
    """
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = (var / name).open("a")
    except OSError as error:
        raise WarehouseError(
            f"cannot be written ({error.strerror})", where=str(var), todo="check owner and permissions"
        ) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise WarehouseBusy(taken, where=str(var), todo="wait for it to end, then try again") from error
        yield


@contextmanager
def _scratch(var: Path) -> Iterator[None]:
    """Temporary files of the work under the lock lie in var/scratch; what a killed run left, anywhere in var, is removed first."""
    folder = var / "scratch"
    for leftover in (folder, *var.glob("*.duckdb.tmp"), *var.glob("restored-*")):
        shutil.rmtree(leftover, ignore_errors=True)
    folder.mkdir(mode=0o700)
    usual, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = usual
        shutil.rmtree(folder, ignore_errors=True)


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0][:200]
