"""A draft to be edited: its parts, one of them to change, what is not saved yet, and who changed what."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from dataclasses import asdict
from pathlib import Path

import polars as pl
import streamlit as st

from dashboards.acting import actor_input, actor_of
from dashboards.command import CommandError, ask
from dashboards.parts import block, empty, filled_table, sentence, small_title, table
from dashboards.view import View
from reports.context import Claim, Paragraph
from reports.editing import Change, Draft, Part, opened, standing_parts, written
from reports.errors import ReportError
from reports.page import overflow
from reports.revisions import EditedDraft, history, open_draft

PENDING = "reports.pending"  # (last revision seen, changes) of the draft that is open
CHOSEN = "reports.part"
PROBLEM = "reports.problem"
WHO = "edit-actor"
LIMIT_SECONDS = 600


def show(view: View, file: Path) -> None:
    """Draw the editor of one draft."""
    edited = open_draft(view.workspace, file)
    pending = _pending(edited)
    draft = opened(edited.base, [*(c for revision in edited.standing for c in revision.changes), *pending])
    sentence(view.t("reports.edit_lead"))
    if more := _overflow(draft):
        st.caption(view.t("reports.edit_overflow", lines=more))
    if edited.is_behind:
        _behind(view, edited)
    if problem := st.session_state.pop(PROBLEM, None):
        empty(problem)
    _parts(view, draft, len(pending) + len(edited.revisions))
    if (chosen := st.session_state.get(CHOSEN)) in draft.parts:
        _part(view, edited, draft, draft.parts[chosen])
    _unsaved(view, edited, draft, pending)
    _history(view, edited)


def _overflow(draft: Draft) -> int:
    """Lines too many on the first page; 0 while nothing is left of its conclusion, which saving refuses with its reason."""
    try:
        return overflow(written(draft))
    except ReportError:
        return 0


def _pending(edited: EditedDraft) -> list[Change]:
    """The reader's changes of this draft that are not saved; those made on another state of it are forgotten."""
    state = (edited.base.sha256, edited.last_seen)
    kept = st.session_state.get(PENDING)
    if kept is None or kept[0] != state:
        st.session_state[PENDING] = kept = (state, [])
    return kept[1]


def _parts(view: View, draft: Draft, state: int) -> None:
    small_title(view.t("reports.edit_parts"), view.t("reports.edit_parts_note"))
    parts = [part for part in standing_parts(draft) if not _is_one_sentence(part)]
    rows = pl.DataFrame(
        {
            "section": [part.heading for part in parts],
            "kind": [view.t(f"reports.edit_kind_of.{part.kind}") for part in parts],
            "state": [_state(view, draft, part) for part in parts],
            "text": [draft.told(part.address) for part in parts],
        }
    )
    columns = {
        "section": st.column_config.TextColumn(view.t("reports.edit_section"), width="small"),
        "kind": st.column_config.TextColumn(view.t("reports.edit_kind"), width="small"),
        "state": st.column_config.TextColumn(view.t("reports.edit_state"), width="small"),
        "text": st.column_config.TextColumn(view.t("reports.edit_text"), width="large"),
    }
    picked = table(view, rows, columns, title=draft.base.name, height=320, on_select="rerun", selection_mode="single-row",
                   key=f"edit-{draft.base.name}-{state}")  # fmt: skip
    if picked.selection.rows:
        st.session_state[CHOSEN] = parts[picked.selection.rows[0]].address


def _is_one_sentence(part: Part) -> bool:
    """Whether a paragraph is nothing but its sentence, which stands for it."""
    return isinstance(part.item, Paragraph) and part.item.lead is None and len(part.item.claims) == 1


def _state(view: View, draft: Draft, part: Part) -> str:
    if part.address in draft.dropped or part.group.removesuffix(".c") in draft.dropped:
        return view.t("reports.edit_state_of.dropped")
    return view.t("reports.edit_state_of.rewritten") if part.address in draft.claims else ""


def _part(view: View, edited: EditedDraft, draft: Draft, part: Part) -> None:
    """The chosen part: where it may go, and its wording beside its numbers."""
    with st.container(border=True):
        if part.group:
            drops = "restore" if part.address in draft.dropped else "drop"
            with st.container(horizontal=True):
                for edit in ("up", "down", drops):
                    st.button(view.t(f"reports.edit_do.{edit}"), key=f"edit-{edit}", on_click=_add, args=(edited, Change(part.address, edit)))  # type: ignore[arg-type]  # fmt: skip
        if isinstance(part.item, Claim):
            _wording(view, edited, draft, part, part.item)
        else:
            st.text(draft.told(part.address), width="stretch")


