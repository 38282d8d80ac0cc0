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


def test_issues_when_a_ticket_brings_two_together_then_the_trace_says_which_id_went_where(tmp_path: Path) -> None:
    said = [
        ("丽景花园夜宵摊油烟扰民", "夜宵摊每晚营业，油烟飘进住户家里"),
        ("丽景花园夜宵摊油烟太大", "油烟飘进家里，夜宵摊每晚营业"),
        ("丽景花园门前道路积水", "一下雨道路就积水，没法走路"),
        ("丽景花园道路积水没人管", "道路积水，下雨没法走路"),
        ("丽景花园夜宵摊油烟扰民、门前道路积水", "夜宵摊每晚营业，油烟飘进住户家里；一下雨道路就积水，没法走路"),
    ]
    rows = [[str(k), f"2024-03-0{k + 1} 09:00:00", *texts, f"p{k}"] for k, texts in enumerate(said)]

    def run(count: int) -> tuple[pl.DataFrame, pl.DataFrame]:
        with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADER, *rows[:count]])
        files = [str(tmp_path / name) for name in ("in.csv", "out.csv", "trace.csv")]
        done = CliRunner().invoke(app(), ["issues", files[0], "-o", files[1], "--trace", files[2]])
        assert done.exit_code == 0, done.output
        return pl.read_csv(files[1]), pl.read_csv(files[2])

    before, untouched = run(4)
    after, trace = run(5)
    eaters, waters = (before.filter(pl.col("ticket_id") == k)["issue_id"].item() for k in (0, 2))
    assert (before["issue_id"].n_unique(), untouched.height) == (2, 0)
    assert after["issue_id"].unique().to_list() == [eaters]
    assert trace.rows() == [("2024-03-05", waters, eaters, 4, 2)]
