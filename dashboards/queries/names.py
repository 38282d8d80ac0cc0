"""Names of areas and categories, for filters and labels."""

from __future__ import annotations

from dashboards.queries.marts import Marts

PATH = "replace({key}, '/', ' / ')"  # an area below the districts by where it lies: a name alone may stand twice


def area_names(marts: Marts) -> dict[str, str]:
    """area_key -> name; the district stands before its streets."""
    rows = marts.frame(
        "select area_key, area_name from marts.dim_area where area_level in ('city', 'district', 'street') order by area_key"
    )
    return dict(rows.iter_rows())


def category_names(marts: Marts, *, deepest: int = 2) -> dict[str, str]:
    """category_key -> name, down to level `deepest`."""
    rows = marts.frame(
        "select category_key, category_name from marts.dim_category where category_level between 0 and ? order by category_key",
        deepest,
    )
    return dict(rows.iter_rows())
