"""Maps without tiles: a plane in kilometres around the city's middle, so that nothing is asked from outside.

Counts lie on a square grid in one sequential ramp; tickets are dots; a cluster is its true circle; areas are named at their centroids.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import polars as pl

from weisu.charts import Frame, Width, dress, to_polars
from weisu.texts import text
from weisu.theme import Theme

KM_PER_DEGREE = 111.32
LONGEST_NAME = 20
MIN_SHOWN = 5  # cells under this count are drawn as "few", not by value


@dataclass(frozen=True)
class Circle:
    """A cluster: its centre and radius in metres."""

    lat: float
    lon: float
    radius_m: float


@dataclass(frozen=True)
class Plane:
    """A local plane: x = km east, y = km north of the middle; `half_km` = half the height shown."""

    lat: float
    lon: float
    half_km: float

    def project(self, frame: Frame) -> pl.DataFrame:
        """Add x and y (km) from lat and lon; rows without a place fall away."""
        x = (pl.col("lon") - self.lon) * KM_PER_DEGREE * math.cos(math.radians(self.lat))
        return (
            to_polars(frame).drop_nulls(["lat", "lon"]).with_columns(x=x, y=(pl.col("lat") - self.lat) * KM_PER_DEGREE)
        )


def plane_of(*frames: Frame, circles: Sequence[Circle] = (), margin: float = 1.12, least_km: float = 0.4) -> Plane:
    """The plane that shows the frames' central 99 % and all circles."""
    parts = [to_polars(f).select(pl.col("lat").cast(float), pl.col("lon").cast(float)) for f in frames]
    parts.append(pl.DataFrame([(c.lat, c.lon) for c in circles], schema={"lat": float, "lon": float}, orient="row"))
    points = pl.concat(parts).drop_nulls()
    if points.is_empty():
        return Plane(0.0, 0.0, 1.0)
    south, north, west, east = (points[c].quantile(q) for c in ("lat", "lon") for q in (0.005, 0.995))
    lat, lon = (south + north) / 2, (west + east) / 2
    half = max(
        (north - south) / 2 * KM_PER_DEGREE,
        (east - west) / 2 * KM_PER_DEGREE * math.cos(math.radians(lat)) * 0.75,
        least_km,
    )
    reach = max((c.radius_m / 1000 + math.dist(_offset(c, lat, lon), (0, 0)) for c in circles), default=0.0)
    return Plane(lat, lon, max(half, reach) * margin)


def ticket_map(tickets: Frame, *, lang: str, theme: Theme, areas: Frame | None = None, circles: Sequence[Circle] = (), background: Frame | None = None,
               plane: Plane | None = None, width: Width = "container", height: int = 360, zoom: bool = True) -> alt.Chart:  # fmt: skip
    """Tickets as dots (size = tickets at the spot), clusters as circles, on quiet dots that show the city's shape.

    Args:
        tickets: lat, lon, label, value.
        areas: lat, lon, label – names at centroids, the important first; one that would cover an earlier one is left out.
        background: lat, lon of places with tickets at any time.
    """
    plane = plane or plane_of(tickets, circles=circles)
    axes, most = _axes(plane), max(float(to_polars(tickets)["value"].max() or 0), 10.0)
    dots = alt.Chart(plane.project(tickets)).mark_point(
        filled=True, color=theme.unusual, opacity=0.75, stroke=theme.paper, strokeWidth=0.5
    )
    size = alt.Size("value:Q", scale=alt.Scale(range=[40, 280], domain=[1, most], type="sqrt"), legend=None)
    layers = _ground(plane, axes, background, theme)
    layers += [_ring(plane, circle, axes, theme) for circle in circles]
    layers.append(
        dots.encode(
            **axes,
            size=size,
            tooltip=[
                alt.Tooltip("label:N", title=text("charts.place", lang)),
                alt.Tooltip("value:Q", title=text("charts.reports", lang)),
            ],
        )
    )
    return _finish(layers, plane, areas, lang, theme, width, height, zoom)


def grid_map(cells: Frame, *, lang: str, theme: Theme, cell_km: float, breaks: Sequence[float], areas: Frame | None = None, circles: Sequence[Circle] = (),
             plane: Plane | None = None, width: Width = "container", height: int = 480, zoom: bool = True) -> alt.Chart:  # fmt: skip
    """Counts per square cell in the one sequential ramp, with fixed classes so that months compare.

    Args:
        cells: lat, lon (middle of the cell), value; cells under 5 are drawn as small dots, not by value.
        breaks: the four lower limits of classes 2–5; see `class_breaks`.
    """
    plane = plane or plane_of(cells, circles=circles)
    axes, rows, half = _axes(plane), plane.project(cells), cell_km * 0.47
    boxes = rows.filter(pl.col("value") >= MIN_SHOWN).with_columns(
        x0=pl.col("x") - half, x1=pl.col("x") + half, y0=pl.col("y") - half, y1=pl.col("y") + half
    )
    scale = alt.Scale(type="threshold", domain=list(breaks), range=list(theme.ramp))
    legend = alt.Legend(title=text("charts.per_cell", lang), orient="bottom-right", format=",.3~r", symbolType="square")
    colour = alt.Color("value:Q", scale=scale, legend=legend)
    x, y = (_axis(axes[c], f"{c}0") for c in ("x", "y"))
    squares = (
        alt.Chart(boxes)
        .mark_rect()
        .encode(
            x=x,
            x2=alt.X2("x1"),
            y=y,
            y2=alt.Y2("y1"),
            color=colour,
            tooltip=[alt.Tooltip("value:Q", title=text("charts.reports", lang))],
        )
    )
    layers = _ground(plane, axes, rows.filter(pl.col("value") < MIN_SHOWN), theme)
    layers += [squares, *(_ring(plane, circle, axes, theme) for circle in circles)]
    return _finish(layers, plane, areas, lang, theme, width, height, zoom)


