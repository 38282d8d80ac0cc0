"""Settings as people read and type them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weisu.setting_files import LISTS, SettingChangeError
from weisu.setting_items import BY_KEY, Item
from weisu.settings import Settings, value_of
from weisu.texts import text

WORDS = {"true": True, "false": False}


def item_of(key: str) -> Item:
    """A setting by its name.

    Raises:
        SettingChangeError: there is none, or it is not told or changed here.
    """
    if key not in BY_KEY:
        raise SettingChangeError("no such setting", where=key[:40], todo="see: weisu settings list; [access] stands in weisu.toml only")  # fmt: skip
    return BY_KEY[key]


def described(settings: Settings, key: str) -> dict[str, Any]:
    """A setting with its value, default, range, meaning and when a change of it is heard, in the city's language."""
    item, lang = item_of(key), settings.city.language
    return {
        "setting": key,
        "value": value_of(settings, key),
        "default": value_of(Settings(), key),
        "allowed": item.allowed,
        "effect": text(f"settings.effect.{item.effect}", lang),
        "meaning": text(f"settings.what.{key}", lang),
    }


def parsed(values: Mapping[str, str]) -> dict[str, Any]:
    """Typed texts as values of their settings' types; several areas stand apart by commas.

    Raises:
        SettingChangeError: no such setting, or no value of its type.
    """
    return {key: _parse(key, given) for key, given in values.items()}


def list_name(values: Mapping[str, str]) -> str:
    """The list that is named with a file; "" where settings are.

    Raises:
        SettingChangeError: a list beside something else.
    """
    named = [key for key in values if f"{key}.csv" in LISTS]
    if named and len(values) > 1:
        raise SettingChangeError("one list at a time", where=named[0], todo="replace it alone")
    return f"{named[0]}.csv" if named else ""


def _parse(key: str, given: str) -> Any:
    item_of(key)
    kind = type(value_of(Settings(), key))
    try:
        if kind is bool:
            return WORDS[given.lower()]
        if kind is tuple:
            return tuple(part.strip() for part in given.replace("，", ",").split(",") if part.strip())
        return kind(given)
    except (ValueError, KeyError) as error:
        raise SettingChangeError(f"{given[:40]!r} is no {kind.__name__}", where=key, todo=f"use {BY_KEY[key].allowed or 'true or false'}") from error  # fmt: skip
