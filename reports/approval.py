"""Approval: a draft becomes a numbered report, kept with its context, versions and hashes, that nothing changes any more."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from reports.context import Claim, Paragraph, ReportContext
from reports.errors import ReportError
from reports.given import EDITS, RECORD
from reports.renderers import ALL_FORMATS, render
from reports.revisions import history, open_draft
from weisu.resolutions import PROPOSED, SUGGESTED, Resolution, item_id, propose
from weisu.settings import Workspace
from weisu.store import open_store
from weisu.texts import text

KEPT = {"proposals": PROPOSED, "rising": SUGGESTED}  # section of the annex -> how its suggestions begin
TRIES = 20  # others may take a number at the same time


@dataclass(frozen=True)
class Approval:
    """Who approved which report as which number, and the hashes that it can be held against."""

    number: int  # counts per kind, language and year
    year: int
    kind: str
    lang: str
    name: str
    approved_by: str
    note: str
    approved_at: str  # ISO, UTC
    as_of_on: str
    data_version: str
    rules_version: str
    draft_sha256: str  # of the draft's context
    replaces: str | None  # the folder in which another text of the same report was approved before
    files: dict[str, str]  # name -> SHA-256
    base_sha256: str = ""  # of the context as generated, where it was edited; EDITS then lies beside it
    edited_by: tuple[str, ...] = ()


def approve(
    workspace: Workspace,
    draft: Path,
    *,
    by: str,
    now: dt.datetime,
    note: str = "",
    formats: Sequence[str] = ALL_FORMATS,
    seen: str | None = None,
) -> Path:
    """Number a draft, write it in all forms without its draft mark, and freeze it in `var/reports/approved`.

    Args:
        draft: a context as JSON, as written or edited.
        by: who answers for it.
        now: naive UTC; the year of the number is the city's.
        seen: `ReportContext.sha256` of the draft as the approver read it; None: as it is now.

    Returns:
        The folder of the approved report.

    Raises:
        ReportError: nobody is named, the draft cannot be read or is no draft, it does not show what was last saved of it, or the same text is
            approved already.
    """
    if not by.strip():
        raise ReportError("nobody is named who approves", where="--by", todo="name the person who answers for it")
    edited = open_draft(workspace, draft)
    context = edited.shown
    if seen not in (None, context.sha256):
        raise ReportError("was changed since it was read", where=str(draft), todo="read it again, then approve")
    if edited.is_behind:
        todo = f"run: weisu report edit {draft.name} (writes it as last saved), or undo the changes"
        raise ReportError("does not show the changes that were saved of it", where=str(draft), todo=todo)
    _propose(workspace, context, by, now)
    year = workspace.settings().local_day(now).year
    for _ in range(TRIES):
        known = approvals(workspace)
        record = Approval(
            _next_number(known.values(), context, year), year, context.kind, context.lang, context.name, by.strip(), note.strip(),
            now.isoformat(timespec="seconds"), context.as_of_on, context.data_version, context.rules_version,
            context.sha256, _before(known, context), {}, context.base_sha256,
            tuple(dict.fromkeys(revision.actor for revision in edited.standing)),
        )  # fmt: skip
        if folder := _frozen(workspace, _approved(context, record), record, formats, history(edited)):
            return folder
    raise ReportError("no number could be had", where=str(workspace.reports), todo="try again")


def asked_for(context: ReportContext, by: str, now: dt.datetime) -> list[Resolution]:
    """What a monthly report asks a committee to decide, then what it suggests to offices beside that, as it stands in it."""
    found = [
        _asked_for(context, paragraph, claim, KEPT[section.code], by, now)
        for section in sorted((s for s in context.annex if s.code in KEPT), key=lambda s: list(KEPT).index(s.code))
        for paragraph in section.paragraphs
        for claim in paragraph.claims
        if claim.kind == "suggestion"
    ]
    asked = {(one.area_key, one.category_key) for one in found if one.status == PROPOSED}
    return [one for one in found if one.status == PROPOSED or (one.area_key, one.category_key) not in asked]


def _asked_for(context: ReportContext, paragraph: Paragraph, claim: Claim, status: str, by: str, now: dt.datetime) -> Resolution:  # fmt: skip
    period, about = context.period_start_on[:7], claim.subject
    days = [f.value for f in claim.figures if f.name.endswith(".day") and isinstance(f.value, str)]
    due_on = dt.date.fromisoformat(days[0]) if days else None
    keys = {name: about.get(name) for name in ("alert_id", "issue_key", "area_key", "category_key")}
    made = item_id(f"{context.kind} {status}", period, about, claim.sentence)
    said = ("" if context.lang == "zh" else " ").join(c.sentence for c in (paragraph.lead, claim) if c)
    return Resolution(made, status, period, said, by.strip(), now, about.get("owner", ""), due_on, report=context.name, **keys)  # fmt: skip


def _propose(workspace: Workspace, context: ReportContext, by: str, now: dt.datetime) -> None:
    """Keep what is asked for before the report is frozen: it can be asked twice without harm, and a frozen report cannot be approved again."""
    if not (items := asked_for(context, by, now)):
        return
    engine = open_store(workspace)
    try:
        propose(engine, items, mask=str)  # of the report's own, masked words
    finally:
        engine.dispose()


def approvals(workspace: Workspace) -> dict[Path, Approval]:
    """Folder -> record of every approved report, oldest first."""
    found = {path.parent: _read(path) for path in sorted(_folder(workspace).glob(f"*/{RECORD}"))}
    return dict(sorted(found.items(), key=lambda item: item[1].approved_at))


def _folder(workspace: Workspace) -> Path:
    return workspace.reports / "approved"


def _next_number(known: Iterable[Approval], context: ReportContext, year: int) -> int:
    """One more than the greatest of its kind, language and year."""
    series = (context.kind, context.lang, year)
    return max((a.number for a in known if (a.kind, a.lang, a.year) == series), default=0) + 1


def _before(known: Mapping[Path, Approval], context: ReportContext) -> str | None:
    """The folder of the last approved text of the same report.

    Raises:
        ReportError: it is this very text.
    """
    mine = {folder: record for folder, record in known.items() if record.name == context.name}
    for folder, record in mine.items():
        if record.draft_sha256 == context.sha256:
            told = f"is approved already as number {record.number} of {record.year}"
            raise ReportError(told, where=context.name, todo=f"see {folder}")
    return max(mine, key=lambda folder: mine[folder].approved_at).name if mine else None


def _approved(context: ReportContext, record: Approval) -> ReportContext:
    """The context with its number where the draft mark was."""
    said = text("report.approved", context.lang, year=str(record.year), number=str(record.number))
    head = text("report.approved_synthetic", context.lang, approved=said) if context.is_synthetic else said
    return replace(context, draft=head, subtitle=_without_mark(context.subtitle, said))


def _without_mark(subtitle: Claim, said: str) -> Claim:
    mark = subtitle.labels.get("draft", "")
    if not mark:
        return subtitle
    return replace(subtitle, sentence=subtitle.sentence.replace(mark, said), labels={**subtitle.labels, "draft": said})


def _frozen(
    workspace: Workspace, context: ReportContext, record: Approval, formats: Sequence[str], edits: list[dict[str, Any]]
) -> Path | None:
    """The folder with all forms, the edits and the record, made in one step; None where somebody took the number."""
    place = _folder(workspace)
    place.mkdir(parents=True, exist_ok=True)
    target = place / f"{record.kind}-{record.year}-{record.number:03d}-{context.lang}"
    made = Path(tempfile.mkdtemp(prefix=".", dir=place))
    try:
        files = render(context, list(dict.fromkeys(("json", *formats))), made)
        if edits:
            files.append(made / EDITS)
            files[-1].write_text(json.dumps(edits, ensure_ascii=False, indent=1), encoding="utf-8")
        kept = replace(record, files={path.name: _sha256(path.read_bytes()) for path in files})
        told = json.dumps(asdict(kept), ensure_ascii=False, indent=1)
        (made / RECORD).write_text(told, encoding="utf-8")
        for path in made.iterdir():
            path.chmod(0o444)
        made.chmod(0o755)
        os.rename(made, target)
    except OSError as error:
        if target.exists():
            return None
        raise ReportError(
            f"cannot be written ({error.strerror})", where=str(place), todo="check the room on the disk"
        ) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return target


def _read(path: Path) -> Approval:
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Approval(**kept | {"edited_by": tuple(kept.get("edited_by", ()))})


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
