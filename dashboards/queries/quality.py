"""What the data page shows: loads, refused rows, coverage, freshness, rules."""

from __future__ import annotations

import polars as pl

from dashboards.queries.marts import Marts


def loads(marts: Marts) -> pl.DataFrame:
    """The ledger, newest first, without personal data."""
    return marts.frame(
        "select loaded_at, source, file_label, rows_read, rows_new, rows_new_version, rows_unchanged, rows_quarantined, rows_flagged, left(file_sha256, 12) as fingerprint "
        "from marts.mart_loads order by loaded_at desc, load_id"
    )


def quarantine(marts: Marts) -> pl.DataFrame:
    """Refused rows by reason, most first."""
    return marts.frame(
        "select source, reason_code, column_name, sum(rows) as rows from marts.mart_quarantine group by all order by rows desc"
    )


def drift(marts: Marts, *, limit: int = 200) -> pl.DataFrame:
    """What changed in the exports, newest first: loaded_at, source, kind, field, value, detail."""
    return marts.frame(
        "select loaded_at, source, kind, field, value, detail from marts.mart_drift order by loaded_at desc, load_id, kind, field, value limit ?",
        limit,
    )


def coverage(marts: Marts, *, limit: int = 25) -> pl.DataFrame:
    """Tickets by category and year of the largest categories: year, category, reports, first_on, last_on."""
    return marts.frame(
        """with largest as (select category_key from marts.mart_coverage group by 1 order by sum(reports) desc limit ?)
        select m.year, coalesce(c.category_name, m.category_key) as category, sum(m.reports) as reports, min(m.first_on) as first_on, max(m.last_on) as last_on
        from marts.mart_coverage m join largest using (category_key) left join marts.dim_category c using (category_key) group by all order by 2, 1""",
        limit,
    )


def freshness(marts: Marts) -> pl.DataFrame:
    """Per source: last load, last ticket, days behind."""
    return marts.frame("select * from marts.mart_freshness order by 1")


def rules(marts: Marts) -> pl.DataFrame:
    """Weights and thresholds in force."""
    return marts.frame(
        "select rule, key, value, version, author, decided_on, reason from marts.mart_rules order by 1, 2"
    )
