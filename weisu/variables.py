"""What a build tells the dbt project: the city, its calendar and clock, the day that is looked at."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from weisu.settings import Settings

SPINE_DAYS = 1500
HOLIDAY_YEARS = 12  # built-in holidays reach this far back
HOLIDAY_WORDS = {"zh": {"CN": "zh_CN"}, "en": {"CN": "en_US", "US": "en_US"}}


def project_variables(
    settings: Settings,
    *,
    as_of: dt.date,
    run_id: str,
    data_version: str,
    spine_days: int = SPINE_DAYS,
    built_at: dt.datetime | None = None,
    acts_until: dt.datetime | None = None,
) -> dict[str, Any]:
    """The variables of the dbt project; each has its default in dbt_project.yml.

    as_of (ISO date), as_of_at (UTC, first instant after that local day), built_at (UTC, or null),
    acts_until (UTC, the last instant whose acts on alerts are shown; null = all acts), run_id, data_version,
    spine_days (days of the dense spine), score_months (months of scores shown), component_months, kpi_weeks,
    city_name, city_name_en, is_synthetic, note, note_en, language, timezone, region,
    utc_offsets (list of [local date from which it holds, minutes east of UTC]),
    holidays (list of [date, name or null]: built-in days off, null = a weekend day that is worked; reference/calendar.csv adds to it),
    partly_satisfied_weight (λ), contact_weight, solved_weight, satisfied_weight.
    """
    city, rates = settings.city, settings.rates
    return {
        "as_of": as_of.isoformat(),
        "as_of_at": _instant(settings.end_of_day(as_of)),
        "built_at": _instant(built_at) if built_at else "",
        "acts_until": _instant(acts_until) if acts_until else "",
        "run_id": run_id,
        "data_version": data_version,
        "spine_days": spine_days,
        "city_name": city.name,
        "city_name_en": city.name_en,
        "is_synthetic": city.is_synthetic,
        "note": city.note,
        "note_en": city.note_en,
        "language": city.language,
        "timezone": city.timezone,
        "region": city.region,
        "utc_offsets": utc_offsets(settings.zone, until=as_of + dt.timedelta(days=400)),
        "holidays": built_in_holidays(
            city.region, city.language, years=range(as_of.year - HOLIDAY_YEARS, as_of.year + 2)
        ),
        "partly_satisfied_weight": rates.partly_satisfied_weight,
        "contact_weight": rates.contact_weight,
        "solved_weight": rates.solved_weight,
        "satisfied_weight": rates.satisfied_weight,
    }


def utc_offsets(zone: ZoneInfo, *, first_year: int = 2000, until: dt.date) -> list[list[Any]]:
    """From which local day which offset holds at the end of the day: [["2000-01-01", 480]] for Asia/Shanghai."""
    found: list[list[Any]] = []
    day = dt.date(first_year, 1, 1)
    while day <= until:
        end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=zone)
        minutes = int(end.utcoffset() / dt.timedelta(minutes=1))
        if not found or found[-1][1] != minutes:
            found.append([day.isoformat(), minutes])
        day += dt.timedelta(days=1)
    return found


def built_in_holidays(region: str, language: str, *, years: range) -> list[list[str | None]]:
    """Public holidays of a country (`CN`, `US`) as [date, name]; a weekend day that is worked (调休) has no name."""
    country = region[:2]
    if country not in ("CN", "US"):
        return []
    import holidays

    found = holidays.country_holidays(country, years=years, language=HOLIDAY_WORDS.get(language, {}).get(country))
    worked = [day for day in found.weekend_workdays if day.year in years]
    return [[day.isoformat(), name] for day, name in sorted(found.items())] + [
        [day.isoformat(), None] for day in sorted(worked)
    ]


def _instant(at: dt.datetime) -> str:
    """Text of a UTC instant: aware, or naive and already UTC."""
    return (at.astimezone(dt.UTC) if at.tzinfo else at).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
