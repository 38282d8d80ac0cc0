"""XML tables: one element repeated with its fields inside or as attributes, as in Open311 GeoReport v2.  No entity is ever resolved."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from ingest.errors import Refused
from ingest.readers.header import clean_names
from ingest.readers.kinds import BOMS
from ingest.readers.table import Facts, Source, Table, place_rows

MAX_DEPTH = 60
CHUNK = 1 << 20
DECLARED = re.compile(r"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']", re.DOTALL)
ERRORS = {"error", "errors", "fault", "exception"}
SPREADSHEET = "schemas-microsoft-com:office:spreadsheet"


@dataclass(slots=True)
class Node:
    """One element: local name, attributes, text of its own, children in order."""

    name: str
    attributes: dict[str, str]
    text: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)


class _Forbidden(Exception):
    """The document asks for more than a table needs."""

    def __init__(self, what: str, code: str) -> None:
        super().__init__(what)
        self.code = code


def read_xml(source: Source) -> Table:
    """Rows of an XML file; inner elements become columns `a.b`, elements that stand twice in a row a JSON list.

    Raises:
        Refused: damaged or cut off, entities or a document type, too deep, an error message, no rows.
    """
    label = source.label
    text, encoding = _decoded(source.path.read_bytes(), label)
    try:
        root = _tree(text)
    except _Forbidden as error:
        raise Refused(str(error), code=error.code, where=label, todo="export a plain XML table") from error
    except expat.ExpatError as error:
        what = f"is cut off or damaged XML at line {error.lineno}"
        raise Refused(what, code="damaged", where=label, todo="export it again") from error
    rows = _rows_of(root, label)
    records = [dict(_fields(row)) for row in rows]
    names = list(dict.fromkeys(name for record in records for name in record))
    cells = [[record.get(name, "") for name in names] for record in records]
    return place_rows(cells, clean_names(names), Facts("XML", encoding))


def _decoded(data: bytes, label: str) -> tuple[str, str]:
    """Text by byte-order mark, else as declared, else UTF-8: decoded here because expat knows no GBK."""
    bom, encoding = next(((b, e) for b, e in BOMS if data.startswith(b)), (b"", ""))
    if not encoding:
        declared = DECLARED.match(data[:400].decode("latin-1"))
        encoding = (declared[1] if declared else "utf-8").lower()
        encoding = "gb18030" if encoding in ("gbk", "gb2312", "cp936") else encoding
    try:
        return data[len(bom) :].decode(encoding), encoding
    except (UnicodeDecodeError, LookupError) as error:
        raise Refused(f"is no {encoding} text as it says", code="undecodable", where=label,
                      todo="export it as UTF-8") from error  # fmt: skip


def _tree(text: str) -> Node:
    top = Node("", {})
    open_nodes = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_nodes) > MAX_DEPTH:
            raise _Forbidden(f"is nested deeper than {MAX_DEPTH} levels", "too_deep")
        if any(SPREADSHEET in value for value in attributes.values()):
            raise _Forbidden("is an Excel 2003 XML workbook", "wrong_kind")
        node = Node(_local(name), attributes)
        open_nodes[-1].children.append(node)
        open_nodes.append(node)

    def forbid(*_: object) -> None:
        raise _Forbidden("declares a document type or entities", "xml_entities")

    parser = expat.ParserCreate(encoding="utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: open_nodes.pop()
    parser.CharacterDataHandler = lambda characters: open_nodes[-1].text.append(characters)
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = forbid
    for at in range(0, len(text), CHUNK):
        parser.Parse(text[at : at + CHUNK].encode("utf-8"), False)
    parser.Parse(b"", True)
    return top.children[0]


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _rows_of(root: Node, label: str) -> list[Node]:
    """The largest group of records: elements of one name under one parent that have fields."""
    if root.name.lower() in ERRORS:
        raise Refused("is an error message, not a table", code="no_rows", where=label, todo="ask the source again")
    groups = list(_groups(root))
    if not groups:
        raise Refused("holds no rows", code="no_rows", where=label, todo="check that it is an export")
    groups.sort(key=len, reverse=True)
    if len(groups) > 1 and len(groups[1]) > 1:
        what = f"holds {sum(len(g) > 1 for g in groups)} lists of rows"
        raise Refused(what, code="several_tables", where=label, todo="export one table per file")
    return groups[0]


def _groups(node: Node) -> Iterator[list[Node]]:
    """Lists of records, outermost first; what is inside a record belongs to it, a wrapper of one list is none."""
    names = Counter(child.name for child in node.children)
    repeated = [name for name, count in names.items() if count > 1]
    inner = [group for child in node.children for group in _groups(child)] if len(node.children) < 20 else []
    is_wrapper = len(node.children) == 1 and any(len(group) > 1 for group in inner) and not _has_leaf(node.children[0])
    if len(names) == 1 and not is_wrapper and all(_is_record(child) for child in node.children):
        yield node.children
    elif len(repeated) == 1 and (rows := [c for c in node.children if c.name == repeated[0] and _is_record(c)]):
        yield rows
    else:
        yield from inner


def _is_record(node: Node) -> bool:
    return bool(_own(node)) or _has_leaf(node)


def _has_leaf(node: Node) -> bool:
    return any(not child.children and not _own(child) for child in node.children)


def _own(node: Node) -> dict[str, str]:
    """Attributes that are content: no namespaces, no schema remarks."""
    technical = ("xmlns", "xsi:", "xml:")
    return {
        _local(k): v
        for k, v in node.attributes.items()
        if not k.startswith(technical) and not (":" in k and _local(k) in ("nil", "type", "schemaLocation"))
    }


def _fields(node: Node, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Column name and text of everything in a record."""
    for name, value in _own(node).items():
        yield f"{prefix}{name}", value
    for name in dict.fromkeys(child.name for child in node.children):
        same = [child for child in node.children if child.name == name]
        if len(same) > 1:
            yield f"{prefix}{name}", json.dumps([_value(child) for child in same], ensure_ascii=False)
        else:
            yield from _fields(same[0], f"{prefix}{name}.")
    own = "".join(node.text).strip()
    if prefix and (own or not (node.children or _own(node))):
        yield prefix.removesuffix("."), "" if _is_nil(node) else own


def _value(node: Node) -> str | dict[str, str]:
    """Text of a leaf; an inner element of a list with all its fields."""
    own = "" if _is_nil(node) else "".join(node.text).strip()
    return dict(_fields(node)) | ({"": own} if own else {}) if node.children or _own(node) else own


def _is_nil(node: Node) -> bool:
    return any(":" in k and _local(k) == "nil" and v.strip() in ("true", "1") for k, v in node.attributes.items())
