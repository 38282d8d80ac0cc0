"""Real and simulated cities for the slow references: loaded at the door, then facts and scores; what the detectors would say is left flat."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from ingest.load import load_files
from ingest.reference import load_reference
from tests.dbt.city import City, prepare, write_sense
from weisu import transform
from weisu.cities import bundled_exports
from weisu.settings import Workspace
from weisu.simulation.config import SimulationConfig
from weisu.simulation.run import simulate
from weisu.variables import project_variables
from weisu.workspaces import create_workspace, install_reference

NOW = dt.datetime(2026, 11, 22)


def boston(root: Path) -> Path:
    """The bundled city as known at the end of June 2015; only two of its years are loaded."""
    workspace = create_workspace(root / "boston", template="boston311")
    files = [p for p in bundled_exports("boston311") if p.name.startswith(("boston311_2014", "boston311_2015"))]
    load_files(workspace, files, "boston311", now=NOW)
    return built(workspace, dt.date(2015, 6, 30))


def synthetic(root: Path) -> Path:
    """A made-up city of a year and a half with merged tickets, people and houses."""
    simulate(SimulationConfig(tickets=9000, seed=7, first_on=dt.date(2025, 1, 1)), root / "made")
    workspace = create_workspace(root / "synthetic", template="synthetic")
    install_reference(workspace, root / "made")
    load_files(workspace, sorted((root / "made" / "exports").glob("*.csv")), "hotline", now=NOW)
    return built(workspace, dt.date(2026, 6, 30))


def built(workspace: Workspace, as_of: dt.date) -> Path:
    """Facts and scores of a loaded workspace in a file of their own."""
    path = workspace.root / "worked.duckdb"
    with duckdb.connect(str(prepare(path, City()))) as con:
        load_reference(workspace, con)
    variables = project_variables(workspace.settings(), as_of=as_of, run_id="reference", data_version="reference")
    transform.run_pass(path, workspace.ledger, "facts", variables=variables)
    write_sense(path, City())
    transform.run_pass(path, workspace.ledger, "scores", variables=variables)
    return path
