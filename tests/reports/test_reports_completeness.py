"""Late and incomplete data are said on page one, with their numbers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from reports import monthly, weekly
from reports.given import loose_number
from reports.marts import open_marts
from reports.periods import week_of
from reports.queries.completeness import completeness
from tests.fixtures_publication_schema import TABLES

WEEK = "2026-W13"  # 23 to 29 March
END = dt.date(2026, 3, 29)
RULES = "insert into marts.mart_rules (rule, key, value) values ('completeness', 'usual_weeks', '8'), ('completeness', 'thin_day_share', '0.25'), ('completeness', 'least_usual', '20')"


def publication(folder: Path, *statements: str, last_on: dt.date = END, built_at: str = "2026-03-31 00:00") -> Path:
    """Twelve weeks of two sources: `main` with 40 tickets a day, `app` with three."""
    path = folder / "made.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as con:
        con.execute("create schema marts")
        for name, columns in TABLES.items():
            con.execute(f"create table marts.{name} ({columns})")
        con.execute(
            "insert into marts.mart_publication by name select $1::date as as_of_on, $2::timestamp as built_at, '澄江市' as city_name, 'Chengjiang' as city_name_en, false as is_synthetic, 'Asia/Shanghai' as timezone",
            [last_on, built_at],
        )
        con.execute(
            """insert into marts.fct_tickets by name
            select source, d::date as created_on, source || d || n as ticket_key, true as is_demand
            from range($1::date - 83, $1::date + 1, interval 1 day) t(d), (values ('main', 40), ('app', 3)) s(source, most), range(most) r(n)""",
            [last_on],
        )
        con.execute(RULES)
        for statement in statements:
            con.execute(statement)
    return path


def thin(path: Path) -> list[tuple[str, dt.date, int, float]]:
    with open_marts(path) as marts:
        found = completeness(marts, week_of(WEEK, marts.facts.as_of_on)).thin
    return [(d.source, d.date_on, d.tickets, d.usual) for d in found]


def drop(day: str, keep: int, source: str = "main") -> str:
    return f"delete from marts.fct_tickets where source = '{source}' and created_on = date '{day}' and ticket_key not in (select ticket_key from marts.fct_tickets where source = '{source}' and created_on = date '{day}' limit {keep})"


def test_whole_period_is_complete(tmp_path: Path) -> None:
    with open_marts(publication(tmp_path)) as marts:
        assert completeness(marts, week_of(WEEK, END)).is_complete


def test_day_when_under_a_quarter_of_its_weekday_then_thin(tmp_path: Path) -> None:
    path = publication(tmp_path, drop("2026-03-24", 9), drop("2026-03-25", 10), drop("2026-03-27", 0))
    assert thin(path) == [("main", dt.date(2026, 3, 27), 0, 40), ("main", dt.date(2026, 3, 24), 9, 40)]


def test_day_when_the_rule_asks_otherwise_then_it_is_judged_so(tmp_path: Path) -> None:
    """Every rule matters: half a day is thin by a share of .6; nothing is usual of one week; a source of 40 is too small for 50."""
    half = drop("2026-03-24", 20)
    for key, value, days in (("thin_day_share", "0.6", 1), ("usual_weeks", "1", 0), ("least_usual", "50", 0)):
        path = publication(
            tmp_path, half, drop("2026-03-25", 0), f"update marts.mart_rules set value = '{value}' where key = '{key}'"
        )
        assert len([d for d in thin(path) if d[1] == dt.date(2026, 3, 24)]) == days
    assert thin(publication(tmp_path, half, "delete from marts.mart_rules")) == []


def test_holiday_when_few_call_then_not_thin_but_when_none_does(tmp_path: Path) -> None:
    holiday = "insert into marts.dim_calendar (date_on, holiday_name) values ('2026-03-24', '节'), ('2026-03-25', '节')"
    path = publication(tmp_path, holiday, drop("2026-03-24", 2), drop("2026-03-25", 0))
    assert [d[1] for d in thin(path)] == [dt.date(2026, 3, 25)]


def test_source_when_it_began_a_fortnight_ago_then_nothing_is_usual(tmp_path: Path) -> None:
    path = publication(
        tmp_path,
        "delete from marts.fct_tickets where source = 'main' and created_on < '2026-03-09'",
        drop("2026-03-24", 1),
    )
    assert thin(path) == []


@pytest.mark.parametrize(
    ("lang", "says"), [("zh", "数据只到2026年3月26日，缺最后3天"), ("en", "the data end on 26 Mar 2026")]
)
def test_report_when_the_period_is_over_and_data_end_earlier_then_page_one_says_late(
    tmp_path: Path, lang: str, says: str
) -> None:
    path = publication(tmp_path, last_on=dt.date(2026, 3, 26), built_at="2026-03-29 16:30")  # Monday 00:30 in the city
    notices = [c.sentence for c in weekly.make(path, WEEK, lang).notices]
    assert any(says in sentence for sentence in notices), notices


def test_report_when_the_period_is_not_over_then_it_says_that_instead(tmp_path: Path) -> None:
    path = publication(tmp_path, last_on=dt.date(2026, 3, 26), built_at="2026-03-29 15:30")  # Sunday 23:30
    assert [c.key for c in weekly.make(path, WEEK, "zh").notices] == ["notice.as_of", "notice.incomplete"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_report_when_days_are_thin_then_page_one_names_them_with_numbers(tmp_path: Path, lang: str) -> None:
    days = [drop(f"2026-03-{day}", keep) for day, keep in ((10, 3), (17, 9), (24, 0), (25, 8), (26, 7))]
    context = monthly.make(publication(tmp_path, *days), "2026-03", lang)
    (claim,) = [c for c in context.notices if c.key == "notice.thin"]
    assert loose_number(claim) is None
    assert {f.value for f in claim.figures if f.name.endswith("days")} == {5}
    (rule,) = [c for c in context.claims() if c.key == "definition.completeness"]
    assert {f.value for f in rule.figures} == {8, 0.25, 20}
    told = [f for f in claim.figures if f.name.endswith("tickets")]
    assert [f.value for f in told] == [0, None, 7]  # three tickets are not told
