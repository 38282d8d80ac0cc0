"""The special note on one alert: what it says, what it refuses, and that it fits one page."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from reports import special
from reports.errors import ReportError
from reports.given import loose_number
from reports.renderers import render
from tests.fixtures_publication import make_publication


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_publication(tmp_path_factory.mktemp("note") / "full.duckdb")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_note_says_what_why_who_and_what_was_done(publication: Path, lang: str) -> None:
    context = special.make(publication, "al01", lang)
    assert [s.code for s in context.sections] == ["matter", "reason", "handled", "past", "advice"]
    assert context.name == f"note-al01-{lang}"
    kinds = [c.kind for c in context.claims()]
    assert {"hypothesis", "suggestion"} <= set(kinds)
    assert not [c for c in context.claims() if loose_number(c)]
    assert ("征求意见稿" if lang == "zh" else "Draft") in context.draft


def test_note_fits_one_page_in_every_form(publication: Path, tmp_path: Path) -> None:
    made = render(special.make(publication, "al01", "zh"), ["docx", "pdf", "html", "xlsx", "json"], tmp_path)
    assert len(PdfReader(made[1]).pages) == 1
    assert all(path.stat().st_size > 500 for path in made)


def test_note_on_an_unknown_alert_is_refused(publication: Path) -> None:
    with pytest.raises(ReportError, match="no alert"):
        special.make(publication, "nobody", "zh")


def test_note_on_an_artefact_is_refused(publication: Path, tmp_path: Path) -> None:
    import duckdb

    copy = tmp_path / "changed.duckdb"
    copy.write_bytes(publication.read_bytes())
    with duckdb.connect(str(copy)) as con:
        con.execute("update marts.mart_alerts set signal_status = 'suspected_artefact' where alert_id = 'al01'")
    with pytest.raises(ReportError, match="artefact"):
        special.make(copy, "al01", "zh")
