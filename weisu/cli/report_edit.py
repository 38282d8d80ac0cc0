"""`weisu report parts|edit|history`: what a draft consists of, changes of it, and who made them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weisu.cli.options import JsonOption, WorkspaceOption
from weisu.errors import SettingsError

if TYPE_CHECKING:
    from reports.editing import Change

DraftArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The draft's context (JSON).")]


def register(reports: typer.Typer) -> None:
    """Add the commands to `weisu report`."""
    reports.command("parts")(parts_command)
    reports.command("edit")(edit_command)
    reports.command("history")(history_command)


def parts_command(file: DraftArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the parts of a draft by their addresses, as they stand; those left out have a minus before them."""
    from reports.editing import standing_parts
    from reports.revisions import open_draft
    from weisu.settings import find_workspace

    draft = open_draft(find_workspace(workspace), file).draft
    rows = [
        {"part": p.address, "kind": p.kind, "is_dropped": p.address in draft.dropped, "text": draft.told(p.address)}
        for p in standing_parts(draft)
    ]
    if as_json:
        return print(json.dumps({"parts": rows}, ensure_ascii=False))
    for row in rows:
        print(f"{'-' if row['is_dropped'] else ' '} {row['part']:<14} {row['text']}")
    return None


def edit_command(
    file: DraftArgument,
    part: Annotated[str | None, typer.Option("--part", metavar="ADDRESS", help="Which part; see weisu report parts.")] = None,
    do: Annotated[str | None, typer.Option("--do", help="drop, restore, up, down or rewrite.")] = None,
    sentence: Annotated[str, typer.Option("--text", help="The new sentence of a rewrite; no number but its own.")] = "",
    changes: Annotated[Path | None, typer.Option("--changes", metavar="FILE", help='Several at once: [{"part": …, "edit": …, "sentence": …}, …] as JSON.')] = None,
    is_undo: Annotated[bool, typer.Option("--undo", help="Take back what was saved last.")] = False,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who changes it.")] = "",
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why.")] = "",
    seen: Annotated[str | None, typer.Option("--seen", metavar="ID", help="The last revision that was looked at (empty: none); refused when there is a newer one.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Reorder, leave out or rewrite parts of a draft and write its forms anew; without a change, write them as last saved."""
    from reports import revisions
    from reports.editing import Change
    from weisu.cli.build import utc_now
    from weisu.cli.door import mask_typed
    from weisu.settings import find_workspace
    from weisu.store import ActConflict

    place = find_workspace(workspace)
    edited = revisions.open_draft(place, file)
    if seen is not None and seen != (edited.last_seen or ""):
        raise ActConflict("someone changed this draft meanwhile", where=file.name, todo="look again and edit anew")
    asked = [*_read_changes(changes), *([Change(part, do or "", sentence)] if part else [])]  # type: ignore[arg-type]
    if is_undo and asked:
        raise SettingsError("--undo takes no change beside it", where="weisu report edit", todo="one after the other")
    if is_undo:
        paths = revisions.undo(place, edited, by=by, now=utc_now())
    elif asked:
        paths = revisions.save(place, edited, asked, by=by, note=note, now=utc_now(), mask=mask_typed)
    else:
        paths = revisions.write_forms(edited)
    print(json.dumps({"files": [str(p) for p in paths]}) if as_json else "\n".join(str(p) for p in paths))


def history_command(file: DraftArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Who changed what in a draft, oldest first."""
    from reports.revisions import history, open_draft
    from weisu.settings import find_workspace

    rows = history(open_draft(find_workspace(workspace), file))
    if as_json:
        return print(json.dumps({"revisions": rows}, ensure_ascii=False))
    for row in rows:
        print(f"{row['at']} {row['by']}: {row['act']}{'' if row['stands'] else ' (taken back)'} {row['note']}".rstrip())
        for change in row["changes"]:
            print(f"  {change['part']} {change['edit']}: {change['generated']}")
            print(f"    -> {change['sentence']}") if change["sentence"] else None
    return None


def _read_changes(path: Path | None) -> list[Change]:
    """The changes of a file.

    Raises:
        SettingsError: it cannot be read, or is no list of changes.
    """
    from reports.editing import Change

    if path is None:
        return []
    try:
        return [Change(**given) for given in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError) as error:
        todo = 'write a list such as [{"part": "s0.p0.c0", "edit": "drop"}]'
        raise SettingsError("cannot be read as changes", where=str(path), todo=todo) from error
