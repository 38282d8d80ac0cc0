"""The folder of an open data set: data, dictionary, README, metadata and checksums, whole or not there."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from reports.open_data.cells import ALL, withheld_share
from reports.open_data.metadata import catalogue_entry
from reports.open_data.releases import Edition, OpenDataError
from weisu.drafts import sync_folder
from weisu.settings import LANGUAGES, OpenData
from weisu.suppression import LEAST
from weisu.table_files import write_table
from weisu.texts import text

if TYPE_CHECKING:
    import polars as pl

COLUMNS = ("district", "street", "category", "period_type", "period", "reports", "status")
TABLES = ("data.csv", "dictionary.csv")


def write_edition(edition: Edition, terms: OpenData, folder: Path) -> bool:
    """Write all files; whether anything was written (False: the folder holds the same already).

    Raises:
        OpenDataError: the folder holds something else, or cannot be written.
    """
    folder = folder.absolute()
    draft = folder.with_name(f".{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir()
        _fill(draft, edition, terms)
        if folder.exists():
            if folder.is_dir() and _sums_text(folder) == _sums_text(draft):
                return False
            raise OpenDataError("holds something else", where=str(folder), todo="choose a new folder")
        os.rename(draft, folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise OpenDataError("cannot be written", where=str(folder), todo=error.strerror or "check the disk") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return True


def data_table(edition: Edition) -> pl.DataFrame:
    """One row per district × street × category × period; `*` = all, `reports` empty where `status` is withheld."""
    import polars as pl

    rows = [
        (d, s.removeprefix(f"{d}/"), c, "year" if m == ALL else "month", str(edition.year) if m == ALL else m, n,
         "withheld" if n is None else "shown")
        for (d, s, c, m), n in edition.release.rows()
    ]  # fmt: skip
    types = dict.fromkeys(COLUMNS, pl.String) | {"reports": pl.Int64}
    return pl.DataFrame(rows, schema=types, orient="row")


def _fill(folder: Path, edition: Edition, terms: OpenData) -> None:
    write_table(data_table(edition), folder / "data.csv")
    write_table(_dictionary(), folder / "dictionary.csv")
    for lang in LANGUAGES:
        (folder / f"README.{lang}.md").write_text(_readme(edition, terms, lang), encoding="utf-8")
    files = {name: (_digest(folder / name), (folder / name).stat().st_size) for name in TABLES}
    entry = catalogue_entry(edition, terms, files)
    (folder / "dcat.jsonld").write_text(json.dumps(entry, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    (folder / "SHA256SUMS").write_text(_sums_text(folder), encoding="utf-8")


def _dictionary() -> pl.DataFrame:
    import polars as pl

    rows = [
        {"column": name} | {f"meaning_{lang}": text(f"opendata.column.{name}", lang) for lang in LANGUAGES}
        for name in COLUMNS
    ]
    return pl.DataFrame(rows)


def _readme(edition: Edition, terms: OpenData, lang: str) -> str:
    about, suffix = edition.about, "_en" if lang == "en" else ""
    months = edition.release.months
    values = {
        "city": about[f"city_name{suffix}"] or about["city_name"], "year": edition.year, "version": edition.version,
        "as_of": about["as_of_on"], "data_version": about["data_version"], "first": months[0], "last": months[-1],
        "least": LEAST, "share": f"{100 * withheld_share(edition.release):.0f}",
        "licence": terms.licence or text("opendata.no_licence", lang),
    }  # fmt: skip
    parts = [text("opendata.readme", lang, **values).strip()]
    if len(months) < 12:
        parts.append(text("opendata.partial", lang, **values))
    if about["is_synthetic"]:
        parts.insert(0, text("opendata.synthetic", lang))
    if note := about[f"note{suffix}"]:
        parts.append(note)
    return "\n\n".join(parts) + "\n"


def _sums_text(folder: Path) -> str:
    files = sorted(p for p in folder.iterdir() if p.is_file() and p.name != "SHA256SUMS")
    return "".join(f"{_digest(path)}  {path.name}\n" for path in files)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
