"""The commands `weisu simulate` and `weisu init` as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from weisu.cli import simulate, workspace
from weisu.errors import WeisuError


@pytest.fixture
def app() -> typer.Typer:
    """The two commands alone."""
    made = typer.Typer()
    simulate.register(made)
    workspace.register(made)
    return made


def test_simulate_when_json_then_one_line_that_counts(app: typer.Typer, tmp_path: Path) -> None:
    ran = CliRunner().invoke(
        app,
        [
            "simulate",
            "-o",
            str(tmp_path / "c"),
            "--tickets",
            "5000",
            "--from",
            "2025-01-01",
            "--to",
            "2025-03-31",
            "--json",
        ],
    )
    assert ran.exit_code == 0, ran.output
    counted = json.loads(ran.stdout)
    assert counted["files"] == 3
    assert counted["tickets"] == sum(
        len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in (tmp_path / "c" / "exports").iterdir()
    )


@pytest.mark.parametrize("arguments", [["--from", "yesterday"], ["--to", "2024-02-30"], ["--tickets", "3"]])
def test_simulate_when_wrong_use_then_error_and_nothing_written(
    app: typer.Typer, tmp_path: Path, arguments: list[str]
) -> None:
    ran = CliRunner().invoke(app, ["simulate", "-o", str(tmp_path / "c"), *arguments])
    assert isinstance(ran.exception, WeisuError)
    assert ran.exception.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_init_when_boston_twice_then_created_then_unchanged(app: typer.Typer, tmp_path: Path) -> None:
    command = ["init", str(tmp_path / "b"), "--city", "boston311", "--json"]
    assert [json.loads(CliRunner().invoke(app, command).stdout)["created"] for _ in range(2)] == [True, False]


def test_init_when_free_name_then_blank_workspace_with_that_name(app: typer.Typer, tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["init", str(tmp_path / "w"), "--city", "某市"])
    assert ran.exit_code == 0
    assert "某市" in ran.stdout
    assert 'name = "某市"' in (tmp_path / "w" / "weisu.toml").read_text(encoding="utf-8")


def test_init_when_folder_of_simulate_then_its_reference_is_installed(app: typer.Typer, tmp_path: Path) -> None:
    city = tmp_path / "c"
    span = ["--tickets", "5000", "--from", "2025-01-01", "--to", "2025-02-28"]
    CliRunner().invoke(app, ["simulate", "-o", str(city), *span])
    command = ["init", str(tmp_path / "w"), "--city", str(city)]
    first, second = (CliRunner().invoke(app, command) for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert str(city / "exports") in first.stdout
    for name in ("areas.csv", "duties.csv"):
        assert (tmp_path / "w" / "reference" / name).read_bytes() == (city / "reference" / name).read_bytes()
    (city / "reference" / "areas.csv").unlink()
    third = CliRunner().invoke(app, ["init", str(tmp_path / "other"), "--city", str(city)])
    assert isinstance(third.exception, WeisuError)
    assert not (tmp_path / "other").exists()
