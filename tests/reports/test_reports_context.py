"""Claims and their numbers: what a report says is what the publication holds."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import duckdb
import pytest

from reports import monthly, weekly
from reports.context import ReportContext
from reports.errors import ReportError
from reports.given import loose_number
from reports.marts import open_marts
from reports.periods import Window
from reports.queries import handling
from reports.shorten import length
from tests.fixtures_publication import make_publication
from weisu.texts import catalogue

MONTH, WEEK = "2026-03", "2026-W13"
MAKERS = {"monthly": (monthly.make, MONTH), "weekly": (weekly.make, WEEK)}


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_publication(tmp_path_factory.mktemp("reports") / "full.duckdb")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_publication(tmp_path_factory.mktemp("reports") / "empty.duckdb", filled=False)


def changed(publication: Path, folder: Path, *statements: str) -> Path:
    """A copy of the publication after some statements."""
    copy = folder / "changed.duckdb"
    copy.write_bytes(publication.read_bytes())
    with duckdb.connect(str(copy)) as con:
        for statement in statements:
            con.execute(statement)
    return copy


def section(context: ReportContext, code: str) -> str:
    """The words of a section, in full where the annex tells it."""
    found = next(s for s in context.annex + context.sections if s.code == code)
    return " ".join(c.sentence for p in found.paragraphs for c in ([p.lead] if p.lead else []) + list(p.claims))


def test_texts_hold_no_number_of_their_own() -> None:
    own = [
        key
        for key, pair in catalogue().items()
        if key.startswith("report.") and any(re.search(r"\d", re.sub(r"\{.*?\}", "", t)) for t in pair.values())
    ]
    assert own == []


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_of_a_claim_is_one_of_its_figures(publication: Path, kind: str, lang: str) -> None:
    make, code = MAKERS[kind]
    for claim in make(publication, code, lang).claims():
        assert loose_number(claim) is None, claim


def test_total_is_the_sum_of_the_published_days(publication: Path) -> None:
    context = monthly.make(publication, MONTH, "zh")
    with duckdb.connect(str(publication), read_only=True) as con:
        (now,) = con.execute(
            "select sum(reports) from marts.fct_daily join marts.dim_category using (category_key) where area_key = '*' and category_level = 1 and date_on between '2026-03-01' and '2026-03-29'"
        ).fetchone()
    total = next(c for s in context.annex if s.code == "situation" for p in s.paragraphs for c in p.claims)
    assert {f.name: f.value for f in total.figures}["total.month.now"] == now


def test_context_is_json_with_nine_parts_on_its_page_and_an_annex(publication: Path) -> None:
    plain = json.loads(monthly.make(publication, MONTH, "zh").to_json())
    parts = ["conclusion", "resolved", "situation", "rising", "areas", "loop", "outlook", "silence", "proposals"]
    assert [s["code"] for s in plain["sections"]] == parts
    assert [s["code"] for s in plain["annex"]] == [*parts[1:], "kpis", "definitions", "versions"]


def test_weekly_has_five_sections_within_its_length(publication: Path) -> None:
    context = weekly.make(publication, WEEK, "zh")
    assert [s.code for s in context.sections] == ["overview", "typical", "budding", "follow_up", "routine"]
    assert length(context) <= weekly.LONGEST["zh"]


def test_conclusion_is_three_sentences_of_at_most_sixty_characters(publication: Path) -> None:
    conclusion = monthly.make(publication, MONTH, "zh").sections[0]
    sentences = [c.sentence for p in conclusion.paragraphs for c in p.claims]
    assert len(sentences) == 3
    assert max(map(len, sentences)) <= 60


def test_first_page_says_draft_as_of_synthetic_and_coverage(publication: Path) -> None:
    context = monthly.make(publication, MONTH, "zh")
    said = "".join(c.sentence for c in (context.subtitle, *context.notices))
    assert context.draft.startswith("征求意见稿")
    assert "数据截至2026年3月29日" in said
    assert "合成数据" in said
    assert "数据范围" in section(context, "versions")


def test_unfinished_month_says_so_and_compares_equal_days(publication: Path) -> None:
    assert any("相同天数（29天）" in c.sentence for c in monthly.make(publication, MONTH, "zh").notices)
    assert not any("相同天数" in c.sentence for c in monthly.make(publication, "2026-02", "zh").notices)


def test_empty_publication_gives_a_report_that_says_so(empty: Path) -> None:
    for make, code in MAKERS.values():
        context = make(empty, code, "zh")
        assert "没有群众诉求入库" in " ".join(c.sentence for c in context.claims())
        assert len(context.sections) == 1


def test_suspected_artefacts_are_named_in_the_annex_and_never_as_alerts(publication: Path, tmp_path: Path) -> None:
    copy = changed(publication, tmp_path, "update marts.mart_alerts set signal_status = 'suspected_artefact'")
    context = monthly.make(copy, MONTH, "zh")
    assert section(context, "loop").startswith("本月没有提出预警")
    assert "疑似录入异常" in section(context, "versions")
    assert not next(s for s in context.annex if s.code == "loop").tables


@pytest.mark.parametrize(("is_synthetic", "head"), [(True, "征求意见稿 · 合成数据"), (False, "征求意见稿")])
def test_every_page_says_when_the_data_are_synthetic(
    publication: Path, tmp_path: Path, is_synthetic: bool, head: str
) -> None:
    copy = changed(publication, tmp_path, f"update marts.mart_publication set is_synthetic = {is_synthetic}")
    assert monthly.make(copy, MONTH, "zh").draft == head


def test_when_nobody_acted_the_report_says_so(publication: Path, tmp_path: Path) -> None:
    copy = changed(
        publication,
        tmp_path,
        "delete from marts.mart_alert_acts",
        "update marts.mart_alerts set status = 'new' where signal_status = 'active'",
    )
    assert "无人处理" in section(monthly.make(copy, MONTH, "zh"), "resolved")


@pytest.mark.parametrize(
    ("rows", "standing"),
    [
        ("confirm comment undo", ["confirm"]),
        ("confirm undo comment undo", []),
        ("confirm snooze undo assign", ["confirm", "assign"]),
    ],
)
def test_an_undo_takes_back_the_last_act_comments_included(
    publication: Path, tmp_path: Path, rows: str, standing: list[str]
) -> None:
    """Acts count in the order of their positions, whatever the clock said."""
    copy = changed(publication, tmp_path, *acts_on("al05", rows.split()))
    with open_marts(copy) as marts:
        raised = marts.one("select raised_on from marts.mart_alerts where alert_id = 'al05'", table="mart_alerts")
        day = raised["raised_on"]
        found = handling.acts(marts, Window(day, day))
    assert [act["act"] for act in found.get("al05", [])] == standing


def acts_on(alert: str, acts: list[str]) -> list[str]:
    """Statements: these acts and no other; later ones carry earlier clocks."""
    values = ", ".join(
        f"('y{i}', '{alert}', {i}, '{act}', '', '区城管局', '甲', timestamp '2026-03-20 10:00' - interval {i} hour)"
        for i, act in enumerate(acts, start=1)
    )
    columns = "act_id, alert_id, position, act, reason, assignee, actor, acted_at"
    return ["delete from marts.mart_alert_acts", f"insert into marts.mart_alert_acts ({columns}) values {values}"]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "已于3月20日确认（区城管局）、3月20日派发（区城管局）"),
        ("en", "confirmed on 20 Mar (区城管局), sent on 20 Mar"),
    ],
)
def test_what_people_did_last_month_is_told(publication: Path, tmp_path: Path, lang: str, said: str) -> None:
    copy = changed(
        publication,
        tmp_path,
        "update marts.mart_alerts set raised_on = '2026-02-20', status = 'sent' where alert_id = 'al05'",
        *acts_on("al05", ["confirm", "comment", "send"]),
    )
    assert said in section(monthly.make(copy, MONTH, lang), "resolved")


def test_alerts_on_a_single_report_are_told_in_one_line_and_never_lead(publication: Path, tmp_path: Path) -> None:
    """al01, of level one, stands on one report: a pattern of a lower level comes first, the committee is not asked."""
    single = "update marts.mart_alerts set observed = 1, ratio = null, expected = 0 where alert_id = 'al01'"
    copy = changed(publication, tmp_path, single)
    digest = weekly.make(copy, WEEK, "zh")
    typical = next(s for s in digest.sections if s.code == "typical")
    assert "另有1条预警各只涉及单件诉求（一级1条），须逐件核查，以“噪声扰民”若干条为多" in section(digest, "typical")
    assert all("二桥街道" not in p.lead.sentence for p in typical.paragraphs if p.lead)
    month = monthly.make(copy, MONTH, "zh")
    assert "另有1条预警各只涉及单件诉求" in section(month, "loop")
    assert "预警为一级" not in section(month, "proposals")


def test_larger_alerts_come_first_within_a_level(publication: Path, tmp_path: Path) -> None:
    larger = "update marts.mart_alerts set observed = 900 where alert_id = 'al03'"
    with open_marts(changed(publication, tmp_path, larger)) as marts:
        found = [row["alert_id"] for row in handling.alerts(marts, Window(dt.date(2026, 3, 23), dt.date(2026, 3, 29)))]
    assert found[:3] == ["al01", "al03", "al02"]


def test_an_alert_of_an_estate_is_followed_by_its_tickets(publication: Path, tmp_path: Path) -> None:
    """No daily series is kept below the street: the count is told, without a comparison."""
    copy = changed(
        publication,
        tmp_path,
        "update marts.mart_alerts set raised_on = '2026-02-20', area_key = '甲/乙/丙/丁', ratio = null, observed = 4 where alert_id = 'al05'",
        "update marts.fct_tickets set estate_key = '甲/乙/丙/丁' where ticket_key in (select ticket_key from marts.fct_tickets where "
        "category_l2_key = (select category_key from marts.mart_alerts where alert_id = 'al05') and created_on = '2026-03-10')",
    )
    with open_marts(copy) as marts:
        count = marts.one("select count(*) as n from marts.fct_tickets where estate_key = '甲/乙/丙/丁'", table="fct_tickets")["n"]  # fmt: skip
    assert f"提出时若干件，已于3月30日确认，本月{count}件" in section(monthly.make(copy, MONTH, "zh"), "resolved")


def test_percentage_is_withheld_below_twenty(publication: Path, tmp_path: Path) -> None:
    """A previous month of 19 reports gives no percentage, one of 20 does."""
    few = "delete from marts.fct_daily where date_on between '2026-02-01' and '2026-03-01'"
    for reports, expected in ((19, "环比—"), (20, "环比+")):
        row = f"insert into marts.fct_daily select '*', 'city', '城市管理', '2026-02-10', {reports}, 1, 1"
        copy = changed(publication, tmp_path, few, row)
        assert expected in section(monthly.make(copy, MONTH, "zh"), "situation")


def test_risers_are_explained_by_a_labelled_hypothesis_an_owner_and_a_day(publication: Path, tmp_path: Path) -> None:
    burst = "update marts.fct_daily set reports = reports * 4 where category_key = '城市管理->噪声扰民' and date_on between '2026-03-01' and '2026-03-29'"
    said = section(monthly.make(changed(publication, tmp_path, burst), MONTH, "zh"), "rising")
    assert "噪声扰民" in said
    assert "假设（待核实）" in said
    assert "责任单位" in said
    assert "日前反馈" in said


def test_small_counts_of_persons_are_withheld(publication: Path, tmp_path: Path) -> None:
    copy = changed(publication, tmp_path, "update marts.mart_alerts set persons = 3")
    assert "涉不足5人" in section(weekly.make(copy, WEEK, "zh"), "typical")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (monthly.make, "2026-13"),
        (monthly.make, "2026-3"),
        (weekly.make, "2026-W54"),
        (weekly.make, "W13"),
        (monthly.make, "2026-04"),
    ],
)
def test_wrong_period_is_refused(publication: Path, make: object, code: str) -> None:
    with pytest.raises(ReportError):
        make(publication, code, "zh")


def test_a_registered_break_says_since_when_a_year_ago_is_not_comparable(publication: Path, tmp_path: Path) -> None:
    column = "alter table marts.mart_kpis add column if not exists year_ago_break_on date"
    since = "update marts.mart_kpis set year_ago_break_on = date '2026-02-03'"
    context = monthly.make(changed(publication, tmp_path, column, since), MONTH, "zh")
    assert "2月3日起数据口径有变，与去年同期不可比" in section(context, "situation")
    assert "同比" not in section(context, "conclusion")


@pytest.mark.parametrize(("since", "is_named"), [("2026-03-02", False), ("2025-12-20", True)])
def test_a_rise_since_a_registered_break_is_none_until_the_level_is_learnt(
    publication: Path, tmp_path: Path, since: str, is_named: bool
) -> None:
    """Four times as many reports; recoded in the eight weeks before the month began or within it, the report calls nothing a rise."""
    burst = "update marts.fct_daily set reports = reports * 4 where category_key = '城市管理->噪声扰民' and date_on between '2026-03-01' and '2026-03-29'"
    row = f"""insert into marts.mart_kpis by name select 'month' as period_type, date '2026-03-01' as period_start_on, '*' as area_key,
        '城市管理->噪声扰民' as category_key, 'reports' as kpi_code, date '{since}' as year_ago_break_on"""
    context = monthly.make(changed(publication, tmp_path, burst, row), MONTH, "zh")
    assert ("噪声扰民" in section(context, "rising")) == is_named


@pytest.mark.parametrize(("since", "is_named"), [("2026-03-02", False), ("2025-12-20", True)])
def test_a_district_is_not_above_expectation_because_of_a_registered_break(
    publication: Path, tmp_path: Path, since: str, is_named: bool
) -> None:
    burst = "update marts.fct_daily set reports = reports * 4 where area_key = '西山区' and date_on between '2026-03-01' and '2026-03-29'"
    row = f"update marts.mart_kpis set year_ago_break_on = date '{since}' where kpi_code = 'reports' and area_key = '西山区' and period_type = 'month' and period_start_on = date '2026-03-01'"
    said = section(monthly.make(changed(publication, tmp_path, burst, row), MONTH, "zh"), "areas")
    assert ("高于自身预期的区域依次为西山区" in said) == is_named
