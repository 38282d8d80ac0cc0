"""The charts of a report, as data with the finding they state; reports/renderers draws them."""

from __future__ import annotations

import datetime as dt
import math

from reports.context import Chart, Claim
from reports.marts import CITY, EVERYTHING, Row
from reports.material import Material
from reports.periods import Window
from reports.queries import background, cells
from reports.queries.cells import Cell
from reports.wording import FEWEST
from weisu.told_counts import withheld_parts

WEEKS = 52
KM_PER_DEGREE = 111.32
SIDES_KM = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50)
SQUARES_ACROSS = 26
NEAR = 0.05  # within this share of the expectation a period counts as normal


def weeks_of_city(m: Material) -> tuple[Chart, ...]:
    """All demands per week against expectation, the period shaded."""
    rows = cells.weekly_total(m.marts, _year(m))
    if len(rows) < 4 or not m.total.expected:
        return ()
    ratio = m.total.ratio or 0
    tone = "normal" if abs(ratio - 1) <= NEAR else "above" if ratio > 1 else "below"
    source = f"mart_series_days {m.period.code}"
    figures = {} if tone == "normal" else {"ratio": m.ratio(m.total, source)}
    title = m.words.claim(f"chart.weeks.{tone}", period=_period(m), **figures)
    alt = m.words.claim("chart.weeks.alt", **_span(m, rows), now=m.count(m.total, source))
    return (_weeks("weeks", m, _told(m, EVERYTHING, rows), title, alt),)


def days_of_category(m: Material, cell: Cell) -> tuple[Chart, ...]:
    """One category per week against expectation, the period shaded."""
    rows = cells.weekly_category(m.marts, cell.key, _year(m))
    if len(rows) < 4 or not cell.expected:
        return ()
    labels, source = {"category": cell.name}, f"mart_series_days {cell.key}"
    now = m.count(cell, source)
    title = m.words.claim("chart.days.title", labels=labels, now=now, ratio=m.ratio(cell, source))
    alt = m.words.claim("chart.days.alt", labels=labels, now=now, **_span(m, rows))
    return (_weeks("rising", m, _told(m, cell.key, rows), title, alt),)


def map_of_period(m: Material) -> tuple[Chart, ...]:
    """Demands of the period per square; squares under five, and what would tell them, are dots without a value."""
    window = m.period.window
    extent = background.extent(m.marts, window)
    if not extent:
        return ()
    side = _side_km(extent)
    step = side / KM_PER_DEGREE
    rows = background.squares(m.marts, window, step, step / max(math.cos(math.radians(extent["lat"])), 0.1))
    if not rows or max(row["value"] for row in rows) < FEWEST:
        return ()
    hidden = withheld_parts([row["value"] for row in rows])
    shown = [row | {"value": 0 if is_hidden else row["value"]} for row, is_hidden in zip(rows, hidden, strict=True)]
    most = max(row["value"] for row in shown)
    return (_map(m, rows, most, (*shown, *_labels(background.centres(m.marts, window), extent)), side),)


def _labels(centres: list[Row], extent: Row) -> list[Row]:
    """As many names as stand apart from each other, the busiest areas first; the first part of a long name."""
    reach = max(extent["height"], extent["width"] / 2, 1e-9)
    kept: list[Row] = []
    for row in centres:
        apart = (abs(row["lat"] - k["lat"]) > 0.09 * reach or abs(row["lon"] - k["lon"]) > 0.4 * reach for k in kept)
        if all(apart):
            kept.append(row | {"label": row["label"].split(" / ")[0]})
    return kept


def _map(m: Material, rows: list[Row], highest: float, shown: tuple[Row, ...], side: float) -> Chart:
    w, source = m.words, f"fct_tickets {m.period.code}"
    most, now = w.count(highest, source), w.count(sum(row["value"] for row in rows), source)
    title = w.claim("chart.map.title", period=_period(m), most=most)
    caption = w.claim("chart.map.caption", cell=w.count(side, "map"), few=w.exact(FEWEST), as_of=w.day(m.as_of))
    alt = w.claim("chart.map.alt", period=_period(m), cells=w.count(len(rows), source), now=now)
    return Chart("map", "map", title, caption, alt, shown, cell_km=side)


def _weeks(name: str, m: Material, rows: list[Row], title: Claim, alt: Claim) -> Chart:
    plain = tuple(
        {key: value.isoformat() if isinstance(value, dt.date) else value for key, value in row.items()} for row in rows
    )
    window = m.period.window
    caption = m.words.claim("chart.caption", as_of=m.words.day(m.as_of))
    return Chart(name, "weeks", title, caption, alt, plain, (window.first_on.isoformat(), window.last_on.isoformat()))


def _told(m: Material, category_key: str, rows: list[Row]) -> list[Row]:
    """Weeks of the city without those that are withheld."""
    days = [Window(row["date_on"], row["date_on"] + dt.timedelta(days=6)) for row in rows]
    return [
        row | {"observed": None} if m.discretion.hides(CITY, category_key, window) else row
        for row, window in zip(rows, days, strict=True)
    ]


def _period(m: Material) -> object:
    return (
        m.words.month(m.period.start_on)
        if m.period.kind == "month"
        else m.words.days(m.period.start_on, m.period.end_on)
    )


def _span(m: Material, rows: list[Row]) -> dict[str, object]:
    return {"first": m.words.day(rows[0]["date_on"]), "last": m.words.day(rows[-1]["date_on"] + dt.timedelta(days=6))}


def _year(m: Material) -> Window:
    last = m.period.cut_on
    return Window(last - dt.timedelta(days=7 * WEEKS + last.weekday()), last)


def _side_km(extent: Row) -> float:
    across = max(extent["height"], extent["width"] * math.cos(math.radians(extent["lat"])), 0.001) * KM_PER_DEGREE
    return next((side for side in SIDES_KM if side * SQUARES_ACROSS >= across), SIDES_KM[-1])
