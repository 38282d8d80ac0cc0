"""The bundled city, made once by the command a stranger types; every test here sees the same workspace."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.sharing import shared_folder

WEISU = Path(sys.executable).parent / "weisu"


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    status: int
    out: str
    err: str


def run_weisu(*arguments: object, cwd: Path | None = None) -> Done:
    """Run the installed command as a user would."""
    done = subprocess.run([str(WEISU), *map(str, arguments)], capture_output=True, text=True, cwd=cwd, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def weisu() -> Callable[..., Done]:
    """The command, returning status and output."""
    return run_weisu


@dataclass(frozen=True)
class Demo:
    """The demo's workspace and what the first run printed."""

    root: Path
    first_run: str


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """`weisu demo --no-serve`, as `make demo SERVE=0` runs it; a copy for this worker alone."""

    def make(folder: Path) -> None:
        done = run_weisu("demo", "--no-serve", "--workspace", folder / "demo")
        assert done.status == 0, done.err
        (folder / "said.txt").write_text(done.out, encoding="utf-8")

    made = shared_folder(tmp_path_factory, "demo-city", make)
    root = shutil.copytree(made / "demo", tmp_path_factory.mktemp("city") / "demo")
    return Demo(root, (made / "said.txt").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def demo_of_may_2015(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's workspace with a build of 31 May 2015, a Sunday: both reports rest on it; a copy for this worker alone."""

    def make(folder: Path) -> None:
        shutil.copytree(demo.root, folder / "demo")
        done = run_weisu("build", "--as-of", "2015-05-31", "--workspace", folder / "demo")
        assert done.status == 0, done.err

    made = shared_folder(tmp_path_factory, "demo-of-may-2015", make)
    return Path(shutil.copytree(made / "demo", tmp_path_factory.mktemp("city-2015") / "demo"))
