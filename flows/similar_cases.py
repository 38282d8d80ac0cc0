"""One case per issue, sketched for finding its like; sense.similar_cases and sense.similar_terms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from detectors.text.similar import SimilarConfig, Sketches, by_term, learn_names, matters, sketch, weigh_terms
from flows.counts import write_table
from weisu.warehouse import connect

if TYPE_CHECKING:
    import duckdb

MOST_CASES = 2_000_000  # the newest issues; older ones of a larger city are not looked up
CHUNK = 20_000  # cases read at once
# an issue stands for its newest open ticket, else for its newest answered one, else for its newest
CASES = f"""
create or replace temp table found_cases as
with ordered as (
    select ticket_key, created_at, coalesce(category_l3_key, category_l2_key, category_l1_key) as category,
        closed_at is not null and is_solved is distinct from false as is_settled, coalesce(title, '') as title, coalesce(text, '') as text,
        row_number() over (partition by coalesce(issue_key, case_key) order by closed_at is null desc, reply is not null desc, created_at desc, ticket_key) as place
    from marts.fct_tickets where not is_removed
),
newest as (
    select * exclude (place) from ordered where place = 1 and title || text <> '' order by created_at desc, ticket_key desc limit {MOST_CASES}
)
select cast(row_number() over (order by created_at, ticket_key) - 1 as integer) as case_no, * exclude (created_at) from newest order by case_no
"""
PART = "select title, text from found_cases where case_no >= ? and case_no < ? order by case_no"
# every so-many-th case, enough of them for learning
SAMPLE = "select title, text, category from found_cases where case_no % ? = 0 order by case_no"
PLACES = "select distinct area_name from marts.dim_area where area_level <> 'city' and length(area_name) > 1"


def run(build: Path) -> None:
    """Write both tables; they hold hashes of terms, never words, and are made of masked text only."""
    con = connect(build)
    try:
        con.execute("create schema if not exists sense")
        con.execute(CASES)
        rows = _sketched(con, SimilarConfig())
        cases = con.execute("select case_no, ticket_key, is_settled from found_cases order by case_no").pl()
        write_table(con, "similar_cases", _case_rows(rows, cases))
        write_table(con, "similar_terms", _term_rows(by_term(rows, SimilarConfig()), cases))
        con.execute("drop table found_cases")
    finally:
        con.close()


def _sketched(con: duckdb.DuckDBPyConnection, config: SimilarConfig) -> Sketches:
    """All cases, chunk by chunk."""
    cases = con.execute("select count(*) from found_cases").fetchone()[0]
    sample = con.execute(SAMPLE, [max(1, -(-cases // config.weighed))]).pl()
    titles, texts = sample["title"].to_list(), sample["text"].to_list()
    joined = [f"{title}\n{text}" for title, text in zip(titles, texts, strict=True)]
    names = [*learn_names(joined, config), *(name for (name,) in con.execute(PLACES).fetchall())]
    weights = weigh_terms(matters(titles, texts, names, config), sample["category"].to_list(), config)
    parts = [Sketches(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.uint8))]
    for first in range(0, cases, CHUNK):
        part = con.execute(PART, [first, first + CHUNK]).pl()
        said = matters(part["title"].to_list(), part["text"].to_list(), names, config)
        made = sketch(said, weights, config)
        parts.append(Sketches(made.case + np.int32(first), made.term, made.weight))
    return Sketches(*(np.concatenate([getattr(p, name) for p in parts]) for name in ("case", "term", "weight")))


def _case_rows(rows: Sketches, cases: pl.DataFrame) -> pl.DataFrame:
    """One row per case that has a sketch."""
    frame = pl.DataFrame({"case_no": rows.case, "terms": rows.term, "weights": rows.weight.astype(np.int32)})
    return cases.join(frame.group_by("case_no", maintain_order=True).agg("terms", "weights"), on="case_no")


def _term_rows(rows: Sketches, cases: pl.DataFrame) -> pl.DataFrame:
    settled = cases["is_settled"].to_numpy()
    return pl.DataFrame(
        {
            "term": rows.term,
            "case_no": rows.case,
            "weight": rows.weight.astype(np.int32),
            "is_settled": settled[rows.case],
        }
    )
