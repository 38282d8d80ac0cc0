"""Count series: expectation, score, alarm; pure functions over `counts[series, step]`, NaN = not assessed."""

from detectors.series.alarms import AlarmConfig, SeriesDays, score_days, weekly_config
from detectors.series.attribution import Attribution, AttributionConfig, attribute_change
from detectors.series.changepoints import ChangeConfig, ChangePoint, change_points
from detectors.series.features import Features, calendar_features
from detectors.series.periods import PeriodConfig, PeriodExpectations, cell_expectations, shrinkage_alpha
from detectors.series.regions import choose_calendar

__all__ = [
    "AlarmConfig",
    "Attribution",
    "AttributionConfig",
    "ChangeConfig",
    "ChangePoint",
    "Features",
    "PeriodConfig",
    "PeriodExpectations",
    "SeriesDays",
    "attribute_change",
    "calendar_features",
    "cell_expectations",
    "change_points",
    "choose_calendar",
    "score_days",
    "shrinkage_alpha",
    "weekly_config",
]
