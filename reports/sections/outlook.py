"""七 and 八: what the season will bring, where it is too quiet, what waits unheard."""

from __future__ import annotations

from reports.context import Claim, Paragraph, Section
from reports.marts import Row
from reports.material import Material
from reports.queries import background

SHOWN = 3
FORECAST_WEEKS, SILENCE_WEEKS = 4, 13


def outlook(m: Material) -> Section:
    """七、下月季节性预判."""
    w = m.words
    days = background.holidays(m.marts, m.period.following)
    items = [w.claim("rising.lead", labels={"category": f"{day['holiday_name']}"}) for day in days]
    holidays = [w.sentence(w.listed("outlook.holidays", items), importance=0.2)] if items else []
    return Section("outlook", w.say("heading.monthly.outlook"), (Paragraph((*_season(m), *holidays)),))


def silence(m: Material) -> Section:
    """八、静默区域与常规诉求."""
    return Section(
        "silence", m.words.say("heading.monthly.silence"), (Paragraph((_silent(m),)), Paragraph((_gaps(m),)))
    )


def most_silent(m: Material) -> list[Row]:
    """The areas to visit: confirmed silence first, one row per area."""
    verdict = next((row["verdict"] for row in m.silent), None)
    seen: dict[str, Row] = {}
    for row in m.silent:
        if row["verdict"] == verdict:
            seen.setdefault(row["area_key"], row)
    return list(seen.values())[:SHOWN]


def _season(m: Material) -> list[Claim]:
    w, found = m.words, background.seasonal(m.marts, m.period.following)
    if not found:
        known = m.marts.one("select 1 as known from marts.mart_forecasts limit 1", table="mart_forecasts")
        weeks = {"weeks": w.exact(FORECAST_WEEKS, "mart_forecasts.horizon_weeks")}
        return [
            w.sentence(
                w.claim("outlook.none", kind="absence", **weeks)
                if known
                else w.claim("outlook.no_forecast", kind="absence")
            )
        ]
    items = [_season_item(m, row) for row in found[:SHOWN]]
    return [
        w.sentence(w.listed("outlook.intro", items), importance=0.5),
        w.sentence(w.claim("outlook.prepare", kind="suggestion")),
    ]


def _season_item(m: Material, row: Row) -> Claim:
    w, source = m.words, f"mart_forecasts {row['category_key']}"
    low, high = w.expected(row["lower"], source), w.expected(row["upper"], source)
    interval = w.span(low, high, source)
    figures = {
        "weeks": w.exact(row["weeks"], source),
        "expected": w.expected(row["expected"], source),
        "usual": w.expected(row["usual"], source),
    }
    return w.claim("outlook.item", labels={"category": row["category_name"]}, interval=interval, **figures)


def _silent(m: Material) -> Claim:
    w, shown = m.words, most_silent(m)
    if not shown:
        return w.sentence(w.claim("silence.none", kind="absence"))
    items = [_silent_item(m, row) for row in shown]
    key = "silence.silent" if shown[0]["verdict"] == "silent" else "silence.maybe"
    return w.sentence(w.listed(key, items), kind="suggestion", importance=0.5)


def _silent_item(m: Material, row: Row) -> Claim:
    w, labels = m.words, {"area": m.area(row["area_key"], row["area_name"]), "category": row["category_name"]}
    reports, expected = (
        w.persons(row["reports_13w"], "mart_silence.reports_13w"),
        w.expected(row["expected_13w"], "mart_silence.expected_13w"),
    )
    return w.claim(
        "silence.item", labels=labels, weeks=w.exact(SILENCE_WEEKS, "mart_silence"), reports=reports, expected=expected
    )


def _gaps(m: Material) -> Claim:
    w, rows = m.words, background.routine_gaps(m.marts)
    if not rows:
        return w.sentence(w.claim("routine.none", kind="absence"))
    items = [
        w.claim(
            "routine.gap_item",
            labels={"area": m.area(r["area_key"], r["area_name"])},
            routine=w.count(r["routine_median_days"], "mart_routine_gaps.routine_median_days"),
            hot=w.count(r["hot_median_days"], "mart_routine_gaps.hot_median_days"),
        )
        for r in rows
    ]
    return w.sentence(w.listed("routine.gap", items), importance=0.4)
