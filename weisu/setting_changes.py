"""Changing settings and lists: in the files themselves, which stay the one truth; checked as a run checks them, and never over what one did not see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from weisu.list_rows import KEYS, Differing, Rows, difference, tally
from weisu.setting_files import SettingChangeError, fingerprint, former, keep, path_of, put_in_place
from weisu.setting_history import Change, Desk, SettingConflict, append, list_changes, note, text_of, written
from weisu.setting_items import BY_KEY
from weisu.settings import SETTINGS_FILE, parse_settings, value_of
from weisu.store import MAX_REASON


@dataclass(frozen=True)
class Told:
    """Who changes something, why and when (naive UTC)."""

    actor: str
    reason: str
    now: dt.datetime


def change_settings(desk: Desk, values: Mapping[str, Any], *, seen: str, told: Told) -> Change:
    """Write settings into weisu.toml, comments kept; those that are so already are left out.

    Args:
        values: setting -> value of its type.
        seen: fingerprint of the weisu.toml that the user saw.

    Raises:
        SettingConflict: somebody changed the file since.
        SettingChangeError: no reason or name, a setting that is changed in the file only, or nothing that differs.
        SettingsError: a value that a run would refuse.
    """
    _demand(told, values)
    with desk.alone():
        text = text_of(_seen(desk, SETTINGS_FILE, seen, told))
        now = parse_settings(text, where=SETTINGS_FILE)
        return _set(desk, text, {key: value for key, value in values.items() if value_of(now, key) != value}, told)


def replace_list(desk: Desk, file: str, content: bytes, *, seen: str, told: Told) -> Change:
    """Put another content in the place of a list, after the check that a build makes.

    Raises:
        SettingConflict, SettingChangeError: as `change_settings`, or the check refuses it.
    """
    _demand(told, ())
    with desk.alone():
        return _replace(desk, file, _seen(desk, file, seen, told), content, told)


def undo_change(desk: Desk, change_id: str, *, told: Told) -> Change:
    """Restore what stood before a change, as a further change.

    Raises:
        SettingConflict: what the change had set was changed since.
        SettingChangeError: no such change, or nothing of it can be restored here.
    """
    found = next((change for change in list_changes(desk.engine) if change.change_id == change_id), None)
    if found is None:
        raise SettingChangeError("no such change", where=change_id[:40], todo="see: weisu settings history")
    is_list = found.file != SETTINGS_FILE
    _demand(told, () if is_list else found.before)
    with desk.alone():
        content = note(desk, found.file, now=told.now)
        if is_list:
            _same(found, {"sha256": fingerprint(content)})
            restored = former(desk.workspace, found.before["sha256"]) or _header(content)
            return _replace(desk, found.file, content, restored, told, undoes=change_id)
        _same(found, _values(text_of(content), found.after))
        return _set(desk, text_of(content), found.before, told, undoes=change_id)


def preview(desk: Desk, file: str, before: bytes, after: bytes) -> tuple[Rows, list[Differing]]:
    """The list as it would be, and its rows that differ.

    Raises:
        SettingChangeError: the check refuses `after`; a `before` that it refuses counts as empty.
    """
    new = desk.check(desk.workspace, file, after)
    try:
        old = desk.check(desk.workspace, file, before) if before else Rows(new.columns)
    except SettingChangeError:
        old = Rows(new.columns)
    return new, difference(old, new, KEYS[file])


def _set(desk: Desk, text: str, values: Mapping[str, Any], told: Told, undoes: str | None = None) -> Change:
    made = _edited(text, values)
    parse_settings(made, where=SETTINGS_FILE)
    change = _change(SETTINGS_FILE, _values(text, values), _values(made, values), told, undoes)
    return _write(desk, change, text.encode(), made.encode())


def _replace(desk: Desk, file: str, before: bytes, after: bytes, told: Told, undoes: str | None = None) -> Change:
    found = tally(preview(desk, file, before, after)[1])
    change = _change(file, {"sha256": fingerprint(before)}, {"sha256": fingerprint(after)} | found, told, undoes)
    return _write(desk, change, before, after)


def _change(file: str, before: dict[str, Any], after: dict[str, Any], told: Told, undoes: str | None) -> Change:
    act = "undo" if undoes else "set"
    return Change("", file, 0, act, before, after, "", told.reason.strip(), told.actor.strip(), told.now, undoes)


def _write(desk: Desk, change: Change, old: bytes, new: bytes) -> Change:
    if old == new:
        raise SettingChangeError("nothing would change", where=change.file, todo="give another value")
    keep(desk.workspace, new)
    with put_in_place(path_of(desk.workspace, change.file), new):
        return append(desk.engine, replace(change, sha256=fingerprint(new), reason=desk.mask(change.reason)[:MAX_REASON]))  # fmt: skip


def _edited(text: str, values: Mapping[str, Any]) -> str:
    """The text with other values, its comments as they were; None takes a setting out."""
    import tomlkit

    document = tomlkit.parse(text)
    for key, value in values.items():
        section, _, name = key.partition(".")
        if value is None:
            document.get(section, {}).pop(name, None)
            continue
        if section not in document:
            document[section] = tomlkit.table()
        document[section][name] = list(value) if isinstance(value, tuple) else value
    return document.as_string()


def _values(text: str, keys: Iterable[str]) -> dict[str, Any]:
    found = written(text)
    return {key: found.get(key) for key in keys}


def _header(content: bytes) -> bytes:
    """The first line alone: a list that was not there before, without rows."""
    return content.splitlines(keepends=True)[0] if content else b""


def _same(change: Change, now: Mapping[str, Any]) -> None:
    if any(change.after.get(key) != value for key, value in now.items()):
        raise SettingConflict("was changed since", where=change.subject, todo="look at the history and set it anew")
    if not change.before:
        raise SettingChangeError("nothing but layout was changed", where=change.file, todo="edit the file")


def _demand(told: Told, keys: Iterable[str]) -> None:
    if not told.reason.strip() or not told.actor.strip():
        raise SettingChangeError("a change needs a reason and a name", todo="write why, in one sentence")
    for key in keys:
        if key not in BY_KEY or BY_KEY[key].is_fixed:
            raise SettingChangeError("is changed in weisu.toml only", where=key[:40], todo="edit the file by hand")


def _seen(desk: Desk, file: str, seen: str, told: Told) -> bytes:
    content = note(desk, file, now=told.now)
    if fingerprint(content) != seen:
        raise SettingConflict("was changed meanwhile, by somebody else or by hand", where=file, todo="look at it again, then change it")  # fmt: skip
    return content
