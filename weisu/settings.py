"""A workspace: one city's folder with weisu.toml, sources/, reference/ and var/."""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from weisu.access_settings import Access, access_limits
from weisu.errors import SettingsError
from weisu.setting_items import COMPOSITE, ITEMS
from weisu.setting_items import LANGUAGES as LANGUAGES

SETTINGS_FILE = "weisu.toml"


@dataclass(frozen=True)
class City:
    """Who the workspace is about; everything here is printed, nothing is decided by it."""

    name: str = "示例市"
    name_en: str = "Example City"
    timezone: str = "Asia/Shanghai"
    region: str = "CN"  # rows of reference/calendar.csv with this region apply; CN and US holidays are built in
    language: str = "zh"
    is_synthetic: bool = False
    note: str = (
        ""  # one sentence on coverage, shown on the demo, the data page and in the report annex (language of the city)
    )
    note_en: str = ""


@dataclass(frozen=True)
class Rates:
    """三率: DOMAIN.md §2; printed on every report."""

    partly_satisfied_weight: float = 0.6  # λ: how much 基本满意 counts
    contact_weight: float = 0.1
    solved_weight: float = 0.5
    satisfied_weight: float = 0.4


@dataclass(frozen=True)
class Alerts:
    """Budget and look-back of the alert judgement."""

    lookback_days: int = 90  # how far back a build raises alerts anew
    budget: str = "1/yr"  # false alerts per series; "1/yr" or "1/90d"
    fdr: float = 0.1  # accepted share of false ones among a day's new alerts (Benjamini–Hochberg); 1 = no limit
    weekly_budget: int = 3  # new alerts per week and district, and for the city as a whole
    learn: bool = (
        True  # rules whose alerts people confirm more often need less to tell the next ones; false takes all of it back
    )
    key_areas: tuple[str, ...] = ()  # designated key areas, as in the column area_key: "东区", "东区/一街"
    scan_radius_m: int = 3000
    quarantine_limit: float = 0.05  # share of a file above which a load is refused


@dataclass(frozen=True)
class Publishing:
    """How many publications stay on disk."""

    keep: int = 5


@dataclass(frozen=True)
class Archive:
    """The private archive of original files."""

    keep_days: int = 0  # `weisu purge` removes originals last loaded longer ago; 0 keeps them for ever


@dataclass(frozen=True)
class OpenData:
    """What an open data set says of its publisher and terms; empty is said as "not stated"."""

    licence: str = ""  # address (IRI) of the licence
    publisher: str = ""  # default: the city's name
    publisher_en: str = ""


@dataclass(frozen=True)
class Delivery:
    """When reports and alerts leave; who gets them stands in var/delivery.toml and the store."""

    wait_hours: int = 24  # how long a report that is due waits for late or incomplete data before it says so and goes
    catch_up_weeks: int = 5  # how many weekly digests are made good after downtime
    catch_up_months: int = 2
    digest_hour: int = 8  # of the city's day, at which a daily digest of alerts goes


