"""报告 Reports: write one with progress, read it here, download every form of it, approve it."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

import streamlit as st

from dashboards import filters, session
from dashboards.acting import actor_input, actor_of
from dashboards.command import CommandError, ask
from dashboards.parts import block, empty, guarded, lead, link, small_title
from dashboards.screens import report_edit, report_items
from dashboards.view import View
from reports.approval import Approval, approvals
from reports.errors import ReportError
from reports.given import EDITS, RECORD, read_context
from weisu.texts import LANGUAGES, text

KINDS = {".docx": "Word", ".pdf": "PDF", ".html": "HTML", ".xlsx": "Excel", ".json": "JSON"}
FORMATS = "docx,pdf,html,xlsx,json"
PERIODS = {
    "monthly": ("--month", 14),
    "weekly": ("--week", 26),
    "annual": ("--year", 5),
}  # how each is asked for, how many are offered
LIMIT_SECONDS = 3600  # a past day that nobody looked at yet is built first
SHOWN = 60
WHO, READ = "approve-actor", "reports.read"


def show(view: View) -> None:
    """Draw the page."""
    files = find_reports(view.workspace.reports)
    stems = list(dict.fromkeys(f.with_suffix("") for f in files))
    if files:
        lead(view.t("reports.lead", n=len(stems), name=stems[0].name))
    else:
        lead(view.t("reports.lead_none"), view.t("reports.lead_none_sub"))
    if view.reader.may("write_reports"):
        with guarded(view, view.t("reports.write")):
            _write(view)
    with guarded(view, view.t("reports.archive")):
        _archive(view, stems[:SHOWN], files)
    with guarded(view, view.t("items.title")):
        report_items.show(view)


def find_reports(folder: Path) -> list[Path]:
    """Report files under the folder, newest first; links that lead outside are left out."""
    if not folder.is_dir():
        return []
    root = folder.resolve()
    found = [
        p
        for p in folder.rglob("*")
        if p.suffix in KINDS and p.name not in (RECORD, EDITS) and p.is_file() and p.resolve().is_relative_to(root)
    ]
    return sorted(found, key=lambda p: (-p.stat().st_mtime_ns, p.name))


def periods(kind: str, first: dt.date | None, last: dt.date) -> dict[str, bool]:
    """Codes of the years, months or ISO weeks that have data, newest first, and whether each is over."""
    first, day, found = first or last, last, {}
    while day >= first and len(found) < PERIODS[kind][1]:
        if kind == "annual":
            code, start, end = f"{day:%Y}", day.replace(month=1, day=1), day.replace(month=12, day=31)
        elif kind == "monthly":
            code, start = f"{day:%Y-%m}", day.replace(day=1)
            end = (start + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
        else:
            year, week, weekday = day.isocalendar()
            code, start = f"{year}-W{week:02d}", day - dt.timedelta(days=weekday - 1)
            end = start + dt.timedelta(days=6)
        found[code] = end <= last
        day = start - dt.timedelta(days=1)
    return found


def _write(view: View) -> None:
    block(view.t("reports.write"), view.t("reports.write_note"))
    with filters.row():
        kind = filters.segment(view, "kind", "reports.kind", list(PERIODS), "reports.kind_of")
        known = periods(kind, view.about.first_on, view.about.as_of_on)
        code = session.choose(
            st.selectbox, "of", view.t("filter.period"), list(known), width=200,
            default=next((c for c, is_over in known.items() if is_over), next(iter(known))),
            format_func=lambda c: c if known[c] else view.t("period.running", name=c),
        )  # fmt: skip
        lang = session.choose(
            st.segmented_control, "in", view.t("head.language"), list(LANGUAGES), default=view.lang, required=True,
            format_func={"zh": "中文", "en": "English"}.__getitem__,
        )  # fmt: skip
        is_asked = st.button(view.t("reports.do"), type="primary", key="write-report")
    if is_asked and (made := _written(view, view.t("reports.writing_why"), kind, PERIODS[kind][0], code, lang=lang)):
        st.session_state["reports.new"] = made
        st.rerun()


def note_button(view: View, alert_id: str) -> None:
    """Write the special note on an alert, and lead to it."""
    if not view.reader.may("write_reports"):
        return
    if not st.button(view.t("reports.note"), key=f"note-{alert_id}", help=view.t("reports.note_help")):
        return
    if made := _written(view, view.t("reports.note_help"), "note", "--alert", alert_id, lang=view.lang):
        link(view, "reports", view.t("reports.open", name=made), report=made)


def _written(view: View, why: str, kind: str, *asked: str, lang: str) -> str | None:
    """The name of the report that was written, told with its progress; None when it was not."""
    order = ("report", kind, *asked, "--lang", lang, "--format", FORMATS, "--workspace", str(view.workspace.root))
    with st.status(view.t("reports.writing"), expanded=True) as status:
        st.text(why)
        try:
            name = Path(ask(*order, seconds=LIMIT_SECONDS)["files"][0]).stem
        except CommandError as error:
            status.update(label=view.t("reports.failed"), state="error")
            st.text(str(error))
            return None
        status.update(label=view.t("reports.done", name=name), state="complete", expanded=False)
    return name


def _archive(view: View, stems: list[Path], files: list[Path]) -> None:
    block(view.t("reports.archive"), view.t("reports.archive_note"))
    if not stems:
        return empty(view.t("reports.none"), "", view.t("reports.todo"))
    names = {str(stem.relative_to(view.workspace.reports)): stem for stem in stems}
    approved = approvals(view.workspace)
    new = st.session_state.pop("reports.new", None)
    if made := next((name for name, stem in names.items() if stem.name == new), None):
        session.put("report", made)
    chosen = session.choose(
        st.selectbox, "report", view.t("reports.read"), list(names), width=420,
        format_func=lambda name: _label(view, names[name], approved.get(names[name].parent)),
    )  # fmt: skip
    left, right = st.columns([3, 9], gap="large")
    own = [f for f in files if f.with_suffix("") == names[chosen]]
    with left:
        _downloads(view, names[chosen].name, own)
        _approval(view, approved.get(names[chosen].parent), next((f for f in own if f.suffix == ".json"), None))
    with right:
        context = next((f for f in own if f.suffix == ".json"), None)
        can_edit = context is not None and names[chosen].parent not in approved and view.reader.may("write_reports")
        if can_edit and _reading(view) == "edit":
            report_edit.show(view, context)
        else:
            _preview(view, own)
    return None


def _reading(view: View) -> str:
    return filters.segment(view, "reading", "reports.edit_mode", ("read", "edit"), "reports.edit_of")


def _downloads(view: View, name: str, files: list[Path]) -> None:
    written = dt.datetime.fromtimestamp(files[0].stat().st_mtime, tz=dt.UTC).replace(tzinfo=None)
    small_title(name, view.t("reports.written", at=view.local(written)))
    for file in sorted(files, key=lambda f: list(KINDS).index(f.suffix)):
        st.download_button(
            f"{view.t('reports.get')} {KINDS[file.suffix]}",
            data=partial(_taken, view, file), file_name=file.name, key=f"get-{file}", on_click="ignore", width="stretch",
        )  # fmt: skip


def _taken(view: View, file: Path) -> bytes:
    """The bytes of a form, logged before they are given."""
    view.log("export", f"report {file.name}", form=file.suffix.removeprefix("."))
    return file.read_bytes()


def _label(view: View, stem: Path, record: Approval | None) -> str:
    return f"{_numbered(view, record)} · {stem.name}" if record else stem.name


def _numbered(view: View, record: Approval) -> str:
    return text("report.approved", view.lang, year=str(record.year), number=str(record.number))


def _approval(view: View, record: Approval | None, context: Path | None) -> None:
    """Who approved the report; of a draft, the way to approve it."""
    if record:
        at = view.local(dt.datetime.fromisoformat(record.approved_at))
        st.text(view.t("reports.approved", number=_numbered(view, record), by=record.approved_by, at=at))
        st.text(record.note)
        return st.caption(view.t("reports.frozen_note"))
    st.caption(view.t("reports.draft_note"))
    if not view.reader.may("approve_reports"):
        return st.caption(view.t("reports.approve_who"))
    if context is None:
        return st.caption(view.t("reports.no_context"))
    try:
        read = read_context(context).sha256
    except ReportError as error:
        return st.caption(str(error))
    with st.popover(view.t("reports.approve"), width="stretch"), st.form("approve", border=False):
        st.caption(view.t("reports.approve_note"))
        actor_input(view, st, key=WHO)
        note = st.text_input(view.t("reports.approve_why"), max_chars=200)
        # kept with the button: what is approved is what was on the page
        if st.form_submit_button(view.t("reports.approve"), type="primary", on_click=_remember, args=(read,)):
            return _approve(view, context, actor_of(view, WHO), note, st.session_state.pop(READ))
    return None


def _remember(sha256: str) -> None:
    st.session_state[READ] = sha256


def _approve(view: View, context: Path, by: str, note: str, read: str) -> None:
    view.reader.demand("approve_reports")
    order = ("report", "approve", str(context), f"--by={by}", f"--note={note}", f"--seen={read}", "--workspace", str(view.workspace.root))  # fmt: skip
    with st.spinner(view.t("reports.writing")):
        try:
            ask(*order, seconds=LIMIT_SECONDS)
        except CommandError as error:
            return st.text(str(error))
    view.log("change", f"report {context.stem}", actor=by, act="approve")
    st.session_state["reports.new"] = context.stem
    return st.rerun()


def _preview(view: View, files: list[Path]) -> None:
    page = next((f for f in files if f.suffix == ".html"), None)
    if page is None:
        return empty(view.t("reports.no_preview"), view.t("reports.no_preview_why"))
    with st.container(height=900, border=True, key="report-page"):
        return st.html(page.read_text(encoding="utf-8"))  # its styles stand on its elements; scripts are taken out
