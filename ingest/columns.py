"""Which column of a table fills which canonical field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ingest.canonical import REQUIRED
from ingest.errors import Refused
from ingest.privacy import mask
from ingest.profiles import Profile
from ingest.readers.table import Table

DATUM_SUFFIX = re.compile(
    r"[\s_]*[(\[（【]?\s*(gcj-?02|bd-?09|wgs-?84|火星坐标|百度坐标)\s*(?:坐标系?)?[)\]）】]?$", re.IGNORECASE
)
SIMILAR = 0.6  # of two names, difflib
DATUMS = {"gcj02": "gcj02", "火星坐标": "gcj02", "bd09": "bd09", "百度坐标": "bd09", "wgs84": "wgs84"}


@dataclass(frozen=True)
class ColumnPlan:
    """`fields`: canonical field -> column index; `fallbacks`: field -> column index of its substitute."""

    fields: dict[str, int]
    fallbacks: dict[str, int]
    unknown: tuple[str, ...]  # header names that the profile does not know, masked
    datum: str


def plan_columns(table: Table, profile: Profile, label: str) -> ColumnPlan:
    """Match header names with the profile, each column used once.

    Raises:
        Refused: a required field has no column, or a used name stands twice over different contents.
    """
    bare = [bare_name(name) for name in table.header]
    names = [DATUM_SUFFIX.sub("", name) or name for name in bare]
    by_name: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        by_name.setdefault(name, []).append(index)
    fields = _assign(by_name, profile)
    for field in REQUIRED:
        if field not in fields:
            known, likely = profile.columns[field], _likely(table.header, profile.columns[field])
            perhaps = f"; perhaps it is called {likely!r} now" if likely else ""
            raise Refused(f"has no column for {field} ({' / '.join(known)}){perhaps}", code="missing_column", where=label,
                          todo=f"use another --source, or add the name to the profile {profile.name}")  # fmt: skip
    for field, index in fields.items():
        _check_twins(table, by_name[names[index]], field, label)
    fallbacks = {
        f: by_name[bare_name(b.column)][0] for f, b in profile.fallback.items() if bare_name(b.column) in by_name
    }
    used = {i for index in fields.values() for i in by_name[names[index]]} | set(fallbacks.values())
    unknown = tuple(mask(name, profile.language)[0] for i, name in enumerate(table.header) if i not in used)
    return ColumnPlan(fields, fallbacks, unknown, _datum(bare, fields, profile))


def _likely(header: Sequence[str], known: Sequence[str]) -> str | None:
    """The header name most like one of the known names; null when none is."""
    pairs = [(SequenceMatcher(None, bare_name(n), bare_name(k)).ratio(), n) for n in header for k in known]
    ratio, name = max(pairs, default=(0.0, None))
    return name if ratio >= SIMILAR else None


def _assign(by_name: dict[str, list[int]], profile: Profile) -> dict[str, int]:
    """First choices of all fields first, then second choices …, so that a name shared by two fields goes to the surer one."""
    fields: dict[str, int] = {}
    taken: set[str] = set()
    for rank in range(max(map(len, profile.columns.values()))):
        for field, names in profile.columns.items():
            name = bare_name(names[rank]) if rank < len(names) and field not in fields else None
            if name in by_name and name not in taken:
                fields[field] = by_name[name][0]
                taken.add(name)
    return fields


def _check_twins(table: Table, twins: list[int], field: str, label: str) -> None:
    if len(twins) < 2:
        return
    names = [f"c{index}" for index in twins]
    columns = (part.frame.select(names).get_columns() for part in table.parts())
    if any(not first.equals(other, null_equal=True) for first, *others in columns for other in others):
        raise Refused(f"has two columns named {table.header[twins[0]]!r} with different contents", code="duplicate_column",
                      where=label, todo=f"rename the one that is not {field}")  # fmt: skip


def _datum(bare: list[str], fields: dict[str, int], profile: Profile) -> str:
    for field in ("lon", "lat"):
        match = DATUM_SUFFIX.search(bare[fields[field]]) if field in fields else None
        if match:
            return DATUMS[match[1].lower().replace("-", "")]
    return profile.datum


def bare_name(name: str) -> str:
    """A header name as it is compared: NFKC, lower case, no blanks, no trailing colon or star."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).strip("*:：").lower()
