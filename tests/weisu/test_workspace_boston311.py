"""The bundled Boston exports: complete, masked, and what their coverage sentence says."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from pathlib import Path

import pytest

from weisu.cities import bundled_exports, city_folder
from weisu.cities.make_boston311 import make, mask_closure


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """All bundled tickets."""
    found: list[dict[str, str]] = []
    for path in bundled_exports("boston311"):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            found += csv.DictReader(file)
    return found


def test_bundled_exports_when_counted_then_eleven_years_and_69800_tickets(rows: list[dict[str, str]]) -> None:
    assert len(bundled_exports("boston311")) == 11
    assert len(rows) == 69_800
    years = {
        kind: {row["open_dt"][:4] for row in rows if row["type"] == kind} for kind in {row["type"] for row in rows}
    }
    per_year = Counter(year for found in years.values() for year in found)
    assert {per_year[str(y)] for y in range(2013, 2016)} == {10}
    assert {per_year[str(y)] for y in range(2016, 2020)} == {7}
    assert {per_year[str(y)] for y in range(2020, 2024)} == {4}


def test_bundled_reference_when_compared_then_it_knows_every_type_and_its_main_department(
    rows: list[dict[str, str]],
) -> None:
    folder = city_folder("boston311") / "reference"
    tables = {stem: _read(folder / f"{stem}.csv") for stem in ("categories", "duties")}
    types = {(row["reason"], row["type"]) for row in rows}
    for table in tables.values():
        assert {(row["category_l1"], row["category_l2"]) for row in table} == types
    for duty in tables["duties"]:
        departments = Counter(row["department"] for row in rows if row["type"] == duty["category_l2"])
        assert departments.most_common(1)[0][0] in duty["sector_unit"]


def test_bundled_exports_when_searched_then_no_mail_phone_or_known_officer(rows: list[dict[str, str]]) -> None:
    text = "\n".join(row["closure_reason"] for row in rows)
    assert not re.search(r"\S@\S", text)
    assert not re.search(r"\d{3}[-. ]\d{3}[-. ]\d{4}|\(\d{3}\)", text)
    assert set(re.findall(r"\b[Oo]fficer ([A-Z][a-z]+)", text)) <= {
        "Animal",
        "Area",
        "Case",
        "Responded",
        "Thank",
        "Who",
    }


def test_bundled_exports_when_searched_then_test_tickets_still_say_so(rows: list[dict[str, str]]) -> None:
    tests = [
        r for r in rows if r["open_dt"].startswith("2013-06-26") and re.search(r"(?i)\btests?\b", r["closure_reason"])
    ]
    assert len(tests) >= 20


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (
            "Case Closed Case Resolved Officer Murphy spoke with kelly. ",
            "Case Closed Case Resolved Officer 〔姓名〕 spoke with 〔姓名〕. ",
        ),
        ("ACO Brown picked up a brown dog", "ACO 〔姓名〕 picked up a brown dog"),
        ("aco white called", "aco 〔姓名〕 called"),  # a surname in lower case after a title
        ("sarah white said no", "〔姓名〕 said no"),
        ("mail jane.doe@example.org or (617) 555-0100, 6175550100", "mail 〔邮箱〕 or 〔电话〕, 〔电话〕"),
        ("AC&C states: dog gone. IM/103", "AC&C states: dog gone. 〔姓名〕"),
        (
            "Closed date : 2019-09-22 08:21:47.167 Case Invalid test",
            "Closed date : 2019-09-22 08:21:47.167 Case Invalid test",
        ),
        ("ADCLSD: Administratively Closed", "ADCLSD: Administratively Closed"),
    ],
)
def test_mask_closure_when_text_then_only_ordinary_words_stay(given: str, wanted: str) -> None:
    assert mask_closure(given) == wanted


def test_make_when_run_twice_then_same_bytes(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    text = "case_enquiry_id,closure_reason,case_title,type\n1,Officer Jane,for someone,Rat Bite\n"
    (source / "boston311_2001.csv").write_text(text, encoding="utf-8")
    first, second = (make(source, out) for out in (_folder(tmp_path / "a"), _folder(tmp_path / "b")))
    assert first[0].read_bytes() == second[0].read_bytes()
    assert gzip.decompress(first[0].read_bytes()).decode().splitlines()[1] == "1,Officer 〔姓名〕,Rat Bite,Rat Bite"


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
