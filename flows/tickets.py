"""Reading tickets as arrays of codes for the judgement, and marking artefacts before anything is counted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from detectors.judge.artefacts import Artefact, mark_artefacts
from detectors.judge.inputs import AreaTree, Names, Tickets
from weisu.settings import Settings

if TYPE_CHECKING:
    import duckdb

EPOCH = dt.date(1970, 1, 1)
LEVELS = {"city": 0, "district": 1, "street": 2, "community": 3, "estate": 4}
# names become codes where they lie, in the database: a year of the largest city would not fit as text
CODES = """
create or replace temp table {name}_codes as
select name, cast(row_number() over (order by name) - 1 as integer) as code from ({source})
"""
NAMED = {
    "area": "select area_key as name from marts.dim_area",
    "category": "select category_key as name from marts.dim_category",
    **{
        column: f"select distinct {column} as name from marts.fct_tickets where created_on >= $since and {column} is not null"
        for column in ("channel", "place_key", "person_hash", "issue_key")
    },
}
TICKETS = """
with sensitive as (select category_key from marts.dim_category where is_sensitive)
select t.ticket_key, t.created_at, t.created_on, not coalesce(t.is_date_only, false) as has_time,
       category.code as category, district.code as district, street.code as street, community.code as community, estate.code as estate,
       place.code as place, person.code as person, channel.code as channel, issue.code as issue,
       coalesce(t.open_intensity_score, 'nan'::double) as intensity,
       coalesce(t.is_life_safety, false) as is_life_safety, t.closed_on,
       coalesce(t.has_sensitive_words, false) or coalesce(t.category_l1_key, '') in (from sensitive)
         or coalesce(t.category_l2_key, '') in (from sensitive) or coalesce(t.category_l3_key, '') in (from sensitive) as is_sensitive, coalesce(t.is_demand, false) as is_demand, t.lat, t.lon,
       coalesce(regexp_matches(lower(concat_ws(' ', t.title, t.text)), $test_words), false) as is_test_word
from marts.fct_tickets t
     left join category_codes category on category.name = t.category_l2_key
     left join area_codes district on district.name = t.district_key
     left join area_codes street on street.name = t.street_key
     left join area_codes community on community.name = t.community_key
     left join area_codes estate on estate.name = t.estate_key
     left join place_key_codes place on place.name = t.place_key
     left join person_hash_codes person on person.name = t.person_hash
     left join channel_codes channel on channel.name = t.channel
     left join issue_key_codes issue on issue.name = t.issue_key
where t.created_on >= $since order by t.created_at, t.ticket_key
"""
TEST_WORDS = "select pattern from rules.code_rules where code_domain = 'test_text' order by pattern"
STAFF = """
select distinct channel from marts.fct_tickets t where exists (
  select 1 from rules.code_rules r where r.code_domain = 'channel' and r.meaning = 'official' and regexp_matches(lower(t.channel), r.pattern))
