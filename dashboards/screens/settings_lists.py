"""The city's own lists: what each holds, to be had as a file, and replaced by one after the check of a build and a look at what differs."""

from __future__ import annotations

from functools import partial

import polars as pl
import streamlit as st

from dashboards import session
from dashboards.parts import block, empty, grid, table
from dashboards.screens.settings_acts import Sight, desk_of, file_name, submit, t, why_inputs
from dashboards.view import View
from weisu.list_rows import Differing, Rows, tally
from weisu.setting_changes import Told, preview, replace_list
from weisu.setting_files import LISTS, SettingChangeError, fingerprint
from weisu.setting_history import Change
from weisu.texts import text

SHOWN = 200
OVERVIEW = ("list", "rows", "list_changed", "list_meaning", "list_file")


def lists_part(view: View, sight: Sight) -> None:
    """Draw the overview, and one list."""
    block(t(view, "part.lists"), text("settings.effect.load_build", view.lang))
    _overview(view, sight)
    file = session.choose(st.segmented_control, "list", t(view, "list"), LISTS, required=True, label_visibility="collapsed",
                          format_func=lambda f: file_name(view, f))  # fmt: skip
    content = sight.contents[file]
    block(f"{file_name(view, file)} · {t(view, 'list_shown')}", text(f"settings.list_what.{file.replace('.', '_')}", view.lang))  # fmt: skip
    _content(view, file, content)
    block(t(view, "upload"), t(view, "upload_note"))
    _upload(view, sight, file, content)


def _overview(view: View, sight: Sight) -> None:
    rows = [
        (file_name(view, file), _row_count(view, file, sight.contents[file]), _last(view, sight, file),
         text(f"settings.list_what.{file.replace('.', '_')}", view.lang), f"reference/{file}")
        for file in LISTS
    ]  # fmt: skip
    columns = {name: st.column_config.TextColumn(t(view, name), alignment="right" if name == "rows" else "left") for name in OVERVIEW}  # fmt: skip
    table(view, pl.DataFrame(rows, schema=dict.fromkeys(OVERVIEW, pl.String), orient="row"), columns, title=t(view, "part.lists"))  # fmt: skip


def _row_count(view: View, file: str, content: bytes) -> str:
    if not content:
        return t(view, "list_missing")
    found = _read(view, file, content)
    return t(view, "list_broken") if isinstance(found, str) else view.n(len(found.rows))


def _last(view: View, sight: Sight, file: str) -> str | None:
    return next((view.local(change.changed_at) for change in sight.changes if change.file == file), None)


def _content(view: View, file: str, content: bytes) -> None:
    found = _read(view, file, content) if content else Rows(())
    if isinstance(found, str):
        empty(t(view, "list_broken"), found)
    elif not found.rows:
        empty(t(view, "list_empty"), t(view, "list_empty_why"), t(view, "list_empty_todo"))
    else:
        st.html(f'<p class="sub">{t(view, "list_shown_note", n=view.n(min(SHOWN, len(found.rows))), all=view.n(len(found.rows)))}</p>')  # fmt: skip
        grid(_frame(found.columns, found.rows[:SHOWN]), height=min(420, 38 + 35 * len(found.rows)))
    st.download_button(t(view, "download"), partial(_taken, view, file, content or _header(file)), file_name=file, mime="text/csv",
                       key=f"list-get-{file}", on_click="ignore")  # fmt: skip


def _header(file: str) -> bytes:
    from weisu.rulebook import COLUMNS
    from weisu.workspaces import REFERENCE_COLUMNS

    return (REFERENCE_COLUMNS.get(file.removesuffix(".csv")) or ",".join(COLUMNS)).encode() + b"\n"


def _taken(view: View, file: str, content: bytes) -> bytes:
    """The file, logged before it is given."""
    view.log("export", f"reference/{file}", form="csv")
    return content


def _frame(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict.fromkeys(columns, pl.String), orient="row")


def _upload(view: View, sight: Sight, file: str, content: bytes) -> None:
    key = f"list-{file}-{fingerprint(content)[:12]}"
    given = st.file_uploader(t(view, "upload_file"), type=["csv"], key=f"{key}-file")
    if given is None:
        return None
    try:
        new, found = preview(desk_of(view), file, content, given.getvalue())
    except SettingChangeError as error:
        return empty(t(view, "refused"), str(error))
    if not found:
        return empty(t(view, "same"))
    st.html(f'<p class="why">{t(view, "differs", **tally(found), all=len(new.rows))}</p>')
    _differing(view, new, found)
    with st.form(key, border=False):
        why_inputs(view, key)
        submit(view, t(view, "replace"), key, partial(_replace, view, sight, file, given.getvalue()),
               lambda made: t(view, "saved", what=file_name(view, made.file), effect=text("settings.effect.load_build", view.lang)))  # fmt: skip
    return None


def _differing(view: View, new: Rows, found: list[Differing]) -> None:
    """Rows that differ; a cell that differs shows what was and what will be."""
    rows = [
        (t(view, f"kind_of.{one.kind}"), *((f"{was} → {now}" if was != now else now for was, now in zip(one.was, one.now, strict=True))
         if one.was and one.now else one.now or one.was))
        for one in found[:SHOWN]
    ]  # fmt: skip
    frame = _frame(("kind", *new.columns), tuple(rows))
    grid(frame, column_config={"kind": t(view, "kind")}, height=min(420, 38 + 35 * len(rows)))


def _replace(view: View, sight: Sight, file: str, content: bytes, told: Told) -> Change:
    return replace_list(desk_of(view), file, content, seen=sight.seen(file), told=told)


def _read(view: View, file: str, content: bytes) -> Rows | str:
    """A list, or why it cannot be read; read once per content."""
    return _read_once(file, fingerprint(content), view.marts.name, _desk_and_content=(desk_of(view), content))


@st.cache_data(max_entries=10, show_spinner=False)
def _read_once(file: str, sha256: str, publication: str, *, _desk_and_content: tuple) -> Rows | str:
    desk, content = _desk_and_content
    try:
        return desk.check(desk.workspace, file, content)
    except SettingChangeError as error:
        return str(error)
