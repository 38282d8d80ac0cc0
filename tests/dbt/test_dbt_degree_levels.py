"""Degrees at every level: communities, estates and third categories take a share of their parent's expectation; ranks, weights and goalposts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import numpy as np
import pytest
from scipy import stats

from tests.dbt.city import MODELS_ONLY, City, Row, run, ticket

pytestmark = [pytest.mark.slow]
NOVEMBER = "period_type = 'month' and period_start_on = date '2025-11-01'"
STREET, NORTH, SOUTH = "东区/一街", "东区/一街/北社区", "东区/一街/南社区"
LIFT = "设施->电梯->困人"
CHANGED_ON = dt.date(2025, 12, 1)
DEGREES = ("frequency", "intensity", "breadth", "difficulty")


def lift(day: str, community: str, estate: str, detail: str = "困人", **fields) -> Row:
    return ticket(f"{day} 10:00", category_l1="设施", category_l2="电梯", category_l3=detail, community=community, estate=estate, **fields)  # fmt: skip


def base() -> City:
    """Twelve months before October: 60 lift tickets in one street, 36 of them in the north, 24 of these trapped people."""
    city = City(areas=[{"district": "东区", "street": "一街", "community": "北社区", "population": 3000},
                       {"district": "东区", "street": "一街", "community": "南社区", "population": 1000}])  # fmt: skip
    first = dt.date(2024, 1, 1)
    city.add(*[ticket(f"{first + dt.timedelta(days=n)} 09:00", street=("一街", "二街", "三街")[n % 3], person_hash=f"b{n % 50}") for n in range(731)])  # fmt: skip
    for n in range(60):
        day = str(dt.date(2024, 10, 10) + dt.timedelta(days=5 * n))
        place = ("北社区", f"{n % 4}苑") if n % 5 < 3 else ("南社区", "南苑")
        city.add(lift(day, *place, detail="困人" if n % 5 < 2 else "异响", person_hash=f"l{n}"))
    for n in range(9):  # November: nine persons in three estates of the north
        city.add(lift(f"2025-11-{n + 3:02d}", "北社区", f"{n % 3}苑", person_hash=f"n{n}"))
    city.add(*[lift("2025-11-20", "南社区", "南苑", person_hash=f"s{n}") for n in range(2)])
    for n, category in enumerate("甲乙丙丁戊己庚辛壬癸子丑寅卯"):  # fourteen rivals for the first ten ranks
        city.add(*[
            ticket(f"2025-11-{d + 1:02d} 12:00", category_l1="竞争", category_l2=category, person_hash=f"r{n}{d % (n + 1)}", title="扬言" if d < n // 3 else "一般", text="说明",
                   due=f"2025-11-{d + 4:02d} 12:00", closed=f"2025-11-{d + 2 + n % 4:02d} 12:00" if d % 3 else None, channel=("电话", "微信", "网站")[d % (1 + n % 3)])
            for d in range(20 - n % 7)
        ])  # fmt: skip
    city.sense["cell_expectations"] = [
        {"area_key": STREET, "category_key": "设施->电梯", "period_type": "month", "period_start_on": dt.date(2025, 11, 1), "observed": 11,
         "expected": 5.0, "dispersion": 2.0, "mid_p": 0.02, "history_weeks": 100, "is_low_confidence": False, "alpha": 2.0}
    ]  # fmt: skip
    return city


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(tmp_path_factory.mktemp("before"), base())


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory, before: Path) -> Path:
    """A later build: other weights from December on, and late tickets that would move the goalposts of 2025."""
    city = base()
    city.add(*[ticket(f"2024-{m:02d}-{d:02d} 09:00", category_l1="补录", category_l2="迟到", street="九街", channel=c)
               for m in range(1, 13) for d in range(1, 28) for c in ("微信", "电话")])  # fmt: skip
    decided = {"version": "2", "author": "市委", "decided_on": dt.date(2025, 11, 20), "reason": "更重烈度"}
    city.weights = [{"rule_name": "degree_weight", "rule_key": k, "rule_value": v, "valid_from": CHANGED_ON, **decided}
                    for k, v in (("intensity", 3.0), ("frequency", 1.0), ("breadth", 1.0), ("difficulty", 1.0))]  # fmt: skip
    city.goalposts = named(before, "select * from intermediate.int_goalposts where frozen_as_of is not null")
    return run(tmp_path_factory.mktemp("after"), city, without=MODELS_ONLY)


def named(build: Path, sql: str, *values: object) -> list[Row]:
    with duckdb.connect(str(build), read_only=True) as con:
        found = con.execute(sql, list(values))
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def cell(build: Path, area: str, category: str, table: str = "marts.mart_degrees") -> Row:
    (row,) = named(
        build, f"select * from {table} where area_key = ? and category_key = ? and {NOVEMBER}", area, category
    )
    return row


def test_every_area_and_category_level_is_scored(before: Path) -> None:
    found = named(before, f"select distinct area_level, category_level from marts.mart_degrees where {NOVEMBER}")
    assert {(r["area_level"], r["category_level"]) for r in found} == {
        (area, level) for area in ("city", "district", "street", "community", "estate") for level in (1, 2, 3)
    }


def test_fine_cells_with_fewer_than_three_reports_and_older_months_have_no_row(before: Path) -> None:
    fine = "(category_level = 3 or area_level in ('community', 'estate'))"
    assert named(before, f"select * from marts.mart_degrees where {fine} and reports < 3") == []
    assert named(before, f"select * from marts.mart_degrees where {fine} and period_start_on < date '2025-07-01'") == []


def test_a_communitys_expectation_is_its_share_of_the_streets(before: Path) -> None:
    # 36 of the street's 60 tickets of the twelve months before the quarter; peers by people 3,000 of 4,000; 20 reports of shrinkage
    reports = named(before, "select area_key, category_key, reports from intermediate.int_cell_history where quarter_start_on = date '2025-10-01'")  # fmt: skip
    history = {(r["area_key"], r["category_key"]): r["reports"] for r in reports}
    assert (history[NORTH, "设施->电梯"], history[STREET, "设施->电梯"]) == (36, 60)
    share = (36 + 20 * 0.75) / (60 + 20)
    assert cell(before, NORTH, "设施->电梯")["expected"] == pytest.approx(5.0 * share)


def test_a_third_category_is_drawn_to_area_times_category(before: Path) -> None:
    area = (36 + 20 * 0.75) / (60 + 20)
    category = (24 + 20 / 2) / (60 + 20)  # 24 of 60 in the city; two third categories
    share = (24 + 20 * area * category) / (60 + 20)
    assert cell(before, NORTH, LIFT)["expected"] == pytest.approx(5.0 * share)


def test_surprise_of_a_part_is_the_tail_of_a_thinned_count(before: Path) -> None:
    found = cell(before, NORTH, "设施->电梯", "intermediate.int_cell_expectations")
    mean, share = found["expected"], found["expected"] / 5.0
    spread = 1 + share * (2.0 - 1)
    counts = stats.nbinom(mean / (spread - 1), 1 / spread)
    assert np.log10(found["mid_p"]) == pytest.approx(np.log10(counts.sf(9) + counts.pmf(9) / 2), abs=0.15)


def test_confidence_is_low_where_peers_weigh_more_than_history(before: Path) -> None:
    assert not cell(before, NORTH, LIFT)["is_low_confidence"]
    shares = named(before, "select * from intermediate.int_cell_shares")
    assert [s["is_low_confidence"] for s in shares] == [s["history_weeks"] < 26 or s["parent_reports"] < 20 for s in shares]  # fmt: skip


def test_effective_areas_of_a_community_are_estates_and_of_an_estate_nothing(before: Path) -> None:
    pairs = named(before, f"select * from intermediate.int_cell_pairs where area_key = ? and category_key = ? and dimension = 'areas' and {NOVEMBER}", NORTH, "设施->电梯")  # fmt: skip
    assert [(p["same_pairs"], p["pairs"]) for p in pairs] == [(3 * 3 * 2, 9 * 8)]
    components = named(before, f"select distinct component from marts.mart_degree_components where area_level = 'estate' and degree = 'breadth' and {NOVEMBER}")  # fmt: skip
    assert "areas" not in {c["component"] for c in components}


@pytest.mark.parametrize("level", ["city", "street"])
def test_ranks_and_stability_agree_with_a_count_in_python(before: Path, level: str) -> None:
    """200 weight vectors of the same sequence, ranked one by one, in a week with rivals on both sides of the tenth rank."""
    rows = named(before, "select * from marts.mart_degrees where area_level = ? and category_level = 2 and period_type = 'week' "
                 "and period_start_on = date '2025-11-10' and composite_score is not null", level)  # fmt: skip
    rows.sort(key=lambda r: (-r["composite_score"], -r["reports"], r["area_key"], r["category_key"]))
    assert len(rows) > 12
    assert [r["composite_rank"] for r in rows] == list(range(1, len(rows) + 1))
    scores = np.array([[np.nan if r[f"{d}_score"] is None else r[f"{d}_score"] for d in DEGREES] for r in rows])
    known, hits = np.isfinite(scores), np.zeros(len(rows))
    for n in range(1, 201):
        factors = np.array([round(0.5 + (0.5 + n / 1.1673039782614187**j) % 1, 6) for j in range(1, 5)])
        found = np.nansum(scores * factors, axis=1) / (known * factors).sum(axis=1)
        keys = [(-round(q, 6), -r["reports"], r["area_key"], r["category_key"]) for q, r in zip(found, rows, strict=True)]  # fmt: skip
        hits[sorted(range(len(rows)), key=keys.__getitem__)[:10]] += 1
    assert [r["top_share"] for r in rows] == pytest.approx(hits / 200)
    assert any(0 < h < 200 for h in hits)  # the test has something to tell apart


def test_a_degree_of_ninety_is_listed_whatever_the_composite(before: Path) -> None:
    rows = named(before, "select * from marts.mart_degrees where composite_score is not null")
    listed = [any((r[f"{d}_score"] or 0) >= 90 for d in DEGREES) for r in rows]
    assert [r["is_listed_regardless"] for r in rows] == listed
    assert {True, False} <= set(listed)


def test_what_was_published_under_old_weights_keeps_them(before: Path, after: Path) -> None:
    """Every degree, composite and level of 2025 up to November is the same to the last digit."""
    sql = ("select * exclude (composite_rank, top_share) from marts.mart_degrees where period_start_on >= date '2025-01-01' and period_end_on < ? "
           "and category_key not like '补录%' order by area_key, category_key, period_type, period_start_on")  # fmt: skip
    old, new = named(before, sql, CHANGED_ON), named(after, sql, CHANGED_ON)
    assert len(old) > 1000
    assert new == old
    assert {r["weights_version"] for r in new} == {"1"}


def test_a_period_that_ends_later_has_the_new_weights(after: Path) -> None:
    rows = named(after, "select * from marts.mart_degrees where period_start_on = date '2025-12-01' and composite_score is not null")  # fmt: skip
    assert rows
    for r in rows:
        weight = {"frequency": 1, "intensity": 3, "breadth": 1, "difficulty": 1}
        known = {d: r[f"{d}_score"] for d in DEGREES if r[f"{d}_score"] is not None}
        total = sum(weight[d] for d in known)
        assert r["composite_score"] == pytest.approx(sum(weight[d] * s for d, s in known.items()) / total, abs=1e-3)
        assert r["coverage_share"] == pytest.approx(total / 6)
        assert r["weights_version"] == "2"
    versions = named(after, "select * from marts.mart_weights where rule = 'degree_weight' and key = 'intensity' order by valid_from")  # fmt: skip
    assert [(v["weight"], v["valid_to"]) for v in versions] == [(0.25, dt.date(2025, 11, 30)), (3.0, None)]
    assert named(after, "select value from marts.mart_rules where rule = 'degree_weight' and key = 'intensity'") == [{"value": "3.0"}]  # fmt: skip


def test_goalposts_once_frozen_are_not_computed_again(before: Path, after: Path) -> None:
    sql = "select * from intermediate.int_goalposts where score_year = 2025 and frozen_as_of is not null order by all"
    kept = named(before, sql)
    assert {"2024"} <= {g["goalposts_version"] for g in kept}
    assert [g for g in named(after, sql) if g in kept] == kept
    recomputed = named(
        after, "select count(*) as n from intermediate.int_component_values where category_key like '补录%'"
    )
    assert recomputed[0]["n"] > 0  # the late tickets are in the reference year: anew, it would give others


def test_contributions_add_up_to_the_degree_at_every_level(before: Path) -> None:
    rows = named(before, "select d.area_level, c.degree, sum(c.contribution) as points, any_value(case c.degree when 'frequency' then frequency_score when 'intensity' then intensity_score "
                 "when 'breadth' then breadth_score else difficulty_score end) as score from marts.mart_degree_components c join marts.mart_degrees d using (area_key, category_key, period_type, period_start_on) "
                 "where d.reports > 0 group by d.area_level, d.area_key, d.category_key, d.period_type, d.period_start_on, c.degree having score is not null")  # fmt: skip
    assert {r["area_level"] for r in rows} == {"city", "district", "street", "community", "estate"}
    assert [r["points"] for r in rows] == pytest.approx([r["score"] for r in rows], abs=0.01)
