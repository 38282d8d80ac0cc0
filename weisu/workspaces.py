"""Making a workspace: one city's folder from a bundled template."""

from __future__ import annotations

import json
import shutil
import tomllib
import unicodedata
from importlib import resources
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

from weisu import cities
from weisu.errors import SettingsError, WeisuError
from weisu.settings import Workspace
from weisu.texts import check_language

REFERENCE_COLUMNS = {
    "areas": "district,street,community,estate,population,lat,lon,property_firm,equipment,built_year",
    "categories": "category_l1,category_l2,category_l3,domain,is_sensitive,is_life_safety",
    "duties": "category_l1,category_l2,district,street,sector_unit,territory_unit,limit_days,legal_basis,valid_from,valid_to",
    "calendar": "date,region,kind,name,category_l1,district",
}
MARK = "# weisu workspace, template: "


class WorkspaceError(WeisuError):
    """A workspace cannot be made here."""

    code = "workspace"


def create_workspace(
    root: Path, *, template: str = "blank", name: str | None = None, language: str = "", timezone: str = ""
) -> Workspace:
    """Make weisu.toml, sources/, reference/ and var/ (0700) in `root`; the same template again changes nothing.

    Args:
        root: a new or empty folder, or a workspace of the same template.
        template: one of `weisu.cities.templates()`.
        name: the city's name; default the template's own.
        language: zh or en; default en for a name in Latin letters, else the template's.
        timezone: IANA name; the calendar's region is its country; default the template's.

    Raises:
        SettingsError: a name that cannot be printed, an unknown language or time zone.
        WorkspaceError: unknown template, a folder with other content, or one that cannot be written (then nothing is left).
    """
    if template not in cities.templates():
        raise WorkspaceError(f"no template {template!r}", where="init", todo=f"known: {', '.join(cities.templates())}")
    workspace = Workspace(root.expanduser().resolve())
    if template_of(workspace) == template:
        return workspace
    _refuse_occupied(workspace.root)
    settings = _settings_text(template, name, language, timezone)
    existed = workspace.root.exists()
    try:
        _fill(workspace, template, settings)
    except OSError as error:
        _undo(workspace.root, existed)
        raise WorkspaceError(
            "cannot be written", where=str(root), todo=error.strerror or "check the permissions"
        ) from error
    return workspace


def template_of(workspace: Workspace) -> str | None:
    """The template a workspace was made from; None when `workspace` is none or was written by hand."""
    if not workspace.settings_file.is_file():
        return None
    first = workspace.settings_file.read_text(encoding="utf-8").partition("\n")[0]
    return first.removeprefix(MARK).strip() if first.startswith(MARK) else None


def install_reference(workspace: Workspace, from_dir: Path) -> list[Path]:
    """Copy the reference tables of a `weisu simulate` folder (or its reference/) into the workspace.

    Raises:
        WorkspaceError: a table is missing or its header is not that of docs/architecture/tables.md §2; nothing is copied.
    """
    tables = reference_tables(from_dir)
    workspace.reference.mkdir(parents=True, exist_ok=True)
    return [Path(shutil.copyfile(table, workspace.reference / table.name)) for table in tables]


def reference_tables(from_dir: Path) -> list[Path]:
    """The four tables of a folder (or its reference/), checked; see `install_reference` for the errors."""
    folder = from_dir / "reference" if (from_dir / "reference").is_dir() else from_dir
    tables = [folder / f"{stem}.csv" for stem in REFERENCE_COLUMNS]
    for table in tables:
        _check_header(table)
    return tables


def _check_header(table: Path) -> None:
    if not table.is_file():
        raise WorkspaceError("missing", where=str(table), todo="name a folder made by: weisu simulate -o DIR")
    with table.open(encoding="utf-8-sig") as file:
        header = file.readline().strip()
    if header != REFERENCE_COLUMNS[table.stem]:
        raise WorkspaceError("has other columns", where=str(table), todo=f"expected: {REFERENCE_COLUMNS[table.stem]}")


def _refuse_occupied(root: Path) -> None:
    if root.exists() and not root.is_dir():
        raise WorkspaceError("is a file", where=str(root), todo="name a folder")
    if root.is_dir() and any(root.iterdir()):
        raise WorkspaceError("the folder is not empty", where=str(root), todo="name a new or an empty folder")


def _settings_text(template: str, name: str | None, language: str, timezone: str) -> str:
    values = tomllib.loads((cities.city_folder(template) / "city.toml").read_text(encoding="utf-8"))
    if name is not None:
        if not name.strip() or not name.isprintable():
            raise SettingsError("a city's name must be printable text", where="--city", todo="give another name")
        values |= {"name": name, "name_en": name} | ({"language": "en"} if _is_latin(name) else {})
    if language:
        check_language(language, "--language")
        values |= {"language": language}
    if timezone:
        values |= {"timezone": timezone, "region": _region(timezone) or values["region"]}
    quoted = {
        key: json.dumps(value, ensure_ascii=False) for key, value in values.items()
    }  # JSON strings are TOML strings
    layout = (cities.HERE / "workspace.toml.template").read_text(encoding="utf-8")
    return Template(layout).substitute(quoted, template=template)


def _is_latin(name: str) -> bool:
    letters = [letter for letter in name if letter.isalpha()]
    return bool(letters) and all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)


def _region(timezone: str) -> str:
    """The country of a time zone as calendar.csv names it; "" where the tz database names none."""
    try:
        ZoneInfo(timezone)
        table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    except ModuleNotFoundError:
        return ""
    except (KeyError, ValueError, OSError) as error:
        raise SettingsError(f"unknown time zone {timezone!r}", where="--timezone", todo="use an IANA name such as Asia/Shanghai") from error  # fmt: skip
    cells = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return next((row[0] for row in cells if row[2] == timezone), "")


def _fill(workspace: Workspace, template: str, settings: str) -> None:
    """Write everything, the settings file last: a folder without it is no workspace."""
    workspace.root.mkdir(parents=True, exist_ok=True)
    workspace.var.mkdir(mode=0o700)
    workspace.sources.mkdir()
    workspace.reference.mkdir()
    bundled = cities.city_folder(template) / "reference"
    for stem, columns in REFERENCE_COLUMNS.items():
        source, target = bundled / f"{stem}.csv", workspace.reference / f"{stem}.csv"
        target.write_text(source.read_text(encoding="utf-8") if source.is_file() else columns + "\n", encoding="utf-8")
    shutil.copyfile(cities.HERE / "reference_readme.md", workspace.reference / "README.md")
    shutil.copyfile(cities.HERE / "sources_readme.md", workspace.sources / "README.md")
    workspace.settings_file.write_text(settings, encoding="utf-8")


def _undo(root: Path, existed: bool) -> None:
    """Remove what `_fill` made; `root` was missing or empty before, so all that is in it is ours."""
    for path in list(root.iterdir()) if root.is_dir() else []:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    if root.is_dir() and not existed:
        root.rmdir()
