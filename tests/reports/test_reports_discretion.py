"""Reports tell no small count, and none follows from what they tell."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from reports import monthly, weekly
from reports.discretion import judge
from reports.marts import open_marts
from reports.periods import month_of
from tests.fixtures_publication import make_publication
from weisu.suppression import LEAST
from weisu.told_counts import withheld_counts, withheld_parts

MAKERS = {"monthly": (monthly.make, "2026-03"), "weekly": (weekly.make, "2026-W13")}
COUNTS = ("now", "previous", "year_ago", "observed", "before", "reports")  # names of figures that are counts of reports
HOUSE = ("rule", "DOMAIN", "mart_silence", "mart_quarantine")  # sources of figures that count no reports of a cell


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_publication(tmp_path_factory.mktemp("discretion") / "full.duckdb")


@pytest.fixture(scope="module")
def thin(publication: Path) -> Path:
    """The same city with two reports a day at most in each cell, and alerts on four reports."""
    copy = publication.parent / "thin.duckdb"
    copy.write_bytes(publication.read_bytes())
    with duckdb.connect(str(copy)) as con:
        con.execute(
            "update marts.fct_daily set reports = least(reports, 1) where area_key <> '*' or date_on >= date '2026-03-20'"
        )
        con.execute("update marts.mart_alerts set observed = 4, ratio = 4.0 where alert_id in ('al01', 'al03')")
    return copy


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("city", ["publication", "thin"])
def test_report_when_made_then_no_count_from_one_to_four(kind: str, city: str, request: pytest.FixtureRequest) -> None:
    make, code = MAKERS[kind]
    context = make(request.getfixturevalue(city), code, "zh")
    told = [
        f
        for c in context.claims()
        for f in c.figures
        if f.name.split(".")[-1] in COUNTS and not f.source.startswith(HOUSE) and f.text.isdigit()
    ]
    assert told
    assert [f for f in told if 0 < f.value < LEAST] == []
    rows = [row for s in context.annex for chart in s.charts for row in chart.rows]
    assert not [row for row in rows if 0 < (row.get("observed") or row.get("value") or 0) < LEAST]


def test_alert_on_four_reports_when_told_then_neither_count_nor_ratio(thin: Path) -> None:
    context = monthly.make(thin, "2026-03", "zh")
    table = next(s for s in context.annex if s.code == "loop").tables[0]
    assert "若干" in {row[3].text for row in table.rows}
    assert any("写作“若干”" in c.sentence for s in context.annex for p in s.paragraphs for c in p.claims)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_first_page_says_what_a_withheld_count_looks_like_where_there_is_one(thin: Path, lang: str) -> None:
    context = weekly.make(thin, "2026-W13", lang)
    sentence = {"zh": "“若干”指不足5件", "en": "“some” stands for fewer than 5 reports"}[lang]
    assert any(sentence in claim.sentence for claim in context.notices)


def test_cells_when_judged_then_none_is_the_rest_of_shown_ones(thin: Path) -> None:
    """Districts × categories of the month: wherever one is withheld, a total over it has another one, or is withheld."""
    with open_marts(thin) as marts:
        period = month_of("2026-03", marts.facts.as_of_on)
        hidden = judge(marts, period)
        rows = marts.rows(
            "select area_key, category_key, sum(reports) as reports from marts.fct_daily join marts.dim_category using (category_key) "
            "where area_level in ('city', 'district') and category_level = 2 and date_on between $1 and $2 group by all",
            [period.window.first_on, period.window.last_on],
            table="fct_daily",
        )
    told = {
        (r["area_key"], r["category_key"]): not hidden.hides(r["area_key"], r["category_key"], period.window)
        for r in rows
    }
    assert not [r for r in rows if told[r["area_key"], r["category_key"]] and 0 < r["reports"] < LEAST]
    for category in {key[1] for key in told}:
        untold = [key for key, is_told in told.items() if key[1] == category and not is_told]
        assert len(untold) != 1


def test_days_within_days_when_the_rest_is_small_then_one_of_them_is_withheld() -> None:
    """14 in eight days of which 12 in the first seven: the eighth day had two."""
    whole, part = (("东", "A", dt.date(2026, 3, 1), dt.date(2026, 3, day)) for day in (8, 7))
    assert withheld_counts({whole: 14, part: 12}, {}, {}) != frozenset()
    assert withheld_counts({whole: 24, part: 12}, {}, {}) == frozenset()


def test_a_street_within_its_district_when_the_rest_is_small_then_one_of_them_is_withheld() -> None:
    days = (dt.date(2026, 3, 1), dt.date(2026, 3, 7))
    areas = {"东/一/甲": "东/一", "东/一": "东", "东": "*", "*": None}
    values = {("东", "A", *days): 14, ("东/一/甲", "A", *days): 12}
    assert withheld_counts(values, areas, {}) != frozenset()
    assert withheld_counts(values | {("东", "A", *days): 40}, areas, {}) == frozenset()


def test_parts_when_one_is_small_then_another_goes_with_it() -> None:
    assert withheld_parts([3, 17, 20]) == [True, True, False]
    assert withheld_parts([9, 17, 20]) == [False, False, False]
