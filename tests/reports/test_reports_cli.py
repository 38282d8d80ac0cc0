"""`weisu report`: paths on stdout, one clear line when it cannot be."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import duckdb
import pytest
import typer

from flows.pipeline import basis_version, data_version
from tests.fixtures_publication import AS_OF, BUILT_AT, make_workspace
from weisu.cli.report import register
from weisu.errors import WeisuError
from weisu.publishing import current, publish
from weisu.settings import Workspace


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = make_workspace(tmp_path_factory.mktemp("cli") / "city")
    known_to_the_pipeline(workspace)
    return workspace.root


def known_to_the_pipeline(workspace: Workspace) -> None:
    """A ledger of one day, and the publication under the version the pipeline gives it: nothing is built anew."""
    workspace.ledger.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(workspace.ledger)) as con:
        con.execute("create schema raw")
        con.execute("create table raw.loads as select 'l1' as load_id")
        con.execute("create table raw.ticket_versions as select 'l1' as load_id, $1::date as created_on", [AS_OF])
        con.execute("create table raw.quarantine (load_id varchar)")
        con.execute("create view raw.version_history as from raw.ticket_versions")  # a ledger of this release
    alert_from = AS_OF - dt.timedelta(days=workspace.settings().alerts.lookback_days)
    copy = workspace.var / "copy.duckdb"
    shutil.copyfile(current(workspace).path, copy)
    publish(
        workspace,
        copy,
        as_of=AS_OF,
        data_version=data_version(workspace, basis_version(workspace), alert_from, None),
        now=BUILT_AT,
    )


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
