"""The one in-process dbt caller: runs a pass of the dbt project on a private build file.

A build is three passes over one DuckDB file: `facts` (ledger → facts), `scores` (after the detectors) and `alerts` (after the judge).
dbt's profile, logs and parsed project live in a private folder beside the build file; the repository's `dbt/` is only read.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from weisu.errors import CheckFailed, WarehouseError
from weisu.offline import stay_offline
from weisu.parsing import parsed_project
from weisu.settings import Settings
from weisu.warehouse import OFFLINE, memory_limit

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

PROJECT = Path(__file__).resolve().parent.parent / "dbt"
PASSES = ("facts", "scores", "alerts")
SPINE_DAYS = 1500
HOLIDAY_YEARS = 12  # built-in holidays reach this far back
HOLIDAY_WORDS = {"zh": {"CN": "zh_CN"}, "en": {"CN": "en_US", "US": "en_US"}}
Log = Callable[[str], None]


@dataclass(frozen=True)
class PassResult:
    """What one pass did; `failed` is empty, since a failure raises."""

    pass_name: str
    models: int  # models and seeds built
    tests: int  # data tests passed
    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0


def variables(
    settings: Settings,
    *,
    as_of: dt.date,
    run_id: str,
    data_version: str,
    spine_days: int = SPINE_DAYS,
    built_at: dt.datetime | None = None,
    acts_until: dt.datetime | None = None,
) -> dict[str, Any]:
    """The variables of the dbt project; each has its default in dbt_project.yml.

    as_of (ISO date), as_of_at (UTC, first instant after that local day), built_at (UTC, or null),
    acts_until (UTC, the last instant whose acts on alerts are shown; null = all acts), run_id, data_version,
    spine_days (days of the dense spine), score_months (months of scores shown), component_months, kpi_weeks,
    city_name, city_name_en, is_synthetic, note, note_en, language, timezone, region,
    utc_offsets (list of [local date from which it holds, minutes east of UTC]),
    holidays (list of [date, name or null]: built-in days off, null = a weekend day that is worked; reference/calendar.csv adds to it),
    partly_satisfied_weight (λ), contact_weight, solved_weight, satisfied_weight.
    """
    city, rates = settings.city, settings.rates
    return {
        "as_of": as_of.isoformat(),
        "as_of_at": _instant(settings.end_of_day(as_of)),
        "built_at": _instant(built_at) if built_at else "",
        "acts_until": _instant(acts_until) if acts_until else "",
        "run_id": run_id,
        "data_version": data_version,
        "spine_days": spine_days,
        "city_name": city.name,
        "city_name_en": city.name_en,
        "is_synthetic": city.is_synthetic,
        "note": city.note,
        "note_en": city.note_en,
        "language": city.language,
        "timezone": city.timezone,
        "region": city.region,
        "utc_offsets": utc_offsets(settings.zone, until=as_of + dt.timedelta(days=400)),
        "holidays": built_in_holidays(
            city.region, city.language, years=range(as_of.year - HOLIDAY_YEARS, as_of.year + 2)
        ),
        "partly_satisfied_weight": rates.partly_satisfied_weight,
        "contact_weight": rates.contact_weight,
        "solved_weight": rates.solved_weight,
        "satisfied_weight": rates.satisfied_weight,
    }


def run_pass(
    build: Path,
    ledger: Path,
    pass_name: str,
    *,
    variables: dict[str, Any],
    log: Log | None = None,
    unit_tests: bool = False,
) -> PassResult:
    """Build and test the models of one pass on the private file `build`, with the ledger attached read-only.

    Afterwards no handle on `build` is left open in this process.

    Args:
        pass_name: "facts", "scores" or "alerts".
        variables: see `variables`.
        log: called with one line per model and test that ended.
        unit_tests: also run dbt's unit tests of the models (development only).

    Raises:
        WarehouseError: dbt could not run, or a model failed; the message names the models.
        CheckFailed: a data test failed; the message names the tests.
    """
    if pass_name not in PASSES:
        raise WarehouseError(f"unknown pass {pass_name!r}", todo=f"known: {', '.join(PASSES)}")
    folder = _private_folder(build)
    write_profile(folder, build, ledger)
    begun = time.perf_counter()
    parsed = parsed_project(PROJECT, build.stem, lambda: parse(folder))
    result = invoke(_arguments(folder, pass_name, variables, unit_tests), log, parsed)
    done = _summary(result, pass_name, time.perf_counter() - begun)
    if done.failed:
        raise _failure(result, done)
    return done


def forget(build: Path) -> None:
    """Remove the private dbt folder of a build file (profile, logs, compiled SQL)."""
    shutil.rmtree(_private_folder(build), ignore_errors=True)


def utc_offsets(zone: ZoneInfo, *, first_year: int = 2000, until: dt.date) -> list[list[Any]]:
    """From which local day which offset holds at the end of the day: [["2000-01-01", 480]] for Asia/Shanghai."""
    found: list[list[Any]] = []
    day = dt.date(first_year, 1, 1)
    while day <= until:
        end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=zone)
        minutes = int(end.utcoffset() / dt.timedelta(minutes=1))
        if not found or found[-1][1] != minutes:
            found.append([day.isoformat(), minutes])
        day += dt.timedelta(days=1)
    return found


def built_in_holidays(region: str, language: str, *, years: range) -> list[list[str | None]]:
    """Public holidays of a country (`CN`, `US`) as [date, name]; a weekend day that is worked (调休) has no name."""
    country = region[:2]
    if country not in ("CN", "US"):
        return []
    import holidays

    found = holidays.country_holidays(country, years=years, language=HOLIDAY_WORDS.get(language, {}).get(country))
    worked = [day for day in found.weekend_workdays if day.year in years]
    return [[day.isoformat(), name] for day, name in sorted(found.items())] + [
        [day.isoformat(), None] for day in sorted(worked)
    ]


def _private_folder(build: Path) -> Path:
    return build.resolve().with_name(f".{build.name}.dbt")  # dbt works in a folder of its own


def write_profile(folder: Path, build: Path, ledger: Path) -> None:
    """Write dbt's profile of a build file, with the ledger attached read-only, into the private folder."""
    output = {
        "type": "duckdb",
        "path": str(build.resolve()),
        "schema": "marts",
        "threads": 2,
        # tables have no order of their own: nothing is held back for the sake of one
        "config_options": OFFLINE | memory_limit() | {"preserve_insertion_order": "false"},
        "attach": [{"path": str(ledger.resolve()), "alias": "ledger", "read_only": True}],
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


def _arguments(folder: Path, pass_name: str, variables: dict[str, Any], unit_tests: bool) -> list[str]:
    quiet = [*flags(folder), "--no-use-colors", "--no-write-json", "--no-print"]
    choice = ["--select", f"tag:{pass_name}", "--indirect-selection", "buildable"]
    choice += [] if unit_tests else ["--exclude-resource-type", "unit_test"]
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
        todo="nothing was published; see docs/runbook and the rows named by the check",
    )


def _one_line(problem: object) -> str:
    return " ".join(str(problem).split())[:300]


def _instant(at: dt.datetime) -> str:
    """Text of a UTC instant: aware, or naive and already UTC."""
    return (at.astimezone(dt.UTC) if at.tzinfo else at).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
