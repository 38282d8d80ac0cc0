"""What came of alerts: reviews, the 28 days after them, and what was held back instead of told."""

from __future__ import annotations

import datetime as dt
import math
from statistics import NormalDist

import polars as pl

from dashboards.queries.marts import Marts
from dashboards.queries.names import PATH

TWO_SIDED_95 = NormalDist().inv_cdf(0.975)  # standard deviations
CONFIRMED = ("confirmed", "sent", "accepted", "returned", "handled", "verified", "closed")
REVIEWED = """
select trim(s.signal) as signal, count(*) as alerts, count(*) filter (a.status in (select unnest(?))) as confirmed,
    count(*) filter (a.status = 'dismissed') as dismissed
from marts.mart_alerts a, unnest(string_split(a.signals, ',')) as s(signal)
where a.signal_status is distinct from 'suspected_artefact' and s.signal <> '' group by all order by 2 desc, 1
"""

NAMED = f"{PATH.format(key='area_key')} as area, c.category_name as category"
CATEGORY = "join marts.dim_category c using (category_key)"
EFFECTS = f"""
select e.*, {NAMED} from marts.mart_alert_effects e {CATEGORY} order by to_on desc, alert_id
"""
HELD = f"""
select h.*, {NAMED} from marts.mart_held_alerts h {CATEGORY} where last_on > ?::date - ? order by last_on desc, p_value
"""


def effects(marts: Marts) -> pl.DataFrame:
    """Alerts whose 28 days are over, newest first: the columns of mart_alert_effects and the names of area and category."""
    return marts.frame(EFFECTS)


def held_back(marts: Marts, as_of: dt.date, days: int) -> pl.DataFrame:
    """What had signals within so many days and was not told, newest and least likely first, with names."""
    return marts.frame(HELD, as_of, days)


def reviews(marts: Marts) -> pl.DataFrame:
    """Per signal: alerts raised, confirmed, dismissed, and precision (confirmed of those decided) with its 95 % Wilson interval."""
    return with_precision(marts.frame(REVIEWED, list(CONFIRMED)), "confirmed", "dismissed")


def with_precision(rows: pl.DataFrame, held: str, failed: str) -> pl.DataFrame:
    """The rows with precision (the share of `held` among `held` and `failed`, 0-1) and its 95 % Wilson interval, lower and upper; null on none."""
    counts = rows.select(held, failed).iter_rows()
    shares = [(good / (good + bad), *wilson(good, good + bad)) if good + bad else (None,) * 3 for good, bad in counts]
    more = pl.DataFrame(shares, schema=dict.fromkeys(("precision", "lower", "upper"), pl.Float64), orient="row")
    return pl.concat([rows, more], how="horizontal")


def wilson(held: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927), 0-1; written out, for `scipy.stats` costs a process 60 MB.

    Args:
        of: at least 1.
    """
    share, width = held / of, TWO_SIDED_95**2 / of
    middle = share + width / 2
    half = math.sqrt(width * (share * (1 - share) + width / 4))
    lower, upper = (middle - half) / (1 + width), (middle + half) / (1 + width)
    return 0.0 if held == 0 else lower, 1.0 if held == of else upper
