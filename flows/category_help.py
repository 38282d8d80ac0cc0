"""What category would fit tickets that have none, or 其他: learned from the city's own labelled tickets; sense.category_suggestions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from detectors.text.category import CategoryConfig, learn_categories
from flows.counts import write_table
from flows.emerging import OTHER_WORDS
from weisu.warehouse import connect

if TYPE_CHECKING:
    import duckdb

LEARNED_DAYS = 365  # a city's categories change: older tickets do not teach
ASKED_DAYS = 90
MOST_LEARNED = 8_000  # keeps learning within a minute or so, whatever the city
MOST_ASKED = 20_000  # the newest
CHUNK = 5_000
CONFIG = CategoryConfig(features=30_000, folds=3)
SEED = 12345
SCHEMA = {"ticket_key": pl.String, "category_key": pl.String, "chance": pl.Float64, "is_sure": pl.Boolean}

TOLD = f"""
select ticket_key, created_at, created_on, coalesce(title, '') as title, coalesce(text, '') as text,
    case when not regexp_matches(category_l2_key, '{OTHER_WORDS}') then category_l2_key end as category
from marts.fct_tickets where has_text and not is_removed and created_on > ?::date - {LEARNED_DAYS}
"""
LABELLED = f"""
select title, text, category from ({TOLD}) where category is not null order by hash(ticket_key), ticket_key limit {MOST_LEARNED}
"""
ASKED = f"""
select ticket_key, title, text from ({TOLD}) where category is null and created_on > ?::date - {ASKED_DAYS} order by created_at desc, ticket_key limit {MOST_ASKED}
"""


def run(build: Path, as_of: dt.date) -> None:
    """Write the suggestions for tickets of the last ASKED_DAYS; none where too few labelled tickets teach anything."""
    con = connect(build)
    try:
        con.execute("create schema if not exists sense")
        asked = con.execute(ASKED, [as_of, as_of]).pl()
        rows = _suggested(con, asked, as_of) if asked.height else pl.DataFrame(schema=SCHEMA)
        write_table(con, "category_suggestions", rows)
    finally:
        con.close()


def _suggested(con: duckdb.DuckDBPyConnection, asked: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """One row per ticket asked about: the likeliest category with its chance, and whether the model stands by it."""
    labelled = con.execute(LABELLED, [as_of]).pl()
    known = (labelled[name].to_list() for name in ("title", "text", "category"))
    try:
        model = learn_categories(*known, np.random.default_rng(SEED), CONFIG)
    except ValueError:  # fewer than two categories with enough tickets
        return pl.DataFrame(schema=SCHEMA)
    parts = [pl.DataFrame(schema=SCHEMA)]
    for part in asked.iter_slices(CHUNK):
        made = model.suggest(part["title"].to_list(), part["text"].to_list())
        sure = [category is not None for category in made.category]
        told = {"ticket_key": part["ticket_key"], "category_key": made.best, "chance": made.chance, "is_sure": sure}
        parts.append(pl.DataFrame(told, schema=SCHEMA))
    return pl.concat(parts)
