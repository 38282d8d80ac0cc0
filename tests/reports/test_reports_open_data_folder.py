"""The folder of an open data set: what is in it, that it is whole or not there, and that a second release keeps the first in mind."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from reports.open_data import folder as folders
from reports.open_data.cells import first_release
from reports.open_data.folder import write_edition
from reports.open_data.releases import OpenDataError, covered_months, make_edition
from tests.fixtures_publication import make_workspace
from tests.fixtures_publication_city import AS_OF
from weisu.settings import OpenData, Workspace

TERMS = OpenData(licence="https://example.org/licence", publisher="数据局", publisher_en="Data office")
YEAR = AS_OF.year - 1


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_workspace(tmp_path_factory.mktemp("open") / "city")


def written(place: Workspace, out: Path) -> Path:
    assert write_edition(make_edition(place, YEAR), TERMS, out)
    return out


def test_folder_holds_rows_with_marks_and_true_checksums(place: Workspace, tmp_path: Path) -> None:
    months = tuple(f"{YEAR}-{m:02}" for m in range(1, 13))
    base = {("d", f"d/{s}", c, m): n % 17 + 1 for n, (s, c, m) in enumerate(product("abcd", ("=x", "y"), months))}
    out = tmp_path / "set"
    write_edition(replace(make_edition(place, YEAR), release=first_release(base, months)), TERMS, out)
    raw = (out / "data.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert {row["status"] for row in rows} == {"shown", "withheld"}
    assert all((row["reports"] == "") == (row["status"] == "withheld") for row in rows)
    assert not [row for row in rows if row["reports"] in {"1", "2", "3", "4"}]
    for line in (out / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    columns = [row["column"] for row in csv.DictReader((out / "dictionary.csv").read_text("utf-8-sig").splitlines())]
    assert columns == list(rows[0])


def test_metadata_names_file_checksum_terms_and_that_data_are_synthetic(place: Workspace, tmp_path: Path) -> None:
    out = written(place, tmp_path / "set")
    entry = json.loads((out / "dcat.jsonld").read_text())
    data = entry["dcat:distribution"][0]
    assert data["spdx:checksum"]["spdx:checksumValue"]["@value"] == hashlib.sha256((out / "data.csv").read_bytes()).hexdigest()  # fmt: skip
    assert int(data["dcat:byteSize"]["@value"]) == (out / "data.csv").stat().st_size
    assert entry["dct:license"] == {"@id": TERMS.licence}
    assert [x["@value"] for x in entry["dct:publisher"]["foaf:name"]] == ["数据局", "Data office"]
    assert "合成" in (out / "README.zh.md").read_text()
    assert "Synthetic" in (out / "README.en.md").read_text()
    assert "Synthetic" in entry["dct:description"][1]["@value"]


def test_same_again_writes_nothing_and_another_folder_is_refused(place: Workspace, tmp_path: Path) -> None:
    out = written(place, tmp_path / "set")
    assert not write_edition(make_edition(place, YEAR), TERMS, out)
    (out / "data.csv").write_text("mine")
    with pytest.raises(OpenDataError, match="something else"):
        write_edition(make_edition(place, YEAR), TERMS, out)
    assert (out / "data.csv").read_text() == "mine"


def test_failure_half_way_leaves_nothing(place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = make_edition(place, YEAR)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders, "catalogue_entry", full)
    with pytest.raises(OpenDataError, match="No space"):
        write_edition(edition, TERMS, tmp_path / "set")
    assert not list(tmp_path.iterdir())


def test_year_that_is_not_over_is_refused(place: Workspace) -> None:
    with pytest.raises(OpenDataError, match="not over"):
        make_edition(place, AS_OF.year)


def test_later_publication_is_the_next_version_with_the_same_cells_withheld(place: Workspace) -> None:
    first = make_edition(place, YEAR)
    record = place.open_data / f"{YEAR}.json"
    record.write_text(json.dumps(json.loads(record.read_text()) | {"data_version": "earlier"}))
    second = make_edition(place, YEAR)
    assert second == replace(first, version=first.version + 1)
    assert place.open_data.stat().st_mode & 0o777 == 0o700


def test_months_outside_the_data_are_not_zeros() -> None:
    assert covered_months(2023, AS_OF.replace(year=2023, month=3, day=9), AS_OF.replace(year=2024))[0] == "2023-03"
    assert len(covered_months(2023, AS_OF.replace(year=2020), AS_OF.replace(year=2024))) == 12
