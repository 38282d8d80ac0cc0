"""Charts of a context as pictures: drawn once as SVG with the bundled fonts, then as PNG where a form needs pixels."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from reports.context import Chart, ReportContext

FONTS = Path(__file__).resolve().parent.parent / "fonts"
CHART_FONT = "WenQuanYi Micro Hei"
WIDTH, HEIGHT, MAP_HEIGHT = 540, 165, 225  # px at 96 dpi: 15.6 cm wide, at most 7 cm high
PNG_SCALE = 3.0


@dataclass(frozen=True)
class Picture:
    """One drawn chart; `width` and `height` in px of 1/96 inch."""

    svg: str
    png: bytes


def draw_all(context: ReportContext, *, png: bool) -> dict[str, Picture]:
    """Every chart of the context by name; PNG only when asked for."""
    charts = [chart for section in context.sections + context.annex for chart in section.charts]
    return {chart.name: _draw(chart, context.lang, png) for chart in charts}


def _draw(chart: Chart, lang: str, png: bool) -> Picture:
    svg = to_svg(_specification(chart, lang))
    return Picture(svg, to_png(svg) if png else b"")


def to_svg(specification: str) -> str:
    """A Vega-Lite specification drawn with the bundled fonts."""
    return _converter().vegalite_to_svg(specification)


def to_png(svg: str) -> bytes:
    """A drawn chart in pixels, three for one of its own."""
    return bytes(_converter().svg_to_png(svg, scale=PNG_SCALE))


def _specification(chart: Chart, lang: str) -> str:
    from weisu.theme import PRINT

    theme = replace(PRINT, font=CHART_FONT)
    if chart.form == "map":
        return _map(chart, lang, theme).to_json(indent=None)
    import polars as pl

    from weisu.charts import observed_expected

    first, last = (dt.date.fromisoformat(day) for day in chart.window or ())
    last -= dt.timedelta(days=1)  # the shade ends before the next tick, whose label would touch its neighbour
    rows = pl.DataFrame(list(chart.rows)).with_columns(pl.col("date_on").str.to_date())
    drawn = observed_expected(
        rows, lang=lang, theme=theme, window=(first, last), unit="week", width=WIDTH, height=HEIGHT
    )
    return drawn.to_json(indent=None)


def _map(chart: Chart, lang: str, theme: object) -> object:
    import polars as pl

    from weisu.maps import class_breaks, grid_map

    cells = pl.DataFrame([r for r in chart.rows if "value" in r], schema={"lat": float, "lon": float, "value": float})
    areas = pl.DataFrame([r for r in chart.rows if "label" in r], schema={"label": str, "lat": float, "lon": float})
    breaks = class_breaks(cells["value"].to_list())
    return grid_map(
        cells,
        lang=lang,
        theme=theme,
        cell_km=chart.cell_km,
        breaks=breaks,
        areas=areas,
        width=WIDTH,
        height=MAP_HEIGHT,
        zoom=False,
    )


@cache
def _converter() -> object:
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    return vl_convert
