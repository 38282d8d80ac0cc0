"""Suggested categories of tickets that have none, or 其他."""

from __future__ import annotations

import polars as pl

from dashboards.queries.marts import Marts

HAS_TABLE = "select count(*) = 1 as has_table from duckdb_tables() where schema_name = 'marts' and table_name = 'mart_category_suggestions'"
SUGGESTED = """
select s.created_on, coalesce(c.category_name, s.category_key) as category, replace(s.suggested_category_key, '->', ' / ') as suggested, s.chance, s.is_sure, t.title, t.text, t.ticket_id
from marts.mart_category_suggestions s join marts.fct_tickets t using (ticket_key) left join marts.dim_category c on c.category_key = s.category_key
order by s.is_sure desc, s.chance desc, s.created_on desc, t.ticket_id
"""


def has_table(marts: Marts) -> bool:
    """Whether the publication holds suggestions; one of an earlier release does not."""
    return marts.frame(HAS_TABLE)["has_table"][0]


def suggested(marts: Marts) -> pl.DataFrame:
    """All suggestions, the surest first: created_on, category (null: blank), suggested, chance (0-1), is_sure (else the model abstains), title, text, ticket_id."""
    return marts.frame(SUGGESTED)
