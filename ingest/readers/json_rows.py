"""JSON: an array of objects, rows wrapped in an API answer, GeoJSON features, or JSON lines.  Numbers keep their spelling."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from ingest.errors import Refused
from ingest.readers.encodings import read_lines
from ingest.readers.header import clean_names
from ingest.readers.table import Facts, RefusedRow, Remark, Source, Table, place_rows, with_refused

TOTALS = ("total", "totalCount", "total_count", "count", "totalElements")
CLASH = "\0clash"  # marks an object whose key stands twice with two values; no JSON key can hold it unescaped


class _Number(str):
    """The digits of a number as they stood in the file."""


def read_json(source: Source) -> Table:
    """Rows of a JSON file; inner objects become columns `a.b`, inner arrays JSON text.

    Raises:
        Refused: damaged, too deep, no rows, or several row arrays.
    """
    label = source.label
    lines = read_lines(source.path.read_bytes(), label)
    if lines.bad:
        raise Refused("holds bytes that are no UTF-8 text", code="undecodable", where=label, todo="export it again")
    document, damaged = _parse(lines.text, label)
    rows, warnings = _rows_of(document, label)
    facts = Facts("JSON", lines.encoding, warnings=warnings)
    return with_refused(_table(rows, facts), damaged)


def _parse(lines: Sequence[str], label: str) -> tuple[object, list[RefusedRow]]:
    """The whole as one document, or else line by line; of JSON lines a damaged one is set aside alone."""
    decode = DECODER.decode
    try:
        return decode("\n".join(lines)), []
    except RecursionError as error:
        raise Refused("is nested too deep", code="too_deep", where=label, todo="export flat rows") from error
    except json.JSONDecodeError as first:
        if documents := _documents(lines):
            return documents, []
        rows, damaged = _by_line(decode, [line for line in lines if line.strip()])
        if not rows or not isinstance(rows[0], dict) or len(damaged) > max(1, len(rows) // 10):
            raise Refused(
                "is no valid JSON (cut off or damaged)", code="damaged", where=label, todo="export it again"
            ) from first
        return rows, damaged


def _documents(lines: Sequence[str]) -> list[object]:
    """Objects one behind the other on one line, as some programs append them; none where it is anything else."""
    if sum(bool(line.strip()) for line in lines) != 1:
        return []
    text, at, found = "".join(lines).strip(), 0, []
    while at < len(text):
        try:
            document, at = DECODER.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError):
            return []
        found.append(document)
        at = SEPARATOR.match(text, at).end()
    return found if len(found) > 1 and all(isinstance(row, dict) for row in found) else []


def _by_line(decode, lines: Sequence[str]) -> tuple[list[object], list[RefusedRow]]:
    rows: list[object] = []
    damaged: list[RefusedRow] = []
    for number, line in enumerate(lines, start=1):
        try:
            row = decode(line.rstrip().removesuffix(","))
        except (json.JSONDecodeError, RecursionError):
            row = None
        if isinstance(row, dict):
            rows.append(row)
        else:
            damaged.append(RefusedRow(number, "damaged_record", line[:20_000]))
            if not rows:  # the first line must be whole: else these are no JSON lines
                break
    return rows, damaged


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """Of a key that stands twice the filled one counts; two different fillings are a clash."""
    made: dict[str, object] = {}
    for key, value in pairs:
        if made.get(key) in (None, "", "null"):
            made[key] = value
        elif value not in (None, "", "null", made[key]):
            made[CLASH] = key
    return made


DECODER = json.JSONDecoder(
    parse_int=_Number, parse_float=_Number, parse_constant=_Number, object_pairs_hook=_object, strict=False
)
SEPARATOR = re.compile(r"\s*")


def _rows_of(document: object, label: str) -> tuple[list[dict], tuple[Remark, ...]]:
    found = _table_of_arrays(document) or list(_row_arrays(document))
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
            warnings.append(Remark("page_of_list", {"missing": int(total) - len(rows), "total": int(total)}))
            break
    if parent.get("type") == "FeatureCollection":
        rows = [_feature(row) for row in rows]
    return rows, tuple(warnings)


def _row_arrays(node: object) -> Iterator[tuple[list[dict], dict]]:
    if isinstance(node, list):
        if node and all(isinstance(row, dict) for row in node):
            yield node, {}
    elif isinstance(node, dict):
        for value in node.values():
            if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
                yield value, node
            elif isinstance(value, dict):
                yield from _row_arrays(value)


def _table_of_arrays(document: object) -> list[tuple[list[dict], dict]]:
    """Rows as arrays of one length, their names in the first of them or in an array beside them."""
    if isinstance(document, dict):
        arrays = {key: value for key, value in document.items() if isinstance(value, list) and value}
        tables = [value for value in arrays.values() if _is_grid(value)]
        heads = [names for value in arrays.values() if (names := _names(value)) and not _is_grid(value)]
        rows, names = (tables[0], heads[0]) if len(tables) == len(heads) == 1 else ([], [])
    else:
        rows = document[1:] if isinstance(document, list) and len(document) > 1 and _is_grid(document) else []
        names = _names(document[0]) if rows else []
    if not rows or len(rows[0]) != len(names):
        return []
    return [([dict(zip(names, row, strict=True)) for row in rows], document if isinstance(document, dict) else {})]


def _is_grid(value: list) -> bool:
    return all(isinstance(row, list) for row in value) and len({len(row) for row in value}) == 1


def _names(value: list) -> list[str]:
    """Different names of columns, bare or as `{"name": …}`; none where it is no list of names."""
    names = [cell.get("name") if isinstance(cell, dict) else cell for cell in value]
    are_names = all(isinstance(n, str) and not isinstance(n, _Number) and n.strip() for n in names)
    return names if are_names and len(set(names)) == len(names) > 1 else []


def _feature(row: dict) -> dict:
    geometry = row.get("geometry") or {}
    point = geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Point" else None
    place = {"longitude": point[0], "latitude": point[1]} if isinstance(point, list) and len(point) >= 2 else {}
    properties = row.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    return properties | {k: v for k, v in place.items() if k not in properties}


def flat(row: dict, prefix: str = "") -> dict[str, str]:
    """One row with inner objects as `outer.inner` keys and every value as text."""
    made: dict[str, str] = {}
    for key, value in row.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            made |= flat(value, f"{name}.")
        else:
            made[name] = _text(value)
    return made


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _table(rows: Sequence[dict], facts: Facts) -> Table:
    flattened = [flat(row) for row in rows]
    names = list(dict.fromkeys(name for row in flattened for name in row if not name.endswith(CLASH)))
    clashing = {i for i, row in enumerate(flattened, start=1) if any(name.endswith(CLASH) for name in row)}
    if not names:
        return Table((), facts)
    records = [[row.get(name, "") for name in names] for row in flattened]
    return place_rows(records, clean_names(names), facts, clashing)
