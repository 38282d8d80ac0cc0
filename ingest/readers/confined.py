"""Readers of intricate formats run in a child process with limits: a hostile file ends its child, never the load.

The child hands a table over as an Arrow file in a private folder, everything else as one line of JSON.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from ingest.errors import Refused
from ingest.readers.table import ROW_NUMBER, Facts, RefusedRow, Remark, Source, Table

MEMORY = 850 << 20  # bytes above what the bare child needs, for a small file
MEMORY_PER_BYTE = 12  # more for each byte of an honest large file
CPU_SECONDS = 8.0
CPU_SECONDS_PER_MB = 0.4
WALL_FACTOR = 5  # a busy machine gives a child a fifth of a core
ANSWER = "answer.json"
ROWS = "rows.arrow"
TASKS = ("json", "parquet", "sheet", "unpack", "xml")


def read_confined(task: str, source: Source) -> Table:
    """The table of a file, read by the reader of that name in a child process.

    Raises:
        Refused: what the reader says, or that it died or ran over its limits.
    """
    with tempfile.TemporaryDirectory(prefix="weisu-") as name:
        folder = Path(name)
        return _received(run_confined(task, source, folder), folder)


def run_confined(task: str, source: Source, folder: Path) -> dict:
    """Run one task of `TASKS` in a child that may write into `folder`; its answer.

    Raises:
        Refused: as the child says, or for its death.
    """
    cpu = CPU_SECONDS + CPU_SECONDS_PER_MB * source.budget / 1e6
    memory = MEMORY + MEMORY_PER_BYTE * source.budget
    command = [sys.executable, "-P", "-m", "ingest.readers.confined", task, str(source.path.absolute()),
               source.label, str(source.budget), str(folder), str(memory), str(int(cpu))]  # fmt: skip
    quiet = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(
            [os.fsencode(part) for part in command],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=os.environ | quiet, timeout=WALL_FACTOR * cpu, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _over("time", source.label) from None
    return _answer(folder, done.returncode, source.label)


def _answer(folder: Path, status: int, label: str) -> dict:
    try:
        answer = json.loads((folder / ANSWER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise _over("time" if status == -signal.SIGXCPU else "memory", label) from None
    if "refused" in answer:
        raise Refused(answer["refused"], code=answer["code"], where=label, todo=answer["todo"])
    return answer


def _over(what: str, label: str) -> Refused:
    return Refused(
        f"takes more {what} than a table of its size may", code="limits", where=label,
        todo="check where the file came from, or export it as CSV",
    )  # fmt: skip


def _received(answer: dict, folder: Path) -> Table:
    import polars as pl

    frame = pl.read_ipc(folder / ROWS)
    numbers = frame.get_column(ROW_NUMBER)
    is_whole = not len(numbers) or numbers[-1] == len(numbers)
    facts = answer["facts"] | {"warnings": tuple(Remark(**told) for told in answer["facts"]["warnings"])}
    return Table(
        tuple(answer["header"]),
        Facts(**facts),
        row_numbers=range(1, len(numbers) + 1) if is_whole else numbers.to_list(),
        refused=tuple(RefusedRow(**row) for row in answer["refused_rows"]),
        native=frame.drop(ROW_NUMBER),
    )


def _child(task: str, source: Source, folder: Path, memory: int, cpu: int) -> None:
    """Set the limits, do the task, leave the answer; whatever goes wrong is an answer too."""
    work = _task(task)
    _limit(memory, cpu)
    try:
        answer = work(source, folder)
    except Refused as refused:
        answer = {"refused": refused.what, "code": refused.code, "todo": refused.todo}
    except MemoryError:
        answer = {"refused": _over("memory", "").what, "code": "limits", "todo": _over("memory", "").todo}
    except (
        Exception
    ) as error:  # a parser's own, whatever its class: the file is at fault; its text stays out of the message
        answer = {"refused": f"cannot be read ({type(error).__name__})", "code": "damaged", "todo": "export it again"}
    (folder / ANSWER).write_text(json.dumps(answer), encoding="utf-8")


def _task(name: str) -> Callable[[Source, Path], dict]:
    """The work of a task; imports what it needs before the limits are set."""
    import importlib

    if name == "unpack":
        return importlib.import_module("ingest.readers.unpack").unpack
    import polars as pl

    from ingest.readers.slips import without_strangers

    modules = {"sheet": ("sheets", "read_sheet"), "json": ("json_rows", "read_json"), "xml": ("xml_rows", "read_xml")}
    module, function = modules.get(name, (name, f"read_{name}"))
    read = getattr(importlib.import_module(f"ingest.readers.{module}"), function)

    def work(source: Source, folder: Path) -> dict:
        table: Table = without_strangers(read(source), source.label)
        table.frame().with_columns(pl.col(pl.String).replace("", None)).write_ipc(folder / ROWS)
        return {
            "header": table.header,
            "facts": asdict(table.facts),
            "refused_rows": [asdict(row) for row in table.refused],
        }

    return work


def _limit(memory: int, cpu: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 2))
    statm = Path("/proc/self/statm")
    if statm.exists():  # only Linux keeps this limit
        base = int(statm.read_text().split()[0]) * resource.getpagesize()
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = base + memory if hard == resource.RLIM_INFINITY else min(base + memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


if __name__ == "__main__":
    given = sys.argv[1:]
    _child(given[0], Source(Path(given[1]), given[2], int(given[3])), Path(given[4]), int(given[5]), int(given[6]))
