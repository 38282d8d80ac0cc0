from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from weisu.exports import LEDGER_AREA, LEDGER_CATEGORY
from weisu.table_files import TableError, write_table
from weisu.warehouse import connect

RISKY = pl.DataFrame(
    {"text": ["=1+1", "-2", "@x", "plain", None], "n": [-1, 2, 3, 4, 5], "flags": [["a", "b"], [], None, ["c"], ["d"]]}
)


def test_csv_carries_a_bom_and_no_live_formula(tmp_path: Path) -> None:
    write_table(RISKY, tmp_path / "t.csv")
    raw = (tmp_path / "t.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.decode("utf-8-sig").splitlines()[1:4] == [
        '\'=1+1,-1,"a,b"',
        '\'-2,2,""',
        "'@x,3,",
    ]  # numbers stay numbers


def test_parquet_keeps_the_values_as_they_are(tmp_path: Path) -> None:
    write_table(RISKY, tmp_path / "t.parquet")
    assert pl.read_parquet(tmp_path / "t.parquet").equals(RISKY)


def test_workbook_holds_text_not_formulas(tmp_path: Path) -> None:
    write_table(RISKY, tmp_path / "t.xlsx")
    assert pl.read_excel(tmp_path / "t.xlsx", engine="calamine")["text"].to_list()[:3] == ["'=1+1", "'-2", "'@x"]


@pytest.mark.parametrize("name", ["t.doc", "t", "nowhere/t.csv"])
def test_what_cannot_be_written_is_refused_first(tmp_path: Path, name: str) -> None:
    with pytest.raises(TableError):
        write_table(RISKY, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_csv_for_programs_holds_the_values_as_they_are(tmp_path: Path) -> None:
    write_table(RISKY, tmp_path / "t.csv", csv_for="programs")
    assert (tmp_path / "t.csv").read_bytes().startswith(b'text,n,flags\n=1+1,-1,"a,b"\n')


def test_what_cannot_be_finished_leaves_the_file_of_before(tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_bytes(b"before")
    nested = pl.DataFrame({"a": [{"b": 1}]})
    with pytest.raises(pl.exceptions.ComputeError):
        write_table(nested, tmp_path / "t.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["t.xlsx"]


def test_tickets_before_and_after_the_first_build_are_keyed_alike() -> None:
    con = connect(":memory:")
    names = "category_l1, category_l2, category_l3, category_l4, district, street, community, estate"
    rows = [
        ("A", "B", "C", "D", "东区", "一街", "二社区", "甲苑"),
        ("A", "B", None, None, "东区", "一街", None, "甲苑"),
        ("A", None, None, None, "东区", None, None, "甲苑"),  # an estate without its street counts in the district
        (None, "B", None, None, None, "一街", None, None),
    ]
    con.execute(f"create table t ({', '.join(f'{name} varchar' for name in names.split(', '))})")
    con.executemany("insert into t values (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    found = con.execute(f"select {LEDGER_CATEGORY}, {LEDGER_AREA} from t").fetchall()
    assert found == [
        ("A->B->C", "东区/一街/二社区/甲苑"),
        ("A->B", "东区/一街/-/甲苑"),
        ("A", "东区"),
        (None, None),
    ]


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".xlsx"])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # zipfile tries once more
def test_a_full_disk_is_told_as_such(tmp_path: Path, ending: str) -> None:
    (tmp_path / f".t.draft{ending}").symlink_to("/dev/full")
    with pytest.raises(TableError, match="room on the disk"):
        write_table(pl.DataFrame({"a": ["x" * 100] * 100_000}), tmp_path / f"t{ending}")
    assert list(tmp_path.iterdir()) == []
