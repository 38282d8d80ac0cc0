"""What we said and what came of it: every item of last month's report is told, also where nobody decided or it failed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from reports import monthly
from reports.context import ReportContext, section_claims
from reports.given import loose_number
from tests.fixtures_publication import make_publication

MONTH = "2026-03"
COLUMNS = "resolution_id, resolution_status, period, report, text, owner, due_on, outcome, alert_id, area_key, category_key, actor, asked_at, decided_at, recorded_at"


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_publication(tmp_path_factory.mktemp("resolved") / "full.duckdb")


def item(status: str, *, name: str = "r1", period: str = "2026-02", due: str = "2026-03-15", outcome: str = "", alert: str = "al05", recorded: str = "2026-03-20") -> str:  # fmt: skip
    return (
        f"insert into marts.mart_resolutions ({COLUMNS}) values ('{name}', '{status}', '{period}', 'monthly-2026-02-zh', '由区城管局整治三塘街道垃圾清运，3月15日前反馈。',"
        f" '区城管局', '{due}', '{outcome}', '{alert}', '东湖区', '城市管理->垃圾清运', '王主任', '2026-03-01', null, '{recorded}')"
    )


def effect(verdict: str, observed: int = 40) -> str:
    return (
        "insert into marts.mart_alert_effects (alert_id, basis, area_key, category_key, from_on, to_on, observed, expected, ratio, ratio_before, better_probability, verdict) "
        f"values ('al05', 'handled', '东湖区', '城市管理->垃圾清运', '2026-03-01', '2026-03-28', {observed}, 44, 0.91, 2.4, 0.97, '{verdict}')"
    )


def made(publication: Path, folder: Path, *statements: str, lang: str = "zh") -> ReportContext:
    copy = folder / "changed.duckdb"
    copy.write_bytes(publication.read_bytes())
    with duckdb.connect(str(copy)) as con:
        con.execute("delete from marts.mart_alert_effects")
        for statement in statements:
            con.execute(statement)
    return monthly.make(copy, MONTH, lang)


def told(context: ReportContext) -> list[str]:
    return [c.sentence for c in section_claims(next(s for s in context.annex if s.code == "resolved"))]


def page(context: ReportContext) -> list[str]:
    return [c.sentence for c in section_claims(next(s for s in context.sections if s.code == "resolved"))]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (item("suggested"), "至今未登记反馈，已过2026年3月15日"),
        (item("suggested", due="2026-04-15"), "尚待反馈（2026年4月15日前）"),
        (item("proposed"), "至今无人议定，已过2026年3月15日"),
        (item("proposed", due="2026-04-15"), "尚未议定（2026年4月15日前反馈）"),
        (item("adopted"), "已议定，区城管局逾期未反馈（应于2026年3月15日前）"),
        (item("adopted", due="2026-04-15"), "已议定，区城管局办理中（2026年4月15日前反馈）"),
        (item("rejected", outcome="另有专项整治"), "未采纳：另有专项整治"),
        (item("done", outcome="新增清运车两辆"), "已办结：新增清运车两辆"),
        (item("failed", outcome="经费没有落实"), "未办成：经费没有落实"),
    ],
)
def test_an_item_is_told_with_what_became_of_it_and_how_its_place_stands(publication: Path, tmp_path: Path, statement: str, said: str) -> None:  # fmt: skip
    first, place = told(made(publication, tmp_path, statement))[:2]
    assert first == f"“由区城管局整治三塘街道垃圾清运，3月15日前反馈”，{said}。"
    assert place.startswith("本月")


def test_the_effect_is_told_with_its_probability_also_where_there_was_none(publication: Path, tmp_path: Path) -> None:
    for verdict, said in (("lasting", "判断见效"), ("not_lasting", "判断未见效"), ("unclear", "成效尚不明确")):
        third = told(made(publication, tmp_path, item("done", outcome="已办"), effect(verdict)))[2]
        assert third == f"处置前为预期的2.4倍，处置后为预期的0.9倍，较未处置同类地点好转的概率97.0%，{said}。"
    assert "处置前" not in "".join(told(made(publication, tmp_path, item("done", outcome="已办"))))


def test_items_of_earlier_months_stay_while_they_are_open(publication: Path, tmp_path: Path) -> None:
    old = {"period": "2025-11", "recorded": "2025-12-20"}
    context = made(publication, tmp_path, item("adopted", name="open", **old), item("done", name="over", outcome="已办", **old), item("proposed", name="now", period="2026-03"))  # fmt: skip
    assert [s for s in told(context) if s.startswith("“由区城管局")] == ["“由区城管局整治三塘街道垃圾清运，3月15日前反馈”，已议定，区城管局逾期未反馈（应于2026年3月15日前）。"]  # fmt: skip


def test_the_page_counts_items_by_what_became_of_them(publication: Path, tmp_path: Path) -> None:
    context = made(publication, tmp_path, item("done", outcome="已办"), item("failed", name="r2", outcome="未成"), item("proposed", name="r3"), item("rejected", name="r4", outcome="不办"))  # fmt: skip
    assert page(context)[0] == "议定事项办结1、未办成1、在办0、未采纳1、未议定1。"
    assert "议定事项" not in page(made(publication, tmp_path, item("suggested")))[0]


def test_suggestions_come_last_and_only_those_of_the_report_before(publication: Path, tmp_path: Path) -> None:
    old = {"period": "2025-11", "recorded": "2025-12-20"}
    context = made(publication, tmp_path, item("suggested", name="a"), item("proposed", name="b"), item("suggested", name="c", **old))  # fmt: skip
    assert [s.partition("”，")[2][:4] for s in told(context) if s.startswith("“由区城管局")] == ["至今无人", "至今未登"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_is_one_of_a_figure_or_of_what_was_said(publication: Path, tmp_path: Path, lang: str) -> None:
    context = made(publication, tmp_path, item("failed", outcome="只到位3成经费"), effect("unclear"), *(item("proposed", name=f"m{i}") for i in range(15)), lang=lang)  # fmt: skip
    assert [claim for claim in context.claims() if loose_number(claim)] == []
    assert ("其余1项" if lang == "zh" else "page Reports: 1") in " ".join(told(context))
