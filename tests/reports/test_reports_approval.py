"""Approval: a draft gets a number and loses its mark, is frozen with its hashes, and renders to the same text again."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from reports import monthly
from reports.approval import approvals, approve
from reports.context import ReportContext
from reports.errors import ReportError
from reports.given import read_context
from reports.renderers import render
from tests.fixtures_publication import make_publication
from weisu.settings import Workspace

NOW = dt.datetime(2026, 4, 2, 3, 0)
LATER = NOW + dt.timedelta(days=1)


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> ReportContext:
    return monthly.make(make_publication(tmp_path_factory.mktemp("approved") / "full.duckdb"), "2026-03", "zh")


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    (tmp_path / "weisu.toml").write_text('[city]\nname = "澄江市"\ntimezone = "Asia/Shanghai"\n', encoding="utf-8")
    return Workspace(tmp_path)


@pytest.fixture
def draft(context: ReportContext, place: Workspace) -> Path:
    return render(context, ["json"], place.reports)[0]


def edited(draft: Path, sentence: str) -> Path:
    given = json.loads(draft.read_text(encoding="utf-8"))
    given["sections"][0]["paragraphs"][0]["claims"][0]["sentence"] = sentence
    path = draft.with_name("edited.json")
    path.write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
    return path


def words(page: Path) -> str:
    return re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8"))


def test_an_approved_report_has_a_number_and_no_draft_mark(place: Workspace, draft: Path) -> None:
    folder = approve(place, draft, by="王主任", now=NOW, note="常委会议定", formats=["html", "docx"])
    assert folder.name == "monthly-2026-001-zh"
    (record,) = approvals(place).values()
    assert (record.number, record.approved_by, record.note, record.replaces) == (1, "王主任", "常委会议定", None)
    told = words(folder / f"{record.name}.html")
    assert "2026年第1号" in told
    assert "征求意见稿" not in told
    assert "合成数据" in told  # what is invented says so for ever
    assert set(record.files) == {f"{record.name}.{form}" for form in ("json", "html", "docx")}


def test_a_frozen_report_renders_to_the_same_text_again(place: Workspace, draft: Path, tmp_path: Path) -> None:
    folder = approve(place, draft, by="王主任", now=NOW, formats=["html"])
    kept = folder / draft.name
    (again,) = render(read_context(kept), ["html"], tmp_path / "again")
    assert again.read_bytes() == (folder / f"{draft.stem}.html").read_bytes()


def test_a_frozen_report_that_was_changed_is_no_report(place: Workspace, draft: Path, tmp_path: Path) -> None:
    folder = approve(place, draft, by="王主任", now=NOW, formats=["json"])
    kept = folder / draft.name
    moved = tmp_path / "moved.json"
    moved.write_bytes(kept.read_bytes())
    with pytest.raises(ReportError, match="nobody approved"):
        read_context(moved)
    kept.chmod(0o644)
    kept.write_text(kept.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(ReportError, match="nobody approved"):
        read_context(kept)


def test_another_text_of_the_same_report_takes_the_next_number_and_says_what_it_replaces(
    place: Workspace, draft: Path
) -> None:
    first = approve(place, draft, by="王主任", now=NOW, formats=["json"])
    second = approve(place, edited(draft, "改写的一句。"), by="王主任", now=LATER, formats=["json"])
    assert second.name == "monthly-2026-002-zh"
    assert approvals(place)[second].replaces == first.name


def test_a_draft_that_was_changed_since_it_was_read_is_not_approved(place: Workspace, draft: Path) -> None:
    read = read_context(draft).sha256
    with pytest.raises(ReportError, match="was changed since it was read"):
        approve(place, edited(draft, "改写的一句。"), by="王主任", now=NOW, formats=["json"], seen=read)
    assert approvals(place) == {}
    assert approve(place, draft, by="王主任", now=NOW, formats=["json"], seen=read).is_dir()


def test_the_same_text_is_approved_once(place: Workspace, draft: Path) -> None:
    folder = approve(place, draft, by="王主任", now=NOW, formats=["json"])
    with pytest.raises(ReportError, match="approved already as number 1 of 2026"):
        approve(place, draft, by="王主任", now=LATER, formats=["json"])
    with pytest.raises(ReportError, match="approved already"):
        approve(place, folder / draft.name, by="王主任", now=LATER, formats=["json"])
    assert len(approvals(place)) == 1


def test_somebody_must_answer_for_it_and_nothing_half_written_stays(place: Workspace, draft: Path) -> None:
    with pytest.raises(ReportError, match="nobody is named"):
        approve(place, draft, by=" ", now=NOW)
    with pytest.raises(ReportError, match="unknown format"):
        approve(place, draft, by="王主任", now=NOW, formats=["odt"])
    assert not list((place.reports / "approved").iterdir())
