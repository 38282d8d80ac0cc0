"""A real PostgreSQL server for a test run, on a socket of its own; tests that need one are skipped where none is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PLACES = ("/usr/lib/postgresql", "/usr/local/lib/postgresql", "/usr/local/pgsql")


def programs() -> Path | None:
    """The folder with initdb and pg_ctl of the newest server installed."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    found += [p.parent for place in PLACES for p in sorted(Path(place).glob("**/bin/initdb"))]
    return found[-1] if found else None


@contextmanager
def server() -> Iterator[Callable[[], str]]:
    """Start a server without a port; the function it gives makes an empty database and returns its URL."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: a socket's path has at most 107 bytes
    is_root = os.geteuid() == 0
    if is_root:
        shutil.chown(folder, "postgres")

    def run(name: str, *arguments: str) -> None:
        as_user = ("runuser", "-u", "postgres", "--") if is_root else ()  # the server refuses to run as root
        order = [*as_user, str(programs() / name), *arguments]
        subprocess.run(order, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    data = folder / "data"
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    run("initdb", "-D", str(data), "-U", "weisu", "-A", "trust", "-E", "UTF8", "--no-locale")
    run("pg_ctl", "-D", str(data), "-l", str(folder / "log"), "-w", "-o", options, "start")
    made: list[str] = []

    def database() -> str:
        made.append(f"acts{len(made)}")
        run("createdb", "-h", str(folder), "-U", "weisu", made[-1])
        return f"postgresql://weisu@/{made[-1]}?host={folder}"

    try:
        yield database
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
