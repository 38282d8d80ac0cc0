"""What reviewers made of the alerts of each signal."""

from __future__ import annotations

import polars as pl

from dashboards.queries.marts import Marts

CONFIRMED = ("confirmed", "sent", "accepted", "returned", "handled", "verified", "closed")
REVIEWED = """
select trim(s.signal) as signal, count(*) as alerts, count(*) filter (a.status in (select unnest(?))) as confirmed,
    count(*) filter (a.status = 'dismissed') as dismissed
from marts.mart_alerts a, unnest(string_split(a.signals, ',')) as s(signal)
where a.signal_status is distinct from 'suspected_artefact' and s.signal <> '' group by all order by 2 desc, 1
"""


def reviews(marts: Marts) -> pl.DataFrame:
    """Per signal: alerts raised, confirmed, dismissed, and precision (confirmed of those decided) with its 95 % Wilson interval."""
    from scipy.stats import binomtest

    rows = marts.frame(REVIEWED, list(CONFIRMED))
    shares = []
    for confirmed, dismissed in rows.select("confirmed", "dismissed").iter_rows():
        decided = confirmed + dismissed
        interval = binomtest(confirmed, decided).proportion_ci(method="wilson") if decided else (None, None)
        shares.append((confirmed / decided if decided else None, *interval))
    more = pl.DataFrame(shares, schema=dict.fromkeys(("precision", "lower", "upper"), pl.Float64), orient="row")
    return pl.concat([rows, more], how="horizontal")
