"""From files to the state that counts: the ledger's view and the dbt project choose the same version of every ticket, in any order of loading."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import random
from pathlib import Path

import duckdb
import pytest

from ingest.load import load_files
from tests.dbt.city import SETTINGS, City, prepare
from weisu import transform
from weisu.settings import Workspace
from weisu.variables import project_variables

pytestmark = pytest.mark.slow
HEADER = ["工单编号", "诉求时间", "区县", "街道", "诉求内容", "办结时间", "工单状态", "满意度", "是否解决", "重办次数", "承办单位"]  # fmt: skip
NOW = dt.datetime(2026, 11, 21)


def export(path: Path, seed: int) -> Path:
    """A hundred tickets, each in a random state, so that most ties are decided by content and some by the hash."""
    rnd = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(100):
            is_closed = rnd.random() < 0.7
            writer.writerow([
                f"GD{number:06d}", "2026-03-01 08:00:00", "东区", "一街", "路灯不亮",
                rnd.choice(["2026-03-02 09:00:00", "2026-03-03 09:00:00"]) if is_closed else "",
                rnd.choice(["已办结", "已作废"]) if is_closed else rnd.choice(["办理中", "已作废"]),
                rnd.choice(["", "满意", "不满意"]), rnd.choice(["", "是", "否"]), rnd.choice(["", "0", "1"]), rnd.choice(["甲局", "乙局"]),
            ])  # fmt: skip
    return path


def winners(workspace: Workspace) -> tuple[list[tuple], list[tuple]]:
    """Ticket and version by the ledger's view and by the dbt project."""
    build = prepare(workspace.root / "build-x.duckdb", City())
    variables = project_variables(SETTINGS, as_of=NOW.date(), run_id="r", data_version="d")
    transform.run_pass(build, workspace.ledger, "facts", variables=variables)
    with duckdb.connect(str(workspace.ledger), read_only=True) as con:
        viewed = con.execute("select ticket_id, version_hash from raw.current_tickets order by 1").fetchall()
    with duckdb.connect(str(build), read_only=True) as con:
        built = con.execute("select ticket_id, version_hash from marts.fct_tickets order by 1").fetchall()
    return viewed, built


def test_view_and_build_choose_the_same_state_in_any_order_of_loading(tmp_path: Path) -> None:
    names = ("20260303", "20260301", "undated")
    files = [export(tmp_path / f"{name}.csv", seed) for seed, name in enumerate(names, start=1)]
    chosen = []
    for place, order in enumerate(itertools.permutations(files)):
        workspace = Workspace(tmp_path / str(place))
        workspace.root.mkdir()
        (workspace.root / "weisu.toml").write_text("", encoding="utf-8")
        for path in order:
            load_files(workspace, [path], "hotline", now=NOW, limit=1.0)
        with duckdb.connect(str(workspace.ledger), read_only=True) as con:
            chosen.append(con.execute("select ticket_id, version_hash from raw.current_tickets order by 1").fetchall())
    assert all(other == chosen[0] for other in chosen)
    viewed, built = winners(workspace)
    assert len(viewed) == 100
    assert viewed == built == chosen[0]
