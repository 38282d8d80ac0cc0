"""Which state counts, whatever the order of loading; and an archive that gives the same ledger again."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import itertools
import json
import random
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingest.export_time import exported_at
from ingest.load import LoadSummary, load_files
from weisu.settings import Workspace

NOW = dt.datetime(2026, 11, 21, 12)
HEADER = ["工单编号", "诉求时间", "诉求内容", "区县", "办结时间", "工单状态", "满意度", "更新时间"]
BARE = "* exclude (load_id, row_number)"  # which load was first is a fact of arrival
CLOSED = {"办结时间": "2026-03-02 09:00:00"}


def workspace(root: Path) -> Workspace:
    root.mkdir(parents=True, exist_ok=True)
    (root / "weisu.toml").write_text("", encoding="utf-8")
    return Workspace(root)


def export(path: Path, *rows: dict[str, str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER, restval="")
        writer.writeheader()
        usual = {"诉求时间": "2026-03-01 08:00:00", "诉求内容": "路灯不亮", "区县": "城东区"}
        writer.writerows(
            {"工单编号": f"GD{i:06d}"} | usual | {k: v for k, v in row.items() if k != "n"}
            for row in rows
            for i in [int(row.get("n", "1"))]
        )
    return path


def load(place: Workspace, *paths: Path) -> LoadSummary:
    return load_files(place, paths, "hotline", now=NOW, limit=1.0)


def query(place: Workspace, sql: str) -> list[tuple]:
    with duckdb.connect(str(place.ledger), read_only=True) as con:
        return con.execute(sql).fetchall()


def current(place: Workspace) -> list[tuple]:
    return query(place, f"select {BARE} from raw.current_tickets order by source, ticket_id")


@pytest.mark.parametrize(
    ("name", "utc"),
    [
        ("工单20260301.csv", "2026-03-01 15:59:59"),
        ("工单 2026-03-01.csv", "2026-03-01 15:59:59"),
        ("2026年3月1日.xlsx", "2026-03-01 15:59:59"),
        ("202602.csv", "2026-02-28 15:59:59"),
        ("2026年2月工单.xlsx", "2026-02-28 15:59:59"),
        ("20260101-20260331.xlsx", "2026-03-31 15:59:59"),
        ("202603_20260310.csv", "2026-03-10 15:59:59"),  # the tickets of a month, taken on a day of it
        ("2026年3月工单（2026-03-10）.xlsx", "2026-03-10 15:59:59"),
        ("20260301_153000.csv", "2026-03-01 07:30:00"),
        ("2026-03-01 15.30.csv", "2026-03-01 07:30:00"),
        ("2026年工单.csv", None),
        ("13912345678.csv", None),
        ("GD202603010001234567.csv", None),
        ("20260230.csv", None),
        ("20271231.csv", None),  # not taken yet
    ],
)
def test_the_export_time_in_a_file_name(name: str, utc: str | None) -> None:
    found = exported_at(name, "date", "Asia/Shanghai", now=NOW)
    assert found == (utc and dt.datetime.fromisoformat(utc))


CASES = {
    "reopened, dated names": ([("20260302", CLOSED), ("20260305", {})], None),
    "reopened as it was at first": ([("20260301", {}), ("20260302", CLOSED), ("20260305", {})], None),
    "closed again as before": ([("20260302", CLOSED), ("20260303", {}), ("20260304", CLOSED), ("20260301", {})], "2026-03-02"),
    "reopened, by its own update time": (
        [("a", CLOSED | {"更新时间": "2026-03-02 09:00:01"}), ("b", {"更新时间": "2026-03-04 10:00:00"})], None,
    ),
    "an update on a day without a time": ([("a", CLOSED), ("b", {"更新时间": "2026-03-02"})], None),
    "closed after a dated export, in an undated file": ([("20260301", {}), ("new", CLOSED)], "2026-03-02"),
    "a rating in an undated file beside a dated one": ([("20260305", CLOSED), ("rated", CLOSED | {"满意度": "满意"})], "2026-03-02"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_newest_state_counts_in_any_order(tmp_path: Path, case: str) -> None:
    states, closed_on = CASES[case]
    files = [export(tmp_path / f"{name}.csv", row) for name, row in states]
    orders, seen = list(itertools.permutations(files)), []
    for place, order in enumerate(random.Random(0).sample(orders, min(len(orders), 6))):
        city = workspace(tmp_path / str(place))
        for path in order:
            load(city, path)
        seen.append(current(city))
        found = query(city, "select closed_on::text, satisfaction from raw.current_tickets")
        assert found == [(closed_on, "satisfied" if "rating" in case else None)]
    assert all(other == seen[0] for other in seen)


def random_export(path: Path, seed: int) -> Path:
    """Sixty tickets, each in a random state."""
    rnd = random.Random(seed)
    rows = []
    for number in range(60):
        closed = rnd.choice(["", "2026-03-02 09:00:00", "2026-03-09 09:00:00"])
        rows.append({
            "n": str(number), "办结时间": closed, "工单状态": rnd.choice(["", "已作废", "办理中"]),
            "满意度": rnd.choice(["", "满意", "不满意"]), "更新时间": rnd.choice(["", "2026-03-04 10:00:00"]),
        })  # fmt: skip
    return export(path, *rows)


@pytest.mark.slow
def test_ten_orders_of_four_exports_give_one_current_state(tmp_path: Path) -> None:
    names = ["20260302", "2026-03-05 0900", "2026年3月", "a"]
    files = [random_export(tmp_path / f"{name}.csv", seed) for seed, name in enumerate(names)]
    rnd, seen = random.Random(1), []
    for place in range(10):
        city = workspace(tmp_path / str(place))
        for path in rnd.sample(files, len(files)):
            load(city, path)
        seen.append((current(city), query(city, "select ticket_id, version_hash, valid_from_at, valid_to_at from raw.version_history order by all")))  # fmt: skip
    assert len(seen[0][0]) == 60
    assert all(other == seen[0] for other in seen)


def test_versions_are_kept_and_tell_from_which_load_to_which(tmp_path: Path) -> None:
    city = workspace(tmp_path / "city")
    load(city, export(tmp_path / "20260301.csv", {}))
    before = query(city, "select * from raw.ticket_versions")
    load(city, export(tmp_path / "20260302.csv", CLOSED))
    assert query(city, "select * from raw.ticket_versions where load_id = (select load_id from raw.loads where file_label = '20260301.csv')") == before  # fmt: skip
    assert query(
        city,
        "select f.file_label, t.file_label, is_current from raw.version_history h join raw.loads f on f.load_id = valid_from_load "
        "left join raw.loads t on t.load_id = valid_to_load order by valid_from_at",
    ) == [("20260301.csv", "20260302.csv", False), ("20260302.csv", None, True)]


def rewritten(path: Path, kind: str) -> Path:
    """The same tickets as another file."""
    frame = pl.read_csv(path, infer_schema=False)
    other = path.with_name(f"other-{kind}")
    if kind == "reversed.csv":
        frame.select(reversed(frame.columns)).reverse().write_csv(other)
    elif kind == "gb18030.csv":
        other.write_bytes(path.read_text(encoding="utf-8").replace(",", ";").encode("gb18030"))
    elif kind == "utf16.tsv":
        other.write_bytes(frame.write_csv(separator="\t").encode("utf-16"))
    elif kind == "sheet.xlsx":
        frame.write_excel(other)
    elif kind == "rows.json":
        other.write_text(json.dumps(frame.to_dicts(), ensure_ascii=False), encoding="utf-8")
    elif kind == "rows.parquet":
        frame.write_parquet(other)
    else:
        other.write_bytes(gzip.compress(path.read_bytes()))
    return other


@pytest.mark.parametrize(
    "kind", ["reversed.csv", "gb18030.csv", "utf16.tsv", "sheet.xlsx", "rows.json", "rows.parquet", "packed.csv.gz"]
)
def test_the_same_tickets_in_another_file_are_unchanged(tmp_path: Path, kind: str) -> None:
    city = workspace(tmp_path / "city")
    first = random_export(tmp_path / "first.csv", 5)
    load(city, first)
    again = load(city, rewritten(first, kind))
    assert again.as_dict() == {"read": 60, "new": 0, "new_version": 0, "unchanged": 60, "quarantined": 0, "flagged": 0}
