"""The one in-process dbt caller: runs a pass of the dbt project on a private build file.

A build is three passes over one DuckDB file: `facts` (ledger → facts), `scores` (after the detectors) and `alerts` (after the judge).
dbt's profile, logs and parsed project live in a private folder beside the build file; the repository's `dbt/` is only read.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weisu.errors import CheckFailed, WarehouseError
from weisu.offline import stay_offline
from weisu.parsing import parsed_project
from weisu.warehouse import OFFLINE, memory_limit

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

PROJECT = Path(__file__).resolve().parent.parent / "dbt"
PASSES = ("facts", "scores", "alerts")
Log = Callable[[str], None]


@dataclass(frozen=True)
class PassResult:
    """What one pass did; `failed` is empty, since a failure raises."""

    pass_name: str
    models: int  # models and seeds built
    tests: int  # data tests passed
    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0


def run_pass(
    build: Path,
    ledger: Path,
    pass_name: str,
    *,
    variables: dict[str, Any],
    published: Path | None = None,
    log: Log | None = None,
    without: Sequence[str] = ("unit_test",),
) -> PassResult:
    """Build and test the models of one pass on the private file `build`, with the ledger attached read-only.

    Afterwards no handle on `build` is left open in this process.

    Args:
        pass_name: "facts", "scores" or "alerts".
        variables: see `project_variables`.
        published: the publication of which numbers stand (variable `standing_until`), attached read-only.
        log: called with one line per model and test that ended.
        without: dbt's resource types that are not run; only development asks for `unit_test` or does without `test`.

    Raises:
        WarehouseError: dbt could not run, or a model failed; the message names the models.
        CheckFailed: a data test failed; the message names the tests.
    """
    if pass_name not in PASSES:
        raise WarehouseError(f"unknown pass {pass_name!r}", todo=f"known: {', '.join(PASSES)}")
    folder = _private_folder(build)
    write_profile(folder, build, {"ledger": ledger} | ({"published": published} if published else {}))
    begun = time.perf_counter()
    parsed = parsed_project(PROJECT, build.stem, lambda: parse(folder))
    result = invoke(_arguments(folder, pass_name, variables, without), log, parsed)
    done = _summary(result, pass_name, time.perf_counter() - begun)
    if done.failed:
        raise _failure(result, done)
    return done


def forget(build: Path) -> None:
    """Remove the private dbt folder of a build file (profile, logs, compiled SQL)."""
    shutil.rmtree(_private_folder(build), ignore_errors=True)


def _private_folder(build: Path) -> Path:
    return build.resolve().with_name(f".{build.name}.dbt")  # dbt works in a folder of its own


def write_profile(folder: Path, build: Path, attached: dict[str, Path]) -> None:
    """Write dbt's profile of a build file, with other databases attached read-only, into the private folder."""
    output = {
        "type": "duckdb",
        "path": str(build.resolve()),
        "schema": "marts",
        "threads": 2,
        # tables have no order of their own: nothing is held back for the sake of one
        "config_options": OFFLINE | memory_limit() | {"preserve_insertion_order": "false"},
        "attach": [
            {"path": str(path.resolve()), "alias": alias, "read_only": True} for alias, path in attached.items()
        ],
    }
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # JSON is YAML: the paths need no escaping of ours
        (folder / "profiles.yml").write_text(
            json.dumps({"weisu": {"target": "build", "outputs": {"build": output}}}), encoding="utf-8"
        )
    except OSError as error:
        raise WarehouseError(
            f"cannot be written ({error.strerror})", where=str(folder), todo="check owner and permissions"
        ) from error


def flags(folder: Path) -> list[str]:
    """What every dbt command is told: the project, a private folder for all that dbt writes, silence, no network."""
    named = {
        "--project-dir": PROJECT,
        "--profiles-dir": folder,
        "--target-path": folder / "target",
        "--log-path": folder,
        "--log-level": "none",
        "--log-level-file": "none",
    }
    return [
        "--no-send-anonymous-usage-stats",
        "--no-version-check",
        *(str(part) for pair in named.items() for part in pair),
    ]


