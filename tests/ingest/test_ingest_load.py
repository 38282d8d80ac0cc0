"""The ledger: what became of each row, and that it adds up."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import stat
from pathlib import Path

import duckdb
import pytest

from ingest.arrival import masked_label
from ingest.errors import ReferenceFileError, Refused, TooManyQuarantined
from ingest.ledger import is_current, upgrade_ledger
from ingest.load import LoadSummary, load_files
from ingest.reference import TABLES, load_reference
from weisu.settings import Workspace

NOW = dt.datetime(2026, 11, 21, 12)
HEADER = ["工单编号", "诉求时间", "诉求标题", "诉求内容", "区县", "办结时间", "联系电话"]


def ticket(number: int, **changed: str) -> dict[str, str]:
    row = dict(
        zip(
            HEADER,
            [
                f"GD{number:015d}",
                "2026-03-01 08:00:00",
                "反映噪音",
                "市民来电反映噪音扰民",
                "城东区",
                "",
                "13800138000",
            ],
            strict=True,
        )
    )
    return row | changed


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "weisu.toml").write_text('[city]\nname = "测试市"\n', encoding="utf-8")
    return Workspace(tmp_path)


def export(folder: Path, name: str, rows: list[dict[str, str]]) -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(rows)
    return path


def load(workspace: Workspace, *paths: Path, limit: float = 1.0) -> LoadSummary:
    return load_files(workspace, paths, "hotline", now=NOW, limit=limit)


def query(workspace: Workspace, sql: str) -> list[tuple]:
    con = duckdb.connect(str(workspace.ledger), read_only=True)
    try:
        return con.execute(sql).fetchall()
    finally:
        con.close()


def test_a_reexport_counts_new_versions_and_unchanged(workspace: Workspace, tmp_path: Path) -> None:
    first = [ticket(i) for i in range(10)]
    second = [ticket(i, 办结时间="2026-03-02 09:00:00") if i < 3 else ticket(i) for i in range(12)]
    assert load(workspace, export(tmp_path, "a.csv", first)).as_dict() == {
        "read": 10, "new": 10, "new_version": 0, "unchanged": 0, "quarantined": 0, "flagged": 0,
    }  # fmt: skip
    assert load(workspace, export(tmp_path, "b.csv", second)).as_dict() == {
        "read": 12, "new": 2, "new_version": 3, "unchanged": 7, "quarantined": 0, "flagged": 0,
    }  # fmt: skip
    assert query(workspace, "select count(*), count(distinct ticket_id) from raw.ticket_versions") == [(15, 12)]


def test_the_same_bytes_twice_change_nothing(workspace: Workspace, tmp_path: Path) -> None:
    path = export(tmp_path, "a.csv", [ticket(1), ticket(2, 诉求时间="x")])
    load(workspace, path)
    again = load(workspace, path)
    assert again.files[0].is_repeat
    assert again.as_dict() == {"read": 2, "new": 0, "new_version": 0, "unchanged": 1, "quarantined": 1, "flagged": 0}
    assert query(workspace, "select count(*) from raw.loads") == [(1,)]


def test_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    opened = export(tmp_path, "a.csv", [ticket(i) for i in range(5)])
    closed = export(tmp_path, "b.csv", [ticket(i, 办结时间="2026-03-02 09:00:00") for i in range(5)])
    states = []
    for n, order in enumerate(itertools.permutations([opened, closed])):
        root = tmp_path / str(n)
        root.mkdir()
        (root / "weisu.toml").write_text("", encoding="utf-8")
        load(Workspace(root), *order)
        states.append(
            query(
                Workspace(root),
                "select ticket_id, version_hash, state_at, status from raw.ticket_versions order by all",
            )
        )
    assert [len({tuple(row)[:2] for row in s}) for s in states] == [10, 10]


def test_two_states_in_one_file_are_two_versions_and_a_contradiction_is_set_aside(
    workspace: Workspace, tmp_path: Path
) -> None:
    rows = [
        ticket(1),
        ticket(1, 办结时间="2026-03-02 09:00:00"),
        ticket(2),
        ticket(2, 区县="城西区"),
        ticket(3),
        ticket(3),
    ]
    summary = load(workspace, export(tmp_path, "a.csv", rows))
    assert summary.as_dict() == {"read": 6, "new": 2, "new_version": 1, "unchanged": 1, "quarantined": 2, "flagged": 0}
    assert query(workspace, "select reason_code, row_number from raw.quarantine order by 2") == [
        ("conflicting_duplicate", 3),
        ("conflicting_duplicate", 4),
    ]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"工单编号": ""}, "missing_id"),
        ({"工单编号": "2.0260301E+17"}, "rounded_id"),
        ({"工单编号": "9" * 5000}, "bad_id"),
        ({"工单编号": '["GD1", "GD2"]'}, "bad_id"),  # two elements of a nested export
        ({"诉求时间": ""}, "missing_date"),
        ({"诉求时间": "2026-02-30 10:00:00"}, "bad_date"),
        ({"诉求时间": "2099-01-01 00:00:00"}, "date_out_of_range"),
        ({"诉求时间": "1970-01-01 00:00:00"}, "date_out_of_range"),
    ],
)
def test_reasons(workspace: Workspace, tmp_path: Path, changed: dict[str, str], reason: str) -> None:
    load(workspace, export(tmp_path, "a.csv", [ticket(1), ticket(2, **changed), ticket(3)]))
    assert query(workspace, "select row_number, reason_code from raw.quarantine") == [(2, reason)]


def test_an_end_before_the_start_loads_with_a_flag(workspace: Workspace, tmp_path: Path) -> None:
    assert load(workspace, export(tmp_path, "a.csv", [ticket(1, 办结时间="2026-02-01 09:00:00")])).flagged == 1
    assert query(workspace, "select flags from raw.ticket_versions") == [(["closed_before_created"],)]


def test_above_the_limit_nothing_is_written(workspace: Workspace, tmp_path: Path) -> None:
    path = export(tmp_path, "a.csv", [ticket(i, 诉求时间="" if i < 2 else "2026-03-01") for i in range(10)])
    with pytest.raises(TooManyQuarantined, match="2 of 10"):
        load(workspace, path, limit=0.1)
    assert query(
        workspace,
        "select (select count(*) from raw.loads) + (select count(*) from raw.ticket_versions) + (select count(*) from raw.quarantine)",
    ) == [(0,)]


def test_nothing_personal_but_in_the_private_archive(workspace: Workspace, tmp_path: Path) -> None:
    rows = [
        ticket(1, 诉求内容="我是李小明，电话13912345678"),
        ticket(2, 诉求时间="", 诉求内容="联系人：赵敏 13912345678"),
    ]
    load(workspace, export(tmp_path, "13912345678.csv", rows))
    dump = str(
        query(workspace, "from raw.ticket_versions")
        + query(workspace, "from raw.quarantine")
        + query(workspace, "from raw.loads")
    )
    for secret in ("13912345678", "13800138000", "李小明", "赵敏"):
        assert secret not in dump
    assert stat.S_IMODE(workspace.archive.stat().st_mode) == 0o700
    assert [stat.S_IMODE(p.stat().st_mode) for p in workspace.archive.iterdir()] == [0o600]


def test_local_days_and_utc_instants(workspace: Workspace, tmp_path: Path) -> None:
    load(
        workspace,
        export(tmp_path, "a.csv", [ticket(1, 诉求时间="2026-03-01 02:00:00"), ticket(2, 诉求时间="2026-03-01")]),
    )
    assert query(
        workspace, "select created_at, created_on, is_date_only from raw.ticket_versions order by ticket_id"
    ) == [
        (dt.datetime(2026, 2, 28, 18), dt.date(2026, 3, 1), False),
        (dt.datetime(2026, 2, 28, 16), dt.date(2026, 3, 1), True),
    ]


def test_a_missing_file_is_refused_before_anything_is_written(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="does not exist"):
        load(workspace, export(tmp_path, "a.csv", [ticket(1)]), tmp_path / "none.csv")
    assert not workspace.ledger.exists()


def test_reference_lists(workspace: Workspace) -> None:
    workspace.reference.mkdir()
    (workspace.reference / "areas.csv").write_text(
        "district,street,population\n城东区,朝晖街道,52000\n城西区,,\n", encoding="utf-8-sig"
    )
    con = duckdb.connect()
    assert load_reference(workspace, con) == {"areas": 2, "categories": 0, "duties": 0, "calendar": 0}
    assert con.execute("select district, population, lat from reference.areas order by 1").fetchall() == [
        ("城东区", 52000, None),
        ("城西区", None, None),
    ]
    for name, columns in TABLES.items():
        assert [row[0] for row in con.execute(f"describe reference.{name}").fetchall()] == list(columns)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("district,colour\na,b\n", "colour"),
        ("district,population\na,many\n", "row 1: population"),
        ("district,street,population\na,b,1\na,,2\na,b,3\n", "rows 1 and 3 are the same area: a / b"),
    ],
)
def test_a_wrong_reference_list_is_one_clear_error(workspace: Workspace, text: str, word: str) -> None:
    workspace.reference.mkdir()
    (workspace.reference / "areas.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ReferenceFileError, match=word):
        load_reference(workspace, duckdb.connect())


FOLLOWED = [*HEADER, "满意度", "是否解决", "工单状态", "重办次数"]


@pytest.mark.parametrize("is_newer_first", [False, True])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"办结时间": "2026-03-02 09:00:00"}, {"满意度": "不满意", "是否解决": "否"}),
        ({"办结时间": "2026-03-02 09:00:00", "满意度": "满意", "是否解决": "是"}, {"满意度": "不满意", "是否解决": "否"}),
        ({"办结时间": "2026-03-02 09:00:00", "重办次数": "0", "满意度": "不满意"}, {"重办次数": "1", "满意度": "满意"}),
        ({"工单状态": "处理中", "重办次数": "1"}, {"工单状态": "已作废", "重办次数": ""}),
    ],
    ids=["rated", "rated worse", "redone", "void"],
)  # fmt: skip
def test_a_later_export_without_a_new_clock_wins_by_content(
    workspace: Workspace, tmp_path: Path, before: dict[str, str], after: dict[str, str], is_newer_first: bool
) -> None:
    rows = [[ticket(i, **before) for i in range(60)], [ticket(i, **before | after) for i in range(60)]]
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for path, tickets in zip(files, rows, strict=True):
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, FOLLOWED, restval="")
            writer.writeheader()
            writer.writerows(tickets)
    chosen = "select distinct satisfaction, is_solved, status, redo_count from raw."
    load(workspace, files[1])
    expected = query(workspace, f"{chosen}ticket_versions")
    other = Workspace(tmp_path / "other")
    other.root.mkdir()
    (other.root / "weisu.toml").write_text("", encoding="utf-8")
    load(other, *(reversed(files) if is_newer_first else files))
    assert query(other, f"{chosen}current_tickets") == expected


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("张三投诉.xlsx", "〔姓名〕投诉.xlsx"),
        ("李小明_20260301.csv", "〔姓名〕_20260301.csv"),
        ("刘德华噪音投诉 13912345678.csv", "〔姓名〕噪音投诉 〔号码〕.csv"),
        ("John Smith complaint.xlsx", "〔name〕 complaint.xlsx"),
        ("东城区投诉20260301.xlsx", "东城区投诉20260301.xlsx"),
        ("高新区路灯投诉.csv", "高新区路灯投诉.csv"),
        ("boston311_2013.csv.gz", "boston311_2013.csv.gz"),
        ("hotline_20260301153000.csv", "hotline_20260301153000.csv"),
    ],
)
def test_a_file_name_is_kept_without_persons(name: str, label: str) -> None:
    assert masked_label(Path("/tmp") / name) == label


def test_a_file_without_rows_is_a_load_of_nothing(workspace: Workspace, tmp_path: Path) -> None:
    counts = dict.fromkeys(("read", "new", "new_version", "unchanged", "quarantined", "flagged"), 0)
    assert load(workspace, export(tmp_path, "a.csv", [])).as_dict() == counts
    assert query(workspace, "select rows_read from raw.loads") == [(0,)]


def test_rows_of_a_load_that_never_ended_are_taken_out(workspace: Workspace, tmp_path: Path) -> None:
    """As a kill amid the log's writing leaves them: row groups without their load (seen with DuckDB 1.5.5)."""
    load(workspace, export(tmp_path, "a.csv", [ticket(i) for i in range(3)]))
    con = duckdb.connect(str(workspace.ledger))
    con.execute(
        "insert into raw.ticket_versions by name select * replace ('cut off' as load_id) from raw.ticket_versions"
    )
    con.close()
    assert not is_current(workspace)
    upgrade_ledger(workspace)
    assert is_current(workspace)
    assert query(workspace, "select count(*), count(distinct load_id) from raw.ticket_versions") == [(3, 1)]
