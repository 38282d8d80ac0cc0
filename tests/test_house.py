"""The walls between the rooms (docs/architecture): who may import whom, and what must not be in a tracked file."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

MAY_IMPORT = {
    "ingest": {"weisu"},
    "detectors": set(),
    "flows": {"weisu", "ingest", "detectors", "reports"},
    "reports": {"weisu"},
    "dashboards": {"weisu", "reports"},
    "weisu": {"ingest", "detectors", "flows", "reports", "dashboards"},
}
HALLWAY_MAY_ENTER_ROOMS = "weisu/cli/"  # of the hallway only the command line opens doors
TEXT_ENDINGS = {".py", ".sql", ".yml", ".toml", ".md", ".csv", ".lock", ".txt", ""}


def tracked(repo: Path) -> list[Path]:
    out = subprocess.run(["git", "ls-files"], cwd=repo, capture_output=True, text=True, check=True).stdout
    return [repo / line for line in out.splitlines() if (repo / line).is_file()]


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
    return names


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_room_imports_only_its_neighbours(repo: Path, room: str) -> None:
    crossings = [
        f"{p.relative_to(repo)} imports {name}"
        for p in (repo / room).rglob("*.py")
        for name in (imports(p) & set(MAY_IMPORT)) - {room} - MAY_IMPORT[room]
    ]
    assert not crossings


def test_hallway_enters_rooms_only_from_the_command_line(repo: Path) -> None:
    crossings = [
        f"{p.relative_to(repo)} imports {name}"
        for p in (repo / "weisu").rglob("*.py")
        if HALLWAY_MAY_ENTER_ROOMS not in p.as_posix()
        for name in imports(p) & MAY_IMPORT["weisu"]
    ]
    assert not crossings


def test_dbt_room_holds_no_python(repo: Path) -> None:
    assert not list((repo / "dbt").rglob("*.py"))


def test_tests_hold_no_init_files(repo: Path) -> None:
    assert not list((repo / "tests").rglob("__init__.py"))


def test_no_room_is_a_drawer_for_anything(repo: Path) -> None:
    assert not [p for p in tracked(repo) if p.stem in {"utils", "common", "helpers", "misc"}]


def test_lock_has_hashes_and_no_addresses(repo: Path) -> None:
    lock = (repo / "requirements.lock").read_text()
    packages = re.findall(r"^[a-z0-9][^\s=]*==", lock, re.MULTILINE)
    assert len(packages) > 100
    assert "://" not in lock
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z0-9])", lock.strip()))


def test_no_tracked_file_names_a_machine(repo: Path) -> None:
    marks = [f"{repo}/", f"{Path.home()}/"]
    found = [
        f"{p.relative_to(repo)}"
        for p in tracked(repo)
        if p.suffix in TEXT_ENDINGS and any(mark in p.read_text(encoding="utf-8", errors="replace") for mark in marks)
    ]
    assert not found
