"""The dbt project as it describes itself: models, columns, and what rests on what, read from dbt's own manifest."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weisu import transform
from weisu.errors import WarehouseError
from weisu.parsing import parsed_project

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

DATABASE = "build"  # the name that builds give it: what they parsed is read back
RULES = re.compile(r"\brule(?:_constant)?\('(\w+)',\s*'(\w+)'\)")
FAMILIES = (  # a macro call -> the rules it reads, as mart_rules names them
    (re.compile(r"\bcode_patterns\('(\w+)'"), "code_{}"),
    (re.compile(r"\blexicon_value\(lexicon, '(\w+)'"), "lexicon_{}"),
    (re.compile(r"\br(?:ules?)?\.?rule_name = '(\w+)'"), "{}"),
)
SETTINGS = re.compile(r"\bvar\(['\"](\w+_weight)['\"]\)")


@dataclass(frozen=True)
class Table:
    """One model, seed or source table as the project declares it."""

    name: str
    kind: str  # model, seed or source
    layer: str  # staging, intermediate, marts, rules, or the source's name
    description: str
    columns: dict[str, tuple[str, str]]  # name -> (type, description)
    grain: tuple[str, ...]  # columns of the grain test; empty when it has none
    sql: str
    parents: tuple[str, ...]


@dataclass(frozen=True)
class Project:
    """All tables of the project by name."""

    tables: dict[str, Table]

    def path(self, start: str, ends: frozenset[str], prefers: Callable[[Table], bool]) -> list[Table]:
        """The line of tables from `start` down to one of `ends` that meets most of the preferred ones, the shorter the better.

        Raises:
            WarehouseError: `start` does not rest on any of `ends`.
        """
        best = _Search(self.tables, ends, prefers).best(start)
        if best is None:
            raise WarehouseError(f"{start} does not rest on {', '.join(sorted(ends))}", where="dbt")
        return [self.tables[name] for name in best[2]]

    def rules_of(self, path: list[Table]) -> list[tuple[str, str | None]]:
        """(rule, key) that the SQL of these tables reads, in order of name; key None = all keys of the rule."""
        sql = "\n".join(table.sql for table in path)
        found: set[tuple[str, str | None]] = {(name, key) for name, key in RULES.findall(sql)}
        for pattern, spelling in FAMILIES:
            found |= {(spelling.format(name), None) for name in pattern.findall(sql)}
        found |= {("setting", name) for name in SETTINGS.findall(sql)}
        return sorted(found, key=lambda pair: (pair[0], pair[1] or ""))

    @cached_property
    def above(self) -> dict[str, set[str]]:
        """Table -> the tables that rest on it directly."""
        found: dict[str, set[str]] = {name: set() for name in self.tables}
        for table in self.tables.values():
            for parent in table.parents:
                found[parent].add(table.name)
        return found

    def below(self, name: str) -> set[str]:
        """All tables that a table rests on, however far down."""
        found: set[str] = set()
        waiting = list(self.tables[name].parents)
        while waiting:
            if (parent := waiting.pop()) not in found:
                found.add(parent)
                waiting.extend(self.tables[parent].parents)
        return found


def read_project() -> Project:
    """What the dbt project declares, from the files as they were parsed for a build, or parsed now.

    Raises:
        WarehouseError: the project cannot be read.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return _project(parsed_project(transform.PROJECT, DATABASE, lambda: _parse(folder)))


def parse_project(folder: Path) -> Project:
    """What the dbt project declares; dbt's manifest stays in `folder`.

    Raises:
        WarehouseError: the project cannot be read.
    """
    return _project(_parse(folder))


def _parse(folder: Path) -> Manifest:
    transform.write_profile(folder, folder / f"{DATABASE}.duckdb", {"ledger": folder / "ledger.duckdb"})
    return transform.parse(folder)


def _project(manifest: Manifest) -> Project:
    return Project({table.name: table for table in _tables(manifest)})


def _tables(manifest: Manifest) -> Iterator[Table]:
    grains = _grains(manifest)
    names = {key: _name(node) for nodes in (manifest.nodes, manifest.sources) for key, node in nodes.items()}
    kept = {"model", "seed", "source"}
    for node in (*manifest.nodes.values(), *manifest.sources.values()):
        kind = str(node.resource_type)
        if kind not in kept:
            continue
        parents = tuple(names[key] for key in getattr(getattr(node, "depends_on", None), "nodes", []))
        parents += tuple(node.config.meta.get("reads", ())) if kind == "source" else ()
        columns = {
            name: (column.data_type or "", " ".join(column.description.split()))
            for name, column in node.columns.items()
        }
        layer = node.source_name if kind == "source" else str(node.config.get("schema") or "")
        sql = "" if kind == "source" else node.raw_code
        yield Table(
            names[node.unique_id], kind, layer, " ".join(node.description.split()), columns, grains.get(node.unique_id, ()), sql, parents
        )  # fmt: skip


def _name(node: Any) -> str:
    """A source table as source.table; a model by its name alone."""
    return f"{node.source_name}.{node.name}" if str(node.resource_type) == "source" else node.name


def _grains(manifest: Manifest) -> dict[str, tuple[str, ...]]:
    tests = (n for n in manifest.nodes.values() if str(n.resource_type) == "test" and getattr(n, "test_metadata", None))
    return {
        test.attached_node: tuple(test.test_metadata.kwargs["columns"])
        for test in tests
        if test.test_metadata.name == "grain"
    }


class _Search:
    """The best line downwards, each table looked at once."""

    def __init__(self, tables: dict[str, Table], ends: frozenset[str], prefers: Callable[[Table], bool]) -> None:
        self._tables, self._ends, self._prefers = tables, ends, prefers
        self._seen: dict[str, tuple[int, int, tuple[str, ...]] | None] = {}

    def best(self, name: str) -> tuple[int, int, tuple[str, ...]] | None:
        """(preferred tables, minus the length, names from here down); None when no line ends where it should."""
        if name not in self._seen:
            self._seen[name] = None  # a table that reads itself
            self._seen[name] = self._search(name)
        return self._seen[name]

    def _search(self, name: str) -> tuple[int, int, tuple[str, ...]] | None:
        table = self._tables[name]
        own = int(self._prefers(table))
        if name in self._ends:
            return own, -1, (name,)
        found = [line for parent in table.parents if (line := self.best(parent))]
        return max(((n + own, length - 1, (name, *rest)) for n, length, rest in found), default=None)
