"""Every command of both READMEs is run, in order, as a reader would type it, and without any route to the outside."""

from __future__ import annotations

import datetime as dt
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import polars as pl
import pytest

from tests.acceptance.alone import Alone
from tests.acceptance.test_first_light import assert_rodent_rebound, assert_three_forms

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

READMES = ("README.md", "README.zh-CN.md")
RUN_ELSEWHERE = {  # this very run, and the fixtures of the demo; the recipes are compared below
    "make demo",
    "make test",
    ".venv/bin/weisu build --as-of 2015-05-31 --workspace demo",
}
INSIDE = {"127.0.0.1", "::1", "0.0.0.0"}


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


@pytest.fixture(scope="module")
def tour(repo: Path, demo_of_may_2015: Path, weisu, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which every command was run, each to its good end; `connects.log` holds what they tried to reach."""
    place = tmp_path_factory.mktemp("tour")
    (place / ".venv").symlink_to(Path(os.environ.get("VIRTUAL_ENV") or Path(weisu.__globals__["WEISU"]).parents[1]))
    shutil.copytree(demo_of_may_2015, place / "demo")
    assert weisu("simulate", "-o", place / "made", "--tickets", "6000", "--seed", "3").status == 0
    shutil.copy(sorted((place / "made" / "exports").glob("*.csv"))[0], place / "tickets.csv")
    alone = Alone(place / "connects.log")
    for command in commands(repo / READMES[0]):
        if command not in RUN_ELSEWHERE:
            done = subprocess.run(
                alone.wrap(shlex.split(command)), cwd=place, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{command}: {done.stderr}"
    return place


def test_replay_of_the_tour_finds_the_rodent_rebound_in_time(tour: Path) -> None:
    assert_rodent_rebound(pl.read_csv(tour / "replay.csv", try_parse_dates=True))


@pytest.mark.parametrize("name", ["monthly-2015-05-en*", "weekly-2015-W22-zh*"])
def test_reports_of_the_tour_come_in_three_forms(tour: Path, name: str) -> None:
    assert_three_forms(tour / "demo" / "var" / "reports", name)


def test_indicators_of_the_tour_know_nothing_later_than_its_build(tour: Path) -> None:
    periods = pl.read_csv(tour / "kpis.csv", try_parse_dates=True)["period_start_on"]
    assert dt.date(2015, 5, 1) <= periods.max() <= dt.date(2015, 5, 31)


@pytest.mark.skipif(not Alone.is_possible(), reason="a network namespace needs root, unshare and strace")
def test_no_command_tries_an_outside_connection(tour: Path) -> None:
    asked = Alone(tour / "connects.log").asked()
    assert "127.0.0.1" in asked  # Prefect's own server: connections are seen
    assert asked <= INSIDE


@pytest.mark.parametrize("name", READMES)
def test_every_link_and_picture_exists(repo: Path, name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (repo / name).read_text(encoding="utf-8"))
    assert not [link for link in links if "://" not in link and not (repo / link).exists()]