def _arguments(folder: Path, pass_name: str, variables: dict[str, Any], without: Sequence[str]) -> list[str]:
    quiet = [*flags(folder), "--no-use-colors", "--no-write-json", "--no-print"]
    choice = ["--select", f"tag:{pass_name}", "--indirect-selection", "buildable"]
    choice += [part for kind in without for part in ("--exclude-resource-type", kind)]
    return ["build", *quiet, *choice, "--vars", json.dumps(variables, ensure_ascii=False)]


def parse(folder: Path) -> Manifest:
    """Read the project's files (no database, no network); dbt's manifest.json stays in `folder`, where the profile is.

    Raises:
        WarehouseError: the project cannot be read.
    """
    result = invoke(["parse", *flags(folder)])
    if not result.success:
        raise WarehouseError(
            f"dbt could not read the project ({result.exception})", where=str(PROJECT), todo="run: weisu doctor"
        )
    return result.result


def invoke(arguments: list[str], log: Log | None = None, parsed: Manifest | None = None) -> dbtRunnerResult:
    """Run dbt in this process, offline; afterwards it holds no file open.

    Args:
        parsed: the project as `parsed_project` keeps it; without it dbt reads the project's files.

    Raises:
        WarehouseError: dbt could not run at all; a failed model or test is in the result.
    """
    stay_offline()
    from dbt.cli.main import dbtRunner

    callbacks = [] if log is None else [_listener(log)]
    try:
        result = dbtRunner(parsed, callbacks).invoke(arguments)
    finally:
        _close_environment()
    if result.result is None:
        raise WarehouseError(
            f"dbt could not run ({_one_line(result.exception)})", where=str(PROJECT), todo="run: weisu doctor"
        )
    return result


def _listener(log: Log) -> Callable[[Any], None]:
    def listen(event: Any) -> None:
        if event.info.name == "NodeFinished":
            log(
                f"{event.data.node_info.resource_type} {event.data.node_info.node_name}: {event.data.run_result.status} "
                f"{event.data.run_result.execution_time:.2f} s"
            )

    return listen


def _close_environment() -> None:
    """dbt-duckdb keeps its database open between invocations; a plain connect would then clash with it."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    with DuckDBConnectionManager._LOCK:
        if DuckDBConnectionManager._ENV is not None:
            DuckDBConnectionManager._ENV.close()
            DuckDBConnectionManager._ENV = None


def _summary(result: dbtRunnerResult, pass_name: str, seconds: float) -> PassResult:
    rows = [(str(r.node.resource_type), r.node.name, str(r.status)) for r in result.result]
    models = sum(kind in {"model", "seed"} and status == "success" for kind, _, status in rows)
    tests = sum(kind in {"test", "unit_test"} and status == "pass" for kind, _, status in rows)
    failed = sorted(name for _, name, status in rows if status in {"error", "fail", "runtime error"})
    return PassResult(pass_name, models, tests, failed, seconds)


def _failure(result: dbtRunnerResult, done: PassResult) -> WarehouseError | CheckFailed:
    broken = {r.node.name: _one_line(r.message) for r in result.result if r.node.name in done.failed}
    models = [
        r.node.name
        for r in result.result
        if r.node.name in broken and str(r.status) == "error" and str(r.node.resource_type) != "test"
    ]
    if models:
        return WarehouseError(
            f"pass {done.pass_name}: model {models[0]} failed ({broken[models[0]]})",
            where=", ".join(models),
            todo="nothing was published; report the defect",
        )
    return CheckFailed(
        f"pass {done.pass_name}: checks failed: {', '.join(broken)}",
        where="dbt",
        todo="nothing was published; see docs/operations.md and the rows named by the check",
    )


def _one_line(problem: object) -> str:
    return " ".join(str(problem).split())[:300]
