"""The city's own lists: CSV files in reference/ -> tables of an open build connection."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import ReferenceFileError, Refused
from ingest.readers import read_table
from weisu.list_rows import KEYS
from weisu.settings import Workspace

if TYPE_CHECKING:
    import duckdb

# file -> column -> DuckDB type (docs/architecture/tables.md §2)
TABLES: dict[str, dict[str, str]] = {
    "areas": {"district": "varchar", "street": "varchar", "community": "varchar", "estate": "varchar", "population": "bigint", "lat": "double",
              "lon": "double", "property_firm": "varchar", "equipment": "varchar", "built_year": "integer"},
    "categories": {"category_l1": "varchar", "category_l2": "varchar", "category_l3": "varchar", "domain": "varchar",
                   "is_sensitive": "boolean", "is_life_safety": "boolean"},
    "duties": {"category_l1": "varchar", "category_l2": "varchar", "district": "varchar", "street": "varchar", "sector_unit": "varchar",
               "territory_unit": "varchar", "limit_days": "double", "legal_basis": "varchar", "valid_from": "date", "valid_to": "date"},
    "calendar": {"date": "date", "region": "varchar", "kind": "varchar", "name": "varchar", "category_l1": "varchar", "district": "varchar"},
}  # fmt: skip
UNIQUE = {"areas": "area", "categories": "category"}  # lists in which each key stands once
WORDS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False, "是": True, "否": False}


def load_reference(workspace: Workspace, con: duckdb.DuckDBPyConnection, schema: str = "reference") -> dict[str, int]:
    """(Re)create the reference tables in an open connection; a missing file gives an empty table.

    Returns:
        Rows by table.

    Raises:
        ReferenceFileError: an unknown column, or a value of another type: file, row and column are named.
    """
    con.execute(f'create schema if not exists "{schema}"')
    counts = {}
    for name, columns in TABLES.items():
        path = workspace.reference / f"{name}.csv"
        rows = _read(path, columns) if path.exists() else []
        declared = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        con.execute(f'create or replace table "{schema}".{name} ({declared})')
        if rows:
            _insert(con, f'"{schema}".{name}', columns, rows)
        counts[name] = len(rows)
    return counts


def read_list(path: Path) -> list[list[object]]:
    """Rows of one list, named as in `TABLES`, in the order of its columns, None for an empty value; see `load_reference` for the errors."""
    return _read(path, TABLES[path.stem])


def _insert(
    con: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str], rows: Sequence[Sequence[object]]
) -> None:
    import pyarrow as pa

    kinds = {
        "varchar": pa.string(),
        "bigint": pa.int64(),
        "integer": pa.int32(),
        "double": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
    }
    arrays = [
        pa.array(values, kinds[kind]) for values, kind in zip(zip(*rows, strict=True), columns.values(), strict=True)
    ]
    con.register("reference_rows", pa.table(arrays, names=list(columns)))
    con.execute(f"insert into {table} select * from reference_rows")
    con.unregister("reference_rows")


def _read(path: Path, columns: dict[str, str]) -> list[list[object]]:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        first = next(csv.reader(file), [])
    if len([c for c in first if c.strip()]) == 0:
        return []
    try:
        table = read_table(path)
    except Refused as error:
        raise ReferenceFileError(error.what, where=str(path), todo=error.todo) from error
    if table.refused:
        raise ReferenceFileError(
            f"row {table.refused[0].row_number} is broken ({table.refused[0].reason})",
            where=str(path),
            todo="repair the row",
        )
    if unknown := [name for name in table.header if name not in columns]:
        raise ReferenceFileError(f"unknown column {unknown[0]!r}", where=str(path), todo=f"known: {', '.join(columns)}")
    at = {name: i for i, name in enumerate(table.header)}
    rows = [
        [_value(row[at[c]], kind, path, number, c) if c in at else None for c, kind in columns.items()]
        for number, row in zip(table.row_numbers, table.records(), strict=True)
    ]
    _refuse_twice(path, columns, rows, table.row_numbers)
    return rows


def _refuse_twice(path: Path, columns: dict[str, str], rows: list[list[object]], numbers: Sequence[int]) -> None:
    """A place and a category stand in their lists once."""
    if path.stem not in UNIQUE:
        return
    places = [list(columns).index(name) for name in KEYS[path.name]]
    first: dict[tuple[object, ...], int] = {}
    for row, number in zip(rows, numbers, strict=True):
        key = tuple(row[place] for place in places)
        if (before := first.setdefault(key, number)) != number:
            named = " / ".join(str(part) for part in key if part is not None)[:80]
            raise ReferenceFileError(f"rows {before} and {number} are the same {UNIQUE[path.stem]}: {named}", where=str(path), todo="keep one of them")  # fmt: skip


PARSERS: dict[str, Callable[[str], object]] = {
    "varchar": str,
    "bigint": lambda text: _whole(text),
    "integer": lambda text: _whole(text),
    "double": float,
    "boolean": lambda text: WORDS[text.lower()],
    "date": lambda text: dt.date.fromisoformat(text.replace("/", "-")),
}


def _whole(text: str) -> int:
    number = float(text.replace(",", ""))
    if number != int(number):
        raise ValueError(text)
    return int(number)


def _value(text: str, kind: str, path: Path, number: int, column: str) -> object:
    text = text.strip()
    if not text:
        return None
    try:
        return PARSERS[kind](text)
    except (ValueError, KeyError, OverflowError) as error:
        raise ReferenceFileError(
            f"row {number}: {column} {text[:40]!r} is no {kind}", where=str(path), todo="correct the value"
        ) from error