def _wording(view: View, edited: EditedDraft, draft: Draft, part: Part, generated: Claim) -> None:
    left, right = st.columns([7, 5], gap="large")
    with left, st.form(f"edit-{part.address}", border=False):
        key = f"wording-{part.address}"
        st.text_area(view.t("reports.edit_text"), value=draft.told(part.address), key=key, max_chars=500)
        st.form_submit_button(view.t("reports.edit_do.rewrite"), on_click=_rewrite, args=(edited, draft, part, key))
    with right:
        small_title(view.t("reports.edit_numbers"), view.t("reports.edit_numbers_note"))
        told = [(figure.text, figure.source) for figure in generated.figures if figure.text]
        if not told:
            return st.text(view.t("reports.edit_no_numbers"))
        columns = {
            "number": st.column_config.TextColumn(view.t("reports.edit_number"), width="small"),
            "source": st.column_config.TextColumn(view.t("reports.edit_source")),
        }
        rows = pl.DataFrame(told, schema=["number", "source"], orient="row").unique(maintain_order=True)
        filled_table(view, rows, columns, most=220, title=part.address)
    return None


def _rewrite(edited: EditedDraft, draft: Draft, part: Part, key: str) -> None:
    said = st.session_state[key]
    if said.strip() != draft.told(part.address):
        _add(edited, Change(part.address, "rewrite", said))


def _add(edited: EditedDraft, change: Change) -> None:
    """Runs before the page is drawn anew; a change that is not possible is told and not kept."""
    changes = _pending(edited)
    try:
        opened(edited.base, [*(c for revision in edited.standing for c in revision.changes), *changes, change])
    except ReportError as error:
        st.session_state[PROBLEM] = str(error)
    else:
        changes.append(change)


def _unsaved(view: View, edited: EditedDraft, draft: Draft, pending: list[Change]) -> None:
    block(view.t("reports.edit_pending"), view.t("reports.edit_pending_note", n=len(pending)) if pending else "")
    if not pending and not edited.standing:
        return st.caption(view.t("reports.edit_nothing"))
    for change in pending:
        st.text(_told(view, change, draft.parts[change.part].told), width="stretch")
    with st.form("edit-save", border=False):
        left, right = st.columns([2, 5])
        actor_input(view, left, key=WHO)
        note = right.text_input(view.t("reports.edit_why"), max_chars=300)
        with st.container(horizontal=True):
            is_saved = st.form_submit_button(view.t("reports.edit_save"), type="primary", disabled=not pending)
            st.form_submit_button(view.t("reports.edit_discard"), on_click=pending.clear, disabled=not pending)
            is_undone = st.form_submit_button(
                view.t("reports.edit_undo"), disabled=bool(pending) or not edited.standing
            )
    if is_saved or is_undone:
        asked = ("--undo",) if is_undone else (f"--note={note}",)
        _send(view, edited, [] if is_undone else pending, *asked, f"--by={actor_of(view, WHO)}", f"--seen={edited.last_seen or ''}")  # fmt: skip
    return None


def _told(view: View, change: Change, generated: str) -> str:
    said = f" {change.sentence}" if change.sentence else ""
    return f"{view.t(f'reports.edit_done.{change.edit}')}{said}  ({generated})"


def _behind(view: View, edited: EditedDraft) -> None:
    empty(view.t("reports.edit_behind"))
    if st.button(view.t("reports.edit_catch_up")):
        _send(view, edited, [])


def _send(view: View, edited: EditedDraft, changes: list[Change], *more: str) -> None:
    """Have the command save and write; what it refuses is told in its own line.

    Raises:
        AccessError: not for this role.
    """
    view.reader.demand("write_reports")
    with tempfile.TemporaryDirectory() as folder, st.spinner(view.t("reports.edit_saving")):
        asked = Path(folder) / "changes.json"
        asked.write_text(json.dumps([asdict(change) for change in changes], ensure_ascii=False), encoding="utf-8")
        several = ("--changes", str(asked)) if changes else ()
        try:
            ask("report", "edit", str(edited.file), *several, *more, "--workspace", str(view.workspace.root), seconds=LIMIT_SECONDS)  # fmt: skip
        except CommandError as error:
            return empty(str(error))
    view.log(
        "change",
        f"report {edited.base.name}",
        actor=actor_of(view, WHO),
        changes=len(changes),
        is_undo="--undo" in more,
    )
    return st.rerun()


def _history(view: View, edited: EditedDraft) -> None:
    if not edited.revisions:
        return
    block(view.t("reports.edit_history"), view.t("reports.edit_history_note"))
    rows = [row for revision in reversed(history(edited)) for row in _history_rows(view, revision)]
    columns = {
        name: st.column_config.TextColumn(view.t(f"reports.edit_{name}"), width=width)
        for name, width in (("at", "small"), ("who", "small"), ("what", "small"), ("before", "medium"), ("after", "medium"), ("why", "small"))
    }  # fmt: skip
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String))
    filled_table(view, frame, columns, most=320, title=view.t("reports.edit_history"))


def _history_rows(view: View, revision: dict) -> list[dict[str, str | None]]:
    at = view.local(dt.datetime.fromisoformat(revision["at"]))
    head = {"at": at, "who": revision["by"], "why": revision["note"] or None}
    if not revision["changes"]:
        return [{**head, "what": view.t("reports.edit_undo_done"), "before": None, "after": None}]
    stands = (lambda what: what) if revision["stands"] else (lambda what: view.t("reports.edit_undone", what=what))
    return [
        {**head, "what": stands(view.t(f"reports.edit_done.{c['edit']}")), "before": c["generated"], "after": c["sentence"] or None}
        for c in revision["changes"]
    ]  # fmt: skip
