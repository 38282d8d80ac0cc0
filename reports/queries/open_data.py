"""A year's counts by street, category and month."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

COUNTS = """
select coalesce(district_key, ''), coalesce(street_key, ''), category_l1_key, strftime(created_on, '%Y-%m'), cast(count(*) as integer)
from marts.fct_tickets where is_demand and category_l1_key is not null and year(created_on) = $year
group by all order by all
"""


def street_months(con: duckdb.DuckDBPyConnection, year: int) -> dict[tuple[str, str, str, str], int]:
    """Demands by district, street ("" = not known), category of level 1 and month; small counts are in here."""
    return {(d, s, c, m): n for d, s, c, m, n in con.execute(COUNTS, {"year": year}).fetchall()}


def publication(con: duckdb.DuckDBPyConnection) -> dict:
    """The row that a publication says of itself."""
    return con.execute("select * from marts.mart_publication").pl().row(0, named=True)
