"""What changed since the last load of a source: columns, codes, code lists, the profile.  Told, never guessed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.codes import code_drift, known_values, make_codes
from ingest.columns import SIMILAR, ColumnPlan, bare_name
from ingest.privacy import mask
from ingest.profiles import Profile
from weisu.settings import Workspace

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from ingest.readers.table import Part

SAMPLE_ROWS = 200
LONGEST_SHOWN = 80  # characters
ALIKE = 0.5  # share of a new column's values that a missing field is known to hold
DRIFT = """
create table if not exists raw.drift (
    load_id varchar not null, source varchar not null, kind varchar not null, field varchar, value varchar, detail varchar)
"""
HEADERS = """
create table if not exists raw.headers (
    load_id varchar not null, source varchar not null, position integer not null, name varchar not null, field varchar)
"""
LAST_HEADER = """
select name, field from raw.headers where load_id = (
    select load_id from raw.loads where source = ? and load_id in (select load_id from raw.headers) order by loaded_at desc, rowid desc limit 1
) order by position
"""
LAST_PROFILE = "select profile_version from raw.loads where source = ? order by loaded_at desc, rowid desc limit 1"


@dataclass(frozen=True)
class Drift:
    """One thing that changed; `value` and `detail` are masked."""

    kind: str  # one of KINDS
    field: str | None = None  # canonical field, coded field or reference list
    value: str | None = None
    detail: str | None = None


KINDS = (
    "new_column", "missing_column", "perhaps_renamed_column", "reordered_columns", "profile_changed", "new_code", "vanished_code",
    "not_in_reference", "reference_added", "reference_removed", "reference_unreadable",
)  # fmt: skip


class Arrived:
    """The table of a load as it comes: header names, what they were taken for, and some of its first rows."""

    def __init__(self, header: Sequence[str], plan: ColumnPlan) -> None:
        self.header, self.plan = header, plan
        self.sample: pl.DataFrame | None = None

    def watch(self, parts: Iterable[Part]) -> Iterator[Part]:
        """The same parts; the first rows are kept to compare columns with those of earlier loads."""
        for part in parts:
            if self.sample is None and part.frame.height:
                self.sample = part.frame.head(SAMPLE_ROWS)
            yield part

    def values(self, index: int) -> frozenset[str]:
        """Distinct values of a column in the sample."""
        if self.sample is None:
            return frozenset()
        return frozenset(self.sample[f"c{index}"].str.strip_chars().drop_nulls().unique())


def make_drift(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of drift; safe on a ledger of an earlier release."""
    con.execute(DRIFT)
    con.execute(HEADERS)
    make_codes(con)


def record_drift(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, profile: Profile, load_id: str, arrived: Arrived
) -> tuple[Drift, ...]:
    """Compare this load with the last one of its source and with the reference lists, and keep what was found.

    Called inside the load's transaction, after its versions and before its own row of raw.loads.
    """
    found = [*_profile_drift(con, profile), *_column_drift(con, profile, arrived)]
    found += [Drift(*each) for each in code_drift(con, workspace, profile.name, load_id)]
    masks = (Drift(d.kind, d.field, masked(d.value, profile), masked(d.detail, profile)) for d in found)
    shown = list(dict.fromkeys(masks))  # two things can look alike once they are masked
    if shown:
        con.executemany("insert into raw.drift values (?, ?, ?, ?, ?, ?)", [(load_id, profile.name, d.kind, d.field, d.value, d.detail) for d in shown])  # fmt: skip
    _keep_header(con, profile, load_id, arrived)
    return tuple(shown)


def masked(text: str | None, profile: Profile) -> str | None:
    """A code as it may be shown: without numbers of persons, shortened; districts and units keep their names."""
    return None if text is None else mask(_short(text), profile.language, names=False)[0]


def masked_name(column: str, profile: Profile) -> str:
    """A column's name as it may be shown; a row taken for a header may hold persons."""
    return mask(_short(column), profile.language)[0]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _profile_drift(con: duckdb.DuckDBPyConnection, profile: Profile) -> list[Drift]:
    row = con.execute(LAST_PROFILE, [profile.name]).fetchone()
    return [Drift("profile_changed", None, profile.version, row[0])] if row and row[0] != profile.version else []


def _keep_header(con: duckdb.DuckDBPyConnection, profile: Profile, load_id: str, arrived: Arrived) -> None:
    fields = {index: field for field, index in arrived.plan.fields.items()}
    rows = [
        (load_id, profile.name, i, masked_name(name, profile), fields.get(i)) for i, name in enumerate(arrived.header)
    ]
    con.executemany("insert into raw.headers values (?, ?, ?, ?, ?)", rows)


def _column_drift(con: duckdb.DuckDBPyConnection, profile: Profile, arrived: Arrived) -> list[Drift]:
    """Columns by their names as they are compared; a renamed one is only suspected."""
    before = {bare_name(name): (name, field) for name, field in con.execute(LAST_HEADER, [profile.name]).fetchall()}
    if not before:
        return []
    header = [masked_name(name, profile) for name in arrived.header]
    now = {bare_name(name): index for index, name in enumerate(header)}
    fresh, missing = [n for n in now if n not in before], [n for n in before if n not in now]
    fields = {index: field for field, index in arrived.plan.fields.items()}
    found = [Drift("new_column", fields.get(now[n]), header[now[n]]) for n in fresh]
    found += [Drift("missing_column", before[n][1], before[n][0]) for n in missing]
    for old in missing:
        unread = [n for n in fresh if now[n] not in fields]
        likely = [n for n in unread if _is_alike(con, profile, before[old], n, arrived.values(now[n]))]
        found += [Drift("perhaps_renamed_column", before[old][1], before[old][0], header[now[n]]) for n in likely]  # fmt: skip
    if [n for n in before if n in now] != [n for n in now if n in before]:
        found.append(Drift("reordered_columns"))
    return found


def _is_alike(
    con: duckdb.DuckDBPyConnection, profile: Profile, old: tuple[str, str | None], name: str, seen: frozenset[str]
) -> bool:
    """Similar names, or values that the missing field is known to hold."""
    was = bare_name(old[0])
    if difflib.SequenceMatcher(None, was, name).ratio() >= SIMILAR:
        return True
    known = known_values(con, profile.name, old[1]) if old[1] else frozenset()
    return bool(seen and known) and len(seen & known) / len(seen) >= ALIKE
