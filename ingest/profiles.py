"""Source profiles: what the columns of one kind of export mean.  TOML in, frozen configs that forbid unknown keys out."""

from __future__ import annotations

import hashlib
import tomllib
from importlib import resources
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ingest.canonical import CLOCKS, FIELDS, REQUIRED
from ingest.errors import ProfileError
from ingest.export_time import BY_DATE, checked_pattern
from ingest.expressions import checked_expression, checked_format
from ingest.projection import checked_datum

MAPPING_VERSION = "3"  # raise it when the same bytes and profile would give other rows
LATER_KEYS = (
    "also",
    "times",
    "identity",
)  # keys that came with a later release: left out of the version where they are not used
NULL_WORDS = (
    "-",
    "--",
    "—",
    "——",
    "/",
    "null",
    "NULL",
    "Null",
    "N/A",
    "n/a",
    "NA",
    "#N/A",
    "None",
    "none",
    "\\N",
    "无",
    "空",
    "不详",
    "未知",
)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Dates(_Strict):
    """How instants are written; the usual year-first spellings, Excel serials and ISO zones are always understood."""

    formats: tuple[str, ...] = ("%Y-%m-%d %H:%M:%S",)
    order: Literal["ymd", "mdy", "dmy"] = "ymd"  # of dates with the year last: never guessed

    @field_validator("formats")
    @classmethod
    def _formats_read_instants(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(checked_format, value))


class Category(_Strict):
    """How one cell holds the whole path."""

    separator: str = "->"
    depth: int = Field(default=4, ge=1, le=4)


class Box(_Strict):
    """The city in WGS-84 degrees; a point outside is flagged and dropped."""

    south: float
    west: float
    north: float
    east: float


class Pattern(_Strict):
    """A rewriting of whole values: regular expression (Rust syntax) and replacement with ${1}."""

    match: str
    becomes: str

    @model_validator(mode="after")
    def _expression_works(self) -> Pattern:
        checked_expression(self.match, self.becomes)
        return self


class Fallback(Pattern):
    """Fills a field that is blank from another column."""

    column: str
    match: str = "(.*)"
    becomes: str = "${1}"


class Identity(_Strict):
    """The id of a ticket out of several columns: joined, or, where the export has none, a keyed hash of them."""

    columns: tuple[str, ...] = Field(min_length=1)
    separator: str = "-"
    is_derived: bool = False  # the export has no id: rows with the same cells in these columns are one ticket

    @model_validator(mode="after")
    def _joins_several(self) -> Identity:
        if len(self.columns) < 2 and not self.is_derived:
            raise ValueError("one column alone is an id: name it under [columns] as ticket_id")
        return self


class Profile(_Strict):
    """One kind of export.

    `columns`: canonical field -> header names that mean it, the first present one counts.
    `also`: field -> header names of further columns, asked in order where the cell before is blank.
    `times`: field -> header names of the column with the time of day, where the field's own column holds the date.
    `values`: field -> word of the source -> canonical word; the word "" stands for blank, becoming "" for null.
    """

    name: str
    title: str = ""
    language: Literal["zh", "en"] = "zh"
    zone: str = ""  # IANA name; default: the city's
    datum: str = "wgs84"  # wgs84, gcj02, bd09, or EPSG:nnnn of a projected or geographic system
    encoding: str = ""  # informative: readers detect it
    exported_at: str = (
        BY_DATE  # the export time in the file name: any usual date, a regular expression, or "" for never
    )
    columns: dict[str, tuple[str, ...]]
    also: dict[str, tuple[str, ...]] = {}
    times: dict[str, tuple[str, ...]] = {}
    identity: Identity | None = None  # instead of columns.ticket_id
    constants: dict[str, str] = {}
    null_words: tuple[str, ...] = ()
    dates: Dates = Dates()
    category: Category = Category()
    box: Box | None = None
    person: tuple[Literal["person_phone", "person_account", "person_name"], ...] = ("person_phone", "person_account")
    values: dict[str, dict[str, str]] = {}
    patterns: dict[str, tuple[Pattern, ...]] = {}
    fallback: dict[str, Fallback] = {}
    closed_slack_hours: float = (
        0.0  # clocks of the source may disagree by so much before an end counts as before its start
    )

    @field_validator("columns", "also", "times", mode="before")
    @classmethod
    def _one_name_is_a_list(cls, value: object) -> object:
        return {k: [v] if isinstance(v, str) else v for k, v in value.items()} if isinstance(value, dict) else value

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            if value:
                ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"unknown time zone {value!r}: use an IANA name such as Asia/Shanghai") from error
        return value

    @field_validator("exported_at")
    @classmethod
    def _export_time_is_found(cls, value: str) -> str:
        return checked_pattern(value)

    @field_validator("datum")
    @classmethod
    def _datum_exists(cls, value: str) -> str:
        return checked_datum(value)

    @model_validator(mode="after")
    def _fields_are_known(self) -> Profile:
        for part in (self.columns, self.constants, self.values, self.patterns, self.fallback):
            if unknown := sorted(set(part) - FIELDS):
                raise ValueError(f"unknown field {unknown[0]!r}")
        named = {*self.columns, *(("ticket_id",) if self.identity else ())}
        if missing := [f for f in REQUIRED if f not in named]:
            raise ValueError(f"columns lacks {missing[0]}")
        return self

    @model_validator(mode="after")
    def _further_columns_have_a_first(self) -> Profile:
        if self.identity and "ticket_id" in self.columns:
            raise ValueError("identity and columns.ticket_id both say what the id is: keep one")
        if alone := sorted({*self.also, *self.times} - set(self.columns)):
            raise ValueError(f"{alone[0]} has no first column: name it under [columns]")
        if odd := sorted(set(self.times) - set(CLOCKS)):
            raise ValueError(f"times.{odd[0]} is no instant")
        return self

    @property
    def version(self) -> str:
        """Changes whenever the profile or the mapping code would give other rows."""
        unused = {name for name in LATER_KEYS if not getattr(self, name)}
        return hashlib.sha256(f"{MAPPING_VERSION}\n{self.model_dump_json(exclude=unused)}".encode()).hexdigest()[:12]

    @property
    def nulls(self) -> tuple[str, ...]:
        return (*NULL_WORDS, *self.null_words)


