"""Items for decision and suggestions: what earlier reports asked for and suggested and what a committee decided, as they stand."""

from __future__ import annotations

from reports.marts import Marts, Row
from reports.periods import Period, Window

OPEN = ("proposed", "adopted")


def earlier(marts: Marts, period: Period) -> list[Row]:
    """Items of earlier months that are open, were decided on or reported on in the period, or stand in the report before: the latest first.

    Suggestions that nobody took up come last, and only those of the report before.
    """
    window = period.window
    return marts.rows(
        _EARLIER, [f"{window.first_on:%Y-%m}", f"{period.previous.first_on:%Y-%m}", list(OPEN), window.first_on], table="mart_resolutions"
    )  # fmt: skip


def effect(marts: Marts, alert_id: str | None) -> Row:
    """What the 28 days after an alert was handled showed; empty where nobody verified it."""
    return marts.one(_EFFECT, [alert_id], table="mart_alert_effects") if alert_id else {}


def days_of(effect_row: Row) -> Window:
    """The days that an effect was counted over."""
    return Window(effect_row["from_on"], effect_row["to_on"])


_EARLIER = """
select resolution_id, resolution_status, period, text, owner, due_on, outcome, alert_id, area_key, category_key, decided_at
from marts.mart_resolutions
where period < $1 and (period >= $2 or list_contains($3, resolution_status) or recorded_at::date >= $4)
order by resolution_status = 'suggested', period desc, asked_at, resolution_id"""

_EFFECT = """
select area_key, category_key, from_on, to_on, observed, ratio, ratio_before, better_probability, verdict
from marts.mart_alert_effects where alert_id = $1 and basis = 'handled' and ratio is not null and ratio_before is not null"""
