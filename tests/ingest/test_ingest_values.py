"""Dates, points and header matching."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from ingest.columns import plan_columns
from ingest.coordinates import gcj02_to_wgs84, place_points
from ingest.dates import parse_instants
from ingest.errors import ProfileError, Refused
from ingest.mapping import map_table
from ingest.profiles import Box, list_profiles, load_profile, parse_profile
from ingest.readers.table import Facts, Table

SHANGHAI = "Asia/Shanghai"
MORNING = dt.datetime(2026, 3, 1, 0, 17, 7)


@pytest.mark.parametrize(
    "written",
    ["2026-03-01 08:17:07", "2026/3/1 8:17:07", "2026年3月1日 8时17分7秒", "20260301081707", "2026-03-01T08:17:07+08:00",
     "2026-03-01T00:17:07Z", "2026.03.01 08:17:07", "2026-03-01 08:17:07.123", "46082.34521990741",
     "２０２６－０３－０１　０８：１７：０７", "2026／3／1 08:17:07", '="2026-03-01 08:17:07"'],
)  # fmt: skip
def test_one_instant_in_many_spellings(written: str) -> None:
    parsed = parse_instants(pl.Series([written]), zone=SHANGHAI, formats=["%Y-%m-%d %H:%M:%S"])
    assert abs(parsed["at"][0] - MORNING) < dt.timedelta(seconds=1)
    assert parsed["on"][0] == dt.date(2026, 3, 1)
    assert parsed["is_date_only"][0] is False


@pytest.mark.parametrize(
    "written",
    ["2026-02-30 10:00:00", "2026-13-01", "0000-00-00", "昨天下午", "01/02/2026", "合计", "10113-09-01 00:00:00", "٢٠٢٦-٠٣-٠١", "2026-03-0①"],
)  # fmt: skip
def test_what_is_no_date_stays_unknown(written: str) -> None:
    assert parse_instants(pl.Series([written]), zone=SHANGHAI)["at"][0] is None


def test_year_last_needs_a_declared_order() -> None:
    values = pl.Series(["01/02/2026 03:04:05 PM"])
    assert parse_instants(values, zone="UTC", order="mdy")["at"][0] == dt.datetime(2026, 1, 2, 15, 4, 5)
    assert parse_instants(values, zone="UTC", order="dmy")["at"][0] == dt.datetime(2026, 2, 1, 15, 4, 5)


@pytest.mark.parametrize(
    "written",
    ["2026年3月1日 20时5分", "2026/3/1 下午 8:05:00", "2026年3月1日（星期日）下午8时5分", "2026-03-01 08:05:00 PM", "01-MAR-2026 20:05:00",
     "01-MAR-26 08.05.00.000000 PM", "Mar 1, 2026 8:05 PM", "March 1st, 2026 at 8:05 p.m.", "Sun, 01 Mar 2026 12:05:00 +0000",
     "Sun Mar 01 2026 20:05:00 GMT+0800 (China Standard Time)", "2026-03-01 12:05:00 +0000 UTC", "1772366700", "1772366700000",
     "1772366700000000", "1772366700000.0", "2026-03-01T20:05:00.000", "2026-03-01T12:05:00+00", "2026-Mar-01 20:05"],
)  # fmt: skip
def test_one_instant_as_other_systems_write_it(written: str) -> None:
    parsed = parse_instants(pl.Series([written]), zone=SHANGHAI)
    assert parsed["at"][0] == dt.datetime(2026, 3, 1, 12, 5)
    assert (parsed["on"][0], parsed["is_date_only"][0]) == (dt.date(2026, 3, 1), False)


@pytest.mark.parametrize("written", ["2026-W09-7", "01-MAR-2026", "1 March 2026", "2026-03-01+08:00", "20260301"])
def test_days_without_a_clock(written: str) -> None:
    parsed = parse_instants(pl.Series([written]), zone=SHANGHAI)
    assert (parsed["on"][0], parsed["is_date_only"][0]) == (dt.date(2026, 3, 1), True)


@pytest.mark.parametrize(
    "written",
    ["2026/3/1 15:05 AM", "2026/3/1 晚上12:00", "2026-W09", "1-Foo-2026", "32-Mar-2026", "2026-03-01-0500", "1/31/26 5:05",
     "2026030108", "13800138000", "0", "1", "2147483647"],
)  # fmt: skip
def test_contradictions_and_bare_numbers_are_no_dates(written: str) -> None:
    assert parse_instants(pl.Series([written]), zone=SHANGHAI)["at"][0] is None


@pytest.mark.parametrize(
    ("written", "hour"), [("上午 12:30", 0), ("中午 12:30", 12), ("中午 1:30", 13), ("12:30 AM", 0), ("12:30 PM", 12)]
)
def test_twelve_oclock_in_halves_of_the_day(written: str, hour: int) -> None:
    assert parse_instants(pl.Series([f"2026/3/1 {written}"]), zone="UTC")["at"][0] == dt.datetime(2026, 3, 1, hour, 30)


def test_two_digit_years_need_a_declared_order() -> None:
    values = pl.Series(["1/31/26 5:05 PM", "1/31/85"])
    assert parse_instants(values, zone="UTC")["at"].null_count() == 2
    parsed = parse_instants(values, zone="UTC", order="mdy")["at"].to_list()
    assert parsed == [dt.datetime(2026, 1, 31, 17, 5), dt.datetime(1985, 1, 31)]


def test_midnight_written_as_24_is_the_next_day_and_marked() -> None:
    parsed = parse_instants(pl.Series(["2026-03-03 24:00:00", "2026-03-03 23:59:60"]), zone="UTC")
    assert parsed["at"].to_list() == [dt.datetime(2026, 3, 4), dt.datetime(2026, 3, 4)]
    assert parsed["is_repaired"].to_list() == [True, True]


def test_clock_changes_lose_no_instant() -> None:
    # 02:30 never was on 2015-03-08 in Boston; 01:30 was twice on 2015-11-01
    parsed = parse_instants(
        pl.Series(["2015-03-08 02:30:00", "2015-11-01 01:30:00"]),
        zone="America/New_York",
        formats=["%Y-%m-%d %H:%M:%S"],
    )
    assert parsed["at"].to_list() == [dt.datetime(2015, 3, 8, 7, 30), dt.datetime(2015, 11, 1, 5, 30)]
    assert parsed["on"].to_list() == [dt.date(2015, 3, 8), dt.date(2015, 11, 1)]


BOX = Box(south=39, west=115, north=41, east=118)


@pytest.mark.parametrize(
    ("lat", "lon", "flag", "point"),
    [
        ("39.9", "116.4", None, (39.9, 116.4)),
        ("116.4", "39.9", "swapped_coordinates", (39.9, 116.4)),
        ("0", "0", "zero_coordinates", (None, None)),
        ("40.75", "-73.98", "out_of_city", (None, None)),
        ("39°54′", "116°24′", "bad_coordinates", (None, None)),
        ("nan", "inf", "bad_coordinates", (None, None)),
        ("91", "181", "bad_coordinates", (None, None)),
        (None, None, None, (None, None)),
    ],
)
def test_points(lat: str | None, lon: str | None, flag: str | None, point: tuple) -> None:
    frame = place_points(
        pl.DataFrame({"lat": [lat], "lon": [lon]}, schema={"lat": pl.String, "lon": pl.String}), datum="wgs84", box=BOX
    )
    row = frame.to_dicts()[0]
    assert (row["lat"], row["lon"]) == point
    assert [name for name in row if row[name] is True] == ([flag] if flag else [])


def test_gcj02_is_undone_within_a_metre() -> None:
    # Tiananmen: WGS-84 39.90734, 116.39089 is 39.90874, 116.39713 in GCJ-02 (published converters)
    made = gcj02_to_wgs84(pl.DataFrame({"lat": [39.908744], "lon": [116.397128]}))
    assert made["lat"][0] == pytest.approx(39.907340, abs=2e-5)
    assert made["lon"][0] == pytest.approx(116.390885, abs=2e-5)


def table(*header: str, rows: list[list[str]] | None = None) -> Table:
    filled = rows or [["x"] * len(header)]
    return Table(header, Facts("test"), filled, list(range(1, len(filled) + 1)))


def test_synonyms_map_and_unknown_columns_are_reported() -> None:
    plan = plan_columns(
        table(" 工单号", "受理时间", "问题描述", "经度(GCJ02)", "内部备注"), load_profile("hotline"), "a.csv"
    )
    assert plan.fields == {"ticket_id": 0, "created_at": 1, "text": 2, "lon": 3}
    assert plan.unknown == ("内部备注",)
    assert plan.datum == "gcj02"


def test_a_missing_required_column_is_named() -> None:
    with pytest.raises(Refused, match="created_at"):
        plan_columns(table("工单编号", "诉求标题"), load_profile("hotline"), "a.csv")


def test_a_name_twice_over_different_contents_is_refused() -> None:
    with pytest.raises(Refused, match="诉求内容"):
        plan_columns(
            table("工单编号", "诉求时间", "诉求内容", "诉求内容", rows=[["1", "2026-01-01", "a", "b"]]),
            load_profile("hotline"),
            "a.csv",
        )


def test_bundled_profiles_are_valid() -> None:
    assert {"boston311", "hotline", "open311"} <= set(list_profiles())
    assert all(load_profile(name).version for name in list_profiles())


@pytest.mark.parametrize(
    ("toml", "word"),
    [
        ("name = 'x'\n[columns]\nticket_id = 'a'\ncreated_at = 'b'\ncolour = 'c'", "colour"),
        ("name = 'x'\nzon = 'UTC'\n[columns]\nticket_id = 'a'\ncreated_at = 'b'", "zon"),
        ("name = 'x'\n[columns]\nticket_id = 'a'", "created_at"),
        ("name = ", "TOML"),
    ],
)
def test_a_wrong_profile_is_refused(toml: str, word: str) -> None:
    with pytest.raises(ProfileError, match=word):
        parse_profile(toml.encode(), "x.toml")


def test_an_unknown_source_names_the_known_ones() -> None:
    with pytest.raises(ProfileError, match="hotline"):
        load_profile("atlantis")


@pytest.mark.parametrize(
    ("created", "limit", "due"),
    [
        # Shanghai is eight hours ahead: early on Monday it is still Sunday in UTC
        ("2026-03-02 07:00:00", "5个工作日", "2026-03-09 07:00:00"),
        ("2026-03-06 07:00:00", "1个工作日", "2026-03-09 07:00:00"),
        ("2026-03-02 20:00:00", "5个工作日", "2026-03-09 20:00:00"),
        ("2026-03-06 07:00:00", "24小时", "2026-03-07 07:00:00"),
    ],
)
def test_a_limit_in_working_days_counts_local_days(created: str, limit: str, due: str) -> None:
    header = ("工单编号", "诉求时间", "办结时限")
    one = Table(header, Facts("test"), [("1", created, limit)], [1])
    profile = load_profile("hotline")
    mapped = map_table(one.frame(), plan_columns(one, profile, "a.csv"), profile, SHANGHAI).frame
    local = parse_instants(pl.Series([due]), zone=SHANGHAI)
    assert (mapped["due_at"][0], mapped["due_on"][0]) == (local["at"][0], local["on"][0])
