"""Any instant in any spelling of exports reads as itself, or not at all: never as another one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dates import parse_instants

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
instants = st.datetimes(dt.datetime(2002, 1, 1), dt.datetime(2033, 1, 1)).map(lambda at: at.replace(microsecond=0))
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def twelve(at: dt.datetime) -> str:
    return f"{at.hour % 12 or 12}:{at.minute:02d}:{at.second:02d} {'AM' if at.hour < 12 else 'PM'}"


def epoch(at: dt.datetime) -> int:
    return int(at.replace(tzinfo=SHANGHAI).timestamp())


SPELLINGS: dict[str, tuple[str, Callable[[dt.datetime], str]]] = {
    "iso": ("ymd", lambda at: at.isoformat()),
    "iso_milliseconds": ("ymd", lambda at: f"{at:%Y-%m-%dT%H:%M:%S}.000"),
    "utc": ("ymd", lambda at: f"{at - dt.timedelta(hours=8):%Y-%m-%dT%H:%M:%SZ}"),
    "postgres": ("ymd", lambda at: f"{at - dt.timedelta(hours=8):%Y-%m-%d %H:%M:%S}+00"),
    "slashes": ("ymd", lambda at: f"{at.year}/{at.month}/{at.day} {at.hour}:{at.minute:02d}:{at.second:02d}"),
    "chinese": ("ymd", lambda at: f"{at.year}年{at.month}月{at.day}日 {at.hour}时{at.minute}分{at.second}秒"),
    "chinese_half_day": ("ymd", lambda at: f"{at.year}/{at.month}/{at.day} {'上午' if at.hour < 12 else '下午'} {twelve(at)[:-3]}"),
    "compact": ("ymd", lambda at: f"{at:%Y%m%d%H%M%S}"),
    "american": ("mdy", lambda at: f"{at.month}/{at.day}/{at.year} {twelve(at)}"),
    "american_short_year": ("mdy", lambda at: f"{at.month}/{at.day}/{at:%y} {twelve(at)}"),
    "european": ("dmy", lambda at: f"{at.day:02d}.{at.month:02d}.{at.year} {at:%H:%M:%S}"),
    "oracle": ("ymd", lambda at: f"{at.day:02d}-{MONTHS[at.month - 1].upper()}-{at:%y} {at:%I.%M.%S}.000000 {'AM' if at.hour < 12 else 'PM'}"),
    "long": ("ymd", lambda at: f"{MONTHS[at.month - 1]} {at.day}, {at.year} {twelve(at)}"),
    "mail": ("ymd", lambda at: f"Mon, {at.day:02d} {MONTHS[at.month - 1]} {at.year} {at:%H:%M:%S} +0800"),
    "epoch": ("ymd", lambda at: str(epoch(at))),
    "epoch_milliseconds": ("ymd", lambda at: f"{epoch(at)}000"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPELLINGS)
@settings(max_examples=8)
@given(many=st.lists(instants, min_size=20, max_size=60))
def test_instants_when_written_in_a_usual_spelling_then_read_as_themselves(name: str, many: list[dt.datetime]) -> None:
    order, write = SPELLINGS[name]
    made = parse_instants(pl.Series([write(at) for at in many]), zone="Asia/Shanghai", order=order)
    assert made["at"].to_list() == [at - dt.timedelta(hours=8) for at in many]
    assert made["on"].to_list() == [at.date() for at in many]
    assert not made["is_date_only"].any()


@pytest.mark.parametrize("order", ["ymd", "mdy", "dmy"])
@settings(max_examples=20)
@given(texts=st.lists(st.text(alphabet="0123456789/-:. 年月日时分上下午APMTZ+", max_size=24), min_size=20, max_size=60))
def test_texts_when_any_mixture_of_signs_then_no_error_and_no_absurd_year(order: str, texts: list[str]) -> None:
    found = parse_instants(pl.Series(texts, dtype=pl.String), zone="Asia/Shanghai", order=order)["at"]
    assert all(0 <= at.year <= 10_000 for at in found.drop_nulls())