"""


@dataclass(frozen=True)
class TicketTable:
    """Tickets as arrays, and the keys behind their codes."""

    arrays: Tickets
    keys: pl.Series  # ticket_key per ticket
    names: Names
    tree: AreaTree
    staff_channels: frozenset[int]
    marks: np.ndarray  # Artefact code per ticket

    def area(self, key: str) -> int:
        """Code of an area key, -1 when unknown."""
        return self._area_codes.get(key, -1)

    def category(self, key: str) -> int:
        """Code of a category key, -1 when unknown."""
        return self._category_codes.get(key, -1)

    @cached_property
    def _area_codes(self) -> dict[str, int]:
        return {name: code for code, name in enumerate(self.names.areas)}

    @cached_property
    def _category_codes(self) -> dict[str, int]:
        return {name: code for code, name in enumerate(self.names.categories)}


def day_number(on: dt.date) -> int:
    """Days since 1970: how the detectors count days."""
    return (on - EPOCH).days


def date_of(day: int) -> dt.date:
    """The date of a day number."""
    return EPOCH + dt.timedelta(days=int(day))


def read_tickets(con: duckdb.DuckDBPyConnection, settings: Settings, *, since: dt.date) -> TicketTable:
    """All tickets created on or after local day `since`, in time order."""
    known = {name: _coded(con, name, source, since) for name, source in NAMED.items()}
    # one constant expression is compiled once; a pattern that never matches stands for none
    words = "|".join(pattern for (pattern,) in con.execute(TEST_WORDS).fetchall()) or "[^\\s\\S]"
    rows = con.execute(TICKETS, {"since": since, "test_words": words}).pl()
    names = Names(*(tuple(known[name]) for name in ("area", "category", "channel", "place_key")))
    tree = _tree(con, known["area"])
    arrays = _arrays(rows, names.areas.index("*"), settings)
    staff = frozenset(names.channels.index(c) for (c,) in con.execute(STAFF).fetchall() if c in names.channels)
    return TicketTable(arrays, rows["ticket_key"], names, tree, staff, mark_artefacts(arrays, staff))


def _coded(con: duckdb.DuckDBPyConnection, name: str, source: str, since: dt.date) -> list[str]:
    """Number the names of a column, in their order, in a temporary table of the connection; returns them."""
    given = {"since": since} if "$since" in source else {}
    con.execute(CODES.format(name=name, source=source), given)
    if name in ("person_hash", "issue_key"):
        return []  # nobody asks what they are called
    return con.execute(f"select name from {name}_codes order by code").pl()["name"].to_list()


def _tree(con: duckdb.DuckDBPyConnection, areas: list[str]) -> AreaTree:
    rows = con.execute("select area_key, area_level, parent_area_key from marts.dim_area order by area_key").pl()
    code = {name: i for i, name in enumerate(areas)}
    own = [code[key] for key in rows["area_key"]]
    parent, level = np.full(len(areas), -1), np.zeros(len(areas), np.int64)
    parent[own] = [code.get(p, -1) for p in rows["parent_area_key"]]
    level[own] = [LEVELS[x] for x in rows["area_level"]]
    return AreaTree(parent, level)


def artefact_rows(table: TicketTable) -> pl.DataFrame:
    """One row per ticket set aside, with the reason."""
    found = np.flatnonzero(table.marks)
    return pl.DataFrame(
        {
            "ticket_key": table.keys.gather(found),
            "reason": [Artefact(int(table.marks[i])).code for i in found],
        },
        schema={"ticket_key": pl.String, "reason": pl.String},
    )


def _arrays(rows: pl.DataFrame, city: int, settings: Settings) -> Tickets:
    local = (
        rows["created_at"]
        .dt.replace_time_zone("UTC")
        .dt.convert_time_zone(settings.city.timezone)
        .dt.replace_time_zone(None)
    )
    day = (rows["created_on"] - EPOCH).dt.total_days().to_numpy()
    areas = np.empty((rows.height, len(LEVELS)), np.int64)
    areas[:, 0] = city
    for level, name in enumerate(("district", "street", "community", "estate"), start=1):
        areas[:, level] = _codes(rows[name])
    # UTC order is time order; the repeated hour of a clock change must not turn it back
    created = np.maximum.accumulate(local.dt.epoch("s").to_numpy()) if rows.height else np.empty(0, np.int64)
    return Tickets(
        created=created, day=day, has_time=rows["has_time"].to_numpy(), areas=areas,
        category=_codes(rows["category"]), place=_codes(rows["place"]), person=_codes(rows["person"]),
        channel=_codes(rows["channel"]), issue=_codes(rows["issue"]),
        intensity=rows["intensity"].to_numpy(), is_life_safety=rows["is_life_safety"].to_numpy(), is_test_word=rows["is_test_word"].to_numpy(),
        is_sensitive=rows["is_sensitive"].to_numpy(), closed_day=(rows["closed_on"] - EPOCH).dt.total_days().fill_null(-1).to_numpy(),
        is_demand=rows["is_demand"].to_numpy(), lat=rows["lat"].fill_null(float("nan")).to_numpy(), lon=rows["lon"].fill_null(float("nan")).to_numpy(),
    )  # fmt: skip


def _codes(column: pl.Series) -> np.ndarray:
    """Codes of a column, -1 where not known."""
    return column.fill_null(-1).cast(pl.Int64).to_numpy()
