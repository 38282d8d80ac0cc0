"""Who sees which rows, asked of the published tables themselves: whatever a page asks, what is not of its reader is not there."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from dashboards.queries import alerts, issues, overview, performance, places, similar, trends, words
from dashboards.queries.marts import Marts
from tests.fixtures_publication import make_publication
from tests.fixtures_publication_schema import TABLES
from weisu.access import EVERYTHING, Sight
from weisu.row_rules import AREA, SOURCE, VIEWER

OWN = "东湖区"
OFFICER, STREET, VIEWERS = Sight(area=OWN), Sight(area="东湖区/二桥街道"), Sight(has_texts=False)
TABLES_OF_NOBODY = {
    "fct_cases",
    "dim_grid_cell",
}  # published, and no page reads them: nobody but who sees everything has them
KEYED = sorted(name for name, columns in TABLES.items() if "area_key text" in columns)
LISTS = sorted(name for name, columns in TABLES.items() if "ticket_key" in columns or "person_hash" in columns)


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Marts:
    path = make_publication(tmp_path_factory.mktemp("rules") / "p.duckdb")
    with duckdb.connect(str(path)) as con:
        con.execute("insert into marts.fct_cases (case_key, ticket_key) select 'c', ticket_key from marts.fct_tickets")
        con.execute("insert into marts.mart_clusters (cluster_id, end_on, observed, ticket_keys) select 'own', max(created_on), 9, list(ticket_key) from marts.fct_tickets where district_key = '东湖区'")  # fmt: skip
        con.execute("insert into marts.mart_clusters (cluster_id, end_on, observed, ticket_keys) select 'both', max(created_on), 9, list(ticket_key) from marts.fct_tickets")  # fmt: skip
        con.execute("update marts.fct_tickets set issue_key = 'own' where ticket_key = (select min(ticket_key) from marts.fct_tickets where district_key = '东湖区')")  # fmt: skip
        con.execute("insert into marts.fct_issues (issue_key) values ('own')")
    return Marts(path, "p")


def count(marts: Marts, table: str, where: str = "true") -> int:
    return marts.frame(f"select count(*) as n from marts.{table} where {where}")["n"].item()


def test_every_published_table_has_a_rule_for_every_sight_or_is_not_there() -> None:
    assert set(TABLES) - TABLES_OF_NOBODY == set(AREA) == set(VIEWER)


@pytest.mark.parametrize("sight", [OFFICER, VIEWERS], ids=["officer", "viewer"])
def test_table_without_a_rule_is_not_there(marts: Marts, sight: Sight) -> None:
    assert count(marts, "fct_cases") > 0
    with pytest.raises(duckdb.CatalogException):
        marts.seen_by(sight).frame("select * from marts.fct_cases")


@pytest.mark.parametrize("table", KEYED)
def test_officer_finds_no_row_of_another_area_in_any_table(marts: Marts, table: str) -> None:
    seen = marts.seen_by(OFFICER)
    keys = set(seen.frame(f"select distinct area_key from marts.{table}")["area_key"])
    assert all(key in ("*", OWN) or key.startswith(f"{OWN}/") for key in keys)
    if count(marts, table, f"area_key = '{OWN}'"):
        assert OWN in keys


@pytest.mark.parametrize("sight", [OFFICER, STREET], ids=["district", "street"])
def test_officer_sees_the_own_tickets_and_no_other(marts: Marts, sight: Sight) -> None:
    own = f"district_key = '{sight.area}' or street_key = '{sight.area}'"
    seen = marts.seen_by(sight)
    assert count(seen, "fct_tickets") == count(marts, "fct_tickets", own) > 0
    strangers = f"ticket_key not in (select ticket_key from {SOURCE}.marts.fct_tickets where {own})"
    for table in ("mart_alert_tickets", "mart_ticket_words", "mart_similar_cases", "mart_category_suggestions"):
        assert count(seen, table, strangers) == 0
        assert count(seen, table) == count(marts, table, f"not ({strangers})") or table == "mart_alert_tickets"


def test_officer_sees_own_alerts_with_their_tickets_and_acts(marts: Marts) -> None:
    seen = marts.seen_by(OFFICER)
    own = set(alerts.alerts(marts).filter(area_key=OWN)["alert_id"])
    assert own <= set(alerts.alerts(seen)["alert_id"]) < set(alerts.alerts(marts)["alert_id"])
    foreign = alerts.alerts(marts).filter(area_key="西山区")["alert_id"].to_list()
    assert foreign
    assert all(alerts.tickets_of(seen, alert).is_empty() for alert in foreign)


def test_officer_sees_the_citys_totals_but_no_units(marts: Marts) -> None:
    seen = marts.seen_by(OFFICER)
    assert overview.latest_kpis(seen) == overview.latest_kpis(marts)
    assert count(marts, "mart_kpis", "unit is not null") > 0
    assert count(seen, "mart_kpis", "unit is not null") == 0


def test_officer_sees_issues_of_which_all_tickets_are_own(marts: Marts) -> None:
    sql = "select i.issue_key, bool_and(t.district_key = '东湖区') as is_own, bool_or(t.district_key = '东湖区') as is_partly from marts.fct_issues i join marts.fct_tickets t using (issue_key) group by all"
    rows = marts.frame(sql)
    seen = set(marts.seen_by(OFFICER).frame("select issue_key from marts.fct_issues")["issue_key"])
    assert seen == set(rows.filter("is_own")["issue_key"])
    assert rows.filter("is_partly").height > len(seen) > 0


def test_officer_sees_clusters_that_lie_wholly_inside(marts: Marts) -> None:
    found = marts.seen_by(OFFICER).frame("select cluster_id from marts.mart_clusters where cluster_id in ('own', 'both')")  # fmt: skip
    assert found["cluster_id"].to_list() == ["own"]


@pytest.mark.parametrize("area", ["", "不存在", "东湖", "*", "' or true --", "东湖区' or '1'='1", "%", "东湖区/"])
def test_area_that_is_none_shows_nothing_and_is_never_sql(marts: Marts, area: str) -> None:
    seen = marts.seen_by(Sight(area=area))
    assert count(seen, "fct_tickets") == 0
    assert count(seen, "mart_alerts") == 0


def test_officer_who_asks_for_another_area_gets_nothing(marts: Marts) -> None:
    seen, last = marts.seen_by(OFFICER), marts.about().as_of_on
    first = marts.about().first_on or last.replace(year=last.year - 1)
    assert places.spots(seen, first, last, "*", "西山区").is_empty()
    assert trends.weeks(seen, "西山区", 2, first).is_empty()
    assert issues.hot(seen, last, days=400, area="西山区").is_empty()
    foreign = marts.frame("select ticket_id, issue_key from marts.fct_tickets where district_key = '西山区' and issue_key is not null limit 1").row(0)  # fmt: skip
    assert words.of_ticket(seen, foreign[0]) is None
    own = set(seen.frame("select ticket_id from marts.fct_tickets")["ticket_id"])
    assert set(issues.tickets_of(seen, foreign[1])["ticket_id"]) <= own


def test_similar_cases_of_an_officer_are_own_ones(marts: Marts) -> None:
    seen = marts.seen_by(OFFICER)
    assert similar.has_index(seen) == similar.has_index(marts)
    assert words.has_words(seen) == words.has_words(marts)
    cases = set(seen.frame("select case_no from marts.mart_similar_cases")["case_no"])
    assert set(seen.frame("select case_no from marts.mart_similar_terms")["case_no"]) <= cases


@pytest.mark.parametrize("table", [t for t in LISTS if t not in TABLES_OF_NOBODY])
def test_viewer_has_no_list_of_tickets(marts: Marts, table: str) -> None:
    assert count(marts.seen_by(VIEWERS), table) == 0


def test_viewer_sees_no_count_from_1_to_4(marts: Marts) -> None:
    seen = marts.seen_by(VIEWERS)
    small = "{} between 1 and 4"
    for table, columns in {
        "mart_alerts": ("observed", "persons", "places"),
        "mart_degrees": ("reports",),
        "mart_series_days": ("observed",),
    }.items():
        assert count(seen, table) > 0
        assert all(count(seen, table, small.format(column)) == 0 for column in columns)
    assert count(seen, "mart_kpis", "kpi_code = 'reports' and value between 1 and 4") == 0
    assert count(seen, "mart_kpis", "numerator between 1 and 4 or denominator between 1 and 4") == 0
    assert count(marts, "mart_degrees", small.format("reports")) > 0  # there are such cells


def test_viewer_reads_nothing_that_people_wrote(marts: Marts) -> None:
    seen = marts.seen_by(VIEWERS)
    rows = alerts.alerts(seen)
    assert rows["why_zh"].null_count() == rows["evidence"].null_count() == rows.height > 0
    acts = alerts.published_acts(seen)
    assert set(acts["reason"]) | set(acts["actor"]) <= {""}


def test_viewer_sees_the_city_by_day_or_not_at_all(marts: Marts) -> None:
    seen = marts.seen_by(VIEWERS)
    assert set(seen.frame("select distinct area_key, category_key from marts.mart_series_days").row(0)) == {"*"}
    whole, told = overview.last_week(marts), overview.last_week(seen)
    both = whole.join(told, on="date_on", suffix="_told").drop_nulls("observed_told")
    assert both["observed"].to_list() == both["observed_told"].to_list()
    hidden = told.group_by(pl.col("date_on").dt.truncate("1w")).agg(pl.col("observed").is_null().sum().alias("days"))
    assert set(hidden["days"]) == {0, 7}  # a week is told whole or not at all


def test_no_unit_is_compared_for_who_sees_a_part(marts: Marts) -> None:
    for sight in (OFFICER, VIEWERS):
        seen = marts.seen_by(sight)
        start = next(iter(performance.periods(seen, "month")))
        assert performance.codes(seen, "month", start, "unit") == []


def test_who_sees_everything_sees_the_file_itself(marts: Marts) -> None:
    assert marts.seen_by(EVERYTHING) is marts
    assert marts.seen_by(OFFICER) is marts.seen_by(Sight(area=OWN))


@pytest.mark.parametrize("sight", [EVERYTHING, OFFICER], ids=["all", "officer"])
def test_no_query_reads_a_file_of_the_machine(marts: Marts, sight: Sight, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("x")
    for sql in (f"select * from read_text('{secret}')", f"attach '{tmp_path}/new.duckdb' as other"):
        with pytest.raises(duckdb.Error):
            marts.seen_by(sight)._cursor().execute(sql)


def test_texts_are_told_before_they_are_given(marts: Marts) -> None:
    told: list[list[str]] = []
    watched = marts.watched(told.append)
    key = marts.frame("select alert_id from marts.mart_alert_tickets limit 1").item()
    rows = alerts.tickets_of(watched, key)
    assert told == [sorted(rows["ticket_id"].unique())]
    alerts.alerts(watched)
    overview.latest_kpis(watched)
    assert len(told) == 1  # no texts of tickets in these

    def refuse(_tickets: list[str]) -> None:
        raise OSError("log")

    with pytest.raises(OSError, match="log"):
        alerts.tickets_of(marts.watched(refuse), key)
