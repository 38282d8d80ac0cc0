"""Charts from small frames (polars or pandas), the same for the app and the reports; every one takes `lang` and a `Theme`.

Days travel as ISO text and are read as UTC, so that a chart shows the same day in every browser and in vl-convert.
Maps are in weisu/maps.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl

from weisu.texts import text
from weisu.theme import LEVEL_COLOURS, Theme, tint

Frame = Any  # a polars or a pandas data frame
Days = tuple[dt.date, dt.date]
Width = int | str  # pixels, or "container"


def observed_expected(days: Frame, *, lang: str, theme: Theme, window: Days | None = None, events: Frame | None = None,
                      changes: Sequence[dt.date] = (), unit: str = "day", title: str = "", width: Width = "container", height: int = 260) -> alt.Chart:  # fmt: skip
    """Observed against expected with the 95 % band; the alert window shaded, what lies above the band in vermilion.

    Args:
        days: date_on, observed, expected, lower, upper; nulls leave gaps.
        events: date_on, name: thin grey flags (policy, holiday, channel merger).
        changes: change points, dashed ink.
        unit: "day" or "week": the word in the tooltip; see `weekly` for the sums.
    """
    rows = iso_days(days)
    layers = [_window(window, theme)] if window else []
    layers += [
        _band(rows, lang, theme),
        _line(rows, "expected", lang, theme),
        _line(rows, "observed", lang, theme),
        _excess(rows, lang, theme, unit),
    ]
    if events is not None and len(events):
        layers.append(_flags(iso_days(events), theme, height))
    if changes:
        layers.append(_rules(changes, theme))
    return dress(alt.layer(*layers), theme, width=width, height=height, title=title)


def weekly(days: Frame) -> pl.DataFrame:
    """Sum a daily frame to whole weeks (date_on = Monday).

    Upper half-widths add as independent errors; the lower limit takes the same width, because the daily one is cut at zero.
    """
    frame = to_polars(days).with_columns(pl.col("date_on").cast(pl.Date).dt.truncate("1w"))
    sums = frame.group_by("date_on").agg(
        pl.len().alias("n"),
        pl.col("observed").sum(),
        pl.col("expected").sum(),
        ((pl.col("upper") - pl.col("expected")) ** 2).sum().sqrt().alias("half"),
    )
    limits = (
        (pl.col("expected") - pl.col("half")).clip(0).alias("lower"),
        (pl.col("expected") + pl.col("half")).alias("upper"),
    )
    return sums.filter(pl.col("n") == 7).with_columns(*limits).sort("date_on").drop("n", "half")


def bar_list(rows: Frame, *, lang: str, theme: Theme, expected: bool = False, unusual: Sequence[str] = (), title: str = "",
             limit: int = 8, width: Width = "container", step: int = 24) -> alt.Chart:  # fmt: skip
    """Ranked horizontal bars with the value at the end of each.

    Args:
        rows: label, value, and expected when `expected` (drawn as a tick).
        unusual: labels drawn in vermilion.
    """
    frame = to_polars(rows).sort("value", descending=True).head(limit)
    colour = alt.condition(
        alt.FieldOneOfPredicate("label", list(unusual)), alt.value(theme.unusual), alt.value(theme.primary)
    )
    base = alt.Chart(frame).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=190, ticks=False, domain=False))
    )
    bars = base.mark_bar(height=step - 13, cornerRadiusEnd=1).encode(
        x=alt.X("value:Q", axis=None, scale=alt.Scale(nice=False, padding=26)),
        color=colour,
        tooltip=["label:N", "value:Q"],
    )
    layers = [
        bars,
        base.mark_text(align="left", dx=5, color=theme.ink).encode(
            x=alt.X("value:Q"), text=alt.Text("value:Q", format=",.3~r")
        ),
    ]
    if expected:
        layers.append(base.mark_tick(thickness=2, height=step - 6, color=theme.ink).encode(x=alt.X("expected:Q")))
    return dress(alt.layer(*layers), theme, width=width, height=step * max(frame.height, 1), title=title)


def small_multiples(
    days: Frame, *, lang: str, theme: Theme, columns: int = 4, width: int = 250, height: int = 90
) -> alt.Chart:
    """One small panel per series, each on its own scale.

    Args:
        days: series (its name, the panel's title), date_on, observed, expected, upper; weekly sums keep it light.
    """
    rows = iso_days(days)
    order = rows["series"].unique(maintain_order=True).to_list()
    base = alt.Chart().encode(x=_time_axis(ticks=3))
    band = base.mark_area(opacity=0.15, color=theme.primary).encode(y=alt.Y("lower:Q"), y2=alt.Y2("upper:Q"))
    expected = base.mark_line(strokeWidth=1.2, color=theme.primary).encode(y=alt.Y("expected:Q"))
    observed = base.mark_line(strokeWidth=1.1, color=theme.ink).encode(
        y=alt.Y("observed:Q", title=None, axis=alt.Axis(tickCount=3))
    )
    above = (
        base.transform_filter("datum.observed > datum.upper")
        .mark_point(filled=True, size=22, color=theme.unusual, opacity=1)
        .encode(y=alt.Y("observed:Q"))
    )
    cells = alt.layer(band, expected, observed, above).properties(width=width, height=height)
    header = alt.Header(
        title=None, labelAnchor="start", labelFontSize=13, labelColor=theme.ink, labelFontWeight=600, labelLimit=width
    )
    facets = cells.facet(facet=alt.Facet("series:N", sort=order, header=header), columns=columns, data=rows)
    return facets.resolve_scale(y="independent").properties(config=_config(theme))


def sparkline(days: Frame, *, theme: Theme, width: Width = 120, height: int = 28) -> alt.Chart:
    """A bare line of `observed` over `date_on`, its last point marked."""
    rows = iso_days(days)
    base = alt.Chart(rows).encode(
        x=alt.X("date_on:T", axis=None, scale=alt.Scale(type="utc")), y=alt.Y("observed:Q", axis=None)
    )
    dot = base.transform_filter(alt.datum.date_on == rows["date_on"].max() if len(rows) else "false")
    return dress(
        base.mark_line(strokeWidth=1.2, color=theme.ink) + dot.mark_point(filled=True, size=18, color=theme.unusual),
        theme,
        width=width,
        height=height,
    )


def quadrant(
    cells: Frame, *, x: tuple[str, str], y: tuple[str, str], theme: Theme, width: Width = "container", height: int = 420
) -> alt.Chart:
    """Two scores (0–100) against each other, cut at 50; dot size = reports, colour = level.

    Args:
        cells: label, level (1–4), reports and the two columns.
        x: column and axis title; y: the same.
    """
    scale = alt.Scale(domain=[0, 100])
    level = alt.Color("level:O", scale=alt.Scale(domain=[1, 2, 3, 4], range=list(reversed(LEVEL_COLOURS))), legend=None)
    base = alt.Chart(to_polars(cells)).encode(
        x=alt.X(f"{x[0]}:Q", title=x[1], scale=scale, axis=alt.Axis(tickCount=5)),
        y=alt.Y(f"{y[0]}:Q", title=y[1], scale=scale, axis=alt.Axis(tickCount=5)),
    )
    dots = base.mark_point(filled=True, opacity=0.85, stroke=theme.paper, strokeWidth=0.6).encode(
        size=alt.Size("reports:Q", scale=alt.Scale(range=[30, 500]), legend=None),
        color=level,
        tooltip=["label:N", x[0], y[0], "reports:Q"],
    )
    names = alt.Chart(_apart(to_polars(cells), x[0], y[0])).encode(x=f"{x[0]}:Q", y=f"{y[0]}:Q")
    cut = alt.Chart(pl.DataFrame({"at": [50]})).mark_rule(color=theme.hairline)
    word = {"color": theme.quiet, "limit": 150}
    right = (
        names.transform_filter(f"datum.{x[0]} <= 60")
        .mark_text(align="left", dx=14, **word)
        .encode(text=alt.Text("label:N"))
    )
    left = (
        names.transform_filter(f"datum.{x[0]} > 60")
        .mark_text(align="right", dx=-14, **word)
        .encode(text=alt.Text("label:N"))
    )
    return dress(
        alt.layer(cut.encode(x=alt.X("at:Q")), cut.encode(y=alt.Y("at:Q")), dots, right, left),
        theme,
        width=width,
        height=height,
    )


def _apart(cells: pl.DataFrame, x: str, y: str, *, most: int = 8) -> pl.DataFrame:
    """The largest cells whose names would not cover each other, at most `most`."""
    kept: list[dict[str, Any]] = []
    for row in cells.sort("reports", descending=True).iter_rows(named=True):
        if len(kept) < most and all(abs(row[x] - k[x]) > 45 or abs(row[y] - k[y]) > 5 for k in kept):
            kept.append(row)
    return pl.DataFrame(kept, schema=cells.schema)


def to_polars(frame: Frame) -> pl.DataFrame:
    """The frame as polars; pandas is converted."""
    return frame if isinstance(frame, pl.DataFrame) else pl.from_pandas(frame)


def iso_days(frame: Frame) -> pl.DataFrame:
    """The frame with date_on as ISO text (`2015-03-31`), which Vega reads as UTC."""
    return to_polars(frame).with_columns(pl.col("date_on").cast(pl.Date).dt.to_string("%Y-%m-%d"))


def dress(
    chart: alt.Chart, theme: Theme, *, width: Width = "container", height: Any = 260, title: str = "", view: Mapping[str, Any] | None = None,
) -> alt.Chart:  # fmt: skip
    """Size, title (one finding, left aligned) and the house configuration; `view`: of the frame, none unless given."""
    dressed = chart.copy(deep=False)  # once, unchecked: each call of Altair's own makes a copy and checks it
    dressed.width, dressed.height = width, height
    dressed.config = _config(theme) | ({"view": dict(view)} if view else {})
    if title:
        dressed.title = alt.TitleParams(title, anchor="start", fontSize=15, fontWeight=600, color=theme.ink, offset=10)
    return dressed


def _config(theme: Theme) -> dict[str, Any]:
    quiet = {"labelColor": theme.quiet, "titleColor": theme.quiet, "labelFontSize": 12}
    lines = {"gridColor": theme.hairline, "domainColor": theme.hairline, "tickColor": theme.hairline}
    axis = quiet | lines | {"titleFontSize": 12, "titleFontWeight": "normal", "gridOpacity": 0.6, "gridWidth": 0.6}
    return {
        "font": theme.font, "background": theme.paper if theme.is_print else "transparent", "axis": axis, "axisX": {"grid": False},
        "view": {"stroke": None}, "legend": quiet | {"symbolSize": 80}, "text": {"fontSize": 12},
        "mark": {"aria": False},  # the chart as a whole has a text; a name for each of a thousand marks helps nobody
    }  # fmt: skip


def _time_axis(ticks: int | None = None) -> alt.X:
    axis = alt.Axis(title=None, format="%Y-%m-%d", labelOverlap="greedy", labelFlush=True, tickCount=ticks or alt.Undefined,
                    labelExpr="month(datum.value) == 0 && date(datum.value) == 1 ? utcFormat(datum.value, '%Y') : utcFormat(datum.value, '%m-%d')")  # fmt: skip
    return alt.X("date_on:T", scale=alt.Scale(type="utc"), axis=axis)


SERIES = ("observed", "expected", "band", "unusual")
SHAPES = ["stroke", "stroke", "square", "circle"]  # a line is a line in the legend too, so that print needs no colour


def _named(chart: alt.Chart, series: str, lang: str, theme: Theme, *more: str) -> alt.Chart:
    """The chart as one of SERIES: its colour, and `more` channels (shape, strokeDash), all in one legend."""
    names = [text(f"charts.{key}", lang) for key in SERIES]
    band = tint(theme.primary, theme.paper, 0.18)
    solid, dashed = [1, 0], [5, 3] if theme.is_print else [1, 0]
    ranges = {
        "color": [theme.ink, theme.primary, band, theme.unusual],
        "shape": SHAPES,
        "strokeDash": [solid, dashed, solid, solid],
    }
    legend = alt.Legend(
        orient="top", direction="horizontal", title=None, symbolOpacity=1, symbolStrokeWidth=2, symbolSize=110, offset=2
    )
    kinds = {"color": alt.Color, "shape": alt.Shape, "strokeDash": alt.StrokeDash}
    channels = {
        name: kinds[name]("series:N", scale=alt.Scale(domain=names, range=ranges[name]), legend=legend)
        for name in ("color", *more)
    }
    return chart.transform_calculate(series=f"'{names[SERIES.index(series)]}'").encode(**channels)


def _band(rows: pl.DataFrame, lang: str, theme: Theme) -> alt.Chart:
    return _named(
        alt.Chart(rows).mark_area().encode(x=_time_axis(), y=alt.Y("lower:Q", title=None), y2=alt.Y2("upper:Q")),
        "band",
        lang,
        theme,
    )


def _line(rows: pl.DataFrame, column: str, lang: str, theme: Theme) -> alt.Chart:
    mark = alt.Chart(rows).mark_line(strokeWidth=1.8 if column == "expected" else 1.3)
    return _named(mark.encode(x=_time_axis(), y=alt.Y(f"{column}:Q", title=None)), column, lang, theme, "strokeDash")


def _excess(rows: pl.DataFrame, lang: str, theme: Theme, unit: str) -> alt.Chart:
    tips = [alt.Tooltip("date_on:N", title=text(f"charts.{unit}", lang)), alt.Tooltip("observed:Q", title=text("charts.observed", lang), format=",.3~r"),
            alt.Tooltip("expected:Q", title=text("charts.expected", lang), format=",.3~r"), alt.Tooltip("upper:Q", title=text("charts.upper", lang), format=",.3~r")]  # fmt: skip
    above = alt.Chart(rows).transform_filter("datum.observed > datum.upper").mark_point(filled=True, size=42)
    return _named(above.encode(x=_time_axis(), y=alt.Y("observed:Q"), tooltip=tips), "unusual", lang, theme, "shape")


def _window(window: Days, theme: Theme) -> alt.Chart:
    ends = pl.DataFrame(
        {"date_on": [window[0].isoformat()], "end_on": [(window[1] + dt.timedelta(days=1)).isoformat()]}
    )
    return alt.Chart(ends).mark_rect(color=theme.unusual, opacity=0.1).encode(x=_time_axis(), x2=alt.X2("end_on:T"))


def _rules(days: Sequence[dt.date], theme: Theme) -> alt.Chart:
    return (
        alt.Chart(pl.DataFrame({"date_on": [d.isoformat() for d in days]}))
        .mark_rule(strokeDash=[4, 3], color=theme.ink)
        .encode(x=_time_axis())
    )


def _flags(rows: pl.DataFrame, theme: Theme, height: int) -> alt.Chart:
    base = alt.Chart(rows).encode(x=_time_axis())
    name = base.mark_text(align="left", baseline="top", dx=3, y=0, color=theme.quiet, fontSize=11, limit=110)
    return base.mark_rule(color=theme.artefact, strokeWidth=1) + name.encode(text=alt.Text("name:N"), y=alt.value(2))
