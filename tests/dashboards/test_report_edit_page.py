"""The editor of a draft: changes are tried at once, saved together, shown in every form, and refused where numbers are not its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput

from dashboards.screens.report_edit import WHO
from reports import monthly
from reports.given import read_context
from reports.renderers import render
from tests.fixtures_publication import make_workspace
from weisu.publishing import current

PART = "reports.part"


def script() -> None:
    from dashboards.shell import main

    main(only="reports")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_workspace(tmp_path_factory.mktemp("edited") / "city").root


@pytest.fixture
def draft(city: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from weisu.settings import Workspace

    monkeypatch.setenv("WEISU_WORKSPACE", str(city))
    place = Workspace(city)
    place.store.unlink(missing_ok=True)
    return render(monthly.make(current(place).path, "2026-03", "zh"), ["json"], place.reports)[0]


def open_editor(part: str, lang: str = "zh") -> AppTest:
    at = AppTest.from_function(script, default_timeout=120)
    at.query_params["lang"] = lang
    at.query_params["reading"] = "edit"
    at.session_state[PART] = part
    at = at.run()
    assert not at.exception
    return at


def button(at: AppTest, label: str) -> AppTest:
    return next(b for b in at.button if b.label == label).click().run()


def field(at: AppTest, label: str) -> TextInput:
    return next(f for f in at.text_input if f.label == label)


def words(at: AppTest) -> str:
    return " ".join([str(element.proto.body) for element in at.get("html")] + [t.value for t in at.text])


def test_editor_when_a_part_is_left_out_and_saved_then_the_draft_says_so_and_by_whom(draft: Path) -> None:
    at = button(open_editor("a1.p1.c1"), "略去")
    assert "略去  (期末未办结317件" in words(at)
    before = draft.read_bytes()
    at.text_input(key=WHO).set_value("李科长")
    field(at, "理由").set_value("数据待核")
    assert draft.read_bytes() == before  # nothing is written before it is saved
    at = button(at, "保存修改")
    assert "期末未办结317件" not in str(read_context(draft).annex[1])
    shown = next(frame.value for frame in at.dataframe if "why" in frame.value)
    assert (shown["who"].tolist(), shown["why"].tolist()) == (["李科长"], ["数据待核"])
    at = button(at, "撤销上次保存")
    assert not read_context(draft).base_sha256


def test_editor_when_a_sentence_has_a_number_of_its_own_then_it_is_refused(draft: Path) -> None:
    at = open_editor("s0.p0.c0")
    at.text_area(key="wording-s0.p0.c0").set_value("2026年3月受理诉求999件。")
    at = button(at, "用这句话")
    assert "999 is none of the numbers of this sentence" in words(at)
    at.text_area(key="wording-s0.p0.c0").set_value("2026年3月受理诉求554件，总体平稳。")
    at = button(at, "用这句话")
    assert "改写为 2026年3月受理诉求554件，总体平稳。" in words(at)
    at = button(at, "放弃")
    assert "还没有修改" in " ".join(c.value for c in at.caption)


def test_editor_when_the_file_was_written_anew_then_it_can_catch_up(draft: Path) -> None:
    at = button(open_editor("a1.p1.c1", lang="en"), "Leave out")
    at.text_input(key=WHO).set_value("Li")
    button(at, "Save changes")
    edited = draft.read_bytes()
    draft.write_text(_base(draft), encoding="utf-8")
    at = open_editor("a1.p1.c1", lang="en")
    assert "does not show the changes" in words(at)
    button(at, "Write it as last saved")
    assert draft.read_bytes() == edited


def _base(draft: Path) -> str:
    (kept,) = (draft.parents[1] / "drafts").glob(f"{read_context(draft).base_sha256}.json")
    return kept.read_text(encoding="utf-8")
