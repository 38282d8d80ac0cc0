"""Built-in holidays and working days that reach dim_calendar."""

from __future__ import annotations

from weisu.variables import built_in_holidays


def test_chinese_days_off_are_named_and_worked_weekends_are_not() -> None:
    days = dict(built_in_holidays("CN", "zh", years=range(2024, 2025)))
    assert days["2024-02-10"] == "春节"
    assert days["2024-02-04"] is None  # a Sunday that was worked


def test_a_state_uses_its_country_and_an_unknown_region_has_none() -> None:
    assert dict(built_in_holidays("US-MA", "en", years=range(2015, 2016)))["2015-07-03"]
    assert built_in_holidays("XX", "en", years=range(2015, 2016)) == []
