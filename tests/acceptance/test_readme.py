"""Every command of both READMEs is run, in order, as a reader would type it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

READMES = ("README.md", "README.zh-CN.md")
RUN_ELSEWHERE = {"make demo", "make test"}  # the demo fixture and this very run; the recipes are compared below


def commands(readme: Path) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.strip().splitlines()]


def test_both_readmes_name_the_same_commands(repo: Path) -> None:
    english, chinese = (commands(repo / name) for name in READMES)
    assert english == [c.replace("我的城市", "My City") for c in chinese]


def test_make_targets_run_what_the_tests_run(repo: Path) -> None:
    for target, recipe in (("demo", "weisu demo --workspace demo --no-serve"), ("test", "python -m pytest")):
        done = subprocess.run(["make", "-n", target, "SERVE=0"], cwd=repo, capture_output=True, text=True, check=True)
        assert recipe in done.stdout


def test_every_command_runs(repo: Path, demo_of_may_2015: Path, weisu, tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(Path(os.environ.get("VIRTUAL_ENV") or Path(weisu.__globals__["WEISU"]).parents[1]))
    shutil.copytree(demo_of_may_2015, tmp_path / "demo")
    assert weisu("simulate", "-o", tmp_path / "made", "--tickets", "6000", "--seed", "3").status == 0
    shutil.copy(sorted((tmp_path / "made" / "exports").glob("*.csv"))[0], tmp_path / "tickets.csv")
    for command in commands(repo / READMES[0]):
        if command in RUN_ELSEWHERE:
            continue
        done = subprocess.run(shlex.split(command), cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stderr}"


@pytest.mark.parametrize("name", READMES)
def test_every_link_and_picture_exists(repo: Path, name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (repo / name).read_text(encoding="utf-8"))
    assert not [link for link in links if "://" not in link and not (repo / link).exists()]
