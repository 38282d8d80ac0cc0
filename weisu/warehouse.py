"""The one DuckDB connection: safe settings, one writer by a kernel file lock."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from weisu.errors import WarehouseBusy, WarehouseError

if TYPE_CHECKING:
    import duckdb

OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


def connect(path: Path | str, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file that never fetches an extension.

    Raises:
        WarehouseError: the file is missing (read only), locked, damaged or not writable.
    """
    import duckdb

    try:
        return duckdb.connect(str(path), read_only=read_only, config=dict(OFFLINE))
    except (duckdb.IOException, duckdb.Error) as error:
        raise WarehouseError(
            f"cannot be opened ({_first_line(error)})", where=str(path), todo="run: weisu doctor"
        ) from error


@contextmanager
def single_writer(var: Path) -> Iterator[None]:
    """Hold the workspace's writer lock; the kernel releases it when the process dies.

    Raises:
        WarehouseError: another load or build is running, or `var` cannot be written.
    """
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = (var / "writer.lock").open("a")
    except OSError as error:
        raise WarehouseError(
            f"cannot be written ({error.strerror})", where=str(var), todo="check owner and permissions"
        ) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise WarehouseBusy(
                "another load or build is running", where=str(var), todo="wait for it to end, then try again"
            ) from error
        yield


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0][:200]
