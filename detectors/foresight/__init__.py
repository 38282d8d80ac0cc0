"""Foresight: what the next weeks bring, where a known fault will show next, which category follows which.  Arrays in, arrays out."""

from detectors.foresight.forecast import OutlookConfig, WeekOutlook, forecast_outlook
from detectors.foresight.scoring import LEVELS, last_weeks, seasonal_naive, weighted_interval_score

__all__ = [
    "LEVELS",
    "OutlookConfig",
    "WeekOutlook",
    "forecast_outlook",
    "last_weeks",
    "seasonal_naive",
    "weighted_interval_score",
]
