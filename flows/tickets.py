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
TICKETS = """
select ticket_key, created_at, created_on, not coalesce(is_date_only, false) as has_time, category_l2_key, district_key, street_key, community_key, estate_key,
       place_key, person_hash, channel, issue_key, coalesce(intensity_score - coalesce(dissatisfaction_level, 0) * points.rule_value, 'nan'::double) as intensity, coalesce(is_life_safety, false) as is_life_safety,
       coalesce(is_demand, false) as is_demand, lat, lon,
       exists (select 1 from rules.code_rules r where r.code_domain = 'test_text' and regexp_matches(lower(concat_ws(' ', t.title, t.text)), r.pattern)) as is_test_word
from marts.fct_tickets t,
     (select rule_value from rules.rules where rule_name = 'intensity_points' and rule_key = 'dissatisfaction') as points  -- not known when a ticket is made
where created_on >= $since order by created_at, ticket_key
"""
STAFF = """
select distinct channel from marts.fct_tickets t where exists (
  select 1 from rules.code_rules r where r.code_domain = 'channel' and r.meaning = 'official' and regexp_matches(lower(t.channel), r.pattern))
"""


@dataclass(frozen=True)
class TicketTable:
    """Tickets as arrays, and the keys behind their codes."""

    arrays: Tickets
    keys: list[str]  # ticket_key per ticket
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


def read_tickets(con: duckdb.DuckDBPyConnection, settings: Settings, *, since: dt.date) -> TicketTable:
    """All tickets created on or after local day `since`, in time order."""
    rows = con.execute(TICKETS, {"since": since}).pl()
    areas = con.execute("select area_key, area_level, parent_area_key from marts.dim_area order by area_key").pl()
    categories = con.execute("select category_key from marts.dim_category order by 1").pl()["category_key"].to_list()
    channels, places = (sorted(rows[c].drop_nulls().unique()) for c in ("channel", "place_key"))
    names = Names(tuple(areas["area_key"]), tuple(categories), tuple(channels), tuple(places))
    code = {name: i for i, name in enumerate(names.areas)}
    tree = AreaTree(
        np.array([code.get(p, -1) for p in areas["parent_area_key"]]),
        np.array([LEVELS[x] for x in areas["area_level"]]),
    )
    arrays = _arrays(rows, names, code, settings)
    staff = frozenset(channels.index(c) for (c,) in con.execute(STAFF).fetchall() if c in channels)
    return TicketTable(arrays, rows["ticket_key"].to_list(), names, tree, staff, mark_artefacts(arrays, staff))


def artefact_rows(table: TicketTable) -> pl.DataFrame:
    """One row per ticket set aside, with the reason."""
    found = np.flatnonzero(table.marks)
    return pl.DataFrame(
        {
            "ticket_key": [table.keys[i] for i in found],
            "reason": [Artefact(int(table.marks[i])).code for i in found],
        },
        schema={"ticket_key": pl.String, "reason": pl.String},
    )


def _arrays(rows: pl.DataFrame, names: Names, areas: dict[str, int], settings: Settings) -> Tickets:
    local = (
        rows["created_at"]
        .dt.replace_time_zone("UTC")
        .dt.convert_time_zone(settings.city.timezone)
        .dt.replace_time_zone(None)
    )
    day = (rows["created_on"] - EPOCH).dt.total_days().to_numpy()
    city = np.full(rows.height, areas["*"])
    nested = [_codes(rows[c], areas) for c in ("district_key", "street_key", "community_key", "estate_key")]
    # UTC order is time order; the repeated hour of a clock change must not turn it back
    created = np.maximum.accumulate(local.dt.epoch("s").to_numpy()) if rows.height else np.empty(0, np.int64)
    return Tickets(
        created=created, day=day, has_time=rows["has_time"].to_numpy(),
        category=_codes(rows["category_l2_key"], {n: i for i, n in enumerate(names.categories)}),
        areas=np.column_stack([city, *nested]),
        place=_codes(rows["place_key"], {n: i for i, n in enumerate(names.places)}),
        person=_ranks(rows["person_hash"]),
        channel=_codes(rows["channel"], {n: i for i, n in enumerate(names.channels)}),
        issue=_ranks(rows["issue_key"]),
        intensity=rows["intensity"].to_numpy(), is_life_safety=rows["is_life_safety"].to_numpy(), is_test_word=rows["is_test_word"].to_numpy(),
        is_demand=rows["is_demand"].to_numpy(), lat=rows["lat"].fill_null(float("nan")).to_numpy(), lon=rows["lon"].fill_null(float("nan")).to_numpy(),
    )  # fmt: skip


def _codes(column: pl.Series, known: dict[str, int]) -> np.ndarray:
    return column.replace_strict(known, default=-1, return_dtype=pl.Int64).fill_null(-1).to_numpy()


def _ranks(column: pl.Series) -> np.ndarray:
    return column.rank("dense").cast(pl.Int64).fill_null(0).to_numpy() - 1
