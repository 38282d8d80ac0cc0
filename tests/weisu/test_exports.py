from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from weisu.errors import WarehouseError
from weisu.exports import write_table

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
    with pytest.raises(WarehouseError):
        write_table(RISKY, tmp_path / name)
    assert list(tmp_path.iterdir()) == []
