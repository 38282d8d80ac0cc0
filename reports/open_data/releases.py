"""A release of a year made from the current publication, and what was released before, kept in var/open_data of the workspace (mode 0700).

The record holds counts of streets and months, small ones too: it is as private as the ledger.  Without it a second release could be taken from
the first, so it is written before anything leaves.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from reports.open_data.cells import Release, first_release, next_release
from reports.queries import open_data as queries
from weisu import publishing
from weisu.drafts import write_text
from weisu.errors import WeisuError
from weisu.settings import Workspace
from weisu.warehouse import connect, disk_faults


class OpenDataError(WeisuError):
    """An open data set cannot be made or written as asked."""

    code = "open_data"


@dataclass(frozen=True)
class Edition:
    """A release with its number and the publication it was made from."""

    year: int
    version: int
    release: Release
    about: dict[str, Any]  # the row of marts.mart_publication


def make_edition(workspace: Workspace, year: int) -> Edition:
    """The release of a year from the current publication; the same publication again gives the same.

    Raises:
        OpenDataError: the year is not over in the publication, or it holds nothing of it.
        WarehouseError: nothing published.
    """
    source = publishing.current(workspace)
    con = connect(source.path, read_only=True)
    try:
        with disk_faults(source.path):
            about, base = queries.publication(con), queries.street_months(con, year)
    finally:
        con.close()
    if about["as_of_on"] < dt.date(year, 12, 31):
        raise OpenDataError(
            f"{year} is not over on {about['as_of_on']}", where="--year", todo="build to its last day first"
        )
    if not base:
        raise OpenDataError(f"no demands in {year}", where="--year", todo="choose a year that the data cover")
    return _numbered(workspace, year, base, about)


def covered_months(year: int, first_on: dt.date, last_on: dt.date) -> tuple[str, ...]:
    """Months of a year that lie in the span of the data, in part too."""
    every = [f"{year}-{month:02}" for month in range(1, 13)]
    return tuple(m for m in every if f"{first_on:%Y-%m}" <= m <= f"{last_on:%Y-%m}")


def _numbered(workspace: Workspace, year: int, base: dict, about: dict[str, Any]) -> Edition:
    path = workspace.open_data / f"{year}.json"
    if not path.is_file():
        release = first_release(base, covered_months(year, about["first_on"], about["last_on"]))
        version = 1
    else:
        record = json.loads(path.read_text(encoding="utf-8"))
        last, version = _read(record), record["version"]
        if record["data_version"] == about["data_version"]:
            return Edition(year, version, last, about)
        release, version = next_release(last, base), version + 1
    workspace.open_data.mkdir(mode=0o700, parents=True, exist_ok=True)
    record = {
        "version": version,
        "data_version": about["data_version"],
        "months": release.months,
        "base": [[*cell, value] for cell, value in sorted(release.base.items())],
        "hidden": sorted(release.hidden),
    }
    write_text(path, json.dumps(record, ensure_ascii=False))
    return Edition(year, version, release, about)


def _read(record: dict[str, Any]) -> Release:
    base = {(d, s, c, m): n for d, s, c, m, n in record["base"]}
    return Release(tuple(record["months"]), base, frozenset((d, s, c, m) for d, s, c, m in record["hidden"]))
