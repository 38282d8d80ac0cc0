"""A context that somebody wrote or edited: read, checked, and only then rendered (`weisu report --context FILE`).

Sentences may be rewritten, reordered or dropped; a sentence may hold no number but those of its figures, and a draft stays one until it is
approved (`approval.py`).
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.context import SCHEMA_VERSION, Claim, ReportContext
from reports.errors import ReportError
from weisu.texts import text

if TYPE_CHECKING:
    from pydantic import TypeAdapter

MOST_BYTES = 20_000_000
RECORD = "approval.json"  # beside the context of an approved report
EDITS = "edits.json"  # who changed what before it was approved
GROWN = r"(?!\s*[%‰万亿千百])(?!\s?(?:k|m|bn|percent|thousand|million|billion)\b)"  # behind a number: another number
NAME = r"[\w.-]{1,100}"  # of the files to write: never a path
TODO = "see docs/report-context.schema.json; weisu report monthly --month YYYY-MM --format json writes one to edit"


def read_context(path: Path) -> ReportContext:
    """The context of a JSON file.

    Raises:
        ReportError: not readable, not of the schema, another schema version, a number without a figure, or no longer a draft.
    """
    given = _loaded(path)
    context = _built(given, path)
    if lost := _unknown(given, json.loads(context.to_json())):
        raise ReportError(f"{lost} is not part of a context", where=str(path), todo=TODO)
    _check(context, path)
    if context.draft != draft_mark(context) and not _is_approved(path):
        mark = repr(draft_mark(context))
        todo = "leave draft as it was written, or run: weisu report approve"
        raise ReportError(f"draft: every page of a report that nobody approved says {mark}", where=str(path), todo=todo)
    return context


def schema() -> dict[str, Any]:
    """The JSON Schema of a context."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_adapter().json_schema()}


def draft_mark(context: ReportContext) -> str:
    """What stands on every page of a report that nobody approved."""
    return text("report.draft_synthetic" if context.is_synthetic else "report.draft", context.lang)


def _is_approved(path: Path) -> bool:
    """Whether the record beside a context holds the hash of just these bytes."""
    try:
        kept = json.loads((path.parent / RECORD).read_text(encoding="utf-8"))["files"]
        return kept.get(path.name) == hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError, KeyError, TypeError):
        return False


def loose_number(claim: Claim) -> str | None:
    """The first number of a sentence that is neither of its figures nor part of its labels; a figure with more digits or another unit behind it is none."""
    left = claim.sentence
    told = [
        *((label, re.escape(label)) for label in claim.labels.values()),
        *((f.text, _whole_figure(f.text)) for f in claim.figures),
    ]
    for _, pattern in sorted(
        ((words, pattern) for words, pattern in told if words), key=lambda pair: len(pair[0]), reverse=True
    ):
        left = re.sub(pattern, " ", left)
    found = re.search(r"\d[\d.,]*", left)
    if found:
        return found[0]
    return next((c for c in left if not "\u4e00" <= c <= "\u9fff" and unicodedata.numeric(c, None) is not None), None)


def _whole_figure(words: str) -> str:
    """The pattern of a figure as it stands by itself."""
    behind = GROWN if words[-1:].isdigit() else ""
    return rf"(?<!\d)(?<!\d[.,]){re.escape(words)}(?![.,]?\d){behind}"


@cache
def _adapter() -> TypeAdapter[ReportContext]:
    from pydantic import TypeAdapter

    return TypeAdapter(ReportContext)


def _loaded(path: Path) -> Any:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ReportError(f"is larger than {MOST_BYTES // 1_000_000} MB", where=str(path), todo=TODO)
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ReportError(
            f"cannot be read ({error.strerror})", where=str(path), todo="check the name and its permissions"
        ) from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ReportError("is not JSON in UTF-8", where=str(path), todo=TODO) from error


def _built(given: Any, path: Path) -> ReportContext:
    from pydantic import ValidationError

    try:
        return _adapter().validate_python(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        at = ".".join(map(str, first["loc"])) or "the file"
        raise ReportError(f"{at}: {first['msg']}", where=str(path), todo=TODO) from error


def _unknown(given: Any, kept: Any, at: str = "") -> str | None:
    """Where `given` says something that the context does not hold."""
    if isinstance(given, dict):
        pairs = [(f"{at}.{key}".lstrip("."), value, kept.get(key, ...)) for key, value in given.items()]
    elif isinstance(given, list):
        pairs = [(f"{at}.{i}", *pair) for i, pair in enumerate(zip(given, kept, strict=True))]
    else:
        return None
    for name, value, held in pairs:
        if held is ...:
            return name
        if lost := _unknown(value, held, name):
            return lost
    return None


def _check(context: ReportContext, path: Path) -> None:
    def refuse(problem: str, todo: str = TODO) -> None:
        raise ReportError(problem, where=str(path), todo=todo)

    if context.schema_version != SCHEMA_VERSION:
        refuse(f"is of schema version {context.schema_version!r}, this release reads {SCHEMA_VERSION!r}")
    if context.lang not in ("zh", "en"):
        refuse(f"lang: unknown language {context.lang!r}")
    if not re.fullmatch(NAME, context.name) or context.name.startswith("."):
        refuse(f"name: {context.name[:60]!r} cannot be the name of a file")
    for claim in context.claims():
        if number := loose_number(claim):
            refuse(
                f"{number} in {claim.sentence[:40]!r} ({claim.key}) is none of its figures",
                "write the text of a figure, or add the figure with its value and source",
            )
