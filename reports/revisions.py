"""Who changed what in a draft: the draft as generated is kept, each saving of changes is an append-only row, and what stands is made of both."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from reports.context import ReportContext
from reports.editing import Change, Draft, opened, written
from reports.errors import ReportError
from reports.given import draft_mark, read_context
from reports.renderers import ALL_FORMATS, render
from weisu.drafts import draft_of
from weisu.lifecycle import standing
from weisu.settings import Workspace
from weisu.store import ActConflict, StoreError, open_store
from weisu.store_tables import REPORT_EDITS

SAVE, UNDO = "save", "undo"
LONGEST_NOTE = 500


@dataclass(frozen=True)
class Revision:
    """One saving of changes, or the taking back of the last that stands; `edited_at` is naive UTC."""

    revision_id: str
    base_sha256: str
    position: int
    act: str
    changes: tuple[Change, ...]
    note: str
    actor: str
    edited_at: dt.datetime


@dataclass(frozen=True)
class EditedDraft:
    """A file of a draft, the draft as generated, and all that was done to it."""

    file: Path
    shown: ReportContext  # what the file says
    base: ReportContext
    revisions: tuple[Revision, ...]  # taken back or not

    @property
    def standing(self) -> list[Revision]:
        """The revisions that count."""
        return standing(self.revisions)

    @property
    def last_seen(self) -> str | None:
        """What a later revision must have seen."""
        return self.revisions[-1].revision_id if self.revisions else None

    @property
    def draft(self) -> Draft:
        """The draft with the changes that count."""
        return _draft(self.base, self.standing)

    @cached_property
    def context(self) -> ReportContext:
        """What the file should say."""
        return _context(self.base, self.standing)

    @property
    def is_behind(self) -> bool:
        """Whether the file says something else than its revisions: it was made anew, or a saving was broken off."""
        return self.shown != self.context

    @property
    def is_foreign(self) -> bool:
        """Whether the file says what neither the generated draft nor any of its revisions said: somebody changed it by hand."""
        states = (_context(self.base, standing(self.revisions[:n])) for n in range(len(self.revisions), -1, -1))
        return all(self.shown != state for state in states)


def open_draft(workspace: Workspace, file: Path) -> EditedDraft:
    """A draft and its revisions.

    Raises:
        ReportError: not a draft, or the draft it was made from is gone.
    """
    shown = read_context(file)
    if shown.draft != draft_mark(shown):
        raise ReportError("is approved already, and frozen", where=str(file), todo="edit a draft")
    base = read_context(_kept(workspace, shown.base_sha256)) if shown.base_sha256 else shown
    return EditedDraft(file, shown, base, tuple(_revisions(workspace, base.sha256)))


def save(
    workspace: Workspace,
    edited: EditedDraft,
    changes: Sequence[Change],
    *,
    by: str,
    note: str,
    now: dt.datetime,
    mask: Callable[[str], str],
) -> list[Path]:
    """Append one revision and write all forms of the draft that lie beside its file.

    Args:
        edited: the draft as the user saw it.
        now: naive UTC.
        mask: applied to sentences and note before anything is stored.

    Raises:
        ReportError: a change that is not possible, or a file that was changed by hand.
        ActConflict: somebody saved changes since the draft was opened.
        StoreError: nobody is named.
    """
    masked = tuple(replace(change, sentence=mask(change.sentence)) for change in changes)
    _refuse_foreign(edited)
    _context(edited.base, edited.standing, masked)  # before anything is kept
    _keep(workspace, edited.base)
    _append(workspace, edited, SAVE, masked, by, mask(note.strip())[:LONGEST_NOTE], now)
    return write_forms(open_draft(workspace, edited.file))


def undo(workspace: Workspace, edited: EditedDraft, *, by: str, now: dt.datetime) -> list[Path]:
    """Take back the last saving that stands.  Errors as `save`."""
    if not edited.standing:
        raise ReportError("nothing was changed", where=edited.base.name, todo="weisu report parts FILE shows the draft")
    _refuse_foreign(edited)
    _append(workspace, edited, UNDO, (), by, "", now)
    return write_forms(open_draft(workspace, edited.file))


def write_forms(edited: EditedDraft) -> list[Path]:
    """Write what stands into every form of the draft that lies beside its file.

    Raises:
        ReportError: the file was changed by hand, has another name than its draft, or the folder cannot be written.
    """
    _refuse_foreign(edited)
    if edited.file.name != f"{edited.context.name}.json":
        raise ReportError("has another name than its draft", where=edited.file.name, todo=f"name it {edited.context.name}.json")  # fmt: skip
    there = [form for form in ALL_FORMATS if edited.file.with_suffix(f".{form}").exists()]
    return render(edited.context, there, edited.file.parent)


def history(edited: EditedDraft) -> list[dict[str, Any]]:
    """Every revision with its changes, oldest first, each change with the sentence that it replaced or concerns."""
    kept = {revision.revision_id for revision in edited.standing}
    return [
        {
            "at": revision.edited_at.isoformat(timespec="seconds"),
            "by": revision.actor,
            "act": revision.act,
            "note": revision.note,
            "stands": revision.revision_id in kept,
            "changes": [
                {**asdict(change), "generated": edited.draft.parts[change.part].told} for change in revision.changes
            ],
        }
        for revision in edited.revisions
    ]


def _draft(base: ReportContext, revisions: Sequence[Revision], changes: Sequence[Change] = ()) -> Draft:
    return opened(base, [*(change for revision in revisions for change in revision.changes), *changes])


def _context(base: ReportContext, revisions: Sequence[Revision], changes: Sequence[Change] = ()) -> ReportContext:
    """What stands; the mark of its base only where something was changed."""
    made = written(_draft(base, revisions, changes))
    return replace(made, base_sha256=base.sha256) if revisions else made


def _refuse_foreign(edited: EditedDraft) -> None:
    if edited.is_foreign:
        todo = "take base_sha256 out of it to edit it as a draft of its own, or write the report anew"
        raise ReportError("was changed by hand since it was edited", where=str(edited.file), todo=todo)


def _kept(workspace: Workspace, sha256: str) -> Path:
    path = workspace.drafts / f"{sha256}.json"
    if not (sha256.isalnum() and path.is_file()):
        raise ReportError("the draft it was made from is gone", where=path.name, todo="write the report anew")
    return path


def _keep(workspace: Workspace, base: ReportContext) -> None:
    workspace.drafts.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = workspace.drafts / f"{base.sha256}.json"
    if not path.exists():
        with draft_of(path) as draft:
            draft.write_text(base.to_json(), encoding="utf-8")


def _revisions(workspace: Workspace, sha256: str) -> list[Revision]:
    engine = open_store(workspace)
    query = sa.select(REPORT_EDITS).where(REPORT_EDITS.c.base_sha256 == sha256).order_by(REPORT_EDITS.c.position)
    try:
        with engine.connect() as con:
            rows = [dict(row) for row in con.execute(query).mappings()]
    finally:
        engine.dispose()
    return [Revision(**row | {"changes": tuple(Change(**c) for c in json.loads(row["changes"]))}) for row in rows]


def _append(
    workspace: Workspace,
    edited: EditedDraft,
    act: str,
    changes: Sequence[Change],
    by: str,
    note: str,
    now: dt.datetime,
) -> None:
    if not by.strip():
        raise StoreError("nobody is named who edits", where=edited.base.name, todo="say who changed it")
    row = {
        "revision_id": secrets.token_hex(8), "base_sha256": edited.base.sha256, "position": len(edited.revisions) + 1, "act": act,
        "changes": json.dumps([asdict(change) for change in changes], ensure_ascii=False),
        "note": note, "actor": by.strip(), "edited_at": now,
    }  # fmt: skip
    engine = open_store(workspace)
    try:
        with engine.begin() as con:
            con.execute(sa.insert(REPORT_EDITS).values(**row))
    except sa.exc.IntegrityError as error:
        raise ActConflict(
            "someone changed this draft meanwhile", where=edited.base.name, todo="look again and edit anew"
        ) from error
    except sa.exc.OperationalError as error:
        raise StoreError(
            "acts store cannot be written", where=edited.base.name, todo="check disk and rights"
        ) from error
    finally:
        engine.dispose()
