"""Which column of a table fills which canonical field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    """Which columns, by index, fill which canonical fields."""

    fields: dict[str, int]
    fallbacks: dict[str, int]  # a field's substitute
    unknown: tuple[str, ...]  # header names that the profile does not know, masked
    datum: str
    also: dict[str, tuple[int, ...]] = field(default_factory=dict)  # asked where the field's own cell is blank
    times: dict[str, int] = field(default_factory=dict)  # the time of day of a field's date
    identity: tuple[int, ...] = ()  # together the id

    @property
    def used(self) -> set[int]:
        """Every column that fills anything."""
        one = {*self.fields.values(), *self.fallbacks.values(), *self.times.values(), *self.identity}
        return one.union(*self.also.values())

    def of(self, name: str) -> tuple[int, ...]:
        """The columns of a field, the first filled one counts."""
        return (self.fields[name], *self.also.get(name, ())) if name in self.fields else ()


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
    also = {f: found for f, known in profile.also.items() if (found := _present(known, by_name))}
    fields = _assign(by_name, profile)
    fields |= {f: found[0] for f, found in also.items() if f not in fields}
    also = {f: tuple(i for i in found if i != fields[f]) for f, found in also.items()}
    fallbacks = {f: found[0] for f, b in profile.fallback.items() if (found := _present([b.column], by_name))}
    times = {f: found[0] for f, known in profile.times.items() if f in fields and (found := _present(known, by_name))}
    times = {f: index for f, index in times.items() if index != fields[f]}
    identity = _identity(table, profile, by_name, label)
    _check_required(table, profile, fields, label)
    plan = ColumnPlan(fields, fallbacks, (), _datum(bare, fields, profile), also, times, identity)
    for index in sorted(plan.used):
        _check_twins(table, by_name[names[index]], label)
    used = {i for index in plan.used for i in by_name[names[index]]}
    unknown = tuple(mask(name, profile.language)[0] for i, name in enumerate(table.header) if i not in used)
    return replace(plan, unknown=unknown)


def _present(known: Sequence[str], by_name: Mapping[str, list[int]]) -> tuple[int, ...]:
    """Columns of these names that the table has, in the order of the names."""
    return tuple(dict.fromkeys(by_name[bare_name(name)][0] for name in known if bare_name(name) in by_name))


def _check_required(table: Table, profile: Profile, fields: Mapping[str, int], label: str) -> None:
    for name in REQUIRED:
        if name not in fields and name in profile.columns:
            raise _missing(table, profile, name, profile.columns[name], label)


def _identity(table: Table, profile: Profile, by_name: Mapping[str, list[int]], label: str) -> tuple[int, ...]:
    known = profile.identity.columns if profile.identity else ()
    for name in known:
        if bare_name(name) not in by_name:
            raise _missing(table, profile, "ticket_id", (name,), label)
    return _present(known, by_name)


def _missing(table: Table, profile: Profile, name: str, known: Sequence[str], label: str) -> Refused:
    likely = _likely(table.header, known)
    perhaps = f"; perhaps it is called {likely!r} now" if likely else ""
    return Refused(f"has no column for {name} ({' / '.join(known)}){perhaps}", code="missing_column", where=label,
                   todo=f"use another --source, or add the name to the profile {profile.name}")  # fmt: skip


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
        for target, names in profile.columns.items():
            name = bare_name(names[rank]) if rank < len(names) and target not in fields else None
            if name in by_name and name not in taken:
                fields[target] = by_name[name][0]
                taken.add(name)
    return fields


def _check_twins(table: Table, twins: list[int], label: str) -> None:
    if len(twins) < 2:
        return
    names = [f"c{index}" for index in twins]
    columns = (part.frame.select(names).get_columns() for part in table.parts())
    if any(not first.equals(other, null_equal=True) for first, *others in columns for other in others):
        raise Refused(f"has two columns named {table.header[twins[0]]!r} with different contents", code="duplicate_column",
                      where=label, todo="rename the one that is not meant")  # fmt: skip


def _datum(bare: list[str], fields: dict[str, int], profile: Profile) -> str:
    for axis in ("lon", "lat"):
        match = DATUM_SUFFIX.search(bare[fields[axis]]) if axis in fields else None
        if match:
            return DATUMS[match[1].lower().replace("-", "")]
    return profile.datum


def bare_name(name: str) -> str:
    """A header name as it is compared: NFKC, lower case, no blanks, no trailing colon or star."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).strip("*:：").lower()
