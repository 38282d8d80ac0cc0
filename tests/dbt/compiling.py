"""The whole dbt project as SQL text: compiled as the build runs it, or in the spelling that the other engine (Spark) gets."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from pathlib import Path

from tests.dbt.city import SETTINGS, City, prepare, write_ledger
from weisu import transform
from weisu.variables import project_variables

VARIABLES = project_variables(
    SETTINGS,
    as_of=dt.date(2025, 12, 31),
    run_id="r",
    data_version="d",
    built_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    acts_until=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
)
DUCKDB_MACRO = re.compile(r"\{%-? macro duckdb__.*?\{%-? endmacro -?%\}\n?", re.DOTALL)


def compiled_models(folder: Path, project: Path = transform.PROJECT) -> dict[str, str]:
    """Model -> SQL of the whole project; macros may ask the seeds and nothing else."""
    folder.mkdir()
    build, ledger = prepare(folder / "build.duckdb", City()), write_ledger(folder / "ledger.duckdb", [])
    transform.write_profile(folder, build, {"ledger": ledger})
    for command in ("seed", "compile"):
        result = transform.invoke([command, *_arguments(folder, project)])
        assert result.success, result.exception or [r.message for r in result.result if r.message]
    return {r.node.name: r.node.compiled_code for r in result.result if str(r.node.resource_type) == "model"}


def spark_project(folder: Path) -> Path:
    """A copy of the project in which every dispatched macro falls through to `default__`, the Spark spelling."""
    shutil.copytree(transform.PROJECT, folder)
    for path in (folder / "macros").glob("*.sql"):
        path.write_text(DUCKDB_MACRO.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
    shutil.copy(Path(__file__).with_name("dbt_spark_macros.sql"), folder / "macros")
    return folder


def _arguments(folder: Path, project: Path) -> list[str]:
    named = {
        "--project-dir": project,
        "--profiles-dir": folder,
        "--target-path": folder / "target",
        "--log-path": folder,
        "--log-level": "none",
        "--log-level-file": "none",
        "--vars": json.dumps(VARIABLES, ensure_ascii=False),
    }
    return [
        "--no-send-anonymous-usage-stats",
        "--no-version-check",
        "--no-write-json",
        *map(str, sum(named.items(), ())),
    ]
