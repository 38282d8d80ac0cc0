"""The parsed dbt project, kept between runs: reading 400 files anew costs 8 s of CPU, reading the result of last time half a second."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from weisu.drafts import draft_of
from weisu.identity import files_digest, stable_id

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

DISTRIBUTIONS = ("dbt-core", "dbt-duckdb", "dbt-adapters")
KEPT = 8  # parsed projects; older ones are removed


def parsed_project(project: Path, database: str, parse: Callable[[], Manifest]) -> Manifest:
    """The manifest of the dbt project for a database of this name; `parse` makes it where none of these very files is kept.

    It is kept in the user's cache folder; where that cannot be written, the project is parsed each time.
    A parsed project names its database in every relation, so it holds for one name only; it holds for all variables.
    """
    kept = _kept(project, database)
    if kept is not None and (found := _read(kept)) is not None:
        return found
    made = parse()
    if kept is not None:
        _keep(made, kept)
    return made


def _kept(project: Path, database: str) -> Path | None:
    """Where the result of parsing these very files is kept; None without a home."""
    try:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        return None
    parts = [sys.version, *(version(name) for name in DISTRIBUTIONS), str(project), database]
    parts += [files_digest(project, (p for p in project.rglob("*") if p.suffix in {".sql", ".yml", ".csv", ".md"}))]
    return cache / "weisu" / f"{stable_id(*parts, length=32)}.manifest"


def _read(kept: Path) -> Manifest | None:
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    try:
        found = Manifest.from_msgpack(kept.read_bytes(), decoder=extended_mashumuro_decoder)
        kept.touch()
    except (OSError, ValueError, KeyError, TypeError, LookupError):
        return None  # not there, or not whole: parsed anew
    found.build_flat_graph()
    return found


def _keep(made: Manifest, kept: Path) -> None:
    from dbt.parser.manifest import extended_mashumaro_encoder

    try:
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with draft_of(kept) as draft:  # two that parse at once write the same; a torn one is parsed anew
            draft.write_bytes(made.to_msgpack(extended_mashumaro_encoder))
        newest = sorted(kept.parent.glob("*.manifest"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in newest[KEPT:]:
            old.unlink(missing_ok=True)
    except OSError:
        return  # a cache that cannot be kept is no cache
