"""Who changed which setting or list, when, why, from what to what: append-only, with what a hand did in the file meanwhile, without an author."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import tomllib
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from weisu.errors import SettingsError, WarehouseBusy
from weisu.list_rows import Rows
from weisu.setting_files import SettingChangeError, content_of, fingerprint, former, keep
from weisu.settings import SETTINGS_FILE, Workspace, parse_settings
from weisu.store import Mask
from weisu.store_tables import SETTING_CHANGES
from weisu.warehouse import kernel_lock

HIDDEN = "…"  # in place of a value of [access]
Check = Callable[
    [Workspace, str, bytes], Rows
]  # `weisu.cli.settings.check_list`: this room may not reach into the door


class SettingConflict(SettingChangeError):
    """The file was changed since the user saw it."""

    code = "setting_conflict"


@dataclass(frozen=True)
class Desk:
    """Where changes are made; `check` reads a list as a build does, `mask` is applied to reasons before they are stored."""

    engine: sa.Engine
    workspace: Workspace
    check: Check
    mask: Mask

    def alone(self) -> AbstractContextManager[None]:
        """Hold the lock of changes.

        Raises:
            WarehouseBusy: another process holds it.
        """
        return kernel_lock(self.workspace.var, "settings.lock", "somebody else is changing settings right now")


@dataclass(frozen=True)
class Change:
    """One change of one file; `position` counts those of the file from 1."""

    change_id: str
    file: str
    position: int
    act: str  # set, undo; outside: by hand; found: the file as it first was
    before: dict[str, Any]  # of weisu.toml: setting -> value, None where it was not written; of a list: sha256
    after: dict[str, Any]  # the same; of a list also how many rows were added, removed and changed
    sha256: str  # of the file from then on
    reason: str
    actor: str
    changed_at: dt.datetime  # naive UTC
    undoes: str | None = None

    @property
    def subject(self) -> str:
        """What it is about: settings, or the list."""
        keys = self.after or self.before
        return ", ".join(keys) if self.file == SETTINGS_FILE and keys else self.file


def list_changes(engine: sa.Engine) -> list[Change]:
    """All changes, newest first; how a file was first found is not one."""
    return [change for change in reversed(_rows(engine)) if change.act != "found"]


def look(desk: Desk, file: str, *, now: dt.datetime) -> bytes:
    """What a file holds; what was changed by hand since the last look is noted, unless somebody changes settings right now.

    Raises:
        SettingsError: weisu.toml was made wrong by hand.
        SettingChangeError: no such file.
    """
    content = content_of(desk.workspace, file)
    if last_known(desk.engine, file) == fingerprint(content):
        return content
    try:
        with desk.alone():
            return note(desk, file, now=now)
    except WarehouseBusy:
        return content  # whoever holds the lock notes it, or the next look does


def note(desk: Desk, file: str, *, now: dt.datetime) -> bytes:
    """The same for who holds the lock already."""
    content, known = content_of(desk.workspace, file), last_known(desk.engine, file)
    if file == SETTINGS_FILE:
        parse_settings(text_of(content), where=SETTINGS_FILE)
    if known == (sha256 := fingerprint(content)):
        return content
    keep(desk.workspace, content)
    before, after = ({}, {}) if known is None else _outside(desk.workspace, file, known, content)
    append(desk.engine, Change("", file, 0, "found" if known is None else "outside", before, after, sha256, "", "", now))  # fmt: skip
    return content


def append(engine: sa.Engine, change: Change) -> Change:
    """Add a change; its id and position are given here.

    Raises:
        SettingConflict: somebody else added one.
        SettingChangeError: the store cannot be written.
    """
    position = sum(one.file == change.file for one in _rows(engine)) + 1
    made = replace(change, change_id=secrets.token_hex(8), position=position)
    row = vars(made) | {name: json.dumps(getattr(made, name), ensure_ascii=False) for name in ("before", "after")}
    try:
        with engine.begin() as con:
            con.execute(sa.insert(SETTING_CHANGES).values(**row))
    except sa.exc.IntegrityError as error:
        raise SettingConflict("was changed meanwhile", where=change.file, todo="look again, then change it") from error
    except sa.exc.OperationalError as error:
        raise SettingChangeError("the store cannot be written", where=change.file, todo="check disk and rights") from error  # fmt: skip
    return made


def last_known(engine: sa.Engine, file: str) -> str | None:
    """The fingerprint of a file after its last change; None where nobody looked yet."""
    table = SETTING_CHANGES.c
    with engine.connect() as con:
        return con.execute(sa.select(table.sha256).where(table.file == file).order_by(table.position.desc()).limit(1)).scalar()  # fmt: skip


def text_of(content: bytes) -> str:
    """A content of weisu.toml as text.

    Raises:
        SettingsError: it is not UTF-8.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(f"is not valid TOML ({error})", where=SETTINGS_FILE, todo="write it in UTF-8") from error


def written(text: str) -> dict[str, Any]:
    """Setting -> value as it stands in a text of weisu.toml."""
    return {f"{section}.{name}": value for section, values in tomllib.loads(text).items() for name, value in values.items()}  # fmt: skip


def _outside(workspace: Workspace, file: str, known: str, content: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    if file != SETTINGS_FILE:
        return {"sha256": known}, {"sha256": fingerprint(content)}
    was, now = written(text_of(former(workspace, known))), written(text_of(content))
    keys = [key for key in was | now if was.get(key) != now.get(key)]
    return _shown(was, keys), _shown(now, keys)


def _shown(values: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """What of hand-made changes is kept: of who may enter only the way in."""
    return {key: HIDDEN if key in values and key.startswith("access.") and key != "access.mode" else values.get(key) for key in keys}  # fmt: skip


def _rows(engine: sa.Engine) -> list[Change]:
    query = sa.select(SETTING_CHANGES).order_by(SETTING_CHANGES.c.changed_at, SETTING_CHANGES.c.position)
    with engine.connect() as con:
        rows = con.execute(query).mappings().all()
    return [Change(**{**row, "before": json.loads(row["before"]), "after": json.loads(row["after"])}) for row in rows]
