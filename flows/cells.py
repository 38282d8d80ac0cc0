"""The grid under the tickets: H3 cells of their points and who borders on whom, as tables of schema `sense`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from detectors.space.cells import (
    adjacent_cells,
    cell_centres,
    cell_names,
    cell_outlines,
    cells_of,
    nearest_points,
    outline_area_m2,
)
from flows.counts import write_table

if TYPE_CHECKING:
    import duckdb

RULES = "select rule_key, cast(rule_value as integer) from rules.rules where rule_name = 'spatial'"
POINTS = "select lat_e4, lon_e4 from intermediate.int_grid_points order by all"
AREAS = "select area_key, area_level, lat, lon from marts.dim_area where area_level in ('street', 'community') and lat is not null and lon is not null order by all"


def write_cells(con: duckdb.DuckDBPyConnection) -> None:
    """Write `point_cells`, `cells`, `cell_neighbours` and `area_neighbours` by the rules `spatial` of an open build file.

    One call of h3 per distinct point of four decimals: seconds for a year of the largest city.
    """
    rules = dict(con.execute(RULES).fetchall())
    points = con.execute(POINTS).pl()
    lat, lon = (points[name].to_numpy() / 10_000.0 for name in ("lat_e4", "lon_e4"))
    cell = cells_of(lat, lon, rules["resolution"])
    cells = np.unique(cell)
    write_table(con, "point_cells", points.with_columns(cell_id=pl.Series(cell, dtype=pl.Int64)))
    write_table(con, "cells", _cells(cells))
    write_table(con, "cell_neighbours", _pairs(pl.Series(cells, dtype=pl.Int64), adjacent_cells(cells), "cell_id"))
    write_table(con, "area_neighbours", _area_neighbours(con.execute(AREAS).pl(), rules["neighbours"]))


def _cells(cells: np.ndarray) -> pl.DataFrame:
    centres, outlines = cell_centres(cells), cell_outlines(cells)
    columns = {
        "cell_id": cells,
        "cell_key": cell_names(cells),
        "lat": centres[:, 0],
        "lon": centres[:, 1],
        "area_m2": [outline_area_m2(outline) for outline in outlines],
        "outline": [_polygon(outline) for outline in outlines],
    }
    kinds = {"cell_id": pl.Int64, "cell_key": pl.String, "area_m2": pl.Float64, "outline": pl.String}
    return pl.DataFrame(columns, schema_overrides=kinds)


def _polygon(outline: np.ndarray) -> str:
    """Well-known text, longitude first, closed."""
    corners = [f"{lon:.6f} {lat:.6f}" for lat, lon in np.vstack([outline, outline[:1]])]
    return f"POLYGON (({', '.join(corners)}))"


def _pairs(keys: pl.Series, pairs: np.ndarray, name: str) -> pl.DataFrame:
    return pl.DataFrame({name: keys.gather(pairs[:, 0]), f"neighbour_{name}": keys.gather(pairs[:, 1])})


def _area_neighbours(areas: pl.DataFrame, k: int) -> pl.DataFrame:
    """The k nearest other areas of the same level, by the listed or mean points."""
    parts = [_nearest(areas.filter(pl.col("area_level") == level), k) for level in ("street", "community")]
    return pl.concat(parts)


def _nearest(areas: pl.DataFrame, k: int) -> pl.DataFrame:
    near = nearest_points(areas["lat"].to_numpy(), areas["lon"].to_numpy(), k)
    own = np.repeat(np.arange(areas.height), near.shape[1])
    return _pairs(areas["area_key"], np.column_stack([own, near.ravel()]).astype(np.int64), "area_key")
