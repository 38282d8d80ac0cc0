"""People of a place: its own row in the list, else the sum of the places directly below; an estate may lack its community."""

from __future__ import annotations

import pytest

from tests.dbt.city import City, ticket

pytestmark = pytest.mark.slow


def given(city: City) -> None:
    def listed(street: str, population: int, community: str | None = None, estate: str | None = None) -> None:
        city.areas.append(
            {"district": "东区", "street": street, "community": community, "estate": estate, "population": population}
        )

    listed("九街", 3000, estate="甲苑")
    listed("九街", 2000, estate="乙苑")
    listed("十街", 1000, estate="丙苑")
    listed("十街", 9000)
    listed("十一街", 4000, community="河社区")
    listed("十一街", 1500, community="河社区", estate="丁苑")
    listed("十一街", 600, community="山社区", estate="戊苑")
    listed("十一街", 400, community="山社区", estate="己苑")
    city.areas += [
        {"district": "南区", "street": "南一街", "population": 700},
        {"district": "南区", "street": "南二街", "community": "田社区", "population": 300},
        {"district": "南区", "community": "哪条街不明", "population": 50},
        {"population": 50000},  # the whole city
    ]
    city.add(ticket("2025-11-05 08:00", category_l1="地点", category_l2="小区", street="九街", estate="甲苑"))


@pytest.mark.parametrize(
    ("area", "population"),
    [
        ("东区/九街", 5000),  # neither 3000 nor 2000
        ("东区/九街/-/甲苑", 3000),
        ("东区/九街/-/乙苑", 2000),
        ("东区/十街", 9000),
        ("东区/十一街/河社区", 4000),
        ("东区/十一街/河社区/丁苑", 1500),
        ("东区/十一街/山社区", 1000),
        ("东区/十一街", 5000),
        ("东区", 20000),
        ("南区/南二街", 300),
        ("南区", 1050),
        ("*", 50000),  # its own row, not the districts' 51050
    ],
)
def test_population(one, area: str, population: int) -> None:
    assert one("select population from marts.dim_area where area_key = ?", area) == population


def test_the_list_spells_an_estate_as_its_tickets_do(one) -> None:
    sql = "select areas.population from marts.fct_tickets join staging.stg_reference__areas as areas on area_key = estate_key where category_l1_key = '地点'"
    assert one(sql) == 3000
