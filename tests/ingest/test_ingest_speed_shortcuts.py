"""What is done in bulk gives what is done one by one."""

from __future__ import annotations

import datetime as dt
import random

import polars as pl
import pytest

from ingest import dates
from ingest.ahead import ahead
from ingest.canonical import HASHED_COLUMNS, VERSION_COLUMNS
from ingest.privacy.persons import with_person_hash
from ingest.staging import content_hash
from weisu.identity import person_hash, person_hashes

PERSONAL = ("person_phone", "person_account", "person_name")


@pytest.mark.parametrize("key", [b"k" * 32, b"k" * 64, b"k" * 100])
def test_many_callers_hash_like_one(key: bytes) -> None:
    given = ["person_phone:13800138000", "账号甲", " x "]
    assert person_hashes(key, given) == [person_hash(key, each) for each in given]


def test_one_caller_in_many_spellings_is_one_hash() -> None:
    phones = ["+86 138-0013-8000", "13800138000", "１３８００１３８０００", None, "0000", "138****8000", "123"]
    rows = pl.DataFrame({"person_phone": phones, "person_account": [None] * 6 + ["abcd"], "person_name": ["a"] * 7})
    hashes = with_person_hash(rows, PERSONAL[:2], b"k" * 32)["person_hash"].to_list()
    phone, account = (person_hash(b"k" * 32, v) for v in ("person_phone:13800138000", "person_account:abcd"))
    assert hashes == [phone, phone, phone, None, None, None, account]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"])
@pytest.mark.parametrize("days", [10, 100, 400, 5000])
def test_a_shifted_clock_is_the_converted_one(monkeypatch: pytest.MonkeyPatch, zone: str, days: int) -> None:
    drawn = random.Random(days)
    first = dt.datetime(drawn.randint(1985, 2024), 1, 1)
    written = [(first + dt.timedelta(days=drawn.random() * days)).strftime("%Y-%m-%d %H:%M:%S") for _ in range(300)]
    values = pl.Series([*written, None])
    shifted = dates.parse_instants(values, zone=zone, formats=["%Y-%m-%d %H:%M:%S"])
    monkeypatch.setattr(dates, "_fixed_offset", lambda *_: None)
    assert dates.parse_instants(values, zone=zone, formats=["%Y-%m-%d %H:%M:%S"]).equals(shifted)


def test_the_content_hash_is_the_documented_one() -> None:
    """Guards what is stored: a change of this value makes every unchanged ticket a new version."""
    import duckdb

    row = {"ticket_id": "'GD1'", "created_at": "timestamp '2026-03-01 00:00:00'", "lat": "30.1234567", "is_solved": "true", "flags": "['a', 'b']"}  # fmt: skip
    cells = {"ticket_id": "GD1", "created_at": "1772323200000000", "lat": "301234567", "is_solved": "true", "flags": "a b"}  # fmt: skip
    named = ", ".join(f"{row.get(name, f'null::{kind.split()[0]}')} as {name}" for name, kind in VERSION_COLUMNS.items())  # fmt: skip
    text = "\x1f".join(cells.get(name, "") for name in HASHED_COLUMNS)
    with duckdb.connect() as con:
        every, some = (
            con.execute(f"select {content_hash(c)} from (select {named})").fetchone()[0] for c in (VERSION_COLUMNS, row)
        )
        expected = con.execute("select left(md5(?), 16)", [text]).fetchone()[0]
    assert every == some == expected


def test_an_error_ahead_arrives_in_its_place() -> None:
    def items():
        yield 1
        yield 2
        raise ValueError("third")

    seen = []
    with pytest.raises(ValueError, match="third"):
        seen.extend(each for each in map(seen.append, ahead(items())) if each)
    assert seen == [1, 2]
