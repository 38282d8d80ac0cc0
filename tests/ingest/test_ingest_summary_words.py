"""What a load says about rows in words that everybody knows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from ingest import checks
from ingest.errors import TooManyQuarantined
from ingest.load import load_files
from ingest.readers import table
from weisu.cli.outcome import flag_words
from weisu.texts import catalogue
from weisu.workspaces import create_workspace

NOW = dt.datetime(2026, 5, 1)
ROWS = (
    "工单编号,诉求时间,办结时间,诉求内容,随手记\n1,2026-04-01 08:00,2026-03-01 08:00,甲,x\n2,2026-04-01 09:00,,乙,y\n"
)


def test_every_reason_has_its_words() -> None:
    reasons = {*checks.REASONS, *table.REASONS, "conflicting_duplicate"}
    assert {key.removeprefix("row.reason.") for key in catalogue() if key.startswith("row.reason.")} == reasons


def test_every_flag_of_the_contract_has_its_words() -> None:
    contract = Path(__file__).parents[2].joinpath("docs/architecture/tables.md").read_text(encoding="utf-8")
    listed = contract.split("| flag | what the door did", 1)[1].split("\n\n", 1)[0]
    told = [line.split("|")[1] for line in listed.splitlines()[2:]]
    flags = {flag.strip() for cell in told for flag in cell.split(",")}
    assert {key.removeprefix("row.flag.") for key in catalogue() if key.startswith("row.flag.")} == flags


def test_load_when_rows_are_flagged_and_a_column_is_not_read_then_the_summary_names_them(tmp_path: Path) -> None:
    place = create_workspace(tmp_path / "city")
    export = tmp_path / "export.csv"
    export.write_text(ROWS, encoding="utf-8")
    (file,) = load_files(place, [export], "hotline", now=NOW).files
    assert file.flags == {"closed_before_created": 1}
    assert file.unused == ("随手记",)
    assert flag_words(file.flags, "en") == "closed before it was created 1"


def test_load_when_refused_whole_then_the_error_counts_the_reasons(tmp_path: Path) -> None:
    place = create_workspace(tmp_path / "city")
    export = tmp_path / "export.csv"
    export.write_text(ROWS + ",2026-04-02,,丙,\n3,某日,,丁,\n4,那天,,戊,\n", encoding="utf-8")
    with pytest.raises(TooManyQuarantined, match=r"3 of 5 rows .*\(bad_date 2, missing_id 1\)"):
        load_files(place, [export], "hotline", now=NOW)