def load_profile(name: str, folder: Path | None = None) -> Profile:
    """The workspace's own profile of that name, else the bundled one.

    Raises:
        ProfileError: no such source, its TOML is wrong, or it calls itself something else than its file.
    """
    own = folder / f"{name}.toml" if folder else None
    if not name.replace("_", "").replace("-", "").isalnum():
        raise ProfileError(f"source {name!r} is no plain name", todo="use letters, digits, - and _")
    if own and own.is_file():
        return _named(parse_profile(own.read_bytes(), str(own)), name, str(own))
    bundled = resources.files("ingest.sources").joinpath(f"{name}.toml")
    if bundled.is_file():
        return _named(parse_profile(bundled.read_bytes(), f"{name}.toml"), name, f"{name}.toml")
    known = ", ".join(list_profiles(folder))
    raise ProfileError(
        f"unknown source {name!r}",
        where=str(folder or ""),
        todo=f"known: {known}; or run: weisu profile suggest FILE -o sources/{name}.toml",
    )


def _named(profile: Profile, name: str, where: str) -> Profile:
    """Rows are stored under the profile's name and asked for by the file's: the two are one."""
    if profile.name != name:
        raise ProfileError(
            f"calls itself name = {profile.name!r}", where=where, todo=f'write name = "{name}", or rename the file'
        )
    return profile


def source_name(given: str, folder: Path) -> str:
    """The name of a source where its profile's file in the workspace is given as well; other names stay as they are.

    Raises:
        ProfileError: a file elsewhere: a later load of the same source would not find it.
    """
    path = Path(given)
    if path.suffix != ".toml":
        return given
    if path.resolve().parent != folder.resolve():
        raise ProfileError("is no profile of this workspace", where=given, todo=f"copy it to {folder / path.name}")
    return path.stem


def list_profiles(folder: Path | None = None) -> list[str]:
    """Names of all profiles that `load_profile` finds."""
    bundled = {p.name for p in resources.files("ingest.sources").iterdir() if p.name.endswith(".toml")}
    own = {p.name for p in folder.glob("*.toml")} if folder and folder.is_dir() else set()
    return sorted(n.removesuffix(".toml") for n in bundled | own)


def parse_profile(data: bytes, where: str) -> Profile:
    """Parse one profile; see `load_profile` for the errors."""
    try:
        return Profile(**tomllib.loads(data.decode("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"is not valid TOML ({error})", where=where, todo="correct the line named") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "profile"
        said = first["msg"].removeprefix("Value error, ")
        raise ProfileError(f"{place}: {said}", where=where, todo="correct the key named") from error
    except TypeError as error:
        raise ProfileError("lacks a key", where=where, todo=str(error)) from error
