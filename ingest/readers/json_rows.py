"""JSON: an array of objects, rows wrapped in an API answer, GeoJSON features, or JSON lines.  Numbers keep their spelling."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from ingest.errors import Refused
from ingest.readers.encodings import read_lines
from ingest.readers.header import clean_names
from ingest.readers.table import Facts, Table, place_rows

MAX_DEPTH = 200
TOTALS = ("total", "totalCount", "total_count", "count", "totalElements")


class _Number(str):
    """The digits of a number as they stood in the file."""


def read_json(path: Path, label: str) -> Table:
    """Rows of a JSON file; inner objects become columns `a.b`, inner arrays JSON text.

    Raises:
        Refused: damaged, too deep, no rows, or several row arrays.
    """
    lines = read_lines(path.read_bytes(), label)
    if lines.bad:
        raise Refused("holds bytes that are no UTF-8 text", code="undecodable", where=label, todo="export it again")
    text = "\n".join(lines.text)
    _check_depth(text, label)
    document = _parse(text, lines.text, label)
    rows, warnings = _rows_of(document, label)
    return _table(rows, lines.encoding, warnings)


def _check_depth(text: str, label: str) -> None:
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", text)
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", bare):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            raise Refused(
                f"is nested deeper than {MAX_DEPTH} levels", code="too_deep", where=label, todo="export flat rows"
            )


def _parse(text: str, lines: Sequence[str], label: str) -> object:
    decode = json.JSONDecoder(
        parse_int=_Number, parse_float=_Number, parse_constant=_Number, object_pairs_hook=_object, strict=False
    ).decode
    try:
        return decode(text)
    except (json.JSONDecodeError, RecursionError) as first:
        try:
            rows = [decode(line) for line in lines if line.strip()]
        except (json.JSONDecodeError, RecursionError):
            raise Refused(
                "is no valid JSON (cut off or damaged)", code="damaged", where=label, todo="export it again"
            ) from first
        return rows


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """Of a key that stands twice in one object the first filled one counts."""
    made: dict[str, object] = {}
    for key, value in pairs:
        if made.get(key) in (None, "", "null"):
            made[key] = value
    return made


def _rows_of(document: object, label: str) -> tuple[list[dict], tuple[str, ...]]:
    found = _row_arrays(document)
    if not found:
        raise Refused(
            "holds no rows", code="no_rows", where=label, todo="check that it is an export and not an error message"
        )
    if len(found) > 1:
        raise Refused(
            f"holds {len(found)} arrays of rows", code="several_tables", where=label, todo="export one table per file"
        )
    rows, parent = found[0]
    warnings = []
    for key in TOTALS:
        total = parent.get(key)
        if isinstance(total, _Number) and total.isdigit() and int(total) > len(rows):
            warnings.append(f"page of a longer list: {int(total) - len(rows)} of {total} rows are missing")
            break
    if parent.get("type") == "FeatureCollection":
        rows = [_feature(row) for row in rows]
    return rows, tuple(warnings)


def _row_arrays(node: object) -> list[tuple[list[dict], dict]]:
    if isinstance(node, list):
        return [(node, {})] if node and all(isinstance(row, dict) for row in node) else []
    if not isinstance(node, dict):
        return []
    found = []
    for value in node.values():
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            found.append((value, node))
        elif isinstance(value, dict):
            found += _row_arrays(value)
    return found


def _feature(row: dict) -> dict:
    geometry = row.get("geometry") or {}
    point = geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Point" else None
    place = {"longitude": point[0], "latitude": point[1]} if isinstance(point, list) and len(point) >= 2 else {}
    return (row.get("properties") or {}) | {k: v for k, v in place.items() if k not in (row.get("properties") or {})}


def _flat(row: dict, prefix: str = "") -> dict[str, str]:
    made: dict[str, str] = {}
    for key, value in row.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            made |= _flat(value, f"{name}.")
        else:
            made[name] = _text(value)
    return made


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _table(rows: Sequence[dict], encoding: str, warnings: tuple[str, ...]) -> Table:
    flat = [_flat(row) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))
    records = [[row.get(name, "") for name in names] for row in flat]
    return place_rows(records, clean_names(names), Facts("JSON", encoding, warnings=warnings))