def class_breaks(values: Sequence[float]) -> list[float]:
    """Four limits for five classes, at the 40th, 65th, 85th and 95th percentile, rounded to two figures and strictly rising."""
    shown = pl.Series(values, dtype=pl.Float64).filter(pl.Series(values, dtype=pl.Float64) >= MIN_SHOWN)
    if shown.is_empty():
        return [10, 20, 50, 100]
    breaks: list[float] = []
    for q in (0.4, 0.65, 0.85, 0.95):
        breaks.append(max(float(f"{shown.quantile(q):.2g}"), (breaks[-1] if breaks else MIN_SHOWN) + 1))
    return breaks


def _axes(plane: Plane) -> dict[str, Any]:
    wide = f"{plane.half_km} * width / height"
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[{"expr": f"-{wide}"}, {"expr": wide}], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-plane.half_km, plane.half_km], nice=False, zero=False))
    return {"x": x, "y": y}


def _axis(axis: Any, field: str) -> Any:
    made = axis.copy()
    made["shorthand"] = f"{field}:Q"
    return made


def _ground(plane: Plane, axes: dict[str, Any], points: Frame | None, theme: Theme) -> list[alt.Chart]:
    if points is None or not len(points):
        return []
    rows = plane.project(to_polars(points).select("lat", "lon"))
    return [
        alt.Chart(rows).mark_point(filled=True, size=5, color=theme.artefact, opacity=0.35, clip=True).encode(**axes)
    ]


def _ring(plane: Plane, circle: Circle, axes: dict[str, Any], theme: Theme) -> alt.Chart:
    x, y = _offset(circle, plane.lat, plane.lon)
    turns = [2 * math.pi * i / 72 for i in range(73)]
    radius = max(circle.radius_m, 60) / 1000
    rows = pl.DataFrame(
        {
            "x": [x + radius * math.cos(t) for t in turns],
            "y": [y + radius * math.sin(t) for t in turns],
            "turn": range(73),
        }
    )
    return (
        alt.Chart(rows)
        .mark_line(color=theme.unusual, strokeWidth=1.5, strokeDash=[5, 3], clip=True, filled=False)
        .encode(**axes, order=alt.Order("turn:O"))
    )


def _finish(
    layers: list[alt.Chart],
    plane: Plane,
    areas: Frame | None,
    lang: str,
    theme: Theme,
    width: Width,
    height: int,
    zoom: bool,
) -> alt.Chart:
    axes = _axes(plane)
    if areas is not None and len(areas):
        names = alt.Chart(_apart(plane, plane.project(areas), height)).encode(**axes, text=alt.Text("label:N"))
        layers += [
            names.mark_text(fontSize=12, clip=True, color=theme.paper, stroke=theme.paper, strokeWidth=3, opacity=0.8),
            names.mark_text(fontSize=12, clip=True, color=theme.ink),
        ]
    layers += _scale_bar(plane, lang, theme)
    if zoom:
        layers[0] = layers[0].add_params(alt.selection_interval(bind="scales", name="view"))
    frame = {"stroke": theme.hairline, "fill": theme.surface}
    return dress(alt.layer(*layers), theme, width=width, height=height, view=frame)


def _apart(plane: Plane, names: pl.DataFrame, height: int) -> pl.DataFrame:
    """The names that do not cover an earlier one; the frame's order is their importance."""
    pixels, kept = height / (2 * plane.half_km), []
    for row in names.iter_rows(named=True):
        label = row["label"] if len(row["label"]) <= LONGEST_NAME else row["label"][: LONGEST_NAME - 1] + "…"
        half = sum(12.5 if ord(c) > 0x2E7F else 6.6 for c in label) / 2
        x, y = row["x"] * pixels, row["y"] * pixels
        if all(abs(x - other[0]) > half + other[2] or abs(y - other[1]) > 15 for other in kept):
            kept.append((x, y, half, {**row, "label": label}))
    return pl.DataFrame([k[3] for k in kept], schema=names.schema) if kept else names.clear()


def _scale_bar(plane: Plane, lang: str, theme: Theme) -> list[alt.Chart]:
    step = 10 ** math.floor(math.log10(plane.half_km / 2))
    length = max(step * k for k in (1, 2, 5) if step * k <= plane.half_km / 2)
    base = alt.Chart(pl.DataFrame({"label": [text("charts.kilometres", lang, value=f"{length:g}")]}))
    pixels = {"expr": f"14 + {length} * height / {2 * plane.half_km}"}
    bar = base.mark_rule(color=theme.quiet, strokeWidth=2).encode(
        x=alt.value(14), x2=alt.value(pixels), y=alt.value({"expr": "height - 14"})
    )
    name = base.mark_text(align="left", baseline="bottom", color=theme.quiet, fontSize=11)
    return [bar, name.encode(x=alt.value(14), y=alt.value({"expr": "height - 19"}), text=alt.Text("label:N"))]


def _offset(circle: Circle, lat: float, lon: float) -> tuple[float, float]:
    return (circle.lon - lon) * KM_PER_DEGREE * math.cos(math.radians(lat)), (circle.lat - lat) * KM_PER_DEGREE
