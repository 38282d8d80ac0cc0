"""`weisu report`: paths on stdout, one clear line when it cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from tests.fixtures_publication import make_workspace
from weisu.cli.report import register
from weisu.errors import WeisuError


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_workspace(tmp_path_factory.mktemp("cli") / "city").root


def run(*argv: str | Path) -> None:
    app = typer.Typer(pretty_exceptions_enable=False)
    register(app)
    app(args=["report", *map(str, argv)], standalone_mode=False)


def test_report_prints_the_paths_it_wrote(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("weekly", "--week", "2026-W13", "--lang", "en", "--workspace", place, "-o", tmp_path)
    paths = [Path(line) for line in capsys.readouterr().out.split()]
    assert [p.name for p in paths] == [f"weekly-2026-W13-en.{form}" for form in ("docx", "pdf", "html")]
    assert all(p.stat().st_size > 1000 for p in paths)


def test_report_speaks_json_and_writes_into_the_workspace(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("monthly", "--month", "2026-03", "--format", "html", "--workspace", place, "--json")
    assert json.loads(capsys.readouterr().out) == {"files": [str(place / "var/reports/monthly-2026-03-zh.html")]}


@pytest.mark.parametrize(
    "argv",
    [("monthly", "--month", "2026-04"), ("monthly", "--month", "March"), ("weekly", "--week", "2026-W99"), ("monthly", "--month", "2026-03", "--format", "doc"),
     ("monthly", "--month", "2026-03", "--lang", "fr")],
)  # fmt: skip
def test_wrong_use_is_one_clear_line(place: Path, argv: tuple[str, ...]) -> None:
    with pytest.raises(WeisuError) as caught:
        run(*argv, "--workspace", place)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)


def test_missing_workspace_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeisuError, match="no workspace here"):
        run("monthly", "--month", "2026-03", "--workspace", tmp_path)
