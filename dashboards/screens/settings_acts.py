"""The one way from the page of settings to the files: who and why, what is refused, what is logged and said; and what the page saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboards.acting import actor_input, actor_of
from dashboards.view import View
from weisu.cli.door import mask_typed
from weisu.cli.settings import check_list
from weisu.errors import WeisuError
from weisu.numbers import UNKNOWN
from weisu.setting_changes import Told
from weisu.setting_files import FILES, LISTS, fingerprint
from weisu.setting_history import HIDDEN, Change, Desk, SettingConflict, list_changes, look, text_of
from weisu.setting_items import BY_KEY, Item
from weisu.settings import SETTINGS_FILE, Settings, parse_settings
from weisu.texts import text

NOTICE = "settings.notice"
LONGEST_REASON = 500


@dataclass(frozen=True)
class Sight:
    """The files as the page saw them; a change is refused when one is another by then."""

    contents: dict[str, bytes]
    settings: Settings
    changes: list[Change]  # newest first

    def seen(self, file: str = SETTINGS_FILE) -> str:
        """The fingerprint of a file."""
        return fingerprint(self.contents[file])

    def name(self, view: View, change: Change) -> str:
        """What a change is about, in words."""
        keys = list(change.after or change.before)
        if change.file in LISTS or not keys:
            return file_name(view, change.file)
        return "、".join(setting_name(view, key) for key in keys) if view.lang == "zh" else ", ".join(setting_name(view, key) for key in keys)  # fmt: skip


def t(view: View, key: str, **values: object) -> str:
    """A text of the page."""
    return text(f"settings.page.{key}", view.lang, **values)


def setting_name(view: View, key: str) -> str:
    """A setting in words; those of who may enter by their key."""
    return text(f"settings.name.{key}", view.lang) if key in BY_KEY else key


def file_name(view: View, file: str) -> str:
    """A file in words."""
    return text(f"settings.file.{file.replace('.', '_')}", view.lang)


def shown(view: View, key: str, value: Any) -> str:
    """A value in words; `None` is one that is not written."""
    if value is None:
        return t(view, "not_written")
    if value == HIDDEN:
        return UNKNOWN
    if isinstance(value, bool):
        return t(view, "on" if value else "off")
    if isinstance(value, (list, tuple)):
        return "、".join(map(str, value)) or t(view, "nothing")
    if key in BY_KEY and BY_KEY[key].choices:
        return choice(view, str(value))
    return f"{value:,.12g}" if isinstance(value, (int, float)) else value or t(view, "nothing")


def choice(view: View, value: str) -> str:
    """One of a few values in words."""
    return t(view, f"budget.{value}" if "/" in value else f"in_{value}")


def allowed(view: View, item: Item, kind: type) -> str:
    """What a setting may be, in words."""
    if item.choices:
        return "、".join(choice(view, value) for value in item.choices) if view.lang == "zh" else ", ".join(choice(view, value) for value in item.choices)  # fmt: skip
    if item.least is None:
        return t(view, {bool: "allowed.switch", tuple: "allowed.areas"}.get(kind, "allowed.any"))
    key = "allowed.above" if item.is_above else "allowed.least" if item.most is None else "allowed.range"
    return t(view, key, least=f"{item.least:,g}", **({} if item.most is None else {"most": f"{item.most:,g}"}))


def desk_of(view: View) -> Desk:
    """Where the page makes changes."""
    return Desk(view.engine, view.workspace, check_list, mask_typed)


def sight_of(view: View) -> Sight:
    """What stands in the files now; what a hand changed since the last look is noted.

    Raises:
        WeisuError: weisu.toml cannot be read, or the store not be written.
    """
    contents = {file: look(desk_of(view), file, now=view.read_clock()) for file in FILES}
    settings = parse_settings(text_of(contents[SETTINGS_FILE]), where=SETTINGS_FILE)
    return Sight(contents, settings, list_changes(view.engine))


def why_inputs(view: View, key: str) -> None:
    """Ask why, and who acts where nobody signed in."""
    st.text_area(t(view, "reason"), key=f"{key}-reason", height=80, max_chars=LONGEST_REASON)
    actor_input(view, st, key=f"{key}-actor")


def submit(view: View, label: str, key: str, do: Callable[[Told], Change], said: Callable[[Change], str]) -> None:
    """The button that ends a form; what it does happens before the page is drawn anew."""
    st.form_submit_button(label, type="primary", key=f"{key}-do", on_click=_done, args=(view, key, do, said))


def _done(view: View, key: str, do: Callable[[Told], Change], said: Callable[[Change], str]) -> None:
    told = Told(actor_of(view, f"{key}-actor"), str(st.session_state.get(f"{key}-reason") or ""), view.read_clock())
    if not told.actor or not told.reason.strip():
        st.session_state[NOTICE] = t(view, "incomplete")
        return
    try:
        view.reader.demand("change_settings")
        made = do(told)
        view.log("change", f"setting {made.subject}", actor=made.actor, change_id=made.change_id, act=made.act)
        st.session_state[NOTICE] = said(made)
    except SettingConflict:
        st.session_state[NOTICE] = t(view, "conflict")
    except WeisuError as error:
        st.session_state[NOTICE] = str(error)


def notice() -> None:
    """Say what the last click did."""
    if told := st.session_state.pop(NOTICE, None):
        st.toast(told)
