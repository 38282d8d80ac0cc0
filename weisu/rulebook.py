"""The rulebook: weights, points of intensity and thresholds of levels and ticket grades by the day from which they hold; what was published keeps all.

A city changes a weight by adding a row to reference/weights.csv: rule_name, rule_key, rule_value, valid_from, version, author,
decided_on, reason.  A period is judged by the version in force at its end, a ticket by that of its day.  `var/rulebook.duckdb` remembers what publications used:
a row they used can neither be changed nor taken back, and a new one cannot hold from a day that is published already.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from weisu import goalposts
from weisu.errors import WeisuError
from weisu.settings import Workspace
from weisu.warehouse import attach, connect, transaction

if TYPE_CHECKING:
    import duckdb

RULES = Path(__file__).resolve().parent.parent / "dbt" / "seeds" / "rules.csv"
RISING = ("level", "grade_frequency", "grade_breadth", "grade_difficulty")  # thresholds, each above the one before
WEIGHED = ("degree_weight", "frequency_weight", "intensity_weight", "breadth_weight", "difficulty_weight")
FAMILIES = (*WEIGHED, "intensity_points", *RISING)
BEGINNING = dt.date(1900, 1, 1)
COLUMNS = ("rule_name", "rule_key", "rule_value", "valid_from", "version", "author", "decided_on", "reason")
WEIGHTS = "rule_name text, rule_key text, rule_value double, valid_from date, version text, author text, decided_on date, reason text"


class RulebookError(WeisuError):
    """A version of a weight cannot be used."""

    code = "rulebook"


@dataclass(frozen=True)
class Weight:
    """One version of one weight; it holds from `valid_from` until the next version of the same weight."""

    rule_name: str
    rule_key: str
    rule_value: float
    valid_from: dt.date
    version: str
    author: str
    decided_on: dt.date
    reason: str

    @property
    def key(self) -> tuple[str, str]:
        return self.rule_name, self.rule_key


def weights_file(workspace: Workspace) -> Path:
    """Where a city writes its own versions."""
    return workspace.reference / "weights.csv"


def copy_into(workspace: Workspace, con: duckdb.DuckDBPyConnection, *, as_of: dt.date) -> None:
    """Write schema `rulebook` of a build file: every version of the weights, and the goalposts known by `as_of`.

    Raises:
        RulebookError: a row of reference/weights.csv is wrong, or would change what was published.
    """
    weights = history(workspace)
    con.execute("create schema if not exists rulebook")
    con.execute(f"create or replace table rulebook.weights ({WEIGHTS})")
    con.executemany("insert into rulebook.weights values (?, ?, ?, ?, ?, ?, ?, ?)", [astuple(w) for w in weights])
    goalposts.copy_into(workspace.rulebook, con, as_of=as_of)


def keep(workspace: Workspace, build: Path, *, as_of: dt.date, now: dt.datetime) -> None:
    """Remember what a publication that readers see used: weights, goalposts that it set, and its day; nothing is ever replaced."""
    con = connect(workspace.rulebook)
    try:
        attach(con, build, "made")
        with transaction(con):
            _make(con)
            con.execute(
                "insert into weights select w.*, $now from made.rulebook.weights w anti join weights using (rule_name, rule_key, valid_from)",
                {"now": now},
            )
            goalposts.keep(con, as_of=as_of, now=now)
            con.execute("insert into published values ($as_of, $now)", {"as_of": as_of, "now": now})
    finally:
        con.close()


def history(workspace: Workspace, file: Path | None = None) -> list[Weight]:
    """All versions, oldest first: what publications used, the seed where it is new, and the city's own rows.

    Args:
        file: the city's own rows; default reference/weights.csv.

    Raises:
        RulebookError: see `copy_into`.
    """
    kept, last = _kept(workspace)
    file = file or weights_file(workspace)
    own, path = _read(file), str(file)
    known = {(w.key, w.valid_from): w for w in kept}
    decided = {w.key for w in own}  # what a city decided, a new release does not undo
    seeds = [w for w in _seed_versions(kept, last) if last is None or w.key not in decided]
    for weight in own:
        before = known.get((weight.key, weight.valid_from))
        if before is None and last is not None and weight.valid_from <= last:
            raise RulebookError(
                f"{_name(weight)} would hold from {weight.valid_from}, but {last} is published",
                where=path,
                todo=f"let it hold from {last + dt.timedelta(days=1)} or later",
            )
        if before not in (None, weight):
            raise RulebookError(
                f"{_name(weight)} of {weight.valid_from} was published otherwise",
                where=path,
                todo="restore the row and add a new one",
            )
    merged = known | {(w.key, w.valid_from): w for w in [*seeds, *own]}
    _check_families(merged.values(), path)
    return sorted(merged.values(), key=lambda w: (w.valid_from, w.key))


def check_own(workspace: Workspace, file: Path) -> list[Weight]:
    """The city's own rows in another file that is to become reference/weights.csv.

    Raises:
        RulebookError: a build would refuse it, or it leaves out a row that a publication used, which would stay in force all the same.
    """
    history(workspace, file)
    own, kept = _read(file), _kept(workspace)[0]
    if gone := [w for w in _read(weights_file(workspace)) if w in kept and w not in own]:
        raise RulebookError(
            f"{_name(gone[0])} of {gone[0].valid_from} is published and cannot be taken back",
            where=str(file),
            todo="keep the row and add a new one from a later day",
        )
    return own


def published_until(workspace: Workspace) -> dt.date | None:
    """The last day that a publication judged; weights hold from later days only.  None before the first."""
    return _kept(workspace)[1]


def seed_weights() -> list[Weight]:
    """The defaults of dbt/seeds/rules.csv, in force from the beginning."""
    with RULES.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["rule_name"] in FAMILIES]
    return [
        Weight(row["rule_name"], row["rule_key"], float(row["rule_value"]), BEGINNING, row["version"], row["author"],
               dt.date.fromisoformat(row["decided_on"]), row["reason"])
        for row in rows
    ]  # fmt: skip


def _seed_versions(kept: list[Weight], last: dt.date | None) -> list[Weight]:
    """A default that a new release changed holds from the day after the last published one."""
    if last is None:
        return seed_weights()
    used = {(w.key, w.rule_value, w.version, w.decided_on) for w in kept}
    begins = last + dt.timedelta(days=1)
    return [
        Weight(w.rule_name, w.rule_key, w.rule_value, begins, w.version, w.author, w.decided_on, w.reason)
        for w in seed_weights()
        if (w.key, w.rule_value, w.version, w.decided_on) not in used
    ]


def _kept(workspace: Workspace) -> tuple[list[Weight], dt.date | None]:
    path = workspace.rulebook
    if not path.is_file():
        return [], None
    con = connect(path, read_only=True)
    try:
        rows = con.execute(f"select {', '.join(COLUMNS)} from weights").fetchall()
        return [Weight(*row) for row in rows], con.execute("select max(as_of_on) from published").fetchone()[0]
    finally:
        con.close()


def _make(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"create table if not exists weights ({WEIGHTS}, kept_at timestamp)")
    goalposts.make_tables(con)
    con.execute("create table if not exists published (as_of_on date, kept_at timestamp)")


def _read(path: Path) -> list[Weight]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames is None or set(reader.fieldnames) != set(COLUMNS):
            raise RulebookError("has other columns", where=str(path), todo=f"expected: {','.join(COLUMNS)}")
        found = [_weight(row, f"{path} row {number}") for number, row in enumerate(reader, start=2)]
    if len({(w.key, w.valid_from) for w in found}) < len(found):
        raise RulebookError("names one weight twice for one day", where=str(path), todo="keep one of the rows")
    return found


def _weight(row: dict[str, str], where: str) -> Weight:
    text = {name: (row[name] or "").strip() for name in COLUMNS}
    if blank := [name for name, value in text.items() if not value]:
        raise RulebookError(f"{blank[0]} is empty", where=where, todo="say who decided what, when and why")
    try:
        value = float(text["rule_value"])
        first, decided = (dt.date.fromisoformat(text[name]) for name in ("valid_from", "decided_on"))
    except ValueError as error:
        raise RulebookError(f"cannot be read ({error})", where=where, todo="days as 2026-01-31, a number") from error
    found = Weight(text["rule_name"], text["rule_key"], value, first, text["version"], text["author"], decided, text["reason"])  # fmt: skip
    if found.key not in {w.key for w in seed_weights()}:
        raise RulebookError(f"no weight {_name(found)}", where=where, todo="use the names of dbt/seeds/rules.csv")
    if not (math.isfinite(value) and value >= 0):
        raise RulebookError(f"{_name(found)} is {value}", where=where, todo="a weight is 0 or more")
    if first < decided:
        raise RulebookError(f"{_name(found)} holds before it was decided", where=where, todo=f"from {decided} or later")
    return found


def _check_families(weights: Iterable[Weight], where: str) -> None:
    weights = sorted(weights, key=lambda w: w.valid_from)
    force: dict[tuple[str, str], float] = {}
    for number, weight in enumerate(weights):
        force[weight.key] = weight.rule_value
        if number + 1 < len(weights) and weights[number + 1].valid_from == weight.valid_from:
            continue  # the day's other rows first
        _check_levels(force, weight.valid_from, where)
        for family in {name for name, _ in force}:
            if sum(value for (name, _), value in force.items() if name == family) <= 0:
                raise RulebookError(
                    f"{family} adds up to nothing from {weight.valid_from}",
                    where=where,
                    todo="leave one weight above zero",
                )


def _check_levels(force: dict[tuple[str, str], float], on: dt.date, where: str) -> None:
    """A level, or a grade, begins above the one before."""
    for family in RISING:
        begins = [value for (name, _), value in sorted(force.items()) if name == family]
        if any(low >= high for low, high in pairwise(begins)):
            told = "the levels do" if family == "level" else f"{family} does"
            raise RulebookError(f"{told} not rise from {on}", where=where, todo="2 < 3 < 4")


def _name(weight: Weight) -> str:
    return f"{weight.rule_name}.{weight.rule_key}"
