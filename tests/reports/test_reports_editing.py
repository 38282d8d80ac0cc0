"""A draft that an office edits: order, omissions and wording change, the numbers do not, and who did it is kept."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from reports import monthly
from reports.approval import approvals, approve
from reports.context import Claim, Figure, ReportContext, section_claims
from reports.editing import Change, opened, standing_parts, written
from reports.errors import ReportError
from reports.given import read_context
from reports.phrasing import rewritten
from reports.renderers import render
from reports.revisions import EditedDraft, history, open_draft, save, undo, write_forms
from tests.fixtures_publication import make_publication
from weisu.cli.door import mask_typed
from weisu.cli.report import register
from weisu.errors import SettingsError
from weisu.settings import Workspace
from weisu.store import ActConflict, StoreError, open_store
from weisu.store import version as store_version

NOW = dt.datetime(2026, 4, 2, 3, 0)


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_publication(tmp_path_factory.mktemp("edited") / "full.duckdb")


@pytest.fixture(scope="module")
def base(publication: Path, tmp_path_factory: pytest.TempPathFactory) -> ReportContext:
    made = monthly.make(publication, "2026-03", "zh")
    return read_context(render(made, ["json"], tmp_path_factory.mktemp("generated"))[0])


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    (tmp_path / "weisu.toml").write_text('[city]\nname = "澄江市"\ntimezone = "Asia/Shanghai"\n', encoding="utf-8")
    return Workspace(tmp_path)


@pytest.fixture
def file(base: ReportContext, place: Workspace) -> Path:
    return render(base, ["json"], place.reports)[0]


def sentences(context: ReportContext, code: str) -> list[str]:
    """All of a section, in full where the annex tells it."""
    found = next(s for s in (*context.annex, *context.sections) if s.code == code)
    return [claim.sentence for claim in section_claims(found)]


def part_of(base: ReportContext, place: str, starts: str) -> str:
    """The address of the sentence of a section that starts so."""
    parts = standing_parts(opened(base))
    return next(
        p.address
        for p in parts
        if p.place == place and isinstance(p.item, Claim) and p.item.sentence.startswith(starts)
    )


def changed(base: ReportContext, *changes: Change) -> ReportContext:
    return written(opened(base, changes))


def saved(place: Workspace, file: Path, *changes: Change, by: str = "李科长", note: str = "") -> list[Path]:
    return save(place, open_draft(place, file), changes, by=by, note=note, now=NOW, mask=mask_typed)


def test_a_draft_without_changes_is_itself(base: ReportContext) -> None:
    assert changed(base) == base


def test_order_omissions_and_wording_change_and_nothing_else(base: ReportContext) -> None:
    made = changed(
        base,
        Change("a3.p1.c1", "down"),
        Change("s0.p0.c2", "up"),
        Change("a1.p1.c1", "drop"),
        Change("a2.p0", "drop"),
        Change("a1.k0.title", "rewrite", "诉求量为预期的1.1倍"),
    )
    areas = sentences(base, "areas")
    swapped = [*areas[:4], areas[5], areas[4], *areas[6:]]
    assert sentences(made, "areas") == swapped
    assert [s.code for s in made.annex] == [
        s.code for s in base.annex if s.code != "rising"
    ]  # it lost its only paragraph
    assert sentences(made, "conclusion") == [sentences(base, "conclusion")[i] for i in (0, 2, 1)]
    assert made.annex[1].charts[0].title.sentence == "诉求量为预期的1.1倍"
    assert made.annex[-3:] == base.annex[-3:]
    assert changed(base, Change("a2.p0", "drop"), Change("a2.p0", "restore")) == base


@pytest.mark.parametrize(
    "sentence",
    [
        "东区1234件，西区34件。", "东区1212件。", "东区12.12件。", "东区12,12件。", "东区12万宗。", "东区12%。", "东区12 千件。", "东区约三百宗投诉。",
        "东区上百次投诉。", "东区叁佰件。", "东区①②件，½为重复。", "东区Ⅻ件。", "东区３４件。", "东区12件，西区三宗。", "东区12件，三名儿童受伤。", "东区12件，五个区上升。", "东区12件，增加两周。", "东区廿件。", "东区好几十。",
    ],
)  # fmt: skip
def test_a_figure_with_more_digits_or_another_unit_is_another_number(sentence: str) -> None:
    claim = Claim("x", "东区12件。", figures=(Figure("n", 12, "12"),), labels={"area": "东区"})
    with pytest.raises(ReportError, match="number"):
        rewritten(claim, sentence, "zh", where="x")


@pytest.mark.parametrize("sentence", ["East had 1212 tickets.", "East had 12k tickets.", "East had 12 tickets, a third of all.", "East had 12 tickets, fourfold.", "One child was hurt.", "A couple of cases.", "An eleventh case."])  # fmt: skip
def test_a_figure_in_english_is_whole_and_no_other_is_spelled(sentence: str) -> None:
    claim = Claim("x", "East had 12 tickets.", figures=(Figure("n", 12, "12"),), labels={"area": "East"})
    with pytest.raises(ReportError, match="number"):
        rewritten(claim, sentence, "en", where="x")


@pytest.mark.parametrize(
    "sentence",
    ["东区有12件，逐一核实。", "东区12件，十分集中。", "东区12件，是一个老问题。", "万一再发，东区12件须一一回访。"],
)
def test_words_that_are_no_quantity_may_be_said(sentence: str) -> None:
    claim = Claim("x", "东区12件。", figures=(Figure("n", 12, "12"),), labels={"area": "东区"})
    assert rewritten(claim, sentence, "zh", where="x").sentence == sentence


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("2026年3月受理诉求555件。", "555"),
        ("2026年3月受理诉求554件，翻了一番。", "翻了一番"),
        ("2026年3月受理诉求554件，其中过半为噪声。", "过半"),
        ("2026年3月受理诉求554件，三成为噪声。", "三成"),
        ("2026年3月受理诉求554件，较上月显著增加。", "显著"),
        ("　", "empty"),
        ("长" * 61 + "。", "60"),
        ("话" * 501, "500"),
    ],
)
def test_a_sentence_has_no_number_and_no_strength_of_its_own(base: ReportContext, sentence: str, wrong: str) -> None:
    with pytest.raises(ReportError, match=wrong):
        changed(base, Change("s0.p0.c0", "rewrite", sentence))


def test_an_english_number_in_words_is_refused_and_a_name_may_hold_one(publication: Path) -> None:
    base = monthly.make(publication, "2026-03", "en")
    with pytest.raises(ReportError, match="doubled"):
        changed(base, Change("s0.p0.c0", "rewrite", "Requests doubled in March 2026."))
    made = changed(base, Change("s0.p0.c0", "rewrite", "554 requests came in in March 2026"))
    assert sentences(made, "conclusion")[0] == "554 requests came in in March 2026."


def test_a_rewritten_sentence_keeps_the_figures_it_tells_and_their_sources(base: ReportContext) -> None:
    claim = (
        changed(base, Change("s0.p0.c0", "rewrite", "2026年3月受理诉求554件，总体平稳"))
        .sections[0]
        .paragraphs[0]
        .claims[0]
    )
    assert claim.sentence.endswith("总体平稳。")
    assert {f.text for f in claim.figures} == {"2026年3月", "554"}
    assert all(f.source for f in claim.figures)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ([Change("s9.p0", "drop")], "no such part"),
        ([Change("a1.p1.c0", "up")], "first already"),
        ([Change("a1.p1", "down")], "last already"),
        ([Change("a1.p1", "restore")], "not possible"),
        ([Change("a1.k0.title", "drop")], "fixed place"),
        ([Change("a1.p1", "rewrite", "一句")], "not a sentence"),
        ([Change("a1.p1", "polish")], "unknown edit"),
        ([Change("s0.p0", "drop")], "conclusion"),
    ],
)
def test_what_cannot_be_changed_is_refused(base: ReportContext, changes: list[Change], why: str) -> None:
    with pytest.raises(ReportError, match=why):
        changed(base, *changes)


def test_a_caveat_goes_only_with_what_it_stands_for(base: ReportContext) -> None:
    caveat = part_of(base, "a3", "件数受人口")
    for change in (Change(caveat, "drop"), Change(caveat, "rewrite", "排名如下。")):
        with pytest.raises(ReportError, match="caveat"):
            changed(base, change)
    assert not any("考核" in s for s in sentences(changed(base, Change("a3.p0", "drop")), "areas"))


def test_saving_writes_every_form_and_keeps_who_and_why(place: Workspace, file: Path, base: ReportContext) -> None:
    file.with_suffix(".html").touch()
    before = store_version(place)
    saved(place, file, Change("a1.p1.c1", "drop"), note="数据待核")
    saved(place, file, Change("s0.p0.c0", "rewrite", "2026年3月受理诉求554件，联系人13812345678。"), by="赵主任")
    page = file.with_suffix(".html").read_text(encoding="utf-8")
    assert "期末未办结317件" not in page
    assert "13812345678" not in page + file.read_text(encoding="utf-8")  # masked before it was stored
    first, second = history(open_draft(place, file))
    assert (first["by"], first["note"], first["changes"][0]["generated"]) == (
        "李科长",
        "数据待核",
        base.annex[1].paragraphs[1].claims[1].sentence,
    )
    assert (second["by"], second["stands"]) == ("赵主任", True)
    assert read_context(file).base_sha256 == base.sha256
    assert store_version(place) == before  # an edit makes no build stale


def test_undo_takes_back_the_last_saving_and_the_last_undo_gives_the_generated_draft(
    place: Workspace, file: Path, base: ReportContext
) -> None:
    saved(place, file, Change("a1.p1.c1", "drop"))
    saved(place, file, Change("a1.p1", "drop"))
    undo(place, open_draft(place, file), by="李科长", now=NOW)
    assert len(sentences(read_context(file), "situation")) == len(sentences(base, "situation")) - 1
    undo(place, open_draft(place, file), by="李科长", now=NOW)
    assert read_context(file) == base
    assert [r["stands"] for r in history(open_draft(place, file))] == [False] * 4
    with pytest.raises(ReportError, match="nothing was changed"):
        undo(place, open_draft(place, file), by="李科长", now=NOW)


def test_two_people_at_once_lose_nothing(place: Workspace, file: Path) -> None:
    seen: EditedDraft = open_draft(place, file)
    saved(place, file, Change("a1.p1.c1", "drop"))
    with pytest.raises(ActConflict):
        save(place, seen, [Change("a1.p0", "drop")], by="赵主任", note="", now=NOW, mask=mask_typed)
    assert len(open_draft(place, file).revisions) == 1


def test_a_change_that_is_not_possible_leaves_nothing(place: Workspace, file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(ReportError):
        saved(place, file, Change("a1.p1.c1", "drop"), Change("s9.p0", "drop"))
    with pytest.raises(StoreError, match="named"):
        saved(place, file, Change("a1.p1.c1", "drop"), by=" ")
    assert file.read_bytes() == before
    assert not open_draft(place, file).revisions


def test_a_file_that_does_not_show_its_revisions_is_written_again_before_it_is_approved(
    place: Workspace, file: Path, base: ReportContext
) -> None:
    saved(place, file, Change("a1.p1.c1", "drop"))
    render(base, ["json"], place.reports)  # written anew from the same data, or a saving that was killed
    with pytest.raises(ReportError, match="does not show"):
        approve(place, file, by="王主任", now=NOW, formats=[])
    write_forms(open_draft(place, file))
    assert approve(place, file, by="王主任", now=NOW, formats=[]).is_dir()


def test_what_was_changed_by_hand_is_not_overwritten(place: Workspace, file: Path) -> None:
    saved(place, file, Change("a1.p1.c1", "drop"))
    given = json.loads(file.read_text(encoding="utf-8"))
    given["sections"][0]["paragraphs"][0]["claims"][0]["sentence"] = "手改的一句。"
    file.write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
    for act in (lambda: saved(place, file, Change("a1.p0", "drop")), lambda: write_forms(open_draft(place, file))):
        with pytest.raises(ReportError, match="by hand"):
            act()
    assert "手改的一句" in file.read_text(encoding="utf-8")


def test_an_approved_report_holds_who_changed_what_and_cannot_be_edited(place: Workspace, file: Path) -> None:
    saved(place, file, Change("a1.p1.c1", "drop"), note="数据待核")
    folder = approve(place, file, by="王主任", now=NOW, formats=[])
    kept = json.loads((folder / "edits.json").read_text(encoding="utf-8"))
    assert kept[0]["changes"][0]["edit"] == "drop"
    record = approvals(place)[folder]
    assert (record.edited_by, set(record.files)) == (
        ("李科长",),
        {file.name, "edits.json"},
    )
    with pytest.raises(ReportError, match="frozen"):
        open_draft(place, folder / file.name)


def test_revisions_cannot_be_changed_in_the_database(place: Workspace, file: Path) -> None:
    import sqlalchemy as sa

    saved(place, file, Change("a1.p1.c1", "drop"))
    engine = open_store(place)
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), engine.begin() as con:
        con.execute(sa.text("delete from acts_report_edits"))
    engine.dispose()


@pytest.fixture
def weisu(place: Workspace, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    app = typer.Typer(pretty_exceptions_enable=False)
    register(app)

    def call(*arguments: str) -> str:
        app(["report", *arguments, "--workspace", str(place.root)], standalone_mode=False)
        return capsys.readouterr().out

    return call


def test_the_command_lists_changes_and_tells(weisu: Callable[..., str], file: Path, tmp_path: Path) -> None:
    assert "  a1.p1.c1       期末未办结317件" in weisu("parts", str(file))
    order = tmp_path / "changes.json"
    order.write_text('[{"part": "a1.p1.c1", "edit": "drop"}]', encoding="utf-8")
    told = weisu("edit", str(file), "--changes", str(order), "--by", "李科长", "--note", "待核", "--seen", "", "--json")
    assert json.loads(told)["files"] == [str(file)]
    with pytest.raises(ActConflict, match="meanwhile"):
        weisu("edit", str(file), "--part", "a1.p0", "--do", "drop", "--by", "赵主任", "--seen", "")
    parts = json.loads(weisu("parts", str(file), "--json"))["parts"]
    assert [p["part"] for p in parts if p["is_dropped"]] == ["a1.p1.c1"]
    assert "李科长: save 待核" in weisu("history", str(file))
    with pytest.raises(SettingsError, match="--undo"):
        weisu("edit", str(file), "--undo", "--part", "a1.p0", "--do", "drop", "--by", "李科长")
    weisu("edit", str(file), "--undo", "--by", "李科长")
    assert json.loads(weisu("history", str(file), "--json"))["revisions"][0]["stands"] is False


@pytest.mark.parametrize("wrong", ["{", "[1]", '[{"part": "s0.p0"}]'])
def test_changes_that_are_none_are_refused(weisu: Callable[..., str], file: Path, tmp_path: Path, wrong: str) -> None:
    order = tmp_path / "changes.json"
    order.write_text(wrong, encoding="utf-8")
    with pytest.raises(SettingsError, match="as changes"):
        weisu("edit", str(file), "--changes", str(order), "--by", "李科长")
