"""`weisu issues` on a CSV whose long messages look like rows."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest
from typer import Typer
from typer.testing import CliRunner

from weisu.cli import issues

HEADER = ["ticket_id", "created_at", "title", "text", "person"]


def app() -> Typer:
    made = Typer()
    issues.register(made)
    made.command("other")(lambda: None)  # a second command, so that names are asked for
    return made


def test_issues_when_a_line_of_a_message_has_as_many_commas_as_a_row_then_read_whole(tmp_path: Path) -> None:
    rows = [
        [str(k), "2024-03-01 09:00:00", "丽景花园电梯坏了", "一、\n二、a,b,c,d,e\n三、电梯停了", f"p{k}"]
        for k in range(3)
    ]
    with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    done = CliRunner().invoke(app(), ["issues", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.csv")])
    assert done.exit_code == 0
    assert pl.read_csv(tmp_path / "out.csv")["persons"].to_list() == [3, 3, 3]


@pytest.mark.parametrize(
    "text",
    [
        ",".join(HEADER) + '\n1,2024-03-01,a,"b,p\n2,2024-03-01,a,b,p\n',
        "ticket_id,created_at,title\n1,2024-03-01,a\n",
    ],
)
def test_issues_when_csv_is_broken_then_still_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app(), ["issues", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.csv")])
    assert done.exit_code != 0
    assert not (tmp_path / "out.csv").exists()
