"""`weisu export open-data --year`: the open data set of a year as a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from weisu.errors import SettingsError

if TYPE_CHECKING:
    from weisu.settings import Workspace

NAME = "open-data"


def export_open_data(place: Workspace, year: int | None, out: Path, *, as_json: bool) -> None:
    """Write the folder and say what is in it.

    Raises:
        SettingsError: no year given.
        OpenDataError: see `reports.open_data`.
    """
    from reports.open_data.folder import write_edition
    from reports.open_data.releases import OpenDataError, make_edition
    from weisu.warehouse import single_writer

    if year is None:
        raise SettingsError("a year is needed", where="export open-data", todo="add --year 2023")
    if not out.absolute().parent.is_dir():
        raise OpenDataError("its folder is not there", where=str(out), todo="make it first")
    with single_writer(place.var):
        edition = make_edition(place, year)
        is_new = write_edition(edition, place.settings().open_data, out)
    said = {"folder": str(out), "year": year, "version": edition.version, "withheld": len(edition.release.hidden)}
    if as_json:
        print(json.dumps(said | {"is_new": is_new}))
    else:
        head = "written to" if is_new else "already in"
        print(f"{year}, version {edition.version}, {head} {out}; {said['withheld']} cells withheld")
