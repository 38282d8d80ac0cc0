"""Suggested categories of tickets that have none, or 其他, and which categories there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from dashboards.queries.marts import Marts

HAS_TABLE = "select count(*) = 1 as has_table from duckdb_tables() where schema_name = 'marts' and table_name = 'mart_category_suggestions'"
NOW = "coalesce(t.category_l3_key, t.category_l2_key, t.category_l1_key)"
SUGGESTED = """
select s.created_on, coalesce(c.category_name, s.category_key) as category, s.suggested_category_key, s.chance, s.is_sure, t.title, t.text, t.ticket_id, s.ticket_key
from marts.mart_category_suggestions s join marts.fct_tickets t using (ticket_key) left join marts.dim_category c on c.category_key = s.category_key
order by s.is_sure desc, s.chance desc, s.created_on desc, t.ticket_id
"""
KNOWN = "select category_key from marts.dim_category where category_level > 0 order by category_key"
OF_TICKET = f"""
select t.ticket_key, t.ticket_id, {NOW} as category_key, t.title, t.text from marts.fct_tickets t where t.ticket_id = ? or t.ticket_key = ?
"""
OF_KEYS = f"""
select t.ticket_key, t.ticket_id, t.created_on, {NOW} as category_now, t.title, t.text from marts.fct_tickets t where t.ticket_key in (select unnest(?::text[]))
"""


def has_table(marts: Marts) -> bool:
    """Whether the publication holds suggestions; one of an earlier release does not."""
    return marts.frame(HAS_TABLE)["has_table"][0]


def suggested(marts: Marts) -> pl.DataFrame:
    """All suggestions, the surest first: created_on, category (null: blank), suggested_category_key, chance (0-1), is_sure (else the model abstains), title, text, ticket_id, ticket_key."""
    return marts.frame(SUGGESTED)


def known(marts: Marts) -> list[str]:
    """The keys of all categories, parts joined by "->"."""
    return marts.frame(KNOWN)["category_key"].to_list()


def of_ticket(marts: Marts, ticket: str) -> dict[str, Any] | None:
    """ticket_key, ticket_id, category_key (finest, null: blank), title and text (masked) of an id or key; None: there is no such ticket."""
    rows = marts.frame(OF_TICKET, ticket, ticket)
    return None if rows.is_empty() else rows.row(0, named=True)


def of_keys(marts: Marts, keys: Sequence[str]) -> pl.DataFrame:
    """ticket_key, ticket_id, created_on, category_now, title, text (masked) of those tickets that the publication holds."""
    return marts.frame(OF_KEYS, list(keys))
