"""Names that a person types, found among the keys and names of a publication; what is not found is answered with the nearest."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from weisu.errors import WarehouseError

if TYPE_CHECKING:
    import duckdb

NEAREST = 5
CITY = (
    "select '*', city_name from marts.mart_publication union all select '*', city_name_en from marts.mart_publication"
)
AREAS = f"select area_key, area_name from marts.dim_area union all {CITY}"
CATEGORIES = "select category_key, category_name from marts.dim_category"


def find_area(con: duckdb.DuckDBPyConnection, typed: str) -> str:
    """The key of an area given by its key or name; `*` and the city's name are the city."""
    return find_one(con, "area", AREAS, typed)


def find_category(con: duckdb.DuckDBPyConnection, typed: str) -> str:
    """The key of a category given by its key or name; `*` is all."""
    return find_one(con, "category", CATEGORIES, typed)


def find_one(con: duckdb.DuckDBPyConnection, what: str, sql: str, typed: str, *, limit: int | None = NEAREST) -> str:
    """The key that `typed` is or names.

    Args:
        sql: gives rows of (key, name).
        limit: how many near names an error lists; None = all there are.

    Raises:
        WarehouseError: nothing is called so (the nearest are listed), or several things are (their keys are listed).
    """
    rows = [(key, name) for key, name in con.execute(sql).fetchall() if name]
    keys = {key for key, _ in rows}
    if typed in keys:
        return typed
    named = sorted({key for key, name in rows if name.casefold() == typed.strip().casefold()})
    if len(named) == 1:
        return named[0]
    if named:
        shown = ", ".join(named[:NEAREST]) + (" …" if len(named) > NEAREST else "")
        raise WarehouseError(f"{len(named)} things are called {typed!r}", where=what, todo=f"give the key: {shown}")
    raise WarehouseError(f"no {what} {typed!r}", todo=_nearest(typed, keys | {name for _, name in rows}, limit))


def _nearest(typed: str, known: set[str], limit: int | None) -> str:
    if limit is None:
        return f"known: {', '.join(sorted(known))}"
    close = difflib.get_close_matches(typed, sorted(known), n=limit, cutoff=0.3)
    return f"nearest: {', '.join(close)}" if close else f"known, for example: {', '.join(sorted(known)[:limit])}"