@dataclass(frozen=True)
class Settings:
    """The frozen content of weisu.toml."""

    city: City = City()
    rates: Rates = Rates()
    alerts: Alerts = Alerts()
    publishing: Publishing = Publishing()
    archive: Archive = Archive()
    open_data: OpenData = OpenData()
    delivery: Delivery = Delivery()
    access: Access = field(default_factory=Access)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.city.timezone)

    def local_day(self, now: dt.datetime) -> dt.date:
        """The city's day at a naive UTC instant."""
        return now.replace(tzinfo=dt.UTC).astimezone(self.zone).date()

    def end_of_day(self, on: dt.date) -> dt.datetime:
        """The first instant after local day `on`, as naive UTC."""
        after = dt.datetime.combine(on + dt.timedelta(days=1), dt.time(), tzinfo=self.zone)
        return after.astimezone(dt.UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class Workspace:
    """The paths of one city's folder."""

    root: Path

    @property
    def settings_file(self) -> Path:
        return self.root / SETTINGS_FILE

    @property
    def sources(self) -> Path:
        return self.root / "sources"

    @property
    def reference(self) -> Path:
        return self.root / "reference"

    @property
    def var(self) -> Path:
        return self.root / "var"

    @property
    def ledger(self) -> Path:
        return self.var / "ledger.duckdb"

    @property
    def rulebook(self) -> Path:
        return self.var / "rulebook.duckdb"

    @property
    def archive(self) -> Path:
        return self.var / "archive"

    @property
    def builds(self) -> Path:
        return self.var / "builds"

    @property
    def publications(self) -> Path:
        return self.var / "publications"

    @property
    def store(self) -> Path:
        return self.var / "acts.sqlite"

    @property
    def reports(self) -> Path:
        return self.var / "reports"

    @property
    def drafts(self) -> Path:
        return self.var / "drafts"

    @property
    def open_data(self) -> Path:
        return self.var / "open_data"

    @property
    def key_file(self) -> Path:
        return self.var / "person.key"

    def settings(self) -> Settings:
        """Read weisu.toml.

        Raises:
            SettingsError: no workspace here, not TOML, an unknown key, a value of the wrong type or an unknown time zone.
        """
        return read_settings(self.settings_file)


def find_workspace(given: Path | None = None) -> Workspace:
    """The workspace named by --workspace, WEISU_WORKSPACE or the current folder.

    Raises:
        SettingsError: the folder holds no weisu.toml.
    """
    root = Path(given or os.environ.get("WEISU_WORKSPACE") or Path.cwd()).expanduser().resolve()
    if not (root / SETTINGS_FILE).is_file():
        raise SettingsError(f"no workspace here (no {SETTINGS_FILE})", where=str(root), todo=f"run: weisu init {root}")
    return Workspace(root)


def read_settings(path: Path) -> Settings:
    """Read one weisu.toml; see `Workspace.settings` for the errors."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            "cannot be read", where=str(path), todo=error.strerror or "check the permissions"
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"is not valid TOML ({error})", where=str(path), todo="write it in UTF-8") from error
    return parse_settings(text, where=str(path))


def parse_settings(text: str, *, where: str) -> Settings:
    """The settings that a text of weisu.toml gives; see `Workspace.settings` for the errors."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"is not valid TOML ({error})", where=where, todo="correct the line named") from error
    sections = {name: type(value) for name, value in vars(Settings()).items()}
    if unknown := set(raw) - set(sections):
        raise SettingsError(f"unknown section [{min(unknown)}]", where=where, todo=f"known: {', '.join(sections)}")
    if bad := [name for name, values in raw.items() if not isinstance(values, dict)]:
        raise SettingsError(f"{bad[0]} must be a section [{bad[0]}]", where=where, todo="write it as a table")
    made = {name: _section(kind, raw.get(name, {}), f"{where} [{name}]") for name, kind in sections.items()}
    settings = Settings(**made)
    try:
        settings.zone  # noqa: B018 - looked up for its error
    except Exception as error:
        raise SettingsError(
            f"unknown time zone {settings.city.timezone!r}", where=where, todo="use an IANA name such as Asia/Shanghai"
        ) from error
    for wrong, name, todo in _limits(settings):
        if wrong:
            raise SettingsError(f"{name} is out of range", where=where, todo=todo)
    return settings


def value_of(settings: Settings, key: str) -> Any:
    """The value of a setting by its name in the file, "alerts.budget"."""
    section, _, name = key.partition(".")
    return getattr(getattr(settings, section), name)


def _limits(settings: Settings) -> list[tuple[bool, str, str]]:
    """(is wrong, setting, what is allowed) for every value that has a range."""
    ranged = [(not one.allows(value_of(settings, one.key)), one.key, f"use {one.allowed}") for one in ITEMS]
    whole = sum(value_of(settings, key) for key in COMPOSITE)
    areas = settings.alerts.key_areas
    return [
        *ranged,
        (abs(whole - 1) > 1e-9, "the sum of contact, solved and satisfied weight in [rates]", f"let them add up to 1, not {whole:g}"),
        (not all(isinstance(k, str) for k in areas), "alerts.key_areas", 'write a list such as ["东区/一街"]'),
        *access_limits(settings.access),
    ]  # fmt: skip


def _section(kind: type, values: dict[str, Any], where: str) -> Any:
    defaults = kind()
    for key, value in values.items():
        if not hasattr(defaults, key):
            raise SettingsError(f"unknown setting {key!r}", where=where, todo=f"known: {', '.join(vars(defaults))}")
        wanted = type(getattr(defaults, key))
        if wanted is float and type(value) is int:
            values[key] = float(value)
        elif wanted is tuple and type(value) is list:
            values[key] = tuple(value)
        elif type(value) is not wanted:
            raise SettingsError(
                f"{key} must be {wanted.__name__}, not {value!r}", where=where, todo="correct the value"
            )
    return kind(**values)
