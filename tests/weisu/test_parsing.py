"""The parsed dbt project is kept, and never mistaken for another."""

from __future__ import annotations

from pathlib import Path

import pytest

from weisu import transform
from weisu.parsing import parsed_project

MODEL = "select 1 as n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one model, and a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "p" / "models").mkdir(parents=True)
    (tmp_path / "p" / "dbt_project.yml").write_text(
        "{name: p, version: '1.0.0', profile: weisu, model-paths: [models]}"
    )
    (tmp_path / "p" / "models" / "one.sql").write_text(MODEL)
    return tmp_path / "p"


class Parser:
    """Parses with dbt and counts how often it was asked."""

    def __init__(self, project: Path, folder: Path) -> None:
        self.project, self.folder, self.calls = project, folder, 0

    def __call__(self):
        self.calls += 1
        transform.write_profile(self.folder, self.folder / "build.duckdb", {"ledger": self.folder / "ledger.duckdb"})
        arguments = [str(self.project) if a == str(transform.PROJECT) else a for a in transform.flags(self.folder)]
        return transform.invoke(["parse", *arguments]).result


@pytest.mark.slow
def test_project_is_parsed_once_until_a_file_or_the_database_changes(project: Path, tmp_path: Path) -> None:
    parser = Parser(project, tmp_path / "dbt")
    assert parsed_project(project, "build", parser).nodes.keys() == {"model.p.one"}
    again = parsed_project(project, "build", parser)
    assert (parser.calls, again.nodes["model.p.one"].raw_code) == (1, MODEL)
    (kept,) = (tmp_path / "cache" / "weisu").iterdir()
    kept.write_bytes(kept.read_bytes()[:-100])  # a damaged one is parsed anew
    assert parsed_project(project, "build", parser).nodes["model.p.one"].raw_code == MODEL
    assert parser.calls == 2
    (project / "models" / "one.sql").write_text("select 2 as n")
    assert parsed_project(project, "build", parser).nodes["model.p.one"].raw_code == "select 2 as n"
    parsed_project(project, "other", parser)
    assert parser.calls == 4


@pytest.mark.slow
def test_without_a_place_for_it_the_project_is_parsed_each_time(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    parser = Parser(project, tmp_path / "dbt")
    parsed_project(project, "build", parser)
    assert parsed_project(project, "build", parser).nodes.keys() == {"model.p.one"}
    assert parser.calls == 2
